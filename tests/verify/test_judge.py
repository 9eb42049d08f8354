"""A claim holds only on a theorem of the kernel that states it, and on numbers that agree."""

import pytest
import sympy as sp

from icl_theory.algebra.relations import both, eq, gt, implies, lt
from icl_theory.proof.claim import Claim
from icl_theory.proof.domains import RIDGE, SPECTRAL
from icl_theory.proof.kernel import FREE
from icl_theory.theory.spectral import D1, P, t
from icl_theory.theory.symbols import kappa, m, nu
from icl_theory.verify import judge as judging
from icl_theory.verify import registry
from icl_theory.verify.evidence import Evidence
from icl_theory.verify.judge import FAILS, HOLDS, UNKNOWN, judge

from .forging import smuggled


def invented(statement, derivation=None, domain=SPECTRAL, **options):
    """A claim for a test; its proof decides the statement unless another one is given."""
    return Claim("invented", "for a test", statement, derivation or decide, domain, **options)


def decide(proof):
    proof.decide()


def false(conclusion, rule="sign", domain=SPECTRAL):
    """What no rule makes: a theorem sealed by hand."""
    return smuggled(conclusion, domain, rule=rule)


def test_a_true_claim_with_a_proof_holds():
    verdict = judge(invented(gt(P)))
    assert verdict.verdict == HOLDS
    assert verdict.evidence == "proved"
    assert (verdict.rules, verdict.steps) == ((("sign", 1),), 1)
    assert verdict.decided_again == 1
    assert verdict.points >= 5
    assert {"P", "t", "inv_kappa"} <= set(verdict.reads)


def test_a_record_says_how_many_steps_there_were():
    assert judge(invented(gt(P)), numerically=False).as_dict()["steps"] == 1


def test_a_proof_that_makes_nothing_does_not_count():
    verdict = judge(invented(gt(P), lambda proof: None))
    assert (verdict.verdict, verdict.reason) == (FAILS, f"no theorem says: {gt(P)}")


def test_a_false_step_fails():
    verdict = judge(invented(lt(P), lambda proof: proof.sign(lt(P), on=SPECTRAL)))
    assert verdict.verdict == FAILS
    assert "wrong sign" in verdict.reason


def test_a_proof_that_cannot_decide_leaves_a_claim_unknown():
    verdict = judge(invented(gt(nu - t)))
    assert verdict.verdict == UNKNOWN
    assert "UndecidedError" in verdict.reason


def test_a_proof_that_breaks_leaves_a_claim_unknown():
    verdict = judge(invented(gt(P), lambda proof: 1 / 0))
    assert (verdict.verdict, verdict.reason) == (UNKNOWN, "ZeroDivisionError: division by zero")


def test_a_proof_that_ends_elsewhere_does_not_count():
    verdict = judge(invented(gt(P), lambda proof: proof.sign(gt(D1), on=SPECTRAL)))
    assert verdict.verdict == FAILS
    assert "no theorem says" in verdict.reason


def test_a_proof_has_to_reach_every_part():
    part = invented(both(gt(D1), gt(P)), lambda proof: proof.sign(gt(D1), on=SPECTRAL))
    assert judge(part).verdict == FAILS


def test_a_theorem_of_a_smaller_domain_is_not_one_of_a_larger():
    narrow = invented(gt(P), lambda proof: proof.decide(on=RIDGE), FREE)
    assert judge(narrow).verdict == FAILS


def test_an_append_to_the_record_is_no_theorem():
    def cheat(proof):
        proof.keep(gt(nu, m))

    verdict = judge(invented(gt(nu, m), cheat))
    assert not verdict.holds


def test_what_is_quoted_is_told_from_a_proof():
    relation = gt(D1)
    verdict = judge(
        invented(relation, lambda proof: proof.quote(relation, "somebody2000", on=SPECTRAL))
    )
    assert verdict.holds
    assert (verdict.evidence, verdict.references) == ("proved given", ("somebody2000",))
    assert verdict.quoted == (f"{relation}, spectral (somebody2000)",)
    everywhere = judge(invented(relation, lambda proof: proof.quote(relation, "somebody2000")))
    assert everywhere.quoted == (f"{relation} (somebody2000)",)


def test_what_rests_on_another_claim_says_so():
    below = Claim("below", "for a test", gt(D1), decide, SPECTRAL)
    above = invented(gt(D1), lambda proof: proof.keep(proof.part(below, gt(D1))))
    assert judge(above, numerically=False).rests_on == ("below",)


def test_a_claim_that_rests_on_itself_fails():
    circle = invented(gt(D1), lambda proof: proof.use(circle))
    verdict = judge(circle)
    assert (verdict.verdict, verdict.reason) == (FAILS, "invented rests on itself")


def test_numbers_that_disagree_fail_a_claim_whatever_its_proof_says(monkeypatch):
    # The numbers alone, without the second decision that would come first.
    monkeypatch.setattr(judging, "contradiction", lambda theorems: ("", 0))
    statement = lt(nu, m)
    verdict = judge(invented(statement, lambda proof: proof.keep(false(statement, "quadratic"))))
    assert verdict.verdict == FAILS
    assert "points disagree" in verdict.reason


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (lt(nu, m), "sign"),
        (lt(nu, m), "quadratic"),
        (eq(nu * m, 1 - D1 + sp.Rational(1, 10**9)), "identity"),
    ],
)
def test_a_step_decided_otherwise_fails_a_claim_before_its_numbers_do(statement, rule):
    verdict = judge(invented(statement, lambda proof: proof.keep(false(statement, rule))))
    assert verdict.verdict == FAILS
    assert verdict.reason == f"decided otherwise: {statement}"


def test_a_step_that_cannot_be_decided_again_leaves_a_claim_open(monkeypatch):
    def broken(theorems):
        raise ValueError("no value")

    monkeypatch.setattr(judging, "contradiction", broken)
    verdict = judge(invented(gt(P)))
    assert verdict.verdict == UNKNOWN
    assert verdict.reason == "a step cannot be decided again: ValueError: no value"


@pytest.mark.parametrize(
    ("found", "verdict", "reason"),
    [
        (Evidence(0, 0, 0), UNKNOWN, "no point was tried numerically"),
        (Evidence(5, 5, 0), UNKNOWN, "a part of the statement was tried at no point"),
        (Evidence(5, 4, 4, "here"), FAILS, "1 of 5 points disagree: here"),
    ],
)
def test_numbers_that_do_not_support_a_claim_leave_it_open(monkeypatch, found, verdict, reason):
    monkeypatch.setattr(judging, "gather", lambda claim: found)
    seen = judge(invented(gt(P)))
    assert (seen.verdict, seen.reason) == (verdict, reason)


def test_conditions_that_no_point_meets_are_no_theorem():
    assert not judge(invented(gt(P), assumptions=(lt(kappa, 0),))).holds
    never = implies(lt(kappa, 0), gt(D1))
    assert not judge(invented(both(gt(P), never))).holds


def test_a_statement_that_cannot_be_evaluated_is_not_called_true():
    unknown = gt(sp.zeta(1 + m))
    verdict = judge(invented(unknown, lambda proof: proof.keep(false(unknown, "quadratic"))))
    assert verdict.verdict == UNKNOWN
    assert "cannot be evaluated" in verdict.reason


@pytest.mark.parametrize("identifier", ["gap-form", "ridgeless-icl-under", "gap-negative-example"])
def test_claims_of_the_theory_hold_by_themselves(identifier):
    verdict = judge(registry.find_claim(identifier))
    assert verdict.holds, verdict.reason
    assert verdict.points > 0


def test_a_check_measures_nothing_else():
    # The simulation of another claim is no evidence of what has numbers of its own.
    def quoted(proof):
        proof.quote(gt(nu, m), "somebody", on=SPECTRAL)

    verdict = judge(invented(gt(nu, m), quoted, check="resolvent_trace"))
    assert verdict.verdict == FAILS
    assert "points disagree" in verdict.reason
