"""The paired Monte Carlo test: residuals of the prediction, run by run, and how sharp they are.

The prediction of second order leaves a relative error of 1/d^2. Terms of the expansion fall like
the powers of its first step, so that the next one is about the square of the step from first to
second order: that much is allowed for beside the standard error. For test errors it is far below.
"""

import functools

import numpy as np
import pytest

from icl_theory.algebra.quantity import replaced
from icl_theory.finite import formulas, simulate, threads
from icl_theory.finite.estimate import MEASURED
from icl_theory.finite.run import predict_run
from icl_theory.theory import deterministic, moments

# tau, alpha, kappa, rho, lam, each with the reason why it is there.
QUICK = {
    "few sequences, ridgeless": (0.25, 5, 1, 0.2, 0),
    "few sequences, ridge": (0.5, 2, 0.5, 0.3, 1),
    "error by the finite context": (6, 10, 0.25, 0.01, 0.1),
    "short context": (2, 1, 2, 0.5, 1),
}
#: Runs at d = 20 for a standard error of about 0.15 % in one of the errors at least.
RUNS = {
    "few sequences, ridgeless": 700,
    "few sequences, ridge": 240,
    "error by the finite context": 100,
    "short context": 160,
}
THOROUGH = {
    **QUICK,
    "many sequences, ridgeless": (10, 2, 1, 0.1, 0),
    "few tasks, ridgeless": (0.5, 10, 0.5, 0.1, 0),
    "little noise, ridgeless": (6, 10, 0.25, 0.001, 0),
    "near the threshold": (1.5, 5, 1, 0.2, 0.05),
    "fresh tasks": (0.4, 3, "inf", 0.2, 0.02),
    "fresh tasks, ridgeless": (4, 3, "inf", 0.2, 0),
}
MUTANTS = {
    "test error": (deterministic.finite_test, None),
    "IDG error": (deterministic.finite_idg, None),
    "training error": (deterministic.finite_train, None),
    "degrees of freedom": (deterministic.freedom_residual, deterministic.freedom),
    "x": (moments.feature_scale, None),
    "weight of tasks": (moments.E_tasks, None),
    "last feature": (moments.E_corner, None),
}
#: Task sets over which the step from first to second order is averaged; it hardly varies.
SETS = 10


class Experiment:
    """Simulation of a regime, and the prediction of second order for the same task sets."""

    def __init__(self, regime, d, runs):
        self.simulation = simulate(d, *regime, runs=runs)
        self.setup = self.simulation.setup
        self.first = self.simulation.prediction.rows
        sets = 1 if self.setup.task_set(0).fresh else SETS
        with threads.blas(1):
            second = np.array([predict_run(self.setup, run, order=2) for run in range(sets)])
        self.step = np.mean(second - self.first[:sets], axis=0)

    def z(self, change=0.0):
        """z-scores of the residuals if the prediction is changed; 0 where all errors vanish.

        The residual counts by how far it exceeds the size of the expansion's next term.
        """
        residuals = self.simulation.rows - self.first - self.step - change
        error = residuals.std(axis=0, ddof=1) / np.sqrt(len(residuals))
        first = np.mean(self.first, axis=0)
        following = np.divide(self.step**2, first, out=np.zeros_like(first), where=first != 0)
        residual = residuals.mean(axis=0)
        beyond = np.sign(residual) * np.maximum(np.abs(residual) - np.abs(following), 0)
        return np.divide(beyond, error, out=np.zeros_like(error), where=error > 0)

    def effect(self, quantity, symbol):
        """Change of the predicted errors by a formula that is wrong by 1 %."""
        wrong = quantity.definition
        wrong = 1.01 * wrong if symbol is None else wrong.subs(symbol, 1.01 * symbol)
        formulas.forget()
        try:
            with replaced(quantity, wrong):
                changed = np.array([predict_run(self.setup, run) for run in range(SETS)])
        finally:
            formulas.forget()
        return np.mean(changed - self.first[:SETS], axis=0)


@functools.cache
def experiment(regime, d, runs):
    return Experiment(regime, d, runs)


@pytest.mark.parametrize("name", QUICK)
def test_simulation_agrees_with_the_prediction(name):
    z = experiment(QUICK[name], 20, RUNS[name]).z()
    assert np.max(np.abs(z)) < 4, dict(zip(MEASURED, z, strict=True))


@pytest.mark.parametrize("name", QUICK)
def test_an_error_of_one_percent_in_the_test_error_is_noticed(name):
    here = experiment(QUICK[name], 20, RUNS[name])
    z = here.z(here.effect(*MUTANTS["test error"]))
    assert np.max(np.abs(z)) > 5


@pytest.mark.parametrize("mutant", ["x", "weight of tasks", "last feature"])
def test_an_error_of_one_percent_in_the_moments_is_noticed(mutant):
    name = "error by the finite context"
    here = experiment(QUICK[name], 20, RUNS[name])
    z = here.z(here.effect(*MUTANTS[mutant]))
    assert np.max(np.abs(z)) > 5


@pytest.mark.slow
@pytest.mark.parametrize("name", THOROUGH)
def test_simulation_agrees_with_the_prediction_in_every_regime(name):
    z = experiment(THOROUGH[name], 32, 200).z()
    assert np.max(np.abs(z)) < 4, dict(zip(MEASURED, z, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS)
def test_an_error_of_one_percent_in_any_formula_is_noticed(mutant):
    scores = [
        here.z(here.effect(*MUTANTS[mutant]))
        for here in (experiment(regime, 32, 200) for regime in THOROUGH.values())
    ]
    assert np.max(np.abs(scores)) > 5


@pytest.mark.slow
def test_second_order_leaves_less_than_first_order_by_far():
    regime = THOROUGH["few tasks, ridgeless"]
    for d, runs in ((12, 600), (24, 300)):
        here = experiment(regime, d, runs)
        first = np.mean(here.simulation.rows - here.first, axis=0)
        second = first - here.step
        for field in range(2):
            assert abs(second[field]) < 0.3 * abs(first[field])
