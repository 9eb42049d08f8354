"""Claims on minima and maxima of the errors in the context length, ridgeless."""

from __future__ import annotations

import sympy as sp

from icl_theory.symbolic import stationary as s
from icl_theory.symbolic.calculus import At, Partial
from icl_theory.symbolic.errors import e_icl, e_idg, gap
from icl_theory.symbolic.proof import both, eq, gt, implies, lt
from icl_theory.symbolic.spectral import D1
from icl_theory.symbolic.stationary import OVER, UNDER, OnContextLine, u
from icl_theory.symbolic.symbols import alpha, kappa, rho, tau

from .claim import Claim

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


CLAIMS = (
    Claim(
        id="context-line-under",
        title="Below the threshold, leverage u runs along the context lengths, rationally",
        statement=_line(UNDER, s.context_under, FEW_UNDER, MANY_UNDER),
        regime=None,
    ),
    Claim(
        id="context-line-over",
        title="Above the threshold, leverage u runs along the context lengths, rationally",
        statement=_line(OVER, s.context_over, FEW_OVER, MANY_OVER),
        regime=None,
    ),
    Claim(
        id="context-slope-icl-under",
        title="Below the threshold, e_icl rises with the context where rho > rho_star",
        statement=both(
            eq(
                Partial(OnContextLine(e_icl, UNDER), u),
                s.weight_icl_under * (rho - s.rho_star_icl_under),
            ),
            implies(FEW_UNDER, gt(s.weight_icl_under)),
            implies(MANY_UNDER, gt(s.weight_icl_under)),
        ),
        rests_on=("context-line-under",),
        regime=None,
    ),
    Claim(
        id="context-slope-idg-under",
        title="Below the threshold, e_idg rises with the context where rho > rho_star",
        statement=both(
            eq(
                Partial(OnContextLine(e_idg, UNDER), u),
                s.weight_idg_under * (rho - s.rho_star_idg_under),
            ),
            implies(FEW_UNDER, gt(s.weight_idg_under)),
            implies(MANY_UNDER, gt(s.weight_idg_under)),
        ),
        rests_on=("context-line-under",),
        regime=None,
    ),
    Claim(
        id="context-slope-icl-over",
        title="Above the threshold, e_icl rises with the context where rho > rho_star",
        statement=both(
            eq(
                Partial(OnContextLine(e_icl, OVER), u),
                s.weight_icl_over * (rho - s.rho_star_icl_over),
            ),
            implies(FEW_OVER, gt(s.weight_icl_over)),
            implies(MANY_OVER, gt(s.weight_icl_over)),
        ),
        rests_on=("context-line-over",),
        regime=None,
    ),
    Claim(
        id="context-idg-over",
        title="Above the threshold, e_idg falls with the context at every label noise",
        statement=both(
            eq(Partial(OnContextLine(e_idg, OVER), u), s.slope_idg_over),
            implies(FEW_OVER, lt(s.slope_idg_over)),
            implies(MANY_OVER, lt(s.slope_idg_over)),
            implies(both(ABOVE, lt(u, 1)), lt(At(s.slope_idg_over, (kappa, 1)))),
        ),
        rests_on=("context-line-over",),
        regime=None,
    ),
    Claim(
        id="data-helps-over",
        title="Ridgeless above the threshold both errors and their gap fall with tau",
        statement=both(
            *(
                implies(case, lt(Partial(OnContextLine(error, OVER), tau)))
                for error in (e_icl, e_idg, gap)
                for case in (FEW_OVER, MANY_OVER)
            ),
        ),
        rests_on=("context-line-over",),
        regime=None,
    ),
    Claim(
        id="context-minimum-icl-under",
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
        rests_on=("context-slope-icl-under",),
        regime=None,
    ),
    Claim(
        id="context-minimum-idg-under",
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
        rests_on=("context-slope-idg-under",),
        regime="free",
    ),
    Claim(
        id="context-minimum-icl-over",
        title="Above the threshold, kappa >= 1: e_icl has one minimum above rho_edge, none below",
        statement=both(
            implies(MANY_OVER, lt(Partial(s.rho_star_icl_over, u))),
            implies(both(ABOVE, lt(u, 1)), lt(At(Partial(s.rho_star_icl_over, u), (kappa, 1)))),
            implies(both(ABOVE, gt(kappa, 1)), eq(sp.Limit(s.rho_star_icl_over, u, 0, "+"), sp.oo)),
            eq(At(s.rho_star_icl_over, (u, 1 / kappa)), s.rho_edge_icl_over),
            implies(both(ABOVE, gt(kappa, 1)), gt(s.rho_edge_icl_over)),
        ),
        rests_on=("context-slope-icl-over",),
        regime=None,
    ),
    Claim(
        id="context-fold",
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
        rests_on=("context-slope-icl-over",),
        regime="free",
    ),
)
