r"""Derivatives and substitutions that stay folded until a proof needs them.

A quantity prints as a symbol, so SymPy's own ``Derivative`` would take it for a constant. The two
operations here act on quantities, and are evaluated when a proof writes a statement out:

* ``Partial(e, s)``: derivative of the formula of ``e`` in the symbol ``s``, all others held.
* ``At(e, (s, value), ...)``: ``e`` with symbols replaced, all at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sympy as sp

from .quantity import Quantity, coordinates, unfold
from .unevaluated import OPERATOR, Unevaluated, evaluated


def plain(expression: object, keep: Collection[sp.Symbol] = ()) -> sp.Expr:
    """Unfold quantities and evaluate what is held unevaluated, down to symbols.

    What is held comes first: the symbols that it replaces or derives by are its own, and are not
    unfolded from outside.
    """
    written, before = sp.sympify(expression), None
    while written != before:
        before, written = written, unfold(evaluated(written), keep=keep)
    return written


class Partial(Unevaluated):
    """Derivative of a formula in one symbol, all other symbols held."""

    precedence = OPERATOR
    reaches = "right"

    def value(self) -> sp.Expr:
        """Differentiate."""
        expression, symbol = self.args
        return sp.diff(plain(expression, coordinates([symbol])), symbol)

    def _latex(self, printer: object) -> str:
        return fraction(r"\partial", Partial, self.args, printer)


class Total(Unevaluated):
    """Derivative of a formula as one variable moves and the unknowns of equations follow.

    By the implicit function theorem: what ``equations`` equate to zero stays zero.
    """

    precedence = OPERATOR
    reaches = "right"

    def __new__(
        cls,
        expression: object,
        variable: sp.Symbol,
        equations: Iterable[sp.Expr],
        unknowns: Iterable[sp.Symbol],
    ) -> Total:
        """Fold the derivative of ``expression`` along the solutions as ``variable`` moves."""
        equations, unknowns = sp.Tuple(*equations), sp.Tuple(*unknowns)
        return super().__new__(cls, sp.sympify(expression), variable, equations, unknowns)

    def _moving(self) -> list[sp.Symbol]:
        """The variable, and the unknowns that follow it."""
        return [self.args[1], *self.args[3]]

    def _residuals(self) -> sp.Matrix:
        keep = coordinates(self._moving())
        return sp.Matrix([plain(equation, keep) for equation in self.args[2]])

    def jacobian(self) -> sp.Matrix:
        """Derivatives of the equations in the unknowns."""
        return self._residuals().jacobian(list(self.args[3]))

    def value(self) -> sp.Expr:
        """Differentiate implicitly: solve the linear system for the motion of the unknowns."""
        expression, variable, _, unknowns = self.args
        expression = plain(expression, coordinates(self._moving()))
        motion = self.jacobian().LUsolve(-self._residuals().diff(variable))
        return sp.diff(expression, variable) + sum(
            sp.diff(expression, unknown) * rate
            for unknown, rate in zip(unknowns, motion, strict=True)
        )

    def _latex(self, printer: object) -> str:
        return fraction(r"\mathrm{d}", Total, self.args, printer)

    def _sympystr(self, printer: object) -> str:
        return "Total({}, {})".format(*map(printer._print, self.args[:2]))


class At(Unevaluated):
    """A formula with symbols replaced, all at once."""

    precedence = OPERATOR
    reaches = "left"

    def value(self) -> sp.Expr:
        """Substitute."""
        expression, *replacements = self.args
        symbols = [symbol for symbol, _ in replacements]
        keep = coordinates(symbols) | {s for s in symbols if isinstance(s, Quantity)}
        values = {symbol: plain(value, keep) for symbol, value in replacements}
        return plain(expression, keep).xreplace(values)

    def _latex(self, printer: object) -> str:
        expression, *replacements = self.args
        pairs = [(printer._print(symbol), printer._print(value)) for symbol, value in replacements]
        # A formula's own symbol for a quantity of the same name is not worth saying.
        where = ",\\, ".join(f"{symbol} = {value}" for symbol, value in pairs if symbol != value)
        inner = printer._print(expression)
        if where and (expression.is_Add or inner.startswith("-")):
            inner = rf"\left({inner}\right)"
        return rf"\left. {inner} \right|_{{{where}}}" if where else inner

    def _sympystr(self, printer: object) -> str:
        expression, *replacements = self.args
        where = ", ".join(
            f"{printer._print(symbol)}={printer._print(value)}" for symbol, value in replacements
        )
        return f"At({printer._print(expression)}, {where})"


def fraction(d: str, kind: type, args: tuple[sp.Expr, ...], printer: object) -> str:
    """LaTeX of a derivative, maybe a repeated one: ``d`` is the sign of differentiation."""
    expression, variable = args[:2]
    order = 1
    while isinstance(expression, kind) and expression.args[1] == variable:
        expression, order = expression.args[0], order + 1
    body = printer._print(expression)
    if not expression.is_Symbol:
        body = rf"\left({body}\right)"
    power = f"^{{{order}}}" if order > 1 else ""
    return rf"\frac{{{d}{power}}}{{{d} {printer._print(variable)}{power}}} {body}"
