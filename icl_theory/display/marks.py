"""Substitutions of many values, or of large ones: said once, beside the statement, under a mark."""

from __future__ import annotations

import re

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.tex import Printer, latex

from .html import math

#: From how many values on a substitution gets a mark.
MANY = 4
#: From how many signs of TeX on several values get one, too.
LONG = 60
#: What nobody could read as the index of a bar.
LARGE = (At, Trace, sp.MatrixExpr)


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
            large = any(v.has(*LARGE) for _, v in node.args[1:]) if values else False
            long = len(values) > 1 and len(_inside(values)) >= LONG
            if large or long or len(values) >= MANY:
                found.setdefault(_inside(values), values)
        # In the order in which they are read.
        text = latex(statement)
        read = sorted(found, key=lambda printed: text.find(_bar(printed)))
        self.places = [
            (printed, rf"({number})" if len(found) > 1 else r"\ast", found[printed])
            for number, printed in enumerate(read, 1)
        ]

    def latex(self, expression: sp.Basic) -> str:
        """LaTeX of a part of the statement, with marks in place of long substitutions."""
        return self._marked(latex(expression))

    def html(self) -> str:
        """What the marks stand for, in which others may stand."""
        return "".join(
            f'<p class="claim-place">At {math(mark)}: {", ".join(map(self._value, values))}.</p>'
            for _, mark, values in self.places
        )

    def _marked(self, text: str) -> str:
        # One may stand within another, which is the longer.
        for printed, mark, _ in sorted(self.places, key=lambda place: -len(place[0])):
            text = text.replace(_bar(printed), _bar(mark))
        return text

    def _value(self, equation: str) -> str:
        # Fractions of matrices, and of fractions, as large as on a line of their own.
        large = r"\operatorname{tr}" in equation or _NESTED.search(equation)
        size = r"\displaystyle " if large else ""
        return math(size + self._marked(equation))


_NESTED = re.compile(r"\\frac\{(?:[^{}]|\{[^{}]*\})*\\frac|\}\{(?:[^{}]|\{[^{}]*\})*\\frac")


def _values(node: At) -> list[str]:
    """The equations of a substitution, as its printing has them."""
    pairs = [(Printer().doprint(symbol), latex(value)) for symbol, value in node.args[1:]]
    return [f"{symbol} = {value}" for symbol, value in pairs if symbol != value]


def _bar(inside: str) -> str:
    return rf"\right|_{{{inside}}}"


def _inside(values: list[str]) -> str:
    return ",\\, ".join(values)
