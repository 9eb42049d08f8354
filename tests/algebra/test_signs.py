"""Signs over the ranges of symbols: squares that stand as factors, and what stays undecided."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from icl_theory.algebra import signs
from icl_theory.algebra.decide import UndecidedError

a, b = sp.symbols("a b", positive=True)
low = sp.Symbol("l", nonnegative=True)
real = sp.Symbol("q", real=True)


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        ((a - b) ** 2 * (1 + a), 1),
        (-((a - b) ** 2) / (1 + a * b), -1),
        ((a - b) ** 2 - ((a / (1 + a) - b / (1 + b)) ** 2), 1),
        ((a - low) ** 2 * (a**2 - a * b + b**2), 1),
        ((a - b) ** 4 * (a - 2 * b) ** 2, 1),
        (-((a - b) ** 2) * (a - 2 * b) ** 2, -1),
    ],
)
def test_a_square_that_is_a_factor_may_vanish(expression, sign):
    assert signs.weak(expression) == sign
    with pytest.raises(UndecidedError):
        signs.strict(expression)


@pytest.mark.parametrize(
    "expression",
    [
        a - b,
        (a - b) ** 3,
        (a - b) ** 2 * (a - 2 * b),
        (a - b) ** 2 * (a**2 - 3 * a * b + b**2),
        (a - b) ** 2 * real,
        sp.sqrt(a - b) ** 3 * (a - b),
        (a - b) ** 2 * sp.sqrt(a - 2 * b),
    ],
)
def test_what_changes_its_sign_or_is_not_real_has_none(expression):
    with pytest.raises(UndecidedError):
        signs.weak(expression)


def polynomials():
    coefficient = st.integers(-3, 3)
    return st.lists(st.tuples(coefficient, st.integers(0, 2), st.integers(0, 2)), max_size=3).map(
        lambda terms: sp.Add(*(c * a**i * b**j for c, i, j in terms))
    )


@settings(max_examples=60)
@given(polynomials(), polynomials(), st.lists(st.fractions(1, 50), min_size=2, max_size=2))
def test_a_weak_sign_is_that_of_every_value(square, other, point):
    expression = square**2 * other
    try:
        sign = signs.weak(expression)
    except UndecidedError:
        return
    at = dict(zip((a, b), (sp.Rational(p.numerator, p.denominator) for p in point), strict=True))
    assert sign * expression.subs(at) >= 0
    assert (sign == 0) == (sp.expand(expression) == 0)
