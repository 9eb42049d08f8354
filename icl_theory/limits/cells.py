"""The cells of parameter space in which the signs of the coefficients of the balances are constant.

The signs that matter are those of 1 - tau, 1 - kappa and tau - kappa, or of their leading terms
along a path. Cells are found by splitting wherever a sign is open; a cell on a hypersurface where
something vanishes is a path of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.quotient import Quotients
from icl_theory.theory.symbols import PARAMETERS, rho

from .balance import UNKNOWNS, coefficients
from .path import Path, Reader
from .reading import Condition, as_typed
from .signs import Assumptions


class NoParameters(ValueError):
    """Conditions and limits exclude each other."""


@dataclass(frozen=True)
class Sign:
    """A decided sign: 1, -1 or 0 of an expression in free symbols."""

    expression: sp.Expr
    value: int


@dataclass(frozen=True, eq=False)
class Cell:
    """A path together with the signs that single the cell out."""

    path: Path
    signs: tuple[Sign, ...]
    assumptions: Assumptions

    @property
    def reader(self) -> Reader:
        """Reader of leading terms, over a field with the free symbols and the unknowns."""
        return reader_of(self.path)


@lru_cache(maxsize=128)
def reader_of(path: Path) -> Reader:
    """The reader of a path, which remembers what it has read."""
    return Reader(path, Quotients((*path.free, *UNKNOWNS)))


def cells(path: Path, conditions: tuple[Condition, ...]) -> list[Cell]:
    """All cells of a path that satisfy strict conditions.

    Raises
    ------
    NoParameters
        If no point satisfies the conditions, or the path leaves the domain.
    """
    found = list(_split(Cell(path, (), Assumptions()), conditions))
    if not found:
        lines = (Condition(s, value, equal=True) for s, value in path.fixed.items())
        asked = ", ".join(map(str, (*lines, *conditions))) or "the domain"
        way = ", ".join(map(str, (*path.moves, *path.scalings)))
        raise NoParameters(f"no parameters satisfy {asked} along {way}")
    return found


def _split(cell: Cell, conditions: tuple[Condition, ...]) -> Iterator[Cell]:
    """Refine a cell until every sign is decided."""
    reader = cell.reader
    # Of the parameters the label noise alone may be zero throughout; a condition is strict.
    required = [(p, -1 if p == rho else 0) for p in PARAMETERS if p in cell.path.values]
    required += [(condition.high - condition.low, 0) for condition in conditions]
    for expression, excluded in required:
        lead = reader.lead(expression)
        sign = cell.assumptions.sign(lead.coefficient)
        if sign is None:
            factor = cell.assumptions.open_factor(lead.coefficient)
            assert factor is not None
            yield from _branches(cell, factor, conditions)
            return
        if sign <= excluded:
            return
    for coefficient in coefficients():
        lead = reader.lead(unfold(coefficient))
        if cell.assumptions.sign(lead.coefficient) is None:
            factor = cell.assumptions.open_factor(lead.coefficient)
            assert factor is not None
            yield from _branches(cell, factor, conditions)
            return
    yield cell


def _branches(cell: Cell, factor: sp.Expr, conditions: tuple[Condition, ...]) -> Iterator[Cell]:
    for value in (1, -1):
        assumptions = cell.assumptions.with_positive(sp.expand(value * factor))
        if assumptions.consistent:
            signs = (*cell.signs, Sign(factor, value))
            yield from _split(Cell(cell.path, signs, assumptions), conditions)
    restricted = cell.path.restricted(factor)
    if restricted is None:
        raise ValueError(
            f"the answer changes where {as_typed(factor)} = 0, not solvable for one parameter: "
            f"add a condition such as {as_typed(factor)} > 0"
        )
    path, symbol, value = restricted
    positive = [sp.expand(e.xreplace({symbol: value})) for e in cell.assumptions.positive] + [value]
    if any(e.is_number and e <= 0 for e in positive):
        return
    assumptions = Assumptions(tuple(e for e in positive if not e.is_number))
    if not assumptions.consistent:
        return
    signs = (*cell.signs, Sign(factor, 0))
    yield from _split(Cell(path, signs, assumptions), conditions)
