"""Averages over unknown measures, in letters of their own."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp

from icl_theory.algebra.averages import Average, basis, mass, moment, p, weight
from icl_theory.algebra.decide import UndecidedError

a, y = sp.symbols("a y", positive=True)


def measure(seed):
    """Values of all moments for random atoms, and the average of any function by summation."""
    rng = random.Random(seed)
    atoms = [(Fraction(rng.randint(1, 9), 10), Fraction(rng.randint(1, 50), 7)) for _ in range(4)]
    shares = [Fraction(rng.randint(1, 9)) for _ in atoms]
    total = sum(shares)

    def mean(function):
        values = (function.subs({p: sp.Rational(*q.as_integer_ratio())}) for q, _ in atoms)
        values = (
            v.subs({weight: sp.Rational(*s.as_integer_ratio())})
            for v, (_, s) in zip(values, atoms, strict=True)
        )
        shared = zip(shares, values, strict=True)
        return sp.Add(*(sp.Rational(*(w / total).as_integer_ratio()) * v for w, v in shared))

    return mean


def test_an_average_is_the_same_combination_for_every_measure():
    function = (a + weight * p) * (1 - p) - 3 * weight
    for degree in (2, 3):
        value = Average(function, degree=degree).value()
        for seed in range(5):
            mean = measure(seed)
            known = {
                symbol: mean(weight**j * p**i * (1 - p) ** (degree - i))
                for j in (0, 1)
                for i, symbol in enumerate(basis(degree, j))
            }
            assert sp.expand(value.subs(known) - mean(function)) == 0
            assert mass(degree).subs(known) == 1


def test_variables_are_replaced_and_bound():
    average = Average(a * y, [(y, p / (1 + a))])
    assert average.value() == a * moment(1) / (1 + a)
    assert average.free_symbols == {a}


def test_what_is_no_polynomial_is_refused():
    with pytest.raises(ValueError, match="not a polynomial in the letter"):
        Average(1 / (1 + p)).value()
    with pytest.raises(ValueError, match="not linear in the weight"):
        Average(weight**2).value()
    with pytest.raises(ValueError, match="no average in a basis of degree 2"):
        Average(p**3).value()


def test_what_cancels_is_defined_for_every_letter():
    pole = (y**2 - y) / (y - 1)
    assert Average(pole, [(y, 2 + p)]).value() == 2 * mass() + moment(1)
    assert Average(sp.sqrt(weight * a) ** 2 / a, [(a, p)]).value() == moment(0, 1)
    for value in (2 * p, weight):
        with pytest.raises(UndecidedError):
            Average(pole, [(y, value)]).value()
    with pytest.raises(UndecidedError):
        Average(sp.sqrt(2 * y - 1), [(y, p)]).value()
    with pytest.raises(UndecidedError, match="a root of what may be negative"):
        Average(sp.sqrt(a * p - a), []).value()
