"""Whether limits commute."""

import pytest
import sympy as sp

from icl_theory.limits import limit, orders_of_limits
from icl_theory.limits.cells import Cell, Sign
from icl_theory.limits.orders import common_cell
from icl_theory.limits.path import Path
from icl_theory.limits.signs import Assumptions
from icl_theory.theory.symbols import kappa, tau


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


def test_what_does_not_commute_is_shown_in_the_orders_that_differ():
    found = orders_of_limits("idg", "lam->0, alpha->oo", where="tau>1")
    first, other = map(str, found.answers)
    assert str(found) == f"{first}\nThe limits do not commute. In the other order:\n{other}"
    assert found.differences == (((sp.Lt(1, tau), kappa < 1),),)
    commuting = orders_of_limits("idg", "lam->0, alpha->oo", where="kappa>1, tau>1")
    assert str(commuting) == f"{commuting.answers[0]}\n  The limits commute."
    three = orders_of_limits("icl", "lam->0, rho->0, alpha->oo", where="tau>1, kappa<1")
    assert [bool(d) for d in three.differences] == [
        not same_everywhere(three.answers[0], other) for other in three.answers[1:]
    ]
    assert str(three).count("In the other order:") == sum(map(bool, three.differences))


def same_everywhere(one, other):
    """Whether two answers of one case each have the same rates and the same coefficient."""
    rates = [dict(zip(map(str, a.take), a.only.exponents, strict=True)) for a in (one, other)]
    return rates[0] == rates[1] and str(one.only.coefficient) == str(other.only.coefficient)


def test_a_scaling_holds_in_every_order():
    found = orders_of_limits("xi", "tau = c*alpha, alpha->oo, lam->0")
    assert [str(answer).partition("\n")[0] for answer in found.answers] == [
        "xi as alpha->oo, lam->0, tau = alpha*c",
        "xi as lam->0, alpha->oo, tau = alpha*c",
    ]


def cell(fixed=None, positive=(), signs=()):
    """A cell without limits."""
    return Cell(Path((), (), fixed or {}), tuple(signs), Assumptions(tuple(positive)))


ONE = sp.Integer(1)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (cell(), cell(), True),
        (cell({kappa: tau}), cell(), True),
        # A point on a line, and one beside it.
        (cell({tau: ONE, kappa: ONE}), cell({kappa: tau}), True),
        (cell({tau: ONE, kappa: 2 * ONE}), cell({kappa: tau}), False),
        (cell({tau: ONE}), cell({kappa: tau}), False),
        # A line lies beside a half space that it borders on.
        (cell({kappa: tau}), cell(positive=[kappa - tau]), False),
        (cell({kappa: tau}), cell(positive=[1 - tau]), True),
        (cell({kappa: tau}, [tau - 1]), cell(positive=[1 - kappa]), False),
        (cell({kappa: 2 * tau}), cell(positive=[kappa - tau]), True),
        (cell({kappa: 2 * ONE}), cell(positive=[kappa - 1]), True),
        (cell({kappa: 2 * ONE}), cell(positive=[kappa - 3]), False),
        (cell(positive=[tau - 1]), cell(positive=[1 - tau]), False),
        (cell(positive=[tau - 1]), cell(positive=[1 - kappa]), True),
    ],
)
def test_two_regions_have_a_part_in_common(one, other, meet):
    for pair in ((one, other), (other, one)):
        assert (common_cell(*pair) is not None) == meet


def test_the_part_in_common_is_on_the_lines_of_both_and_has_the_signs_of_both():
    line = cell({kappa: tau}, [tau - 1], [Sign(tau - kappa, 0), Sign(tau - 1, 1)])
    half = cell(positive=[kappa - 1, kappa - tau / 2], signs=[Sign(tau - 1, 1)])
    for common in (common_cell(line, half), common_cell(half, line)):
        assert common.path is line.path
        assert common.signs == line.signs
        assert set(common.assumptions.positive) == {tau - 1, tau / 2}
