"""A field added to the table, with structured tasks and correlated inputs."""

import math

import pytest
import sympy as sp

from icl_theory import Spectrum, errors, errors_certified, errors_exact, errors_mp
from icl_theory.evaluate.structured_javascript import functions
from icl_theory.theory.errors import bias, context_variance, pretraining_variance
from icl_theory.theory.fields import ByTest, Field, adding
from icl_theory.theory.spectral import D2

#: Written in other fields: its formulas are derived from theirs.
EXCESS = Field(
    "beyond_noise",
    bias + context_variance + pretraining_variance,
    about="Error of a fresh task beyond the noise.",
)
LEVELS = Spectrum.atoms([2, "1/2"], [1, 2])
OF_STRUCTURE = {
    "tasks": {"tasks": LEVELS},
    "another test": {"tasks": LEVELS, "test": "isotropic", "rho_test": 1},
    "the pretraining tasks": {"tasks": LEVELS, "test": "pretraining", "alpha_test": 5},
    "inputs": {"tasks": LEVELS, "inputs": LEVELS},
}


@pytest.mark.parametrize("tau", ["2", "1/2", "1"])
@pytest.mark.parametrize("given", OF_STRUCTURE.values(), ids=OF_STRUCTURE)
def test_one_that_is_written_in_other_fields_is_everywhere(tau, given):
    with adding(EXCESS):
        for evaluate in (errors, errors_mp, errors_certified, errors_exact):
            found = evaluate(tau, 3, "3/4", "1/5", **given)
            if tau == "1":
                assert found.beyond_noise == math.inf
            else:
                left = float(found.icl) - float(found.noise)
                assert float(found.beyond_noise) == pytest.approx(left, rel=1e-13)
        assert "beyond_noise" in functions()["structured_fresh"]


def test_its_own_formulas_come_first():
    constant = Field("constant", D2, about="None.", structured=ByTest(sp.Integer(2), sp.Integer(3)))
    with adding(constant):
        assert errors(2, 3, 0.75, 0.2, tasks=LEVELS).constant == 2
        assert errors(2, 3, 0.75, 0.2, tasks=LEVELS, test="pretraining").constant == 3


@pytest.mark.parametrize(
    ("world", "kind", "given"),
    [
        ("structured", "structured tasks", {"tasks": LEVELS}),
        ("inputs", "correlated inputs", {"tasks": LEVELS, "inputs": LEVELS}),
    ],
)
def test_one_without_a_formula_is_refused(world, kind, given):
    with (
        adding(Field("square", D2, about="A square.")),
        pytest.raises(ValueError, match=f"square has no formula for {kind}: give `{world}`"),
    ):
        errors(2, 3, 0.75, 0.2, **given)
