"""Real roots: isolated, and ordered."""

import math
import random
import time
from fractions import Fraction
from itertools import pairwise
from math import prod

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icl_theory.algebra.algebraic import Algebraic, real_roots, samples
from icl_theory.algebra.numbers import to_fmpq, to_fraction
from icl_theory.algebra.real_roots import intervals

fractions = st.fractions(-5, 5, max_denominator=12)
root_lists = st.lists(fractions, min_size=1, max_size=5)


def polynomial(roots):
    """Polynomial over the integers with the given roots and a factor without real ones."""
    factors = [flint.fmpz_poly([-r.numerator, r.denominator]) for r in roots]
    return prod(factors, start=flint.fmpz_poly([1, 1, 1]))


@given(root_lists)
def test_every_root_is_found_once_and_in_order(roots):
    found = real_roots([polynomial(roots) ** 2, polynomial(roots[:2])])
    assert found == sorted(set(roots))
    assert [len(intervals(polynomial([r]))) for r in roots] == [1] * len(roots)


@given(root_lists, fractions, fractions)
def test_an_interval_is_on_one_side_of_every_mark(roots, one, other):
    marks = sorted((one, other))
    p = polynomial(roots) ** 2 * polynomial(roots[:1])
    found = intervals(p, tuple(map(to_fmpq, marks)))
    for ends in [(marks[0], marks[1]), (marks[0], None), (None, marks[1]), (None, None)]:
        low, high = (-100 if ends[0] is None else ends[0]), (100 if ends[1] is None else ends[1])
        inside = sum(low <= a and b <= high for a, b in found)
        assert inside == sum(low <= root <= high for root in set(roots))


def test_roots_that_nearly_coincide_come_apart():
    near = Fraction(14142135623730950488016887242097, 10**31)
    found = real_roots([flint.fmpz_poly([-2, 0, 1]), polynomial([near])])
    assert len(found) == 3
    assert sorted(found) == found
    assert near in found


@given(st.lists(st.lists(st.integers(-9, 9), min_size=2, max_size=5), min_size=1, max_size=3))
def test_samples_separate_the_roots(coefficients):
    found = real_roots(map(flint.fmpz_poly, coefficients))
    points = [Algebraic.rational(to_fraction(p)) for p in samples(found)]
    assert len(points) == len(found) + 1
    merged = [points[0]]
    for root, point in zip(found, points[1:], strict=True):
        merged += [root, point]
    assert all(one < other for one, other in pairwise(merged))


def test_a_marked_root_has_an_interval_of_its_own():
    found = intervals(polynomial([Fraction(0), Fraction(1, 3)]), [flint.fmpq(0)])
    assert found[0] == (0, 0)
    assert 0 < found[1][0] <= Fraction(1, 3) <= found[1][1]


@pytest.mark.parametrize("seed", range(4))
def test_intervals_hold_the_roots_that_flint_certifies(seed):
    draw = random.Random(seed)
    for trial in range(100):
        product = flint.fmpz_poly([1])
        for _ in range(draw.randint(1, 7)):
            scale = 10 ** draw.choice([0, 0, 12])
            root = flint.fmpz_poly([draw.randint(-5, 5) * scale, draw.choice([1, 2, 3, -1])])
            product *= root
        if trial % 2:
            product += 1
        marks = [flint.fmpq(draw.randint(-3, 3), draw.randint(1, 2)) for _ in range(trial % 3)]
        ours = intervals(product, marks)
        theirs = sorted({to_fraction(r.real.mid().fmpq()) for r in real_roots_of(product)})
        assert len(ours) == len(theirs)
        for (low, high), root in zip(ours, theirs, strict=True):
            # The middle of a ball with 1000 bits: a root that is rational may be the interval.
            assert low - abs(low) / 10**99 <= root <= high + abs(high) / 10**99
        assert all(one[1] < other[0] for one, other in pairwise(ours))
        for mark in map(to_fraction, marks):
            assert all(a == b or not a <= mark <= b for a, b in ours)


def real_roots_of(polynomial):
    """The real roots, each once, as FLINT encloses all complex ones."""
    with flint.ctx.workprec(1000):
        return [root for root, _ in polynomial.complex_roots() if root.imag == 0]


@pytest.mark.parametrize("exponent", [4, 40, 400, 4000])
def test_roots_that_nearly_coincide_are_isolated_soon(exponent):
    # Irrational roots, and a rational one between them: sqrt(2) (1 +- 10^-n) and its first digits.
    near = Fraction(math.isqrt(2 * 10 ** (2 * exponent)), 10**exponent)
    ratio = Fraction(1, 10**exponent)
    product = flint.fmpz_poly([-near.numerator, near.denominator])
    for factor in (1 + ratio, 1 - ratio):
        square = 2 * factor**2
        product *= flint.fmpz_poly([-square.numerator, 0, square.denominator])
    start = time.process_time()
    found = intervals(product)
    # Halving alone takes hours for the last of them.
    assert time.process_time() - start < 2
    assert len(found) == 5
    assert all(one[1] < other[0] for one, other in pairwise(found))
    for (low, high), factor in zip(found[2:], (1 - ratio, None, 1 + ratio), strict=True):
        if factor is None:
            assert low <= near <= high
        else:
            assert low**2 <= 2 * factor**2 <= high**2


def test_roots_of_very_different_sizes_are_isolated_at_once():
    # 10^-400, 1 and 10^400.
    big = 10**400
    product = flint.fmpz_poly([-1, big]) * flint.fmpz_poly([-1, 1]) * flint.fmpz_poly([-big, 1])
    (a, b), (c, d), (e, f) = intervals(product)
    assert a * big <= 1 <= b * big and c <= 1 <= d and e <= big <= f
