"""How answers are shown: text, LaTeX and plain data, and coefficients in the leading state."""

from dataclasses import replace

import pytest
import sympy as sp

from icl_theory.limits import limit
from icl_theory.limits.engine import analyse
from icl_theory.limits.forms import cost
from icl_theory.limits.reading import as_typed, conditions, moves
from icl_theory.limits.result import LONG, Case
from icl_theory.limits.show import (
    as_dict,
    case_dict,
    case_latex,
    latex,
    limit_text,
    relation_text,
    scale_latex,
    scale_text,
    take_latex,
    text,
)
from icl_theory.limits.state_form import named, state_form
from icl_theory.theory.symbols import kappa, m, nu, rho, tau


def only(*question):
    return limit(*question).only


def with_coefficient(case, value):
    """The case with a number as coefficient."""
    behaviour = case.behaviour.on(case.behaviour.piece)
    field = case.behaviour.piece.reader.base
    lead = replace(case.behaviour.lead, coefficient=field.read(value))
    behaviour.__dict__["lead"] = lead
    return Case(behaviour, case.positive)


def test_a_leading_term_is_a_product_without_ones():
    grows = only("icl", "lam->0, alpha->oo", "kappa<1, tau>1")
    assert str(with_coefficient(grows, 1)) == "alpha"
    assert case_latex(with_coefficient(grows, 1)) == r"\alpha"
    assert str(with_coefficient(grows, rho)) == "rho * alpha"
    assert str(with_coefficient(grows, 1 + rho)) == "(rho + 1) * alpha"
    assert case_latex(with_coefficient(grows, rho)) == r"\rho\,\alpha"
    assert case_latex(with_coefficient(grows, 1 + rho)) == r"\left(\rho + 1\right)\,\alpha"
    stays = only("idg", "lam->0, alpha->oo", "kappa<1, tau>1")
    assert str(with_coefficient(stays, 1 + rho)) == "rho + 1"
    assert case_latex(with_coefficient(stays, 1 + rho)) == r"\rho + 1"


class Distance(Case):
    """A case whose rate is the distance from one."""

    scale = 1 - tau


def test_a_distance_as_a_rate_is_in_parentheses():
    behaviour = only("icl", "lam->0, alpha->oo", "kappa<1, tau>1").behaviour
    case = Distance(behaviour, True)
    assert (scale_text(case), scale_latex(case)) == ("(1 - tau)", r"\left(1 - \tau\right)")
    assert str(case).endswith(" * (1 - tau)")
    assert case_latex(case).endswith(r"\,\left(1 - \tau\right)")


@pytest.mark.parametrize(
    ("relation", "written"),
    [
        (sp.Lt(tau, 1), "tau < 1"),
        (sp.Le(tau, kappa), "tau <= kappa"),
        (sp.Eq(tau, 1), "tau = 1"),
        (sp.Ne(tau, kappa, evaluate=False), "tau != kappa"),
    ],
)
def test_a_relation_is_written_as_it_is_typed(relation, written):
    assert relation_text(relation) == written


def test_the_head_of_an_answer_is_its_question():
    answer = limit("idg", "lam->0, alpha->oo", "tau>1, kappa>1")
    assert str(answer) == text(answer)
    assert str(answer).splitlines() == [
        "idg as lam->0, alpha->oo, where 1 < tau, 1 < kappa",
        "  if 1 < tau, 1 < kappa:",
        "    -> rho*tau/(tau - 1)",
    ]
    assert answer._repr_latex_() == rf"$\displaystyle {latex(answer)}$"
    assert latex(answer).endswith(
        r"\sim \frac{\rho \tau}{\tau - 1} \qquad (\lambda \to 0,\ \alpha \to \infty)"
    )
    everywhere = limit("noise", "rho->oo")
    assert str(everywhere) == "noise as rho->oo\n  always:\n    ~ rho   -> oo"
    found = as_dict(everywhere)
    assert (found["take"], found["where"]) == (["rho->oo"], [])
    assert found["cases"][0]["exponents"] == {"rho->oo": "-1"}
    assert found["cases"][0]["root"] is None


def test_a_condition_that_says_nothing_new_is_written_all_the_same():
    head, region, *_ = str(limit("noise", "rho->oo", "tau>0, kappa<2")).splitlines()
    assert head == "noise as rho->oo, where 0 < tau, kappa < 2"
    assert region == "  if 0 < tau, kappa < 2:"


def test_limits_in_latex_say_from_which_side():
    answer = limit("xi", "lam->0, tau->1-, kappa->1+, rho = c*lam")
    assert take_latex(answer.take) == (
        r"\lambda \to 0,\ \tau \to 1^{-},\ \kappa \to 1^{+},\ \rho = c \lambda"
    )


def test_a_limit_of_open_sign_is_plus_or_minus_infinity():
    grows, _ = limit("gap", "lam->0, alpha->oo", "kappa=tau, tau<1")
    assert (limit_text(grows), grows.limit, grows.finite) == ("+-oo", sp.zoo, False)
    assert case_dict(grows)["limit"] == "+-oo" and case_dict(grows)["sign"] is None


def test_a_field_that_is_nothing_is_zero():
    case = only("noise", "lam->0", "rho=0, tau>1")
    assert case.behaviour.lead.is_zero
    assert (case.sign, case.limit, case.finite, case.scale) == (0, 0, True, 1)
    assert str(case) == "0"


def test_a_long_coefficient_is_written_in_the_leading_state():
    case = only("icl", "lam->0", "tau>1, kappa<1")
    assert cost(case.behaviour.lead.coefficient)[0] > LONG
    written = {as_typed(s): as_typed(e) for s, e in case.display.definitions.items()}
    # The context is fixed: x is defined as it is, and m by its root.
    assert written["x"] == "(rho + 1)/alpha"
    assert named(m).name == "m_0" and case.shown_root.symbol == named(m)
    assert {"P_0"} <= set(written) and "m_0" not in written
    short = only("idg", "lam->0, alpha->oo", "kappa<1, tau>1")
    assert short.display.expression == short.coefficient and short.display.definitions == {}
    assert short.shown_root is None


def test_a_difference_whose_dominant_terms_cancel_has_no_form_in_the_leading_state():
    (piece,) = analyse(moves("tau->0"), conditions("kappa>1"))
    assert state_form(nu * m - 1, piece) is None
    found = state_form(nu * m + tau, piece)
    assert found.expression == 1 and found.definitions == {}
