"""The account of claims is complete and consistent, or says what is wrong."""

from types import ModuleType

import pytest

import derivations
from icl_theory.algebra.relations import gt
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import Domain
from icl_theory.theory.symbols import m
from icl_theory.verify import registry
from icl_theory.verify.registry import RegistryError


def named(identifier):
    return Claim(identifier, identifier, gt(m), silent)


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


def test_every_claim_says_in_one_line_what_it_claims():
    for claim in registry.claims().values():
        assert claim.title
        assert "\n" not in claim.title
        assert len(claim.title) <= 100
        assert not set(claim.title) & set("\\${}")


def test_every_claim_has_a_domain():
    assert all(isinstance(claim.domain, Domain) for claim in registry.claims().values())


def test_a_topic_holds_the_claims_that_it_makes_and_no_others():
    topic = ModuleType("derivations.invented")

    def prove(proof):
        pass

    prove.__module__ = topic.__name__
    topic.own = Claim("own", "own", gt(m), prove)
    topic.borrowed = named("borrowed")
    assert registry.claims_in(topic) == [topic.own]
    assert registry.topic_of(topic.own) == "invented"


def test_an_id_used_twice_is_refused():
    with pytest.raises(RegistryError, match="two claims have the id 'one'"):
        registry.by_id([named("one"), named("one")])


def test_an_unknown_id_is_refused():
    with pytest.raises(KeyError, match="no claim has the id 'nothing'"):
        registry.find_claim("nothing")


def test_a_proof_without_words_is_refused():
    with pytest.raises(RegistryError, match="the proof of 'silent' is not said in words"):
        registry.check_complete([*registry.claims().values(), named("silent")])


def test_a_module_of_claims_that_is_not_collected_is_refused(monkeypatch):
    monkeypatch.setattr(derivations, "TOPICS", derivations.TOPICS[1:])
    with pytest.raises(RegistryError, match=r"derivations/model\.py is not among the topics"):
        registry.check_complete(registry.claims().values())


@pytest.mark.slow
@pytest.mark.parametrize("identifier", sorted(registry.claims()))
def test_a_claim_is_conditional_on_all_that_those_it_rests_on_are(identifier):
    claim = registry.find_claim(identifier)
    quoted = claim.theorem().oracles
    for used in claim.prove()[1].used:
        assert used.theorem().oracles <= quoted, used.id


@pytest.mark.parametrize(
    ("identifier", "references"),
    [
        ("limit-of-icl", {"billingsley1995probability", "lu2025asymptotic"}),
        ("cross-validation", {"billingsley1995probability", "lu2025asymptotic"}),
        ("objective-less-penalty", {"lu2025asymptotic"}),
        ("bayes-error", {"billingsley1995probability"}),
        ("dmmse-energies", set()),
        (
            "dmmse-skewness",
            {"billingsley1995probability", "derrida1981random", "cornish1938moments"},
        ),
    ],
)
def test_what_gives_formulas_their_meaning_stays_visible(identifier, references):
    theorem = registry.find_claim(identifier).theorem()
    assert {oracle.reference for oracle in theorem.oracles} == references
