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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats, columns_of
from icl_theory.evaluate.float64 import errors
from icl_theory.evaluate.generate import kernel
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.kernels import BLOCK, Kernel, blocks, part
from icl_theory.evaluate.straight_line import straight_line
from icl_theory.evaluate.threads import in_threads
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
#: Lines that reach further are not searched: a product of seven such numbers leaves float64.
_FAR = 100.0
#: Factor, in the logarithm, by which a bracket of the best ridge grows.
_STRIDE = 2.0
#: Ridges are searched for, and parameters admitted, in this range.
_SMALLEST, _LARGEST = 1e-28, 1e28
#: A slope d log(error) / d log(parameter) below this is rounding.
_ROUNDING = 1e-13
#: Of three slopes the middle one is the least if it is by this share of itself: far more than
#: rounding, and less than the depth of any dip.
_DIP = 1e-8
#: Points of the grids of lines that are looked at together: of them a fraction is looked at first,
#: which should still fill the blocks that slopes are evaluated in.
_TOGETHER = 4 * BLOCK
#: Of so many points of the grid one is looked at first where it is only asked whether there are
#: turns.
_COARSE = 4


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
    seen = _look(lines)
    brackets = [seen.changes, *_touches(lines, seen.dips)]
    line, left, right = (np.concatenate(parts) for parts in zip(*brackets, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        at = _roots(lines, line, left, right)
        kind = np.sign(lines.slope(right, line)).astype(np.intp)
    order = np.lexsort((at, line))
    return Turns(line[order], at[order], kind[order], seen.start, seen.searched)


def monotone(error: str, variable: str, point: Points) -> tuple[Booleans, Booleans]:
    """Whether an error does not turn as one parameter runs through its domain, without the places.

    Parameters
    ----------
    error, variable, point
        As for `turns`.

    Returns
    -------
    monotone, searched
        Of each line: whether no turn was found on it, and whether float64 was enough for it.
    """
    lines = Lines(error, variable, point)
    seen = _look(lines, places=False)
    answer = np.ones(len(lines), dtype=bool)
    answer[seen.changes[0]] = False
    undecided = answer[seen.dips[0]]
    for line, _, _ in _touches(lines, tuple(column[undecided] for column in seen.dips)):
        answer[line] = False
    return answer, seen.searched


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
        count = self._steps(reach.max())
        ahead = np.arange(1, count + 1) / count * reach[:, None]
        parts = [-ahead[:, ::-1], np.zeros((len(self), 1)), ahead]
        if self.variable not in {"tau", "kappa"}:
            return np.concatenate(parts, axis=1)
        other = self.point["kappa" if self.variable == "tau" else "tau"]
        # Features are as narrow as the root of what sets them off: half of the reach is enough.
        near = np.exp(-ahead[:, : count // 2])
        for centre in (np.ones(len(self)), np.where(np.isfinite(other), other, 1.0)):
            for distance in (-near, near):
                parts.append(self.coordinate(centre[:, None] * (1 + distance)))
        return np.sort(np.concatenate(parts, axis=1), axis=1)

    def blocks(self) -> Iterator[Integers]:
        """Numbers of the lines to search, a few of about the same reach together."""
        reach = self.reach
        left = np.argsort(reach, kind="stable")[: int((reach <= _FAR).sum())]
        while len(left):
            # The last line of a block has the longest grid; all of the block get as many points.
            size = min(len(left), _TOGETHER // self._count(reach[left[0]]))
            size = min(size, _TOGETHER // self._count(reach[left[size - 1]]))
            yield left[:size]
            left = left[size:]

    @staticmethod
    def _steps(reach: float) -> int:
        """Steps of a grid on each side of 0, an even number."""
        return 2 * math.ceil(reach / (2 * _STEP))

    def _count(self, reach: float) -> int:
        """Points on a grid."""
        return (4 if self.variable in {"tau", "kappa"} else 2) * self._steps(reach) + 1

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
def _program(error: str, variable: str) -> Kernel:
    """Program from the state to the derivative of an error in a parameter."""
    output = _RIDGE.get(error) if variable == "lam" else None
    if output is None:
        output = derivative(ERRORS[error], _SYMBOLS[variable])
    state = (tau, rho, x, inv_kappa, nu, m, xi, r)
    return kernel(straight_line({symbol: str(symbol) for symbol in state}, {"slope": output}))


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
    columns, shape = columns_of({name: np.asarray(value) for name, value in point.items()})
    length = math.prod(shape)
    slope, program = np.empty(length), _program(error, variable)
    # A block at a time, so that what is computed on the way stays in the cache.
    for where in blocks(length):
        here = part(columns, where)
        found = errors(**here)
        t, a, k, n, ridge = (here[name] for name in _SYMBOLS)
        context = (1 + n) / a
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(ridge > 0, ridge / found.xi, np.maximum(1 - 1 / t, 0.0))
        state = (t, n, context, 1 / k, context + found.xi, found.m, found.xi, share)
        program.run(dict(zip(program.inputs, state, strict=True)), {"slope": slope[where]})
        moving = here[variable]
        slope[where] *= np.where(moving > 0, moving, 1.0)
        slope[where] /= getattr(found, error)
    return slope.reshape(shape)


def _at(point: Points, index: Any) -> Points:
    return {name: value[index] for name, value in point.items()}


@dataclass(frozen=True)
class _Seen:
    """What the slopes on grids say of lines.

    Attributes
    ----------
    start, searched
        As of `Turns`.
    changes
        Numbers of lines, and pairs of coordinates with a turn between them.
    dips
        Numbers of lines, neighbours on the grid of which the slope is closest to 0 at the middle
        one, and its sign at all three.
    """

    start: Integers
    searched: Booleans
    changes: tuple[Any, ...]
    dips: tuple[Any, ...]


def _look(lines: Lines, places: bool = True) -> _Seen:
    """Evaluate the slope on the grids of all lines, a few at a time, in as many threads as help.

    Without ``places`` it is enough to see one of the turns of a line.
    """
    start = np.zeros(len(lines), dtype=np.intp)
    searched = np.zeros(len(lines), dtype=bool)
    none, nowhere = np.zeros(0, dtype=np.intp), np.zeros(0)
    changes, dips = [(none, *[nowhere] * 2)], [(none, *[nowhere] * 4)]

    def look(blocks: Sequence[Integers]) -> list[tuple[Integers, _Seen]]:
        return [(block, _look_at(lines.part(block), places)) for block in blocks]

    for some in in_threads(look, list(lines.blocks())):
        for block, seen in some:
            start[block], searched[block] = seen.start, seen.searched
            changes.append((block[seen.changes[0]], *seen.changes[1:]))
            dips.append((block[seen.dips[0]], *seen.dips[1:]))
    together = (tuple(map(np.concatenate, zip(*parts, strict=True))) for parts in (changes, dips))
    return _Seen(start, searched, *together)


def _look_at(lines: Lines, places: bool) -> _Seen:
    """Evaluate the slope on the grids of a few lines."""
    s = lines.grid()
    every, grid = np.arange(len(lines)), np.arange(s.shape[1])
    # At a threshold that a line ends at, the slope is undefined, and no turn.
    with np.errstate(divide="ignore", invalid="ignore"):
        if places:
            slope = lines.slope(s, every[:, None])
        else:
            # A turn between points further apart leaves nothing to ask of the others.
            slope, coarse = np.full(s.shape, np.nan), grid[::_COARSE]
            slope[:, coarse] = lines.slope(s[:, coarse], every[:, None])
            left = np.setdiff1d(every, _changes(slope)[0])
            rest = np.ix_(left, np.setdiff1d(grid, coarse))
            slope[rest] = lines.slope(s[rest], left[:, None])
        dips = _dips(s, slope)
    line, before, after = _changes(slope)
    certain = np.abs(slope) > _ROUNDING
    searched = np.asarray(certain.any(axis=1))
    first = slope[every, np.argmax(certain, axis=1)]
    start = np.where(searched, np.sign(first), 0).astype(np.intp)
    return _Seen(start, searched, (line, s[line, before], s[line, after]), dips)


def _changes(slope: Floats) -> tuple[Integers, Integers, Integers]:
    """Rows, and pairs of columns between which the slope changes its sign with certainty."""
    row, column = np.nonzero(np.abs(slope) > _ROUNDING)
    sign = np.sign(slope[row, column])
    change = np.flatnonzero((row[1:] == row[:-1]) & (sign[1:] != sign[:-1]))
    return row[change], column[change], column[change + 1]


def _dips(s: Floats, slope: Floats) -> tuple[Any, ...]:
    """Three points of the grid between which the slope may change its sign twice (`_Seen`)."""
    size = np.abs(slope)
    bound = np.maximum(size[:, 1:-1] * (1 + _DIP), _ROUNDING)
    line, place = np.nonzero((size[:, :-2] > bound) & (size[:, 2:] > bound))
    signs = np.sign([slope[line, place + shift] for shift in range(3)])
    dip = (signs[0] == signs[1]) & (signs[1] == signs[2])
    line, place, sign = line[dip], place[dip], signs[1, dip]
    return line, *(s[line, place + shift] for shift in range(3)), sign


def _touches(lines: Lines, dips: tuple[Any, ...]) -> Iterator[tuple[Integers, Floats, Floats]]:
    """Lines and pairs of coordinates, each around one of two sign changes in a dip of the slope."""
    line, left, middle, right, sign = dips
    if not len(line):
        return
    from scipy.optimize import elementwise

    with np.errstate(divide="ignore", invalid="ignore"):
        found = elementwise.find_minimum(
            lambda at, number, side: side * lines.slope(at, number.astype(np.intp)),
            (left, middle, right),
            args=(line.astype(float), sign),
            maxiter=60,
        )
    crosses = found.f_x < -_ROUNDING
    line, between = line[crosses], found.x[crosses]
    yield line, left[crosses], between
    yield line, between, right[crosses]


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

    Raises
    ------
    ValueError
        If a closed form leaves float64.
    """
    # With many tasks, and with long contexts, the best ridge has a closed form.
    with np.errstate(over="ignore", invalid="ignore"):
        context = (1 + point["rho"]) / point["alpha"]
        start, best = (
            np.asarray(value, dtype=float)
            for value in _closed_forms()(None, (), point["tau"], point["rho"], context)
        )
    endless = np.isinf(point["alpha"])
    lost = endless & (np.isinf(best) | (best == 0) & (point["rho"] > 0))
    if lost.any():
        noise, data = (shown(float(point[name][lost][0])) for name in ("rho", "tau"))
        raise ValueError(
            "rho/tau, the best ridge where alpha is inf, must be in the range of float64, "
            f"got {noise}/{data}"
        )
    best = np.where(endless, best, 0.0)
    searched = (start > _SMALLEST) & (start < _LARGEST)
    for value in point.values():
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
