"""The account of claims is complete and consistent, or says what is wrong."""

import pytest

import derivations
from icl_theory.algebra.relations import gt
from icl_theory.proof.claim import Claim
from icl_theory.theory.symbols import m
from icl_theory.verify import registry
from icl_theory.verify.registry import RegistryError


def named(identifier, *rests_on):
    return Claim(identifier, identifier, gt(m), silent, rests_on=rests_on)


def silent(proof):
    pass


def test_there_are_more_claims_than_a_reader_could_check_by_hand():
    assert len(registry.claims()) >= 60


def test_nothing_is_forgotten():
    registry.check_complete(registry.claims().values())


def test_ids_are_lower_case_words():
    for identifier in registry.claims():
        assert identifier == identifier.lower()
        assert identifier.replace("-", "").isalnum()


def test_every_claim_comes_after_those_it_rests_on():
    seen = set()
    for identifier, claim in registry.claims().items():
        assert seen.issuperset(claim.rests_on), identifier
        seen.add(identifier)


def test_every_claim_says_in_one_line_what_it_claims():
    for claim in registry.claims().values():
        assert claim.title
        assert "\n" not in claim.title
        assert len(claim.title) <= 100


def test_every_claim_has_a_regime_a_check_or_decides_without_numbers():
    for claim in registry.claims().values():
        assert claim.regime in {"ridge", "ridgeless", "free", None}


def test_an_id_used_twice_is_refused():
    with pytest.raises(RegistryError, match="two claims have the id 'one'"):
        registry.in_order([named("one"), named("one")])


def test_resting_on_what_is_no_claim_is_refused():
    with pytest.raises(RegistryError, match="'one' rests on 'two', which is no claim"):
        registry.in_order([named("one", "two")])


def test_resting_on_each_other_is_refused():
    with pytest.raises(RegistryError, match="circle"):
        registry.in_order([named("one", "two"), named("two", "three"), named("three", "one")])


def test_a_proof_without_words_is_refused():
    with pytest.raises(RegistryError, match="the proof of 'silent' is not said in words"):
        registry.check_complete([*registry.claims().values(), named("silent")])


def test_a_module_of_claims_that_is_not_collected_is_refused(monkeypatch):
    monkeypatch.setattr(derivations, "TOPICS", derivations.TOPICS[1:])
    with pytest.raises(RegistryError, match=r"derivations/model\.py is not among the topics"):
        registry.check_complete(registry.claims().values())
