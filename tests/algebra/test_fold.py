"""The walk over sums, products and powers."""

import flint
import pytest
import sympy as sp
from hypothesis import given, settings

from icl_theory.algebra.decide import is_zero
from icl_theory.algebra.fold import Balls, Interpretation, nodes

from .test_quotient import POINT, a, b, c, expressions


class Modular(Interpretation[int]):
    """Values modulo a prime."""

    PRIME = 10**9 + 7

    def number(self, value):
        return int(value.p) * pow(int(value.q), -1, self.PRIME) % self.PRIME

    def symbol(self, symbol):
        return self.number(POINT[symbol])

    def add(self, terms, node):
        return sum(terms) % self.PRIME

    def multiply(self, factors, node):
        total = 1
        for factor in factors:
            total = total * factor % self.PRIME
        return total

    def power(self, base, exponent, node):
        return pow(base, exponent, self.PRIME)


@given(expressions)
@settings(max_examples=100)
def test_folding_commutes_with_evaluation(expression):
    modular = Modular()
    assert modular(expression) == modular.number(expression.xreplace(POINT))


@given(expressions)
@settings(max_examples=50)
def test_balls_hold_the_value(expression):
    exact = expression.xreplace(POINT)
    ball = Balls({s: flint.arb(flint.fmpq(int(v.p), int(v.q))) for s, v in POINT.items()})
    assert ball(expression).overlaps(flint.arb(flint.fmpq(int(exact.p), int(exact.q))))


def test_square_roots_have_balls_and_other_powers_do_not():
    ball = Balls({a: flint.arb(2)})
    assert (ball(sp.sqrt(a)) ** 2).contains(2)
    with pytest.raises(ValueError, match="not a rational expression"):
        ball(sp.cbrt(a))


def test_a_sum_may_be_as_deep_as_memory_allows():
    expression = a
    for k in range(1, 3000):
        expression = sp.Mul(sp.Add(expression, k, evaluate=False), b, evaluate=False)
    value, (x, y) = 0, (Modular().symbol(a), Modular().symbol(b))
    value = x
    for k in range(1, 3000):
        value = (value + k) * y % Modular.PRIME
    assert Modular()(expression) == value
    assert len(list(nodes(expression))) > 6000


def test_a_sum_may_be_as_wide_as_memory_allows():
    terms = [k * b * (-1) ** k / (1 + a + k % 7) for k in range(3000)]
    assert is_zero(sp.Add(*terms) - sp.Add(*reversed(terms), evaluate=False))
    assert not is_zero(sp.Add(*terms) - sp.Add(*terms[:-1], evaluate=False))


def test_equal_parts_are_read_once():
    read = []

    class Counting(Modular):
        def symbol(self, symbol):
            read.append(symbol)
            return super().symbol(symbol)

    Counting()((a + b) ** 2 / (1 + a + b) + a * b)
    assert sorted(map(str, read)) == ["a", "b"]


def test_a_leaf_is_read_as_a_whole():
    class Leaf(Modular):
        def leaf(self, node):
            return 1 if node == a + c else None

    assert Leaf()((a + c) ** 3 + 1) == 2


def test_what_has_no_value_is_named():
    with pytest.raises(ValueError, match=r"not a rational expression: exp\(a\)"):
        Modular()(b + sp.exp(a))
