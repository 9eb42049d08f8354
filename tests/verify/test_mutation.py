"""Mutants are small, differ from the formula, and are noticed."""

import pytest
import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.quantity import quantities
from icl_theory.theory.errors import noise
from icl_theory.theory.spectral import D2, P, discriminant_root, half_trace, inv_kappa, t
from icl_theory.theory.symbols import nu, rho
from icl_theory.verify import mutation, registry
from icl_theory.verify.mutation import mutants, survey

registry.claims()


def changes(quantity):
    return {mutant.definition for mutant in mutants(quantity)}


def test_signs_terms_factors_exponents_and_symbols_are_changed():
    assert {nu - t**2, -nu + t**2, nu, t**2, 2 * nu + t**2, nu + t**3, t + t**2} <= changes(P)
    assert changes(noise) == {2 * rho, -rho}
    assert sp.sqrt(half_trace**2 - nu * inv_kappa) in changes(discriminant_root)


@pytest.mark.parametrize("quantity", quantities(), ids=str)
def test_every_formula_has_mutants_and_none_is_the_formula(quantity):
    found = mutants(quantity)
    assert len(found) >= 2
    definitions = [mutant.definition for mutant in found]
    assert len(set(definitions)) == len(definitions)
    for definition in definitions[:5]:
        try:
            assert not decide.is_zero(definition - quantity.definition)
        except decide.UndecidedError:
            assert definition != quantity.definition


def test_mutants_of_a_formula_are_caught():
    found = survey(names=["D2"])
    assert found.total == len(mutants(D2))
    assert found.holds, found.summary
    assert "100.0 %" in found.summary
    assert found.false > 0


def test_a_formula_that_nothing_reads_is_not_caught(monkeypatch):
    monkeypatch.setattr(mutation.Readers, "of", lambda *_: iter(()))
    found = survey(1, names=["D2"])
    assert not found.holds
    assert found.unread == ("D2",)
    assert len(found.survivors) == 1
    assert "survives: D2" in found.summary
    assert "read by no proof: D2" in found.summary


def test_no_mutants_are_no_success():
    assert not mutation.Survey((), (), 0.0).holds


@pytest.mark.survey
def test_two_mutants_of_every_formula_are_caught():
    found = survey(2, seed=1)
    assert {outcome.quantity for outcome in found.outcomes} == {q.name for q in quantities()}
    assert found.holds, found.summary
