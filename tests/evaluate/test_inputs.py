"""Correlated inputs in the limit: special cases, and the limit of the finite prediction."""

from __future__ import annotations

import math

import numpy as np
import pytest

from icl_theory import Spectrum, errors, finite_errors
from icl_theory.evaluate.inputs import coupled

LEVELS, TWO = Spectrum.atoms([2, "1/2"], [1, 2]), Spectrum.atoms([3, "1/3"], [1, 3])
#: (tau, alpha, kappa, rho, lam) on both sides of the threshold, with a ridge and without.
POINTS = [
    (2.5, 3, 0.75, 0.2, 0.5),
    (0.5, 3, 0.75, 0.2, 0.1),
    (0.5, 3, 2, 0.2, 0),
    (1.5, 4, 2, 0, 0),
]
TESTS = [{}, {"test": "pretraining", "alpha_test": 9}, {"test": "isotropic", "rho_test": 0.1}]
#: Rounding of roots and averages, ten decades of parameters: 3e-14 was the largest seen.
ROUNDING = 1e-13


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("test", TESTS)
def test_isotropic_inputs_are_no_inputs(point, test):
    plain = errors(*point, tasks=TWO, **test)
    found = errors(*point, tasks=TWO, inputs=Spectrum.isotropic(), **test)
    for name, value in plain.as_dict().items():
        scale = max(plain.icl, plain.idg) if name == "gap" else abs(value)
        assert abs(getattr(found, name) - value) <= ROUNDING * scale, name


def test_without_a_ridge_above_the_threshold_inputs_are_tasks():
    point = (1.5, 3, 0.75, 0.2)
    seen = Spectrum.atoms([4, "1/4"], [1, 2], test=[2, "1/2"])
    found = errors(*point, tasks=LEVELS, inputs=LEVELS, test="isotropic", alpha_test=2)
    assert found.icl == pytest.approx(errors(*point, tasks=seen, alpha_test=2).icl, rel=ROUNDING)


@pytest.mark.parametrize("point", POINTS)
def test_fresh_sequences_of_the_pretraining_tasks_are_the_pretraining_distribution(point):
    found = errors(*point, tasks=TWO, inputs=LEVELS, test="pretraining")
    assert found.icl == pytest.approx(found.idg, rel=ROUNDING)
    assert found.gap == 0
    parts = found.noise + found.bias + found.context_variance + found.pretraining_variance
    assert parts == pytest.approx(found.icl, rel=ROUNDING)


def test_spectra_with_other_shares_are_coupled_from_the_top():
    halves = Spectrum.atoms([2, "1/2"], [1, 1])
    split = Spectrum.atoms([2, "1/2"], [2, 4])
    a, c, _, w = coupled(halves, split)
    assert (a.tolist(), c.tolist()) == ([2, 2, 0.5], [4, 1, 0.25])
    assert w.tolist() == [1 / 3, 1 / 6, 1 / 2]
    # A sixth of the directions has the larger input variance and the smaller task variance.
    at_12 = finite_errors(12, *POINTS[0], tasks=split, inputs=halves, runs=1, order=1)
    assert at_12.setup.task_variances.tolist() == [4] * 4 + [1] * 2 + [0.25] * 6


def test_the_threshold_has_no_finite_error():
    found = errors(1, 3, 0.75, 0.2, tasks=TWO, inputs=LEVELS)
    assert found.icl == found.idg == math.inf
    assert found.train == 0


@pytest.mark.parametrize("point", POINTS[:3])
def test_the_prediction_at_finite_d_tends_to_it(point):
    """Extrapolated from two sizes; another way for the ridge to see the inputs is refuted."""
    structure = {"tasks": LEVELS, "inputs": LEVELS, "test": "isotropic", "alpha_test": 9}
    limit = errors(*point, **structure)
    # As if tasks of isotropic inputs had the covariance of Sigma^{1/2} w.
    wrong = errors(*point, tasks=Spectrum.atoms([4, "1/4"], [1, 2], test=[2, "1/2"]), alpha_test=9)
    ratios = {}
    for d, runs in ((24, 48), (48, 24)):
        found = finite_errors(d, *point, **structure, runs=runs, seed=1, order=1)
        ratios[d] = np.array([found.icl.values / limit.icl, found.idg.values / limit.idg]) - 1
    left = 2 * ratios[48].mean(axis=1) - ratios[24].mean(axis=1)
    variances = [r.var(axis=1, ddof=1) / r.shape[1] for r in (ratios[48], ratios[24])]
    error = np.sqrt(4 * variances[0] + variances[1])
    assert np.all(np.abs(left) < 4 * error)
    off = np.array([wrong.icl / limit.icl, wrong.idg / limit.idg]) - 1
    assert np.any(np.abs(left - off) > 4 * error)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"inputs": Spectrum.power_law("1/2")}, "inputs must have atoms where inputs are given"),
        ({"inputs": Spectrum.atoms([1, 0])}, "inputs must have eigenvalues > 0"),
        (
            {"inputs": LEVELS, "tasks": Spectrum.power_law("1/2")},
            "tasks must have atoms where inputs are given",
        ),
        ({"inputs": LEVELS, "alpha": math.inf}, "alpha must be finite where lam = 0"),
    ],
)
def test_bad_input_gets_one_sentence(given, message):
    with pytest.raises(ValueError, match=message):
        errors(**({"tau": 2, "alpha": 3, "kappa": 1, "rho": 0.1} | given))


def test_inputs_must_be_a_spectrum():
    with pytest.raises(TypeError, match="inputs must be a Spectrum"):
        errors(2, 3, 1, 0.1, inputs=[1, 2])
