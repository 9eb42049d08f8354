"""When two leading terms are the same function, and cases that can be told as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sympy as sp

from .behaviour import Behaviour
from .cells import Cell
from .engine import common_assumptions, describe
from .evaluate import evaluate
from .reading import as_typed


def same(one: Behaviour, other: Behaviour, cell: Cell) -> bool:
    """Whether two leading terms agree in a cell of the parameters that stay.

    Exponents are compared limit by limit, so the order in which the limits were taken may differ.
    """
    if exponents(one) != exponents(other):
        return False
    first, second = _restricted(one, cell), _restricted(other, cell)
    if first is None or second is None:
        return False
    if first[1] is None and second[1] is None:
        return sp.cancel(first[0] - second[0]) == 0
    point = _point(cell)
    values = []
    for behaviour in (one, other):
        full = dict(point)
        for symbol, value in cell.path.fixed.items():
            full[as_typed(symbol)] = value.xreplace(
                {s: sp.Rational(full[as_typed(s)]) for s in value.free_symbols}
            )
        try:
            values.append(evaluate(behaviour, full, digits=40))
        except (ValueError, ZeroDivisionError):
            return False
    close = abs(values[0] - values[1]) <= abs(values[0]) * values[0].context.mpf(10) ** -35
    if not close:
        return False
    # Two numbers that agree to 35 digits are equal if they annul the same irreducible polynomial.
    polynomials = [
        _minimal(*parts, tuple(_symbols(point, cell)), value)
        for parts, value in zip((first, second), values, strict=True)
    ]
    return bool(polynomials[0] == polynomials[1])


def exponents(behaviour: Behaviour) -> dict[str, Any]:
    """Exponent by limit, for the limits that leave a trace."""
    moves = behaviour.piece.cell.path.moves
    pairs = zip(moves, behaviour.lead.exponent, strict=True)
    return {str(move): exponent for move, exponent in pairs if exponent != 0}


def _symbols(point: dict[str, sp.Rational], cell: Cell) -> list[tuple[sp.Symbol, sp.Rational]]:
    return [(s, sp.Rational(point[as_typed(s)])) for s in cell.path.free if as_typed(s) in point]


def _restricted(
    behaviour: Behaviour, cell: Cell
) -> tuple[sp.Expr, sp.Expr | None, sp.Symbol] | None:
    """Coefficient, polynomial and its unknown on a cell; None where the coefficient has a pole."""
    field = behaviour.piece.reader.base
    coefficient = behaviour.lead.coefficient
    fixed = {s: v for s, v in cell.path.fixed.items() if s not in behaviour.piece.cell.path.fixed}
    under = field.expression(coefficient.under).xreplace(fixed)
    if sp.expand(under) == 0:
        return None
    value = field.expression(coefficient.over).xreplace(fixed) / under
    root = behaviour.root
    if root is None:
        return value, None, sp.Symbol("z")
    return value, field.expression(root.polynomial).xreplace(fixed), root.symbol


@lru_cache(maxsize=1024)
def _minimal(
    value: sp.Expr,
    polynomial: sp.Expr | None,
    unknown: sp.Symbol,
    point: tuple[tuple[sp.Symbol, sp.Rational], ...],
    number: Any,
) -> sp.Expr:
    """Irreducible polynomial of a coefficient over the field of the free symbols."""
    z = sp.Dummy("z")
    over, under = sp.fraction(sp.together(value))
    equation = sp.expand(over - z * under)
    if polynomial is not None:
        equation = sp.resultant(equation, polynomial, unknown)
    factors = [f for f, _ in sp.factor_list(equation)[1] if f.has(z)]
    values = dict(point)
    best = min(factors, key=lambda f: abs(_relative(f.xreplace(values), z, number)))
    return best.xreplace({z: sp.Symbol("z")}) * sp.sign(sp.LC(best.xreplace({z: sp.Symbol("z")})))


def _relative(polynomial: sp.Expr, z: sp.Symbol, number: Any) -> Any:
    """Value at a number, relative to the largest term."""
    terms = [
        number.context.mpf(int(c.p)) / int(c.q) * number**power
        for (power,), c in sp.Poly(polynomial, z).terms()
    ]
    return sum(terms) / max(abs(t) for t in terms)


def _point(cell: Cell) -> dict[str, sp.Rational]:
    """A rational point of a cell."""
    return {as_typed(s): v for s, v in cell.assumptions.point(cell.path.free).items()}


def merged(behaviours: Sequence[Behaviour]) -> list[Behaviour]:
    """Put behaviours that are the same function together and describe where they hold anew."""
    groups: list[list[Behaviour]] = []
    for behaviour in sorted(behaviours, key=lambda o: len(o.piece.cell.path.fixed)):
        for group in groups:
            if group[0].piece.everything is behaviour.piece.everything and all(
                same(group[0], behaviour, cell) for cell in behaviour.piece.members
            ):
                group.append(behaviour)
                break
        else:
            groups.append([behaviour])
    found = []
    for group in groups:
        if len(group) == 1:
            found.append(group[0])
            continue
        members = [cell for behaviour in group for cell in behaviour.piece.members]
        for part, conditions in describe(members, group[0].piece.everything):
            source = min(
                (o for o in group if any(c in o.piece.members for c in part)),
                key=lambda o: len(o.piece.cell.path.fixed),
            )
            assumptions = common_assumptions(part)
            piece = replace(
                source.piece, members=tuple(part), conditions=conditions, assumptions=assumptions
            )
            found.append(source.on(piece))
    order = {id(o.piece.everything): i for i, o in reversed(list(enumerate(behaviours)))}
    return sorted(
        found, key=lambda o: (order[id(o.piece.everything)], len(o.piece.cell.path.fixed))
    )
