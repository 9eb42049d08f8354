"""Claims on the boundary of the region where a ridgeless error turns in the context length."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.algebra.statements import RootCount
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import boundary as b
from icl_theory.theory import stationary as s
from icl_theory.theory.stationary import u
from icl_theory.theory.symbols import kappa, tau

_BELOW, _ABOVE, _TWO = lt(tau, 1), gt(tau, 1), gt(tau, 2)
#: A small distance from the end of the fold, and a leverage in its units.
h, v = sp.symbols("h v", positive=True)


def _from_zero(edge: sp.Expr, start: object) -> sp.Basic:
    """An edge starts at zero label noise."""
    return eq(sp.Limit(edge, kappa, start, "+"), 0)


def _asymptote(edge: sp.Expr, slope: sp.Expr, height: sp.Expr) -> tuple[sp.Basic, ...]:
    """A straight line that an edge approaches at many tasks."""
    return (
        eq(sp.Limit(edge / kappa, kappa, sp.oo), slope),
        eq(sp.Limit(edge - slope * kappa, kappa, sp.oo), height),
    )


@claim(
    title=(
        "The edge of the non-monotone region: zero on "
        r"$\kappa = \min(\tau, 1)$, straight far away"
    ),
    statement=both(
        *(
            implies(_BELOW, part)
            for part in (
                _from_zero(s.rho_edge_icl_under, tau),
                *_asymptote(s.rho_edge_icl_under, (2 - tau) / (2 * tau), (5 * tau - 8) / 4),
                eq(At(s.rho_edge_idg_few, (kappa, tau)), 0),
                eq(sp.Limit(kappa * s.rho_edge_idg_few, kappa, 0, "+"), tau**2 / (2 * (1 - tau))),
                _from_zero(s.rho_edge_idg_many, tau),
                *_asymptote(
                    s.rho_edge_idg_many,
                    (2 - tau) / (2 * (1 - tau)),
                    tau * (2 * tau - 5) / (2 * (1 - tau)),
                ),
            )
        ),
        *(
            implies(_ABOVE, part)
            for part in (
                _from_zero(s.rho_edge_icl_over, 1),
                *_asymptote(s.rho_edge_icl_over, tau / 2, (2 - 5 * tau) / 4),
            )
        ),
        implies(both(_BELOW, lt(kappa, tau)), lt(Partial(s.rho_edge_idg_few, kappa))),
    ),
)
def boundary_ends(proof: Proof) -> None:
    """End points and asymptotes of the boundary where it is a rational curve.

    The label noise from which an error has a minimum is a rational function of kappa. Its limits at
    the ends of each piece are those of rational functions. For kappa < tau < 1 the edge of e_idg
    falls with kappa, from infinity to zero.
    """
    proof.decide()


@claim(
    title=r"The fold ends at $\kappa = 1 - 2/\tau$ like a square root, at finite noise",
    statement=both(
        eq(At(b.FOLD_AT_END, (u, 0)), 0),
        eq(At(Partial(b.FOLD_AT_END, u), (u, 0)), 0),
        eq(At(Partial(Partial(b.FOLD_AT_END, u), u), (u, 0)), 2 * b.fold_curvature),
        eq(At(Partial(s.fold, kappa), (u, 0)), tau),
        eq(
            sp.Limit(At(s.fold, (kappa, b.fold_end_kappa - h**2), (u, h * v)) / h**2, h, 0, "+"),
            b.fold_curvature * v**2 - tau,
        ),
        implies(_TWO, eq(sp.Limit(b.RHO_AT_END, u, 0, "+"), b.fold_end_rho)),
        implies(
            _TWO,
            eq(
                sp.Limit(Partial(b.RHO_AT_END, u), u, 0, "+"),
                -tau * b.fold_curvature / (2 * (tau - 2)),
            ),
        ),
        implies(_TWO, gt(b.fold_curvature)),
        implies(_TWO, gt(b.fold_end_rho)),
    ),
)
def fold_end(proof: Proof) -> None:
    """Where the fold of e_icl ends.

    The fold is the root u of f, and f(0) = 2 - tau (1 - kappa) vanishes at kappa = 1 - 2/tau. There
    f also has slope zero in u, and grows with kappa. At kappa = kappa_f - h^2 and u = h v,
    f/h^2 tends to c_f v^2 - tau, whose root is v = sqrt(tau/c_f). There rho_star starts at rho_f
    and falls with u.
    """
    proof.decide()


@claim(
    title=(
        r"For few tasks $\kappa \rho^\star$ has a "
        "limit, with one maximum at the root of a cubic"
    ),
    statement=both(
        eq(At(s.fold, (kappa, 0)), b.few_tasks_fold),
        implies(
            both(_ABOVE, lt(u, 1)),
            eq(sp.Limit(kappa * s.rho_star_icl_over, kappa, 0, "+"), b.few_tasks_rho),
        ),
        implies(
            both(_ABOVE, lt(u, 1)),
            eq(
                Partial(b.few_tasks_rho, u),
                -2 * (1 - u) / (u**2 * (2 - u) ** 2) * b.few_tasks_fold,
            ),
        ),
        implies(_TWO, eq(RootCount(b.few_tasks_fold, u, 0, 1), 1)),
        implies(both(_TWO, lt(u, 1)), gt(Partial(b.few_tasks_fold, u))),
    ),
)
def fold_few_tasks(proof: Proof) -> None:
    """The fold of e_icl for few tasks.

    As kappa -> 0 at fixed leverage both the fold polynomial and kappa rho_star have limits, and the
    first is the slope of the second up to a negative factor. For tau > 2 it is negative at u = 0,
    positive at u = 1 and grows between, so it has one root: the limit of kappa rho_star rises to a
    maximum there and falls.
    """
    for part in proof.statement.args:
        if part.has(RootCount):
            proof.one_root(b.few_tasks_fold, u, end=1, given=(_TWO,))
        else:
            proof.decide(part)
