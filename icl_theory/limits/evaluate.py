"""Leading coefficients as numbers."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

from .behaviour import Behaviour
from .reading import as_typed


def evaluate(behaviour: Behaviour, parameters: dict[str, object], digits: int = 30) -> mpmath.mpf:
    """Leading coefficient at given values of the free symbols."""
    return with_root(behaviour, parameters, digits)[0]


def with_root(
    behaviour: Behaviour, parameters: dict[str, object], digits: int = 30
) -> tuple[mpmath.mpf, mpmath.mpf | None]:
    """Leading coefficient, and the algebraic number that the state is rational in, if any."""
    context = mpmath.mp.clone()
    context.dps = 2 * digits + 20
    piece = behaviour.piece
    values = {}
    for symbol in piece.cell.path.free:
        key = as_typed(symbol)
        if key not in parameters:
            if not _inside(behaviour, symbol):
                continue
            raise ValueError(f"give a value of {key}")
        values[symbol] = sp.Rational(str(parameters[key]))
    points = [values]
    root = piece.state.root
    if root is not None:
        polynomial = sp.Poly(root.field.expression(root.polynomial).xreplace(values), root.symbol)
        roots = [
            r for r in polynomial.nroots(n=2 * digits + 20, maxsteps=500) if r.is_real and r > 0
        ]
        points = [values | {root.symbol: r} for r in roots]
        points = [
            p
            for p in points
            if all(_number(lead.coefficient, p, context) > 0 for lead in piece.state.leads.values())
        ]
        if len(points) != 1:
            raise ValueError(f"{len(points)} positive states at these values, not one")
    (point,) = points
    number = None if root is None else _mpf(point[root.symbol], context)
    return _number(behaviour.lead.coefficient, point, context), number


def _inside(behaviour: Behaviour, symbol: sp.Symbol) -> bool:
    """Whether the coefficient or the state needs the value of a free symbol."""
    coefficients = [behaviour.lead.coefficient]
    coefficients += [lead.coefficient for lead in behaviour.piece.state.leads.values()]
    field = behaviour.piece.reader.base
    index = field.index[symbol]
    return any(c.over.degrees()[index] or c.under.degrees()[index] for c in coefficients)


def _number(ratio: Any, values: dict[sp.Symbol, sp.Expr], context: Any) -> mpmath.mpf:
    numbers = [_mpf(values.get(s, sp.Integer(0)), context) for s in ratio.field.symbols]
    sides = []
    for polynomial in (ratio.over, ratio.under):
        total = context.mpf(0)
        for exponents, coefficient in polynomial.terms():
            term = context.mpf(int(coefficient))
            for number, power in zip(numbers, exponents, strict=False):
                if power:
                    term *= number ** int(power)
            total += term
        sides.append(total)
    return sides[0] / sides[1]


def _mpf(value: sp.Expr, context: Any) -> mpmath.mpf:
    if value.is_Rational:
        return context.mpf(int(value.p)) / int(value.q)
    return context.mpf(str(value))
