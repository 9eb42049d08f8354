"""Decide a statement case by case: a conjunction of relations, some of them under conditions."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.proof.proof import Proof


def decide_cases(
    proof: Proof, statement: sp.Basic, order: Sequence[sp.Symbol], because: str = ""
) -> None:
    """Decide every conjunct of ``statement``, an implication under its conditions.

    Parameters
    ----------
    proof
        Where the steps are recorded.
    statement
        A relation, an implication, or a conjunction of these.
    order
        Symbols in the order in which conditions bound them: a bound reads earlier symbols only.
    because
        Why the steps are made.
    """
    rank = {symbol: place for place, symbol in enumerate(order)}
    for part in statement.args if isinstance(statement, sp.And) else (statement,):
        given: tuple[sp.Basic, ...] = ()
        relation = part
        if isinstance(part, sp.Implies):
            condition, relation = part.args
            given = condition.args if isinstance(condition, sp.And) else (condition,)
            given = tuple(sorted(given, key=lambda c: rank[c.lhs]))
        proof.decide(relation, given=given, because=because)
