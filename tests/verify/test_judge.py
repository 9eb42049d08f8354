"""A claim holds only on a proof that runs, decides and arrives, and on numbers that agree."""

import sys
from types import ModuleType

import pytest

from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.proof.claim import Claim
from icl_theory.theory.spectral import D1, P, t
from icl_theory.theory.symbols import kappa, m, nu, tau
from icl_theory.verify import evidence, registry
from icl_theory.verify.evidence import Evidence
from icl_theory.verify.judge import FAILS, HOLDS, UNKNOWN, judge


@pytest.fixture
def prove(monkeypatch):
    """Give the claim ``invented`` a proof."""

    def install(function):
        module = ModuleType("derivations.invented")
        module.prove = function
        monkeypatch.setitem(sys.modules, "derivations.invented", module)

    return install


def invented(statement, **options):
    return Claim(id="invented", title="for a test", statement=statement, **options)


def test_a_true_claim_with_a_proof_holds(prove):
    prove(lambda proof, claim: proof.decide(claim.statement))
    verdict = judge(invented(gt(P)))
    assert verdict.verdict == HOLDS
    assert verdict.evidence == "proved"
    assert verdict.points >= 20
    assert {"P", "t", "inv_kappa"} <= set(verdict.reads)


def test_a_missing_proof_leaves_a_claim_unknown():
    verdict = judge(invented(gt(P)))
    assert (verdict.verdict, verdict.reason) == (UNKNOWN, "the proof is missing")


def test_a_false_step_fails(prove):
    prove(lambda proof, claim: proof.sign(lt(P)))
    verdict = judge(invented(lt(P)))
    assert verdict.verdict == FAILS
    assert "wrong sign" in verdict.reason


def test_a_proof_that_cannot_decide_leaves_a_claim_unknown(prove):
    prove(lambda proof, claim: proof.sign(gt(nu - t)))
    verdict = judge(invented(gt(nu - t)))
    assert verdict.verdict == UNKNOWN
    assert "UndecidedError" in verdict.reason


def test_a_proof_that_breaks_leaves_a_claim_unknown(prove):
    prove(lambda proof, claim: 1 / 0)
    assert judge(invented(gt(P))).reason == "ZeroDivisionError: division by zero"


def test_a_proof_that_decides_nothing_does_not_count(prove):
    prove(lambda proof, claim: proof.assume(claim.statement, "somebody", "quoted"))
    verdict = judge(invented(gt(P)))
    assert (verdict.verdict, verdict.reason) == (UNKNOWN, "the proof decides nothing")


def test_a_proof_that_ends_elsewhere_does_not_count(prove):
    prove(lambda proof, claim: proof.sign(gt(D1)))
    verdict = judge(invented(gt(P)))
    assert verdict.verdict == UNKNOWN
    assert "do not reach the statement" in verdict.reason


def test_a_proof_has_to_reach_every_part(prove):
    prove(lambda proof, claim: proof.sign(gt(D1)))
    assert judge(invented(both(gt(D1), gt(P)))).verdict == UNKNOWN


def test_an_assumed_step_is_told_from_a_proof(prove):
    def given(proof, claim):
        proof.assume(None, "somebody2000", "quoted")
        proof.sign(gt(P))

    prove(given)
    verdict = judge(invented(gt(P)))
    assert (verdict.evidence, verdict.references) == ("proved given", ("somebody2000",))

    def quoted(proof, claim):
        proof.sign(gt(D1))
        proof.assume(gt(P), "somebody2000", "quoted")

    prove(quoted)
    assert judge(invented(gt(P))).evidence == "assumed"


def test_numbers_that_disagree_fail_a_claim_whatever_its_proof_says(prove):
    def wrong(proof, claim):
        proof.sign(gt(P))
        proof.follows(claim.statement, "which does not follow")

    prove(wrong)
    verdict = judge(invented(lt(nu, m)))
    assert verdict.verdict == FAILS
    assert "points disagree" in verdict.reason


def test_no_point_tried_is_no_evidence(prove, monkeypatch):
    prove(lambda proof, claim: proof.decide(claim.statement))
    monkeypatch.setattr(evidence, "gather", lambda claim: Evidence(0, 0, 0))
    verdict = judge(invented(gt(P)))
    assert (verdict.verdict, verdict.reason) == (UNKNOWN, "no point was tried numerically")


def test_assumptions_that_no_point_meets_are_no_evidence(prove):
    prove(lambda proof, claim: proof.decide(claim.statement))
    verdict = judge(invented(gt(P), assumptions=(lt(tau, 0),)))
    assert (verdict.verdict, verdict.reason) == (UNKNOWN, "no point was tried numerically")


def test_a_part_tried_nowhere_is_no_evidence(prove):
    from icl_theory.algebra.relations import implies

    never = implies(lt(kappa, 0), gt(D1))

    def prove_both(proof, claim):
        proof.sign(gt(P))
        proof.follows(never, "an empty condition")

    prove(prove_both)
    verdict = judge(invented(both(gt(P), never)))
    assert verdict.verdict == UNKNOWN
    assert "tried at no point" in verdict.reason


def test_a_statement_without_numerical_meaning_needs_to_say_so(prove):
    from sympy import Function

    unknown = Function("f", positive=True)(m)

    def prove_it(proof, claim):
        proof.sign(gt(P))
        proof.follows(claim.statement, "for a test")

    prove(prove_it)
    verdict = judge(invented(gt(unknown)))
    assert verdict.verdict == UNKNOWN
    assert "cannot be evaluated" in verdict.reason
    assert judge(invented(gt(unknown), regime=None)).verdict == HOLDS


@pytest.mark.parametrize("identifier", ["gap-form", "ridgeless-icl-under", "gap-negative-example"])
def test_claims_of_the_theory_hold_by_themselves(identifier):
    assert judge(registry.claim(identifier)).holds


def test_identities_are_recorded_as_reached_only_where_they_hold(prove):
    prove(lambda proof, claim: proof.identity(m, 1, on={m: 1}))
    verdict = judge(invented(eq(m, 1)))
    assert verdict.verdict == UNKNOWN
    assert "do not reach the statement" in verdict.reason
