"""Best parameters, as numbers: the public functions of this package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np

from icl_theory.algebra.exchange import Portable
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.float64 import errors
from icl_theory.evaluate.generic import Formulas
from icl_theory.theory.limits import zero_context_over, zero_context_under
from icl_theory.theory.symbols import rho as rho_symbol
from icl_theory.theory.symbols import tau as tau_symbol

from .context import ridgeless_turns
from .profiles import Profile, profile
from .reading import arrays, check_lines, one_of, parameters_beside
from .search import ERRORS as SEARCHED
from .search import Booleans, Points, best_ridge, monotone, turns

#: Digits to which a certified number is found before it is rounded to float64.
_DOUBLE_DIGITS = 18


@dataclass(frozen=True, eq=False)
class ContextOptimum(Portable, kind="context-optimum"):
    """Where an error is least in the context length: arrays of one shape.

    Attributes
    ----------
    minimum
        Context length at which the error is least: that of the lowest interior minimum, or 0 or
        ``inf`` where the error comes lower towards one of the ends.
    error
        The error there, at an end its limit.
    interior_minimum, interior_maximum
        Context lengths of the lowest interior minimum and of the highest interior maximum; NaN
        where there is none.
    direction
        -1 where the error falls with the context length throughout, 1 where it rises throughout, 0
        where it turns.
    """

    minimum: Floats
    error: Floats
    interior_minimum: Floats
    interior_maximum: Floats
    direction: np.ndarray[Any, np.dtype[np.int8]]


def optimal_context(error: str, tau: Any, kappa: Any, rho: Any, lam: Any = 0.0) -> ContextOptimum:
    """Context length at which an error is least, in float64.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    tau, kappa, rho, lam
        Numbers or arrays that broadcast. Where ``lam`` is 0, ``tau`` must not be 1.

    Returns
    -------
    ContextOptimum
        The best context length, 0 and ``inf`` included, with the error there, and apart from it the
        interior minimum and maximum.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.

    Notes
    -----
    Ridgeless, the turns are where explicit curves meet the label noise. At a ridge they are
    searched for over the whole line, and a turn by less than 1e-13 of the error is not seen;
    `optimal_context_certified` has them all. A hundred thousand points take seconds either way.

    Examples
    --------
    >>> best = optimal_context("icl", tau=20, kappa=[0.25, 2.0], rho=0.5)
    >>> best.minimum.round(6)
    array([4.675453,      inf])
    >>> best.direction
    array([ 0, -1], dtype=int8)
    """
    one_of("error", error, SEARCHED)
    shape, point = arrays({"tau": tau, "kappa": kappa, "rho": rho, "lam": lam})
    check_lines(point)
    minimum, maximum = (np.full(point["tau"].shape, np.nan) for _ in range(2))
    direction = np.zeros(point["tau"].shape, dtype=np.int8)
    ridgeless = point["lam"] == 0
    curves = ridgeless_turns(error, *(point[name][ridgeless] for name in ("tau", "kappa", "rho")))
    minimum[ridgeless], maximum[ridgeless], direction[ridgeless] = curves
    where = np.flatnonzero(~ridgeless)
    found = _context_at_ridge(error, {name: value[where] for name, value in point.items()})
    minimum[where], maximum[where], direction[where] = found
    best, least = _with_ends(error, point, minimum)
    return ContextOptimum(
        minimum=best.reshape(shape),
        error=least.reshape(shape),
        interior_minimum=minimum.reshape(shape),
        interior_maximum=maximum.reshape(shape),
        direction=direction.reshape(shape),
    )


def _context_at_ridge(error: str, point: Points) -> tuple[Floats, Floats, np.ndarray]:
    """Lowest interior minimum, highest interior maximum and direction, at ridges > 0."""
    size = len(point["tau"])
    minimum, maximum = np.full(size, np.nan), np.full(size, np.nan)
    if not size:
        return minimum, maximum, np.zeros(0, dtype=np.int8)
    found = turns(error, "alpha", point)
    direction = found.start.astype(np.int8)
    direction[found.line] = 0
    there = {name: value[found.line] for name, value in point.items()}
    heights = np.asarray(getattr(errors(**there, alpha=found.at), error))
    for kind, place in ((1, minimum), (-1, maximum)):
        # The last one written on a line is the lowest minimum, or the highest maximum.
        order = np.argsort(-kind * heights, kind="stable")
        order = order[found.kind[order] == kind]
        place[found.line[order]] = found.at[order]
    for i in np.flatnonzero(~found.searched):
        exact = profile(
            error, "alpha", digits=_DOUBLE_DIGITS, **{n: float(v[i]) for n, v in point.items()}
        )
        minimum[i], maximum[i] = _best(exact.minima, min), _best(exact.maxima, max)
        direction[i] = exact.directions[0] if exact.monotone else 0
    return minimum, maximum, direction


def _best(points: Any, best: Any) -> float:
    """Place of the lowest or the highest of stationary points; NaN if there is none."""
    if not points:
        return np.nan
    return float(best(points, key=lambda point: float(point.error)).value)


def _with_ends(error: str, point: Points, minimum: Floats) -> tuple[Floats, Floats]:
    """The best of interior minima and both ends, and the error there."""
    inside = np.isfinite(minimum)
    least = np.full(minimum.shape, np.inf)
    there = {name: value[inside] for name, value in point.items()}
    least[inside] = getattr(errors(**there, alpha=minimum[inside]), error)
    best = np.where(inside, minimum, np.nan)
    long = np.asarray(getattr(errors(**point, alpha=np.inf), error))
    for end, value in ((np.inf, long), (0.0, _short(point))):
        better = value < least
        best, least = np.where(better, end, best), np.where(better, value, least)
    if np.isinf(least).any():
        noise = shown(float(point["rho"][np.isinf(least)][0]))
        raise ValueError(f"rho must leave the errors in the range of float64, got {noise}")
    return best, least


def _short(point: Points) -> Floats:
    """Limit of both errors as the context length tends to 0 (claims ``zero-context-...``)."""
    t, noise = point["tau"], point["rho"]
    with np.errstate(divide="ignore", over="ignore"):
        under, over = (np.asarray(value) for value in _short_program()(None, (), t, noise))
    return np.where(t < 1, under, np.where(t > 1, over, np.inf))


@cache
def _short_program() -> Any:
    program = Formulas(())
    program.program("short", [zero_context_under, zero_context_over], [tau_symbol, rho_symbol])
    return program["short"]


def optimal_context_certified(
    error: str, tau: object, kappa: object, rho: object, lam: object = 0, *, digits: int = 16
) -> Profile:
    """Every minimum and maximum of an error in the context length, none missed.

    Parameters
    ----------
    error
        ``"icl"``, ``"idg"`` or another name of `icl_theory.stationary.profile`.
    tau, kappa, rho, lam
        Numbers; strings are exact decimals or fractions.
    digits
        Decimal digits guaranteed of every value.

    Returns
    -------
    Profile
        Stationary points in increasing order of alpha, and the directions between them.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or ``tau`` is 1 and ``lam`` is 0.

    Examples
    --------
    >>> profile = optimal_context_certified("icl", 20, "1/4", "1/2")
    >>> [(point.kind, round(float(point.value), 6)) for point in profile.points]
    [('maximum', 0.136021), ('minimum', 4.675453)]
    """
    return profile(error, "alpha", tau=tau, kappa=kappa, rho=rho, lam=lam, digits=digits)


def optimal_ridge(error: str, tau: Any, alpha: Any, kappa: Any, rho: Any) -> Floats:
    """Ridge that minimises an error, in float64.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    tau, alpha, kappa, rho
        Numbers or arrays that broadcast; ``alpha`` and ``kappa`` may be ``inf``.

    Returns
    -------
    ndarray
        The best ridge, 0 where the error rises with the ridge from the start.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.

    Notes
    -----
    The best ridge is unique (claims ``optimal-ridge-idg`` and ``optimal-ridge-icl``). At infinite
    task diversity it is (1 + x)(rho (1 + x) + x)/tau with x = (1 + rho)/alpha, at infinite context
    rho/tau. Elsewhere the slope of the error is bracketed and solved, to a relative error of some
    1e-14 unless the best ridge is about to vanish, where it is that of the parameters' own
    rounding. A hundred thousand points take seconds.

    Examples
    --------
    >>> float(optimal_ridge("idg", tau=0.5, alpha=10, kappa=np.inf, rho=0.25))
    0.9140625
    """
    one_of("error", error, SEARCHED)
    shape, point = arrays({"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho})
    best, searched = best_ridge(error, point)
    for i in np.flatnonzero(~searched):
        minima = optimal_ridge_certified(
            error, *(float(value[i]) for value in point.values()), digits=_DOUBLE_DIGITS
        ).minima
        best[i] = float(minima[0].value) if minima else 0.0
    return best.reshape(shape)


def optimal_ridge_certified(
    error: str, tau: object, alpha: object, kappa: object, rho: object, *, digits: int = 16
) -> Profile:
    """The minimum of an error in the ridge, with certainty.

    Parameters
    ----------
    error
        ``"icl"``, ``"idg"`` or another name of `icl_theory.stationary.profile`.
    tau, alpha, kappa, rho
        Numbers; strings are exact decimals or fractions. ``alpha`` and ``kappa`` may be ``inf``.
    digits
        Decimal digits guaranteed of every value.

    Returns
    -------
    Profile
        One minimum, or none and the direction 1 where no ridge is best.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.

    Examples
    --------
    >>> profile = optimal_ridge_certified("icl", "1/2", 10, 2, "1/2")
    >>> [(point.kind, round(float(point.value), 6)) for point in profile.points]
    [('minimum', 1.714912)]
    """
    return profile(error, "lam", tau=tau, alpha=alpha, kappa=kappa, rho=rho, digits=digits)


def is_monotone(error: str, variable: str, **parameters: Any) -> Any:
    """Whether an error never turns as one parameter runs through its domain.

    Parameters
    ----------
    error
        ``"icl"``, ``"idg"``, ``"gap"`` or another name of `icl_theory.stationary.profile`.
    variable
        ``"tau"``, ``"alpha"``, ``"kappa"``, ``"rho"`` or ``"lam"``; ridgeless ``tau`` runs through
        (0, 1), above which errors fall.
    **parameters
        The other parameters; ``lam`` is 0 where it is not given. Numbers, or arrays that broadcast.

    Returns
    -------
    bool or ndarray of bool
        For numbers the answer is decided exactly. For arrays it is that of float64, in which a turn
        by less than 1e-13 of the error is not seen; errors other than icl and idg are decided
        exactly, point by point.

    Raises
    ------
    ValueError
        As `icl_theory.stationary.profile`.

    Examples
    --------
    >>> is_monotone("icl", "alpha", tau=20, kappa="1/4", rho=20)
    True
    >>> is_monotone("icl", "alpha", tau=20, kappa=[0.25, 0.5, 2.0], rho=0.5)
    array([False, False,  True])
    """
    given = parameters_beside(variable, parameters)
    if not any(map(_has_entries, given.values())):
        return profile(error, variable, digits=1, **given).monotone
    shape, point = arrays(given)
    check_lines(point)
    answer = np.zeros(len(point["rho" if variable != "rho" else "tau"]), dtype=bool)
    decided = np.zeros(len(answer), dtype=bool)
    if error in SEARCHED:
        answer, decided = _monotone(error, variable, point)
    for i in np.flatnonzero(~decided):
        one = {name: float(value[i]) for name, value in point.items()}
        answer[i] = profile(error, variable, digits=1, **one).monotone
    return answer.reshape(shape)


def _has_entries(value: object) -> bool:
    try:
        return np.ndim(cast(Any, value)) > 0
    except Exception:
        # Whatever an object of a foreign type does when it is looked at: reading it refuses it.
        return True


def _monotone(error: str, variable: str, point: Points) -> tuple[Booleans, Booleans]:
    """Whether an error does not turn, and where float64 was enough to say so."""
    if variable == "lam":
        best, searched = best_ridge(error, point)
        return best == 0, searched
    size = len(point["lam"])
    answer, decided = np.ones(size, dtype=bool), np.ones(size, dtype=bool)
    rest = np.arange(size)
    if variable == "alpha":
        # Ridgeless, the curves know.
        where = point["lam"] == 0
        curves = ridgeless_turns(error, *(point[n][where] for n in ("tau", "kappa", "rho")))
        answer[where] = curves.direction != 0
        rest = np.flatnonzero(~where)
    found = monotone(error, variable, {name: value[rest] for name, value in point.items()})
    answer[rest], decided[rest] = found
    return answer, decided
