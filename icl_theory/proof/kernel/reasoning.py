"""Rules that conclude from theorems: sums, special points, squares, quadratics, a squeeze."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.calculus import At
from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.relations import eq, gt
from icl_theory.algebra.statements import RootCount

from .domain import FREE, Domain
from .expressions import in_range, plain
from .limits import _unbound
from .placed import _placed
from .premises import STRICT, WEAK, ProofFailed, Relation, Values, require
from .theorem import Theorem, _at, _portable, _rule, _theorem, pointwise


@_rule
def combination(
    relation: sp.Rel, parts: Sequence[tuple[object, Theorem]], *, on: Domain = FREE
) -> Theorem:
    """A relation as a sum of others: its difference is the sum of c times theirs.

    Of an equality the factor c may be anything that is defined; of an inequality it is positive.
    The sum is positive if one of the inequalities is strict, and not negative otherwise.
    """
    rest, wanted = _difference(relation)
    reached: set[type] = set()
    for coefficient, theorem in parts:
        difference, kind = _difference(_at(on, theorem))
        factor = _placed(on, coefficient, ())
        if kind is not sp.Eq:
            require(signs.strict(factor) == 1, "{} may not be positive", coefficient)
        rest -= sp.sympify(coefficient) * difference
        reached.add(kind)
    strongest = [kind for kind in (sp.StrictGreaterThan, sp.GreaterThan, sp.Eq) if kind in reached]
    enough = wanted is sp.GreaterThan or wanted in strongest[:1]
    require(bool(parts) and enough, "no sum of these: {}", relation)
    require(decide.is_zero(on.solved(rest)), "no such combination: {}", relation)
    for side in (relation.lhs, relation.rhs):
        _placed(on, side, ())
    return _theorem("combination", relation, on, premises=tuple(t for _, t in parts))


def _difference(relation: Relation) -> tuple[sp.Expr, type]:
    """What a relation says to be zero, positive or not negative; and which of them."""
    for kind, turned in (
        (sp.StrictGreaterThan, sp.StrictLessThan),
        (sp.GreaterThan, sp.LessThan),
        (sp.Eq, sp.Eq),
    ):
        if isinstance(relation, kind):
            return relation.lhs - relation.rhs, kind
        if isinstance(relation, turned):
            return relation.rhs - relation.lhs, kind
    raise ProofFailed(f"no relation of numbers: {relation}")


@_rule
def specialise(
    theorem: Theorem, values: Values, *, on: Domain = FREE, known: Sequence[Theorem] = ()
) -> Theorem:
    """A theorem at the points where symbols have given values, which solve its equations."""
    relation, pairs = theorem.conclusion, list(values.items())
    require(isinstance(relation, sp.Rel) and pointwise(relation), "not about single points")
    alone = _portable(theorem) and not relation.has(RootCount)
    require(alone, "not about single points, or in coordinates of {}", theorem.domain)
    moved = set(values)
    formulas = {s for s in moved if isinstance(s, Quantity)} - set(theorem.domain.checked()[1])
    require(not formulas, "{} are formulas", formulas)
    read = [
        plain(side).free_symbols | side.free_symbols for h in theorem.hypotheses for side in h.args
    ]
    require(not any(symbols & moved for symbols in read), "a hypothesis moves")
    said = [_at(on, t) for t in known]
    positive = {c.lhs for c in said if isinstance(c, sp.Rel) and c == gt(c.lhs)}
    for symbol, residual in theorem.domain.equations():
        at = on.placed(At(residual, *pairs))
        require(decide.is_zero(at), "the equation of {} does not hold at {}", symbol, values)
    for symbol, value in pairs:
        if value not in positive or not symbol.is_nonnegative:
            in_range(_placed(on, value, ()), symbol, symbol in theorem.domain.positive)
    left = (set(theorem.domain.positive) | set(theorem.domain.checked()[1])) - moved
    for symbol in left:
        in_range(_placed(on, symbol, ()), symbol, symbol in theorem.domain.positive)
    sides = [At(side, *pairs) for side in (relation.lhs, relation.rhs)]
    relation = relation.func(*sides, evaluate=False)
    return _theorem("specialisation", relation, on, premises=(theorem, *known))


@_rule
def squeeze(
    limit: sp.Limit, ends: Sequence[Theorem], bounds: Sequence[Theorem], *, on: Domain = FREE
) -> Theorem:
    """A limit between two functions of one limit; below one that tends to oo a bound is enough."""
    require(isinstance(limit, sp.Limit), "no limit: {}", limit)
    expression, *where = limit.args
    found: dict[str, sp.Expr] = {}
    require(len(bounds) == len(ends), "not a limit of every bound")
    for bound, end in zip(bounds, ends, strict=True):
        relation, tends = _at(on, bound), end.conclusion
        _unbound(where[0], (*bound.hypotheses, *end.hypotheses), on)
        require(isinstance(relation, STRICT + WEAK) and end.domain is on, "bounds and their limits")
        upwards = isinstance(relation, sp.StrictGreaterThan | sp.GreaterThan)
        less, more = (relation.rhs, relation.lhs) if upwards else (relation.lhs, relation.rhs)
        side, other = ("below", less) if more == expression else ("above", more)
        require(expression in (less, more), "no bound of {}: {}", expression, relation)
        require(isinstance(tends, sp.Eq), "no limit of a bound: {}", tends)
        require(tends.lhs == sp.Limit(other, *where), "not the limit of the bound: {}", tends)
        found[side] = tends.rhs
    both = len(found) == 2 and found["below"] == found["above"]
    require(both or found == {"below": sp.oo}, "no squeeze: {}", found)
    value = next(iter(found.values()))
    return _theorem("squeeze", eq(limit, value), on, premises=(*ends, *bounds))
