"""Claims on the boundary of the region where a ridgeless error turns in the context length."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import boundary as b
from icl_theory.theory import stationary as s
from icl_theory.theory.stationary import u
from icl_theory.theory.symbols import kappa, tau

_BELOW, _ABOVE, _TWO = lt(tau, 1), gt(tau, 1), gt(tau, 2)


_INSIDE = both(_TWO, lt(u, 1))


def _ends(edge: sp.Expr, start: sp.Expr) -> sp.Basic:
    return eq(sp.Limit(edge, kappa, start, "+"), 0)


def _asymptote(edge: sp.Expr, slope: sp.Expr, height: sp.Expr) -> tuple[sp.Basic, ...]:
    return (
        eq(sp.Limit(edge / kappa, kappa, sp.oo), slope),
        eq(sp.Limit(edge - slope * kappa, kappa, sp.oo), height),
    )


@claim(
    title="The edge of the non-monotone region: zero on kappa = min(tau, 1), straight far away",
    statement=both(
        _ends(s.rho_edge_icl_under, tau),
        *_asymptote(s.rho_edge_icl_under, (2 - tau) / (2 * tau), (5 * tau - 8) / 4),
        eq(At(s.rho_edge_idg_few, (kappa, tau)), 0),
        eq(sp.Limit(kappa * s.rho_edge_idg_few, kappa, 0, "+"), tau**2 / (2 * (1 - tau))),
        _ends(s.rho_edge_idg_many, tau),
        *_asymptote(
            s.rho_edge_idg_many,
            (2 - tau) / (2 * (1 - tau)),
            tau * (2 * tau - 5) / (2 * (1 - tau)),
        ),
        _ends(s.rho_edge_icl_over, 1),
        *_asymptote(s.rho_edge_icl_over, tau / 2, (2 - 5 * tau) / 4),
        implies(both(_BELOW, lt(kappa, tau)), lt(Partial(s.rho_edge_idg_few, kappa))),
    ),
)
def boundary_ends(proof: Proof) -> None:
    """End points and asymptotes of the boundary where it is a rational curve.

    The label noise from which an error has a minimum is a rational function of kappa. Its limits at
    the ends of each piece are those of rational functions. For kappa < tau < 1 the edge of e_idg
    falls with kappa, from infinity to zero.
    """
    proof.decide(because="limits of rational functions")


@claim(
    title="The fold ends at kappa = 1 - 2/tau like a square root, at finite noise",
    statement=both(
        eq(At(b.FOLD_AT_END, (u, 0)), 0),
        eq(At(Partial(b.FOLD_AT_END, u), (u, 0)), 0),
        eq(At(Partial(Partial(b.FOLD_AT_END, u), u), (u, 0)), 2 * b.fold_curvature),
        eq(At(Partial(s.fold, kappa), (u, 0)), tau),
        eq(sp.Limit(b.RHO_AT_END, u, 0, "+"), b.fold_end_rho),
        eq(
            sp.Limit(Partial(b.RHO_AT_END, u), u, 0, "+"),
            -tau * b.fold_curvature / (2 * (tau - 2)),
        ),
        implies(_TWO, gt(b.fold_curvature)),
        implies(_TWO, gt(b.fold_end_rho)),
    ),
)
def fold_end(proof: Proof) -> None:
    """Where the fold of e_icl ends.

    The fold is the root u of f, and f(0) = 2 - tau (1 - kappa) vanishes at kappa = 1 - 2/tau. There
    f also has slope zero in u, and grows with kappa: f is, to leading order, c_f u^2 - tau (kappa_f
    - kappa), so the root is sqrt(tau (kappa_f - kappa)/c_f), and the fold approaches its end with
    the slope of rho_star in u times that root. On the line kappa = kappa_f the curve rho_star falls
    from the end point: for larger noise there is no minimum on the line and one right of it, so the
    line is the boundary from the end point on.
    """
    proof.decide(because="Taylor coefficients at u = 0")


@claim(
    title="For few tasks the fold grows like 1/kappa, from the one root of a cubic",
    statement=both(
        eq(At(s.fold, (kappa, 0)), b.few_tasks_fold),
        eq(sp.Limit(kappa * s.rho_star_icl_over, kappa, 0, "+"), b.few_tasks_rho),
        eq(
            Partial(b.few_tasks_rho, u),
            -2 * (1 - u) / (u**2 * (2 - u) ** 2) * b.few_tasks_fold,
        ),
        implies(_TWO, lt(At(b.few_tasks_fold, (u, 0)))),
        implies(_TWO, gt(At(b.few_tasks_fold, (u, 1)))),
        implies(_INSIDE, gt(Partial(b.few_tasks_fold, u))),
    ),
)
def fold_few_tasks(proof: Proof) -> None:
    """The fold of e_icl for few tasks.

    As kappa -> 0 at fixed leverage both the fold polynomial and kappa rho_star have limits, and the
    first is the slope of the second up to a negative factor. It is negative at u = 0, positive at u
    = 1 and grows between: there is one root, and the fold is asymptotic to the limit of kappa
    rho_star there over kappa.
    """
    proof.decide(because="limits of rational functions")
