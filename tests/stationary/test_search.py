"""The search for turns piece by piece: slopes, grids, brackets, and what is made of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from icl_theory.evaluate.kernels import BLOCK
from icl_theory.stationary import optimal_ridge_certified, profile, search, sensitivities
from icl_theory.stationary.search import Lines

NAMES = ("tau", "alpha", "kappa", "rho", "lam")


def beside(variable, count, seed=0, **given):
    """Lines at random places, on which a parameter moves."""
    draw = np.random.default_rng(seed)
    point = {name: 10.0 ** draw.uniform(-1.5, 1.5, count) for name in NAMES if name != variable}
    return point | {name: np.broadcast_to(float(v), count).copy() for name, v in given.items()}


@pytest.mark.parametrize("variable", NAMES)
@pytest.mark.parametrize("error", ["icl", "idg"])
def test_slopes_are_those_of_implicit_differentiation(error, variable):
    point = beside("", 60, 1)
    point["lam"][::3], point["rho"][::4] = 0, 0
    if variable != "kappa":
        point["kappa"][::5] = np.inf
    if variable != "alpha":
        point["alpha"][1::6] = np.inf
    found = search.log_slope(error, variable, point)
    rate = np.asarray(getattr(sensitivities(**point)[variable], error))
    value = np.asarray(getattr(search.errors(**point), error))
    expected = rate * np.where(point[variable] > 0, point[variable], 1.0) / value
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-14)


def test_slopes_of_long_arrays_are_those_of_their_parts_and_have_their_shape():
    point = beside("", BLOCK + 7, 2)
    point["tau"] = point["tau"][:, None]
    point = {name: value[: BLOCK + 7] for name, value in point.items()}
    some = {n: (v if n == "tau" else v[:2]) for n, v in point.items()}
    together = search.log_slope("icl", "alpha", some)
    assert together.shape == (BLOCK + 7, 2)
    for row in (0, BLOCK // 2 - 1, BLOCK // 2, BLOCK + 6):
        one = {n: (v[row] if n == "tau" else v) for n, v in some.items()}
        np.testing.assert_array_equal(together[row], search.log_slope("icl", "alpha", one))


@pytest.mark.parametrize(
    ("variable", "point", "sizes"),
    [
        # The parameters that are neither 0 nor infinite, ...
        ("rho", {"tau": 1, "alpha": 3, "kappa": np.inf, "lam": 0}, [3]),
        # ... their distances from the thresholds, ...
        ("alpha", {"tau": 0.25, "kappa": 7, "rho": 0.1, "lam": 5}, [4, 7, 10, 5, 0.75, 6, 6.75]),
        ("alpha", {"tau": 3, "kappa": 3, "rho": 0, "lam": 5}, [3, 3, 5, 2, 2]),
        # ... of which one moves.
        ("tau", {"alpha": 2, "kappa": 0.2, "rho": 2, "lam": 2}, [2, 5, 2, 2, 0.8]),
        ("kappa", {"alpha": 2, "tau": 0.2, "rho": 2, "lam": 2}, [2, 5, 2, 2, 0.8]),
    ],
)
def test_the_reach_of_a_grid_is_set_by_all_ratios(variable, point, sizes):
    lines = Lines("icl", variable, {name: np.array([float(v)]) for name, v in point.items()})
    expected = 4 + 2 * sum(abs(math.log(size)) for size in sizes)
    assert lines.reach == pytest.approx([expected], rel=1e-14)


@pytest.mark.parametrize("ridge", [0.0, 0.3])
@pytest.mark.parametrize("variable", NAMES)
def test_a_grid_has_points_everywhere_and_at_every_distance_from_thresholds(variable, ridge):
    given = {} if variable == "lam" else {"lam": ridge}
    lines = Lines("icl", variable, beside(variable, 6, 3, **given))
    reach = lines.reach
    grid = lines.grid()
    assert grid.shape == (6, lines._count(reach.max()))
    assert np.isfinite(grid).all()
    assert (np.diff(grid) >= 0).all() and (np.diff(grid) <= 0.5).all()
    assert (grid == 0).any(axis=1).all()
    if variable not in ("tau", "kappa"):
        np.testing.assert_allclose(grid, -grid[:, ::-1], rtol=0, atol=0)
        np.testing.assert_allclose(grid[:, -1], reach, rtol=1e-15)
        return
    for row, far in zip(grid, reach, strict=True):
        for end in (-far, far):
            assert np.abs(row - end).min() < 1e-12 * far
    other = lines.point["kappa" if variable == "tau" else "tau"]
    values = np.exp(grid)
    if variable == "tau" and not ridge:
        # The line ends at 1, and has features at kappa where that is below.
        values = values / (1 + values)
        above, other = np.zeros_like(values), np.where(other < 1, other, 1.0)
    else:
        above = values - 1
    for centre in (np.ones(6), other):
        for side, distance in ((-1, centre[:, None] - values), (1, values - centre[:, None])):
            if side == 1 and not above.any():
                continue
            for row, far, at in zip(distance, reach, centre, strict=True):
                step = far / (grid.shape[1] // 4)
                # In the logarithm of the distance the grid is as fine as elsewhere, down to the
                # root of what is farthest, but for rounding of the value itself.
                for depth in np.arange(0.25, far / 2 - step, 0.25):
                    if math.exp(-depth) > 1e-12:
                        logs = np.log(row[row > 0] / at)
                        assert np.abs(logs + depth).min() <= 0.5


def test_an_infinite_number_of_tasks_is_no_threshold_of_tau():
    endless = Lines("icl", "tau", beside("tau", 3, 4, kappa=np.inf, lam=0.1))
    values = np.exp(endless.grid())
    assert np.isfinite(values).all()
    # Around 1 every distance is there twice.
    distance = np.abs(values - 1)
    assert ((distance > 1e-9) & (distance < 1e-3)).sum() % 4 == 0


@pytest.mark.parametrize("variable", ["tau", "alpha", "kappa"])
def test_lines_that_are_looked_at_together_have_about_as_many_points(variable):
    count = 12_000
    lines = Lines("icl", variable, beside(variable, count, 5))
    # Too far for float64.
    lines.point["rho"][7] = 1e45
    lines.point["rho"][8] = 1e-45
    found = list(lines.blocks())
    together = np.concatenate(found)
    assert sorted(together) == sorted(set(range(count)) - {7, 8})
    assert (np.diff(lines.reach[together]) >= 0).all()
    sizes = [lines.part(block).grid().size for block in found]
    assert max(sizes) <= search._TOGETHER
    # Lines of a block are about as long as each other, so that little is left free.
    assert min(sizes[:-1]) > 0.8 * search._TOGETHER


def test_lines_are_searched_up_to_a_reach_of_a_hundred():
    point = beside("alpha", 2, 6, tau=1, kappa=np.inf, lam=1)
    point["rho"] = np.exp([47.9, 48.1])
    lines = Lines("icl", "alpha", point)
    assert lines.reach == pytest.approx([99.8, 100.2])
    assert [list(block) for block in lines.blocks()] == [[0]]
    found = search.turns("icl", "alpha", point)
    assert found.searched.tolist() == [True, False]
    assert found.start[1] == 0


@pytest.mark.parametrize("variable", NAMES)
def test_coordinates_and_values_undo_each_other(variable):
    ridge = {} if variable == "lam" else {"lam": 0.0}
    lines = Lines("icl", variable, beside(variable, 3, 7, **ridge))
    below = variable == "tau"
    value = np.array([[1e-9, 0.3, 0.75], [0.1, 0.5, 1 - 1e-9], [1e-3, 0.2, 0.9]])
    s = lines.coordinate(value)
    np.testing.assert_allclose(s, np.log(value / (1 - value) if below else value), atol=1e-15)
    every = np.arange(3)[:, None]
    np.testing.assert_allclose(lines.value(s, every), value, rtol=1e-14)
    # Far beyond the digits of the sum of both.
    moved = lines.value(s, every, 1e-3)
    np.testing.assert_allclose(lines.value(s + 1e-3, every), moved, rtol=1e-13)
    if below:
        lines.point["lam"][1] = 0.1
        assert lines.value(np.full(3, math.log(3)), np.arange(3)) == pytest.approx([0.75, 3, 0.75])
        found = lines.coordinate(np.array([[0.75], [3.0], [0.75]]))[:, 0]
        assert found == pytest.approx(np.full(3, math.log(3)))
        # A threshold that is not on the line leads to no place that is not.
        assert np.isfinite(lines.coordinate(np.full((3, 1), 5.0))).all()


@pytest.mark.parametrize("variable", ["tau", "alpha", "kappa", "rho"])
@pytest.mark.parametrize("error", ["icl", "idg"])
@pytest.mark.parametrize("ridgeless", [True, False], ids=["ridgeless", "ridge"])
def test_turns_are_those_of_exact_arithmetic(error, variable, ridgeless):
    point = beside(variable, 12, 8)
    point["lam"] = np.zeros(12) if ridgeless else point["lam"] * 1e-2
    found = search.turns(error, variable, point)
    assert found.searched.all()
    assert (np.diff(found.line) >= 0).all()
    for i in range(12):
        exact = profile(error, variable, **{n: float(v[i]) for n, v in point.items()})
        here = found.line == i
        assert found.start[i] == exact.directions[0]
        kinds = [{"minimum": 1, "maximum": -1}[one.kind] for one in exact.points]
        assert found.kind[here].tolist() == kinds
        expected = [float(one.value) for one in exact.points]
        np.testing.assert_allclose(found.at[here], expected, rtol=1e-9)


def test_sign_changes_are_those_between_certain_slopes():
    slope = np.array(
        [
            [1, 2, -1, -2, 3],
            [1, 1e-14, -1e-14, 0, -1],
            [1, 1e-14, -1e-14, 0, 1],
            [np.nan, -1, np.nan, 1, np.nan],
            [-1, -1, -1, -1, -1],
        ]
    )
    found = list(zip(*search._changes(slope), strict=True))
    # The last sign of one row and the first of the next are of different lines.
    assert found == [(0, 1, 2), (0, 3, 4), (1, 0, 4), (3, 1, 3)]


def test_dips_are_where_a_slope_comes_closer_to_zero_and_goes_back():
    slope = np.array(
        [
            [3, 1, 2, 3, 3],
            [-3, -3, -2, -3, -4],
            [3, 2, -1, 2, 3],
            [1, 2, 3, 2, 1],
            # Less than rounding.
            [1 + 1e-9, 1, 1 + 1e-9, 2, 3],
            [1e-14, 1e-15, 1e-14, 1, 2],
        ]
    )
    s = np.arange(5.0) + 10 * np.arange(6)[:, None]
    line, left, middle, right, sign = search._dips(s, slope)
    assert line.tolist() == [0, 1] and sign.tolist() == [1, -1]
    assert (left.tolist(), middle.tolist(), right.tolist()) == ([0, 11], [1, 12], [2, 13])


class Stub:
    """Lines with a slope of one's own, and its coordinate as parameter."""

    def __init__(self, slope):
        self._slope = slope

    def slope(self, s, line, step=0.0):
        return self._slope(s + step, line)

    def value(self, s, line, step=0.0):
        return s + step


def test_both_roots_in_a_dip_are_bracketed_and_none_where_there_is_none():
    # The first dips below zero, the second does not, the third from below.
    depth = np.array([0.01, -0.01, 0.01])
    side = np.array([1.0, 1.0, -1.0])
    lines = Stub(lambda s, line: side[line] * ((s - 0.3) ** 2 - depth[line]))
    every = np.arange(3)
    dips = (every, np.full(3, -1.0), np.full(3, 0.2), np.full(3, 1.0), side)
    first, second = search._touches(lines, dips)
    for (line, low, high), root in ((first, 0.2), (second, 0.4)):
        assert line.tolist() == [0, 2]
        assert (low < root).all() and (root < high).all()
        at = search._roots(lines, line, low, high)
        np.testing.assert_allclose(at, root, atol=1e-14)
    assert list(search._touches(lines, tuple(part[:0] for part in dips))) == []


def test_a_root_outside_of_its_bracket_by_rounding_is_at_the_nearer_end():
    lines = Stub(lambda s, line: np.where(line == 0, 1 + s, 3 - s) * 1e-16)
    ends = np.zeros(2), np.ones(2)
    assert search._roots(lines, np.arange(2), *ends).tolist() == [0, 1]
    assert search._roots(lines, np.arange(0), np.zeros(0), np.zeros(0)).tolist() == []


@pytest.mark.parametrize("error", ["icl", "idg"])
def test_brackets_have_the_best_ridge_between_them(error):
    point = beside("lam", 40, 9)
    start = np.geomspace(1e-6, 1e6, 40)
    searched = np.ones(40, dtype=bool)
    line, low, high = search._brackets(error, point, np.arange(40), start, searched)
    assert sorted(line) == sorted(np.flatnonzero(searched)) and len(line) > 20
    np.testing.assert_allclose(high - low, 2)
    lines = Lines(error, "lam", point)
    assert (lines.slope(low, line) < 0).all() and (lines.slope(high, line) > 0).all()
    # One end is a number of strides from where the search began.
    strides = (low - np.log(start[line])) / 2
    np.testing.assert_allclose(strides, np.round(strides), atol=1e-9)
    # Those that are given up have no best ridge in the range.
    for i in np.flatnonzero(~searched):
        minima = optimal_ridge_certified(error, *(float(v[i]) for v in point.values())).minima
        assert not minima or not 1e-26 < float(minima[0].value) < 1e26


def test_a_best_ridge_is_searched_in_the_range_that_float64_has():
    point = beside("lam", 8, 10, tau=0.5, kappa=2)
    point["rho"] = np.array([0, 0.9e-28, 1.1e-28, 1, 1, 1, 1, 1])
    point["kappa"] = np.array([2, 2, 2, 0.9e28, 1.1e28, np.inf, 2, 2])
    point["alpha"] = np.array([1, 1, 1, 1, 1, 1, np.inf, 1])
    best, searched = search.best_ridge("icl", point)
    assert searched.tolist() == [True, False, True, True, False, True, True, True]
    # At infinite context it is rho/tau.
    assert best[6] == 2
    exact = optimal_ridge_certified("icl", 0.5, 1, 2, 1).minima[0]
    assert best[7] == pytest.approx(float(exact.value), rel=1e-13)


@pytest.mark.parametrize("variable", ["tau", "alpha", "kappa"])
def test_lines_that_turn_are_not_monotone_in_all_blocks_and_threads(variable):
    point = beside(variable, 700, 11)
    point["lam"] *= 1e-2
    found = search.turns("icl", variable, point)
    answer, searched = search.monotone("icl", variable, point)
    assert searched.all() and found.searched.all()
    turned = np.bincount(found.line, minlength=700)
    np.testing.assert_array_equal(~answer, turned > 0)
    # What a line says does not depend on what is searched beside it.
    for i in (3, 111, 640):
        alone = search.turns("icl", variable, {n: v[i : i + 1] for n, v in point.items()})
        np.testing.assert_allclose(alone.at, found.at[found.line == i], rtol=1e-12)
        np.testing.assert_array_equal(alone.kind, found.kind[found.line == i])
        assert alone.start == found.start[i]
