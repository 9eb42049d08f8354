"""Exact rational functions and isolated roots."""

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icl_theory.stationary.rational import RationalFunction
from icl_theory.stationary.roots import isolate, samples

_integers = st.lists(st.integers(-9, 9), min_size=1, max_size=4)


@given(_integers, _integers, st.integers(-20, 20))
def test_arithmetic_agrees_with_values(one, other, at):
    f, g, point = RationalFunction(one), RationalFunction(other), flint.fmpq(at)
    assert (f + g)(point) == f(point) + g(point)
    assert (f - g)(point) == f(point) - g(point)
    assert (f * g)(point) == f(point) * g(point)
    if g(point) != 0:
        assert (f / g)(point) == f(point) / g(point)


def test_the_derivative_of_a_quotient():
    s = RationalFunction.variable()
    slope = (s / (1 + s)).derivative()
    assert slope(flint.fmpq(1, 2)) == flint.fmpq(4, 9)


def test_division_by_zero_is_refused():
    with pytest.raises(ZeroDivisionError, match="denominator zero"):
        1 / RationalFunction([0])


@given(st.lists(st.fractions(-5, 5, max_denominator=12), min_size=1, max_size=5))
def test_every_root_is_found_once_and_in_order(roots):
    numbers = [flint.fmpq(r.numerator, r.denominator) for r in roots]
    polynomials = [flint.fmpq_poly([-number, 1]) ** 2 for number in numbers]
    found = isolate(polynomials)
    assert len(found) == len(set(roots))
    for root, exact in zip(found, sorted(set(roots)), strict=True):
        assert (exact.denominator * root.ball - exact.numerator).contains(0)


def test_roots_that_nearly_coincide_come_apart():
    near = flint.fmpq(14142135623730950488016887242097, 10**31)
    found = isolate([flint.fmpq_poly([-2, 0, 1]), flint.fmpq_poly([-near, 1])])
    assert len(found) == 3
    low, high = found[1:]
    assert low.ball < high.ball


def test_samples_separate_the_roots():
    found = isolate([flint.fmpq_poly([0, -1, 0, 1])])
    points = samples(found)
    assert len(points) == 4
    assert [(p > -1) + (p > 0) + (p > 1) for p in points] == [0, 1, 2, 3]
