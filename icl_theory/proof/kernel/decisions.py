"""Rules that decide: identities and signs; and what is quoted instead."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.relations import eq
from icl_theory.algebra.statements import AtMostOne, RootCount

from .domain import FREE, Domain
from .expressions import algebraic, defined
from .placed import _defined_at, _excluded, _meaningful, _placed
from .premises import COMPARED, STRICT, WEAK, Given, Relation, require
from .theorem import Oracle, Theorem, _at, _rule, _theorem, pointwise, split


@_rule
def identity(lhs: object, rhs: object = 0, *, on: Domain = FREE, given: Given = ()) -> Theorem:
    """``lhs = rhs``: both are defined on the whole domain, and their difference cancels there."""
    lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
    matrices = isinstance(lhs, sp.MatrixBase)
    if matrices and rhs == 0:
        rhs = sp.zeros(*lhs.shape)
    alike = not matrices or getattr(rhs, "shape", None) == lhs.shape
    require(alike, "matrices of different shapes")
    sides = list(zip(lhs, rhs, strict=True)) if matrices else [(lhs, rhs)]
    require(bool(sides), "an identity between empty matrices decides nothing")
    fixed = any(isinstance(condition, sp.Eq) for condition in given)
    for left, right in sides:
        difference = on.placed(left - right, given) if fixed else on.solved(left - right)
        difference = algebraic(difference)
        require(decide.is_zero(difference), "not an identity: {}", eq(left, right))
        _placed(on, left, given), _placed(on, right, given)
    return _theorem("identity", eq(lhs, rhs), on, given)


@_rule
def sign(
    relation: sp.Rel, *, on: Domain = FREE, given: Given = (), known: Sequence[Theorem] = ()
) -> Theorem:
    """A strict or weak inequality, by the coefficients of a polynomial in the coordinates.

    Factors of the difference may be signed by ``known`` strict inequalities instead.
    """
    difference = _larger_part(on, relation, given)
    strict = all(isinstance(_at(on, theorem), STRICT) for theorem in known)
    require(strict, "what is known is no strict inequality")
    parts = [_larger_part(on, _at(on, theorem), given) for theorem in known]
    for side in (relation.lhs, relation.rhs):
        _defined_at(on, side, given, [*_excluded(on, given), *parts])
    defined(difference, [*_excluded(on, given), *parts])
    if isinstance(relation, STRICT) or parts:
        require(_sign(difference, parts) == 1, "wrong sign: {}", relation)
    else:
        require(signs.weak(difference) >= 0, "wrong sign: {}", relation)
    return _theorem("sign", relation, on, given, tuple(known))


def _larger_part(on: Domain, relation: sp.Rel, given: Given) -> sp.Expr:
    """The difference that an inequality says to be positive, in coordinates."""
    require(isinstance(relation, STRICT + WEAK), "not an inequality: {}", relation)
    upwards = isinstance(relation, sp.StrictGreaterThan | sp.GreaterThan)
    return on.placed(relation.lhs - relation.rhs if upwards else relation.rhs - relation.lhs, given)


def _sign(expression: sp.Expr, known: Sequence[sp.Expr]) -> int:
    """Sign of a product of factors, each positive as known or decided."""
    if not known:
        return signs.strict(expression)
    found, factors = signs.factored(expression)
    for factor in factors:
        for part in known:
            ratio = signs.ratio(factor, part)
            if ratio is not None:
                found *= int(sp.sign(ratio))
                break
        else:
            found *= signs.strict(factor)
    return found


@_rule
def quote(relation: Relation, reference: str, *, on: Domain = FREE) -> Theorem:
    """A quoted result: a theorem that is conditional on itself."""
    require(bool(reference), "a quoted result needs a reference")
    for conjunct in relation.args if isinstance(relation, sp.And) else (relation,):
        conditions, said = split(conjunct)
        _meaningful(on, frozenset(conditions))
        formula = isinstance(said, (*COMPARED, AtMostOne))
        require(formula, "a quoted result is a formula, not {}", said)
        for side in said.args if isinstance(said, COMPARED) else ():
            if pointwise(side) and not isinstance(side, RootCount):
                _placed(on, side, conditions)
    return _theorem("quoted", relation, on, oracles=[Oracle(relation, reference)])
