"""What an answer is: its cases, its signs, and the question that it stands for."""

import json
import pickle
from dataclasses import replace

import pytest
import sympy as sp

from icl_theory import limits
from icl_theory.algebra.exchange import decode, encode
from icl_theory.limits import limit
from icl_theory.limits.answer import CaseOf, is_positive
from icl_theory.limits.behaviour import Behaviour
from icl_theory.limits.engine import analyse
from icl_theory.limits.reading import moves
from icl_theory.limits.result import Case
from icl_theory.limits.show import conditions_text
from icl_theory.theory.fields import by_name
from icl_theory.theory.symbols import tau

from .reference import context, errors


def test_the_package_has_what_it_says_and_nothing_else():
    assert set(limits.__all__) <= set(dir(limits))
    assert [limits.PositiveRoot.__name__, limits.OrdersOfLimits.__name__, limits.limit] == [
        "PositiveRoot",
        "OrdersOfLimits",
        limit,
    ]
    with pytest.raises(AttributeError, match=r"'icl_theory\.limits' has no attribute 'limes'"):
        _ = limits.limes


def test_a_case_is_its_question():
    cases = limit("icl", "lam->0, alpha->oo", "tau>1").cases
    for place, case in enumerate(cases):
        assert case.asked.place == place and case.asked.case() == case
        for other in (
            pickle.loads(pickle.dumps(case)),
            decode(json.loads(json.dumps(encode(case)))),
        ):
            assert other == case and hash(other) == hash(case)
            assert other.conditions == case.conditions and str(other) == str(case)
    assert len(set(cases)) == len(cases) == 3
    assert cases[0] != cases[1] and cases[0] != "case"


def test_a_case_of_no_question_is_what_it_says_and_is_not_written():
    case = limit("icl", "lam->0, alpha->oo", "tau>1").cases[0]
    bare = replace(case, asked=None)
    assert bare != case and case != bare
    same = Case(bare.behaviour, bare.positive, bare.excluded)
    assert bare == same and hash(bare) == hash(same)
    assert bare != Case(bare.behaviour, not bare.positive, bare.excluded)
    # Of the same formula in the same region, but derived by itself.
    assert bare != Case(Behaviour(bare.behaviour.piece, bare.behaviour.formula), bare.positive)
    assert bare != Case(bare.behaviour, bare.positive, (tau,))
    with pytest.raises(TypeError, match="cannot be written as plain data"):
        pickle.dumps(bare)


def test_the_answer_to_a_question_about_no_field_is_refused():
    answer = limit("icl", "lam->0", "tau>1")
    for ask in (
        lambda: limits.Limit.from_fields({"field": "error", "take": answer.take, "where": ()}),
        CaseOf("error", answer.take, (), 0).case,
        lambda: limit(7, "lam->0"),
    ):
        with pytest.raises(ValueError, match=r"^field must be one of icl, .*, got "):
            ask()


def test_an_answer_in_several_regions_names_them():
    with pytest.raises(ValueError, match=r"add a condition: 1 < tau; tau < 1; 1 = tau$"):
        _ = limit("gap", "rho->oo").only


#: Regions of the ridgeless gap at infinite context, with its sign and powers of the distances.
GAP = {
    "lam = 0, 1 < tau, 1 < kappa": (1, (0, 0)),
    "lam = 0, 1 < tau, kappa < 1": (1, (0, -1)),
    "lam = 0, tau < 1, tau < kappa": (None, (0, 0)),
    "lam = 0, tau < 1, kappa < tau": (1, (0, -1)),
    "lam = 0, 1 = kappa, kappa < tau": (1, (0, sp.Rational(-1, 2))),
    "lam = 0, kappa < 1, kappa = tau, 1 != 3*tau": (None, (0, sp.Rational(-1, 2))),
    "lam = 0, kappa < 1, kappa = tau, tau = 1/3": (None, (0, 0)),
    "lam = 0, 1 = tau, tau < kappa": (1, (sp.Rational(-1, 2), 0)),
    "lam = 0, 1 = tau, kappa < tau": (1, (sp.Rational(-1, 2), sp.Rational(-1, 2))),
    "lam = 0, 1 = kappa, kappa = tau": (1, (sp.Rational(-1, 2), sp.Rational(-1, 4))),
}


def test_a_coefficient_that_may_vanish_is_told_apart_where_that_changes_the_rate():
    answer = limit("gap", "alpha->oo", "lam=0")
    found = {conditions_text(case): (case.sign, case.exponents) for case in answer}
    assert found == GAP
    excluded = [case.excluded for case in answer if case.excluded]
    assert excluded == [(3 * tau - 1,)]


def gap_near(take: dict[str, object], **parameters: object):
    """The gap close to the end of a path, from the printed formulas."""
    own = context(400)
    values = {name: own.mpf(str(value)) for name, value in {**parameters, **take}.items()}
    return errors(own, **values)["gap"]


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        ({"tau": "0.75", "alpha": "5", "rho": "1"}, 1),
        ({"tau": "0.3", "alpha": "5", "rho": "10"}, -1),
    ],
)
def test_a_rational_coefficient_may_have_either_sign(values, sign):
    # What vanishes is linear in no parameter: no place is singled out, and none excluded.
    (case,) = limit("gap", "kappa->oo", "lam=0, tau<1")
    assert (case.sign, case.root, case.excluded, case.limit) == (None, None, (), 0)
    near = gap_near({"kappa": "1e30", "lam": "1e-120"}, **values)
    coefficient = float(case.value(**values))
    assert float(near * 10**30) == pytest.approx(coefficient, rel=1e-9)
    assert sp.sign(coefficient) == sign


def test_the_gap_is_positive_where_the_error_grows_faster_than_its_part():
    signs = {}
    for piece in analyse(moves("lam->0, alpha->oo")):
        icl, idg = (Behaviour(piece, by_name()[n].formula).lead.exponent for n in ("icl", "idg"))
        assert is_positive("icl", piece) and is_positive("idg", piece)
        signs[is_positive("gap", piece)] = icl < idg
        assert is_positive("gap", piece) == (icl < idg)
    assert signs == {True: True, False: False}
    (piece,) = analyse(moves("lam->c+"))
    assert piece.continuous and not is_positive("gap", piece)
