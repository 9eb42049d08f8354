"""Best parameters, as numbers: the public functions of this package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .context import ContextOptimum, ridgeless_context
from .profiles import Profile, profile

#: Digits to which a certified number is found before it is rounded to float64.
_DOUBLE_DIGITS = 18


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
        Interior minimum and maximum, and the direction where there is none. At a ridge an error may
        have a second maximum; the fields then hold the lowest minimum and the highest maximum, and
        `optimal_context_certified` holds all.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.

    Notes
    -----
    Ridgeless the whole array is computed at once. At a ridge each point is found exactly and
    rounded, which takes some tens of milliseconds per point.

    Examples
    --------
    >>> best = optimal_context("icl", tau=20, kappa=[0.25, 2.0], rho=0.5)
    >>> best.minimum.round(6)
    array([4.675453,      inf])
    >>> best.direction
    array([ 0, -1], dtype=int8)
    """
    if error not in {"icl", "idg"}:
        raise ValueError(f"error must be icl or idg, got {error!r}")
    arrays = (np.asarray(value, dtype=float) for value in (tau, kappa, rho, lam))
    t, k, noise, ridge = np.broadcast_arrays(*arrays)
    if not ridge.any():
        return ridgeless_context(error, t, k, noise)
    minimum, maximum = np.full(t.shape, np.inf), np.zeros(t.shape)
    direction = np.zeros(t.shape, dtype=np.int8)
    for index, (a, b, c, d) in _points(t, k, noise, ridge):
        found = optimal_context_certified(error, a, b, c, d, digits=_DOUBLE_DIGITS)
        direction[index] = found.directions[0] if found.monotone else 0
        if found.minima:
            best = min(found.minima, key=lambda point: float(point.error))
            minimum[index] = float(best.value)
        elif direction[index] > 0:
            minimum[index] = 0.0
        if found.maxima:
            worst = max(found.maxima, key=lambda point: float(point.error))
            maximum[index] = float(worst.value)
    return ContextOptimum(minimum, maximum, direction)


def optimal_context_certified(
    error: str, tau: object, kappa: object, rho: object, lam: object = 0, *, digits: int = 16
) -> Profile:
    """Every minimum and maximum of an error in the context length, none missed.

    Parameters
    ----------
    error
        ``"icl"``, ``"idg"`` or another name of `profile`.
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
    """
    return profile(error, "alpha", tau=tau, kappa=kappa, rho=rho, lam=lam, digits=digits)


def optimal_ridge(error: str, tau: Any, alpha: Any, kappa: Any, rho: Any) -> np.ndarray:
    """Ridge that minimises an error, correctly rounded to float64.

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
    task diversity it is (1 + x)(rho (1 + x) + x)/tau with x = (1 + rho)/alpha. Each point takes
    some milliseconds.

    Examples
    --------
    >>> float(optimal_ridge("idg", tau=0.5, alpha=10, kappa=np.inf, rho=0.25))
    0.9140625
    """
    if error not in {"icl", "idg"}:
        raise ValueError(f"error must be icl or idg, got {error!r}")
    arrays = np.broadcast_arrays(*(np.asarray(v, float) for v in (tau, alpha, kappa, rho)))
    best = np.zeros(arrays[0].shape)
    for index, values in _points(*arrays):
        minima = optimal_ridge_certified(error, *values, digits=_DOUBLE_DIGITS).minima
        best[index] = float(minima[0].value) if minima else 0.0
    return best


def optimal_ridge_certified(
    error: str, tau: object, alpha: object, kappa: object, rho: object, *, digits: int = 16
) -> Profile:
    """The minimum of an error in the ridge, with certainty.

    Parameters
    ----------
    error
        ``"icl"``, ``"idg"`` or another name of `profile`.
    tau, alpha, kappa, rho
        Numbers; strings are exact decimals or fractions.
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
    """
    return profile(error, "lam", tau=tau, alpha=alpha, kappa=kappa, rho=rho, digits=digits)


def is_monotone(error: str, variable: str, **parameters: object) -> bool:
    """Whether an error never turns as one parameter runs through its domain, decided exactly.

    Parameters
    ----------
    error
        ``"icl"``, ``"idg"``, ``"gap"`` or another name of `profile`.
    variable
        ``"tau"``, ``"alpha"``, ``"kappa"``, ``"rho"`` or ``"lam"``; ridgeless ``tau`` runs through
        (0, 1), above which errors fall.
    **parameters
        The other parameters.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        As `profile`.

    Examples
    --------
    >>> is_monotone("icl", "alpha", tau=20, kappa="1/4", rho=20)
    True
    >>> is_monotone("icl", "alpha", tau=20, kappa="1/4", rho="1/2")
    False
    """
    return profile(error, variable, digits=1, **parameters).monotone


def _points(*arrays: np.ndarray) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
    for index in np.ndindex(arrays[0].shape):
        yield index, tuple(float(array[index]) for array in arrays)
