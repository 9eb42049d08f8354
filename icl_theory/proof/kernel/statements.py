"""What a claim states, put together of theorems, and taken apart."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.decide import UndecidedError

from .decisions import sign
from .domain import FREE, Domain, in_order
from .expressions import in_range
from .placed import _meaningful
from .premises import Given, ProofFailed, Relation, Values, require
from .theorem import Theorem, _portable, _rule, _theorem, split


@_rule
def conclude(
    statement: Relation,
    theorems: Sequence[Theorem],
    *,
    on: Domain = FREE,
    given: Given = (),
    witness: Values | None = None,
) -> Theorem:
    """The theorem that a claim states: every conjunct on its domain, under no further hypotheses.

    ``A -> B`` is reached by B under the hypothesis A. The witness is a point of the domain, in its
    free coordinates, at which ``given`` and the condition of every implication hold.
    """
    used = []
    conjuncts = statement.args if isinstance(statement, sp.And) else (statement,)
    require(bool(conjuncts), "nothing is stated")
    for conjunct in conjuncts:
        conditions, relation = split(conjunct)
        allowed = {*given, *conditions}
        _satisfied(tuple(dict.fromkeys((*given, *conditions))), on, witness or {})
        for theorem in theorems:
            require(isinstance(theorem, Theorem), "what is no theorem proves nothing")
            here = theorem.domain is on or (_portable(theorem) and on.within(theorem.domain))
            if (
                theorem.conclusion == relation
                and here
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


def _satisfied(conditions: Given, on: Domain, witness: Values) -> None:
    """Decide that some point of the domain satisfies conditions: a parametrisation or a witness."""
    _meaningful(on, frozenset(conditions))
    try:
        ordered = in_order(conditions)
        on.placed(sp.Integer(0), ordered)
        for condition in conditions:
            if isinstance(condition, sp.Ne):
                difference = on.placed(condition.lhs - condition.rhs, ordered)
                require(not decide.is_zero(difference), "{} holds nowhere", condition)
    except (ProofFailed, UndecidedError):
        for symbol, value in witness.items():
            in_range(sp.sympify(value), symbol, False)
        for condition in conditions:
            difference = on.placed(condition.lhs - condition.rhs).xreplace(dict(witness))
            wanted = _SIGNS.get(type(condition), ())
            require(signs.strict(difference) in wanted, "{} is false at the witness", condition)


#: The signs of lhs - rhs that make a relation true.
_SIGNS: dict[type, tuple[int, ...]] = {
    sp.StrictGreaterThan: (1,),
    sp.StrictLessThan: (-1,),
    sp.GreaterThan: (0, 1),
    sp.LessThan: (0, -1),
    sp.Eq: (0,),
    sp.Ne: (1, -1),
}


@_rule
def conjunct(theorem: Theorem, relation: Relation) -> Theorem:
    """One conjunct of a conjunction; the conclusion of an implication, under its condition."""
    whole = theorem.conclusion
    for part in whole.args if isinstance(whole, sp.And) else (whole,):
        conditions, conclusion = split(part)
        if relation in (part, conclusion):
            return _theorem("part", conclusion, theorem.domain, conditions, (theorem,))
    raise ProofFailed(f"{theorem.conclusion} does not say {relation}")
