"""Objects that a statement shows unevaluated and a proof evaluates exactly.

An expectation, a trace of abstract matrices or a spectral mean is readable as it stands. Its
value, an expression in symbols, is worked out when a proof decides the statement.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

#: Of what is written as an operator before its argument: a power of it is put in brackets.
OPERATOR = PRECEDENCE["Mul"] + 1


class Unevaluated(sp.Expr, ABC):
    r"""Base class: subclasses say in `value` what they stand for, and how they are written.

    ``text`` and ``latex`` are format strings with the printed arguments as fields. Without
    ``text`` the object prints as a call, without ``latex`` by its text.

    Examples
    --------
    >>> class Mean(Unevaluated, text="<{0}>", latex=r"\langle {0} \rangle"):
    ...     def value(self):
    ...         return self.args[0] / 2
    >>> Mean(sp.Symbol("a") + 1), evaluated(3 * Mean(4))
    (<a + 1>, 6)
    """

    is_commutative = True
    #: Whether what is inside is read at the point where the object stands, not along a line or at
    #: other values.
    read_in_place: ClassVar[bool] = False
    #: Where what is written beside it would be read as part of it: "right" or "left".
    reaches: ClassVar[str] = ""
    _formats: ClassVar[tuple[str | None, str | None]] = (None, None)

    def __init_subclass__(cls, text: str | None = None, latex: str | None = None) -> None:
        """Keep how the objects of a subclass are written."""
        super().__init_subclass__()
        cls._formats = (text, latex)

    def __new__(cls, *arguments: object) -> Unevaluated:
        """Fold the object made of ``arguments``; text stands for the symbol of this name."""
        return super().__new__(
            cls, *(sp.Symbol(a) if isinstance(a, str) else sp.sympify(a) for a in arguments)
        )

    @abstractmethod
    def value(self) -> sp.Expr:
        """Exact value, an expression without held objects."""

    def powers(self) -> set[sp.Expr]:
        """Powers that have to be defined for the value to exist, besides those that are written."""
        return set()

    def own(self) -> set[sp.Basic]:
        """Symbols that mean something inside of the object only."""
        return set()

    def _sympystr(self, printer: Any, *_: object, **__: object) -> str:
        printed = [printer._print(argument) for argument in self.args]
        text = self._formats[0]
        return text.format(*printed) if text else f"{type(self).__name__}({', '.join(printed)})"

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        latex = self._formats[1]
        if latex is None:
            return self._sympystr(printer)
        return latex.format(*(printer._print(argument) for argument in self.args))


def evaluated(expression: sp.Basic) -> sp.Basic:
    """Replace every held object in ``expression`` by its value."""
    values: dict[sp.Basic, sp.Expr] = {}
    nodes = sp.preorder_traversal(expression)
    for node in nodes:
        if isinstance(node, Unevaluated):
            values[node] = node.value()
            # What is inside belongs to the object, which evaluates it itself.
            nodes.skip()
    return expression.xreplace(values) if values else expression
