"""The table of fields: special values given and derived, and what it refuses."""

import pytest
import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.evaluate.result import FIELDS, Errors
from icl_theory.theory import errors, special_values
from icl_theory.theory.fields import TABLE, Field, Threshold, adding, by_name, subtracts, table
from icl_theory.theory.infinite_context import REGIONS
from icl_theory.theory.spectral import D2
from icl_theory.theory.symbols import m, r, rho, tau, xi


@pytest.mark.parametrize("field", TABLE, ids=[field.name for field in TABLE])
def test_values_at_the_threshold_are_those_derived(field):
    for infinite_kappa in (False, True):
        derived = special_values.at_threshold(field.formula, infinite_kappa)
        assert field.at_threshold(infinite_kappa) == derived


@pytest.mark.parametrize("field", TABLE, ids=[field.name for field in TABLE])
@pytest.mark.parametrize("region", REGIONS, ids=[region.name for region in REGIONS])
def test_limits_at_infinite_context_are_those_derived(field, region):
    fixed = {e.lhs: e.rhs for e in region.where if isinstance(e, sp.Eq) and e.rhs is not sp.oo}

    def in_region(value):
        return unfold(value).xreplace(fixed).xreplace(fixed)

    for noisy in (True, False):
        given = in_region(field.at_infinite_context(region, noisy))
        derived = in_region(special_values.at_infinite_context(field.formula, region, noisy))
        assert given == derived or sp.cancel(given - derived) == 0


def test_the_record_has_the_fields_of_the_table_and_their_sentences():
    assert tuple(field.name for field in TABLE) == FIELDS
    told = " ".join(Errors.__doc__.split())
    for field in TABLE:
        assert f"{field.name} {field.doc.rstrip('.')}" in told


def test_a_field_is_added_for_a_while():
    more = Field("scale", D2)
    with adding(more):
        assert table() == (*TABLE, more)
        assert by_name()["scale"] is more
    assert table() == TABLE


def test_terms_of_a_difference_are_told_apart():
    gap = by_name()["gap"]
    assert set(gap.added_terms) == {errors.gap_diversity, errors.gap_pretraining}
    assert gap.subtracted_terms == (errors.gap_relief,)
    assert [field.name for field in TABLE if field.subtracted_terms] == ["gap"]
    assert subtracts(errors.gap) and not subtracts(errors.e_icl)


def test_what_has_no_single_limit_at_the_threshold_is_refused():
    # Finite from both sides, but not the same.
    with pytest.raises(special_values.NoSpecialValue, match="no single limit at tau = 1"):
        special_values.at_threshold(r * errors.e_idg, False)
    with pytest.raises(special_values.NoSpecialValue, match="no single limit at tau = 1"):
        Field("product", xi * errors.e_idg, about="A product.").at_threshold(False)


def test_a_value_that_depends_on_an_undecided_sign_is_refused():
    (region,) = (region for region in REGIONS if region.name == "few-tasks-over")
    with pytest.raises(special_values.NoSpecialValue, match="no limit in few-tasks-over"):
        special_values.at_infinite_context((rho - 1) * m, region, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "two words"}, "must be an identifier, got 'two words'"),
        ({"formula": m}, "has no sentence of documentation"),
        ({"infinite_context": {"nowhere": None}}, "names regions that are none: {'nowhere'}"),
        ({"threshold": Threshold(sp.oo, None)}, "special at tau = 1 for some kappa only"),
        ({"formula": errors.gap * tau, "about": "A product."}, "sum of terms free of differences"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Field(**({"name": "scale", "formula": D2} | arguments))
