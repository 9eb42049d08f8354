"""Bayes estimators: closed forms, quadrature, and simulation."""

import dataclasses
import inspect
import math
import sys

import numpy as np
import pytest

from icl_theory import errors
from icl_theory.baselines import (
    bayes_error,
    bayes_error_certified,
    dmmse_error,
    expected_maximum,
    random_energy,
    winning_level,
)
from icl_theory.baselines.reading import count
from icl_theory.finite import simulate_bayes_ridge, simulate_dmmse


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


@pytest.mark.parametrize("k", [2, 3, 10, 1000, 10**6])
@pytest.mark.parametrize("digits", [1, 4, 16, 30])
def test_expected_maxima_are_balls_around_the_value_with_their_digits(k, digits):
    ball, closer = expected_maximum(k, digits=digits), expected_maximum(k, digits=digits + 25)
    assert ball.contains(closer)
    assert ball.rel_accuracy_bits() >= digits * math.log2(10)
    assert closer.rel_accuracy_bits() >= (digits + 25) * math.log2(10)


@pytest.mark.parametrize("digits", [1, 15, 16, 17, 50])
@pytest.mark.parametrize(
    ("alpha", "rho"),
    [(1, "1/10"), ("1e-30", 1), (1, 0), ("1e9", "1e-9"), ("3/2", "1e-30"), ("1/2", "1e-30")],
)
def test_certified_bayes_errors_have_the_digits_asked_for(alpha, rho, digits):
    ball = bayes_error_certified(alpha, rho, digits=digits)
    assert ball.contains(bayes_error_certified(alpha, rho, digits=digits + 30))
    assert ball.is_zero() or ball.rel_accuracy_bits() >= digits * math.log2(10)


def test_digits_by_default_are_those_of_the_documentation():
    assert inspect.signature(bayes_error_certified).parameters["digits"].default == 16
    assert inspect.signature(expected_maximum).parameters["digits"].default == 15


def test_a_prediction_cannot_be_changed():
    predicted = dmmse_error(10, 1, 4, 0.25)
    with pytest.raises(dataclasses.FrozenInstanceError):
        predicted.icl = 0.0


@pytest.mark.parametrize(("k", "beta"), [(1, 1.0), (10, 0.1), (10, 5.0), (1000, 30.0), (50, 1e4)])
def test_random_energies_obey_integration_by_parts(k, beta):
    overlap, participation = random_energy(k, beta)
    assert abs(overlap - beta * (1 - participation)) < 1e-13 * max(1.0, beta)


def test_random_energies_freeze_on_the_maximum():
    overlap, participation = random_energy(100, 1e6)
    assert overlap == pytest.approx(float(expected_maximum(100)), abs=1e-8)
    assert participation == pytest.approx(1.0, abs=1e-5)


SIZES = np.array([25, 50, 100, 200])
#: Chi squared exceeded by chance once in a thousand, by degrees of freedom.
CHANCE = {2: 13.8, 3: 16.3}


def misfit(values: np.ndarray, errors: np.ndarray, *shapes: np.ndarray) -> float:
    """Chi squared of values from the best linear combination of shapes."""
    design = np.column_stack(shapes) / errors[:, None]
    best = np.linalg.lstsq(design, values / errors, rcond=None)[0]
    return float(np.square(values / errors - design @ best).sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alpha", "kappa", "rho"), [(5, 2, 0.01), (2, 2, 0.5), (10, 1, 0.1), (1, 0.5, 0.1)]
)
def test_dmmse_deviates_by_one_over_d_from_its_theory_with_skewness(alpha, kappa, rho):
    # Without skewness by log(d)/d: the tail of the energies, out where the largest of k is, is not
    # that of a normal.
    means, spreads, theory, skewed, frozen = np.empty((5, len(SIZES)))
    for i, (d, runs) in enumerate(zip(SIZES, (700, 700, 600, 450), strict=True)):
        found = simulate_dmmse(int(d), alpha, kappa, rho, runs=runs, seed=int(d))
        means[i], spreads[i] = found.icl.mean, found.icl.standard_error
        setup = found.setup
        predicted = dmmse_error(setup.d, setup.alpha, setup.k, rho)
        theory[i], skewed[i], frozen[i] = predicted.icl, predicted.skewed, predicted.frozen
        # On the pretraining tasks the weights freeze on the right one, up to exp(-d).
        assert found.idg.mean == pytest.approx(predicted.idg, abs=1e-5)
    deviation = means - theory
    # From d = 50 on: at 25 orders beyond 1/d show.
    left, normal = (
        misfit((means - one)[1:], spreads[1:], 1 / SIZES[1:]) for one in (skewed, theory)
    )
    assert left < normal
    if rho <= 0.1:
        # Frozen well enough for all of the effect of skewness to be in the theory.
        assert left < CHANCE[2]
    # Normal levels are not right to 1/d, and the deviation is seen at every size.
    assert misfit(deviation, spreads, 1 / SIZES) > CHANCE[3]
    assert np.all(deviation / spreads < -4)
    # Without the spread of the weights the theory would be further off.
    assert np.all(deviation > means - frozen)


def test_the_winning_level_is_a_normal_where_there_is_one_level():
    assert winning_level(1, 3.0) == pytest.approx((0.0, 1.0, 1.0), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("alpha", "rho"), [(0.5, 0.2), (1, 0.05), (2, 0.3), (10, 0.01)])
def test_ridge_regression_deviates_from_its_limit_by_one_over_d(alpha, rho):
    sizes = SIZES[:3]
    found = [simulate_bayes_ridge(int(d), alpha, rho, runs=60, seed=int(d)) for d in sizes]
    effective = np.array([one.alpha for one in found])
    deviation = np.array([one.icl.mean for one in found]) - bayes_error(effective, rho)
    spreads = np.array([one.icl.standard_error for one in found])
    assert misfit(deviation, spreads, 1 / sizes) < CHANCE[2]
    # An error of 1 % in the variance would be noticed.
    wrong = deviation + 0.01 * (bayes_error(effective, rho) - rho)
    assert misfit(wrong, spreads, 1 / sizes) > CHANCE[2]


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="rho must be"):
        bayes_error(1.0, [0.1, -1.0])
    with pytest.raises(ValueError, match="k must be an integer"):
        expected_maximum(0)
    with pytest.raises(ValueError, match="beta must be"):
        random_energy(10, 0.0)
    with pytest.raises(ValueError, match="rho must be a finite number > 0"):
        dmmse_error(10, 1.0, 5, 0.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bayes_error(True, 0.1), "alpha must be a number"),
        (lambda: bayes_error(b"2", 0.1), "alpha must"),
        (lambda: bayes_error(2.0, 1j), "rho must"),
        (lambda: bayes_error([1.0, -1.0], 0.1), "alpha must be a number > 0, or inf, got -1.0 at"),
        (lambda: bayes_error(np.array([True]), 0.1), "alpha must"),
        (lambda: bayes_error(None, 0.1), "alpha must"),
        (lambda: bayes_error_certified(2, 1j), "rho must"),
        (lambda: bayes_error_certified(2, 1, digits=-math.inf), "digits must be an integer"),
        (lambda: bayes_error_certified(2, 1, digits=np.str_("9")), "digits must be an integer"),
        (lambda: dmmse_error(True, 1, 2, 1), "d must be an integer >= 2"),
        (lambda: dmmse_error(10**400, 1, 2, 1), "d must be an integer >= 2"),
        (lambda: dmmse_error(10, 1, 2.5, 1), "k must be an integer >= 1"),
        (lambda: dmmse_error(10, math.inf, 2, 1), "alpha must be a finite number > 0"),
        (lambda: dmmse_error(10, 1, 2, b"1"), "rho must"),
        (lambda: dmmse_error(2, 1e-9, 2, 1e9), "must make an inverse temperature >= 0.1"),
        (lambda: expected_maximum(3, digits="9"), "digits must be an integer"),
        (lambda: random_energy(3, "1"), "beta must be a finite number >= 0.1"),
        (lambda: random_energy(3, 1j), "beta must be a finite number >= 0.1"),
    ],
)
def test_what_is_no_number_is_refused_by_name(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_numbers_are_read_as_everywhere():
    assert bayes_error("2", "1/2") == bayes_error(2.0, 0.5)
    assert bayes_error(["1/2", 3], 0.5).tolist() == [bayes_error(0.5, 0.5), bayes_error(3, 0.5)]
    assert dmmse_error(np.int64(10), "1", 4, "1/4") == dmmse_error(10, 1.0, 4, 0.25)


def test_as_many_levels_are_taken_as_float64_tells_apart():
    assert count("k", 10**15) == 10**15
    with pytest.raises(ValueError, match="at most 1e15, got 1000000000000001"):
        count("k", 10**15 + 1)


@pytest.mark.parametrize(
    ("alpha", "rho"),
    [(1 / 7, sys.float_info.max), (0.5, 1e160), (1e300, 1e-300), (1e200, 0), (1e160, 1e159)],
)
def test_bayes_in_float64_reaches_to_the_ends_of_its_range(alpha, rho):
    assert bayes_error(alpha, rho) == float(bayes_error_certified(alpha, rho))


@pytest.mark.parametrize("alpha", [5e-324, 1.0, sys.float_info.max])
@pytest.mark.parametrize("rho", [0.0, 5e-324, 1.0, 9e299, sys.float_info.max])
def test_bayes_errors_at_the_ends_of_float64_are_rounded_balls(alpha, rho):
    found = bayes_error(alpha, rho)
    assert found == pytest.approx(float(bayes_error_certified(alpha, rho)), rel=1e-14, abs=0)
