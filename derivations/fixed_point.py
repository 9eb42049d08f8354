"""Claims about the effective ridge: its equation, existence, uniqueness, bounds and quartic."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.algebra.statements import AtMostOne, RootCount
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import (
    ALONG_XI,
    ALONG_XI_AT_CONTEXT,
    AT_CONTEXT,
    FREE,
    RIDGE,
    SPECTRAL,
)
from icl_theory.proof.proof import Proof
from icl_theory.theory.fixed_point import (
    S,
    argument_residual,
    penalty_residual,
    quartic,
    ridge_log_slope,
    ridge_residual,
    ridge_residual_sum,
    ridge_residual_tasks,
    x,
    xi_lower,
    xi_upper,
)
from icl_theory.theory.spectral import D1, D12, M, resolvent_residual, t
from icl_theory.theory.state import total
from icl_theory.theory.symbols import alpha, d, ell, kappa, lam, m, nu, r, rho, tau, xi

#: An effective ridge of any size.
s = sp.Symbol("s", positive=True)
#: The ridge residual as a function of xi = s alone: nu = x + s, m = M_kappa(nu) and r = lam/s.
CURVE = At(ridge_residual_sum, (m, At(M, (nu, x + s))), (r, lam / s))


#: Where each form of the ridge equation is well conditioned: the borders between them, m = kappa
#: being t = 1/2, belong to both sides.
WEAK_RIDGE = tuple(order(xi, x + t**2) for order in (lt, eq))
STRONG_RIDGE = gt(xi, x + t**2)
FEW_TASKS = tuple(order(m, kappa) for order in (gt, eq))
MANY_TASKS = tuple(order(m, kappa) for order in (lt, eq))
#: The slope of the residuals in log xi, with nu = x + xi.
SLOPE = At(ridge_log_slope, (nu, x + xi))


@claim(
    title=r"$x = (1 + \rho)/\alpha$ is the label variance per context sample and dimension",
    statement=eq(At(x, (alpha, ell / d)), (1 + rho) * d / ell),
)
def noise_to_context(proof: Proof) -> None:
    """The noise-to-context ratio.

    A context of ell = alpha d labels of variance 1 + rho estimates each of the d coordinates of a
    task with variance (1 + rho) d/ell; in the joint limit that is x = (1 + rho)/alpha.
    """
    proof.decide(because="With alpha = ell/d.")


@claim(
    title=r"Four odds and $\rho$ run through every state of the domain exactly once",
    statement=both(
        eq(D1 / (1 - D1), D1 / (nu * m)),
        eq(r / (1 - r), tau * r / (D1 + x * m)),
        *(gt(symbol) for symbol in (tau, alpha, kappa, lam, nu, m, xi, r, x)),
    ),
    domain=RIDGE,
)
def positive_state(proof: Proof) -> None:
    """The domain as a positive orthant.

    Given a state, the odds a = D1/(1 - D1), b = m/kappa, c = xi/x and w = r/(1 - r) are determined,
    by quotients of positive terms. Conversely any positive (a, b, c, w) and rho >= 0 give a state:
    m and kappa from (a, b), nu from the resolvent equation, x and xi from the split nu = x + xi,
    tau from tau (1 - r) = D1 + x m, then lam = r xi and alpha = (1 + rho)/x. That the two maps
    invert each other is decided when the domain is first used.
    """
    proof.decide()


@claim(
    title=(
        r"Slopes of the residuals in $\nu$, $\xi$, $r$ "
        r"and $\lambda$, and their zeros at the state"
    ),
    statement=both(
        eq(Partial(argument_residual, nu), 1),
        eq(Partial(penalty_residual, r), xi),
        eq(argument_residual, 0),
        eq(penalty_residual, 0),
    ),
    domain=RIDGE,
)
def state_slopes(proof: Proof) -> None:
    """Normalisation of the residuals that define the state.

    The residual of the argument has slope 1 in nu and that of the penalty slope xi in r; at a state
    both vanish.
    """
    proof.decide(on=RIDGE, because="In the odds.")


@claim(
    title="The three forms of the ridge equation agree on the resolvent equation",
    statement=both(
        eq(ridge_residual, ridge_residual_sum),
        eq(ridge_residual, ridge_residual_tasks),
        eq(D1 + x * m, 1 - xi * m),
    ),
    domain=ALONG_XI,
)
def ridge_residuals_agree(proof: Proof) -> None:
    """Three forms of one equation.

    On the resolvent equation m (x + xi) = 1 - D1, so xi m = 1 - D1 - x m: the paper's form becomes
    the sum of degrees of freedom. With D1 = m t = kappa (1 - t) the sum becomes the form measured
    from kappa.
    """
    proof.decide()


@claim(
    title=r"$r = \lambda/\xi$ is one minus the degrees of freedom per pretraining sequence",
    statement=eq(r, 1 - (D1 + x * m) / tau),
    domain=RIDGE,
)
def ridge_degrees_of_freedom(proof: Proof) -> None:
    """Degrees of freedom of the ridge estimator.

    Solve the ridge equation tau = tau r + D1 + x m for r. Here D1 + x m is the number of degrees of
    freedom per d^2, tau that of pretraining sequences, so r is the factor 1 - df/n of generalised
    cross-validation.
    """
    proof.decide(on=RIDGE, because="On the state.")


@claim(
    title=r"$S$ is the slope of the degrees of freedom, and the residual's slope in $\log\xi$",
    statement=both(
        eq(S, -total(D1 + x * m, xi)),
        eq(S, D12 + x * m * (D12 / D1) / t),
        eq(ridge_log_slope, -xi * total(ridge_residual, xi)),
    ),
    domain=RIDGE,
)
def ridge_slope(proof: Proof) -> None:
    """Slope of the ridge equation.

    Let xi move at fixed x, kappa, lam and let nu = x + xi, m and r = lam/xi follow. The degrees of
    freedom D1 + x m fall at rate D12 + x (-M') = m (t^2 + x)/P = S, and tau r falls at rate tau
    r/xi. So the residual falls at rate tau r + xi S per unit of log xi.
    """
    proof.decide(on=RIDGE, because="Implicit differentiation.")


@claim(
    title="The ridge equation has a positive solution",
    statement=both(
        eq(sp.Limit(CURVE, s, 0), sp.oo),
        eq(sp.Limit(CURVE, s, sp.oo), -tau),
        ge(RootCount(CURVE, s), 1),
    ),
    assumptions=(gt(lam, 0),),
)
def ridge_existence(proof: Proof) -> None:
    """Existence of the effective ridge.

    F(s) = tau lam/s + D1 + x m - tau, with m = M_kappa(x + s), is continuous on s > 0. It exceeds
    tau lam/s - tau, which tends to +oo at s -> 0. It is below tau lam/s + (1 + x)/(x + s) - tau,
    since D1 + x m < (1 + x) m (t < 1) and m < 1/nu, and above tau lam/s - tau; both tend to -tau <
    0 at s -> oo. By the intermediate value theorem F vanishes somewhere.
    """
    trace = At(M, (nu, x + s))
    positive = proof.decide(gt(trace))
    bounds = []
    for bound, order in ((tau * r - tau, gt), (tau * r + (1 + x) / nu - tau, lt)):
        everywhere = proof.decide(order(ridge_residual_sum, bound), on=SPECTRAL)
        curve = {nu: x + s, m: trace, r: lam / s}
        there = proof.specialise(everywhere, curve, known=[positive])
        moved = order(CURVE, At(bound, (nu, x + s), (r, lam / s)))
        bounds.append(proof.combination(moved, [(1, there)]))
    below, above = bounds[0].conclusion.rhs, bounds[1].conclusion.rhs
    low, high = sp.Limit(CURVE, s, 0), sp.Limit(CURVE, s, sp.oo)
    start = proof.squeeze(low, [proof.decide(eq(sp.Limit(below, s, 0), sp.oo))], bounds[:1])
    ends = [proof.decide(eq(sp.Limit(bound, s, sp.oo), -tau)) for bound in (below, above)]
    end = proof.squeeze(high, ends, bounds)
    proof.some_root(CURVE, s, [start, end], given=proof.assumptions)


@claim(
    title="The ridge equation has at most one positive solution: one state for given parameters",
    statement=both(
        lt(total(ridge_residual, xi)),
        AtMostOne(sp.Symbol("ridge"), tau, alpha, kappa, rho, lam),
    ),
    domain=RIDGE,
)
def ridge_uniqueness(proof: Proof) -> None:
    """Uniqueness of the effective ridge.

    Let xi run, and nu = x + xi, m = M_kappa(nu) and r = lam/xi follow. The residual falls at rate
    tau r + xi S per unit of log xi, a sum of positive terms. A strictly decreasing function
    vanishes at most once.
    """
    slope = proof.decide(lt(total(ridge_residual, xi)), on=ALONG_XI)
    trace = proof.one_root(m * resolvent_residual, m)
    proof.at_most_one(
        RIDGE,
        (tau, alpha, kappa, rho, lam),
        [(x, None), (xi, slope), (nu, None), (m, trace), (r, None)],
    )


#: The slope of the ridge residual along xi at infinite context, where nu = xi.
SLOPE_AT_CONTEXT = Total(
    ridge_residual, xi, (resolvent_residual, nu - xi, penalty_residual), (m, nu, r)
)


@claim(
    title="At infinite context, too, there is at most one state for given parameters",
    statement=both(
        lt(SLOPE_AT_CONTEXT),
        AtMostOne(sp.Symbol("infinite context"), tau, kappa, rho, lam),
    ),
    domain=AT_CONTEXT,
)
def context_uniqueness(proof: Proof) -> None:
    """Uniqueness of the effective ridge at infinite context.

    With nu = xi the residual falls in xi as it does at any context, and vanishes at most once.
    """
    slope = proof.decide(lt(SLOPE_AT_CONTEXT), on=ALONG_XI_AT_CONTEXT)
    trace = proof.one_root(m * resolvent_residual, m)
    proof.at_most_one(
        AT_CONTEXT,
        (tau, kappa, rho, lam),
        [(xi, slope), (nu, None), (m, trace), (r, None)],
    )


@claim(
    title=r"Two-sided bounds of $\xi$ in closed form",
    statement=both(
        eq(xi_lower**2, (x + xi_lower) * ((1 - tau) * xi_lower + tau * lam)),
        eq(xi_upper**2, (1 + x + xi_upper) * ((1 - tau) * xi_upper + tau * lam)),
        gt(xi_lower),
        gt(xi_upper),
        gt(xi, xi_lower),
        lt(xi, xi_upper),
    ),
    domain=RIDGE,
)
def effective_ridge_bounds(proof: Proof) -> None:
    """Two-sided bounds of the effective ridge.

    Let N = (1 - tau) xi + tau lam; the ridge equation says N = xi^2 m. The lower bound is the
    positive root of q(xi) = xi^2 - (x + xi) N, the ridge equation with m = 1/nu, and the upper
    bound that of Q(xi) = xi^2 - (1 + x + xi) N, with m = 1/(1 + nu). Both are quadratics with
    leading coefficient tau > 0 and negative value -C at 0, so that with their positive root v they
    are (xi - v) (tau xi + C/v), and negative exactly below it. At the effective ridge q = xi^2 (1 -
    nu m) = xi^2 D1 > 0 and Q = xi^2 (1 - (1 + nu) m) = -xi^2 m (1 - t) < 0.
    """
    numerator = (1 - tau) * xi + tau * lam
    for shift, root, order in ((x, xi_lower, gt), (1 + x, xi_upper, lt)):
        quadratic = xi**2 - (shift + xi) * numerator
        proof.decide(eq(root**2, (shift + root) * ((1 - tau) * root + tau * lam)), on=FREE)
        proof.decide(gt(root))
        slope = tau * xi + shift * tau * lam / root
        proof.combination(
            order(xi, root),
            [(1 / slope, proof.decide(order(quadratic)))],
            on=RIDGE,
            because="The quadratic is the distance from its root times what is positive.",
        )


@claim(
    title=r"$\xi$ is a root of an explicit quartic with leading coefficient $\kappa\tau$",
    statement=both(
        eq(quartic, 0),
        eq(Partial(Partial(Partial(Partial(quartic, xi), xi), xi), xi), 24 * kappa * tau),
    ),
    domain=RIDGE,
)
def effective_ridge_quartic(proof: Proof) -> None:
    """The quartic of the effective ridge.

    Eliminate m: the ridge equation gives m = N/xi^2 with N = (1 - tau) xi + tau lam. Put into the
    resolvent equation and cleared of denominators it is a polynomial of degree four in xi. It
    vanishes at every state.
    """
    proof.decide()


@claim(
    title="Positive roots of the quartic with $m > 0$ solve the equations of the state",
    statement=both(
        eq(
            At(quartic, (lam, (xi**2 * m - (1 - tau) * xi) / tau)),
            xi**4 * m * (kappa + m) * At(resolvent_residual, (nu, x + xi)),
        ),
        gt(xi**4 * m * (kappa + m)),
    ),
    assumptions=(gt(xi, 0),),
)
def quartic_branch(proof: Proof) -> None:
    """The branch of the quartic.

    With m = N/xi^2, N = (1 - tau) xi + tau lam, and nu = x + xi, the quartic is xi^4 m (kappa + m)
    times the resolvent residual. Let xi > 0 be a root of it with m > 0. Then the residual vanishes,
    so m = M_kappa(x + xi), since the resolvent equation has one positive root; and xi^2 m = N is
    the ridge equation, so xi is the effective ridge, since that has one positive solution.
    Conversely the effective ridge is such a root.
    """
    proof.decide()


@claim(
    title=(
        r"$\xi$ increases in $\lambda$, $\kappa$ and "
        r"$\rho$ and decreases in $\tau$ and $\alpha$"
    ),
    statement=both(
        gt(total(xi, lam)),
        gt(total(xi, kappa)),
        gt(total(xi, rho)),
        lt(total(xi, tau)),
        lt(total(xi, alpha)),
    ),
    domain=RIDGE,
)
def effective_ridge_monotone(proof: Proof) -> None:
    """Monotonicity of the effective ridge in every parameter.

    Differentiate the four equations of the state implicitly. In the odds (a, b, c, w) the
    derivative of xi in each parameter is a quotient of polynomials whose coefficients have one
    sign.
    """
    proof.decide(on=RIDGE, because="In the odds.")


@claim(
    title="Everywhere one form of the ridge equation has terms at most four times its slope",
    statement=both(
        *(implies(weak, le(term, 2 * SLOPE)) for weak in WEAK_RIDGE for term in (tau * r, xi * m)),
        *(
            implies(both(STRONG_RIDGE, tasks), le(term, 4 * SLOPE))
            for few, last in ((FEW_TASKS, kappa * t), (MANY_TASKS, D1))
            for tasks in few
            for term in (tau * r, x * m, last)
        ),
    ),
)
def residual_conditioning(proof: Proof) -> None:
    """Conditioning of the three residuals.

    Let s = x + t^2, so that xi S = m xi s/(xi + s). If xi <= s then xi S >= xi m/2, and each term
    of tau r - xi m = tau - 1 is at most twice the slope tau r + xi S. If xi >= s then xi S >= m s/2
    = (x m + D1 t)/2. For t <= 1/2, D1 t = kappa (1 - t) t >= kappa t/2, and each term of tau r + x
    m - kappa t = tau - kappa is at most four times the slope; for t >= 1/2, D1 t >= D1/2, and so is
    each term of tau r + x m + D1 = tau. Since the difference of the terms is tau - 1, tau - kappa
    or tau, it obeys the same bounds. Rounding each term to relative precision u thus moves log xi
    by a small multiple of u.
    """
    proof.decide()
