"""Numerical evidence notices what is false, and does not call a guess a number."""

import random
from fractions import Fraction
from itertools import islice

import flint
import pytest
import sympy as sp
from sympy import MatrixSymbol

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.matrix_words import (
    Block,
    OrthogonalMatrix,
    SymmetricMatrix,
    Trace,
    Whole,
)
from icl_theory.algebra.precision import precision
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof.claim import Claim
from icl_theory.proof.domains import FREE, OVER, RIDGE, SPECTRAL, THRESHOLD, UNDER
from icl_theory.theory import odds
from icl_theory.theory.errors import e_icl, e_idg, gap, noise, train
from icl_theory.theory.fixed_point import S, ridge_log_slope, ridge_residual, x
from icl_theory.theory.optimal_ridge import delta
from icl_theory.theory.ridgeless import e_icl_under
from icl_theory.theory.spectral import D1, M, minus_M_prime
from icl_theory.theory.state import total
from icl_theory.theory.symbols import alpha, d, kappa, lam, m, nu, rho, tau, xi
from icl_theory.verify import evidence
from icl_theory.verify.evidence import NoEvidence, Undecided, extrapolate, gather


def claimed(statement, domain=RIDGE, assumptions=()):
    return Claim("tried", "for a test", statement, silent, domain, assumptions)


def checked(statement, domain=RIDGE, assumptions=()):
    return gather(claimed(statement, domain, assumptions))


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
    assert found.tried == evidence.EACH


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


def test_symbols_that_are_no_state_are_held():
    assert checked(eq(Partial(delta * m, m), delta), FREE).supports
    assert not checked(eq(Partial(D1 * m, m), delta), FREE).supports


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


def test_assumptions_that_fix_every_coordinate_leave_one_point():
    fixed = tuple(eq(symbol, 2) for symbol in (m, nu))
    found = checked(gt(m + nu, 3), FREE, fixed)
    assert (found.tried, found.agreed) == (evidence.EACH, evidence.EACH)
    assert not checked(gt(m + nu, 5), FREE, fixed).agreed


def test_bounds_are_run_through_not_waited_for():
    near = (gt(tau, 1), lt(tau, 1 + sp.Rational(1, 10**9)))
    assert checked(lt(tau, 2), FREE, near).supports
    assert checked(gt(tau, 1), FREE, (gt(tau, 1),)).supports
    assert checked(gt(tau, kappa), FREE, (gt(tau, kappa + m),)).supports
    assert not checked(gt(tau, 1 + kappa), FREE, (gt(tau, kappa),)).supports


def test_what_has_no_number_is_an_error():
    with pytest.raises(NoEvidence):
        checked(gt(sp.Function("f")(m)))
    with pytest.raises(NoEvidence):
        checked(gt(sp.Symbol("of_no_range")))


@pytest.mark.parametrize(
    ("statement", "domain"),
    [
        (gt(nu * m + D1, 1), SPECTRAL),
        (lt(nu * m + D1, 1), SPECTRAL),
        (gt(e_icl - e_idg, gap), RIDGE),
        (gt(tau, tau), FREE),
    ],
)
def test_equality_refutes_a_strict_inequality(statement, domain):
    found = checked(statement, domain)
    assert found.tried > 0
    assert found.agreed == 0


def test_equality_agrees_with_a_weak_inequality():
    assert checked(ge(nu * m + D1, 1), SPECTRAL).supports
    assert checked(le(e_icl - e_idg, gap), RIDGE).supports


def test_some_points_have_no_label_noise():
    found = checked(gt(rho), FREE)
    assert not found.supports
    assert found.agreed > 0
    assert "rho=0" in found.example
    assert not checked(gt(noise), RIDGE).supports
    assert checked(ge(noise), RIDGE).supports


def test_points_lie_far_out_on_both_sides():
    large = checked(lt(tau, 1000), FREE)
    small = checked(gt(tau, sp.Rational(1, 1000)), FREE)
    assert not large.supports
    assert not small.supports
    drawn = [
        point.values[tau]
        for point in islice(
            evidence.random_points(claimed(gt(tau), FREE), (), random.Random(0)), 60
        )
    ]
    assert max(drawn) > 10**4
    assert 0 < min(drawn) < Fraction(1, 10**4)


@pytest.mark.parametrize(("domain", "below"), [(UNDER, True), (OVER, False)])
def test_points_lie_on_the_domain_and_nowhere_else(domain, below):
    drawn = islice(evidence.random_points(claimed(gt(tau), domain), (), random.Random(1)), 20)
    assert all((point.values[tau] < 1) == below for point in drawn)
    assert checked(gt(train), domain).supports is not below


@pytest.mark.parametrize("domain", [SPECTRAL, RIDGE, UNDER, OVER, THRESHOLD], ids=str)
def test_points_solve_the_equations_of_their_domain(domain):
    with precision(evidence.BITS):
        for point in islice(
            evidence.random_points(claimed(gt(m), domain), (), random.Random(2)), 8
        ):
            for _, residual in domain.equations():
                assert point.evaluate(residual).contains(0)


def test_points_off_their_domain_are_an_error(monkeypatch):
    cover = SPECTRAL.checked()[1]
    wrong = {**cover, nu: cover[nu] + 1}
    monkeypatch.setattr(SPECTRAL, "checked", lambda: (SPECTRAL._check()[0], wrong))
    with pytest.raises(NoEvidence, match="does not hold"):
        checked(gt(m), SPECTRAL)


def path(expression, *moves, domain="ridge"):
    return PathLimit(expression, domain, *moves)


def test_limits_along_paths_follow_the_states():
    down = path(e_icl, (lam, sp.oo, "+"))
    assert checked(eq(down, 1 + rho), FREE).supports
    assert not checked(eq(down, 1 + rho + sp.Rational(1, 10**9)), FREE).supports
    noiseless = path(e_icl, (lam, sp.Integer(0), "+"), (alpha, sp.oo, "+"))
    assert not checked(eq(noiseless, 0), FREE, (gt(kappa, 1),)).supports


def test_roots_are_counted():
    one = RootCount(nu - tau, nu)
    assert checked(eq(one, 1), FREE).supports
    assert not checked(eq(one, 2), FREE).supports
    two = RootCount((nu - tau) * (nu - tau - kappa), nu)
    assert not checked(eq(two, 1), FREE).supports
    assert checked(eq(RootCount(nu + tau, nu), 0), FREE).supports
    inside = RootCount(nu - tau, nu, 0, tau / 2)
    assert checked(eq(inside, 0), FREE).supports


def test_that_a_point_is_unique_has_no_number():
    point = evidence.StatePoint({tau: Fraction(1)}, "free")
    with pytest.raises(Undecided):
        point.holds(AtMostOne(sp.Symbol("ridge"), tau))


def test_equality_of_wide_balls_is_undecided():
    wide = flint.arb(1, 1)
    with pytest.raises(Undecided):
        evidence._equal(wide, flint.arb(1))


def test_every_conjunct_is_tried():
    found = checked(both(gt(D1), implies(gt(kappa, 1), lt(D1, 1))))
    assert found.least >= evidence.EACH


def matrices(*shape, kind=MatrixSymbol):
    return [kind(name, *shape) for name in "AB"]


def test_statements_about_matrices_are_evaluated_on_matrices():
    A, B = matrices(d, d)
    assert checked(eq(Trace(A * B), Trace(B * A)), FREE).supports
    assert not checked(eq(Trace(A * B), Trace(B * A.T)), FREE).supports
    assert checked(eq(Whole((A * B).T), Whole(B.T * A.T)), FREE).supports
    assert not checked(eq(Whole(A * B), Whole(B * A)), FREE).supports
    assert checked(eq(Whole(A * A.I), Whole(sp.Identity(d))), FREE).supports
    stacked = sp.BlockMatrix([[A, B]])
    assert checked(eq(Block(stacked, 0, 1), Whole(B)), FREE).supports
    assert not checked(eq(Block(stacked, 0, 1), Whole(A)), FREE).supports
    assert checked(eq(Trace(sp.Identity(d) + sp.ZeroMatrix(d, d)) + Trace(A - A), d), FREE).tried


def test_a_wrong_normal_form_is_noticed(monkeypatch):
    # Numbers come from the matrices, not from the words that a proof reads.
    A, B = matrices(d, d)
    monkeypatch.setattr(Trace, "value", lambda self: sp.Integer(1))
    assert not checked(eq(Trace(A * B), Trace(A)), FREE).supports


def test_symmetric_matrices_are_symmetric_and_positive_definite():
    A, _ = matrices(d, d, kind=SymmetricMatrix)
    u = MatrixSymbol("u", d, 1)
    assert checked(eq(Whole(A.I), Whole(A.I.T)), FREE).supports
    assert checked(gt(Trace(u.T * A * u)), FREE).supports
    general, _ = matrices(d, d)
    assert not checked(eq(Whole(general), Whole(general.T)), FREE).supports


def test_orthogonal_matrices_are_orthogonal_and_nothing_more():
    A, B = matrices(d, d, kind=OrthogonalMatrix)
    one = Whole(sp.Identity(d))
    assert checked(eq(Whole(A.T * A), one), FREE).supports
    for wrong in (A, A * A, A.T * B):
        assert not checked(eq(Whole(wrong), one), FREE).supports
    assert not checked(eq(Whole(A), Whole(A.T)), FREE).supports
    general, _ = matrices(d, d)
    assert not checked(eq(Whole(general.T * general), one), FREE).supports
