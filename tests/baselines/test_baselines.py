"""Bayes estimators: closed forms, quadrature, and simulation."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp

from icl_theory import errors
from icl_theory.baselines import (
    bayes_error,
    bayes_error_certified,
    dmmse_error,
    expected_maximum,
    random_energy,
)


def test_bayes_in_float64_agrees_with_certified():
    rng = np.random.default_rng(0)
    for alpha, rho in 10 ** rng.uniform(-5, 5, (200, 2)):
        exact = float(bayes_error_certified(alpha, rho, digits=20))
        assert bayes_error(alpha, rho) == pytest.approx(exact, rel=2e-15)


def test_bayes_without_noise_learns_one_direction_per_example():
    np.testing.assert_allclose(bayes_error([0.25, 1.0, 2.0, math.inf], 0.0), [0.75, 0, 0, 0])


def test_no_linear_attention_is_better_than_bayes():
    rng = np.random.default_rng(1)
    tau, alpha, kappa, rho = 10 ** rng.uniform(-3, 3, (4, 2000))
    assert (errors(tau, alpha, kappa, rho).icl > bayes_error(alpha, rho)).all()


def test_bayes_is_ridge_regression_at_finite_size():
    rng = np.random.default_rng(2)
    d, alpha, rho, runs = 120, 1.5, 0.3, 40
    found = []
    for _ in range(runs):
        context = rng.standard_normal((int(alpha * d), d)) / math.sqrt(d)
        covariance = np.linalg.inv(np.eye(d) + context.T @ context / rho)
        found.append(rho + np.trace(covariance) / d)
    # The trace fluctuates and is biased by O(1/d).
    assert abs(np.mean(found) - bayes_error(alpha, rho)) < 1 / d


def test_expected_maximum_of_two_and_three_is_in_closed_form():
    assert expected_maximum(2, digits=30).overlaps(1 / expected_maximum(2).pi().sqrt())
    assert float(expected_maximum(3)) == pytest.approx(1.5 / math.sqrt(math.pi), rel=1e-15)
    assert expected_maximum(1) == 0


@pytest.mark.parametrize(("k", "beta"), [(1, 1.0), (10, 0.1), (10, 5.0), (1000, 30.0), (50, 1e4)])
def test_random_energies_obey_integration_by_parts(k, beta):
    overlap, participation = random_energy(k, beta)
    assert abs(overlap - beta * (1 - participation)) < 1e-13 * max(1.0, beta)


def test_random_energies_freeze_on_the_maximum():
    overlap, participation = random_energy(100, 1e6)
    assert overlap == pytest.approx(float(expected_maximum(100)), abs=1e-8)
    assert participation == pytest.approx(1.0, abs=1e-5)


def dmmse(d: int, alpha: float, k: int, rho: float, runs: int, seed: int) -> np.ndarray:
    """Errors of dMMSE on fresh tasks and on the pretraining tasks, run by run."""
    rng = np.random.default_rng(seed)
    found = np.empty((runs, 2))
    for run in range(runs):
        tasks = rng.standard_normal((k + 1, d))
        tasks *= math.sqrt(d) / np.linalg.norm(tasks, axis=1, keepdims=True)
        context = rng.standard_normal((round(alpha * d), d)) / math.sqrt(d)
        noise = math.sqrt(rho) * rng.standard_normal(len(context))
        outputs = context @ tasks[:k].T
        for column, true in enumerate((tasks[k], tasks[0])):
            labels = context @ true + noise
            energies = -((labels[:, None] - outputs) ** 2).sum(axis=0) / (2 * rho)
            weights = np.exp(energies - logsumexp(energies))
            found[run, column] = rho + ((true - weights @ tasks[:k]) ** 2).sum() / d
    return found


def misfit(values: np.ndarray, errors: np.ndarray, sizes: np.ndarray) -> float:
    """Chi squared of deviations c/d from a theory, with the best c."""
    shape = 1 / sizes
    weights = errors**-2
    c = (weights * shape * values).sum() / (weights * shape**2).sum()
    return float((weights * (values - c * shape) ** 2).sum())


@pytest.mark.slow
@pytest.mark.parametrize(("alpha", "kappa", "rho"), [(5.0, 2.0, 0.01), (2.0, 2.0, 0.5)])
def test_dmmse_deviates_from_its_theory_by_one_over_d(alpha, kappa, rho):
    sizes = np.array([25, 50, 100, 200])
    means, spreads, theory, frozen = (np.empty(len(sizes)) for _ in range(4))
    for i, d in enumerate(sizes):
        k, runs = round(kappa * d), max(60, 20000 // int(d))
        found = dmmse(int(d), alpha, k, rho, runs, seed=int(d))
        means[i] = found[:, 0].mean()
        spreads[i] = found[:, 0].std(ddof=1) / math.sqrt(runs)
        predicted = dmmse_error(int(d), alpha, k, rho)
        theory[i], frozen[i] = predicted.icl, predicted.frozen
        # On the pretraining tasks the weights freeze on the right one, up to exp(-d).
        assert found[:, 1].mean() == pytest.approx(predicted.idg, abs=1e-6)
    # Three degrees of freedom: exceeded by chance once in a thousand.
    assert misfit(means - theory, spreads, sizes) < 16.3
    if rho == 0.5:
        # The test notices when the spread of the weights is left out.
        worst = np.abs(means - frozen) / spreads
        assert worst.max() > 4 > (np.abs(means - theory) / spreads)[-1]


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="rho must be"):
        bayes_error(1.0, [0.1, -1.0])
    with pytest.raises(ValueError, match="k must be an integer"):
        expected_maximum(0)
    with pytest.raises(ValueError, match="beta must be"):
        random_energy(10, 0.0)
    with pytest.raises(ValueError, match="rho must be a finite number > 0"):
        dmmse_error(10, 1.0, 5, 0.0)
