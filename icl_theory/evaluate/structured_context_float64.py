"""Structured tasks at infinite context without ridge, in double precision.

The end u_0 of the curve of states (`structured_context`) for many points at once, and all fields
there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.result import Errors
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_context import RidgelessCurve, end_of, ends_inside
from icl_theory.evaluate.structured_point import Parameters, SpectralSystem
from icl_theory.evaluate.structured_state import BLOCK, LAST_STEP, LONGEST, nodes_of
from icl_theory.evaluate.truncated_series import UnknownTerm

#: Relative difference of two diverging terms below which float64 leaves the gap to the certified
#: evaluator: far more than their rounding.
ALIKE = 1e-9
#: Most steps for u_0: each is Newton's, or halves the bracket.
STEPS = 200


class NodeAverages:
    """Averages over a spectrum in float64."""

    def __init__(self, spectrum: Spectrum) -> None:
        nodes = nodes_of(spectrum)
        # Weights times 1, c, c^2, s, s c.
        self.columns = nodes.columns
        self.c, (w, _, _, ws, _) = nodes.c, nodes.columns.T
        some = nodes.c > 0
        c = nodes.c[some]
        self._moments = (
            *(float(of[~some].sum()) for of in (w, ws)),
            *(float((of[some] / c**k).sum()) for of in (w, ws) for k in (1, 2)),
        )

    def squares(self, u: float) -> tuple[float, ...]:
        """See `Averages`."""
        inverse = 1 / (self.c + u)
        found = (inverse * inverse) @ self.columns
        powers = (u * u, u, 1.0, u * u, u)
        return tuple(float(value * power) for value, power in zip(found, powers, strict=True))

    def moments(self) -> tuple[float, ...]:
        """See `Averages`."""
        return self._moments


FLOAT = SpectralSystem(float, lambda *_: math.nan, lambda number: number)
_averages_of = lru_cache(maxsize=64)(NodeAverages)


def roots(spectrum: Spectrum, ends: Sequence[Fraction]) -> Floats:
    """The u_0 > 0 with D1(u_0) = g in float64, for several g below the rank; nan where lost.

    It lies between those of spectra of one level: with the harmonic mean of the eigenvalues above
    zero, and with their mean.
    """
    nodes, rank = nodes_of(spectrum), spectrum.rank
    inverse = _averages_of(spectrum).moments()[2]
    g = np.array([float(end) for end in ends])
    odds = np.array([float((rank - end) / end) for end in ends])
    low, high = float(rank) / inverse * odds, nodes.theta / float(rank) * odds
    u = np.sqrt(low) * np.sqrt(high)
    active = np.arange(len(u))
    for _ in range(STEPS):
        column = u[active][:, None]
        above = nodes.c > column
        inverses = 1 / (nodes.c + column)
        used, unused = nodes.c * inverses, column * inverses
        count = above.sum(axis=1)
        # D1 - g, counted from the eigenvalues above u.
        signed = np.where(above, -unused, used) @ nodes.w
        excess = signed + ((nodes.above[count] - g[active]) + nodes.above_rest[count])
        step = excess / ((used * unused) @ nodes.w)
        done = np.abs(step) < LAST_STEP
        right = excess > 0
        low[active] = np.where(right, u[active], low[active])
        high[active] = np.where(right, high[active], u[active])
        moved = u[active] * np.exp(np.clip(step, -LONGEST, LONGEST))
        middle = np.sqrt(low[active]) * np.sqrt(high[active])
        inside = (moved > low[active]) & (moved < high[active])
        u[active] = np.where(done | inside, moved, middle)
        active = active[~done]
        if not len(active):
            return u
    u[active] = np.nan
    return u


def root_of(point: Parameters) -> float:
    """u_0 of one point in float64.

    Raises
    ------
    ValueError
        If a parameter is too far from 1 for it to be found.
    """
    try:
        (found,) = roots(point.spectrum, [end_of(point)])
    except OverflowError:
        raise point.beyond() from None
    if not 0 < found < math.inf:
        raise point.beyond()
    return float(found)


def fill(
    spectrum: Spectrum,
    columns: Mapping[str, Floats],
    seen: bool,
    where: Sequence[int] | np.ndarray,
    values: Mapping[str, Floats],
    certified: Callable[[Parameters, int], Errors[Any]],
) -> None:
    """Write all fields in float64 at points with alpha = oo, lam = 0.

    Parameters
    ----------
    spectrum, columns, seen
        Joint spectrum, parameters, and whether the test is on the pretraining tasks.
    where
        Indices of the points.
    values
        Columns of all fields, to be written.
    certified
        Errors as balls, for so many digits: asked for where a gap is the difference of terms that
        diverge alike.
    """
    points = [
        Parameters.at(spectrum, seen, {name: float(c[index]) for name, c in columns.items()})
        for index in where
    ]
    inside = [ends_inside(point) for point in points]
    ends = [end_of(point) for point, is_inside in zip(points, inside, strict=True) if is_inside]
    size = max(1, BLOCK // len(nodes_of(spectrum).c))
    with np.errstate(all="ignore"):
        parts = [roots(spectrum, ends[i : i + size]) for i in range(0, len(ends), size)]
    solved = (float(root) for part in parts for root in part)
    for index, point, is_inside in zip(where, points, inside, strict=True):
        curve = RidgelessCurve(
            point, FLOAT, _averages_of(spectrum), next(solved) if is_inside else None
        )
        try:
            series, gap = curve.fields(), None
            if curve.alike(series, ALIKE):
                gap = float(certified(point, 17).gap)
            found = curve.limits(series, math.inf, gap=gap)
        except (ZeroDivisionError, UnknownTerm):
            # What is positive has underflown.
            found = dict.fromkeys(values, math.nan)
        for name, value in found.items():
            values[name][index] = value
