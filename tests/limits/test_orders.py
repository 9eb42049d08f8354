"""Whether limits commute."""

import pytest

from icl_theory.limits import limit, orders_of_limits


def test_vanishing_ridge_and_infinite_context_do_not_commute_with_few_tasks():
    found = orders_of_limits("icl", "lam->0, alpha->oo", where="kappa<1, tau>1")
    assert not found.commute
    first, other = found.answers
    assert str(first.only.limit) == "oo"
    assert other.only.finite


def test_they_commute_with_enough_tasks():
    found = orders_of_limits("icl", "lam->0, alpha->oo", where="kappa>1, tau>1")
    assert found.commute
    assert "commute" in str(found)


def test_limits_of_parameters_that_enter_apart_commute():
    assert orders_of_limits("idg", "rho->0, kappa->oo", where="lam=0, tau>1").commute


def test_the_order_is_said_to_matter_only_where_it_does():
    found = orders_of_limits("idg", "lam->0, alpha->oo", where="tau>1")
    (differences,) = found.differences
    assert differences
    assert all("kappa" in str(region) for region in differences)


@pytest.mark.parametrize("take", ["lam->0", "lam->0, rho->0, tau->oo, kappa->oo"])
def test_one_limit_has_no_order_and_four_have_too_many(take):
    with pytest.raises(ValueError, match="two or three limits"):
        orders_of_limits("icl", take)


def test_three_limits_have_six_orders():
    found = orders_of_limits("idg", "rho->0, kappa->oo, tau->0", where="lam=0")
    assert found.commute and len(found.answers) == 6
    assert {str(answer.only.limit) for answer in found.answers} == {"1"}


def test_the_order_asked_for_is_shown_first():
    found = orders_of_limits("icl", "lam->0, alpha->oo", where="kappa<1, tau>1")
    heads = [line for line in str(found).splitlines() if line.startswith("icl as")]
    assert [head.split(", where")[0] for head in heads] == [
        "icl as lam->0, alpha->oo",
        "icl as alpha->oo, lam->0",
    ]


def test_the_order_matters_for_the_task_gap_and_the_number_of_sequences():
    context_first = limit("icl", "alpha->oo, tau->oo", where="lam=0, kappa<1").only
    sequences_first = limit("icl", "tau->oo, alpha->oo", where="lam=0, kappa<1").only
    assert str(context_first.scale) == "alpha/tau"
    assert sequences_first.finite


def test_what_is_zero_throughout_is_so_in_any_order():
    assert orders_of_limits("noise", "lam->0, tau->1+", where="rho=0").commute
