"""Claims about limits of the errors in their parameters, iterated and along joint scalings."""

import sympy as sp

from icl_theory.limits import balance
from icl_theory.symbolic import limits as s
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.errors import (
    bias,
    e_icl,
    e_idg,
    gap,
    pretraining_variance,
    train,
)
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.limits import (
    Tied,
    c,
    c1,
    infinite_context_ridgeless,
    iterated,
    ridgeless_infinite_context,
)
from icl_theory.symbolic.proof import both, eq, gt, implies, lt
from icl_theory.symbolic.spectral import M
from icl_theory.symbolic.symbols import alpha, kappa, lam, m, nu, rho, tau

from .claim import Claim

OO = sp.oo
UNDER, OVER = lt(tau, 1), gt(tau, 1)
FEW, ENOUGH = lt(kappa, 1), gt(kappa, 1)
FEW_UNDER, ENOUGH_UNDER = lt(kappa, tau), gt(kappa, tau)
AT_THRESHOLD, LINE_OVER, LINE_UNDER = eq(tau, 1), eq(kappa, 1), eq(kappa, tau)
ROOT, FOURTH = sp.Rational(1, 2), sp.Rational(1, 4)

#: Limits rest on the fixed point being the one positive solution of the balances.
BASIS = ("fixed-point-balances", "balance-circuits", "ridge-uniqueness", "ridge-existence")

#: The order of limits in symbols.
first_ridgeless, first_context = ridgeless_infinite_context, infinite_context_ridgeless


def transition(expression: object, *ties: tuple[sp.Symbol, object]) -> sp.Limit:
    """Ridgeless limit, then alpha -> oo with tau = c alpha and further ties."""
    tied = Tied(expression, (tau, c * alpha), *ties)
    return iterated(tied, (lam, 0), (alpha, OO))


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


def _claim(
    identifier: str, title: str, *relations: sp.Basic, where: tuple[sp.Basic, ...] = ()
) -> Claim:
    return Claim(
        id=identifier,
        title=title,
        statement=both(*relations) if len(relations) > 1 else relations[0],
        assumptions=where,
        rests_on=BASIS,
        regime=None,
    )


CLAIMS = (
    Claim(
        id="fixed-point-balances",
        title="The fixed point as balances: three capacities and their remainders",
        statement=balances(),
    ),
    Claim(
        id="balance-circuits",
        title="Every minimal linear relation between the terms of the balances",
        statement=circuits(),
        rests_on=("fixed-point-balances",),
    ),
    # Infinite context, ridgeless first.
    _claim(
        "context-growth-over",
        "Ridgeless e_ICL grows linearly with the context, kappa < 1 < tau",
        eq(first_ridgeless(e_icl / alpha), s.icl_growth_over),
        eq(first_ridgeless(gap / alpha), s.icl_growth_over),
        eq(first_ridgeless(pretraining_variance / alpha), s.icl_growth_over),
        eq(first_ridgeless(e_idg), s.idg_infinite_over),
        where=(FEW, OVER),
    ),
    _claim(
        "context-growth-under",
        "Ridgeless e_ICL grows linearly with the context, kappa < tau < 1",
        eq(first_ridgeless(e_icl / alpha), s.icl_growth_under),
        eq(first_ridgeless(gap / alpha), s.icl_growth_under),
        eq(first_ridgeless(pretraining_variance / alpha), s.icl_growth_under),
        eq(first_ridgeless(e_idg), s.idg_few_under),
        where=(FEW_UNDER, UNDER),
    ),
    _claim(
        "context-enough-over",
        "Ridgeless errors at infinite context, kappa > 1 and tau > 1",
        eq(first_ridgeless(e_icl), s.icl_enough_over),
        eq(first_ridgeless(e_idg), s.idg_infinite_over),
        eq(first_ridgeless(gap), s.gap_enough_over),
        where=(ENOUGH, OVER),
    ),
    _claim(
        "context-enough-under",
        "Ridgeless errors at infinite context, tau < 1 and kappa > tau",
        eq(first_ridgeless(e_icl), s.icl_enough_under),
        eq(first_ridgeless(e_idg), s.idg_enough_under),
        eq(first_ridgeless(gap), s.gap_enough_under),
        where=(ENOUGH_UNDER, UNDER),
    ),
    _claim(
        "context-line-over-growth",
        "On the line kappa = 1 < tau ridgeless e_ICL grows like the root of the context",
        eq(first_ridgeless(e_icl / alpha**ROOT), s.icl_line_over),
        eq(first_ridgeless(gap / alpha**ROOT), s.icl_line_over),
        eq(first_ridgeless(e_idg), s.idg_infinite_over),
        where=(LINE_OVER, OVER),
    ),
    _claim(
        "context-line-under-growth",
        "On the line kappa = tau < 1 all ridgeless errors grow like the root of the context",
        eq(first_ridgeless(e_icl / alpha**ROOT), s.icl_line_under),
        eq(first_ridgeless(e_idg / alpha**ROOT), s.idg_line_under),
        eq(first_ridgeless(gap / alpha**ROOT), s.gap_line_under),
        where=(LINE_UNDER, UNDER),
    ),
    _claim(
        "line-poles-under",
        "Ridgeless errors at infinite context diverge like 1/|kappa - tau| at kappa = tau < 1",
        eq(
            iterated((kappa - tau) * e_icl, (lam, 0), (alpha, OO), (kappa, tau, "+")),
            rho * tau**2 / (1 - tau),
        ),
        eq(iterated((kappa - tau) * e_idg, (lam, 0), (alpha, OO), (kappa, tau, "+")), rho * tau),
        eq(iterated((tau - kappa) * e_idg, (lam, 0), (alpha, OO), (kappa, tau, "-")), rho * tau),
        where=(UNDER,),
    ),
    _claim(
        "line-poles-over",
        "Ridgeless e_ICL at infinite context diverges like 1/(kappa - 1) at kappa = 1 < tau",
        eq(
            iterated((kappa - 1) * e_icl, (lam, 0), (alpha, OO), (kappa, 1, "+")),
            rho / (tau - 1),
        ),
        eq(iterated(e_idg, (lam, 0), (alpha, OO), (kappa, 1, "+")), s.idg_infinite_over),
        where=(OVER,),
    ),
    # The other order.
    _claim(
        "context-first-few",
        "Infinite context before vanishing ridge, kappa < min(tau, 1): every error is finite",
        *(
            implies(both(*where), eq(first_context(error), value))
            for where in ((OVER, FEW), (UNDER, FEW_UNDER))
            for error, value in (
                (e_icl, s.icl_few_ridge),
                (e_idg, s.idg_few_ridge),
                (gap, s.gap_few_ridge),
                (bias, s.few_bias),
            )
        ),
    ),
    _claim(
        "orders-commute-enough",
        "Vanishing ridge and infinite context commute where kappa > min(tau, 1)",
        *(
            implies(both(*where), eq(first_context(error), first_ridgeless(error)))
            for where in ((OVER, ENOUGH), (UNDER, ENOUGH_UNDER))
            for error in (e_icl, e_idg, gap, train)
        ),
    ),
    _claim(
        "context-first-line",
        "On kappa = min(tau, 1), infinite context first, errors grow like lam^{-1/2}",
        implies(both(OVER, LINE_OVER), eq(first_context(lam**ROOT * e_icl), s.icl_ridge_line_over)),
        implies(both(OVER, LINE_OVER), eq(first_context(e_idg), s.idg_infinite_over)),
        implies(
            both(UNDER, LINE_UNDER), eq(first_context(lam**ROOT * e_icl), s.icl_ridge_line_under)
        ),
        implies(
            both(UNDER, LINE_UNDER), eq(first_context(lam**ROOT * e_idg), s.idg_ridge_line_under)
        ),
    ),
    # The interpolation threshold at infinite context.
    _claim(
        "peak-enough",
        "The lam^{-1/2} law at tau = 1 < kappa, in both orders with infinite context",
        *(
            eq(order(lam**ROOT * error), value)
            for order in (first_ridgeless, first_context)
            for error, value in ((e_icl, s.icl_peak_enough), (e_idg, s.idg_peak_enough))
        ),
        where=(AT_THRESHOLD, ENOUGH),
    ),
    _claim(
        "peak-few",
        "The lam^{-1/2} law at tau = 1 > kappa, and its growth with the context",
        eq(first_ridgeless(lam**ROOT * e_icl / alpha**ROOT), s.icl_peak_few),
        eq(first_ridgeless(lam**ROOT * alpha**ROOT * e_idg), s.idg_peak_few),
        where=(AT_THRESHOLD, FEW),
    ),
    _claim(
        "peak-critical",
        "At tau = kappa = 1 the peak grows with the fourth root of the context",
        eq(first_ridgeless(lam**ROOT * e_icl / alpha**FOURTH), s.icl_peak_critical),
        eq(first_ridgeless(lam**ROOT * alpha**FOURTH * e_idg), s.idg_peak_critical),
        eq(first_context(lam ** sp.Rational(2, 3) * e_icl), s.icl_peak_context_first),
        eq(first_context(lam ** sp.Rational(1, 3) * e_idg), s.idg_peak_context_first),
        where=(AT_THRESHOLD, LINE_OVER),
    ),
    _claim(
        "peak-window",
        "From the 1/|1 - tau| law to the lam^{-1/2} law at infinite context, kappa > 1",
        *(
            eq(
                iterated(
                    Tied(abs_tau * e_idg, (lam, c * (1 - tau) ** 2)), (alpha, OO), (tau, 1, side)
                ),
                s.peak_window,
            )
            for abs_tau, side in ((1 - tau, "-"), (tau - 1, "+"))
        ),
        where=(ENOUGH,),
    ),
    Claim(
        id="peak-window-any-context",
        title="From the 1/|1 - tau| law to the lam^{-1/2} law at any context length",
        statement=both(
            *(
                eq(
                    sp.Limit(Tied(distance * error, (lam, c * (1 - tau) ** 2)), tau, 1, side),
                    At(value, (m, At(M, (nu, x)))),
                )
                for distance, side in ((1 - tau, "-"), (tau - 1, "+"))
                for error, value in (
                    (e_idg, s.peak_window_any_idg),
                    (e_icl, s.peak_window_any_icl),
                )
            )
        ),
        rests_on=("fixed-point-balances", "resolvent-unique"),
        regime=None,
    ),
    # The transition in task diversity.
    _claim(
        "transition-few",
        "The transition at kappa = 1: g_task stays positive for kappa < 1, tau = c alpha -> oo",
        eq(transition(gap), s.transition_gap),
        eq(transition(e_idg), rho),
        where=(FEW,),
    ),
    _claim(
        "transition-critical",
        "The transition at kappa = 1: g_task falls like alpha^{-1/2} on the line",
        eq(transition(alpha**ROOT * gap), s.transition_gap_critical),
        where=(LINE_OVER,),
    ),
    _claim(
        "transition-enough",
        "The transition at kappa = 1: g_task falls like 1/alpha for kappa > 1",
        eq(transition(alpha * gap), s.transition_gap_enough),
        where=(ENOUGH,),
    ),
    _claim(
        "transition-window",
        "The transition is rounded over a window of width alpha^{-1/2}",
        eq(
            transition(alpha**ROOT * gap, (kappa, 1 + c1 / sp.sqrt(alpha))),
            s.transition_window(s.window_above),
        ),
        eq(
            transition(alpha**ROOT * gap, (kappa, 1 - c1 / sp.sqrt(alpha))),
            s.transition_window(s.window_below),
        ),
    ),
    _claim(
        "transition-ridge",
        "At fixed ridge there is no transition: g_task for tau = c alpha -> oo",
        eq(
            iterated(Tied(gap, (tau, c * alpha)), (alpha, OO)),
            At(s.transition_gap_ridge, (nu, lam), (m, At(M, (nu, lam)))),
        ),
    ),
    _claim(
        "transition-ridge-scaled",
        "The transition survives a ridge that falls like 1/alpha",
        eq(
            iterated(Tied(gap, (tau, c * alpha), (lam, c1 / alpha)), (alpha, OO)),
            s.transition_gap_ridge_scaled,
        ),
        where=(FEW,),
    ),
    # One parameter at a time.
    _claim(
        "limit-large-ridge",
        "lam -> oo: the predictor tends to zero, all errors to 1 + rho, and lam g_task to 2/kappa",
        *(eq(sp.Limit(error, lam, OO), s.zero_predictor) for error in (e_icl, e_idg, train)),
        eq(sp.Limit(lam * gap, lam, OO), s.large_ridge_gap),
    ),
    _claim(
        "limit-few-sequences",
        "tau -> 0: nothing is learned, and g_task/tau tends to a constant of either sign",
        *(eq(sp.Limit(error, tau, 0), s.zero_predictor) for error in (e_icl, e_idg)),
        eq(sp.Limit(gap / tau, tau, 0), s.few_sequences_gap),
    ),
    _claim(
        "limit-many-sequences",
        "tau -> oo: the effective ridge is the ridge, and the pretraining variance vanishes",
        *(
            eq(
                sp.Limit(error, tau, OO),
                At(value, (nu, x + lam), (m, At(M, (nu, x + lam)))),
            )
            for error, value in ((e_icl, s.many_sequences_icl), (e_idg, s.many_sequences_idg))
        ),
        eq(sp.Limit(pretraining_variance, tau, OO), 0),
    ),
    _claim(
        "limit-no-context",
        "alpha -> 0: contexts are noise, and pretraining on it double descends at any ridge",
        *(
            implies(where, eq(sp.Limit(error, alpha, 0), value))
            for where, value in ((OVER, s.no_context_over), (UNDER, s.no_context_under))
            for error in (e_icl, e_idg)
        ),
        *(
            implies(AT_THRESHOLD, eq(sp.Limit(alpha**ROOT * error, alpha, 0), s.no_context_peak))
            for error in (e_icl, e_idg)
        ),
        eq(sp.Limit(gap, alpha, 0), 0),
    ),
    _claim(
        "limit-many-tasks",
        "kappa -> oo, ridgeless: g_task falls like 1/kappa, and its constant",
        implies(OVER, eq(iterated(kappa * gap, (lam, 0), (kappa, OO)), s.diversity_gap_over)),
        implies(UNDER, eq(iterated(kappa * gap, (lam, 0), (kappa, OO)), s.diversity_gap_under)),
    ),
    _claim(
        "limit-one-task",
        "kappa -> 0, ridgeless: a single direction is learned",
        implies(OVER, eq(iterated(e_icl, (lam, 0), (kappa, 0)), s.one_task_icl_over)),
        implies(UNDER, eq(iterated(e_icl, (lam, 0), (kappa, 0)), s.one_task_icl_under)),
        implies(OVER, eq(iterated(e_idg, (lam, 0), (kappa, 0)), s.idg_infinite_over)),
        implies(UNDER, eq(iterated(e_idg, (lam, 0), (kappa, 0)), s.one_task_idg_under)),
    ),
    _claim(
        "limit-noisy-labels",
        "rho -> oo, ridgeless: errors grow with the noise as on noise alone",
        *(
            implies(where, eq(iterated(error / rho, (lam, 0), (rho, OO)), value))
            for where, value in ((OVER, tau / (tau - 1)), (UNDER, 1 / (1 - tau)))
            for error in (e_icl, e_idg)
        ),
    ),
)
