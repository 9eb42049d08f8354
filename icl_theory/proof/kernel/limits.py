"""Limits in free coordinates, by leading terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.relations import eq

from .domain import FREE, Domain
from .expressions import defined, ranges, vanishes_nowhere
from .placed import _excluded, _placed, _powers
from .premises import Given, Relation, require
from .theorem import Theorem, _rule, _theorem


@_rule
def limit(limit: sp.Limit, value: object, *, on: Domain = FREE, given: Given = ()) -> Theorem:
    """A limit as one free coordinate moves and the other coordinates are held."""
    require(isinstance(limit, sp.Limit), "no limit: {}", limit)
    expression, variable, point, side = limit.args
    require(not isinstance(variable, Quantity), "{} is a formula and does not move", variable)
    require(variable not in on.checked()[1], "{} does not move freely on {}", variable, on)
    tied = any(residual.has(variable) for _, residual in on.equations())
    # A reader of a symbol of the domain would hold other symbols of it, not coordinates.
    require(not (tied and on.inverse()), "with {} more moves than it on {}", variable, on)
    _unbound(variable, given, on)
    placed = on.placed(expression, given)
    target, end = _end_point(on, value, given), _end_point(on, point, given)
    for power in _powers(expression, set(on.checked()[1])):
        _leading(on.placed(power, given), variable, end, 1, _excluded(on, given))
    require(not target.has(variable) and not end.has(variable), "{} is in the limit", variable)
    for direction in _directions(variable, end, str(side)):
        excluded = _excluded(on, given)
        _reaches(_leading(placed, variable, end, direction, excluded), target, limit)
    return _theorem("limit", eq(limit, value), on, given)


def _end_point(on: Domain, value: object, given: Given) -> sp.Expr:
    """What tends, or is tended to, in coordinates: a number that is defined, or infinite."""
    value = sp.sympify(value)
    return value if value in (sp.oo, -sp.oo) else _placed(on, value, given)


def _unbound(variable: sp.Symbol, conditions: Iterable[Relation], on: Domain = FREE) -> None:
    """Decide that no condition speaks of a variable that runs through its whole range.

    Nor of a symbol that moves with the variable on the domain.
    """
    read = (on.placed(side).free_symbols for c in conditions for side in (c.lhs, c.rhs))
    require(all(variable not in symbols for symbols in read), "a condition on {}", variable)


def _directions(variable: sp.Symbol, point: sp.Expr, side: str) -> list[int]:
    """The sides from which a symbol has to approach a point, decided to lie in its range."""
    ranges(variable)
    require(variable.is_nonnegative is True, "{} does not run from zero up", variable)
    if point is sp.oo:
        return [1]
    wanted = {"+": [1], "-": [-1]}.get(side, [1, -1])
    near = wanted == [1] if point == 0 else signs.strict(point) == 1
    require(near, "{} does not come near {} from there", variable, point)
    return wanted


def _leading(
    placed: sp.Expr,
    variable: sp.Symbol,
    point: sp.Expr,
    direction: int,
    excluded: Sequence[sp.Expr] = (),
) -> decide.Leading:
    """Leading term, valid whatever the other symbols: its denominator vanishes nowhere."""
    for power in placed.atoms(sp.Pow):
        if not power.has(variable):
            defined(power, excluded)
    found = signs.leading(placed, variable, point, direction)
    nowhere = vanishes_nowhere(found.under.coefficient, excluded)
    require(nowhere, "the leading denominator of {} may vanish", placed)
    coefficient = found.over.coefficient / found.under.coefficient
    return decide.Leading(coefficient, found.over.exponent - found.under.exponent)


def _reaches(leading: decide.Leading, value: sp.Expr, what: object) -> None:
    if value in (sp.oo, -sp.oo):
        reached = leading.exponent < 0 and signs.strict(leading.coefficient) * sp.oo == value
    elif leading.exponent > 0:
        reached = decide.is_zero(value)
    else:
        reached = leading.exponent == 0 and _equal(leading.coefficient, value)
    require(reached, "the limit is not {}: {}", value, what)


def _equal(one: sp.Expr, other: sp.Expr) -> bool:
    """Whether two expressions are equal: by conjugates, or modulo what defines their roots."""
    try:
        return decide.is_zero(one - other)
    except UndecidedError:
        written, roots = signs.without_roots(one - other)
        rest = decide.fraction_field(written).numer.as_expr()
        for name, root in roots.items():
            rest = sp.rem(rest, name**root.exp.q - root.base, name)
        return sp.expand(rest) == 0
