"""Numerical evidence notices what is false, and does not call a guess a number."""

import flint
import pytest
import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof.claim import Claim
from icl_theory.proof.domains import FREE, OVER, RIDGE, SPECTRAL, THRESHOLD, UNDER
from icl_theory.theory import odds
from icl_theory.theory.errors import e_icl, e_idg
from icl_theory.theory.fixed_point import S, ridge_log_slope, ridge_residual, x
from icl_theory.theory.optimal_ridge import delta
from icl_theory.theory.ridgeless import e_icl_under
from icl_theory.theory.spectral import D1, M, minus_M_prime
from icl_theory.theory.state import total
from icl_theory.theory.symbols import kappa, lam, m, nu, rho, tau, xi
from icl_theory.verify import evidence
from icl_theory.verify.evidence import NoEvidence, Undecided, extrapolate, gather


def checked(statement, domain=RIDGE, assumptions=()):
    return gather(Claim("tried", "for a test", statement, silent, domain, assumptions))


def silent(proof):
    """Evidence asks for no proof."""


def test_the_same_points_are_drawn_again():
    assert checked(gt(D1)) == checked(gt(D1))


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (eq(nu * m, 1 - D1), RIDGE),
        (eq(total(m, nu), -minus_M_prime), RIDGE),
        (eq(Partial(M, nu), -At(minus_M_prime, (m, M))), FREE),
        (eq(xi * total(ridge_residual, xi), -ridge_log_slope), RIDGE),
        (eq(sp.Limit(nu * M, nu, sp.oo), 1), FREE),
        (eq(total(x, rho), x / (1 + rho)), RIDGE),
    ],
)
def test_true_statements_agree_at_every_point(statement, domain):
    found = checked(statement, domain)
    assert found.supports
    assert found.tried >= 20


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (eq(nu * m, 1 - D1 + sp.Rational(1, 10**15)), RIDGE),
        (eq(total(m, nu), -minus_M_prime * (1 + sp.Rational(1, 10**15))), RIDGE),
        (eq(total(m, nu), total(D1, nu)), RIDGE),
        (eq(sp.Limit(nu * M, nu, sp.oo), 1 + sp.Rational(1, 10**12)), FREE),
        (eq(sp.Limit(e_idg, lam, 0), e_icl), UNDER),
        (gt(total(xi, tau)), RIDGE),
        (lt(sp.Limit(S, xi, 0), 0), RIDGE),
    ],
)
def test_false_statements_are_noticed(statement, domain):
    found = checked(statement, domain)
    assert not found.supports
    assert found.tried > 0
    assert "is false at" in found.example


def test_limits_follow_the_state():
    found = checked(eq(sp.Limit(e_icl, lam, 0), e_icl_under), UNDER, (lt(tau, 1),))
    assert found.supports


def test_states_follow_one_of_their_odds():
    # With many tasks, b -> 0, their covariance is the identity.
    few = sp.Limit(D1 * (1 + xi + x), odds.b, 0, "+")
    assert checked(eq(few, 1)).supports
    assert not checked(eq(few, 1 + sp.Rational(1, 10**12))).supports
    fixed = sp.Limit(xi / x, odds.b, 0, "+")
    assert checked(eq(fixed, xi / x)).supports
    assert not checked(eq(sp.Limit(x, odds.b, 0, "+"), x)).supports


def test_degrees_of_freedom_can_be_held():
    assert checked(eq(delta, D1)).supports
    assert checked(eq(Partial(delta * m, m), delta)).supports
    assert not checked(eq(Partial(D1 * m, m), delta)).supports


def test_infinite_limits_are_told_apart():
    assert checked(eq(sp.Limit(1 / xi, xi, 0), sp.oo)).supports
    assert not checked(eq(sp.Limit(1 / xi, xi, 0), -sp.oo)).supports
    assert not checked(eq(sp.Limit(xi, xi, 0), sp.oo)).supports


def test_values_without_a_limit_are_never_called_equal_to_one():
    oscillating = extrapolate([flint.arb(1 + (-1) ** i) for i in range(14)], ratio=2)
    assert oscillating.rad() > evidence.WIDTH
    logarithmic = extrapolate([flint.arb(i) for i in range(14)], ratio=2)
    assert logarithmic.rad() > evidence.WIDTH


def test_an_implication_counts_only_where_its_condition_holds():
    found = checked(implies(lt(kappa, 1), lt(D1, kappa)))
    assert found.supports
    assert found.tried < evidence.TRIES
    assert not checked(implies(lt(kappa, 0), lt(D1, 0))).supports


def test_assumptions_that_fix_every_parameter_leave_one_point():
    from icl_theory.theory.symbols import alpha

    fixed = tuple(eq(symbol, 2) for symbol in (tau, alpha, kappa, rho, lam))
    found = checked(gt(D1), RIDGE, fixed)
    assert (found.tried, found.agreed) == (1, 1)


def test_what_has_no_number_is_an_error():
    with pytest.raises(NoEvidence):
        checked(gt(sp.Function("f")(m)))
    with pytest.raises(NoEvidence):
        checked(gt(sp.Symbol("unheard_of", positive=True)))


def test_equality_of_wide_balls_is_undecided():
    wide = flint.arb(1, 1)
    with pytest.raises(Undecided):
        evidence._equal(wide, flint.arb(1))


def test_every_conjunct_is_tried():
    found = checked(both(gt(D1), implies(gt(kappa, 1), lt(D1, 1))))
    assert found.least >= evidence.EACH
