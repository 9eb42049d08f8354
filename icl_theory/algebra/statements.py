"""What statements say besides equalities and inequalities: roots, points, limits on paths."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from .decide import UndecidedError
from .unevaluated import OPERATOR, Unevaluated


class RootCount(Unevaluated):
    """Number of roots of a function of one variable in an open interval."""

    def __new__(
        cls, function: object, variable: sp.Symbol, low: object = 0, high: object = sp.oo
    ) -> RootCount:
        """Fold the number of roots of ``function`` for ``low < variable < high``."""
        return super().__new__(cls, *map(sp.sympify, (function, variable, low, high)))

    def value(self) -> sp.Expr:
        """No formula gives it; rules count."""
        raise UndecidedError(f"a number of roots is counted by rule: {self}")

    def _latex(self, printer: Any) -> str:
        function, variable, low, high = map(printer._print, self.args)
        return rf"\#\{{ {variable} \in ({low}, {high}) : {function} = 0 \}}"

    def _sympystr(self, printer: Any) -> str:
        return "RootCount({}, {}, {}, {})".format(*map(printer._print, self.args))


class AtMostOne(Boolean):
    """A system of equations has at most one point for given values of its parameters.

    ``AtMostOne(name, p1, p2, ...)``, where ``name`` is the system's.
    """

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        name, *parameters = self.args
        given = ", ".join(map(printer._print, parameters))
        return rf"\#\{{ \text{{{name}}} \mid {given} \}} \leq 1"

    def _sympystr(self, printer: Any) -> str:
        name, *parameters = self.args
        return f"AtMostOne({name}; {', '.join(map(printer._print, parameters))})"


class PathLimit(Unevaluated):
    """A limit along the points of a system: parameters move one after the other, others are held.

    ``PathLimit(expression, name, (p, point, side), ...)``: the first move is the innermost limit. A
    pair ``(p, value)`` without a side ties a parameter to others on the way.
    """

    precedence = OPERATOR
    reaches = "right"

    def __new__(cls, expression: object, system: object, *moves: tuple[object, ...]) -> PathLimit:
        """Fold the limit of ``expression`` along the points of the system of this name."""
        pairs = [sp.Tuple(*(sp.Symbol(p) if isinstance(p, str) else p for p in m)) for m in moves]
        return super().__new__(cls, sp.sympify(expression), sp.Symbol(str(system)), *pairs)

    @property
    def moves(self) -> tuple[sp.Tuple, ...]:
        """What moves, in order: ``(parameter, point, side)``."""
        return tuple(move for move in self.args[2:] if len(move) == 3)

    @property
    def ties(self) -> tuple[sp.Tuple, ...]:
        """What is tied to what: ``(parameter, value)``."""
        return tuple(move for move in self.args[2:] if len(move) == 2)

    def value(self) -> sp.Expr:
        """No formula gives it; rules decide it."""
        raise UndecidedError(f"a limit along a path is decided by rule: {self}")

    def _latex(self, printer: Any) -> str:
        inner = printer._print(self.args[0])
        if not self.args[0].is_Symbol:
            inner = rf"\left({inner}\right)"
        if self.ties:
            held = r",\ ".join(f"{printer._print(p)} = {printer._print(v)}" for p, v in self.ties)
            inner = rf"\left. {inner} \right|_{{{held}}}"
        for parameter, point, side in self.moves:
            sign = {"+": "^+", "-": "^-"}[str(side)] if point.is_finite else ""
            inner = (
                rf"\lim_{{{printer._print(parameter)} \to {printer._print(point)}{sign}}} {inner}"
            )
        return inner

    def _sympystr(self, printer: Any) -> str:
        moves = "; ".join(" -> ".join(map(str, move[:2])) for move in self.moves)
        return f"PathLimit({printer._print(self.args[0])}; {self.args[1]}; {moves})"
