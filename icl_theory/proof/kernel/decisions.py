"""Rules that decide: identities and signs; and what is quoted instead."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.relations import eq
from icl_theory.algebra.statements import AtMostOne, RootCount

from .domain import FREE, Domain
from .expressions import algebraic
from .placed import _meaningful, _placed
from .premises import COMPARED, STRICT, WEAK, Given, Relation, require
from .theorem import Oracle, Theorem, _rule, _theorem, pointwise, split


@_rule
def identity(lhs: object, rhs: object = 0, *, on: Domain = FREE, given: Given = ()) -> Theorem:
    """``lhs = rhs``: both are defined on the whole domain, and their difference cancels there."""
    lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
    alike = getattr(lhs, "shape", ()) == getattr(rhs, "shape", ())
    require(alike, "matrices of different shapes")
    sides = list(zip(lhs, rhs, strict=True)) if isinstance(lhs, sp.MatrixBase) else [(lhs, rhs)]
    require(bool(sides), "an identity between empty matrices decides nothing")
    for left, right in sides:
        difference = algebraic(on.placed(left - right, given))
        require(decide.is_zero(difference), "not an identity: {}", eq(left, right))
        _placed(on, left, given), _placed(on, right, given)
    return _theorem("identity", eq(lhs, rhs), on, given)


@_rule
def sign(relation: sp.Rel, *, on: Domain = FREE, given: Given = ()) -> Theorem:
    """A strict or weak inequality, by the coefficients of a polynomial in the coordinates."""
    require(isinstance(relation, STRICT + WEAK), "not an inequality: {}", relation)
    upwards = isinstance(relation, sp.StrictGreaterThan | sp.GreaterThan)
    left, right = (_placed(on, side, given) for side in (relation.lhs, relation.rhs))
    difference = left - right if upwards else right - left
    if isinstance(relation, STRICT):
        require(signs.strict(difference) == 1, "wrong sign: {}", relation)
    else:
        require(signs.weak(difference) >= 0, "wrong sign: {}", relation)
    return _theorem("sign", relation, on, given)


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
    return _theorem("quoted", relation, on, oracles=[Oracle(relation, on, reference)])
