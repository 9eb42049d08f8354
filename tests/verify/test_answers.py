"""Answers of the engine of limits as theorems."""

import pytest
import sympy as sp

from icl_theory.algebra.quantity import replaced
from icl_theory.limits import limit
from icl_theory.theory.errors import bias
from icl_theory.theory.symbols import kappa, tau
from icl_theory.verify.answers import as_theorem


@pytest.mark.parametrize(
    ("field", "take", "where", "proved"),
    [
        ("icl", "lam->0, alpha->oo", "", 8),
        ("gap", "lam->0, tau = c*alpha, alpha->oo", "", 3),
        ("idg", "alpha->oo, lam->0", "tau<1", 3),
        ("icl", "tau->oo", "", 0),
    ],
)
def test_answers_are_theorems_where_the_path_is_known(field, take, where, proved):
    found = [(case, as_theorem(case)) for case in limit(field, take, where)]
    assert sum(theorem is not None for _, theorem in found) == proved
    for case, theorem in found:
        if theorem is not None:
            assert theorem.conclusion.rhs == case.coefficient


def test_a_case_is_proved_under_its_own_conditions():
    (case,) = limit("icl", "lam->0, alpha->oo", "tau>1, kappa>1")
    said = {(h.lhs, type(h), h.rhs) for h in as_theorem(case).hypotheses}
    assert said == {(s, sp.StrictGreaterThan, sp.Integer(1)) for s in (tau, kappa)}


def test_a_wrong_answer_is_no_theorem():
    (case,) = limit("icl", "lam->0, alpha->oo", "tau>1, kappa>1")
    assert as_theorem(case) is not None
    wrong = limit("icl", "lam->0, alpha->oo", "tau>1, kappa>1").only
    wrong.__dict__["coefficient"] = case.coefficient + 1
    assert as_theorem(wrong) is None
    with replaced(bias, 1 + bias.record.definition):
        assert as_theorem(case) is None
