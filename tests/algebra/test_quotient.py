"""The field of quotients: arithmetic is that of values, and equal elements are found equal."""

from fractions import Fraction

import flint
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from icl_theory.algebra.quotient import Quotients, evaluate_polynomial

a, b, c = sp.symbols("a b c", positive=True)
FIELD = Quotients((a, b))
LINE = Quotients((a,))
POINT = {a: sp.Rational(7, 3), b: sp.Rational(-5, 11)}

_leaves = st.sampled_from([a, b, *map(sp.Integer, range(-3, 4)), sp.Rational(2, 3)])
expressions = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(lambda p, q: p + q, inner, inner),
        st.builds(lambda p, q: p * q, inner, inner),
        st.builds(lambda p, n: p**n, inner, st.integers(0, 3)),
        st.builds(lambda p: 1 / (1 + p**2), inner),
    ),
    max_leaves=8,
)


def value(quotient):
    """Value of an element at a point, from its numerator and denominator."""
    point = [Fraction(int(v.p), int(v.q)) for v in POINT.values()]
    over, under = (
        evaluate_polynomial(part, point, Fraction(0)) for part in (quotient.over, quotient.under)
    )
    return over / under


@given(expressions)
@settings(max_examples=100)
def test_an_expression_is_read_as_what_it_is(expression):
    quotient = FIELD.read(expression)
    assert sp.Rational(value(quotient)) == expression.xreplace(POINT)
    assert FIELD.read(quotient.expression) == quotient == FIELD.read(quotient.expanded)


@given(expressions, expressions)
@settings(max_examples=100)
def test_arithmetic_is_that_of_values(one, other):
    f, g = FIELD.read(one), FIELD.read(other)
    assert value(f + g) == value(f) + value(g)
    assert value(f - g) == value(f) - value(g)
    assert value(f * g) == value(f) * value(g)
    assert (f - g).is_zero == (f == g)
    if not g.is_zero:
        assert (f / g) * g == f
        assert g**-2 * g**2 == 1 + 0 * g


@given(expressions, expressions)
@settings(max_examples=50)
def test_elements_are_in_lowest_terms(one, other):
    f = FIELD.read(one) * FIELD.read(other) + FIELD.read(one)
    assert f.over.gcd(f.under) == 1
    assert f.under.leading_coefficient() > 0


def test_numbers_of_python_and_flint_combine_with_elements():
    f = LINE.generator(a)
    assert (1 + f) - 1 == f
    assert (2 - f) + f == LINE.number(2)
    assert f * Fraction(1, 2) + flint.fmpq(1, 2) * f == f
    assert 1 / (1 / f) == f


@given(expressions, expressions)
@settings(max_examples=50)
def test_substitution_is_that_of_expressions(outer, inner):
    replaced = FIELD.read(outer).at({a: FIELD.read(inner)})
    assert replaced == FIELD.read(outer.xreplace({a: inner}))


@given(expressions)
@settings(max_examples=50)
def test_a_polynomial_is_the_sum_of_its_coefficients_times_powers(expression):
    polynomial = FIELD.read(expression).over
    parts = FIELD.coefficients(polynomial, a)
    total = sum((p * FIELD.generator(a) ** k for k, p in enumerate(parts)), FIELD.number(0))
    assert total.over == polynomial


def test_further_symbols_may_stand_for_elements():
    assert FIELD.read(c**2 / a, {c: FIELD.read(a * b)}) == FIELD.read(a * b**2)


@given(expressions)
@settings(max_examples=50)
def test_the_derivative_is_that_of_the_expression(expression):
    assert FIELD.read(expression).derivative(a) == FIELD.read(sp.diff(expression, a))


def test_a_function_of_one_symbol_has_values_and_signs():
    f = LINE.read(a / (1 + a))
    assert f(flint.fmpq(1, 2)) == flint.fmpq(1, 3)
    assert f.derivative(a)(flint.fmpq(1, 2)) == flint.fmpq(4, 9)
    assert (f.sign(flint.fmpq(-1, 2)), f.sign(flint.fmpq(0)), f.sign(flint.fmpq(3))) == (-1, 0, 1)
    with flint.ctx.workprec(100):
        assert f(flint.arb(2).sqrt()).overlaps(2 - flint.arb(2).sqrt())


@pytest.mark.parametrize("expression", [sp.sqrt(a), sp.exp(a), c, a**b, sp.Float(0.5)])
def test_other_expressions_are_refused(expression):
    with pytest.raises(ValueError, match="not rational in a, b"):
        FIELD.read(expression)


def test_division_by_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        _ = 1 / LINE.number(0)
    with pytest.raises(ZeroDivisionError):
        LINE.read(sp.Pow(sp.Add(a, -a, evaluate=False), -1, evaluate=False))
