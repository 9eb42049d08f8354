r"""Derivatives and substitutions that stay folded until a proof needs them.

A quantity prints as a symbol, so SymPy's own ``Derivative`` would take it for a constant. The three
operations here act on quantities, and are evaluated when a proof writes a statement out:

* ``Partial(e, s)``: derivative of the formula of ``e`` in the symbol ``s``, all others held.
* ``Total(e, p)``: derivative of ``e`` as ``p`` varies and the state follows, by the implicit
  function theorem. Varying ``nu`` the state is m = M_kappa(nu); varying ``xi`` it is (m, nu, r) at
  fixed x and lam; varying a parameter of the model it is (m, nu, xi, r).
* ``At(e, (s, value), ...)``: ``e`` with symbols replaced, all at once.
"""

from __future__ import annotations

from collections.abc import Collection

import sympy as sp

from .fixed_point import argument_residual, penalty_residual, ridge_residual, x
from .held import Held, release
from .quantity import Quantity, unfold
from .spectral import resolvent_residual
from .symbols import alpha, m, nu, r, rho, xi


def _kept(moving: Collection[sp.Symbol]) -> tuple[sp.Symbol, ...]:
    """What stays folded: x, a function of alpha and rho alone, unless one of these moves."""
    return () if {alpha, rho} & set(moving) else (x,)


def _plain(expression: sp.Expr, keep: Collection[sp.Symbol]) -> sp.Expr:
    """Unfold and release."""
    return unfold(release(unfold(expression, keep=keep)), keep=keep)


class Partial(Held):
    """Derivative of a formula in one symbol, all other symbols held."""

    def __new__(cls, expression: object, symbol: sp.Symbol) -> Partial:
        """Fold the derivative of ``expression`` in ``symbol``."""
        return super().__new__(cls, sp.sympify(expression), symbol)

    def value(self) -> sp.Expr:
        """Differentiate."""
        expression, symbol = self.args
        return sp.diff(_plain(expression, _kept([symbol])), symbol)

    def _latex(self, printer: object) -> str:
        return _fraction(r"\partial", self.args, printer)

    def _sympystr(self, printer: object) -> str:
        return "Partial({}, {})".format(*map(printer._print, self.args))


class Total(Held):
    """Derivative of a formula as one variable moves and the state of the theory follows."""

    def __new__(cls, expression: object, variable: sp.Symbol) -> Total:
        """Fold the derivative of ``expression`` along the state as ``variable`` moves."""
        return super().__new__(cls, sp.sympify(expression), variable)

    def value(self) -> sp.Expr:
        """Differentiate implicitly: solve the linear system for the motion of the state."""
        expression, variable = self.args
        relations, unknowns = state_equations(variable)
        keep = _kept([variable])
        expression = _plain(expression, keep)
        residuals = sp.Matrix([_plain(relation, keep) for relation in relations])
        motion = residuals.jacobian(unknowns).LUsolve(-residuals.diff(variable))
        return sp.diff(expression, variable) + sum(
            sp.diff(expression, unknown) * rate
            for unknown, rate in zip(unknowns, motion, strict=True)
        )

    def _latex(self, printer: object) -> str:
        return _fraction(r"\mathrm{d}", self.args, printer)

    def _sympystr(self, printer: object) -> str:
        return "Total({}, {})".format(*map(printer._print, self.args))


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


class At(Held):
    """A formula with symbols replaced, all at once."""

    def __new__(cls, expression: object, *replacements: tuple[sp.Symbol, object]) -> At:
        """Fold ``expression`` with each ``(symbol, value)`` of ``replacements`` put in."""
        pairs = (sp.Tuple(*pair) for pair in replacements)
        return super().__new__(cls, sp.sympify(expression), *pairs)

    def value(self) -> sp.Expr:
        """Substitute."""
        expression, *replacements = self.args
        keep = _kept([symbol for symbol, _ in replacements])
        values = {symbol: _plain(value, keep) for symbol, value in replacements}
        return _plain(expression, keep).xreplace(values)

    def _latex(self, printer: object) -> str:
        expression, *replacements = self.args
        where = ",\\, ".join(
            f"{printer._print(symbol)} = {printer._print(value)}" for symbol, value in replacements
        )
        return rf"\left. {printer._print(expression)} \right|_{{{where}}}"

    def _sympystr(self, printer: object) -> str:
        expression, *replacements = self.args
        where = ", ".join(
            f"{printer._print(symbol)}={printer._print(value)}" for symbol, value in replacements
        )
        return f"At({printer._print(expression)}, {where})"


def _fraction(d: str, args: tuple[sp.Expr, ...], printer: object) -> str:
    expression, variable = args
    body = printer._print(expression)
    if not expression.is_Symbol:
        body = rf"\left({body}\right)"
    return rf"\frac{{{d}}}{{{d} {printer._print(variable)}}} {body}"
