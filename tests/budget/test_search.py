"""Intervals against exact fractions, and branch and bound on functions whose minimum is known."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from icl_theory.budget import search
from icl_theory.budget.allocate import GRID, Side
from icl_theory.budget.interval import Interval, Jet
from icl_theory.budget.problem import resolvent
from icl_theory.budget.search import jets, minimise, points
from icl_theory.evaluate.general import errors

from .test_allocate import priced

OPERATIONS = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "number first": lambda a, b: 3.0 + a * (2.0 - b) + 5.0 / b,
    "number last": lambda a, b: (a - 0.5) * 7.0 / 3.0 + -b,
}


def boxes(count=300):
    """Pairs of intervals of all signs, of which the second does not contain 0."""
    draw = np.random.default_rng(1)
    low = draw.uniform(-2, 2, (count, 2))
    high = low + 10 ** draw.uniform(-3, 0.5, (count, 2)) * (draw.random((count, 2)) < 0.8)
    crosses = (low[:, 1] <= 0) & (high[:, 1] >= 0)
    low[crosses, 1], high[crosses, 1] = 0.25, 1.5
    return low, high


@pytest.mark.parametrize("name", OPERATIONS)
def test_bounds_are_those_of_exact_fractions_rounded_outwards(name):
    operation, (low, high) = OPERATIONS[name], boxes()
    with np.errstate(all="ignore"):
        found = operation(*(Interval(low[:, i], high[:, i]) for i in range(2)))
    simple = name in list(OPERATIONS)[:4]
    for i in range(len(low)):
        corners = [
            operation(Fraction(a), Fraction(b))
            for a in (low[i, 0], high[i, 0])
            for b in (low[i, 1], high[i, 1])
        ]
        assert Fraction(found.low[i]) <= min(corners) <= max(corners) <= Fraction(found.high[i])
        # Each of these has its extremes at corners, and rounds once or twice.
        if simple:
            size = float(max(map(abs, corners)))
            assert min(corners) - Fraction(found.low[i]) <= 6e-16 * size
            assert Fraction(found.high[i]) - max(corners) <= 6e-16 * size


def test_what_is_too_small_for_float64_is_not_zero():
    tiny = Interval(np.array([1e-200, -2e-200]), np.array([2e-200, -1e-200]))
    square = tiny * Interval.of(1e-200)
    assert (square.low[0], square.high[1]) == (0, 0)
    assert square.high[0] > 0 > square.low[1]
    # So a product with what is too large for float64 is unknown and not 0.
    with np.errstate(all="ignore"):
        back = square * (Interval.of(1e200) * Interval.of(1e200))
    assert back.low[0] <= 1e-200 * 1e200 <= back.high[0]
    assert back.low[1] <= -1.5 <= back.high[1]


def test_zero_times_anything_is_zero_and_plus_anything_that():
    zero, some = Interval.of(0.0), Interval(np.array([-1.0, 2.0]), np.array([np.inf, 3.0]))
    assert (zero * some).is_zero and (some * zero).is_zero
    assert zero + some is some and some + zero is some
    assert not Interval(np.zeros(2), np.zeros(2)).is_zero
    assert not Interval(np.array(0.0), np.array(1.0)).is_zero


def test_bounds_are_strictly_outside_of_what_was_rounded():
    third = Interval.of(1.0) / 3.0
    assert Fraction(float(third.low)) < Fraction(1, 3) < Fraction(float(third.high))
    root = Interval.of(2.0).sqrt()
    assert Fraction(float(root.low)) ** 2 < 2 < Fraction(float(root.high)) ** 2
    assert float(root.high) - float(root.low) < 1e-15
    # One and the same number, kept.
    assert Interval.of(third) is third


@pytest.mark.parametrize(
    ("low", "high", "inverse"),
    [
        (2.0, 4.0, (0.25, 0.5)),
        (-4.0, -2.0, (-0.5, -0.25)),
        (0.0, 2.0, (0.5, math.inf)),
        (-1.0, 2.0, (-math.inf, math.inf)),
        (-2.0, 0.0, (-math.inf, math.inf)),
    ],
)
def test_an_inverse_is_unbounded_only_where_a_number_may_vanish(low, high, inverse):
    with np.errstate(divide="ignore"):
        found = Interval(np.array(low), np.array(high)).inverse()
    for bound, expected in zip((found.low, found.high), inverse, strict=True):
        assert bound == pytest.approx(expected, rel=4e-16)


def test_undefined_products_and_negative_roots_are_bounded_by_what_they_can_be():
    zero, large = Interval.of(0.0), Interval(np.array(1.0), np.array(math.inf))
    with np.errstate(invalid="ignore"):
        product, mixed = zero * large, Interval(np.array(-1.0), np.array(0.0)) * large
        unknown = large + Interval(np.array(-math.inf), np.array(2.0))
    assert (product.low, product.high) == (0, 0)
    assert (mixed.low, mixed.high) == (-math.inf, 0)
    assert (unknown.low, unknown.high) == (-math.inf, math.inf)
    some = Interval(np.array(-1.0), np.array(4.0))
    assert (some.sqrt().low, float(some.sqrt().high)) == (0, pytest.approx(2, rel=4e-16))
    met = some.meet(Interval(np.array(0.5), np.array(9.0)))
    assert (met.low, met.high) == (0.5, 4)
    kept = some.within(-3, 2)
    assert (kept.low, kept.high) == (-1, 2)


def test_slopes_enclose_difference_quotients():
    draw = np.random.default_rng(2)
    low = draw.uniform(0.5, 2, (50, 2))
    high = low * (1 + 1e-6)
    functions = [
        lambda x, y: x * y + 2.0,
        lambda x, y: 3.0 - x - y * 2.0,
        lambda x, y: (x + 1.0) / (y * x),
        lambda x, y: 2.0 / x - 1.0 / y,
        lambda x, y: (x * x + y).sqrt() if isinstance(x, Jet) else (x * x + y) ** 0.5,
        lambda x, y: -x * 2.0 + 1.0 - (y - 3.0) * (5.0 - x),
    ]
    for function in functions:
        found = function(*jets(low, high))
        for i in range(2):
            step = np.eye(2)[i] * 1e-5
            middle = np.sqrt(low * high)
            above, below = (function(*(middle + sign * step).T) for sign in (1, -1))
            quotient = (above - below) / 2e-5
            slope = found.slopes[i]
            size = 1e-4 * (1 + np.abs(quotient))
            assert (np.abs(slope.low - quotient) < size).all()
            assert (np.abs(slope.high - quotient) < size).all()
            assert (slope.low <= slope.high).all()
    met = jets(low, high)[0].meet(jets(low * (1 + 1e-7), high)[0] * 1.0)
    assert (met.value.low >= low[:, 0] * (1 + 0.9e-7)).all() and (
        met.value.high == high[:, 0]
    ).all()
    assert all(
        ((s.low <= e) & (e <= s.high)).all() for s, e in zip(met.slopes, (1, 0), strict=True)
    )


def test_a_resolvent_is_the_root_of_its_equation_and_has_its_slopes():
    draw = np.random.default_rng(3)
    low = 10 ** draw.uniform(-2, 2, (200, 3))
    high = low * (1 + 1e-9)
    for tasks in (True, False):
        level, argument, kappa = jets(low, high)
        found = resolvent(level, argument, kappa if tasks else 0.7)
        k = low[:, 2] if tasks else 0.7

        def root(level, argument, kappa):
            half = argument + 1 - level / kappa
            return 2 * level / (half + np.sqrt(half * half + 4 * argument * level / kappa))

        m = root(low[:, 0], low[:, 1], k)
        good = np.abs(low[:, 0] / m / (low[:, 1] + k / (k + m)) - 1) < 1e-13
        assert good.sum() > 150
        for bound in (found.value.low, found.value.high):
            np.testing.assert_allclose(bound[good], m[good], rtol=1e-7)
        scale = 1 / (low[:, 1] + (k / (k + m)) ** 2)
        falls = -((m / (k + m)) ** 2) * scale if tasks else 0 * m
        for slope, expected in zip(found.slopes, (scale, -m * scale, falls), strict=True):
            for bound in (slope.low, slope.high):
                bound = np.broadcast_to(bound, len(low))
                np.testing.assert_allclose(bound[good], expected[good], rtol=1e-6, atol=1e-300)
    endless = resolvent(level, argument, math.inf)
    np.testing.assert_allclose(endless.value.low, low[:, 0] / (low[:, 1] + 1), rtol=1e-8)


def bowl(x, y):
    """Least, 2, at (3, 0.5)."""
    return (x - 3.0) * (x - 3.0) + (y * 2.0 - 1.0) * (y * 2.0 - 1.0) + 2.0


def everywhere(function):
    """A function as an objective that is defined everywhere."""

    def enclose(variables):
        found = function(*variables)
        return found, np.ones(np.shape(found.value.low), bool)

    return enclose


@pytest.mark.parametrize(
    ("low", "high", "place", "least"),
    [
        # Inside, on each of the faces, and in a corner.
        ([0.1, 0.1], [10, 10], [3, 0.5], 2),
        ([4, 0.1], [10, 10], [4, 0.5], 3),
        ([0.1, 0.1], [2, 10], [2, 0.5], 3),
        ([0.1, 1], [10, 10], [3, 1], 3),
        ([0.1, 0.1], [10, 0.25], [3, 0.25], 2.25),
        ([4, 1], [10, 10], [4, 1], 4),
        ([0.1, 0.1], [2, 0.25], [2, 0.25], 3.25),
    ],
)
def test_the_least_value_is_enclosed_wherever_it_lies(low, high, place, least):
    low, high = np.array(low, float), np.array(high, float)
    found = minimise(everywhere(bowl), low, high, tolerance=1e-8, start=np.sqrt(low * high))
    assert found.low <= least <= found.high
    assert found.high - found.low <= 1e-8 * found.high
    np.testing.assert_allclose(found.point, place, atol=2e-4)
    assert found.high == pytest.approx(float(bowl(*found.point)), rel=1e-14)
    assert 0 < found.boxes < 2000


def test_a_search_that_has_its_answer_at_the_start_looks_at_no_box():
    low, high = np.array([1.0]), np.array([4.0])
    constant = everywhere(lambda x: x * 0.0 + 5.0)
    found = minimise(constant, low, high, tolerance=1e-9, start=low)
    # Nothing is known before the first cut.
    assert found.boxes == 2 and found.low <= 5 <= found.high
    # Nothing is below what is known elsewhere.
    beaten = minimise(constant, low, high, tolerance=1e-9, start=high, beat=3.0)
    assert (beaten.low, beaten.high) == (3, 3) and beaten.point == high


def test_sides_as_long_as_float64_are_cut_in_the_middle():
    """Their ends have a product beyond float64."""
    low, high = np.array([1e200]), np.array([1e250])
    bend = everywhere(lambda x: x / 1e225 + 1e225 / x)
    found = minimise(bend, low, high, tolerance=1e-6, start=low)
    assert found.low <= 2 <= found.high <= found.low * (1 + 1e-6)
    assert found.point == pytest.approx(1e225, rel=2e-3)


def test_a_search_ends_where_a_box_cannot_be_cut_any_more(monkeypatch):
    """Between neighbours in float64 there is no middle: one half is a point, the other is all."""
    monkeypatch.setattr(search, "ROUNDS", 30)

    def vague(variables):
        (x,) = variables
        thick = x.value.high > x.value.low
        value = Interval(np.where(thick, 1.0, 4.0), np.where(thick, 5.0, 4.0))
        slopes = tuple(Interval.of(slope) * Interval(-np.inf, np.inf) for slope in x.slopes)
        return Jet(value, slopes), np.ones(len(thick), bool)

    ends = np.array([1.0]), np.array([np.nextafter(1.0, 2.0)])
    with pytest.raises(ArithmeticError, match="after 62 boxes the least value lies between 1 "):
        minimise(vague, *ends, tolerance=1e-6, start=ends[0], beat=3.0)


def test_where_a_function_is_not_defined_it_has_no_least_value():
    def enclose(variables):
        (x,) = variables
        value = x * 1.0
        # Defined from 2 on; what a box has below is none of its range.
        low = np.where(x.value.high < 2, np.inf, np.maximum(value.value.low, 2))
        high = np.where(x.value.high < 2, np.inf, value.value.high)
        return Jet(Interval(low, high), value.slopes), x.value.low >= 2

    ends = np.array([0.5]), np.array([8.0])
    found = minimise(enclose, *ends, tolerance=1e-6, start=np.array([4.0]))
    assert found.low <= 2 <= found.high <= found.low * (1 + 1e-6)
    nowhere = minimise(
        enclose, np.array([0.5]), np.array([1.5]), tolerance=1e-6, start=ends[0], beat=9
    )
    assert (nowhere.low, nowhere.high) == (9, 9)


def test_a_box_of_which_nothing_is_known_is_not_left_out():
    def enclose(variables):
        found, inside = everywhere(bowl)(variables)
        x = variables[0].value
        lost = x.high - x.low > 0.5
        low, high = (
            np.where(lost, np.nan, found.value.low),
            np.where(lost, np.nan, found.value.high),
        )
        slopes = [
            Interval(np.where(lost, np.nan, s.low), np.where(lost, np.nan, s.high))
            for s in found.slopes
        ]
        return Jet(Interval(low, high), tuple(slopes)), inside

    low, high = np.array([0.1, 0.1]), np.array([10.0, 10.0])
    found = minimise(enclose, low, high, tolerance=1e-6, start=np.array([8.0, 8.0]))
    assert found.low <= 2 <= found.high <= found.low * (1 + 1e-6)
    np.testing.assert_allclose(found.point, [3, 0.5], atol=2e-3)


def test_what_a_function_varies_along_is_cut():
    """A coordinate that moves nothing is left whole, however long it is."""
    seen = []

    def enclose(variables):
        seen.append(variables[1].value.high - variables[1].value.low)
        return everywhere(lambda x, y: (x - 3.0) * (x - 3.0) + 2.0 + y * 0.0)(variables)

    ends = np.array([0.1, 1e-6]), np.array([10.0, 1e6])
    found = minimise(enclose, *ends, tolerance=1e-8, start=np.array([1.0, 1.0]))
    assert found.low <= 2 <= found.high
    wide = [width for width in seen if np.ndim(width) and np.max(width) > 0]
    assert all((width == 1e6 - 1e-6).all() for width in wide)


def test_the_mean_value_theorem_is_used_nearer_to_the_falling_side():
    low, high = np.array([[1.0, 1.0]] * 4), np.array([[2.0, 5.0]] * 4)
    falls = np.array([[-1.0, -1], [-1, 0], [-np.inf, -2], [np.nan, -1]])
    rises = np.array([[1.0, 3], [0, 2], [1, -1], [1, 3]])
    ranges = search._Ranges(np.zeros(4), np.ones(4, bool), falls, rises)
    with np.errstate(all="ignore"):
        found = search._centre(low, high, ranges)
    assert found.tolist() == [[1.5, 2], [2, 1], [1.5, 5], [1.5, 2]]


def over_the_edge(function):
    """A function as an objective on y >= x."""

    def enclose(variables):
        x, y = variables
        found = function(x, y)
        outside = (y - x).value.high < 0
        ends = (np.where(outside, np.inf, end) for end in (found.value.low, found.value.high))
        return Jet(Interval(*ends), found.slopes), ~outside

    return enclose


def test_an_edge_that_is_looked_at_elsewhere_needs_no_box():
    """The least value is where x = y, on the edge of the domain y >= x, and is known."""
    objective = over_the_edge(lambda x, y: (x - 3.0) * (x - 3.0) + y)
    ends = np.array([0.1, 0.1]), np.array([10.0, 10.0])
    given = {"tolerance": 1e-6, "start": np.array([1.0, 9.0]), "beat": 2.75}
    found = minimise(objective, *ends, **given, edge=(1, 0))
    assert (found.low, found.high) == (2.75, 2.75) and found.boxes < 100


def test_close_to_an_edge_the_mean_value_theorem_holds_on_this_side_of_it():
    def valley(x, y):
        # Least, 1, at (3, 3.001), a thousandth from the edge.
        rest = y - x - 0.001
        return (x - 3.0) * (x - 3.0) + rest * rest * 100.0 + 1.0

    ends = np.array([0.1, 0.1]), np.array([10.0, 10.0])
    start = np.array([1.0, 9.0])
    found = minimise(over_the_edge(valley), *ends, tolerance=1e-7, start=start, edge=(1, 0))
    assert found.low <= 1 <= found.high <= found.low * (1 + 1e-7)
    np.testing.assert_allclose(found.point, [3, 3.001], atol=2e-3)
    assert found.point[1] >= found.point[0] and found.boxes < 20_000


def test_points_are_moved_to_this_side_of_an_edge_within_their_box():
    at = np.array([[2.0, 3.0, 1.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [5.0, 1.0, 1.0]])
    highs = np.array([[9.0, 9.0, 9], [4, 4, 9], [4, 2.5, 9], [6, 1, 9]])
    found = search._over_the_edge(at, highs, (1, 0))
    assert found.tolist() == [[2, 3, 1], [3, 3, 1], [2.5, 2.5, 1], [1, 1, 1]]
    assert search._over_the_edge(at, highs, None) is at


def cut_boxes(function, lows, highs, inside=True, edge=None):
    """What is left of boxes within [1, 4] x [1, 4]."""

    def enclose(variables):
        found = function(*variables)
        return found, np.full(np.shape(found.value.low), inside)

    border = np.array([1.0, 1.0]), np.array([4.0, 4.0])
    return search._cut(enclose, np.array(lows, float), np.array(highs, float), border, edge)


def test_boxes_are_cut_to_the_border_and_enclosed_there():
    lows, highs = [[1, 2], [2, 3], [3, 1]], [[2, 3], [3, 4], [4, 2]]
    low, high, ranges = cut_boxes(lambda x, y: x * 3.0 - y, lows, highs)
    # Rising in x and falling in y: of the box at neither border, and of that at one, nothing is.
    assert low.tolist() == high.tolist() == []
    low, high, ranges = cut_boxes(lambda x, y: x * 3.0 + y * 0.0, lows, highs)
    assert low.tolist() == [[1, 2]] and high.tolist() == [[1, 3]]
    assert 3 - 1e-14 < ranges.least[0] <= 3 and ranges.falls[0, 0] == pytest.approx(3)
    # A corner is come to in two steps: here the slope in y has a sign only where x is 1.
    low, high, ranges = cut_boxes(lambda x, y: x * 9.0 + y * (x * 2.0 - 3.0), [[1, 3]], [[2.2, 4]])
    assert low.tolist() == high.tolist() == [[1, 4]] and ranges.least[0] == pytest.approx(5)


def test_out_of_the_domain_less_of_the_first_variable_leads_over_the_edge():
    lows, highs = [[2, 2]], [[3, 3]]
    for sign, left in ((1.0, 0), (-1.0, 1)):
        for edge, variable in (((1, 0), 1), ((0, 1), 0)):
            low, _, _ = cut_boxes(
                lambda x, y, s=sign, v=variable: (x, y)[v] * s, lows, highs, False, edge
            )
            assert len(low) == left
            # Of the other variable nothing is known, and of both without an edge.
            for other in (edge, None):
                low, high, _ = cut_boxes(
                    lambda x, y, s=sign, v=1 - variable: (x, y)[v] * s, lows, highs, False, other
                )
                assert low.tolist() == lows and high.tolist() == highs


def test_where_slopes_are_beyond_measure_the_longest_side_is_cut():
    low, high = np.array([[1.0, 1.0]] * 3), np.array([[2.0, 5.0]] * 3)
    falls = np.array([[-1e9, -1], [-1, -2], [np.nan, np.nan]])
    ranges = search._Ranges(np.zeros(3), np.ones(3, bool), falls, -falls)
    lows, highs = search._halved(low, high, ranges, 1e3)
    # Of what is beyond measure in one variable, that one; else the one that tells more.
    assert [(highs[i] < high[0]).tolist() for i in range(3)] == [
        [True, False],
        [False, True],
        [False, True],
    ]
    assert lows.shape == (6, 2) and highs[1, 1] == lows[4, 1] == np.sqrt(5.0)


def test_a_search_gives_up_after_so_many_boxes(monkeypatch):
    monkeypatch.setattr(search, "MOST", 20)
    asked = []

    def enclose(variables):
        asked.append(len(np.atleast_1d(variables[0].value.low)))
        return everywhere(bowl)(variables)

    with pytest.raises(ArithmeticError, match=r"after (2[1-9]|[34][0-9]) boxes"):
        minimise(
            enclose,
            np.array([0.1, 0.1]),
            np.array([10.0, 10.0]),
            tolerance=1e-14,
            start=np.array([1.0, 1.0]),
        )
    assert max(asked) < 50


def at(problem, tau, nu, kappa):
    """The error of a use of the budget by float64; infinite where it is none."""
    left = problem.budget - problem.price_sequence * tau - problem.price_task * kappa
    paid = left > 0
    alpha = np.where(paid, left, 1.0) / (problem.price_token * tau)
    lam = np.zeros_like(tau)
    if problem.ridge == "best":
        xi = nu - (1 + problem.rho) / alpha
        b = (nu * kappa + kappa - 1) / 2
        m = kappa / (b + np.sqrt(b * b + nu * kappa))
        lam = (tau - 1 + m * xi) * xi / tau
        paid &= (xi >= 0) & (tau - 1 + m * xi >= 0)
    given = {"alpha_test": problem.alpha_test, "rho_test": problem.rho_test}
    lam = np.where(paid, lam, 1.0)
    found = errors(np.where(paid, tau, 2.0), alpha, kappa, problem.rho, lam, **given).icl
    return np.where(paid, found, np.inf)


@pytest.mark.parametrize(
    ("ridge", "kappa", "sizes", "given"),
    [
        ("none", 3.0, [240], {}),
        ("none", 3.0, [240], {"budget": 30.0, "rho": 0.9, "alpha_test": None}),
        ("none", None, [240, 240], {}),
        ("best", 3.0, [240, 240], {}),
        ("best", None, [60, 60, 20], {}),
        ("best", None, [60, 60, 20], {"budget": 0.3}),
    ],
)
def test_the_search_starts_at_the_best_point_of_a_grid(ridge, kappa, sizes, given):
    problem = priced(ridge=ridge, kappa=kappa, **given)
    assert GRID[len(sizes)] == tuple(sizes)
    # Of a budget in units of a token and a sequence.
    much = problem.budget / 2
    first = 1e-6 * (1 + problem.rho) / max(1.0, much) * 0.75
    ranges = [(first, 1e4 * max(1.0, (1 + problem.rho) / min(1.0, much)))]
    ranges += [(first, 1e4 / min(1.0, much))] if ridge == "best" else []
    ranges += [(1e-5, 1e5)] if kappa is None else []
    columns = [np.geomspace(*ends, size) for ends, size in zip(ranges, sizes, strict=True)]
    grid = np.array([part.ravel() for part in np.meshgrid(*columns, indexing="ij")])
    last = problem.budget / (2 * (1 + grid[-1])) if kappa is None else np.full_like(grid[0], kappa)
    tau = (problem.budget - 2 * last) / (1.5 * (1 + problem.rho) / grid[0] + 0.5)
    value = at(problem, tau, grid[1] if ridge == "best" else None, last)
    for under in (True, False) if ridge == "none" else (False,):
        there = np.ones(len(tau), bool) if ridge == "best" else (tau < 1) if under else (tau > 1)
        side = Side.of(problem, under)
        assert side.under == under
        best = np.where(there, value, np.inf).argmin()
        assert side.beat == pytest.approx(value[best], rel=1e-9)
        np.testing.assert_allclose(side.start, grid[:, best], rtol=1e-12)


def test_a_side_that_nothing_pays_for_is_left_at_once():
    problem = priced(ridge="none", kappa=3.0, price_sequence=5.0)
    over = Side.of(problem, False)
    assert over.beat == math.inf and len(over.start) == 1
    found = over.search(0.9, 1e-6)
    assert (found.low, found.high, found.boxes) == (0.9, 0.9, 2)
    under = Side.of(problem, True)
    assert under.beat < math.inf
    assert under.search(under.beat, 1e-6).boxes > 0
    # What is looked at is points.
    assert points(under.start[None])[0].slopes == ()
