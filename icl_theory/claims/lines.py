"""Claims on the lines along which one parameter moves."""

from __future__ import annotations

import sympy as sp

from icl_theory.symbolic.fixed_point import (
    argument_residual,
    penalty_residual,
    ridge_residual,
    x,
)
from icl_theory.symbolic.lines import OVER, RIDGE, UNDER, OnLine
from icl_theory.symbolic.proof import both, eq
from icl_theory.symbolic.ridgeless import r_over, xi_under
from icl_theory.symbolic.spectral import inv_kappa, resolvent_residual
from icl_theory.symbolic.symbols import alpha, lam, r, rho, tau, xi

from .claim import Claim

#: The state's equations at a ridge, and what takes the place of the penalty without one.
_EQUATIONS = (resolvent_residual, argument_residual, ridge_residual)
_CLOSING = {RIDGE: (penalty_residual,), UNDER: (r, xi - xi_under), OVER: (xi, r - r_over)}
_LINES = {
    RIDGE: (tau, alpha, inv_kappa, rho, lam),
    UNDER: (tau, alpha, inv_kappa, rho),
    OVER: (alpha, inv_kappa, rho),
}


def _line(regime: str) -> sp.And:
    vanishing = (*_EQUATIONS, *_CLOSING[regime])
    return both(
        *(eq(OnLine(e, moving, regime), 0) for moving in _LINES[regime] for e in vanishing),
        *(
            eq(OnLine(alpha * x - (1 + rho), moving, regime), 0)
            for moving in _LINES[regime]
            if moving in {alpha, rho}
        ),
    )


CLAIMS = tuple(
    Claim(
        id=f"parameter-lines-{name}",
        title=f"{where}, each parameter moves along a rational curve of states",
        statement=_line(regime),
        regime=None,
    )
    for regime, name, where in (
        (RIDGE, "ridge", "At a ridge"),
        (UNDER, "under", "Ridgeless below the threshold"),
        (OVER, "over", "Ridgeless above the threshold"),
    )
)
