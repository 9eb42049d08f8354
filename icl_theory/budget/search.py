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

    Raises
    ------
    ArithmeticError
        If `MOST` boxes did not suffice.
    """
    first, last = low, high
    best, point = beat, start
    lows, highs = low[None], high[None]
    bounds = np.array([-np.inf])
    boxes = 0
    candidates = np.concatenate([start[None], np.sqrt(lows * highs)])
    with np.errstate(all="ignore"):
        while True:
            found, inside = objective(points(candidates))
            at = np.where(inside & ~np.isnan(found.value.high), found.value.high, np.inf)
            if at.min() < best:
                best, point = float(at.min()), candidates[at.argmin()]
            keep = bounds <= best
            lows, highs, bounds = lows[keep], highs[keep], bounds[keep]
            least = float(bounds.min()) if len(bounds) else best
            if best - least <= tolerance * abs(best):
                return Minimum(min(least, best), best, point, boxes)
            if boxes > MOST:
                width = (best - least) / abs(best)
                raise ArithmeticError(
                    f"tolerance must be larger here, got {tolerance:g}: after {boxes} boxes the "
                    f"least value lies between {least:.7g} and {best:.7g}, to {width:.1g}"
                )
            # The widest side in the logarithm, weighted by how much the function varies along it.
            found, _ = objective(jets(lows, highs))
            variation = np.stack(
                [
                    np.maximum(np.abs(s.low), np.abs(s.high)) * (highs - lows)[:, i]
                    for i, s in enumerate(_filled(found, len(lows)))
                ],
                axis=1,
            )
            relative = np.log(highs / lows)
            # Where nothing is known of how it varies, or it does not, the longest side is cut; the
            # choice moves no bound.
            unknown = ~np.isfinite(variation)
            some = unknown.any(axis=1, keepdims=True), variation.any(axis=1, keepdims=True)
            side = np.select(some, (unknown * relative, variation), relative).argmax(axis=1)
            rows = np.arange(len(lows))
            cut = np.sqrt(lows[rows, side] * highs[rows, side])
            left, right = highs.copy(), lows.copy()
            left[rows, side] = right[rows, side] = cut
            lows = np.concatenate([lows, right])
            highs = np.concatenate([left, highs])
            boxes += len(lows)
            lows, highs, bounds = _bounded(objective, lows, highs, first, last)
            candidates = np.sqrt(lows * highs) if len(lows) else point[None]


def _filled(found: Jet, count: int) -> list[Interval]:
    return [
        Interval(np.broadcast_to(s.low, (count,)), np.broadcast_to(s.high, (count,)))
        for s in found.slopes
    ]


def _bounded(
    objective: Objective, lows: Floats, highs: Floats, first: Floats, last: Floats
) -> tuple[Floats, Floats, Floats]:
    """Lower bounds on boxes; boxes on which the function moves one way are cut to a face or out."""
    for _ in range(2):
        found, inside = objective(jets(lows, highs))
        slopes = _filled(found, len(lows))
        out = np.zeros(len(lows), bool)
        lows, highs = lows.copy(), highs.copy()
        for i, slope in enumerate(slopes):
            rising, falling = inside & (slope.low > 0), inside & (slope.high < 0)
            # The least value is on a face, which is a box's own only at the border of the search.
            out |= rising & (lows[:, i] > first[i]) | falling & (highs[:, i] < last[i])
            highs[:, i] = np.where(rising & ~out, lows[:, i], highs[:, i])
            lows[:, i] = np.where(falling & ~out, highs[:, i], lows[:, i])
        lows, highs = lows[~out], highs[~out]
        if not len(lows):
            return lows, highs, np.empty(0)
    found, inside = objective(jets(lows, highs))
    middle = np.sqrt(lows * highs)
    value = objective(points(middle))[0].value
    mean = Interval(
        np.broadcast_to(value.low, (len(lows),)), np.broadcast_to(value.high, (len(lows),))
    )
    for i, slope in enumerate(_filled(found, len(lows))):
        mean = mean + slope * Interval(lows[:, i] - middle[:, i], highs[:, i] - middle[:, i])
    plain = np.broadcast_to(found.value.low, (len(lows),))
    # The mean value theorem needs the function on the whole box.
    known = inside & ~np.isnan(mean.low)
    bounds = np.maximum(plain, np.where(known, mean.low, -np.inf))
    return lows, highs, np.where(np.isnan(bounds), -np.inf, bounds)
