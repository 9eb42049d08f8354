"""Claims on the lines along which one parameter moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy as sp

from icl_theory.algebra import signs
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.relations import both, eq, implies
from icl_theory.proof.claim import Claim, Derivation, claim
from icl_theory.proof.proof import Proof
from icl_theory.theory.fixed_point import argument_residual, penalty_residual, ridge_residual, x
from icl_theory.theory.lines import ON_OVER, ON_RIDGE, ON_UNDER, OnLine, line
from icl_theory.theory.ridgeless import r_over, xi_under
from icl_theory.theory.spectral import inv_kappa, resolvent_residual
from icl_theory.theory.symbols import alpha, lam, r, rho, tau, xi

#: The state's equations at a ridge, and what takes the place of the penalty without one.
_EQUATIONS = (resolvent_residual, argument_residual, ridge_residual)
_CLOSING = {ON_RIDGE: (penalty_residual,), ON_UNDER: (r, xi - xi_under), ON_OVER: (xi, r - r_over)}
_LINES = {
    ON_RIDGE: (tau, alpha, inv_kappa, rho, lam),
    ON_UNDER: (tau, alpha, inv_kappa, rho),
    ON_OVER: (alpha, inv_kappa, rho),
}


def _factors(expressions: Iterable[sp.Expr]) -> list[sp.Expr]:
    """What may vanish of the factors of numerators and denominators."""
    parts = (part for e in expressions for part in sp.fraction(sp.together(e)))
    found = dict.fromkeys(f for part in parts for f, _ in sp.factor_list(part)[1])
    return [factor for factor in found if _may_vanish(factor)]


def _may_vanish(factor: sp.Expr) -> bool:
    try:
        return not signs.nonvanishing(factor)
    except UndecidedError:
        return True


def _line(regime: str) -> sp.And:
    conjuncts = []
    for moving in _LINES[regime]:
        vanishing = [*_EQUATIONS, *_CLOSING[regime]]
        if moving in {alpha, rho}:
            vanishing.append(alpha * x - (1 + rho))
        inside = [sp.Ne(factor, 0) for factor in _factors(line(moving, regime).positive)]
        conjuncts += [implies(both(*inside), eq(OnLine(e, moving, regime), 0)) for e in vanishing]
    return both(*conjuncts)


def _lines(regime: str, where: str) -> Callable[[Derivation], Claim]:
    """Claim about the lines of every parameter in one regime."""
    return claim(
        title=f"{where}, each parameter moves along a rational curve of states",
        statement=_line(regime),
    )


@_lines(ON_RIDGE, "At a ridge")
def parameter_lines_ridge(proof: Proof) -> None:
    """Each parameter moves along a rational curve of states at a ridge.

    Every equation of the state is linear in the unknown that it is solved for, with m or xi free.
    On each line all of them vanish, so its points where the parameters and the state are positive
    are states.
    """
    proof.decide()


@_lines(ON_UNDER, "Ridgeless below the threshold")
def parameter_lines_under(proof: Proof) -> None:
    """Below the threshold each parameter moves along a rational curve of ridgeless states.

    Every equation of the state is linear in the unknown that it is solved for, with m or xi free.
    On each line all of them vanish wherever no parameter and no member of the state does, so its
    points where these are positive are states.
    """
    proof.decide()


@_lines(ON_OVER, "Ridgeless above the threshold")
def parameter_lines_over(proof: Proof) -> None:
    """Above the threshold each parameter moves along a rational curve of ridgeless states.

    Every equation of the state is linear in the unknown that it is solved for, with m or xi free.
    On each line all of them vanish wherever no parameter and no member of the state does, so its
    points where these are positive are states.
    """
    proof.decide()
