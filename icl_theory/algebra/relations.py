"""Statements as SymPy relations that SymPy leaves as they are written."""

from __future__ import annotations

from typing import TypeAlias

import sympy as sp

Relation: TypeAlias = sp.Basic


def eq(lhs: object, rhs: object) -> sp.Eq:
    """Unevaluated equality, for statements: SymPy must not decide it from assumptions."""
    return sp.Eq(lhs, rhs, evaluate=False)


def gt(lhs: object, rhs: object = 0) -> sp.StrictGreaterThan:
    """Unevaluated ``lhs > rhs``."""
    return sp.StrictGreaterThan(lhs, rhs, evaluate=False)


def lt(lhs: object, rhs: object = 0) -> sp.StrictLessThan:
    """Unevaluated ``lhs < rhs``."""
    return sp.StrictLessThan(lhs, rhs, evaluate=False)


def ge(lhs: object, rhs: object = 0) -> sp.GreaterThan:
    """Unevaluated ``lhs >= rhs``."""
    return sp.GreaterThan(lhs, rhs, evaluate=False)


def le(lhs: object, rhs: object = 0) -> sp.LessThan:
    """Unevaluated ``lhs <= rhs``."""
    return sp.LessThan(lhs, rhs, evaluate=False)


def implies(condition: sp.Basic, relation: sp.Basic) -> sp.Implies:
    """Unevaluated implication."""
    return sp.Implies(condition, relation, evaluate=False)


def both(*relations: sp.Basic) -> sp.And:
    """Unevaluated conjunction."""
    return sp.And(*relations, evaluate=False)
