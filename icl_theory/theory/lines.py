r"""Lines of the theory: one parameter moves, the others stay, and everything is rational.

The state (nu, m, xi, r) obeys four equations, each linear in several unknowns. Whichever parameter
moves, one of m and xi can be chosen free such that the other, the state and the parameter follow
by solving linear equations: the line is a rational curve, and a stationary point of an error along
it is a root of a polynomial in one variable.

The parameters are tau, kappa (as 1/kappa, so that kappa = oo is a point like the others), rho, lam
and alpha or x = (1 + rho)/alpha, whichever stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from icl_theory.algebra.quantity import remembered, unfold
from icl_theory.algebra.unevaluated import OPERATOR, Unevaluated, evaluated

from .fixed_point import argument_residual, penalty_residual, ridge_residual, x
from .ridgeless import r_over, xi_under
from .spectral import inv_kappa, resolvent_residual, t
from .symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi
from .uniformisation import solve_linear

#: Where a line runs: at a ridge, or in the ridgeless limit on one side of the threshold.
ON_RIDGE, ON_UNDER, ON_OVER = "ridge", "under", "over"
#: Symbols that the errors are written in.
STATE = (tau, rho, x, inv_kappa, nu, m, xi, r)
_KEEP = frozenset({x, inv_kappa})


@dataclass(frozen=True)
class Line:
    """A rational curve in the space of states and parameters.

    Attributes
    ----------
    parameter
        The parameter that moves: a symbol, or `inv_kappa` for kappa.
    kind
        Where it runs: `ON_RIDGE`, `ON_UNDER` or `ON_OVER`.
    free
        m or xi, which runs along the line.
    values
        The members of `STATE` that move, ``parameter`` and what follows, as functions of ``free``
        and of the parameters that stay.
    positive
        Expressions in ``free``: the line's domain is where all of them are positive.
    """

    parameter: sp.Symbol
    kind: str
    free: sp.Symbol
    values: dict[sp.Symbol, sp.Expr]
    positive: tuple[sp.Expr, ...]


@remembered
def line(parameter: sp.Symbol, kind: str) -> Line:
    """The line along which ``parameter`` moves.

    Parameters
    ----------
    parameter
        ``tau``, ``alpha``, ``inv_kappa``, ``rho`` or ``lam``.
    kind
        `ON_RIDGE` for lam > 0; `ON_UNDER` and `ON_OVER` for the ridgeless limit at tau < 1 and
        tau > 1.

    Raises
    ------
    ValueError
        If there is no such line: ridgeless, lam does not move, and above the threshold the state
        does not depend on tau.
    """
    if (parameter == lam and kind != ON_RIDGE) or (parameter == tau and kind == ON_OVER):
        raise ValueError(f"the line of {parameter} of kind {kind} is no rational curve")
    values: dict[sp.Symbol, sp.Expr] = {}

    def put(symbol: sp.Symbol, relation: sp.Expr) -> None:
        written = _plain(relation).xreplace(values)
        values[symbol] = sp.cancel(solve_linear(written, symbol))

    # What ties r and xi to the parameters for each kind of line, where lam is given.
    closing = {
        ON_RIDGE: (r, penalty_residual),
        ON_UNDER: (r, r),
        ON_OVER: (xi, xi),
    }[kind]
    if parameter in (lam, tau):
        free = m
        put(nu, resolvent_residual)
        put(xi, argument_residual)
        if parameter == tau:
            put(*closing)
            put(tau, ridge_residual)
        else:
            put(r, ridge_residual)
            put(lam, penalty_residual)
    else:
        free = xi if kind == ON_RIDGE else m
        put(*closing)
        if kind == ON_RIDGE:
            put(m, ridge_residual)
        elif kind == ON_UNDER:
            put(xi, xi - xi_under)
        else:
            put(r, r - r_over)
        if parameter == inv_kappa:
            put(nu, argument_residual)
            put(inv_kappa, resolvent_residual)
        else:
            put(nu, resolvent_residual)
            put(x, argument_residual)
            put(parameter, alpha * x - (1 + rho))
    moving = [m, nu, x, tau] + {ON_RIDGE: [xi, r], ON_UNDER: [xi], ON_OVER: []}[kind]
    moving += [_plain(t), inv_kappa if parameter == inv_kappa else parameter]
    positive = [e.xreplace(values) for e in moving]
    positive = [sp.cancel(e) for e in positive if e.has(free)]
    return Line(parameter, kind, free, values, tuple(dict.fromkeys(positive)))


def _plain(expression: sp.Expr) -> sp.Expr:
    return unfold(expression, keep=_KEEP)


class OnLine(Unevaluated, text="{0}|{1} {2}", latex=r"\left. {0} \right|_{{{2}:\, {1}}}"):
    """A formula on a line, a function of what is free there and of the parameters that stay."""

    precedence = OPERATOR
    reaches = "left"

    def value(self) -> sp.Expr:
        """Put the line in."""
        expression, parameter, kind = self.args
        values = line(parameter, kind.name).values
        written = _plain(evaluated(expression))
        # Where 1/kappa moves kappa does, and without a ridge lam is zero: neither is held.
        moved = {inv_kappa: kappa}.get(parameter), None if kind.name == ON_RIDGE else lam
        if written.free_symbols & set(moved):
            raise ValueError(f"{expression} is not written in the symbols of a line: {STATE}")
        return written.xreplace(values)
