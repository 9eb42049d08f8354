"""Claims about limits of the errors in their parameters, iterated and along joint scalings."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, gt, implies
from icl_theory.algebra.statements import PathLimit
from icl_theory.limits import balance
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import AT_SEQUENCES, AT_SEQUENCES_AND_CONTEXT, RIDGE, THRESHOLD
from icl_theory.proof.proof import Proof
from icl_theory.theory import limits as s
from icl_theory.theory.errors import bias, e_icl, e_idg, gap, pretraining_variance, train
from icl_theory.theory.fixed_point import x
from icl_theory.theory.infinite_context import (
    balanced_gap,
    few_tasks_bias,
    few_tasks_idg_under,
    few_tasks_train_over,
    idg_infinite_over,
)
from icl_theory.theory.limits import (
    Tied,
    c,
    c1,
    infinite_context_ridgeless,
    iterated,
    ridgeless_infinite_context,
)
from icl_theory.theory.spectral import D1, M
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, rho, tau, xi

from .paths import (
    ABOVE,
    AT_ONE,
    BELOW,
    ENOUGH,
    ENOUGH_BELOW,
    FEW,
    FEW_BELOW,
    LINE,
    LINE_BELOW,
    OO,
    prove_limits,
)
from .ridgeless import M_AT_X, OVER_EQUATION

NOISE, RIDGE_HELD = gt(rho, 0), gt(lam, 0)
HALF, FOURTH = sp.Rational(1, 2), sp.Rational(1, 4)
#: A ridge that vanishes with the distance from the interpolation threshold.
RIDGE_WINDOW = Tied(lam, c * (1 - tau) ** 2)

#: The order of limits in symbols.
first_ridgeless, first_context = ridgeless_infinite_context, infinite_context_ridgeless


def transition(expression: object, *ties: tuple[sp.Symbol, object]) -> PathLimit:
    """Ridgeless limit, then alpha -> oo with tau = c alpha and further ties."""
    tied = (Tied(*tie) for tie in ((tau, c * alpha), *ties))
    return iterated(expression, (lam, 0), *tied, (alpha, OO))


def balances() -> sp.And:
    """The fixed point as balances, in the state of the theory."""
    return both(
        *_vanish(balance.LINEAR),
        *_vanish(balance.PRODUCTS),
    )


def circuits() -> sp.And:
    """Every minimal linear relation between 1 and the terms of the balances."""
    return both(*_vanish(balance.circuits()))


def _vanish(relations: tuple[sp.Expr, ...]) -> list[sp.Eq]:
    """The relations in the state, without those that only say what an unknown stands for."""
    written = dict.fromkeys(relation.xreplace(balance.MEANING) for relation in relations)
    return [eq(expression, 0) for expression in written if expression != 0]


@claim(
    title="The fixed point as balances: three capacities and their remainders",
    statement=balances(),
    domain=RIDGE,
)
def fixed_point_balances(proof: Proof) -> None:
    """The fixed point as balances between positive terms.

    D1 = m t are the degrees of freedom that are used. The resolvent equation says that nu m of the
    capacity 1 is left, the ridge equation that tau r + x m of tau is, the definition of t that
    kappa t of kappa is. With nu = x + xi the first splits into xi m and x m, and lam = r xi is the
    last product. All are identities on the uniformised states.
    """
    proof.decide(on=RIDGE, because="Cancellation on the states.")


@claim(
    title="Every minimal linear relation between the terms of the balances",
    statement=circuits(),
    domain=RIDGE,
)
def balance_circuits(proof: Proof) -> None:
    """All minimal linear relations between the terms of the balances.

    Eight numbers, 1 and the seven terms that are linear in the balances, span a space of three
    dimensions, 1, D1 and x m. Any four of them are dependent, and every minimal dependence is again
    a balance of positive terms, with coefficients made of tau, kappa and their differences to 1 and
    to each other. They are listed by linear algebra and checked here one by one, on every state.
    """
    proof.decide(on=RIDGE, because="Cancellation on the states.")


def zero_context(value: sp.Expr) -> sp.And:
    """Both errors at zero context, at a ridge and in the ridgeless limit."""
    return both(
        *(implies(RIDGE_HELD, eq(iterated(e, (alpha, 0)), value)) for e in (e_icl, e_idg)),
        *(eq(iterated(e, (lam, 0), (alpha, 0)), value) for e in (e_icl, e_idg)),
    )


@claim(
    title=r"At zero context both errors are those of pretraining on noise, $\tau < 1$",
    statement=zero_context(s.zero_context_under),
    assumptions=(BELOW,),
)
def zero_context_under(proof: Proof) -> None:
    """Both errors as the context vanishes, below the interpolation threshold.

    As x -> oo the features are noise of variance x around nothing, and no ridge is large beside
    them. Pretraining then fits labels of variance 1 + rho by tau d^2 of d^2 random directions.
    """
    prove_limits(proof)


@claim(
    title=r"At zero context both errors are those of pretraining on noise, $\tau > 1$",
    statement=zero_context(s.zero_context_over),
    assumptions=(ABOVE,),
)
def zero_context_over(proof: Proof) -> None:
    """Both errors as the context vanishes, above the interpolation threshold.

    As below it, with d^2 random directions fitted to tau d^2 labels.
    """
    prove_limits(proof)


# Infinite context, ridgeless first.
@claim(
    title=r"Ridgeless $e_{\mathrm{ICL}}$ grows linearly with the context, $\kappa < 1 < \tau$",
    statement=both(
        eq(first_ridgeless(e_icl / alpha), s.icl_growth_over),
        eq(first_ridgeless(gap / alpha), s.icl_growth_over),
        eq(first_ridgeless(pretraining_variance / alpha), s.icl_growth_over),
        eq(first_ridgeless(e_idg), idg_infinite_over),
    ),
    assumptions=(FEW, ABOVE),
)
def context_growth_over(proof: Proof) -> None:
    """Growth of the ridgeless errors with the context, kappa < 1 < tau.

    As lam -> 0 with tau > 1, xi m = 1 - D - x m vanishes and tau r = tau - 1 stays. As x -> 0,
    kappa < 1 keeps D below kappa, so that 1 - D >= 1 - kappa must be carried by x m: m = (1 -
    kappa)/x diverges, t = D/m vanishes, and D -> kappa. The pretraining variance (1 + x) S
    e_IDG/tau with S -> m then grows like alpha; all other terms stay finite.
    """
    prove_limits(proof)


@claim(
    title=r"Ridgeless $e_{\mathrm{ICL}}$ grows linearly with the context, $\kappa < \tau < 1$",
    statement=both(
        eq(first_ridgeless(e_icl / alpha), s.icl_growth_under),
        eq(first_ridgeless(gap / alpha), s.icl_growth_under),
        eq(first_ridgeless(pretraining_variance / alpha), s.icl_growth_under),
        eq(first_ridgeless(e_idg), few_tasks_idg_under),
    ),
    assumptions=(FEW_BELOW, BELOW),
)
def context_growth_under(proof: Proof) -> None:
    """Growth of the ridgeless errors with the context, kappa < tau < 1.

    As lam -> 0 with tau < 1, tau r vanishes and tau - D is carried by x m alone. As x -> 0, D ->
    kappa < tau, so m = (tau - kappa)/x diverges, with xi m = 1 - tau. The slope of the ridge
    equation tends to xi S with S = (D1^2 + x m^2)/(1 - gamma), which fixes e_IDG, and e_ICL grows
    through S.
    """
    prove_limits(proof)


@claim(
    title=r"Ridgeless errors at infinite context, $\kappa > 1$ and $\tau > 1$",
    statement=both(
        eq(first_ridgeless(e_icl), s.icl_enough_over),
        eq(first_ridgeless(e_idg), idg_infinite_over),
        eq(first_ridgeless(gap), s.gap_enough_over),
    ),
    assumptions=(ENOUGH, ABOVE),
)
def context_enough_over(proof: Proof) -> None:
    """Ridgeless errors at infinite context, kappa > 1 and tau > 1.

    After lam -> 0, xi = 0. As x -> 0 the capacity 1 is the smallest: D -> 1, kappa t = kappa - 1,
    and m = 1/t stays finite. Everything is continuous there.
    """
    prove_limits(proof)


@claim(
    title=r"Ridgeless errors at infinite context, $\tau < 1$ and $\kappa > \tau$",
    statement=both(
        eq(first_ridgeless(e_icl), s.icl_enough_under),
        eq(first_ridgeless(e_idg), s.idg_enough_under),
        eq(first_ridgeless(gap), s.gap_enough_under),
    ),
    assumptions=(ENOUGH_BELOW, BELOW),
)
def context_enough_under(proof: Proof) -> None:
    """Ridgeless errors at infinite context, tau < 1 and kappa > tau.

    After lam -> 0, tau r = 0. As x -> 0 the capacity tau is the smallest: D -> tau, kappa t = kappa
    - tau, m = D/t is finite and xi m = 1 - tau. The errors follow by substitution.
    """
    prove_limits(proof)


@claim(
    title=(
        r"On the line $\kappa = 1 < \tau$ ridgeless "
        r"$e_{\mathrm{ICL}}$ grows like the root of the context"
    ),
    statement=both(
        eq(first_ridgeless(e_icl / alpha**HALF), s.icl_line_over),
        eq(first_ridgeless(gap / alpha**HALF), s.icl_line_over),
        eq(first_ridgeless(e_idg), idg_infinite_over),
    ),
    assumptions=(LINE, ABOVE),
)
def context_line_over_growth(proof: Proof) -> None:
    """Ridgeless errors on the line kappa = 1 < tau.

    The capacities 1 and kappa are equal, so 1 - D = x m and kappa - D = kappa t are the same
    number. With D -> 1, m t -> 1 it follows that x m^2 -> 1: m grows like x^{-1/2}, and with it the
    pretraining variance. e_IDG does not see it.
    """
    prove_limits(proof)


@claim(
    title=(
        r"On the line $\kappa = \tau < 1$ ridgeless $e_{\mathrm{ICL}}$ "
        r"and $e_{\mathrm{IDG}}$ grow like the root of the context"
    ),
    statement=both(
        eq(first_ridgeless(e_icl / alpha**HALF), s.icl_line_under),
        eq(first_ridgeless(e_idg / alpha**HALF), s.idg_line_under),
        eq(first_ridgeless(gap / alpha**HALF), s.gap_line_under),
        implies(eq(tau, sp.Rational(1, 3)), eq(first_ridgeless(gap), balanced_gap)),
        eq(first_ridgeless(train), 0),
    ),
    assumptions=(LINE_BELOW, BELOW),
)
def context_line_under_growth(proof: Proof) -> None:
    """Ridgeless errors on the line kappa = tau < 1.

    The capacities tau and kappa are equal, so tau - D = x m and kappa - D = kappa t are the same
    number. With D -> tau, m t -> tau it follows that x m^2 -> tau^2: m grows like x^{-1/2} while xi
    m = 1 - tau. The slope xi S of the ridge equation vanishes like xi, so here e_IDG grows as well.
    The gap's constant changes sign at tau = 1/3, where the gap stays finite; the training error is
    zero at every context.
    """
    prove_limits(proof)


@claim(
    title=(
        "Ridgeless errors at infinite context diverge "
        r"like $1/|\kappa - \tau|$ at $\kappa = \tau < 1$"
    ),
    statement=both(
        eq(
            iterated((kappa - tau) * e_icl, (lam, 0), (alpha, OO), (kappa, tau, "+")),
            rho * tau**2 / (1 - tau),
        ),
        eq(iterated((kappa - tau) * e_idg, (lam, 0), (alpha, OO), (kappa, tau, "+")), rho * tau),
        eq(iterated((tau - kappa) * e_idg, (lam, 0), (alpha, OO), (kappa, tau, "-")), rho * tau),
        implies(both(FEW_BELOW, NOISE), eq(first_ridgeless(e_icl), OO)),
    ),
    assumptions=(BELOW,),
)
def line_poles_under(proof: Proof) -> None:
    """Poles of the ridgeless errors at infinite context on kappa = tau < 1.

    A third limit after lam -> 0 and alpha -> oo. From above, kappa t = kappa - tau becomes the
    small capacity and m = tau/t diverges; from below, x m = tau - kappa does. The pole of e_IDG has
    the same constant on both sides. From below e_ICL has no third limit: it is infinite at every
    kappa < tau.
    """
    prove_limits(proof)


@claim(
    title=(
        r"Ridgeless $e_{\mathrm{ICL}}$ at infinite context "
        r"diverges like $1/(\kappa - 1)$ at $\kappa = 1 < \tau$"
    ),
    statement=both(
        eq(
            iterated((kappa - 1) * e_icl, (lam, 0), (alpha, OO), (kappa, 1, "+")),
            rho / (tau - 1),
        ),
        eq(iterated(e_idg, (lam, 0), (alpha, OO), (kappa, 1, "+")), idg_infinite_over),
    ),
    assumptions=(ABOVE,),
)
def line_poles_over(proof: Proof) -> None:
    """Pole of the ridgeless errors at infinite context on kappa = 1 < tau.

    A third limit after lam -> 0 and alpha -> oo: kappa t = kappa - 1 is the small capacity, m = 1/t
    diverges. e_IDG does not depend on kappa there.
    """
    prove_limits(proof)


# The other order.
@claim(
    title=(
        "Infinite context before vanishing ridge, "
        r"$\kappa < \min(\tau, 1)$: every error is finite"
    ),
    statement=both(
        *(
            implies(both(*where), eq(first_context(error), value))
            for where in ((ABOVE, FEW), (BELOW, FEW_BELOW))
            for error, value in (
                (e_icl, s.icl_few_ridge),
                (e_idg, s.idg_few_ridge),
                (gap, s.gap_few_ridge),
                (bias, few_tasks_bias),
            )
        )
    ),
)
def context_first_few(proof: Proof) -> None:
    """Infinite context first, then vanishing ridge, kappa < min(tau, 1).

    At x = 0 and lam > 0 the context variance is gone, and 1 - D is carried by xi m. As lam -> 0, D
    -> kappa, so that xi m = 1 - kappa and tau r = tau - kappa stay, and xi = lam/r vanishes like
    lam. The divergence with alpha of the other order, which came from x m, does not appear: the two
    limits do not commute.
    """
    prove_limits(proof)


@claim(
    title=r"Vanishing ridge and infinite context commute where $\kappa > \min(\tau, 1)$",
    statement=both(
        *(
            implies(both(*where), eq(order(error), value))
            for where, values in (
                (
                    (ABOVE, ENOUGH),
                    (s.icl_enough_over, idg_infinite_over, s.gap_enough_over, few_tasks_train_over),
                ),
                (
                    (BELOW, ENOUGH_BELOW),
                    (s.icl_enough_under, s.idg_enough_under, s.gap_enough_under, sp.Integer(0)),
                ),
            )
            for error, value in zip((e_icl, e_idg, gap, train), values, strict=True)
            for order in (first_context, first_ridgeless)
        )
    ),
)
def orders_commute_enough(proof: Proof) -> None:
    """Vanishing ridge and infinite context commute for kappa > min(tau, 1).

    With kappa above the smaller of 1 and tau, D tends to that smaller capacity and m = D/t stays
    bounded in both orders, so the balances reach the same state, and every error the same limit.
    """
    prove_limits(proof)


@claim(
    title=(
        r"On $\kappa = \min(\tau, 1)$, infinite context "
        r"first, errors grow like $\lambda^{-1/2}$"
    ),
    statement=both(
        implies(both(ABOVE, LINE), eq(first_context(lam**HALF * e_icl), s.icl_ridge_line_over)),
        implies(both(ABOVE, LINE), eq(first_context(e_idg), idg_infinite_over)),
        implies(
            both(BELOW, LINE_BELOW), eq(first_context(lam**HALF * e_icl), s.icl_ridge_line_under)
        ),
        implies(
            both(BELOW, LINE_BELOW), eq(first_context(lam**HALF * e_idg), s.idg_ridge_line_under)
        ),
    ),
)
def context_first_line(proof: Proof) -> None:
    """Infinite context first, on the line kappa = min(tau, 1).

    At x = 0 the product (xi m)(tau r) = tau lam m and two equal capacities give m of order
    lam^{-1/2}: for kappa = 1 < tau, xi m = t and tau r = tau - 1; for kappa = tau < 1, tau r =
    kappa t and xi m = 1 - tau.
    """
    prove_limits(proof)


# The interpolation threshold at infinite context.
@claim(
    title=(
        r"The $\lambda^{-1/2}$ law at $\tau = 1 < \kappa$, "
        "in both orders with infinite context"
    ),
    statement=both(
        *(
            eq(order(lam**HALF * error), value)
            for order in (first_ridgeless, first_context)
            for error, value in ((e_icl, s.icl_peak_enough), (e_idg, s.idg_peak_enough))
        )
    ),
    assumptions=(AT_ONE, ENOUGH),
)
def peak_enough(proof: Proof) -> None:
    """The lam^{-1/2} law at the interpolation threshold, kappa > 1.

    At tau = 1 the capacities 1 and tau are equal, so xi m = tau r, and their product lam m makes
    each (lam m)^{1/2}. m = kappa/(kappa - 1) at infinite context, in whatever order the limits are
    taken.
    """
    prove_limits(proof)


@claim(
    title=r"The $\lambda^{-1/2}$ law at $\tau = 1 > \kappa$, and its growth with the context",
    statement=both(
        eq(first_ridgeless(lam**HALF * e_icl / alpha**HALF), s.icl_peak_few),
        eq(first_ridgeless(lam**HALF * alpha**HALF * e_idg), s.idg_peak_few),
    ),
    assumptions=(AT_ONE, FEW),
)
def peak_few(proof: Proof) -> None:
    """The lam^{-1/2} law at the interpolation threshold, kappa < 1.

    At tau = 1, xi m = tau r = (lam m)^{1/2}. As x -> 0, 1 - D -> 1 - kappa is carried by x m, so m
    = (1 - kappa)/x grows with the context: e_ICL grows like m^{1/2} and e_IDG falls like m^{-1/2}.
    """
    prove_limits(proof)


@claim(
    title=r"At $\tau = \kappa = 1$ the peak grows with the fourth root of the context",
    statement=both(
        eq(first_ridgeless(lam**HALF * e_icl / alpha**FOURTH), s.icl_peak_critical),
        eq(first_ridgeless(lam**HALF * alpha**FOURTH * e_idg), s.idg_peak_critical),
        eq(first_context(lam ** sp.Rational(2, 3) * e_icl), s.icl_peak_context_first),
        eq(first_context(lam ** sp.Rational(1, 3) * e_idg), s.idg_peak_context_first),
    ),
    assumptions=(AT_ONE, LINE),
)
def peak_critical(proof: Proof) -> None:
    """The peak where all three capacities are equal, tau = kappa = 1.

    Ridgeless first, xi m = tau r = (lam m)^{1/2} and then 1 - D = x m = t with m t = 1 make m =
    x^{-1/2}: powers of alpha^{1/4}. Infinite context first, 1 - D = xi m = tau r = t and the
    product lam m make m = lam^{-1/3}.
    """
    prove_limits(proof)


@claim(
    title=(
        r"From the $1/|1 - \tau|$ law to the $\lambda^{-1/2}$ "
        r"law at infinite context, $\kappa > 1$"
    ),
    statement=both(
        *(
            eq(
                iterated(abs_tau * e_idg, (alpha, OO), RIDGE_WINDOW, (tau, 1, side)),
                s.peak_window,
            )
            for abs_tau, side in ((1 - tau, "-"), (tau - 1, "+"))
        )
    ),
    assumptions=(ENOUGH,),
)
def peak_window(proof: Proof) -> None:
    """From 1/|1 - tau| to lam^{-1/2} at the interpolation threshold.

    With lam = c (1 - tau)^2 all of xi m, tau r and 1 - tau are of the same order: with u = xi m/|1
    - tau| the balance u - v = +-1 and the product u v = c m, m = kappa/(kappa - 1), make a
    quadratic. The slope of the ridge equation is u + v in these units, the root of its
    discriminant.
    """
    prove_limits(proof)


@claim(
    title=r"From the $1/|1 - \tau|$ law to the $\lambda^{-1/2}$ law at any context length",
    statement=both(
        *(
            eq(iterated(distance * error, RIDGE_WINDOW, (tau, 1, side)), value)
            for distance, side in ((1 - tau, "-"), (tau - 1, "+"))
            for error, value in (
                (e_idg, s.peak_window_any_idg),
                (e_icl, s.peak_window_any_icl),
            )
        ),
        eq(m, M_AT_X),
    ),
    domain=THRESHOLD,
)
def peak_window_any_context(proof: Proof) -> None:
    """From the 1/|1 - tau| law to the lam^{-1/2} law at any context length.

    Write |1 - tau| = distance, xi m = u distance and tau r = v distance. The two balances 1 - D1 =
    xi m + x m and tau - D1 = tau r + x m give u - v = 1 below the threshold and v - u = 1 above it,
    and lam = r xi makes u v = tau m lam/distance^2. With lam = c distance^2 and distance -> 0 the
    product tends to c m with m = M_kappa(x), so (u + v)^2 = 1 + 4 u v tends to 1 + 4 c m. The slope
    of the ridge equation is distance (v + u S/m), and S -> m: distance e_IDG tends to (rho + x
    D1)/(u + v).
    """
    proof.same_root(proof.one_root(OVER_EQUATION, m), m, M_AT_X, on=THRESHOLD)
    prove_limits(proof)


# The transition in task diversity.
@claim(
    title=(
        r"The transition at $\kappa = 1$: $g_{\mathrm{task}}$ stays "
        r"positive for $\kappa < 1$, $\tau = c \alpha \to \infty$"
    ),
    statement=both(eq(transition(gap), s.transition_gap), eq(transition(e_idg), rho)),
    assumptions=(FEW,),
)
def transition_few(proof: Proof) -> None:
    """g_task along tau = c alpha -> oo for kappa < 1.

    After lam -> 0, xi = 0. kappa < 1 leaves 1 - D = 1 - kappa to x m, so nu m = 1 - kappa is the
    bias of the directions without a task, and the pretraining variance, m e_IDG/tau, is finite
    because tau grows like alpha, as m does.
    """
    prove_limits(proof)


@claim(
    title=(
        r"The transition at $\kappa = 1$: $g_{\mathrm{task}}$ "
        r"falls like $\alpha^{-1/2}$ on the line"
    ),
    statement=eq(transition(alpha**HALF * gap), s.transition_gap_critical),
    assumptions=(LINE,),
)
def transition_critical(proof: Proof) -> None:
    """g_task along tau = c alpha -> oo at kappa = 1.

    x m = t and m t -> 1 make m = x^{-1/2}; bias and pretraining variance fall like m/alpha.
    """
    prove_limits(proof)


@claim(
    title=(
        r"The transition at $\kappa = 1$: $g_{\mathrm{task}}$ "
        r"falls like $1/\alpha$ for $\kappa > 1$"
    ),
    statement=eq(transition(alpha * gap), s.transition_gap_enough),
    assumptions=(ENOUGH,),
)
def transition_enough(proof: Proof) -> None:
    """g_task along tau = c alpha -> oo for kappa > 1.

    D -> 1 and m = kappa/(kappa - 1) is finite. The bias falls like x^2, the pretraining variance
    like 1/tau = 1/(c alpha), so that the second leads.
    """
    prove_limits(proof)


@claim(
    title=r"The transition is rounded over a window of width $\alpha^{-1/2}$",
    statement=both(
        eq(
            transition(alpha**HALF * gap, (kappa, 1 + c1 / sp.sqrt(alpha))),
            s.transition_window(s.window_above),
        ),
        eq(
            transition(alpha**HALF * gap, (kappa, 1 - c1 / sp.sqrt(alpha))),
            s.transition_window(s.window_below),
        ),
    ),
)
def transition_window(proof: Proof) -> None:
    """The transition at kappa = 1 is a window of width alpha^{-1/2}.

    With kappa = 1 +- c1 alpha^{-1/2} the balance x m = t -+ c1 alpha^{-1/2} and m t -> 1 make mu =
    alpha^{-1/2} m the positive root of (1 + rho) mu^2 +- c1 mu = 1. At c1 -> 0 it is the point
    kappa = 1, at c1 -> oo the window joins the two sides.
    """
    prove_limits(proof)


@claim(
    title=(
        "At fixed ridge there is no transition: "
        r"$g_{\mathrm{task}}$ for $\tau = c \alpha \to \infty$"
    ),
    statement=both(
        eq(iterated(gap, Tied(tau, c * alpha), (alpha, OO)), s.transition_gap_ridge),
        eq(m, At(M, (nu, lam))),
    ),
    domain=AT_SEQUENCES_AND_CONTEXT,
)
def transition_ridge(proof: Proof) -> None:
    """g_task along tau = c alpha -> oo at fixed ridge.

    tau -> oo makes tau r = tau, so r -> 1 and xi = lam; alpha -> oo leaves nu = lam. The
    pretraining variance vanishes with 1/tau, and what is left is a smooth function of kappa: m is
    the resolvent trace at the ridge.
    """
    count = proof.one_root(1 - lam * m - D1, m, given=[RIDGE_HELD])
    proof.same_root(count, m, At(M, (nu, lam)), on=AT_SEQUENCES_AND_CONTEXT)
    prove_limits(proof)


@claim(
    title=r"The transition survives a ridge that falls like $1/\alpha$",
    statement=eq(
        iterated(gap, Tied(tau, c * alpha), Tied(lam, c1 / alpha), (alpha, OO)),
        s.transition_gap_ridge_scaled,
    ),
    assumptions=(FEW,),
)
def transition_ridge_scaled(proof: Proof) -> None:
    """g_task along tau = c alpha -> oo with lam = c1/alpha.

    r -> 1 makes xi = lam, of the order of x. With kappa < 1, (x + xi) m = 1 - kappa: the ridge adds
    to the noise-to-context ratio in m, while the bias stays 1 - kappa.
    """
    prove_limits(proof)


# One parameter at a time.
@claim(
    title=(
        r"$\lambda \to \infty$: the predictor tends to zero, all errors "
        r"to $1 + \rho$, $\lambda g_{\mathrm{task}}$ to $2/\kappa$"
    ),
    statement=both(
        *(eq(iterated(error, (lam, OO)), s.zero_predictor) for error in (e_icl, e_idg, train)),
        eq(iterated(lam * gap, (lam, OO)), s.large_ridge_gap),
    ),
)
def limit_large_ridge(proof: Proof) -> None:
    """Infinite ridge.

    As lam -> oo, tau r -> tau and xi = lam/r dominates nu = x + xi, so m -> 1/xi, t -> 1, D -> 0.
    Bias and e_IDG tend to 1 + rho, the variances vanish. Of the gap the two leading terms are of
    order 1/lam, and the relief cancels nothing of the first, 2 nu^2 m^2/(kappa lam).
    """
    prove_limits(proof)


@claim(
    title=(
        r"$\tau \to 0$: nothing is learned, and "
        r"$g_{\mathrm{task}}/\tau$ tends to a constant of either sign"
    ),
    statement=both(
        *(eq(iterated(error, (tau, 0)), s.zero_predictor) for error in (e_icl, e_idg)),
        eq(iterated(gap / tau, (tau, 0)), s.few_sequences_gap),
    ),
    assumptions=(RIDGE_HELD,),
)
def limit_few_sequences(proof: Proof) -> None:
    """Few pretraining sequences.

    As tau -> 0 the capacity tau is the smallest: D and x m share it in the ratio 1 : x, m = tau/(1
    + x), t -> 1, and xi m -> 1. The error is that of the zero predictor. Both parts of the gap are
    of order tau, of opposite signs.
    """
    prove_limits(proof)


@claim(
    title=(
        r"$\tau \to \infty$: the effective ridge is the "
        "ridge, and the pretraining variance vanishes"
    ),
    statement=both(
        eq(iterated(e_icl, (tau, OO)), s.many_sequences_icl),
        eq(iterated(e_idg, (tau, OO)), s.many_sequences_idg),
        eq(iterated(xi, (tau, OO)), lam),
        eq(m, At(M, (nu, x + lam))),
        eq(iterated(pretraining_variance, (tau, OO)), 0),
    ),
    domain=AT_SEQUENCES,
)
def limit_many_sequences(proof: Proof) -> None:
    """Many pretraining sequences.

    As tau -> oo, tau r = tau - D - x m makes r -> 1, so xi -> lam: the empirical second moments
    become those of the population, and m is the resolvent trace at x + lam. The pretraining
    variance (1 + x) S e_IDG/tau vanishes.
    """
    count = proof.one_root(1 - (x + lam) * m - D1, m)
    proof.same_root(count, m, At(M, (nu, x + lam)), on=AT_SEQUENCES)
    prove_limits(proof)


@claim(
    title=(
        r"$\alpha \to 0$ at a ridge: no gap, and the "
        r"peak of pretraining on noise at $\tau = 1$"
    ),
    statement=both(
        *(
            implies(AT_ONE, eq(iterated(alpha**HALF * error, (alpha, 0)), s.no_context_peak))
            for error in (e_icl, e_idg)
        ),
        *(implies(where, eq(iterated(gap, (alpha, 0)), 0)) for where in (ABOVE, BELOW, AT_ONE)),
    ),
    assumptions=(RIDGE_HELD,),
)
def limit_no_context(proof: Proof) -> None:
    """Vanishing context length.

    As x -> oo, m = O(1/x), t -> 1 and D -> 0: features are label noise without a signal. At tau =
    1, xi m = tau r, and their product lam m makes the square root.
    """
    prove_limits(proof)


@claim(
    title=(
        r"$\kappa \to \infty$, ridgeless: $g_{\mathrm{task}}$ "
        r"falls like $1/\kappa$, and its constant"
    ),
    statement=both(
        implies(ABOVE, eq(iterated(kappa * gap, (lam, 0), (kappa, OO)), s.diversity_gap_over)),
        implies(BELOW, eq(iterated(kappa * gap, (lam, 0), (kappa, OO)), s.diversity_gap_under)),
    ),
)
def limit_many_tasks(proof: Proof) -> None:
    """Many tasks, ridgeless.

    As kappa -> oo, t -> 1 and D = m: m = min(tau, 1)/(1 + x). The gap has an explicit factor
    1/kappa, and what it multiplies tends to its value at t = 1.
    """
    prove_limits(proof)


@claim(
    title=r"$\kappa \to 0$, ridgeless: a single direction is learned",
    statement=both(
        implies(ABOVE, eq(iterated(e_icl, (lam, 0), (kappa, 0)), s.one_task_icl_over)),
        implies(BELOW, eq(iterated(e_icl, (lam, 0), (kappa, 0)), s.one_task_icl_under)),
        implies(ABOVE, eq(iterated(e_idg, (lam, 0), (kappa, 0)), idg_infinite_over)),
        implies(BELOW, eq(iterated(e_idg, (lam, 0), (kappa, 0)), s.one_task_idg_under)),
    ),
)
def limit_one_task(proof: Proof) -> None:
    """A vanishing number of tasks per dimension, ridgeless.

    As kappa -> 0 the capacity kappa is the smallest: D -> 0, kappa t -> 0, and x m carries 1 (tau >
    1) or tau (tau < 1). The directions of the tasks have no weight in the limit: the bias of a
    fresh task is 1.
    """
    prove_limits(proof)


@claim(
    title=(
        r"$\rho \to \infty$, ridgeless: errors grow "
        "with the labels' variance as on noise alone"
    ),
    statement=both(
        *(
            implies(where, eq(iterated(error / (1 + rho), (lam, 0), (rho, OO)), value))
            for where, value in ((ABOVE, tau / (tau - 1)), (BELOW, 1 / (1 - tau)))
            for error in (e_icl, e_idg)
        )
    ),
)
def limit_noisy_labels(proof: Proof) -> None:
    """Labels that are mostly noise, ridgeless.

    As rho -> oo, x -> oo with it: the noise inside of the context and the noise of the last label
    grow together, and the errors are those of regression on pure noise, per variance 1 + rho of a
    label.
    """
    prove_limits(proof)
