"""What a claim states, put together of theorems, and taken apart."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.decide import UndecidedError

from .decisions import sign
from .domain import FREE, Domain
from .placed import _meaningful
from .premises import Given, ProofFailed, Relation, require
from .theorem import Theorem, _covers, _rule, _theorem, split


@_rule
def conclude(
    statement: Relation, theorems: Sequence[Theorem], *, on: Domain = FREE, given: Given = ()
) -> Theorem:
    """The theorem that a claim states: every conjunct on its domain, under no further hypotheses.

    ``A -> B`` is reached by B under the hypothesis A. Some point of the domain satisfies ``given``
    and the condition of every implication: that these are parametrised is decided.
    """
    used = []
    conjuncts = statement.args if isinstance(statement, sp.And) else (statement,)
    require(bool(conjuncts), "nothing is stated")
    for conjunct in conjuncts:
        conditions, relation = split(conjunct)
        allowed = tuple(dict.fromkeys((*given, *conditions)))
        _satisfied(allowed, on)
        for theorem in theorems:
            require(isinstance(theorem, Theorem), "what is no theorem proves nothing")
            if (
                theorem.conclusion == relation
                and _covers(theorem, on)
                and all(h in allowed or _holds(h, on) for h in theorem.hypotheses)
            ):
                used.append(theorem)
                break
        else:
            raise ProofFailed(f"no theorem says: {conjunct}")
    # What a proof quotes it depends on, also where the algebra of a conjunct would do without.
    quoted = [oracle for theorem in theorems for oracle in theorem.oracles]
    return _theorem("conjunction", statement, on, given, tuple(used), quoted, discharged=True)


def _holds(hypothesis: Relation, on: Domain) -> bool:
    """Whether a hypothesis is decided to hold on a whole domain."""
    try:
        sign(hypothesis, on=on)
    except (ProofFailed, UndecidedError):
        return False
    return True


def _satisfied(conditions: Given, on: Domain) -> None:
    """Decide that some point of the domain satisfies conditions: they have free coordinates."""
    _meaningful(on, frozenset(conditions))
    on.conditions(conditions)
    for condition in conditions:
        if isinstance(condition, sp.Ne):
            difference = on.placed(condition.lhs - condition.rhs, conditions)
            require(not decide.is_zero(difference), "{} holds nowhere", condition)


@_rule
def conjunct(theorem: Theorem, relation: Relation) -> Theorem:
    """One conjunct of a conjunction; the conclusion of an implication, under its condition."""
    whole = theorem.conclusion
    for part in whole.args if isinstance(whole, sp.And) else (whole,):
        conditions, conclusion = split(part)
        if relation in (part, conclusion):
            return _theorem("part", conclusion, theorem.domain, conditions, (theorem,))
    raise ProofFailed(f"{theorem.conclusion} does not say {relation}")
