"""Best context lengths and ridges over arrays, against brute force and exact decisions."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from icl_theory import errors
from icl_theory.evaluate import threads
from icl_theory.stationary import (
    api,
    is_monotone,
    optimal_context,
    optimal_context_certified,
    optimal_ridge,
    optimal_ridge_certified,
    profile,
    search,
)

#: Context lengths of the brute-force search, both limits apart.
ALPHAS = np.geomspace(1e-12, 1e14, 1001)


def draw(count, seed, low=-2.0, high=2.0):
    return 10 ** np.random.default_rng(seed).uniform(low, high, (count, 100))


@pytest.mark.parametrize("error", ["icl", "idg"])
@pytest.mark.parametrize("ridge", [0.0, 1e-6, 1e-2])
def test_no_context_length_is_better_than_the_best(error, ridge):
    tau, kappa, rho = draw(3, 17)
    found = optimal_context(error, tau, kappa, rho, ridge)
    column = (part[:, None] for part in (tau, kappa, rho))
    t, k, n = column
    tried = getattr(errors(t, ALPHAS, k, n, ridge), error)
    endless = getattr(errors(tau, np.inf, kappa, rho, ridge), error)
    least = np.minimum(tried.min(axis=1), endless)
    # Turns by less than this share of the error are not promised.
    assert (found.error <= least * (1 + search._ROUNDING)).all()
    # And it is the error at the place that is given, which brute force comes close to.
    assert (found.error >= least * (1 - 1e-3)).all()
    inside = (found.minimum > 0) & np.isfinite(found.minimum)
    at = getattr(errors(tau, np.where(inside, found.minimum, np.inf), kappa, rho, ridge), error)
    np.testing.assert_array_equal(np.where(found.minimum == 0, found.error, at), found.error)
    shares = [np.mean(found.minimum == 0), np.mean(np.isinf(found.minimum)), np.mean(inside)]
    # The test would not notice a wrong end if no minimum lay there.
    assert shares[1] > 0.05
    assert shares[0] > 0 or (error, ridge) != ("icl", 0.0)
    assert shares[2] > 0.05 or ridge > 1e-6


@pytest.mark.parametrize(
    ("error", "place", "minimum", "interior"),
    [
        # At a ridge the error is lower at infinite context than in its interior minimum, ...
        ("icl", (0.9993982825, 0.121585, 1.154378, 0.000931137), np.inf, 3.03640949),
        ("icl", (1.0005, 0.12, 1.2, 0.001), np.inf, None),
        ("icl", (0.98, 0.3, 0.6, 0.002), None, None),
        # ... ridgeless it comes lower towards zero context, ...
        ("icl", (20, 0.01, 10, 0), 0.0, 1.33917238),
        ("icl", (20, 0.01, 8, 0), 0.0, None),
        ("icl", (5, 0.1, 2, 0), 0.0, None),
        # ... and sometimes the interior minimum is best.
        ("icl", (20, 0.25, 0.5, 0), 4.67545314, 4.67545314),
        ("idg", (0.5, 0.3, 0.5, 0), None, None),
    ],
)
def test_the_best_is_chosen_among_turns_and_ends(error, place, minimum, interior):
    found = optimal_context(error, *place)
    exact = optimal_context_certified(error, *place, digits=25)
    heights = {float(point.value): float(point.error) for point in exact.minima}
    tau, kappa, rho, lam = place
    ends = {
        np.inf: getattr(errors(tau, np.inf, kappa, rho, lam), error),
        0.0: (1 + rho) * max(tau, 1) / abs(tau - 1),
    }
    best = min(heights | ends, key=(heights | ends).get)
    assert found.minimum == pytest.approx(best, rel=1e-9)
    assert found.error == pytest.approx((heights | ends)[best], rel=1e-13)
    if minimum is not None:
        assert best == pytest.approx(minimum, rel=1e-8)
    if heights:
        lowest = min(heights, key=heights.get)
        assert found.interior_minimum == pytest.approx(lowest, rel=1e-9)
    else:
        assert np.isnan(found.interior_minimum)
    if interior is not None:
        assert found.interior_minimum == pytest.approx(interior, rel=1e-8)


def test_of_several_interior_minima_and_maxima_the_lowest_and_highest_are_given():
    seen = {"minima": 0, "maxima": 0}
    tau, kappa, rho, lam = draw(4, 5)
    lam = lam * 1e-3
    for error in ("icl", "idg"):
        found = optimal_context(error, tau, kappa, rho, lam)
        for i in range(40):
            exact = optimal_context_certified(error, tau[i], kappa[i], rho[i], lam[i])
            # A turn of less than 1e-13 of the error is not seen by float64.
            if exact.minima and exact.maxima:
                low = min(exact.minima, key=lambda point: float(point.error))
                high = max(exact.maxima, key=lambda point: float(point.error))
                if max(float(point.value) for point in exact.points) > 1e6:
                    continue
                assert found.interior_minimum[i] == pytest.approx(float(low.value), rel=1e-8)
                assert found.interior_maximum[i] == pytest.approx(float(high.value), rel=1e-8)
                seen["minima"] += len(exact.minima) > 1
                seen["maxima"] += len(exact.maxima) > 1
    assert seen["maxima"] > 0


@pytest.mark.parametrize("error", ["icl", "idg"])
def test_best_ridges_are_those_of_exact_arithmetic(error):
    place = draw(4, 23)
    place[0, ::11], place[1, ::7], place[2, ::5], place[3, ::13] = 1.0, np.inf, np.inf, 0.0
    found = optimal_ridge(error, *place)
    zeros = 0
    for i in range(0, 100, 2):
        minima = optimal_ridge_certified(error, *place[:, i], digits=18).minima
        expected = float(minima[0].value) if minima else 0.0
        zeros += expected == 0
        # 1e-14, and more where the best ridge is a small difference of the parameters' powers.
        assert found[i] == pytest.approx(expected, rel=1e-12, abs=0)
    assert zeros > 0


@pytest.mark.parametrize("error", ["icl", "idg"])
@pytest.mark.parametrize("kappa", [0.2, 1.0, 3.0, np.inf])
def test_the_best_ridge_at_infinite_context_is_the_noise_per_sequence(error, kappa):
    assert optimal_ridge(error, 0.5, np.inf, kappa, 0.25) == 0.5
    (point,) = optimal_ridge_certified(error, 2, "inf", kappa, "1/3", digits=20).points
    assert point.value.overlaps(point.value.__class__(1) / 6)
    assert optimal_ridge(error, 2.0, np.inf, kappa, 0.0) == 0.0
    assert optimal_ridge_certified(error, 2, "inf", kappa, 0).directions == (1,)
    # From the other side: the best ridge at longer and longer contexts tends to it.
    long = optimal_ridge(error, 0.5, [1e6, 1e8], kappa, 0.25)
    assert np.abs(long - 0.5)[1] < np.abs(long - 0.5)[0] < 1e-3


def test_monotone_at_infinite_context():
    assert not is_monotone("icl", "lam", tau="1/2", alpha="inf", kappa=1, rho="1/10")
    assert is_monotone("icl", "lam", tau="1/2", alpha="inf", kappa=1, rho=0)
    assert is_monotone("icl", "kappa", tau="1/2", alpha="inf", rho="1/10", lam="3/10")
    with pytest.raises(ValueError, match="alpha must be finite where rho moves, got inf"):
        is_monotone("icl", "rho", tau="1/2", alpha="inf", kappa=1, lam=1)


@pytest.mark.parametrize("variable", ["tau", "alpha", "kappa", "rho", "lam"])
@pytest.mark.parametrize("error", ["icl", "idg"])
@pytest.mark.parametrize("ridgeless", [True, False])
def test_arrays_are_monotone_where_exact_arithmetic_says_so(error, variable, ridgeless):
    if ridgeless and variable == "lam":
        return
    names = [name for name in ("tau", "alpha", "kappa", "rho", "lam") if name != variable]
    point = dict(zip(names, draw(len(names), 31, -1.0, 1.0)[:, :20], strict=True))
    if "lam" in point:
        point["lam"] = np.zeros(20) if ridgeless else point["lam"] * 1e-2
    found = is_monotone(error, variable, **point)
    assert found.shape == (20,)
    expected = [
        profile(error, variable, digits=1, **{n: v[i] for n, v in point.items()}).monotone
        for i in range(20)
    ]
    assert found.tolist() == expected


def test_arrays_broadcast_and_numbers_give_a_bool():
    assert is_monotone("icl", "alpha", tau=20, kappa=0.25, rho=20) is True
    grid = is_monotone("icl", "alpha", tau=20, kappa=[[0.25], [2.0]], rho=[0.5, 20.0, 1.0])
    assert grid.shape == (2, 3)
    assert is_monotone("gap", "alpha", tau=[2.0, 3.0], kappa=0.5, rho=0.1).dtype == bool
    ridge = optimal_ridge("icl", [[0.5], [2.0]], 10, [0.5, 1.0, np.inf], 0.1)
    assert ridge.shape == (2, 3)
    best = optimal_context("icl", [[0.5], [2.0]], [0.5, 1.0, np.inf], 0.1, [0.0, 0.1, 0.1])
    assert best.minimum.shape == best.error.shape == best.direction.shape == (2, 3)
    assert optimal_context("icl", 0.5, np.zeros((0, 3)) + 1, 0.1).minimum.shape == (0, 3)
    assert optimal_ridge("icl", 0.5, 1.0, np.zeros((0,)), 0.1).shape == (0,)


def test_extreme_points_are_left_to_exact_arithmetic():
    # Float64 would leave its range on the way.
    tiny = optimal_ridge("icl", 0.5, 1e-20, 1.0, 1e-25)
    (point,) = optimal_ridge_certified("icl", 0.5, 1e-20, 1.0, 1e-25).points
    assert tiny == float(point.value)
    far = optimal_context("icl", 1e-9, 1e9, 1e9, [1e-9, 1e-8])
    exact = optimal_context_certified("icl", 1e-9, 1e9, 1e9, 1e-9)
    assert far.direction[0] == (exact.directions[0] if exact.monotone else 0)


@pytest.mark.parametrize("variable", ["tau", "alpha", "kappa", "rho"])
@pytest.mark.parametrize("error", ["icl", "idg"])
def test_a_turn_seen_on_a_coarse_grid_is_one_of_those_that_are_found(error, variable):
    names = [name for name in ("tau", "alpha", "kappa", "rho", "lam") if name != variable]
    random = np.random.default_rng(41)
    point = {name: 10.0 ** random.uniform(-2, 2, 400) for name in names}
    # Ridgeless, turns come in pairs between points of the grid.
    point["lam"] *= 1e-3 * (np.arange(400) % 2)
    found = search.turns(error, variable, point)
    answer, searched = search.monotone(error, variable, point)
    np.testing.assert_array_equal(searched, found.searched)
    np.testing.assert_array_equal(~answer, np.isin(np.arange(400), found.line))
    # Label noise turns no error, and few parameters turn the idg error.
    assert 0 < answer.sum() < 400 or variable == "rho" or error == "idg"


def test_turns_between_points_of_the_grid_are_found_wherever_these_lie():
    # A minimum at tau = 0.803 and a maximum at 0.837, seen by exact arithmetic.
    place = {"alpha": 69.52434332, "kappa": 2.30378024, "rho": 0.07610817, "lam": 0.01}
    exact = [float(point.value) for point in profile("idg", "tau", **place).points]
    assert len(exact) == 2
    # Lines that are searched together share the length of the longest grid.
    for longest in 10 ** np.random.default_rng(9).uniform(-8, -2, 20):
        beside = {name: np.array([value, value]) for name, value in place.items()}
        beside["lam"][1] = longest
        found = search.turns("idg", "tau", beside)
        np.testing.assert_allclose(found.at[found.line == 0], exact, rtol=1e-9)
        assert not search.monotone("idg", "tau", beside)[0][0]


def test_threads_find_the_same_turns(monkeypatch):
    tau, kappa, rho = 10 ** np.random.default_rng(8).uniform(-2, 2, (3, 2000))
    monkeypatch.setattr(threads, "processors", lambda: 1)
    alone = optimal_context("icl", tau, kappa, rho, 0.01)
    monkeypatch.setattr(threads, "processors", lambda: 3)
    several = optimal_context("icl", tau, kappa, rho, 0.01)
    for name in ("minimum", "error", "interior_minimum", "interior_maximum", "direction"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(several, name))


@pytest.mark.slow
def test_a_hundred_thousand_points_take_seconds():
    tau, alpha, kappa, rho = 10 ** np.random.default_rng(3).uniform(-1, 1, (4, 100_000))
    limits = {}
    for name, work in {
        "errors": lambda: errors(tau, alpha, kappa, rho, 0.01),
        "ridge": lambda: optimal_ridge("icl", tau, alpha, kappa, rho),
        "context": lambda: optimal_context("icl", tau, kappa, rho, 0.01),
        "monotone": lambda: is_monotone("icl", "alpha", tau=tau, kappa=kappa, rho=rho, lam=0.01),
    }.items():
        start = time.process_time()
        work()
        limits[name] = time.process_time() - start
    # In units of one evaluation of all errors, which takes some 30 ms.
    assert limits["ridge"] < 100 * limits["errors"]
    assert limits["context"] < 500 * limits["errors"]
    assert limits["monotone"] < 500 * limits["errors"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optimal_context("icl", True, 1, 1), "tau must be a finite number"),
        (lambda: optimal_context("icl", 2, b"1", 1), "kappa must"),
        (lambda: optimal_context("icl", 2, 1, 1j), "rho must"),
        (lambda: optimal_context("icl", 2, 1, 1, [0.1, "x"]), "lam must"),
        (lambda: optimal_ridge("icl", 2, [1.0, -1.0], 1, 1), "alpha must be .* at index 1"),
        (lambda: optimal_ridge("icl", 2, 1, None, 1), "kappa must"),
        (lambda: optimal_ridge("icl", 2, 1, 1, np.array([True])), "rho must"),
        (lambda: optimal_ridge("icl", np.array([1 + 1j]), 1, 1, 1), "tau must"),
        (lambda: optimal_ridge(["icl"], 2, 1, 1, 1), "error must be one of icl, idg"),
        (lambda: optimal_context("icl", [0.5, 1.0], 1, 1), "tau must not be 1 where lam = 0"),
        (lambda: is_monotone("icl", "alpha", tau=[2.0, 1.0], kappa=1, rho=1), "tau must not be 1"),
        (lambda: is_monotone("icl", b"alpha", tau=2, kappa=1, rho=1), "variable must be one of"),
        (
            lambda: is_monotone("icl", "kappa", tau=2, alpha=[1, np.inf], rho=1),
            "alpha must be finite",
        ),
    ],
)
def test_what_is_no_number_is_refused_by_name(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_of_several_exact_turns_the_lowest_and_the_highest_are_taken(monkeypatch):
    points = [SimpleNamespace(value=v, error=e) for v, e in ((1, 3.0), (2, 1.0), (3, 2.0))]
    exact = SimpleNamespace(minima=points, maxima=points, monotone=False, directions=(-1,))
    none = np.zeros(0, dtype=int)
    left = SimpleNamespace(
        line=none,
        at=none.astype(float),
        kind=none,
        start=np.array([-1]),
        searched=np.array([False]),
    )
    monkeypatch.setattr(api, "turns", lambda *_: left)
    monkeypatch.setattr(api, "profile", lambda *_, **__: exact)
    found = optimal_context("icl", 0.5, 0.5, 0.1, 0.1)
    assert (found.interior_minimum, found.interior_maximum) == (2.0, 1.0)


def test_exact_arithmetic_takes_the_place_of_a_search_that_was_not_made(monkeypatch):
    # Lines whose search leaves the range of float64 are few; here all of them are.
    tau, kappa, rho, lam = (part[:4] for part in draw(4, 5))
    lam = lam * 1e-3
    expected = optimal_context("icl", tau, kappa, rho, lam)
    searched = api.turns

    def give_up(error, variable, point):
        found = searched(error, variable, point)
        none = np.zeros(0, dtype=found.line.dtype)
        return replace(
            found, line=none, at=none.astype(float), kind=none, searched=np.zeros(4, dtype=bool)
        )

    monkeypatch.setattr(api, "turns", give_up)
    found = optimal_context("icl", tau, kappa, rho, lam)
    assert np.isfinite(found.interior_minimum).any() and np.isfinite(found.interior_maximum).any()
    assert {-1, 0, 1} >= set(found.direction.tolist()) > {0}
    np.testing.assert_array_equal(found.direction, expected.direction)
    for name in ("minimum", "error", "interior_minimum", "interior_maximum"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-8)


def test_lines_that_end_at_a_threshold_give_no_warnings():
    draw = np.random.default_rng(2)
    names = ("tau", "alpha", "kappa", "rho")
    where = {name: 10.0 ** draw.uniform(-2, 2, 20) for name in names}
    del where["tau"]
    # Warnings are errors here.
    assert is_monotone("icl", "tau", **where).shape == (20,)
