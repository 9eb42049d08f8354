"""The claims about limits: statements close to the limit, and what a wrong one does."""

import random
from dataclasses import replace

import pytest
import sympy as sp

from derivations import limits as topic
from icl_theory.algebra.calculus import At
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import quantities, replaced, unfold
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof.kernel import ProofFailed
from icl_theory.theory import errors as formulas
from icl_theory.theory import limits as stated
from icl_theory.theory.symbols import PARAMETERS
from icl_theory.verify.registry import claims_in

from .reference import context, correction, digits_for, distances, errors, number

ABOUT_LIMITS = claims_in(topic)
FORMULAS = {
    formulas.e_icl: "icl",
    formulas.e_idg: "idg",
    formulas.gap: "gap",
    formulas.train: "train",
    formulas.bias: "bias",
    formulas.pretraining_variance: "pretraining_variance",
}


def parts(claim):
    """Conditions and conclusion of every conjunct."""
    conjuncts = claim.statement.args if isinstance(claim.statement, sp.And) else [claim.statement]
    for part in conjuncts:
        where, conclusion = claim.assumptions, part
        if isinstance(part, sp.Implies):
            extra, conclusion = part.args
            where = (*where, *(extra.args if isinstance(extra, sp.And) else [extra]))
        yield where, conclusion


def near(limit, values, own):
    """What stands inside of nested limits, at points close to the ends."""
    steps = [(p, end, -1 if str(side) == "-" else 1) for p, end, side in limit.moves]
    ties, inner = dict(limit.ties), limit.args[0]
    here = {s: v for s, v in values.items() if s not in ties}
    for i, (symbol, end, side) in enumerate(steps):
        distance = own.mpf(10) ** -distances(len(steps))[i]
        here[symbol] = ("end", end, side, distance)
    numbers = {}

    def value(symbol):
        if symbol not in numbers:
            given = here.get(symbol, ties.get(symbol))
            if isinstance(given, tuple):
                _, end, side, distance = given
                if end is sp.oo:
                    numbers[symbol] = 1 / distance
                else:
                    numbers[symbol] = number(own, end, value) + side * distance
            else:
                numbers[symbol] = number(own, sp.sympify(given), value)
        return numbers[symbol]

    results = errors(own, *(value(p) for p in PARAMETERS))
    return number(own, inner, lambda s: results[FORMULAS[s]] if s in FORMULAS else value(s))


def right_side(value, values, own):
    if isinstance(value, At):
        inner, *pairs = value.args
        places = dict(pairs)
        for symbol, place in places.items():
            if isinstance(place, At):
                places[symbol] = unfold(place.args[0]).xreplace(
                    {s: unfold(v) for s, v in place.args[1:]}
                )
        value = unfold(inner).xreplace({s: unfold(v) for s, v in places.items()})
    return number(own, unfold(value), lambda s: number(own, values[s], None))


@pytest.mark.parametrize("claim", ABOUT_LIMITS, ids=lambda claim: claim.id)
def test_statements_hold_close_to_the_limit(claim):
    rng = random.Random(claim.id)
    for where, conclusion in parts(claim):
        if not of_errors(conclusion):
            continue
        values = random_point(rng, where)
        count = depth(conclusion.lhs)
        own = context(digits_for(count))
        left = near(conclusion.lhs, values, own)
        if isinstance(conclusion.rhs, PathLimit):
            right = near(conclusion.rhs, values, own)
        else:
            right = right_side(conclusion.rhs, values, own)
        allowed = own.mpf(10) ** -correction(count) * (1 + abs(right))
        assert abs(left - right) <= allowed, (claim.id, conclusion)


def of_errors(conclusion) -> bool:
    """Whether the reference can say it: a limit of errors at a ridge, in parameters alone."""
    lhs, *_ = conclusion.args
    if not (isinstance(lhs, PathLimit) and str(lhs.args[1]) == "ridge"):
        return False
    if conclusion.rhs.is_infinite:
        return False
    known = {*PARAMETERS, *FORMULAS, stated.c, stated.c1, *dict(lhs.ties)}
    read = set() if isinstance(conclusion.rhs, PathLimit) else unfold(conclusion.rhs).free_symbols
    return (lhs.args[0].free_symbols | read) <= known


def depth(limit) -> int:
    return len(limit.moves)


def random_point(rng, where):
    fixed = {c.lhs: c.rhs for c in where if isinstance(c, sp.Eq)}
    for _ in range(5000):
        values = {s: sp.Rational(rng.randint(1, 400), 100) for s in PARAMETERS}
        values |= {s: sp.Rational(rng.randint(1, 400), 100) for s in (stated.c, stated.c1)}
        # Twice: a value may be another symbol that is fixed.
        for _ in range(2):
            values |= {s: sp.sympify(v).xreplace(values) for s, v in fixed.items()}
        strict = (c for c in where if not isinstance(c, sp.Eq))
        if all(c.xreplace(values) == sp.true for c in strict):
            return values
    raise AssertionError(f"no point with {where}")


def stated_quantities():
    return [q for q in quantities() if q.record.module == stated.__name__]


def fails(claim) -> bool:
    try:
        return not claim.prove()
    except (ProofFailed, UndecidedError):
        return True


@pytest.mark.slow
@pytest.mark.parametrize("quantity", stated_quantities(), ids=str)
def test_every_stated_formula_is_needed(quantity):
    users = [c for c in ABOUT_LIMITS if uses(c.statement, quantity)]
    assert users
    for changed in (2 * quantity.record.definition, quantity.record.definition + 1):
        with replaced(quantity, changed):
            assert any(fails(claim) for claim in users)


def uses(statement, quantity) -> bool:
    inside = {s for s in statement.free_symbols if s in set(quantities())}
    seen = set()
    while inside:
        symbol = inside.pop()
        seen.add(symbol)
        inside |= {
            s for s in symbol.record.definition.free_symbols if s in set(quantities())
        } - seen
    return quantity in seen


@pytest.mark.parametrize(
    ("quantity", "identifier"),
    [
        (formulas.e_idg, "context-enough-over"),
        (formulas.bias, "context-enough-under"),
        (formulas.gap_relief, "limit-few-sequences"),
        (formulas.pretraining_variance, "context-growth-over"),
    ],
    ids=str,
)
def test_a_changed_error_formula_breaks_its_limits(quantity, identifier):
    (claim,) = (c for c in ABOUT_LIMITS if c.id == identifier)
    assert not fails(claim)
    with replaced(quantity, 2 * quantity.record.definition):
        assert fails(claim)


def test_a_limit_under_the_wrong_condition_is_not_reached():
    (claim,) = (c for c in ABOUT_LIMITS if c.id == "context-enough-over")
    assert claim.assumptions or any(where for where, _ in parts(claim))
    bare = sp.And(*(conclusion for _, conclusion in parts(claim)), evaluate=False)
    assert fails(replace(claim, statement=bare, assumptions=(), _known={}))
