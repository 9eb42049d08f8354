r"""Derivatives and substitutions that stay folded until a proof needs them.

A quantity prints as a symbol, so SymPy's own ``Derivative`` would take it for a constant. The two
operations here act on quantities, and are evaluated when a proof writes a statement out:

* ``Partial(e, s)``: derivative of the formula of ``e`` in the symbol ``s``, all others held.
* ``At(e, (s, value), ...)``: ``e`` with symbols replaced, all at once.
"""

from __future__ import annotations

from collections.abc import Collection

import sympy as sp

from .quantity import coordinates, unfold
from .unevaluated import Unevaluated, evaluated


def plain(expression: sp.Expr, keep: Collection[sp.Symbol] = ()) -> sp.Expr:
    """Unfold, and evaluate what is held unevaluated."""
    return unfold(evaluated(unfold(expression, keep=keep)), keep=keep)


class Partial(Unevaluated):
    """Derivative of a formula in one symbol, all other symbols held."""

    def value(self) -> sp.Expr:
        """Differentiate."""
        expression, symbol = self.args
        return sp.diff(plain(expression, coordinates([symbol])), symbol)

    def _latex(self, printer: object) -> str:
        return fraction(r"\partial", self.args, printer)


class At(Unevaluated):
    """A formula with symbols replaced, all at once."""

    def value(self) -> sp.Expr:
        """Substitute."""
        expression, *replacements = self.args
        keep = coordinates([symbol for symbol, _ in replacements])
        values = {symbol: plain(value, keep) for symbol, value in replacements}
        return plain(expression, keep).xreplace(values)

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


def fraction(d: str, args: tuple[sp.Expr, ...], printer: object) -> str:
    """LaTeX of a derivative: ``d`` is the sign of differentiation."""
    expression, variable = args
    body = printer._print(expression)
    if not expression.is_Symbol:
        body = rf"\left({body}\right)"
    return rf"\frac{{{d}}}{{{d} {printer._print(variable)}}} {body}"
