"""Stationary points along lines, and best ridge and context."""

import dataclasses
import inspect
import math
import pickle
import time

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp

from icl_theory import errors, errors_mp, stationary
from icl_theory.stationary import (
    is_monotone,
    noise_edge,
    optimal_context,
    optimal_context_certified,
    optimal_ridge,
    optimal_ridge_certified,
    profile,
    sensitivities_certified,
)

_POINT = {"tau": 0.7, "alpha": 3.0, "kappa": 0.6, "rho": 0.3, "lam": 0.05}


@pytest.mark.parametrize("variable", list(_POINT))
@pytest.mark.parametrize("error", ["icl", "idg", "gap"])
def test_directions_are_those_of_the_evaluator(error, variable):
    fixed = {name: value for name, value in _POINT.items() if name != variable}
    found = profile(error, variable, **fixed)
    stops = [float(point.value) for point in found.points]
    cuts = [1e-3 * min([*stops, 1.0]), *stops, 1e3 * max([*stops, 1.0])]
    for low, high, direction in zip(cuts, cuts[1:], found.directions, strict=False):
        a, b = low * (high / low) ** 0.45, low * (high / low) ** 0.55
        change = getattr(errors(**fixed, **{variable: b}), error) - getattr(
            errors(**fixed, **{variable: a}), error
        )
        assert np.sign(change) == direction


def test_a_stationary_point_has_the_digits_asked_for():
    found = optimal_context_certified("icl", "1/2", "0.2", "0.1", digits=60)
    (point,) = found.minima
    assert point.value.rel_accuracy_bits() > 60 * math.log2(10)
    short = optimal_context_certified("icl", "1/2", "0.2", "0.1", digits=15).minima[0]
    assert short.value.overlaps(point.value)


def test_results_are_equal_to_their_copies_and_to_no_others():
    results = [
        optimal_context_certified("icl", "1/2", "0.2", "0.1"),
        optimal_context_certified("icl", "1/2", "0.2", "0.1", digits=30),
        optimal_context_certified("icl", "1/2", "0.2", "0.1").minima[0],
        optimal_context("icl", [0.5, 2.0], 0.2, 0.1),
        optimal_context("icl", [0.5, 3.0], 0.2, 0.1),
    ]
    for place, one in enumerate(results):
        copy = pickle.loads(pickle.dumps(one))
        assert copy is not one and copy == one and hash(copy) == hash(one)
        assert [copy == other for other in results] == [i == place for i in range(5)]
        field = next(iter(dataclasses.fields(one))).name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, field, None)


def test_certified_numbers_have_the_digits_of_float64_unless_more_are_asked_for():
    signatures = [inspect.signature(getattr(stationary, name)) for name in stationary.__all__]
    digits = [s.parameters["digits"].default for s in signatures if "digits" in s.parameters]
    assert len(digits) == 4 and set(digits) == {16}


def test_ridgeless_arrays_agree_with_certified_points():
    rng = np.random.default_rng(1)
    for tau, kappa, rho in 10 ** rng.uniform([-2, -2, -3], [2, 2, 1.5], (40, 3)):
        for error in ("icl", "idg"):
            fast = optimal_context(error, tau, kappa, rho)
            exact = optimal_context_certified(error, tau, kappa, rho, digits=18)
            assert fast.direction == (exact.directions[0] if exact.monotone else 0)
            turns = (fast.interior_minimum, exact.minima), (fast.interior_maximum, exact.maxima)
            for value, points in turns:
                assert np.isnan(value) == (not points)
                if points:
                    np.testing.assert_allclose(value, float(points[0].value), rtol=1e-11)


def test_on_the_line_of_as_many_tasks_as_sequences_any_noise_turns_the_errors():
    assert optimal_context("idg", 0.5, 0.5, 1e-3).direction == 0
    assert noise_edge("idg", 0.5, 0.5)[0] == 0
    assert noise_edge("icl", 20.0, 1.0)[0] == 0


def test_above_the_fold_more_context_only_hurts():
    lower, upper = noise_edge("icl", 20.0, 0.25)
    assert lower == 0
    assert optimal_context("icl", 20.0, 0.25, upper * 1.0001).direction == 1
    assert optimal_context("icl", 20.0, 0.25, upper * 0.9999).direction == 0


def test_infinite_diversity_needs_no_minimum():
    found = optimal_context("icl", [0.5, 20.0], math.inf, 0.5)
    assert (found.direction == -1).all()
    assert np.isinf(found.minimum).all()
    assert np.isnan(found.interior_minimum).all()


def test_the_best_ridge_at_infinite_diversity_is_in_closed_form():
    alpha, rho, tau = 10.0, 0.25, 0.5
    x = (1 + rho) / alpha
    expected = (1 + x) * (rho * (1 + x) + x) / tau
    for error in ("icl", "idg"):
        assert optimal_ridge(error, tau, alpha, math.inf, rho) == pytest.approx(expected, rel=1e-14)


def test_the_best_ridge_is_unique_and_removes_double_descent():
    taus = np.geomspace(0.1, 10, 9)
    for error in ("icl", "idg"):
        best = optimal_ridge(error, taus, 5.0, 0.7, 0.2)
        least = getattr(errors(taus, 5.0, 0.7, 0.2, best), error)
        assert (np.diff(least) < 0).all()
        found = optimal_ridge_certified(error, "1/2", 5, "0.7", "0.2")
        assert len(found.points) <= 1


def test_with_the_best_ridge_context_and_diversity_help():
    moving = np.geomspace(0.05, 50, 9)
    for error in ("icl", "idg"):
        best = optimal_ridge(error, 0.7, moving, 0.6, 0.5)
        assert (np.diff(getattr(errors(0.7, moving, 0.6, 0.5, best), error)) < 0).all()
    best = optimal_ridge("icl", 2.0, 0.5, moving, 0.01)
    assert (np.diff(errors(2.0, 0.5, moving, 0.01, best).icl) < 0).all()
    # Without a ridge neither is true at these parameters.
    assert not is_monotone("icl", "alpha", tau=0.7, kappa=0.6, rho=0.5)
    assert not is_monotone("icl", "kappa", tau=2, alpha=0.5, rho=0.01)


def test_monotone_is_decided():
    assert is_monotone("idg", "alpha", tau=2, kappa="1/2", rho=1)
    assert not is_monotone("icl", "tau", alpha=10, kappa=1, rho="1/2", lam="1/1000")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("risk", "alpha", {"tau": 2, "kappa": 1, "rho": 1}), "error must be one of"),
        (("icl", "beta", {"tau": 2}), "variable must be one of"),
        (("icl", "alpha", {"tau": 2, "kappa": 1}), "rho must be given"),
        (
            ("icl", "alpha", {"tau": 2, "kappa": 1, "rho": 1, "alpha": 1}),
            "only tau, kappa, rho, lam can be",
        ),
        (("icl", "alpha", {"tau": 1, "kappa": 1, "rho": 1}), "tau must not be 1"),
        (("icl", "kappa", {"tau": 2, "alpha": "inf", "rho": 1}), "alpha must be finite"),
        (("icl", "alpha", {"tau": -2, "kappa": 1, "rho": 1}), "tau must be"),
    ],
)
def test_bad_input_is_named(arguments, message):
    error, variable, parameters = arguments
    with pytest.raises(ValueError, match=message):
        profile(error, variable, **parameters)


def test_the_precision_of_flint_is_left_alone():
    before = flint.ctx.prec
    optimal_ridge_certified("icl", "1/2", 5, "0.7", "0.2", digits=100)
    assert flint.ctx.prec == before


@pytest.mark.slow
def test_as_many_digits_as_may_be_asked_for_come_out():
    (turn,) = optimal_ridge_certified("icl", "1/2", 5, "0.7", "0.2", digits=100_000).points
    (few,) = optimal_ridge_certified("icl", "1/2", 5, "0.7", "0.2", digits=50).points
    assert turn.value.rel_accuracy_bits() >= 332_192 and turn.value.overlaps(few.value)
    rates = sensitivities_certified(2, 10, 1, "1/10", digits=100_000)
    assert rates["rho"].icl.rel_accuracy_bits() >= 332_192
    assert rates["rho"].icl.overlaps(sensitivities_certified(2, 10, 1, "1/10")["rho"].icl)


def test_more_tasks_hurt_on_new_ones_below_the_noise_of_the_claim():
    from icl_theory.evaluate.generic import Formulas
    from icl_theory.theory.diversity import rho_star_tasks
    from icl_theory.theory.symbols import kappa, m, tau

    program = Formulas(())
    program.program("noise", [rho_star_tasks], [tau, kappa, m])
    rng = np.random.default_rng(3)
    seen = set()
    for t, k, x, rho in 10 ** rng.uniform([0.01, -1, -1.5, -3], [1, 1, 1, 0], (60, 4)):
        alpha = (1 + rho) / x
        state = errors(t, alpha, k, rho)
        (noise,) = program["noise"](None, (), t, k, state.m)
        rises = errors(t, alpha, k * 1.001, rho).icl > errors(t, alpha, k / 1.001, rho).icl
        if abs(noise - rho) > 0.01 * (abs(noise) + rho):
            assert rises == (rho < noise)
            seen.add(bool(rises))
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("error", "variable", "parameters", "monotone"),
    [
        ("idg", "kappa", {"tau": 2, "alpha": 3, "rho": "1/10"}, True),
        ("icl", "kappa", {"tau": 2, "alpha": "1/2", "rho": "1/100"}, False),
        ("idg", "kappa", {"tau": "1/2", "alpha": 10, "rho": "1/2"}, False),
        ("icl", "tau", {"alpha": 10, "kappa": 1, "rho": "1/2"}, False),
        ("icl", "tau", {"alpha": 10, "kappa": 1, "rho": "1/2", "lam": 10}, True),
        ("icl", "tau", {"alpha": 10, "kappa": 1, "rho": "1/2", "lam": "1/1000"}, False),
        ("icl", "rho", {"tau": "1/2", "alpha": 10, "kappa": 1}, True),
    ],
)
def test_tasks_and_data_turn_the_errors_where_brute_force_does(
    error, variable, parameters, monotone
):
    assert is_monotone(error, variable, **parameters) == monotone
    fixed = {name: float(sp.Rational(value)) for name, value in parameters.items()}
    high = 0.999 if variable == "tau" and "lam" not in fixed else 1e4
    values = getattr(errors(**fixed, **{variable: np.geomspace(1e-4, high, 4000)}), error)
    signs = np.sign(np.diff(values))
    # Where the error is flat, its differences are rounding.
    signs = signs[np.abs(np.diff(values)) > 1e-13 * values[1:]]
    assert (len(set(signs)) == 1) == monotone


FAR = [
    {"tau": 1e30, "kappa": 1e-30, "rho": 0.0, "lam": 1.0},
    {"tau": 1e30, "kappa": 1e-30, "rho": 1e30, "lam": 1.0},
    {"tau": 1e-30, "kappa": 3e-30, "rho": 1.0, "lam": 1e30},
    {"tau": 2e39, "kappa": 7e-40, "rho": 3e-40, "lam": 5e-40},
]


@pytest.mark.parametrize("point", FAR)
def test_turns_of_parameters_that_are_far_apart_are_found_in_time(point):
    start = time.process_time()
    found = optimal_context_certified("icl", **point)
    assert time.process_time() - start < 5
    assert len(found.directions) == len(found.points) + 1

    def error(context):
        return errors_mp(**point, alpha=context, digits=300).icl

    with mpmath.workdps(300):
        stops = [mpmath.mpf(stop.value.str(16, radius=False)) for stop in found.points]
        cuts = [min([*stops, 1]) / 1000, *stops, 1000 * max([*stops, 1])]
        for low, high, direction in zip(cuts, cuts[1:], found.directions, strict=False):
            a, b = low * (high / low) ** 0.45, low * (high / low) ** 0.55
            assert mpmath.sign(error(b) - error(a)) == direction
    fast = optimal_context("icl", **point)
    assert fast.direction == (found.directions[0] if found.monotone else 0)
    for one, several in (
        (fast.interior_minimum, found.minima),
        (fast.interior_maximum, found.maxima),
    ):
        assert np.isnan(one) if not several else one == pytest.approx(float(several[0].value))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: optimal_context("icl", tau=1e300, kappa=1e-30, rho=1, lam=1), "tau"),
        (lambda: optimal_context_certified("gap", 1, "1e-41", 1, 1), "kappa"),
        (lambda: optimal_ridge("icl", tau=0.5, alpha=1e41, kappa=0.5, rho=1), "alpha"),
        (lambda: optimal_ridge_certified("train", "0." + "7" * 101, 1, 1, 1), "tau"),
        (lambda: is_monotone("icl", "tau", alpha=1, kappa=1, rho="1e-101"), "rho"),
        (lambda: is_monotone("idg", "kappa", tau=[0.5], alpha=1, rho=1, lam=1e-300), "lam"),
        (lambda: profile("bias", "rho", tau=1, alpha=1, kappa=1, lam="1/" + "7" * 101), "lam"),
    ],
)
def test_what_would_take_long_to_decide_is_refused(call, name):
    ends = "1e-(?P<size>40|100) and 1e(?P=size), with at most (100|400) digits in numerator and"
    sentence = f"^{name} must be between {ends} denominator, for turns to be decided exactly, got "
    with pytest.raises(ValueError, match=sentence) as refusal:
        call()
    assert len(str(refusal.value)) < 250


def test_at_the_ends_of_the_domain_turns_are_decided():
    least, most = "1e-40", "9" * 40
    assert profile("idg", "lam", tau=least, alpha=most, kappa="inf", rho=0).minima
    # The best ridge at infinite diversity is (1 + x)(rho (1 + x) + x)/tau with x = 1/alpha.
    (best,) = profile("idg", "lam", tau=most, alpha=least, kappa="inf", rho=0).minima
    x = flint.fmpq(10**40)
    assert best.value.overlaps(flint.arb((1 + x) * x / int(most)))
    ridgeless = {"alpha": "1e100", "kappa": "1e-100", "rho": "1/" + "9" * 100}
    assert profile("icl", "tau", **ridgeless).directions


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: optimal_context("icl", 0.5, 0.5, 1.7e308),
            r"float64 .* rho=1\.7e\+308",
        ),
        (lambda: optimal_context("icl", 1e40, 1e-300, 3), r"kappa=1e-300, rho=3\.0"),
        (lambda: optimal_context("idg", 0.5, np.inf, 1e308), "rho must leave the errors in"),
        (lambda: noise_edge("icl", 0.5, 1e308), r"got tau=0\.5, kappa=1e\+308$"),
        (lambda: optimal_ridge("icl", 1e-300, np.inf, 1, 1e300), "rho/tau, the best .* 1e.300/1e-"),
        (lambda: optimal_ridge("icl", 1e300, np.inf, 1, 1e-300), "rho/tau, the best .* 1e-300/1e"),
    ],
)
def test_what_leaves_float64_is_refused_without_a_warning(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_the_best_ridge_at_infinite_context_is_rho_over_tau_at_any_size():
    found = optimal_ridge("icl", [1e-300, 1e100, 1e300], np.inf, [1, 2, 1e-300], [1, 1e300, 0])
    assert found.tolist() == [1 / 1e-300, 1e300 / 1e100, 0]
