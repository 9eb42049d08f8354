"""Structured tasks at infinite context without ridge: limits against what tends to them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from benchmarks.structured import random_point, random_spectrum
from icl_theory.evaluate.general import errors, errors_certified, errors_exact, errors_mp
from icl_theory.evaluate.result import FIELDS
from icl_theory.evaluate.spectrum import Spectrum

TWO = Spectrum.atoms([3, "1/3"], [1, 3])
LOW = Spectrum.atoms([3, 1, 0], [1, 1, 2])
POWER = Spectrum.power_law("1/2")
ISOTROPIC = Spectrum.isotropic()
#: A point (tau, kappa) in every region of the isotropic table, and on every line between them.
PLACES = [
    *((tau, kappa) for tau in ("1/4", "1/2", 1, 2) for kappa in ("1/8", "1/2", 1, 3, "inf")),
    ("1/4", "1/4"),
    ("1/3", "1/3"),
    ("3/4", "1/2"),
    ("3/4", "3/4"),
]
TESTS = [
    {},
    {"test": "isotropic"},
    {"test": "isotropic", "alpha_test": 9},
    {"test": "pretraining", "rho_test": "1/3"},
    {"test": "pretraining", "alpha_test": 9},
]


def size(found, name):
    """What the error of a field is relative to."""
    return max(found.icl, found.idg) if name == "gap" else abs(getattr(found, name))


@pytest.mark.parametrize("rho", [0, "1/5"])
@pytest.mark.parametrize(("tau", "kappa"), PLACES)
def test_one_level_is_the_isotropic_theory(tau, kappa, rho):
    point = (tau, "inf", kappa, rho)
    exact = errors_exact(*point).as_dict()
    found = errors_exact(*point, tasks=ISOTROPIC).as_dict()
    balls = errors_certified(*point, tasks=ISOTROPIC, digits=30).as_dict()
    numbers = errors_mp(*point, tasks=ISOTROPIC, digits=30).as_dict()
    floats = errors(*point), errors(*point, tasks=ISOTROPIC)
    for name, value in exact.items():
        assert found[name] == value, name
        assert float(balls[name]) == float(numbers[name]), name
        if isinstance(value, float):
            assert float(balls[name]) == value, name
        else:
            assert value.approximation(40).overlaps(balls[name]), name
        old, new = (getattr(result, name) for result in floats)
        assert old == new or abs(old - new) <= 4e-15 * size(floats[0], name), name


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("spectrum", [TWO, LOW, POWER])
@pytest.mark.parametrize("rho", [0, "1/5"])
def test_errors_at_long_contexts_tend_to_the_limits(spectrum, test, rho):
    """A ridge far below the effective one changes nothing; a context adds a power of 1/alpha."""
    long = Fraction(10) ** 36
    # On the least of the lines u grows like x^(1/3).
    correction = 1e3 * float(long) ** (-1 / 3)
    for tau, kappa in PLACES:
        limit = errors_certified(tau, "inf", kappa, rho, **test, tasks=spectrum, digits=20)
        shift = {"alpha_test": long} | test
        near = errors_mp(tau, long, kappa, rho, **shift, tasks=spectrum, digits=20)
        for name, ball in limit.as_dict().items():
            value, other = float(ball), float(getattr(near, name))
            if math.isinf(value):
                assert other * math.copysign(1, value) > 1e8, (tau, kappa, name)
            else:
                assert abs(other - value) <= correction * max(1, abs(value)), (tau, kappa, name)


@pytest.mark.parametrize(("tau", "kappa"), [(2, 3), (0.25, 3), (0.5, 0.2), (2, 0.2)])
def test_a_small_ridge_and_a_long_context_are_close_to_the_limit(tau, kappa):
    limit = errors(tau, math.inf, kappa, 0, tasks=TWO)
    near = errors(tau, 1e12, kappa, 0, 1e-20, tasks=TWO)
    for name in ("icl", "idg", "bias", "pretraining_variance", "train"):
        value = getattr(limit, name)
        assert getattr(near, name) == pytest.approx(value, rel=1e-6, abs=1e-6), name


def test_float64_is_as_accurate_as_at_finite_contexts():
    rng = np.random.default_rng(11)
    tried = 0
    for _ in range(150):
        spectrum, point = random_spectrum(rng), random_point(rng) | {"alpha": math.inf, "lam": 0.0}
        draw = rng.uniform(size=6)
        if draw[0] < 0.5:
            point["tau"] = rng.uniform()
        if draw[1] < 0.5:
            point["kappa"] = rng.uniform()
        if draw[2] < 0.1:
            point["kappa"] = point["tau"]
        if draw[3] < 0.1:
            point["kappa"] = float(spectrum.rank)
        if draw[4] < 0.1:
            point["rho"] = 0.0
        if draw[5] < 0.5:
            point["alpha_test"] = math.inf
        test = ("pretraining", "isotropic", None)[rng.integers(3)]
        found = errors(**point, tasks=spectrum, test=test)
        balls = errors_certified(**point, tasks=spectrum, test=test, digits=20).as_dict()
        for name in FIELDS:
            value, exact = getattr(found, name), float(balls[name])
            tried += not math.isinf(exact)
            assert value == exact or abs(value - exact) <= 4e-15 * size(found, name), name
    assert tried > 500


@pytest.mark.parametrize("spectrum", [TWO, LOW, ISOTROPIC.tested_on([2]), TWO.tested_on([0, 1])])
@pytest.mark.parametrize(("tau", "kappa"), PLACES)
def test_exact_numbers_lie_in_the_balls(spectrum, tau, kappa):
    for rho, test in ((0, {}), ("1/5", {"alpha_test": 9, "rho_test": "1/3"})):
        exact = errors_exact(tau, "inf", kappa, rho, tasks=spectrum, **test).as_dict()
        balls = errors_certified(tau, "inf", kappa, rho, tasks=spectrum, **test, digits=30)
        numbers = errors_mp(tau, "inf", kappa, rho, tasks=spectrum, **test, digits=30)
        for name, ball in balls.as_dict().items():
            value, number = exact[name], float(getattr(numbers, name))
            assert number == pytest.approx(float(ball), rel=1e-15), name
            if isinstance(value, float):
                assert float(ball) == value
            else:
                assert value.approximation(40).overlaps(ball), name


def average(spectrum, function):
    c, w, s = spectrum.nodes()
    return float(np.sum(w * function(c, s)))


def root(spectrum, freedom):
    low, high = -60.0, 60.0
    for _ in range(200):
        middle = (low + high) / 2
        u = math.exp(middle)
        more = average(spectrum, lambda c, s, u=u: c / (c + u)) > freedom
        low, high = (middle, high) if more else (low, middle)
    return math.exp(low)


@pytest.mark.parametrize("spectrum", [TWO, POWER, LOW.tested_on([1, 2, 3])])
def test_few_tasks_by_sums_of_their_own(spectrum):
    """The formulas of the claims, with u_0 by bisection."""
    kappa, x_T = 0.3, (float(spectrum.theta_test) + 0.1) / 9
    u = root(spectrum, kappa)
    bias = average(spectrum, lambda c, s: s * u / (c + u))
    left_out = bias + x_T * (1 - kappa)
    for tau, variance in ((2.5, kappa / 1.5), (0.6, kappa * (0.6 - kappa) / (0.4 * (1 - kappa)))):
        point = (tau, math.inf, kappa)
        shift = {"tasks": spectrum, "alpha_test": 9, "rho_test": 0.1}
        found = errors(*point, 0, **shift)
        assert found.bias == pytest.approx(bias, rel=1e-13)
        assert found.context_variance == pytest.approx(x_T * kappa, rel=1e-13)
        assert found.pretraining_variance == pytest.approx(variance * left_out, rel=1e-13)
        assert (found.idg, found.train, found.xi, found.m) == (0, 0, 0, math.inf)
        noisy = errors(*point, 0.5, **shift)
        idg = 0.5 * tau / (tau - 1) if tau > 1 else 0.5 * tau * 0.7 / (0.4 * (tau - kappa))
        assert noisy.idg == pytest.approx(idg, rel=1e-13)
        assert noisy.icl == noisy.gap == math.inf
        assert noisy.train == pytest.approx(max(0, 0.5 * (tau - 1) / tau), rel=1e-13)


@pytest.mark.parametrize("spectrum", [TWO, POWER])
def test_few_sequences_by_sums_of_their_own(spectrum):
    tau, kappa, rho = 0.4, 1.7, 0.2
    u = root(spectrum, tau)
    nu = u * (1 - tau / kappa)
    squares = [
        average(spectrum, lambda c, s, i=i: (u / (c + u)) ** (2 - i) * (c / (c + u)) ** i)
        for i in (0, 1, 2)
    ]
    # D12 with R's fluctuations, as t^2/(1 - gamma) = t/(1 + nu q/kappa) and nu t q = ⟨p (1 - p)⟩.
    t = nu / u
    D12 = t / (1 + squares[1] / (t * kappa)) * squares[1] / (t * nu)
    found = errors(tau, math.inf, kappa, rho, tasks=spectrum, test="pretraining")
    assert found.xi == pytest.approx(nu, rel=1e-13)
    assert found.idg == pytest.approx(tau * (rho + nu**2 * D12) / (nu * D12), rel=1e-13)
    assert found.bias == pytest.approx(nu**2 * D12, rel=1e-13)
    assert found.train == found.gap == 0


def test_a_test_in_directions_with_tasks_stays_finite_at_low_rank():
    """Its own context grows with that of pretraining, and the ratio of the two stays in the limit.

    rho/(tau - 1) (⟨s/c⟩/t + (1 - rank) (theta_T + rho_T)/(theta + rho)) is what claim
    ``endless-low-rank`` says.
    """
    rho, rho_test, tau, kappa = 0.2, 0.7, 3, 2
    found = errors(tau, math.inf, kappa, rho, tasks=LOW, rho_test=rho_test)
    t, ratio = 1 - 0.5 / kappa, (1 + rho_test) / (1 + rho)
    expected = rho / (tau - 1) * (0.5 / t + 0.5 * ratio)
    assert found.pretraining_variance == pytest.approx(expected, rel=1e-14)
    # At a finite context of the test noise in the directions without tasks is not bounded.
    assert errors(tau, math.inf, kappa, rho, tasks=LOW, alpha_test=9).icl == math.inf
    assert errors(tau, math.inf, kappa, rho, tasks=LOW, test="isotropic").icl == math.inf


def test_a_tie_of_diverging_terms_is_decided_exactly():
    for evaluate in (errors_exact, errors_certified, errors_mp):
        found = evaluate("1/3", "inf", "1/3", "1/5", tasks=ISOTROPIC)
        assert float(found.icl) == float(found.idg) == math.inf
        assert float(found.gap) == pytest.approx(2 / 3 - 0.05, rel=1e-15)
    # A double next to 1/3, and the numbers around it: no tie, and the sign is the exact one.
    for third in (1 / 3, np.nextafter(1 / 3, 1), np.nextafter(1 / 3, 0)):
        third = float(third)
        side = math.inf if Fraction(third) > Fraction(1, 3) else -math.inf
        assert errors(third, math.inf, third, 0.2, tasks=ISOTROPIC).gap == side
        assert errors(third, math.inf, third, 0.2).gap == side


def test_a_point_among_others_is_evaluated_as_alone():
    alpha = np.array([3.0, math.inf, math.inf, 1e3, math.inf])
    lam = np.array([0.0, 0.0, 0.1, 0.0, 0.0])
    kappa = np.array([0.2, 0.2, 0.2, 2.0, 2.0])
    together = errors(2, alpha, kappa, 0.2, lam, tasks=TWO)
    for index in range(len(alpha)):
        alone = errors(2, alpha[index], kappa[index], 0.2, lam[index], tasks=TWO)
        for name in FIELDS:
            assert getattr(together, name)[index] == getattr(alone, name), (index, name)


@pytest.mark.parametrize("tasks", [TWO, LOW])
@pytest.mark.parametrize("point", [(2, 0.3), (2, 3), (1, 3), (0.2, 0.3), (0.2, 3)])
def test_correlated_inputs_at_infinite_context(point, tasks):
    tau, kappa = point
    shift = {"tasks": tasks, "test": "isotropic", "inputs": TWO, "alpha_test": 9}
    found = errors(tau, math.inf, kappa, 0.2, **shift)
    balls = errors_certified(tau, "inf", kappa, 0.2, **shift, digits=20)
    numbers = errors_mp(tau, "inf", kappa, 0.2, **shift, digits=20)
    near = errors_mp(tau, 10**25, kappa, 0.2, **shift, digits=20)
    for name in FIELDS:
        value = float(getattr(balls, name))
        assert float(getattr(numbers, name)) == pytest.approx(value, rel=1e-15), name
        assert getattr(found, name) == pytest.approx(value, rel=1e-13), name
        if math.isfinite(value):
            assert float(getattr(near, name)) == pytest.approx(value, rel=1e-7, abs=1e-7), name
        else:
            assert float(getattr(near, name)) * math.copysign(1, value) > 1e8, name


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tau": "1e-400"}, "tau must be from 1e-40 to 1e40 with structured tasks"),
        ({"kappa": "1e-400"}, "kappa must be from 1e-40 to 1e40 with structured tasks"),
    ],
)
def test_points_that_are_not_found_are_refused_in_one_sentence(given, message):
    point = {"tau": "1/2", "alpha": "inf", "kappa": "1/4", "rho": 0} | given
    for evaluate in (errors_mp, errors_certified):
        with pytest.raises(ValueError, match=message):
            evaluate(**point, tasks=TWO)


def test_too_many_eigenvalues_for_exact_numbers_are_refused():
    many = Spectrum.power_law("1/2", d=50)
    with pytest.raises(ValueError, match="tasks must have fewer eigenvalues for exact errors"):
        errors_exact(2, "inf", "1/2", 0, tasks=many)
