"""Substitutions of many values, which relations of a statement share: said once, under a mark."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.tex import Printer, latex

from .html import math

#: From how many values on a substitution gets a mark.
MANY = 4


class Marks:
    """The long substitutions of a statement.

    Parameters
    ----------
    statement
        What is shown with marks.
    """

    def __init__(self, statement: sp.Basic) -> None:
        found: dict[str, list[str]] = {}
        for node in sp.preorder_traversal(statement):
            values = _values(node) if isinstance(node, At) else []
            if len(values) >= MANY:
                found.setdefault(_inside(values), values)
        self.places = [
            (printed, rf"({number})" if len(found) > 1 else r"\ast", values)
            for number, (printed, values) in enumerate(found.items(), 1)
        ]

    def latex(self, expression: sp.Basic) -> str:
        """LaTeX of a part of the statement, with marks in place of long substitutions."""
        text = latex(expression)
        for printed, mark, _ in self.places:
            text = text.replace(rf"\right|_{{{printed}}}", rf"\right|_{{{mark}}}")
        return text

    def html(self) -> str:
        """What the marks stand for."""
        return "".join(
            f'<p class="claim-place">At {math(mark)}: {", ".join(map(math, values))}.</p>'
            for _, mark, values in self.places
        )


def _values(node: At) -> list[str]:
    """The equations of a substitution, as its printing has them."""
    pairs = [(Printer().doprint(symbol), latex(value)) for symbol, value in node.args[1:]]
    return [f"{symbol} = {value}" for symbol, value in pairs if symbol != value]


def _inside(values: list[str]) -> str:
    return ",\\, ".join(values)
