"""Claims on minima and maxima of the errors in the context length, ridgeless."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import Partial
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.algebra.statements import RootCount
from icl_theory.proof.claim import claim
from icl_theory.proof.kernel import in_order
from icl_theory.proof.proof import Proof
from icl_theory.theory import boundary as b
from icl_theory.theory import stationary as s
from icl_theory.theory.errors import e_icl, e_idg, gap
from icl_theory.theory.spectral import D1
from icl_theory.theory.stationary import SIDE_OVER, SIDE_UNDER, OnContextLine, u
from icl_theory.theory.symbols import alpha, kappa, rho, tau

from .paths import ABOVE, BELOW

#: The leverages of the line, 0 < u < min(1, theta/kappa), for every order of the parameters.
LINE_UNDER = both(BELOW, lt(u, 1), lt(kappa, tau / u))
LINE_OVER = both(ABOVE, lt(u, 1), lt(kappa, 1 / u))
#: The orders of the parameters on each side, and where the line ends in each.
ORDERS_UNDER = (
    (both(BELOW, lt(kappa, tau)), sp.Integer(1)),
    (both(BELOW, eq(kappa, tau)), sp.Integer(1)),
    (both(BELOW, gt(kappa, tau)), tau / kappa),
)
ORDERS_OVER = (
    (both(ABOVE, lt(kappa, 1)), sp.Integer(1)),
    (both(ABOVE, eq(kappa, 1)), sp.Integer(1)),
    (both(ABOVE, gt(kappa, 1)), 1 / kappa),
)


def _slope(error: sp.Expr, side: sp.Symbol) -> sp.Expr:
    """Slope of an error along the line of context lengths."""
    return Partial(OnContextLine(error, side), u)


def _line(side: sp.Symbol, context: sp.Expr) -> sp.And:
    line, orders = {SIDE_UNDER: (LINE_UNDER, ORDERS_UNDER), SIDE_OVER: (LINE_OVER, ORDERS_OVER)}[
        side
    ]
    return both(
        implies(line, eq(OnContextLine(s.task_leverage, side), u)),
        implies(line, eq(OnContextLine(D1, side), kappa * u)),
        implies(line, eq(OnContextLine(alpha, side), context)),
        implies(line, gt(Partial(context, u))),
        eq(sp.Limit(context, u, 0), 0),
        *(implies(order, eq(sp.Limit(context, u, end, "-"), sp.oo)) for order, end in orders),
        *(implies(order, eq(RootCount(context - alpha, u, 0, end), 1)) for order, end in orders),
    )


def _decide_and_count(proof: Proof, multiplier: object = 0) -> None:
    """Decide every conjunct; those that count roots by the one-way crossing of zero."""
    for part in proof.statement.args:
        condition, relation = part.args if isinstance(part, sp.Implies) else (None, part)
        if not relation.has(RootCount):
            proof.decide(part)
            continue
        function, unknown, _, end = relation.lhs.args
        given = in_order(condition.args if isinstance(condition, sp.And) else (condition,))
        proof.one_root(function, unknown, end=end, multiplier=multiplier, given=given)


@claim(
    title="Below the threshold, leverage $u$ runs along the context lengths, rationally",
    statement=_line(SIDE_UNDER, s.context_under),
)
def context_line_under(proof: Proof) -> None:
    """Below the interpolation threshold the context lengths are a rational line in the leverage u.

    Ridgeless, xi = (1 - tau)/m, so m alone is free; t = 1 - u gives m = kappa u/(1 - u) and alpha =
    (1 + rho) kappa u/((1 - u)(tau - kappa u)). This grows from 0 to infinity as u runs from 0 to
    min(1, tau/kappa): every context length has one leverage, and an error moves with alpha as with
    u.
    """
    _decide_and_count(proof)


@claim(
    title="Above the threshold, leverage $u$ runs along the context lengths, rationally",
    statement=_line(SIDE_OVER, s.context_over),
)
def context_line_over(proof: Proof) -> None:
    """Above the interpolation threshold the context lengths are a rational line in the leverage u.

    Ridgeless, xi = 0, so m alone is free; t = 1 - u gives m = kappa u/(1 - u) and alpha = (1 + rho)
    kappa u/((1 - u)(1 - kappa u)). This grows from 0 to infinity as u runs from 0 to min(1,
    1/kappa): every context length has one leverage, and an error moves with alpha as with u.
    """
    _decide_and_count(proof)


def _signed(
    error: sp.Expr, side: sp.Symbol, line: sp.And, weight: sp.Expr, star: sp.Expr
) -> sp.And:
    """The slope of an error is a positive weight times rho - rho_star."""
    return both(
        implies(line, eq(_slope(error, side), weight * (rho - star))),
        implies(line, gt(weight)),
    )


@claim(
    title=(
        r"Below the threshold, $e_{\mathrm{ICL}}$ rises "
        r"with the context exactly where $\rho > \rho^\star$"
    ),
    statement=_signed(e_icl, SIDE_UNDER, LINE_UNDER, s.weight_icl_under, s.rho_star_icl_under),
)
def context_slope_icl_under(proof: Proof) -> None:
    """Slope of e_icl along the line of context lengths, below the interpolation threshold.

    On the line e_icl is linear in rho; so is its slope, which vanishes at one rho for every u.
    """
    proof.decide()


@claim(
    title=(
        r"Below the threshold, $e_{\mathrm{IDG}}$ rises "
        r"with the context exactly where $\rho > \rho^\star$"
    ),
    statement=_signed(e_idg, SIDE_UNDER, LINE_UNDER, s.weight_idg_under, s.rho_star_idg_under),
)
def context_slope_idg_under(proof: Proof) -> None:
    """Slope of e_idg along the line of context lengths, below the interpolation threshold.

    On the line e_idg is linear in rho; so is its slope, which vanishes at one rho for every u.
    """
    proof.decide()


@claim(
    title=(
        r"Above the threshold, $e_{\mathrm{ICL}}$ rises "
        r"with the context exactly where $\rho > \rho^\star$"
    ),
    statement=_signed(e_icl, SIDE_OVER, LINE_OVER, s.weight_icl_over, s.rho_star_icl_over),
)
def context_slope_icl_over(proof: Proof) -> None:
    """Slope of e_icl along the line of context lengths, above the interpolation threshold.

    On the line e_icl is linear in rho; so is its slope, which vanishes at one rho for every u.
    """
    proof.decide()


@claim(
    title=(
        r"Above the threshold, $e_{\mathrm{IDG}}$ "
        "falls with the context at every label noise"
    ),
    statement=both(
        implies(LINE_OVER, eq(_slope(e_idg, SIDE_OVER), s.slope_idg_over)),
        implies(LINE_OVER, lt(s.slope_idg_over)),
    ),
)
def context_idg_over(proof: Proof) -> None:
    """Above the interpolation threshold e_idg falls with the context length.

    The slope in u is -tau (1 + kappa - 2 kappa u)/(tau - 1), without rho, and 2 kappa u is below
    twice the smaller of kappa and 1, so below 1 + kappa.
    """
    proof.decide()


@claim(
    title=r"Ridgeless above the threshold both errors and their gap fall with $\tau$",
    statement=both(
        *(
            implies(LINE_OVER, lt(Partial(OnContextLine(error, SIDE_OVER), tau)))
            for error in (e_icl, e_idg, gap)
        ),
    ),
)
def data_helps_over(proof: Proof) -> None:
    """Ridgeless above the interpolation threshold, more pretraining sequences never hurt.

    There the state does not depend on tau: with nu = x, m = M_kappa(x). The errors are sums of a
    part without tau and a positive multiple of 1/(tau - 1).
    """
    proof.decide()


CaseOfSide = tuple[sp.And, sp.Expr, sp.Expr]


def _minimum(
    error: sp.Expr, side: sp.Symbol, star: sp.Expr, cases: tuple[CaseOfSide, ...]
) -> sp.And:
    """What makes an error have one minimum above an edge in rho, and fall throughout up to it.

    Each case is an order of the parameters with the end of the line and the edge.
    """
    conjuncts = []
    for order, end, edge in cases:
        inside = lt(u, end)
        up_to = (eq(rho, edge),) if edge == 0 else (lt(rho, edge), eq(rho, edge))
        conjuncts += [
            implies(order, eq(sp.Limit(star, u, 0, "+"), sp.oo)),
            implies(order, eq(sp.Limit(star, u, end, "-"), edge)),
            implies(both(*order.args, inside), lt(Partial(star, u))),
            implies(
                both(*order.args, gt(rho, edge)), eq(RootCount(_slope(error, side), u, 0, end), 1)
            ),
            *(implies(both(*order.args, inside, c), lt(_slope(error, side))) for c in up_to),
        ]
        if edge != 0 and edge.is_positive:
            conjuncts.append(implies(order, gt(edge)))
    return both(*conjuncts)


@claim(
    title=(
        r"Below the threshold, $e_{\mathrm{ICL}}$ has one minimum "
        r"in $\alpha$ above $\rho_{\mathrm{edge}}$, none up to it"
    ),
    statement=_minimum(
        e_icl,
        SIDE_UNDER,
        s.rho_star_icl_under,
        tuple(
            (order, end, edge)
            for (order, end), edge in zip(
                ORDERS_UNDER, (sp.Integer(0), sp.Integer(0), s.rho_edge_icl_under), strict=True
            )
        ),
    ),
)
def context_minimum_icl_under(proof: Proof) -> None:
    """e_icl in the context length below the interpolation threshold: one minimum, or none.

    rho_star falls strictly, from infinity at u = 0 to its value at the end of the line, which is 0
    for kappa <= tau and rho_edge > 0 for kappa > tau. So for rho up to that value the slope of
    e_icl, of the sign of rho - rho_star, is negative throughout. Above it the slope vanishes once,
    where it passes from minus to plus: divided by its weight it is strictly monotone.
    """
    _count_minima(proof, s.weight_icl_under)


@claim(
    title=(
        r"Below the threshold, $e_{\mathrm{IDG}}$ has one minimum "
        r"in $\alpha$ above $\rho_{\mathrm{edge}}$, none up to it"
    ),
    statement=_minimum(
        e_idg,
        SIDE_UNDER,
        s.rho_star_idg_under,
        tuple(
            (order, end, edge)
            for (order, end), edge in zip(
                ORDERS_UNDER,
                (s.rho_edge_idg_few, sp.Integer(0), s.rho_edge_idg_many),
                strict=True,
            )
        ),
    ),
)
def context_minimum_idg_under(proof: Proof) -> None:
    """e_idg in the context length below the interpolation threshold: one minimum, or none.

    rho_star falls strictly, from infinity at u = 0 to rho_edge at the end of the line, which is
    zero only at kappa = tau. So for rho up to rho_edge the slope of e_idg, of the sign of rho -
    rho_star, is negative throughout. Above it the slope vanishes once, where it passes from minus
    to plus.
    """
    _count_minima(proof, s.weight_idg_under)


@claim(
    title=(
        r"Above the threshold, $\kappa \ge 1$: $e_{\mathrm{ICL}}$ "
        r"has one minimum above $\rho_{\mathrm{edge}}$, none up to it"
    ),
    statement=_minimum(
        e_icl,
        SIDE_OVER,
        s.rho_star_icl_over,
        tuple(
            (order, end, edge)
            for (order, end), edge in zip(
                ORDERS_OVER[1:], (sp.Integer(0), s.rho_edge_icl_over), strict=True
            )
        ),
    ),
)
def context_minimum_icl_over(proof: Proof) -> None:
    """e_icl in the context above the threshold with kappa >= 1: one minimum, or none.

    rho_star falls strictly, from infinity at u = 0 to rho_edge at the end of the line, which is
    zero only at kappa = 1. So for rho up to rho_edge the slope of e_icl, of the sign of rho -
    rho_star, is negative throughout. Above it the slope vanishes once, where it passes from minus
    to plus.
    """
    _count_minima(proof, s.weight_icl_over)


def _count_minima(proof: Proof, weight: sp.Expr) -> None:
    """Decide, and count zeros of a slope: divided by its weight it is strictly monotone."""
    _decide_and_count(proof, -Partial(weight, u) / weight)


#: The orders tau (1 - kappa) < 2, = 2 and > 2 above the threshold with kappa < 1.
FALLS = both(ABOVE, lt(kappa, 1), lt(tau, 2 / (1 - kappa)))
ENDS = both(gt(tau, 2), eq(kappa, b.fold_end_kappa))
FOLDS = both(lt(kappa, 1), gt(tau, 2 / (1 - kappa)))
_INSIDE = lt(u, 1)


@claim(
    title=(
        r"Above the threshold, $\kappa < 1$: $\rho^\star$ "
        r"falls, or has one maximum if $\tau(1 - \kappa) > 2$"
    ),
    statement=both(
        implies(
            both(ABOVE, lt(kappa, 1), _INSIDE),
            eq(Partial(s.rho_star_icl_over, u), -s.weight_fold * s.fold),
        ),
        implies(both(ABOVE, lt(kappa, 1), _INSIDE), gt(s.weight_fold)),
        implies(both(ABOVE, lt(kappa, 1)), eq(sp.Limit(s.rho_star_icl_over, u, 1, "-"), 0)),
        # tau (1 - kappa) < 2: rho_star falls from infinity to zero.
        implies(both(*FALLS.args, _INSIDE), gt(s.fold)),
        implies(FALLS, eq(sp.Limit(s.rho_star_icl_over, u, 0, "+"), sp.oo)),
        implies(both(*FALLS.args, gt(rho, 0)), eq(RootCount(_slope(e_icl, SIDE_OVER), u, 0, 1), 1)),
        # tau (1 - kappa) = 2: from a finite label noise.
        implies(both(*ENDS.args, _INSIDE), gt(s.fold)),
        implies(ENDS, eq(sp.Limit(s.rho_star_icl_over, u, 0, "+"), b.fold_end_rho)),
        implies(
            both(*ENDS.args, gt(rho, 0), lt(rho, b.fold_end_rho)),
            eq(RootCount(_slope(e_icl, SIDE_OVER), u, 0, 1), 1),
        ),
        implies(both(*ENDS.args, gt(rho, b.fold_end_rho), _INSIDE), gt(_slope(e_icl, SIDE_OVER))),
        # tau (1 - kappa) > 2: it climbs from minus infinity first.
        implies(FOLDS, eq(RootCount(s.fold, u, 0, 1), 1)),
        implies(FOLDS, eq(sp.Limit(s.rho_star_icl_over, u, 0, "+"), -sp.oo)),
    ),
)
def context_fold(proof: Proof) -> None:
    """e_icl in the context length above the interpolation threshold with kappa < 1.

    The slope of rho_star has the sign of -f, f = f_0 + (tau - 1) f_1 with f_0 > 0.

    * tau (1 - kappa) < 2: f > 0, so rho_star falls from infinity to 0, and e_icl has one minimum
      for every rho > 0.
    * tau (1 - kappa) = 2: f > 0, and rho_star falls from a finite rho_f to 0. e_icl has one minimum
      for 0 < rho < rho_f, and rises throughout for larger rho.
    * tau (1 - kappa) > 2: f < 0 near u = 0 and f > 0 near u = 1. Where f vanishes, -f_0/f_1 = tau -
      1 and f_1 < 0; the rate of -f_0/f_1 is a positive multiple of f_2, and (1 - kappa) f_2 > -f_1.
      So f passes through zero upwards only, hence once: rho_star climbs from minus infinity to one
      maximum and falls to 0.
    """
    turn = 3 * u * (2 - u) * (1 - kappa * u**2) ** 2
    upwards = (turn / (1 - kappa) - Partial(s.fold_base, u)) / s.fold_base
    weight = s.weight_icl_over
    for part in proof.statement.args:
        relation = part.args[1]
        if not relation.has(RootCount):
            proof.decide(part)
            continue
        function = relation.lhs.args[0]
        multiplier = upwards if function == s.fold else -Partial(weight, u) / weight
        given = in_order(part.args[0].args)
        proof.one_root(function, u, end=1, multiplier=multiplier, given=given)
