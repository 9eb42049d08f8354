"""What a claim does not say has no proof, and numbers refute it."""

from dataclasses import replace

import pytest
import sympy as sp

from icl_theory.algebra.relations import both, eq, ge, gt, implies, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof.claim import Claim
from icl_theory.proof.domains import SPECTRAL
from icl_theory.proof.kernel import ProofFailed
from icl_theory.theory.symbols import kappa, lam, m, nu, rho, tau
from icl_theory.verify import registry, statement_mutation
from icl_theory.verify.statement_mutation import (
    OPEN,
    REFUTED,
    TRUE,
    UNSOUND,
    StatementOutcome,
    StatementSurvey,
    mutants,
    survey,
)


def changes(statement, assumptions=()):
    claim = Claim("invented", "", statement, lambda proof: None, SPECTRAL, assumptions)
    return {mutant.change: mutant.statement for mutant in mutants(claim)}


def test_values_signs_and_exponents_are_changed():
    found = changes(eq(m, nu**2))
    assert found["raised by 1"] == eq(m, nu**2 + 1)
    assert found["doubled"] == eq(m, 2 * nu**2)
    assert found["sign turned"] == eq(m, -(nu**2))
    assert found["exponent of nu**2 raised"] == eq(m, nu**3)


def test_inequalities_are_turned_and_made_strict():
    found = changes(ge(rho))
    assert found["inequality turned"] == sp.LessThan(rho, 0, evaluate=False)
    assert found["made strict"] == gt(rho)


def test_conditions_are_dropped():
    found = changes(implies(gt(kappa, 1), lt(m, nu)), (lt(tau, 1),))
    assert found["without kappa > 1"] == lt(m, nu)
    assert found["without tau < 1"] == implies(gt(kappa, 1), lt(m, nu))


def test_sides_ends_and_parameters_are_changed():
    limit = changes(eq(sp.Limit(m, nu, 0, "+"), sp.oo))
    assert limit["sign turned"] == eq(sp.Limit(m, nu, 0, "+"), -sp.oo)
    assert limit["side turned"] == eq(sp.Limit(m, nu, 0, "-"), sp.oo)
    path = changes(eq(PathLimit(m, "ridge", (lam, sp.oo, "+")), 1))
    ended = eq(PathLimit(m, "ridge", (lam, sp.Integer(0), "+")), 1)
    assert path["lambda to another end"] == ended
    unique = changes(AtMostOne(sp.Symbol("ridge"), tau, kappa))
    assert unique["tau not given"] == AtMostOne(sp.Symbol("ridge"), kappa)


def test_every_conjunct_is_changed_into_what_no_conjunct_says():
    statement = both(eq(m, 1), eq(m, 2))
    found = set(changes(statement).values())
    assert not found & {eq(m, 1), eq(m, 2)}
    assert eq(m, 3) in found


@pytest.mark.parametrize("claim", registry.claims().values(), ids=lambda claim: claim.id)
def test_every_conjunct_of_every_claim_has_mutants(claim):
    whole = claim.statement
    found = mutants(claim)
    assert len(found) >= len(whole.args if isinstance(whole, sp.And) else (whole,))


def test_changes_of_a_claim_are_noticed():
    found = survey(ids=["resolvent-root"])
    assert found.holds, found.summary
    assert len(found.outcomes) == len(mutants(registry.find_claim("resolvent-root")))
    assert found[REFUTED]
    assert "changed conjuncts of 1 claims" in found.summary
    assert found.as_dict()["mutants"] == len(found.outcomes)


def test_what_stays_true_is_told_by_its_proof():
    (weaker,) = (
        m for m in mutants(registry.find_claim("gap-positive-over")) if "lowered" in m.change
    )
    assert weaker.perform().fate == TRUE


def test_a_false_statement_that_is_proved_is_not_success(monkeypatch):
    monkeypatch.setattr(statement_mutation, "_proved", lambda changed: (True, ""))
    mutant = mutants(registry.find_claim("resolvent-root"))[0]
    outcome = mutant.perform()
    assert outcome.fate == UNSOUND
    seen = StatementSurvey((outcome,), 1.0)
    assert not seen.holds
    assert f"unsound: resolvent-root: {outcome.statement}" in seen.summary


def test_a_proof_that_decides_its_statement_is_not_tried_twice(monkeypatch):
    decided = registry.find_claim("error-rates")

    def part(proof):
        """Decides something else."""
        proof.decide(eq(m, m))

    def given(proof):
        """Decides under something."""
        proof.decide(True)

    proved = replace(decided, derivation=part)
    assert statement_mutation._only_decides(decided)
    assert not statement_mutation._only_decides(proved)
    assert not statement_mutation._only_decides(replace(decided, derivation=given))
    tried = []

    def fails(claim):
        tried.append(claim)
        raise ProofFailed("no")

    monkeypatch.setattr(Claim, "prove", fails)
    for claim, times in ((decided, 1), (proved, 2)):
        tried.clear()
        assert statement_mutation._proved(claim)[0] is False
        assert len(tried) == times


def test_a_refutation_is_not_needed_where_there_is_no_proof():
    assert StatementSurvey((StatementOutcome("one", "", "", OPEN),), 1.0).holds
    assert not StatementSurvey((), 1.0).holds


def test_numbers_are_asked_only_where_there_is_a_proof_if_that_is_enough():
    changed = mutants(registry.find_claim("resolvent-root"))
    assert {m.perform(everywhere=False).fate for m in changed} == {OPEN}
    (weaker,) = (
        m for m in mutants(registry.find_claim("gap-positive-over")) if "lowered" in m.change
    )
    assert weaker.perform(everywhere=False).fate == TRUE


@pytest.mark.slow
@pytest.mark.parametrize("claim", registry.claims().values(), ids=lambda claim: claim.id)
def test_no_change_of_a_conjunct_is_proved_unless_it_is_true(claim):
    outcomes = [mutant.perform(everywhere=False) for mutant in mutants(claim)]
    assert outcomes
    assert not [o for o in outcomes if o.fate not in (OPEN, TRUE)]


@pytest.mark.survey
def test_a_change_of_every_fifth_claim_is_noticed():
    found = survey(1, seed=3, ids=list(registry.claims())[::5])
    assert found.holds, found.summary
    assert len(found[REFUTED]) > len(found.outcomes) / 2, found.summary
