"""The state of the theory as a solution of its equations, and derivatives along it."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import fraction, plain
from icl_theory.algebra.quantity import Quantity, coordinates
from icl_theory.algebra.unevaluated import Unevaluated

from .fixed_point import argument_residual, penalty_residual, ridge_residual
from .spectral import resolvent_residual
from .symbols import m, nu, r, xi


class Total(Unevaluated):
    """Derivative of a formula as one variable moves and the state of the theory follows.

    Varying ``nu`` the state is m = M_kappa(nu); varying ``xi`` it is (m, nu, r) at fixed x and lam;
    varying a parameter of the model it is (m, nu, xi, r).
    """

    def value(self) -> sp.Expr:
        """Differentiate implicitly: solve the linear system for the motion of the state."""
        expression, variable = self.args
        relations, unknowns = state_equations(variable)
        keep = coordinates([variable])
        expression = plain(expression, keep)
        residuals = sp.Matrix([plain(relation, keep) for relation in relations])
        motion = residuals.jacobian(unknowns).LUsolve(-residuals.diff(variable))
        return sp.diff(expression, variable) + sum(
            sp.diff(expression, unknown) * rate
            for unknown, rate in zip(unknowns, motion, strict=True)
        )

    def _latex(self, printer: object) -> str:
        return fraction(r"\mathrm{d}", self.args, printer)


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
