"""When two leading terms are the same function, and cases that can be told as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import flint
import sympy as sp

from icl_theory.algebra.numbers import to_fmpq
from icl_theory.algebra.quotient import Quotient, Quotients, evaluate_polynomial

from .behaviour import Behaviour
from .cells import Cell
from .engine import common_assumptions, describe
from .evaluate import with_root
from .reading import as_typed

#: A coefficient itself, in the polynomial that it annuls.
_VALUE = sp.Dummy("value")


def same(one: Behaviour, other: Behaviour, cell: Cell, *, eliminate: bool = True) -> bool:
    """Whether two leading terms agree in a cell of the parameters that stay.

    Exponents are compared limit by limit, so the order in which the limits were taken may differ.
    Rational functions of two different algebraic numbers are equal where these are eliminated with
    one result, which may take long; without ``eliminate`` they are told apart.
    """
    if exponents(one) != exponents(other):
        return False
    fields = (o.piece.reader.base for o in (one, other))
    common = Quotients(tuple(dict.fromkeys((*chain(*(f.symbols for f in fields)), _VALUE))))
    first, second = (_restricted(o, cell, common) for o in (one, other))
    if first is None or second is None:
        return False
    if first.polynomial is None and second.polynomial is None:
        return first.value == second.value
    point = _point(cell)
    found = []
    for behaviour in (one, other):
        full = dict(point)
        for symbol, value in cell.path.fixed.items():
            full[as_typed(symbol)] = value.xreplace(
                {s: sp.Rational(full[as_typed(s)]) for s in value.free_symbols}
            )
        try:
            found.append(with_root(behaviour, full, digits=40))
        except (ValueError, ZeroDivisionError):
            return False
    values, roots = zip(*found, strict=True)
    if not _close(*values):
        return False
    if first.unknown is None:
        first, second, values, roots = second, first, values[::-1], roots[::-1]
    rational = {symbol: sp.Rational(point[as_typed(symbol)]) for symbol in cell.path.free}
    polynomial: Any = first.polynomial
    if second.unknown == first.unknown and _close(*roots):
        polynomial = polynomial.gcd(second.polynomial)
    elif second.unknown is not None:
        if not eliminate:
            return False
        # Two numbers that agree to 35 digits are equal if they annul the same polynomial.
        return bool(_minimal(first, rational, values[0]) == _minimal(second, rational, values[1]))
    # One is rational, or both are rational in one number: its polynomial is irreducible, and
    # divides what vanishes there.
    root = _annulled(common, polynomial, first.unknown, rational, roots[0])
    difference = first.value - second.value
    return root is not None and bool(difference.is_zero or difference.over.gcd(root) != 1)


def _close(one: Any, other: Any) -> bool:
    return bool(abs(one - other) <= abs(one) * one.context.mpf(10) ** -35)


def exponents(behaviour: Behaviour) -> dict[str, Any]:
    """Exponent by limit, for the limits that leave a trace."""
    moves = behaviour.piece.cell.path.moves
    pairs = zip(moves, behaviour.lead.exponent, strict=True)
    return {str(move): exponent for move, exponent in pairs if exponent != 0}


@dataclass(frozen=True)
class _Restricted:
    """A coefficient on a cell, with the polynomial of the unknown in it, if there is one."""

    value: Quotient
    polynomial: flint.fmpz_mpoly | None
    unknown: sp.Symbol | None


def _restricted(behaviour: Behaviour, cell: Cell, common: Quotients) -> _Restricted | None:
    """A leading coefficient on a cell, over a field of all symbols; None where it has a pole."""
    field, coefficient = behaviour.piece.reader.base, behaviour.lead.coefficient
    fixed = {
        symbol: common.read(value)
        for symbol, value in cell.path.fixed.items()
        if symbol in field.index
    }

    def here(polynomial: flint.fmpz_mpoly) -> Quotient:
        return common.quotient(*common.at(common.adopted(field, polynomial), fixed))

    under = here(coefficient.under)
    if under.is_zero:
        return None
    value, root = here(coefficient.over) / under, behaviour.root
    if root is None or value.is_zero:
        return _Restricted(value, None, None)
    return _Restricted(value, here(root.polynomial).over, root.symbol)


def _minimal(part: _Restricted, point: Mapping[sp.Symbol, sp.Rational], number: Any) -> Any:
    """Irreducible polynomial of a coefficient over the field of the free symbols.

    Of the factors it is the one that a number annuls, the coefficient at a point.
    """
    field = part.value.field
    equation = part.value.over - field.generator(_VALUE).over * part.value.under
    if part.polynomial is not None:
        equation = equation.resultant(part.polynomial, field.index[part.unknown])
    return _annulled(field, equation, _VALUE, point, number)


def _annulled(
    field: Quotients,
    polynomial: flint.fmpz_mpoly,
    symbol: sp.Symbol,
    point: Mapping[sp.Symbol, sp.Rational],
    number: Any,
) -> flint.fmpz_mpoly | None:
    """Of the irreducible factors with a symbol the one that a number annuls, at a point."""
    factors = [f for f, _ in polynomial.factor()[1] if f.degrees()[field.index[symbol]] > 0]
    if not factors:
        return None
    return min(factors, key=lambda f: abs(_relative(field, f, symbol, point, number)))


def _relative(
    field: Quotients,
    polynomial: flint.fmpz_mpoly,
    symbol: sp.Symbol,
    point: Mapping[sp.Symbol, sp.Rational],
    number: Any,
) -> Any:
    """Value at a point and a number, relative to the largest term."""
    zero = flint.fmpq(0)
    values = [to_fmpq(point[s]) if s in point else zero for s in field.symbols]
    terms = []
    for power, coefficient in enumerate(field.coefficients(polynomial, symbol)):
        rational = evaluate_polynomial(coefficient.over, values, zero)
        terms.append(number.context.mpf(int(rational.p)) / int(rational.q) * number**power)
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
                same(group[0], behaviour, cell, eliminate=False) for cell in behaviour.piece.members
            ):
                group.append(behaviour)
                break
        else:
            groups.append([behaviour])
    found = []
    for group in groups:
        if len(group) == 1:
            found += group
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
