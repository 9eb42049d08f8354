"""Signs of polynomials under inequalities, and systems of linear ones."""

import pytest
import sympy as sp

from icl_theory.algebra.quotient import Quotients
from icl_theory.limits.signs import Assumptions, _feasible
from icl_theory.theory.symbols import alpha, kappa, rho, tau

FIELD = Quotients((tau, alpha, kappa, rho))


@pytest.mark.parametrize(
    ("strict", "weak", "feasible"),
    [
        ((), None, True),
        ((tau - 1,), None, True),
        ((-tau,), None, False),
        ((), -tau, False),
        ((tau - 1, 1 - tau), None, False),
        # Weakly they meet in a point, strictly they do not.
        ((1 - tau,), tau - 1, False),
        ((2 - tau,), tau - 1, True),
        ((tau - 1,), 1 - tau, False),
        ((tau - kappa, kappa - 1), 1 - tau, False),
        ((tau - kappa, kappa - 1), 2 - tau, True),
        ((tau - kappa, kappa - rho, rho - tau), None, False),
        ((tau - kappa, kappa - rho), rho - tau, False),
        ((tau - kappa, kappa - rho), rho - tau + 1, True),
        ((1 - tau - kappa, 2 * tau - 1), 2 * kappa - 1, False),
        ((1 - tau - kappa, 2 * tau - 1), 3 * kappa - 1, True),
        ((3 - tau - kappa - rho, tau - 1, kappa - 1, rho - 1), None, False),
        ((4 - tau - kappa - rho, tau - 1, kappa - 1, rho - 1), None, True),
        ((2 * tau - 3 * kappa, 5 * kappa - 4 * tau), None, False),
        ((2 * tau - 3 * kappa, 5 * kappa - 3 * tau), None, True),
        ((2 * tau - 3 * kappa, 5 * kappa - 3 * tau), 4 * tau - 7 * kappa, False),
        ((tau - 1,), sp.Integer(-1), False),
        ((tau - 1,), sp.Integer(0), True),
    ],
)
def test_linear_inequalities_in_positive_symbols(strict, weak, feasible):
    assert _feasible(strict, weak) == feasible
    assert _feasible(tuple(reversed(strict)), weak) == feasible


@pytest.mark.parametrize(
    ("positive", "expression", "sign"),
    [
        ((), tau - tau, 0),
        ((), tau + kappa, 1),
        ((), -tau - kappa * rho, -1),
        ((), tau - kappa, None),
        ((), (tau - kappa) ** 2, None),
        ((), -1 / tau, -1),
        ((), (tau - 1) / kappa, None),
        ((), kappa / (tau - 1), None),
        ((tau - 1,), (tau - 1) / kappa, 1),
        ((tau - 1,), kappa / (1 - tau), -1),
        ((tau - 1,), (1 - tau) ** 2, 1),
        ((tau - 1,), (1 - tau) ** 3, -1),
        ((tau - 1, 1 - kappa), tau - kappa, 1),
        ((tau - 1, 1 - kappa), (tau - kappa) * (kappa - 1), -1),
        # Products of bounds, by substitution.
        ((tau - 1, kappa - 1), tau * kappa - 1, 1),
        ((tau - 1, kappa - 1), 1 - tau * kappa, -1),
        ((1 - tau, 1 - kappa), 1 - tau * kappa, 1),
        ((1 - tau, 1 - kappa), 2 - tau * kappa - kappa, 1),
        ((tau - 1,), tau * kappa - 1, None),
        ((tau - alpha, alpha - 1), tau * tau - alpha, 1),
        ((1 - tau,), tau**2 - 1, -1),
        # What is assumed itself, and with the other sign.
        ((tau * kappa - alpha,), tau * kappa - alpha, 1),
        ((tau * kappa - alpha,), alpha - tau * kappa, -1),
        ((tau * kappa - alpha,), tau * kappa + rho - alpha, 1),
        ((alpha - tau * kappa,), tau * kappa - alpha - rho, -1),
        # A bound from above by a sum is not used, others are.
        ((kappa + rho - alpha, alpha - 1, tau - 1), alpha * tau - 1, 1),
    ],
)
def test_a_sign_is_decided_or_open(positive, expression, sign):
    assert Assumptions(tuple(map(sp.expand, positive))).sign(FIELD.read(expression)) == sign


def test_the_factor_that_is_open_is_the_simplest():
    value = FIELD.read((tau**2 - kappa) * (tau - kappa) * (tau + kappa) / (alpha - rho * tau - 1))
    found = Assumptions().open_factor(value)
    assert found in (tau - kappa, kappa - tau)
    found = Assumptions((tau - kappa,)).open_factor(value)
    assert found in (tau**2 - kappa, kappa - tau**2)
    rest = Assumptions((tau - kappa, tau**2 - kappa))
    assert rest.open_factor(value) in (alpha - rho * tau - 1, rho * tau + 1 - alpha)
    assert rest.with_positive(alpha - rho * tau - 1).open_factor(value) is None


@pytest.mark.parametrize(
    ("positive", "consistent"),
    [
        ((), True),
        ((tau - 1, 1 - tau), False),
        ((tau - 1, 1 - kappa), True),
        ((tau * kappa - 1, 1 - tau, 1 - kappa), False),
        ((tau * kappa - 1, 1 - tau), True),
        ((1 - tau * kappa, tau - 1, kappa - 1), False),
        ((tau * kappa - alpha, alpha - tau * kappa), False),
        # The one that contradicts the rest stands first, or last.
        ((tau * rho + 1, tau * kappa - 1, 1 - tau, 1 - kappa), False),
        ((1 - tau, 1 - kappa, tau * rho + 1, tau * kappa - 1), False),
    ],
)
def test_assumptions_that_contradict_each_other(positive, consistent):
    assert Assumptions(positive).consistent == consistent


def test_a_point_satisfies_what_is_assumed():
    assumptions = Assumptions((tau - 1, tau * kappa - alpha, alpha - rho))
    values = assumptions.point((tau, alpha, kappa, rho))
    assert all(e.xreplace(values) > 0 for e in assumptions.positive)
    assert all(0 < v <= 3 for v in values.values())
    assert assumptions.point((tau, alpha, kappa, rho)) == values
    with pytest.raises(RuntimeError, match=r"^no point found with -tau > 0, kappa - 1 > 0$"):
        Assumptions((-tau, kappa - 1)).point((tau, kappa))
