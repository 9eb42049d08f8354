"""Branch and bound: the least value of a function over boxes, enclosed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icl_theory.evaluate.columns import Floats

from .interval import Interval, Jet

#: A function on boxes, given as one jet for each variable; and on which of them it is defined
#: everywhere. Where a box has points outside the domain, the range is that of the points inside;
#: where it has no point inside, the range is infinite.
Objective = Callable[[tuple[Jet, ...]], tuple[Jet, npt.NDArray[np.bool_]]]

#: Boxes looked at before the search gives up.
MOST = 500_000
#: Rounds of cutting before it gives up: sixty or so for each of three variables leave no float64
#: between the ends of a side, however long it was.
ROUNDS = 200
#: A bound of how much a function varies along a side, over its least value, that still tells which
#: side to cut; beyond, it is an enclosure that has lost its meaning.
TELLING = 1e3


@dataclass(frozen=True)
class Minimum:
    """The least value over the boxes lies in [low, high], and ``point`` has a value <= high.

    Attributes
    ----------
    boxes
        How many boxes were looked at.
    """

    low: float
    high: float
    point: Floats
    boxes: int


def jets(low: Floats, high: Floats) -> tuple[Jet, ...]:
    """The variables on boxes, arrays (boxes, variables), as jets."""
    variables = low.shape[1]
    zero, one = Interval.of(0.0), Interval.of(1.0)
    return tuple(
        Jet(
            Interval(low[:, i], high[:, i]),
            tuple(one if i == j else zero for j in range(variables)),
        )
        for i in range(variables)
    )


def points(at: Floats) -> tuple[Jet, ...]:
    """The variables at points, arrays (points, variables), where no slope is asked for."""
    return tuple(Jet(Interval(column, column), ()) for column in at.T)


def minimise(
    objective: Objective,
    low: Floats,
    high: Floats,
    *,
    tolerance: float,
    start: Floats,
    beat: float = np.inf,
    edge: tuple[int, int] | None = None,
) -> Minimum:
    """Enclose the least value of ``objective`` on a box with positive coordinates.

    Parameters
    ----------
    objective
        Encloses the function, and its slopes, on boxes; infinite where a box holds no point.
    low, high
        Corners of the box, arrays (variables,).
    tolerance
        Relative width of the enclosure.
    start
        A point inside, good if it is near the minimum.
    beat
        A value known elsewhere: only smaller ones are of interest. Where there is none, ``high`` of
        the result is ``beat``.
    edge
        Two variables, of which the first is at least as large as the second in the whole domain.
        Where they are equal the function is looked at elsewhere, and wherever else a decrease of
        the first leads out of the domain. What ``objective`` says of a box is then of the part of
        it on this side of the edge.

    Raises
    ------
    ArithmeticError
        If `MOST` boxes, or `ROUNDS` rounds of cutting them, did not suffice.
    """
    best, point = beat, start
    lows, highs = low[None], high[None]
    bounds = np.array([-np.inf])
    boxes = rounds = 0
    candidates = np.concatenate([start[None], _middle(lows, highs)])
    with np.errstate(all="ignore"):
        ranges = _Ranges.of(objective, lows, highs)
        while True:
            found, inside = objective(points(candidates))
            at = np.where(inside & ~np.isnan(found.value.high), found.value.high, np.inf)
            if at.min() < best:
                best, point = float(at.min()), candidates[at.argmin()]
            keep = bounds <= best
            lows, highs, bounds, ranges = lows[keep], highs[keep], bounds[keep], ranges[keep]
            least = float(bounds.min()) if len(bounds) else best
            # Where nothing is known below, this is NaN, and false.
            if best <= least + tolerance * abs(least):
                return Minimum(min(least, best), best, point, boxes)
            if boxes > MOST or rounds > ROUNDS:
                width = (best - least) / abs(best)
                raise ArithmeticError(
                    f"tolerance must be larger here, got {tolerance:g}: after {boxes} boxes the "
                    f"least value lies between {least:.7g} and {best:.7g}, to {width:.1g}"
                )
            lows, highs = _halved(lows, highs, ranges, TELLING * abs(best))
            boxes, rounds = boxes + len(lows), rounds + 1
            lows, highs, ranges = _cut(objective, lows, highs, (low, high), edge)
            bounds = _bounds(objective, lows, highs, ranges, edge)
            candidates = point[None]
            if len(lows):
                candidates = _over_the_edge(_middle(lows, highs), highs, edge)


@dataclass(frozen=True)
class _Ranges:
    """What is known of a function on boxes.

    Attributes
    ----------
    least
        Lower bounds of its values, array (boxes,).
    inside
        Whether it is defined on the whole box, array (boxes,).
    falls, rises
        Lower and upper bounds of its slopes, arrays (boxes, variables).
    """

    least: Floats
    inside: npt.NDArray[np.bool_]
    falls: Floats
    rises: Floats

    @classmethod
    def of(cls, objective: Objective, lows: Floats, highs: Floats) -> _Ranges:
        found, inside = objective(jets(lows, highs))
        count = len(lows)
        falls, rises = (
            np.stack([np.broadcast_to(one, count) for one in ends], axis=1)
            for ends in zip(*((slope.low, slope.high) for slope in found.slopes), strict=True)
        )
        return cls(
            np.broadcast_to(found.value.low, count), np.broadcast_to(inside, count), falls, rises
        )

    def __getitem__(self, where: npt.NDArray[np.bool_]) -> _Ranges:
        return _Ranges(self.least[where], self.inside[where], self.falls[where], self.rises[where])

    def replaced(self, where: npt.NDArray[np.bool_], other: _Ranges) -> _Ranges:
        """These ranges, and others at some of the boxes."""
        least, inside = self.least.copy(), self.inside.copy()
        falls, rises = self.falls.copy(), self.rises.copy()
        least[where], inside[where] = other.least, other.inside
        falls[where], rises[where] = other.falls, other.rises
        return _Ranges(least, inside, falls, rises)


def _middle(lows: Floats, highs: Floats) -> Floats:
    """Geometric means, of ends whose product may be beyond float64."""
    return np.clip(np.sqrt(lows) * np.sqrt(highs), lows, highs)


def _halved(lows: Floats, highs: Floats, ranges: _Ranges, telling: float) -> tuple[Floats, Floats]:
    """Boxes cut in two, in the logarithm, along the side that the function varies most along."""
    variation = np.maximum(np.abs(ranges.falls), np.abs(ranges.rises)) * (highs - lows)
    # Where nothing is known of how it varies, or it does not, the longest side is cut; the choice
    # moves no bound.
    relative = np.log(highs / lows)
    unknown = ~(variation < telling)
    some = unknown.any(axis=1, keepdims=True), variation.any(axis=1, keepdims=True)
    side = np.select(some, (unknown * relative, variation), relative).argmax(axis=1)
    rows = np.arange(len(lows))
    left, right = highs.copy(), lows.copy()
    left[rows, side] = right[rows, side] = _middle(lows[rows, side], highs[rows, side])
    return np.concatenate([lows, right]), np.concatenate([left, highs])


def _cut(
    objective: Objective,
    lows: Floats,
    highs: Floats,
    border: tuple[Floats, Floats],
    edge: tuple[int, int] | None,
) -> tuple[Floats, Floats, _Ranges]:
    """Boxes on which the function moves one way are cut to a face, or out.

    The way to the face leads along the function's fall: out of the domain it leads over the edge.
    """
    first, last = border
    ranges = _Ranges.of(objective, lows, highs)
    for _ in range(2):
        rising, falling = ranges.falls > 0, ranges.rises < 0
        inside = np.repeat(ranges.inside[:, None], lows.shape[1], axis=1)
        falling &= inside
        if edge is not None:
            inside[:, edge[0]] = True
        rising &= inside
        # The least value is on a face, which is a box's own only at the border of the search.
        out = np.any(rising & (lows > first) | falling & (highs < last), axis=1)
        thin = np.any((rising | falling) & (lows < highs), axis=1)
        lows, highs = np.where(falling, highs, lows)[~out], np.where(rising, lows, highs)[~out]
        ranges, thin = ranges[~out], thin[~out]
        if not thin.any():
            break
        ranges = ranges.replaced(thin, _Ranges.of(objective, lows[thin], highs[thin]))
    return lows, highs, ranges


def _bounds(
    objective: Objective,
    lows: Floats,
    highs: Floats,
    ranges: _Ranges,
    edge: tuple[int, int] | None,
) -> Floats:
    """Lower bounds on boxes, by the range and by the mean value theorem."""
    if not len(lows):
        return np.empty(0)
    centre = _over_the_edge(_centre(lows, highs, ranges), highs, edge)
    value = objective(points(centre))[0].value
    mean = Interval(*(np.broadcast_to(end, len(lows)) for end in (value.low, value.high)))
    for i in range(lows.shape[1]):
        slope = Interval(ranges.falls[:, i], ranges.rises[:, i])
        mean = mean + slope * Interval(lows[:, i] - centre[:, i], highs[:, i] - centre[:, i])
    # The mean value theorem needs the function on the way; this side of the edge is convex.
    known = ranges.inside & ~np.isnan(mean.low)
    bounds = np.maximum(ranges.least, np.where(known, mean.low, -np.inf))
    return np.where(np.isnan(bounds), -np.inf, bounds)


def _centre(lows: Floats, highs: Floats, ranges: _Ranges) -> Floats:
    """Where the mean value theorem gives the largest lower bound: nearer to the falling side.

    With slopes in [-a, b] the bound is a b/(a + b) times the length below the value there.
    """
    falls, rises = np.maximum(-ranges.falls, 0), np.maximum(ranges.rises, 0)
    share = falls / (falls + rises)
    share = np.where(np.isfinite(share), share, 0.5)
    return np.clip(lows + share * (highs - lows), lows, highs)


def _over_the_edge(at: Floats, highs: Floats, edge: tuple[int, int] | None) -> Floats:
    """Points of boxes, moved to this side of the edge where the box has such points."""
    if edge is None:
        return at
    first, second = edge
    moved = at.copy()
    moved[:, second] = np.minimum(at[:, second], highs[:, first])
    moved[:, first] = np.maximum(at[:, first], moved[:, second])
    return moved
