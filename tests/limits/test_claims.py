"""The claims about limits, at points close to the end of their paths, in high precision."""

import random
from dataclasses import replace

import pytest
import sympy as sp

import derivations
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import quantities, replaced, unfold
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.domains import (
    AT_SEQUENCES,
    AT_SEQUENCES_AND_CONTEXT,
    AT_THRESHOLD,
    FREE,
    THRESHOLD,
)
from icl_theory.proof.kernel import ProofFailed
from icl_theory.theory import errors as formulas
from icl_theory.theory import limits as stated
from icl_theory.theory.fields import TABLE
from icl_theory.theory.fixed_point import x
from icl_theory.theory.spectral import M
from icl_theory.theory.symbols import PARAMETERS, lam, m, nu, xi

from .reference import context, correction, digits_for, distances, errors, number

FORMULAS = {field.formula: field.name for field in TABLE}
#: nu and xi on the domains of claims about a state, whose m is the resolvent trace at nu.
ARGUMENT = {
    FREE: {},
    THRESHOLD: {nu: x, xi: sp.Integer(0)},
    AT_THRESHOLD: {nu: x, xi: sp.Integer(0)},
    AT_SEQUENCES: {nu: x + lam, xi: lam},
    AT_SEQUENCES_AND_CONTEXT: {nu: lam, xi: lam},
}
ABOUT_LIMITS = [
    claim
    for topic in (derivations.limits, derivations.infinite_context)
    for claim in vars(topic).values()
    if getattr(claim, "statement", None) is not None and claim.statement.has(PathLimit)
]


def parts(claim):
    """Conditions and conclusion of every conjunct about a limit."""
    for part in claim.statement.args if isinstance(claim.statement, sp.And) else [claim.statement]:
        conditions, conclusion = kernel.split(part)
        if conclusion.has(PathLimit):
            yield (*claim.assumptions, *conditions), conclusion


def near(limit, values, own):
    """What the limit is of, close to the ends of its moves."""
    count = len(limit.moves)
    ties = dict(tuple(tie) for tie in limit.ties)
    ends = {
        symbol: (end, -1 if str(side) == "-" else 1, own.mpf(10) ** -size)
        for (symbol, end, side), size in zip(limit.moves, distances(count), strict=True)
    }
    numbers = {}

    def value(symbol):
        if symbol not in numbers:
            if symbol in ends:
                end, side, distance = ends[symbol]
                if end is sp.oo:
                    numbers[symbol] = 1 / distance
                else:
                    numbers[symbol] = number(own, end, value) + side * distance
            else:
                given = ties.get(symbol, values.get(symbol))
                numbers[symbol] = number(own, sp.sympify(given), value)
        return numbers[symbol]

    results = errors(own, *(value(p) for p in PARAMETERS))
    return number(
        own,
        limit.args[0],
        lambda s: results[FORMULAS[s]] if s in FORMULAS else value(s),
    )


def right_side(value, domain, values, own):
    """Value of the formula that a limit is claimed to be."""
    state = {s: unfold(v) for s, v in ARGUMENT[domain].items()}
    if state:
        state[m] = unfold(M).xreplace(state)
    return number(own, unfold(value).xreplace(state), lambda s: number(own, values[s], None))


def random_point(rng, where):
    fixed = {c.lhs: c.rhs for c in where if isinstance(c, sp.Eq)}
    for _ in range(20000):
        values = {s: sp.Rational(rng.randint(1, 400), 100) for s in PARAMETERS}
        values |= {s: sp.Rational(rng.randint(1, 400), 100) for s in (stated.c, stated.c1)}
        for _ in fixed:
            values |= {s: sp.sympify(v).xreplace(values) for s, v in fixed.items()}
        strict = (c for c in where if not isinstance(c, sp.Eq))
        if all(c.lhs.xreplace(values) != c.rhs.xreplace(values) for c in strict) and all(
            c.xreplace(values) == sp.true for c in where if not isinstance(c, sp.Eq)
        ):
            return values
    raise AssertionError(f"no point with {where}")


def check(where, conclusion, domain, rng, factor=1):
    limit, value = conclusion.args
    values = random_point(rng, where)
    count = len(limit.moves)
    own = context(digits_for(count))
    left = near(limit, values, own)
    if value.is_infinite:
        # Growth by a fourth root of the distance is the slowest.
        sign = factor * (1 if value is sp.oo else -1)
        return sign * left > own.mpf(10) ** (correction(count) - 2)
    right = factor * right_side(value, domain, values, own)
    return abs(left - right) <= own.mpf(10) ** -correction(count) * (1 + abs(right))


@pytest.mark.parametrize("claim", ABOUT_LIMITS, ids=lambda claim: claim.id)
def test_statements_hold_close_to_the_limit(claim):
    rng = random.Random(claim.id)
    for where, conclusion in parts(claim):
        assert check(where, conclusion, claim.domain, rng), conclusion


@pytest.mark.parametrize("claim", ABOUT_LIMITS, ids=lambda claim: claim.id)
def test_other_values_are_noticed(claim):
    rng = random.Random(claim.id)
    for where, conclusion in parts(claim):
        if conclusion.rhs == 0:
            conclusion = sp.Eq(conclusion.lhs, sp.Rational(1, 1000), evaluate=False)
            assert not check(where, conclusion, claim.domain, rng), conclusion
        else:
            vanishes = sp.Eq(sp.Symbol("rho", nonnegative=True), 0, evaluate=False) in where
            if not vanishes:
                assert not check(where, conclusion, claim.domain, rng, factor=-1), conclusion


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
    assert fails(replace(claim, statement=bare, assumptions=()))
