"""The claims about limits: statements close to the limit, and what a wrong one does."""

import random

import pytest
import sympy as sp
from icl_theory.claims.limits import CLAIMS

from icl_theory.algebra.calculus import At
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import quantities, replaced, unfold
from icl_theory.limits.prove import decide_limits
from icl_theory.proof.proof import Proof, ProofFailed
from icl_theory.theory import errors as formulas
from icl_theory.theory import limits as stated
from icl_theory.theory.limits import Tied
from icl_theory.theory.symbols import PARAMETERS

from .reference import context, correction, digits_for, distances, errors, number

ABOUT_LIMITS = [claim for claim in CLAIMS if claim.regime is None]
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
    steps, inner = [], limit
    while isinstance(inner, sp.Limit):
        inner, symbol, end, side = inner.args
        steps.insert(0, (symbol, end, -1 if str(side) == "-" else 1))
    ties = {}
    for tie in inner.atoms(Tied):
        expression, *pairs = tie.args
        ties |= dict(pairs)
        inner = inner.xreplace({tie: expression})
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
        values = random_point(rng, where)
        count = depth(conclusion.lhs)
        own = context(digits_for(count))
        left = near(conclusion.lhs, values, own)
        if isinstance(conclusion.rhs, sp.Limit):
            right = near(conclusion.rhs, values, own)
        else:
            right = right_side(conclusion.rhs, values, own)
        allowed = own.mpf(10) ** -correction(count) * (1 + abs(right))
        assert abs(left - right) <= allowed, (claim.id, conclusion)


def depth(limit) -> int:
    return 1 + depth(limit.args[0]) if isinstance(limit, sp.Limit) else 0


def random_point(rng, where):
    fixed = {c.lhs: c.rhs for c in where if isinstance(c, sp.Eq)}
    for _ in range(5000):
        values = {s: sp.Rational(rng.randint(1, 400), 100) for s in PARAMETERS}
        values |= {s: sp.Rational(rng.randint(1, 400), 100) for s in (stated.c, stated.c1)}
        values |= {s: sp.sympify(v).xreplace(values) for s, v in fixed.items()}
        strict = (c for c in where if not isinstance(c, sp.Eq))
        if all(c.xreplace(values) == sp.true for c in strict):
            return values
    raise AssertionError(f"no point with {where}")


def stated_quantities():
    return [q for q in quantities() if q.record.module == stated.__name__]


def fails(claim) -> bool:
    try:
        return not claim.prove().establishes(claim.statement)
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
    proof = Proof(assumptions=(claim.assumptions[1],))
    decide_limits(proof, claim, "test")
    assert not proof.establishes(claim.statement)
