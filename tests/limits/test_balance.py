"""The balances, found here by ranks of matrices of numbers, and linear equations for orders."""

import random
from itertools import combinations

import pytest
import sympy as sp
from flint import fmpq

from icl_theory.limits.balance import (
    LINEAR,
    UNKNOWNS,
    D,
    OrderEquations,
    Term,
    balanced,
    balances,
    circuits,
    dominant_orders,
    order,
    relations,
    y,
)
from icl_theory.limits.cells import reader_of
from icl_theory.limits.path import Lead, Path
from icl_theory.limits.reading import Move
from icl_theory.limits.signs import Assumptions
from icl_theory.theory.symbols import kappa, tau

#: A point at which no coefficient of a balance vanishes.
PLACE = {tau: sp.Rational(5, 7), kappa: sp.Rational(13, 3)}
COLUMNS = UNKNOWNS[:-1]


def test_balances_are_all_minimal_linear_relations_and_hold():
    solved = sp.solve(LINEAR, [s for s in COLUMNS if s not in (D, y)], dict=True)[0]
    vectors = {sp.Integer(1): sp.Matrix([1, 0, 0])}
    for unknown in COLUMNS:
        value = sp.expand(solved.get(unknown, unknown)).xreplace(PLACE)
        constant = value.xreplace({D: sp.S.Zero, y: sp.S.Zero})
        vectors[unknown] = sp.Matrix([constant, value.coeff(D), value.coeff(y)])
    expected = set()
    for size in range(1, 5):
        for subset in map(frozenset, combinations(vectors, size)):
            rank = sp.Matrix.hstack(*(vectors[s] for s in subset)).rank()
            if rank < size and not any(other < subset for other in expected):
                expected.add(subset)
    supports = []
    for expression in circuits():
        assert sp.expand(expression.xreplace(solved)) == 0
        polynomial = sp.Poly(expression, *COLUMNS)
        assert polynomial.total_degree() == 1
        assert all(sp.fraction(sp.cancel(c))[1] == 1 for c in polynomial.coeffs())
        supports.append(
            frozenset(
                sp.Mul(*(s**k for s, k in zip(COLUMNS, powers, strict=True)))
                for powers in polynomial.monoms()
            )
        )
    assert set(supports) == expected and len(supports) == len(expected)
    assert list(map(len, supports)) == sorted(map(len, supports))
    assert list(map(len, relations())) == sorted(map(len, relations()))
    assert len(relations()) == len(supports) + 3


def equations(size, rng):
    """A random regular system with a known solution."""
    orders = [tuple(fmpq(rng.randint(-3, 3), 2) for _ in range(2)) for _ in range(size)]
    while True:
        rows = [[fmpq(rng.randint(-2, 2)) for _ in range(size)] for _ in range(size)]
        if sp.Matrix([[int(e) for e in row] for row in rows]).rank() == size:
            break
    sides = [
        tuple(sum((e * o[k] for e, o in zip(row, orders, strict=True)), fmpq(0)) for k in range(2))
        for row in rows
    ]
    return rows, sides, orders


@pytest.mark.parametrize("seed", range(4))
def test_equations_for_orders_decide_them_when_there_are_as_many(seed):
    rows, sides, orders = equations(len(UNKNOWNS), random.Random(seed))
    system = OrderEquations()
    for row, side in zip(rows, sides, strict=True):
        assert system.solution is None
        system = system.extended(row, side)
    assert system.solution == tuple(orders)
    # What follows from the others says nothing new, and what contradicts them is refused.
    both = [a + 2 * b for a, b in zip(rows[0], rows[3], strict=True)]
    side = tuple(a + 2 * b for a, b in zip(sides[0], sides[3], strict=True))
    assert system.extended(both, side) is system
    assert system.extended(both, (side[0], side[1] + 1)) is None
    assert system.extended(both, (side[0] - 1, side[1])) is None


LINE = Path((Move(tau, sp.oo, 1),))
READER = reader_of(LINE)


def term(exponent, sign, **powers):
    """A term of given order and sign, with powers of unknowns by their names."""
    lead = Lead(READER.base.number(sign), (fmpq(exponent),))
    return Term(lead, sign, tuple(powers.get(s.name, 0) for s in UNKNOWNS))


def test_a_term_has_the_order_of_its_coefficient_and_its_factors():
    orders = [(fmpq(k, 2),) for k in range(len(UNKNOWNS))]
    assert order(term(3, 1), orders) == (fmpq(3),)
    assert order(term(3, 1, D=5, a_1=2), orders) == (fmpq(4),)
    assert order(term(-1, 1, m=1, y=2), orders) == (fmpq(-1) + fmpq(7, 2) + 6,)


def test_a_balance_has_its_largest_terms_on_both_sides():
    orders = [(fmpq(k),) for k in range(len(UNKNOWNS))]
    assert balanced([term(1, 1), term(1, -1)], orders)
    assert balanced([term(2, 1), term(1, 1), term(1, -1), term(3, -1)], orders)
    assert balanced([term(3, -1), term(1, -1), term(2, 1), term(1, 1)], orders)
    assert not balanced([term(1, 1), term(2, -1)], orders)
    assert not balanced([term(1, 1), term(1, 1)], orders)
    assert balanced([term(0, 1, a_1=1), term(1, -1)], orders)


def test_balances_that_leave_an_order_open_are_refused():
    with pytest.raises(RuntimeError, match="do not decide the orders"):
        dominant_orders([])
    found = balances(READER, Assumptions((kappa - 1,)))
    assert len(dominant_orders(found)) == 1
    with pytest.raises(RuntimeError, match="do not decide the orders"):
        dominant_orders(found[:3])


def test_terms_without_a_coefficient_are_in_no_balance():
    line = Path((Move(tau, sp.oo, 1),), (), {kappa: sp.Integer(1)})
    found = balances(reader_of(line), Assumptions())
    assert all(len(terms) >= 2 for terms in found)
    assert sum(map(len, found)) < sum(map(len, balances(READER, Assumptions((kappa - 1,)))))
    assert all(t.sign in (1, -1) and not t.lead.is_zero for terms in found for t in terms)
