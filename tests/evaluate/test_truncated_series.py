"""Series in a small number against the functions that they are series of."""

import math
from fractions import Fraction

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from icl_theory.evaluate.truncated_series import TruncatedSeries, UnknownTerm, is_zero

UNIT = (Fraction(1), Fraction(0), Fraction(0), Fraction(0))
SMALL = TruncatedSeries(1, UNIT, UNIT)
ONE = (Fraction(1),)


def number(value, unit=UNIT):
    return TruncatedSeries.constant(Fraction(value), unit)


def at(series, point):
    return sum(term * point ** (series.order + i) for i, term in enumerate(series.terms))


@given(*[st.integers(1, 9)] * 4, st.integers(-2, 3))
def test_series_are_those_of_rational_functions(a, b, c, d, power):
    def function(e, one):
        return (one(a) + one(b) * e) / (one(c) + one(d) * e) - one(a) * e / one(c) + 1 / e

    series = function(SMALL, number).times_power(power)
    point = Fraction(1, 10**6)
    exact = function(point, Fraction) * point**power
    # Four terms are known, and the next is at most 9^6 times the power that follows.
    assert abs(at(series, point) - exact) <= 10**7 * point ** (series.order + 4)


def test_terms_that_cancel_are_not_zero():
    one = TruncatedSeries(0, ONE, ONE)
    left = (one + TruncatedSeries(1, ONE, ONE)) - one
    assert (left.terms, left.order) == ((), 1)
    assert left.limit(0, math.inf, int) == 0
    lost = left.times_power(-2)
    with pytest.raises(UnknownTerm):
        lost.limit(0, math.inf, int)
    with pytest.raises(UnknownTerm):
        one / lost
    # What is larger hides it, and what is smaller does not.
    assert (lost + TruncatedSeries(-3, ONE, ONE)).terms == ONE
    assert not (lost + one).terms
    # More terms tell.
    found = (number(1) + SMALL) - number(1)
    assert (found.order, found.terms[0]) == (1, 1)


def test_limits_have_signs():
    def sign(value):
        return 1 if value > 0 else -1

    assert number(3).times_power(1).limit(0, math.inf, sign) == 0
    assert number(3).limit(0, math.inf, sign) == 3
    assert number(3).times_power(-1).limit(0, math.inf, sign) == math.inf
    assert (-number(3)).times_power(-1).limit(0, math.inf, sign) == -math.inf
    assert number(0).times_power(-5).limit(0, math.inf, sign) == 0


def test_zero_is_a_number():
    zero = number(0)
    assert (zero + SMALL).terms == (SMALL + zero).terms == SMALL.terms
    assert not (zero * SMALL).terms
    assert not (zero / SMALL).terms
    assert (1 - zero).terms == UNIT
    with pytest.raises(ZeroDivisionError):
        SMALL / zero


def test_balls_around_zero_are_not_zero():
    assert is_zero(arb(0))
    assert not is_zero(arb(0, 1))
    assert is_zero(0.0)
