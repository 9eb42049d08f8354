"""Structured tasks, inputs and tests at finite d: sampling, prediction, and their limit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured import structured_errors
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.structured import (
    Model,
    RowRidge,
    Shift,
    compare,
    eigenvalues,
    simulate_structured,
)

POWER, LEVELS = Spectrum.power_law("9/10"), Spectrum.spike(4, "1/2")


def model(d, point, tasks=POWER, inputs=None):
    tau, alpha, kappa, rho, lam = point
    a = np.ones(d) if inputs is None else eigenvalues(inputs, d)[0]
    sizes = Sizes.rounded(d, tau, alpha, kappa)
    return Model(sizes, rho, lam, np.diag(eigenvalues(tasks, d)[0]), a)


def shifts(found, alpha, rho):
    C = found.covariance
    return {
        "IDG": Shift(None, alpha, rho),
        "T = C": Shift(C, alpha, rho),
        "T = I": Shift(np.eye(len(C)), 3 * alpha, rho / 2),
    }


def test_eigenvalues_are_quantiles():
    values, weights = eigenvalues(POWER, 40)
    assert values.mean() == pytest.approx(1)
    assert np.all(np.diff(values) < 0)
    assert np.all(values == weights)
    two, _ = eigenvalues(LEVELS, 8)
    assert np.all(two == np.repeat([1.6, 0.4], 4))


@pytest.mark.parametrize(
    ("point", "inputs"),
    [
        ((2, 3, 0.75, 0.2, 0.01), None),
        ((0.5, 4, 1, 0.3, 0.1), None),
        ((2.5, 3, 1, 0.2, 0), LEVELS),
    ],
    ids=["ridge", "below the threshold", "correlated inputs, ridgeless"],
)
def test_simulation_agrees_with_the_second_order(point, inputs):
    found = model(14, point, inputs=inputs)
    result = compare(found, shifts(found, point[1], point[3]), runs=40, order=2)
    for name, residual in result.residual.items():
        assert abs(residual.z) < 4, name
        # What the agreement is worth: an error of 24 % would be seen.
        assert residual.standard_error < 0.06 * result.predicted[name].mean


def test_a_ridge_sees_the_covariance_of_inputs():
    # Deviations of the first order fall with d; without the rows' own ridges they do not.
    point = (2, 3, 0.75, 0.2, 1.0)
    deviations = []
    for d, runs in ((8, 120), (16, 60)):
        found = model(d, point, inputs=LEVELS)
        result = compare(found, shifts(found, 3, 0.2), runs=runs)
        deviations.append(result.residual["T = C"].mean / result.predicted["T = C"].mean)
    assert abs(deviations[1]) < 0.04
    flat = model(16, point)
    wrong = compare(flat, shifts(flat, 3, 0.2), runs=60)
    right = compare(found, shifts(found, 3, 0.2), runs=60)
    gap = right.simulated["T = C"].mean - wrong.predicted["T = C"].mean
    assert abs(gap) > 5 * right.simulated["T = C"].standard_error


def test_the_first_order_tends_to_the_limit():
    point = (2, 3, 0.75, 0.2, 0.05)
    limit = structured_errors(*point, tasks=LEVELS, test="isotropic", alpha_test=9, rho_test=0.1)
    deviations = []
    for d in (32, 128):
        found = model(d, point, tasks=LEVELS)
        errors = []
        for run in range(256 // d):
            tasks = found.tasks(0, run)
            equivalent = RowRidge.of(found, found.scaled(found.pretraining(tasks)))
            test = Shift(np.eye(d), 9, 0.1)
            errors.append(equivalent.error(found.scaled(found.tested(test, tasks))))
        deviations.append(np.mean(errors) / limit.icl - 1)
    assert abs(deviations[1]) < 0.5 * abs(deviations[0]) + 0.005
    assert abs(deviations[1]) < 0.02


def test_a_rotation_does_not_matter():
    found = model(10, (2, 3, 0.75, 0.2, 0.05))
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((10, 10)))[0]
    turned = Model(found.sizes, 0.2, 0.05, turn @ found.covariance @ turn.T, found.inputs)
    one = found.fresh(found.covariance, 30, 0.2)
    other = turned.fresh(turned.covariance, 30, 0.2)
    straight = RowRidge.of(found, one).error(found.fresh(np.eye(10), 5, 0.1))
    assert RowRidge.of(turned, other).error(found.fresh(np.eye(10), 5, 0.1)) == pytest.approx(
        straight, rel=1e-10
    )


def test_a_fresh_task_in_every_sequence():
    found = model(12, (1.5, 3, math.inf, 0.2, 0.1))
    result = compare(found, shifts(found, 3, 0.2), runs=40)
    assert result.simulated["IDG"].mean == pytest.approx(result.simulated["T = C"].mean)
    assert abs(result.residual["IDG"].mean) < 0.15 * result.predicted["IDG"].mean


def test_the_public_function_takes_the_arguments_of_errors():
    point = (12, 2, 3, 1, 0.2, 0.1)
    found = simulate_structured(*point, tasks=POWER, test="isotropic", alpha_test=9, runs=6)
    again = simulate_structured(*point, tasks=POWER, test="isotropic", alpha_test=9, runs=6)
    assert np.array_equal(found.simulated["icl"].values, again.simulated["icl"].values)
    same = simulate_structured(*point, tasks=POWER, test="pretraining", runs=6)
    assert np.array_equal(same.simulated["icl"].values, same.simulated["idg"].values)
    with pytest.raises(ValueError, match="inputs must have a positive covariance"):
        simulate_structured(*point, inputs=Spectrum.atoms([1, 0]))


def test_the_second_order_says_where_it_is_not_known():
    found = model(8, (2, 3, 1, 0.2, 0.1), inputs=LEVELS)
    with pytest.raises(ValueError, match="order must be 1 with correlated inputs and a ridge"):
        compare(found, {}, runs=1, order=2)
    found = model(8, (2, 3, math.inf, 0.2, 0.1))
    with pytest.raises(ValueError, match="order must be 1 with a fresh task"):
        compare(found, {}, runs=1, order=2)
