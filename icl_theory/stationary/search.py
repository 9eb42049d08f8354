"""Where errors turn as one parameter moves, in float64, over many lines at once.

The slope of an error is evaluated on a grid in the logarithm of the moving parameter. Everything on
a line is algebraic: in logarithms its features have a width of order one, and they lie where
products of powers of the other parameters, and of their distances from the thresholds, put them.
The grid reaches beyond these and is finer than the features. Sign changes on it, and pairs of sign
changes that fall between two of its points, are bracketed and solved for.

This finds, and does not prove: a turn is not seen where the error moves by less than 1e-13 of
itself per unit of the logarithm. `profiles` decides a line exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.float64 import errors
from icl_theory.evaluate.generic import Formulas
from icl_theory.theory import errors as formulas
from icl_theory.theory.fixed_point import ridge_log_slope, x
from icl_theory.theory.optimal_ridge import balance_icl, balance_idg, lam_best_long, lam_best_many
from icl_theory.theory.sensitivity import derivative
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

Booleans = np.ndarray[Any, np.dtype[np.bool_]]
Integers = np.ndarray[Any, np.dtype[np.intp]]
#: Values of parameters by name, arrays of one shape.
Points = dict[str, Floats]

_SYMBOLS = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
#: Errors that are searched, both positive.
ERRORS = {"icl": formulas.e_icl, "idg": formulas.e_idg}
#: Slopes in the ridge, in forms that do not cancel (claim ``ridge-balances``).
_RIDGE = {
    "icl": 2 * tau * balance_icl / ridge_log_slope,
    "idg": 2 * tau**2 * balance_idg / ridge_log_slope**3,
}
#: Step of the grid, in the logarithm of the moving parameter.
_STEP = 0.5
#: The grid reaches to this power of the product of all ratios among the parameters, and further by
#: a constant.
_POWER, _LEAST = 2.0, 4.0
#: Lines that reach further are not searched: float64 would not do.
_FAR = 60.0
#: Factor, in the logarithm, by which a bracket of the best ridge grows.
_STRIDE = 2.0
#: Ridges are searched for, and parameters admitted, in this range.
_SMALLEST, _LARGEST = 1e-28, 1e28
#: A slope d log(error) / d log(parameter) below this is rounding.
_ROUNDING = 1e-13
#: Evaluations at once, which bounds the memory.
_BLOCK = 1_000_000
#: Evaluations at once that the processor's cache holds.
_CACHED = 16_000


@dataclass(frozen=True)
class Turns:
    """Where an error turns on each of many lines.

    Attributes
    ----------
    line, at, kind
        For each turn the number of its line, the value of the moving parameter, and 1 for a
        minimum or -1 for a maximum. Turns of a line are in increasing order.
    start
        For each line: 1 where the error first rises, -1 where it first falls.
    searched
        For each line, whether float64 was enough for it.
    """

    line: Integers
    at: Floats
    kind: Integers
    start: Integers
    searched: Booleans


def turns(error: str, variable: str, point: Points) -> Turns:
    """Find where an error turns as one parameter runs through its domain.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    variable
        The parameter that moves. Ridgeless ``tau`` runs through (0, 1).
    point
        The other four, flat arrays of one length; ``alpha`` finite, and ``tau`` not 1, where
        ``lam`` is 0.
    """
    lines = Lines(error, variable, point)
    start = np.zeros(len(lines), dtype=np.intp)
    searched = np.zeros(len(lines), dtype=bool)
    found = []
    for block in lines.blocks():
        # At a threshold that a line ends at, the slope is undefined, and no turn.
        with np.errstate(divide="ignore", invalid="ignore"):
            one = _turns(lines.part(block))
        start[block], searched[block] = one.start, one.searched
        found.append((block[one.line], one.at, one.kind))
    if not found:
        none = np.zeros(0, dtype=np.intp)
        return Turns(none, np.zeros(0), none, start, searched)
    line, at, kind = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((at, line))
    return Turns(line[order], at[order], kind[order], start, searched)


class Lines:
    """Lines of parameter space on which one parameter moves, and an error along them.

    The coordinate s on a line is the logarithm of the parameter, or, where tau has to stay below
    1, of tau/(1 - tau).
    """

    def __init__(self, error: str, variable: str, point: Points) -> None:
        self.error, self.variable, self.point = error, variable, point

    def __len__(self) -> int:
        return len(next(iter(self.point.values())))

    def part(self, index: Integers) -> Lines:
        """Some of the lines."""
        return Lines(self.error, self.variable, {n: v[index] for n, v in self.point.items()})

    @property
    def reach(self) -> Floats:
        """How far from 0 the coordinate has features."""
        with np.errstate(invalid="ignore"):
            sizes = [*self.point.values(), *(np.abs(c - 1) for c in self._centres())]
            if {"tau", "kappa"} <= set(self.point):
                sizes.append(np.abs(self.point["kappa"] - self.point["tau"]))
        total = np.zeros(len(self))
        for size in sizes:
            total += np.abs(np.log(np.where((size > 0) & np.isfinite(size), size, 1.0)))
        return _LEAST + _POWER * total

    def _centres(self) -> list[Floats]:
        """Values at which the moving parameter, and others at which another one, has a threshold.

        Around these, features are narrow: tau is 1, kappa is 1, or tau is kappa.
        """
        return [self.point[name] for name in ("tau", "kappa") if name in self.point]

    def grid(self) -> Floats:
        """Coordinates to look at, a row for each line, in increasing order."""
        reach = self.reach
        count = math.ceil(reach.max() / _STEP)
        ahead = np.arange(1, count + 1) / count * reach[:, None]
        parts = [-ahead[:, ::-1], np.zeros((len(self), 1)), ahead]
        if self.variable not in {"tau", "kappa"}:
            return np.concatenate(parts, axis=1)
        other = self.point["kappa" if self.variable == "tau" else "tau"]
        # Features are as narrow as the root of what sets them off: half of the reach is enough.
        near = np.exp(-ahead[:, : (count + 1) // 2])
        for centre in (np.ones(len(self)), np.where(np.isfinite(other), other, 1.0)):
            for distance in (-near, near):
                parts.append(self.coordinate(centre[:, None] * (1 + distance)))
        return np.sort(np.concatenate(parts, axis=1), axis=1)

    def blocks(self) -> Iterator[Integers]:
        """Numbers of the lines to search, those of about the same reach together."""
        reach = self.reach
        left = np.argsort(reach, kind="stable")[: int((reach <= _FAR).sum())]
        while len(left):
            # The last line of a block has the longest grid; all of the block get as many points.
            size = min(len(left), _BLOCK // self._count(reach[left[0]]) + 1)
            size = min(size, _BLOCK // self._count(reach[left[size - 1]]) + 1)
            yield left[:size]
            left = left[size:]

    def _count(self, reach: float) -> int:
        """Points on a grid."""
        return (4 if self.variable in {"tau", "kappa"} else 2) * math.ceil(reach / _STEP) + 1

    def value(self, s: Floats, line: Any, step: Any = 0.0) -> Floats:
        """The moving parameter at coordinate s + step on the given lines."""
        # Where the step is small, the sum of the two would have lost digits.
        grown = np.exp(s) * np.exp(step)
        if self.variable != "tau":
            return grown
        return np.where(self.point["lam"][line] > 0, grown, grown / (1 + grown))

    def coordinate(self, value: Floats) -> Floats:
        """The coordinate at a value of the moving parameter, a row for each line."""
        if self.variable != "tau":
            return np.log(value)
        ridgeless = self.point["lam"][:, None] == 0
        inside = np.where(value < 1, value, 0.5)
        return np.log(np.where(ridgeless, inside / (1 - inside), value))

    def slope(self, s: Floats, line: Any, step: Any = 0.0) -> Floats:
        """Derivative of the logarithm of the error in that of the parameter."""
        point = _at(self.point, line) | {self.variable: self.value(s, line, step)}
        return log_slope(self.error, self.variable, point)


@cache
def _program(error: str, variable: str) -> Any:
    """Program from the state to the derivative of an error in a parameter."""
    program = Formulas(())
    output = _RIDGE.get(error) if variable == "lam" else None
    if output is None:
        output = derivative(ERRORS[error], _SYMBOLS[variable])
    program.program("slope", [output], [tau, rho, x, inv_kappa, nu, m, xi, r])
    return program["slope"]


def log_slope(error: str, variable: str, point: Points) -> Floats:
    """Derivative of the logarithm of an error in the logarithm of a parameter.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    variable
        The parameter. Where it is 0, the derivative is in itself and not in its logarithm.
    point
        All five parameters, arrays that broadcast; ``tau`` is not 1 where ``lam`` is 0.
    """
    found = errors(**point)
    t, a, k, n, ridge = (point[name] for name in _SYMBOLS)
    context = (1 + n) / a
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(ridge > 0, ridge / found.xi, np.maximum(1 - 1 / t, 0.0))
    state = (t, n, context, 1 / k, context + found.xi, found.m, found.xi, share)
    (slope,) = _program(error, variable)(None, (), *state)
    moving = point[variable]
    return slope * np.where(moving > 0, moving, 1.0) / getattr(found, error)


def _at(point: Points, index: Any) -> Points:
    return {name: value[index] for name, value in point.items()}


def _turns(lines: Lines) -> Turns:
    s = lines.grid()
    grid = np.empty_like(s)
    # A few lines at a time, so that what is computed on the way stays in the cache.
    some = max(1, _CACHED // s.shape[1])
    for first in range(0, len(lines), some):
        part = np.arange(first, min(first + some, len(lines)))
        grid[part] = lines.slope(s[part], part[:, None])
    certain = np.abs(grid) > _ROUNDING
    row, column = np.nonzero(certain)
    sign = np.sign(grid[row, column])
    change = np.flatnonzero((row[1:] == row[:-1]) & (sign[1:] != sign[:-1]))
    line = row[change]
    brackets = [(line, s[line, column[change]], s[line, column[change + 1]])]
    line, left, between, right = _touches(lines, s, grid)
    brackets += [(line, left, between), (line, between, right)]
    line, left, right = (np.concatenate(parts) for parts in zip(*brackets, strict=True))
    at = _roots(lines, line, left, right)
    kind = np.sign(lines.slope(right, line)).astype(np.intp)
    signs = np.sign(np.take_along_axis(grid, np.argmax(certain, axis=1)[:, None], axis=1))
    moves = np.asarray(certain.any(axis=1))
    start = np.where(moves, signs[:, 0], 0).astype(np.intp)
    return Turns(line, at, kind, start, moves)


def _touches(lines: Lines, s: Floats, grid: Floats) -> tuple[Integers, Floats, Floats, Floats]:
    """Where the slope changes its sign twice between three points of the grid.

    Returns
    -------
    line, left, between, right
        Coordinates with the slope of one sign at ``left`` and ``right``, of the other between.
    """
    sign = np.sign(grid[:, 1:-1])
    before, here, after = (sign * part for part in (grid[:, :-2], grid[:, 1:-1], grid[:, 2:]))
    bend = before - 2 * here + after
    with np.errstate(divide="ignore", invalid="ignore"):
        # Lowest value of the parabola through the three points.
        lowest = here - (after - before) ** 2 / (8 * bend)
    dips = (
        (here > _ROUNDING) & (before >= here) & (after >= here) & (bend > 0) & (lowest < here / 2)
    )
    line, place = np.nonzero(dips)
    triple: list[Floats] = [s[line, place + shift] for shift in range(3)]
    if not len(line):
        return line, triple[0], triple[1], triple[2]
    from scipy.optimize import elementwise

    found = elementwise.find_minimum(
        lambda at, number, side: side * lines.slope(at, number.astype(np.intp)),
        tuple(triple),
        args=(line.astype(float), sign[line, place]),
        maxiter=60,
    )
    crosses = found.f_x < 0
    left, _, right = (part[crosses] for part in triple)
    return line[crosses], left, found.x[crosses], right


def _roots(lines: Lines, line: Integers, left: Floats, right: Floats) -> Floats:
    """Values of the parameter between two coordinates where the slope vanishes."""
    if not len(line):
        return left
    from scipy.optimize import elementwise

    found = elementwise.find_root(
        lambda step, start, number: lines.slope(start, number.astype(np.intp), step),
        (np.zeros_like(left), right - left),
        args=(left, line.astype(float)),
        tolerances={"xatol": 1e-16, "xrtol": 4e-16, "fatol": 0.0, "frtol": 0.0},
    )
    # A root at the very end of a bracket may by rounding be just outside.
    outside = np.flatnonzero(~np.isfinite(found.x))
    step = found.x.copy()
    ends = [np.zeros(len(outside)), (right - left)[outside]]
    slopes = [np.abs(lines.slope(left[outside], line[outside], end)) for end in ends]
    step[outside] = np.where(slopes[0] < slopes[1], *ends)
    return lines.value(left, line, step)


def best_ridge(error: str, point: Points) -> tuple[Floats, Booleans]:
    """The ridge that minimises an error; there is one (claims ``optimal-ridge-...``).

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    point
        The other four parameters, flat arrays of one length.

    Returns
    -------
    best
        Best ridges, 0 where the error rises from the start.
    searched
        Where float64 was enough.
    """
    count = len(point["tau"])
    context = (1 + point["rho"]) / point["alpha"]
    # With many tasks, and with long contexts, the best ridge has a closed form.
    start, best = (
        np.asarray(value, dtype=float)
        for value in _closed_forms()(None, (), point["tau"], point["rho"], context)
    )
    endless = np.isinf(point["alpha"])
    best = np.where(endless, best, 0.0)
    searched = np.ones(count, dtype=bool)
    for value in (start, *point.values()):
        searched &= (value > _SMALLEST) & (value < _LARGEST) | np.isin(value, (0, np.inf))
    to_search = searched & ~endless
    # Where the errors have a ridgeless limit, the slope says whether any ridge helps at all.
    limit = np.flatnonzero(to_search & (point["tau"] != 1))
    rises = log_slope(error, "lam", _at(point, limit) | {"lam": np.zeros(len(limit))}) >= 0
    to_search[limit[rises]] = False
    line, left, right = _brackets(error, point, np.flatnonzero(to_search), start, searched)
    best[line] = _roots(Lines(error, "lam", point), line, left, right)
    return best, searched | endless


@cache
def _closed_forms() -> Any:
    program = Formulas(())
    program.program("best", [lam_best_many, lam_best_long], [tau, rho, x])
    return program["best"]


def _brackets(
    error: str, point: Points, left: Integers, start: Floats, searched: Booleans
) -> tuple[Integers, Floats, Floats]:
    """Logarithms of ridges between which the best one lies: the slope is positive above it only.

    Lines on which it is not found within the range of float64 are taken out of ``searched``.
    """
    lines = Lines(error, "lam", point)
    here = np.log(start[left])
    above = lines.slope(here, left) > 0
    found = [(left[:0], here[:0], here[:0])]
    while len(left):
        further = here + np.where(above, -_STRIDE, _STRIDE)
        inside = np.abs(further) < math.log(_LARGEST)
        searched[left[~inside]] = False
        left, here, above, further = (part[inside] for part in (left, here, above, further))
        crossed = (lines.slope(further, left) > 0) != above
        low, high = np.minimum(here, further), np.maximum(here, further)
        found.append((left[crossed], low[crossed], high[crossed]))
        left, here, above = left[~crossed], further[~crossed], above[~crossed]
    line, low, high = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return line, low, high
