"""Displayed equations: quantities and their definitions."""

from __future__ import annotations

from dataclasses import dataclass

from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.tex import definition

from .html import spaced


@dataclass(frozen=True)
class Equations:
    """Displayed equations, aligned at their relation signs."""

    rows: tuple[tuple[str, str], ...]

    def _repr_latex_(self) -> str:
        body = r" \\[4pt] ".join(f"{left} &= {spaced(right)}" for left, right in self.rows)
        return r"$\displaystyle \begin{aligned} " + body + r" \end{aligned}$"


def equations(*quantities: Quantity) -> Equations:
    r"""Show the definitions of quantities.

    Parameters
    ----------
    *quantities
        What to show, one row each. A quantity without a symbol of its own has no row: its formula
        stands wherever it is used.

    Examples
    --------
    >>> from icl_theory.theory.spectral import D1, P
    >>> print(equations(D1, P)._repr_latex_())
    $\displaystyle \begin{aligned} D_1 &= t m \\[4pt] P &= t^{2} + \nu \end{aligned}$
    """
    return Equations(tuple(definition(q) for q in quantities if q.record.latex is not None))
