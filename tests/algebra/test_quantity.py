"""Quantities fold, unfold, can be exchanged for a while, and say who reads them."""

import pickle

import pytest
import sympy as sp

from icl_theory.algebra.quantity import Quantity, define, quantities, reads, replaced, unfold
from icl_theory.theory.spectral import D1, M, P, inv_kappa, t
from icl_theory.theory.symbols import kappa, m, nu


def test_a_quantity_stays_folded_inside_another():
    assert P.definition == nu + t**2
    assert str(P * 2) == "2*P"


def test_unfolding_ends_at_primitive_symbols():
    assert unfold(P).free_symbols == {nu, m, kappa}
    assert unfold(P, keep={t}) == nu + t**2


def test_unfolding_keeps_relations_and_matrices():
    relation = unfold(sp.Eq(D1, m * t, evaluate=False))
    assert isinstance(relation, sp.Eq) or relation == sp.true
    assert unfold(sp.Matrix([P, t])).free_symbols == {nu, m, kappa}


def test_values_are_put_in_by_name():
    assert sp.cancel(D1.at(kappa=2)) == 2 * m / (m + 2)
    with pytest.raises(KeyError, match="does not depend on"):
        D1.at(nu=1)


def test_a_quantity_prints_as_its_own_symbol():
    assert sp.latex(D1 + M) == r"D_1 + M_\kappa(\nu)"
    assert D1.equation == sp.Eq(D1, m * t, evaluate=False)


def test_a_name_is_defined_once():
    with pytest.raises(ValueError, match="'t' is defined twice"):
        define("t", 1, latex="t", source="a test", doc="Twice.")


def test_a_definition_is_exchanged_for_a_while_only():
    with replaced(t, m):
        assert unfold(P) == nu + m**2
    assert unfold(P) == nu + unfold(t) ** 2
    with pytest.raises(RuntimeError), replaced(t, m):
        raise RuntimeError
    assert unfold(P) == nu + unfold(t) ** 2


def test_readers_are_known():
    with reads() as outer:
        with reads() as inner:
            unfold(D1)
        unfold(M)
    assert inner == {"D1", "t", "inv_kappa"}
    assert outer > inner | {"M", "half_trace"}


def test_quantities_survive_pickling():
    copy = pickle.loads(pickle.dumps(2 * P + D1))
    assert copy == 2 * P + D1
    assert unfold(copy) == unfold(2 * P + D1)


def test_every_quantity_says_what_it_is():
    assert inv_kappa in quantities()
    for quantity in quantities():
        record = quantity.record
        assert record.doc.endswith(".")
        assert record.source
        assert record.latex != ""
        assert record.module.startswith("icl_theory.")


def test_no_formula_contains_a_rounded_number():
    for quantity in quantities():
        assert not quantity.definition.atoms(sp.Float), quantity


def test_formulas_are_not_circular():
    for quantity in quantities():
        primitive = unfold(quantity)
        assert not primitive.atoms(Quantity)
