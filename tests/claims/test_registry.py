"""The account of claims is complete and consistent, or says what is wrong."""

import pytest

from icl_theory.claims import registry
from icl_theory.claims.claim import Claim
from icl_theory.claims.registry import RegistryError
from icl_theory.symbolic.proof import gt
from icl_theory.symbolic.symbols import m


def named(identifier, *rests_on):
    return Claim(id=identifier, title=identifier, statement=gt(m), rests_on=rests_on)


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


def test_a_claim_without_a_derivation_is_refused():
    with pytest.raises(RegistryError, match="the proof of 'no-such-proof' is missing"):
        registry.check_complete([*registry.claims().values(), named("no-such-proof")])


def test_a_proof_without_a_claim_is_refused():
    claims = [claim for claim in registry.claims().values() if claim.id != "gap-form"]
    with pytest.raises(RegistryError, match=r"gap_form\.py proves nothing that is claimed"):
        registry.check_complete(claims)


def test_a_module_of_claims_that_is_not_collected_is_refused(monkeypatch):
    monkeypatch.setattr(registry, "MODULES", registry.MODULES[1:])
    with pytest.raises(RegistryError, match=r"the claims of \w+\.py are not collected"):
        registry.check_complete(registry.claims().values())


def test_an_unknown_id_is_named():
    with pytest.raises(KeyError, match="no claim has the id 'nothing'"):
        registry.claim("nothing")


def test_support_is_everything_that_a_claim_rests_on():
    claims = registry.in_order([named("a"), named("b", "a"), named("c", "b"), named("d")])
    assert registry.support(["c"], claims) == ["a", "b", "c"]
