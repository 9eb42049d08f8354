"""Steps of a proof decide; a statement is reached only by what was decided of it."""

import pytest
import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.proof.proof import Proof, ProofFailed, scope
from icl_theory.theory import odds, uniformisation
from icl_theory.theory.errors import e_icl, e_icl_paper, train
from icl_theory.theory.fixed_point import S, ridge_residual, x
from icl_theory.theory.ridgeless import train_over
from icl_theory.theory.spectral import D1, D12, M, P, minus_M_prime, t
from icl_theory.theory.state import total
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi


def test_an_identity_is_decided_on_the_states():
    proof = Proof()
    proof.identity(e_icl, e_icl_paper, on=uniformisation.ridge())
    assert proof.establishes(eq(e_icl, e_icl_paper))


def test_a_false_identity_fails():
    with pytest.raises(ProofFailed, match="not an identity"):
        Proof().identity(e_icl, 2 * e_icl_paper, on=uniformisation.ridge())
    with pytest.raises(ProofFailed, match="not an identity"):
        Proof().identity(e_icl, e_icl_paper)


def test_matrices_are_compared_entry_by_entry():
    proof = Proof()
    proof.identity(sp.Matrix([D1, P]), sp.Matrix([m * t, nu + t**2]))
    with pytest.raises(ProofFailed, match="not an identity"):
        proof.identity(sp.Matrix([D1, P]), sp.Matrix([m * t, nu - t**2]))
    with pytest.raises(ProofFailed, match="decides nothing"):
        proof.identity(sp.zeros(0, 0), sp.zeros(0, 0))


@pytest.mark.parametrize("relation", [gt(P), lt(-P), ge(P), le(-P), gt(P, nu), lt(D1, kappa)])
def test_true_signs_are_decided(relation):
    proof = Proof()
    proof.sign(relation)
    assert proof.establishes(relation)


@pytest.mark.parametrize("relation", [lt(P), gt(-P), gt(P - P), lt(P - P), ge(-P), le(P)])
def test_false_signs_fail(relation):
    with pytest.raises(ProofFailed, match="wrong sign"):
        Proof().sign(relation)


def test_signs_that_depend_on_the_point_are_undecided():
    with pytest.raises(UndecidedError):
        Proof().sign(gt(nu - t))


def test_limits_are_decided_with_their_side():
    proof = Proof()
    proof.limit(sp.Limit(1 / (tau - 1), tau, 1, "+"), sp.oo)
    proof.limit(sp.Limit(1 / (tau - 1), tau, 1, "-"), -sp.oo)
    proof.limit(sp.Limit((tau**2 - 1) / (tau - 1), tau, 1, "+-"), 2)
    with pytest.raises(ProofFailed, match="the limit is not"):
        proof.limit(sp.Limit(1 / (tau - 1), tau, 1, "-"), sp.oo)
    with pytest.raises(ProofFailed, match="the limit is not"):
        proof.limit(sp.Limit(1 / (tau - 1), tau, 1, "+-"), sp.oo)
    with pytest.raises(ProofFailed, match="the limit is not"):
        proof.limit(sp.Limit(1 / tau, tau, sp.oo), 1)


def test_roots_are_counted():
    proof = Proof()
    proof.roots(xi**2 - 2, xi, 0, sp.oo, 1, "One positive root.")
    with pytest.raises(ProofFailed, match="1 roots, not 2"):
        proof.roots(xi**2 - 2, xi, 0, sp.oo, 2, "Two?")


def test_a_conclusion_needs_something_decided_before():
    proof = Proof()
    with pytest.raises(ProofFailed, match="nothing was decided"):
        proof.follows(gt(P), "by wishing")
    proof.assume(gt(D1), "somebody2000", "quoted")
    with pytest.raises(ProofFailed, match="nothing was decided"):
        proof.follows(gt(P), "by quoting")


def test_what_is_assumed_needs_a_reference():
    with pytest.raises(ValueError, match="needs a reference"):
        Proof().assume(gt(P), "", "by wishing")


def test_decide_takes_the_step_that_fits():
    proof = Proof()
    limit = eq(sp.Limit(1 / nu, nu, sp.oo), 0)
    proof.decide(both(eq(D1, m * t), gt(P), limit))
    assert sorted(step.kind for step in proof.steps) == ["identity", "limit", "sign"]
    assert proof.establishes(both(limit, gt(P)))
    with pytest.raises(UndecidedError, match="not a relation"):
        proof.decide(sp.Symbol("p"))


def test_every_conjunct_has_to_be_reached():
    proof = Proof()
    proof.sign(gt(P))
    assert not proof.establishes(both(gt(P), gt(D1)))
    with pytest.raises(ProofFailed, match="do not reach"):
        proof.require(gt(D1))


def test_a_special_point_does_not_reach_the_statement():
    proof = Proof()
    proof.identity(kappa, m, on={kappa: m})
    assert proof.steps[-1].scope == "special"
    assert not proof.establishes(eq(kappa, m))
    proof.identity(m, 1, on=uniformisation.ridge() | {m: sp.Integer(1)})
    assert not proof.establishes(eq(m, 1))


def test_ridgeless_states_reach_ridgeless_statements_only():
    for ridgeless in (False, True):
        proof = Proof(ridgeless=ridgeless)
        proof.identity(train, train_over, on=uniformisation.ridgeless_over())
        assert proof.establishes(eq(train, train_over)) == ridgeless


def test_a_condition_is_part_of_what_was_decided():
    statement = gt((1 - tau) / m)
    proof = Proof()
    proof.sign(statement, given=[lt(tau, 1)])
    assert not proof.establishes(statement)
    assert proof.establishes(implies(lt(tau, 1), statement))
    conditional = Proof(assumptions=(lt(tau, 1),))
    conditional.sign(statement, given=[lt(tau, 1)])
    assert conditional.establishes(statement)


@pytest.mark.parametrize(
    ("substitution", "where"),
    [
        (None, "everywhere"),
        (uniformisation.spectral(), "everywhere"),
        (uniformisation.ridge(), "everywhere"),
        (odds.spectral(), "everywhere"),
        (odds.ridge(), "everywhere"),
        ({m: unfold(M)}, "everywhere"),
        ({nu: x + xi}, "everywhere"),
        (uniformisation.ridgeless_under(), "ridgeless"),
        (uniformisation.ridgeless_over(), "ridgeless"),
        (odds.ridgeless_under(), "ridgeless"),
        (odds.ridgeless_over(), "ridgeless"),
        ({m: sp.Integer(1)}, "special"),
        ({nu: x + 2 * xi}, "special"),
        ({tau: kappa}, "special"),
        (uniformisation.ridge() | {kappa: tau}, "special"),
    ],
)
def test_what_a_substitution_covers(substitution, where):
    assert scope(substitution) == where


def test_derivatives_follow_the_state():
    proof = Proof()
    proof.identity(total(m, nu), -minus_M_prime, on=uniformisation.spectral())
    proof.identity(total(D1 + x * m, xi), -S, on=uniformisation.ridge())
    proof.identity(total(D1, nu), -D12, on=uniformisation.spectral())
    # Two moves of the same state: in alpha and in rho, through x alone.
    proof.identity(
        total(m, alpha) / Partial(x, alpha),
        total(m, rho) / Partial(x, rho),
        on=uniformisation.ridge(),
    )
    with pytest.raises(ProofFailed):
        proof.identity(total(m, nu), minus_M_prime, on=uniformisation.spectral())


def test_partial_derivatives_hold_the_other_symbols():
    proof = Proof()
    proof.identity(Partial(ridge_residual, xi), -m)
    proof.identity(Partial(P, nu), 1)
    proof.identity(Partial(x, alpha), -x / alpha)


def test_substitutions_are_made_at_once():
    proof = Proof()
    proof.identity(At(nu - m, (nu, m), (m, nu)), m - nu)
    proof.identity(At(x, (alpha, 2), (rho, 0)), sp.Rational(1, 2))
    proof.identity(At(r * xi - lam, (lam, r * xi)), 0)


def test_folded_operations_print():
    assert sp.latex(total(m, nu)) == r"\frac{\mathrm{d}}{\mathrm{d} \nu} m"
    assert sp.latex(Partial(m + nu, nu)) == r"\frac{\partial}{\partial \nu} \left(m + \nu\right)"
    assert sp.latex(At(P, (nu, x))) == r"\left. P \right|_{\nu = x}"
    assert str(At(total(m, nu), (nu, x))) == "At(total(m, nu), nu=x)"


def test_the_odds_run_through_the_domain():
    state = odds.ridge()
    proof = Proof()
    for symbol in (tau, alpha, kappa, lam, nu, m, xi, r, x):
        proof.sign(gt(symbol), on=state)
    # Ridgeless below the threshold tau < 1, above it tau > 1.
    proof.sign(lt(tau, 1), on=odds.ridgeless_under())
    proof.sign(gt(tau, 1), on=odds.ridgeless_over())
