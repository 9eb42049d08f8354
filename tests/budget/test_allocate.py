"""The best use of a budget: enclosures, brute force, and what is refused."""

from __future__ import annotations

import math
import re

import mpmath
import numpy as np
import pytest

from benchmarks.budget import brute, random_problem
from icl_theory.budget import allocate
from icl_theory.budget.allocate import _reach
from icl_theory.budget.interval import Interval, Jet
from icl_theory.budget.problem import Problem
from icl_theory.budget.search import jets, points
from icl_theory.evaluate.general import errors, errors_mp


def test_intervals_contain_what_they_enclose():
    rng = np.random.default_rng(0)
    low = rng.uniform(0.1, 3, (200, 2))
    high = low + rng.uniform(0, 1, (200, 2))

    def function(x, y):
        return (x * y - 2 / x).sqrt() if isinstance(x, Jet) else np.sqrt(x * y - 2 / x)

    keep = low[:, 0] * low[:, 1] - 2 / low[:, 0] > 0.01
    low, high = low[keep], high[keep]
    found = function(*jets(low, high))
    for _ in range(20):
        point = low + rng.uniform(0, 1, low.shape) * (high - low)
        value = function(point[:, 0], point[:, 1])
        assert np.all((found.value.low <= value) & (value <= found.value.high))
        slope = (point[:, 1] + 2 / point[:, 0] ** 2) / (2 * value)
        assert np.all((found.slopes[0].low <= slope) & (slope <= found.slopes[0].high))


def test_zero_stays_zero_and_the_undefined_is_unbounded():
    zero = Interval.of(0.0)
    assert (zero * 3.0).low == 0
    for low in (-1.0, -0.25):
        with np.errstate(all="ignore"):
            inverse = Interval(np.array(low), np.array(1.0)).inverse()
        assert inverse.low == -math.inf
        assert inverse.high == math.inf


@pytest.mark.parametrize("seed", range(10, 16))
def test_brute_force_finds_nothing_better(seed):
    problem = random_problem(np.random.default_rng(seed))
    found = allocate(**problem, tolerance=1e-5)
    least = brute(problem)
    # Brute force reads `errors`, which is right to 4e-15.
    assert found.at_least <= least * (1 + 4e-15)
    assert found.error == pytest.approx(least, rel=2e-5)
    test = {name: problem.get(name) for name in ("alpha_test", "rho_test")}
    at = found.tau, found.alpha, found.kappa, problem["rho"], found.lam
    assert errors(*at, **test).icl == pytest.approx(found.error, rel=1e-10)


def test_label_noise_of_the_test_makes_contexts_of_the_test_longer_or_shorter():
    """Contexts as long as in pretraining say less about a task the noisier the test is."""
    for rho_test in (0.2, 2.0):
        found = allocate(10, rho=0.9, kappa=3, ridge="none", rho_test=rho_test)
        again = errors(found.tau, found.alpha, 3, 0.9, rho_test=rho_test)
        assert again.icl == pytest.approx(found.error, rel=1e-10)
        tau = np.geomspace(1e-3, 1e3, 4000)
        others = errors(tau, 10 / tau, 3, 0.9, rho_test=rho_test).icl
        assert others.min() >= found.at_least
        assert others.min() == pytest.approx(found.error, rel=1e-4)


def test_the_best_ridge_is_no_worse_than_none():
    ridge, none = (allocate(10, rho=0.1, kappa=2, ridge=kind) for kind in ("best", "none"))
    assert ridge.error < none.at_least
    assert ridge.lam > 0
    value = errors(ridge.tau, ridge.alpha, 2, 0.1, ridge.lam)
    assert value.icl == pytest.approx(ridge.error, rel=1e-10)


def test_few_tokens_leave_fewer_sequences_than_the_threshold():
    problem = {"budget": 1.0, "rho": 0.1, "kappa": math.inf, "ridge": "best"}
    found = allocate(**problem, tolerance=1e-2)
    least = brute(problem)
    assert found.tau < 1
    assert found.at_least <= least * (1 + 4e-15)
    assert found.error <= found.at_least * (1 + 1e-2)


def priced(**given):
    """A problem in which all is paid for."""
    chosen = {"budget": 10.0, "rho": 0.1, "rho_test": 0.2, "alpha_test": 3.0, "kappa": None}
    prices = {"price_token": 1.5, "price_sequence": 0.5, "price_task": 2.0}
    return Problem(**(chosen | prices | {"ridge": "best"} | given))


@pytest.mark.parametrize("nu", [None, 0.8])
def test_the_error_that_is_searched_is_that_of_the_theory(nu):
    x, odds = 0.3, 2.5
    problem = priced(ridge="none" if nu is None else "best")
    at = [x, odds] if nu is None else [x, nu, odds]
    found, inside = problem.objective(False)(points(np.array([at])))
    # To forty digits, from the binary numbers that are searched.
    with mpmath.workdps(40):
        k = 10 / (2 * mpmath.mpf(1 + odds))
        alpha = (1 + mpmath.mpf(0.1)) / mpmath.mpf(x)
        t = (10 - 2 * k) / (3 * alpha / 2 + mpmath.mpf(0.5))
        lam = mpmath.mpf(0)
        if nu is not None:
            # 1 = m nu + kappa m/(kappa + m) and lam tau = (tau - 1 + m xi) xi, with xi = nu - x.
            b = nu * k + k - 1
            m = (mpmath.sqrt(b * b + 4 * nu * k) - b) / (2 * nu)
            xi = nu - mpmath.mpf(x)
            lam = (t - 1 + m * xi) * xi / t
        where = {"alpha_test": 3, "rho_test": 0.2, "digits": 30}
        expected = errors_mp(t, alpha, k, 0.1, lam, **where).icl
        assert inside.all()
        assert found.value.low[0] <= expected <= found.value.high[0]
    assert found.value.high - found.value.low < 1e-12


@pytest.mark.parametrize(
    "given", [{}, {"kappa": 3.0}, {"kappa": math.inf, "price_task": 0.0}, {"price_sequence": 0.0}]
)
def test_every_box_can_be_paid_for(given):
    rng = np.random.default_rng(5)
    problem = priced(**given)
    low = 10 ** rng.uniform(-8, 8, (300, 2))
    x, odds = jets(low, low * 1.1)
    tau, kappa = problem.bought(x, odds if problem.kappa is None else None)
    if problem.kappa is None:
        assert (kappa.value.low > 0).all() and (kappa.value.high < 5).all()
    assert (tau.value.low > 0).all()
    for share in (0, 0.3, 1):
        at = low * (1 + 0.1 * share)
        t, k = problem.bought(*points(at)[:1], points(at)[1] if problem.kappa is None else None)
        spent = (1.5 * 1.1 / at[:, 0] + problem.price_sequence) * t.value.low
        if problem.price_task:
            spent += 2 * (k if isinstance(k, float) else k.value.low)
        np.testing.assert_allclose(spent, 10, rtol=1e-14)
        assert ((tau.value.low <= t.value.high) & (t.value.low <= tau.value.high)).all()


def test_a_small_budget_is_best_spent_on_very_short_contexts():
    """Beyond a noise-to-context ratio of ten thousand."""
    found = allocate(0.005, rho=10, ridge="none", alpha_test=math.inf, rho_test=0)
    assert (1 + 10) / found.alpha > 2e4 and found.tau > 10
    at = errors(found.tau, found.alpha, math.inf, 10, alpha_test=math.inf, rho_test=0).icl
    assert found.error == pytest.approx(float(at), rel=1e-12)
    assert 1 - found.error > 3e-5 and found.error <= found.at_least * (1 + 1e-6)


def test_the_search_ends_where_the_bias_alone_is_too_large():
    beat = 0.7
    least, largest = _reach(priced(), beat)
    # Degrees of freedom over d^2 are at most tau, and at most 1/(1 + nu).
    for freedom in (least, 1 / (1 + largest)):
        assert (1 - freedom) ** 2 + 0.2 == pytest.approx(beat, rel=1e-8)
        assert (1 - freedom) ** 2 + 0.2 > beat


def test_noise_makes_the_error_fall_like_the_square_root_of_the_budget():
    rho = 0.2
    for budget in (1e4, 1e6):
        found = allocate(budget, rho=rho, ridge="none")
        scale = math.sqrt(rho * (1 + rho) / budget)
        assert (found.error - rho) / (2 * scale) == pytest.approx(1, abs=4 * scale / rho)
    assert found.tau == pytest.approx(math.sqrt(rho * budget / (1 + rho)), rel=0.02)


def test_prices_are_paid():
    found = allocate(50, rho=0.1, kappa=3, price_sequence=2, price_task=1.5, ridge="none")
    assert found.tau * (found.alpha + 2) + 1.5 * 3 == pytest.approx(50)


@pytest.mark.slow
def test_the_number_of_tasks_is_chosen():
    found = allocate(10, rho=0.1, kappa=None, price_task=1, ridge="none", tolerance=1e-2)
    assert found.tau * found.alpha + found.kappa == pytest.approx(10)
    for kappa in (found.kappa / 2, found.kappa * 1.5):
        other = allocate(10, rho=0.1, kappa=kappa, price_task=1, ridge="none")
        assert other.error > found.at_least


def test_a_small_budget_buys_in_proportion():
    # Both the best tau and the gain over predicting zero are linear in a small budget.
    gains = []
    for budget in (1e-5, 1e-7, 1e-9):
        found = allocate(budget, rho=0.1, kappa=None, price_task=0.5, ridge="none", tolerance=1e-2)
        assert found.at_least <= found.error < 1.1
        gains.append((1.1 - found.error) / budget)
    # The grid of kappa is in proportion to the budget; that of tau is not, and a point of it up to
    # 8 % off the best one, which is second order in the gain.
    assert max(gains) < 1.01 * min(gains)


@pytest.mark.parametrize(
    "budget",
    [1e-2, *(pytest.param(one, marks=pytest.mark.slow) for one in (1e-4, 1.0))],
)
def test_a_small_budget_is_spent_on_all_three(budget):
    """At the default tolerance; the gain over predicting zero is a small part of the error."""
    found = allocate(budget, rho=0.1, kappa=None, price_task=1)
    assert found.error <= found.at_least * (1 + 1e-6)
    assert found.boxes < 200_000
    assert found.tau * found.alpha + found.kappa == pytest.approx(budget)
    at = (found.tau, found.alpha, found.kappa, 0.1, found.lam)
    assert errors(*at).icl == pytest.approx(found.error, rel=1e-12)
    rng = np.random.default_rng(1)
    kappa = budget * 10 ** rng.uniform(-3, 0, 3000)
    tau = budget * 10 ** rng.uniform(-3, 2, 3000)
    lam = 10 ** rng.uniform(-4, 4, 3000) / budget
    left = np.maximum(budget - kappa, 0)
    elsewhere = errors(tau[left > 0], (left / tau)[left > 0], kappa[left > 0], 0.1, lam[left > 0])
    assert elsewhere.icl.min() >= found.at_least


def test_both_forms_of_the_error_contain_it():
    """Sampled within boxes, of a small budget: there by the form of few degrees of freedom."""
    rng = np.random.default_rng(2)
    problem = priced(budget=1e-3, rho_test=0.1, alpha_test=None, price_sequence=0.0)
    low = np.array([0.7, 3e3, 1.0]) * 10 ** rng.uniform(-0.3, 0.3, (200, 3))
    high = low * 1.05
    enclose = problem.objective(False)
    with np.errstate(all="ignore"):
        found, _ = enclose(jets(low, high))
        for _ in range(20):
            at = low * (high / low) ** rng.uniform(0, 1, low.shape)
            value, inside = enclose(points(at))
            assert np.all(~inside | (value.value.high >= found.value.low))
            assert np.all(~inside | (value.value.low <= found.value.high))
    # The gain over predicting zero is of the order of the budget, and so is what is not known.
    some = np.isfinite(found.value.low)
    assert some.any()
    assert np.all(1.1 - found.value.low[some] < 1e-3)


def test_a_search_that_does_not_end_says_how_far_it_came(monkeypatch):
    monkeypatch.setattr("icl_theory.budget.search.MOST", 1000)
    with pytest.raises(ArithmeticError) as caught:
        allocate(1e-3, rho=0.1, kappa=None, price_task=0.5, ridge="none")
    said = str(caught.value)
    assert said.startswith("tolerance must be larger here, got 1e-06: after ")
    low, high = map(float, re.search(r"between (\S+) and (\S+), to", said).groups())
    assert 0.1 < low < high < 1.1
    assert len(said) < 300


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"budget": 0}, "budget must be a finite number > 0, got 0"),
        ({"rho": 0}, "rho must be a finite number > 0, got 0"),
        ({"kappa": -1}, "kappa must be a number > 0, or inf, got -1"),
        ({"kappa": None}, "price_task must be > 0 where kappa is chosen"),
        ({"kappa": None, "price_task": 0.5, "budget": 1e-17, "ridge": "none"}, "buys less"),
        ({"kappa": None, "price_task": 10, "price_token": 1.7e308}, "buys less"),
        (
            {"kappa": None, "price_task": 5e-324, "ridge": "none"},
            r"price_task must be more than 1/1e\+12 of the budget where kappa is chosen, ",
        ),
        ({"kappa": 20, "price_task": 1}, "budget must pay for the tasks"),
        ({"ridge": "some"}, "ridge must be 'best' or 'none', got 'some'"),
        ({"price_token": 5e-324}, "price_token must be more than 1e-200 of the budget and of the"),
        ({"price_sequence": 1e201}, "price_token must be more than 1e-200 of the budget and of "),
        ({"budget": 5e-324, "price_token": 3}, "budget must buy an error that float64 tells from"),
        ({"budget": 1e-250}, "budget must buy an error that float64 tells from that of"),
        ({"tolerance": "1e-300"}, r"tolerance must lie in \[1e-14, 1\), got '1e-300'"),
        ({"tolerance": 2}, r"tolerance must lie in \[1e-14, 1\), got 2"),
        ({"alpha_test": 0}, "alpha_test must be a number > 0, or inf, got 0"),
    ],
)
def test_bad_input_gets_one_sentence(given, message):
    with pytest.raises(ValueError, match=message):
        allocate(**({"budget": 10, "rho": 0.1} | given))


def test_a_box_that_reaches_beyond_the_budget_still_bounds_the_context():
    """Sequences alone may cost all there is: contexts of the rest are bounded, or nothing is."""
    best = allocate(
        1, price_token=10, price_sequence=10, price_task=0.038, rho=0.01, kappa=None, tolerance=0.1
    )
    assert best.at_least <= best.error <= 1.1 * best.at_least
    assert best.boxes < 20_000
    spent = 10 * best.tau * best.alpha + 10 * best.tau + 0.038 * best.kappa
    assert spent == pytest.approx(1, rel=1e-12)


#: Prices at which one part of the cost is small, or the best use has no ridge.
HARD = {
    "tokens next to nothing, sequences dear": {
        "budget": 100.0,
        "rho": 1.0,
        "price_token": 7 / 600,
        "price_sequence": 10.0,
        "price_task": 35 / 6,
    },
    "tokens and tasks next to nothing": {
        "budget": 10.0,
        "rho": 0.1,
        "price_token": 1e-3,
        "price_sequence": 5.0,
        "price_task": 1.0,
    },
    "tasks dear, and no ridge": {
        "budget": 10.0,
        "rho": 0.1,
        "price_token": 1e-4,
        "price_sequence": 0.0,
        "price_task": 8.0,
    },
    "noise of the test, ridgeless": {
        "budget": 40.7,
        "rho": 0.8,
        "price_token": 24.3,
        "price_sequence": 0.0,
        "price_task": 0.0365,
        "rho_test": 0.25,
        "ridge": "none",
    },
}


@pytest.mark.parametrize("name", HARD)
def test_hard_prices_get_a_certificate_soon(name):
    given = HARD[name]
    found = allocate(**given, kappa=None, tolerance=1e-2)
    assert found.at_least <= found.error <= found.at_least * (1 + 1e-2)
    assert found.boxes < 100_000
    prices = given["price_token"], given["price_sequence"], given["price_task"]
    spent = prices[0] * found.tau * found.alpha + prices[1] * found.tau + prices[2] * found.kappa
    assert spent == pytest.approx(given["budget"], rel=1e-13)
    test = {"rho_test": given.get("rho_test")}
    at = (found.tau, found.alpha, found.kappa, given["rho"], found.lam)
    assert errors(*at, **test).icl == pytest.approx(found.error, rel=1e-12)
    # Nothing is below, near the best use or far from it.
    rng = np.random.default_rng(3)
    near = rng.uniform(size=(3, 4000)) < 0.7
    spread = np.where(near, 0.2, 2.0) * rng.normal(size=(3, 4000))
    kappa, tau, lam = np.array([[found.kappa], [found.tau], [found.lam or 1e-3]]) * 10**spread
    left = given["budget"] - prices[1] * tau - prices[2] * kappa
    paid = left > 0
    assert paid.sum() > 500
    lam = np.where(rng.uniform(size=4000) < 0.2, 0, lam) if given.get("ridge") is None else 0 * lam
    others = errors(
        *(tau[paid], (left / prices[0] / tau)[paid], kappa[paid], given["rho"], lam[paid]), **test
    )
    assert others.icl.min() >= found.at_least


def test_prices_beyond_all_measure_buy_nothing():
    for price in (1e300, 1.7e308):
        with pytest.raises(ValueError, match="buys less"):
            allocate(10, rho=0.1, kappa=None, price_token=price, price_task=10)


def test_the_enclosure_holds_where_a_box_reaches_over_the_threshold():
    """A ridgeless side has points on both sides of tau = 1 in its first box."""
    problem = priced(ridge="none", rho_test=0.25, alpha_test=None)
    low, high = np.array([[1e-3, 0.1]]), np.array([[300.0, 1e4]])
    rng = np.random.default_rng(4)
    at = low * (high / low) ** rng.uniform(size=(2000, 2))
    for under in (True, False):
        enclose = problem.objective(under)
        with np.errstate(all="ignore"):
            found, inside = enclose(jets(low, high))
            value, there = enclose(points(at))
        assert not inside.any() and 100 < there.sum() < 1900
        assert (found.value.low <= value.value.high[there]).all()
        assert (found.value.high >= value.value.low[there]).all()
