"""The state of the theory as a solution of its equations: derivatives and limits along it."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import Total
from icl_theory.algebra.quantity import Quantity

from .fixed_point import argument_residual, penalty_residual, ridge_residual
from .spectral import resolvent_residual
from .symbols import m, nu, r, xi


def total(expression: object, variable: sp.Symbol) -> Total:
    """Derivative of a formula as one variable moves and the state of the theory follows.

    Varying ``nu`` the state is m = M_kappa(nu); varying ``xi`` it is (m, nu, r) at fixed x and lam;
    varying a parameter of the model it is (m, nu, xi, r).
    """
    return Total(expression, variable, *state_equations(variable))


def state_equations(
    variable: sp.Symbol,
) -> tuple[tuple[Quantity, ...], tuple[sp.Symbol, ...]]:
    """The residuals that determine the state when ``variable`` moves, and the state's symbols."""
    if variable == nu:
        return (resolvent_residual,), (m,)
    if variable == xi:
        return (resolvent_residual, argument_residual, penalty_residual), (m, nu, r)
    return (
        (resolvent_residual, argument_residual, penalty_residual, ridge_residual),
        (m, nu, r, xi),
    )
