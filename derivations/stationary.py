"""Claims on minima and maxima of the errors in the context length, ridgeless."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import stationary as s
from icl_theory.theory.errors import e_icl, e_idg, gap
from icl_theory.theory.spectral import D1
from icl_theory.theory.stationary import OVER, UNDER, OnContextLine, u
from icl_theory.theory.symbols import alpha, kappa, rho, tau

BELOW, ABOVE = lt(tau, 1), gt(tau, 1)


#: Leverages of the line: u < min(1, theta/kappa) in the three orders of the parameters.
FEW_UNDER = both(BELOW, lt(kappa, tau), lt(u, 1))


MANY_UNDER = both(BELOW, gt(kappa, tau), lt(u, tau / kappa))


FEW_OVER = both(ABOVE, lt(kappa, 1), lt(u, 1))


MANY_OVER = both(ABOVE, gt(kappa, 1), lt(u, 1 / kappa))


def _line(regime: sp.Symbol, context: sp.Symbol, few: sp.And, many: sp.And) -> sp.And:
    end = {UNDER: tau / kappa, OVER: 1 / kappa}[regime]
    order = {UNDER: tau, OVER: sp.Integer(1)}[regime]
    side = {UNDER: (BELOW,), OVER: (ABOVE,)}[regime]
    return both(
        eq(OnContextLine(s.task_leverage, regime), u),
        eq(OnContextLine(D1, regime), kappa * u),
        eq(OnContextLine(alpha, regime), context),
        implies(few, gt(Partial(context, u))),
        implies(many, gt(Partial(context, u))),
        eq(sp.Limit(context, u, 0), 0),
        implies(both(*side, lt(kappa, order)), eq(sp.Limit(context, u, 1, "-"), sp.oo)),
        implies(both(*side, gt(kappa, order)), eq(sp.Limit(context, u, end, "-"), sp.oo)),
    )


@claim(
    title="Below the threshold, leverage u runs along the context lengths, rationally",
    statement=_line(UNDER, s.context_under, FEW_UNDER, MANY_UNDER),
)
def context_line_under(proof: Proof) -> None:
    """Below the interpolation threshold the context lengths are a rational line in the leverage u.

    Ridgeless, xi = (1 - tau)/m, so m alone is free; t = 1 - u gives m = kappa u/(1 - u) and alpha =
    (1 + rho) kappa u/((1 - u)(tau - kappa u)). This grows from 0 to infinity as u runs from 0 to
    min(1, tau/kappa): every context length has one leverage, and an error moves with alpha as with
    u.
    """
    proof.decide(because="everything is rational in u")


@claim(
    title="Above the threshold, leverage u runs along the context lengths, rationally",
    statement=_line(OVER, s.context_over, FEW_OVER, MANY_OVER),
)
def context_line_over(proof: Proof) -> None:
    """Above the interpolation threshold the context lengths are a rational line in the leverage u.

    Ridgeless, xi = 0, so m alone is free; t = 1 - u gives m = kappa u/(1 - u) and alpha = (1 + rho)
    kappa u/((1 - u)(1 - kappa u)). This grows from 0 to infinity as u runs from 0 to min(1,
    1/kappa): every context length has one leverage, and an error moves with alpha as with u.
    """
    proof.decide(because="everything is rational in u")


@claim(
    title="Below the threshold, e_icl rises with the context where rho > rho_star",
    statement=both(
        eq(
            Partial(OnContextLine(e_icl, UNDER), u),
            s.weight_icl_under * (rho - s.rho_star_icl_under),
        ),
        implies(FEW_UNDER, gt(s.weight_icl_under)),
        implies(MANY_UNDER, gt(s.weight_icl_under)),
    ),
)
def context_slope_icl_under(proof: Proof) -> None:
    """Slope of e_icl along the line of context lengths, below the interpolation threshold.

    On the line e_icl is linear in rho; so is its slope, which vanishes at one rho for every u.
    """
    proof.decide(because="the slope is linear in rho")


@claim(
    title="Below the threshold, e_idg rises with the context where rho > rho_star",
    statement=both(
        eq(
            Partial(OnContextLine(e_idg, UNDER), u),
            s.weight_idg_under * (rho - s.rho_star_idg_under),
        ),
        implies(FEW_UNDER, gt(s.weight_idg_under)),
        implies(MANY_UNDER, gt(s.weight_idg_under)),
    ),
)
def context_slope_idg_under(proof: Proof) -> None:
    """Slope of e_idg along the line of context lengths, below the interpolation threshold.

    On the line e_idg is linear in rho; so is its slope, which vanishes at one rho for every u.
    """
    proof.decide(because="the slope is linear in rho")


@claim(
    title="Above the threshold, e_icl rises with the context where rho > rho_star",
    statement=both(
        eq(
            Partial(OnContextLine(e_icl, OVER), u),
            s.weight_icl_over * (rho - s.rho_star_icl_over),
        ),
        implies(FEW_OVER, gt(s.weight_icl_over)),
        implies(MANY_OVER, gt(s.weight_icl_over)),
    ),
)
def context_slope_icl_over(proof: Proof) -> None:
    """Slope of e_icl along the line of context lengths, above the interpolation threshold.

    On the line e_icl is linear in rho; so is its slope, which vanishes at one rho for every u.
    """
    proof.decide(because="the slope is linear in rho")


@claim(
    title="Above the threshold, e_idg falls with the context at every label noise",
    statement=both(
        eq(Partial(OnContextLine(e_idg, OVER), u), s.slope_idg_over),
        implies(FEW_OVER, lt(s.slope_idg_over)),
        implies(MANY_OVER, lt(s.slope_idg_over)),
        implies(both(ABOVE, lt(u, 1)), lt(At(s.slope_idg_over, (kappa, 1)))),
    ),
)
def context_idg_over(proof: Proof) -> None:
    """Above the interpolation threshold e_idg falls with the context length.

    The slope in u is -tau (1 + kappa - 2 kappa u)/(tau - 1), without rho, and 2 kappa u is below
    twice the smaller of kappa and 1, so below 1 + kappa.
    """
    proof.decide(because="rho drops out of the slope")


@claim(
    title="Ridgeless above the threshold both errors and their gap fall with tau",
    statement=both(
        *(
            implies(case, lt(Partial(OnContextLine(error, OVER), tau)))
            for error in (e_icl, e_idg, gap)
            for case in (FEW_OVER, MANY_OVER)
        ),
    ),
)
def data_helps_over(proof: Proof) -> None:
    """Ridgeless above the interpolation threshold, more pretraining sequences never hurt.

    There the state does not depend on tau: with nu = x, m = M_kappa(x). The errors are sums of a
    part without tau and a positive multiple of 1/(tau - 1).
    """
    proof.decide(because="the state does not read tau")


@claim(
    title="Below the threshold, e_icl has one minimum in alpha above rho_edge, none below",
    statement=both(
        implies(FEW_UNDER, lt(Partial(s.rho_star_icl_under, u))),
        implies(MANY_UNDER, lt(Partial(s.rho_star_icl_under, u))),
        implies(both(BELOW, lt(u, 1)), lt(At(Partial(s.rho_star_icl_under, u), (kappa, tau)))),
        implies(both(BELOW), eq(sp.Limit(s.rho_star_icl_under, u, 0, "+"), sp.oo)),
        eq(At(s.rho_star_icl_under, (u, 1)), 0),
        eq(At(s.rho_star_icl_under, (u, tau / kappa)), s.rho_edge_icl_under),
        implies(both(BELOW, gt(kappa, tau)), gt(s.rho_edge_icl_under)),
    ),
)
def context_minimum_icl_under(proof: Proof) -> None:
    """e_icl in the context length below the interpolation threshold: one minimum, or none.

    rho_star falls strictly, from infinity at u = 0 to its value at the end of the line, which is 0
    for kappa <= tau and rho_edge for kappa > tau. So for rho > 0 up to the end's value the slope of
    e_icl, of the sign of rho - rho_star, is negative throughout; above it the slope changes sign
    once, from minus to plus.
    """
    proof.decide(because="rho_star falls strictly")


@claim(
    title="Below the threshold, e_idg has one minimum in alpha above rho_edge, none below",
    statement=both(
        implies(FEW_UNDER, lt(Partial(s.rho_star_idg_under, u))),
        implies(MANY_UNDER, lt(Partial(s.rho_star_idg_under, u))),
        implies(both(BELOW, lt(u, 1)), lt(At(Partial(s.rho_star_idg_under, u), (kappa, tau)))),
        implies(both(BELOW), eq(sp.Limit(s.rho_star_idg_under, u, 0, "+"), sp.oo)),
        eq(At(s.rho_star_idg_under, (u, 1)), s.rho_edge_idg_few),
        eq(At(s.rho_star_idg_under, (u, tau / kappa)), s.rho_edge_idg_many),
        implies(both(BELOW, lt(kappa, tau)), gt(s.rho_edge_idg_few)),
        implies(both(BELOW, gt(kappa, tau)), gt(s.rho_edge_idg_many)),
    ),
)
def context_minimum_idg_under(proof: Proof) -> None:
    """e_idg in the context length below the interpolation threshold: one minimum, or none.

    rho_star falls strictly, from infinity at u = 0 to rho_edge at the end of the line, which is
    zero only at kappa = tau (and at kappa = 1 among kappa < tau, where there is none). So for rho
    up to rho_edge the slope of e_idg is negative throughout; above it the slope changes sign once,
    from minus to plus.
    """
    proof.decide(because="rho_star falls strictly")


@claim(
    title="Above the threshold, kappa >= 1: e_icl has one minimum above rho_edge, none below",
    statement=both(
        implies(MANY_OVER, lt(Partial(s.rho_star_icl_over, u))),
        implies(both(ABOVE, lt(u, 1)), lt(At(Partial(s.rho_star_icl_over, u), (kappa, 1)))),
        implies(both(ABOVE, gt(kappa, 1)), eq(sp.Limit(s.rho_star_icl_over, u, 0, "+"), sp.oo)),
        eq(At(s.rho_star_icl_over, (u, 1 / kappa)), s.rho_edge_icl_over),
        implies(both(ABOVE, gt(kappa, 1)), gt(s.rho_edge_icl_over)),
    ),
)
def context_minimum_icl_over(proof: Proof) -> None:
    """e_icl in the context above the threshold with kappa >= 1: one minimum, or none.

    rho_star falls strictly, from infinity at u = 0 to rho_edge at the end of the line, which is
    zero only at kappa = 1. So for rho up to rho_edge the slope of e_icl is negative throughout;
    above it the slope changes sign once, from minus to plus.
    """
    proof.decide(because="rho_star falls strictly")


@claim(
    title="Above the threshold, kappa < 1: rho_star has one maximum if tau(1-kappa) > 2",
    statement=both(
        eq(Partial(s.rho_star_icl_over, u), -s.weight_fold * s.fold),
        implies(FEW_OVER, gt(s.weight_fold)),
        implies(both(lt(kappa, 1), lt(u, 1)), gt(s.fold_base)),
        implies(both(lt(kappa, 1), lt(u, 1)), gt((1 - kappa) * s.fold_turn + s.fold_slope)),
        eq(
            Partial(-s.fold_base / s.fold_slope, u),
            3 * u * (2 - u) * (1 - kappa * u**2) ** 2 * s.fold_turn / s.fold_slope**2,
        ),
        eq(At(s.fold, (u, 0)), 2 - tau * (1 - kappa)),
        implies(both(lt(kappa, 1), gt(tau, 1)), gt(At(s.fold, (u, 1)))),
        eq(At(s.rho_star_icl_over, (u, 1)), 0),
        eq(
            sp.Limit(kappa * u * s.rho_star_icl_over, u, 0, "+"),
            (2 - tau * (1 - kappa)) / 2,
        ),
    ),
)
def context_fold(proof: Proof) -> None:
    """e_icl in the context length above the interpolation threshold with kappa < 1.

    The slope of rho_star has the sign of -f, f = f_0 + (tau - 1) f_1 with f_0 > 0. Where f_1 >= 0,
    f > 0. Where f_1 < 0, f has the sign of -f_0/f_1 - (tau - 1), and -f_0/f_1 grows with u there:
    its rate is a positive multiple of f_2, and (1 - kappa) f_2 > -f_1 > 0. The leverages with f_1 <
    0 are one interval that starts at 0: at the left end of another one -f_0/f_1 would come down
    from infinity. So f changes sign at most once, from minus to plus, and does so exactly if it is
    negative at u = 0, that is for tau (1 - kappa) > 2.

    * tau (1 - kappa) <= 2: rho_star falls to 0, and e_icl has one minimum for every rho > 0.
    * tau (1 - kappa) > 2: rho_star climbs from minus infinity to a maximum and falls to 0. For rho
      > 0 below the maximum e_icl has one maximum, then one minimum; from the maximum on it rises
      throughout: more context only hurts.
    """
    proof.decide(because="signs of the fold polynomial")
