"""Averages over unknown measures, in letters of their own."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp

from icl_theory.algebra.averages import Average, bernstein, moment, on_bernstein, p, weight

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
    function = (a + weight * p) * (1 - p) ** 2 - 3 * weight
    value = Average(function).value()
    for seed in range(5):
        mean = measure(seed)
        moments = {moment(i, j): mean(weight**j * p**i) for i in range(4) for j in (0, 1)}
        assert sp.expand(value.subs(moments) - mean(function)) == 0


def test_bernstein_averages_give_back_the_moments():
    state = on_bernstein(3)
    for seed in range(5):
        mean = measure(seed)
        basis = {
            bernstein(i, 3, j): mean(weight**j * p**i * (1 - p) ** (3 - i))
            for i in range(4)
            for j in (0, 1)
        }
        for i in range(4):
            for j in (0, 1):
                written = sp.sympify(state.get(moment(i, j), moment(i, j))).subs(basis)
                assert sp.simplify(written - mean(weight**j * p**i)) == 0


def test_variables_are_replaced_and_bound():
    average = Average(a * y, (y, p / (1 + a)))
    assert average.value() == a * moment(1) / (1 + a)
    assert average.free_symbols == {a}


def test_what_is_no_polynomial_is_refused():
    with pytest.raises(ValueError, match="not a polynomial in the letter"):
        Average(1 / (1 + p)).value()
    with pytest.raises(ValueError, match="not linear in the weight"):
        Average(weight**2).value()
