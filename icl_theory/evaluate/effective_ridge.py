"""The effective ridge xi at lam > 0 on whole arrays.

The iteration is `icl_theory.evaluate.algorithm.RidgeIteration`, which says why it converges: its
programs run on all points of a block until each has made a step that is small enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from icl_theory.evaluate.kernels import Column, Workspace, part


def effective_ridge(
    kernels: Workspace,
    point: Mapping[str, Column],
    length: int,
    patience: int | None = None,
    maximum: int | None = None,
) -> tuple[np.ndarray, int]:
    """Solve the ridge equation at the points of one block.

    Parameters
    ----------
    kernels
        Programs and scratch space.
    point
        Columns ``tau, x, kappa, inv_kappa, lam``, with lam > 0.
    length
        Number of points, at most that of a block.
    patience, maximum
        Iterations before the first halving of the bracket, and at most; those of the algorithm.

    Returns
    -------
    xi : numpy.ndarray
        Effective ridge.
    iterations : int
        Iterations that the slowest point took.

    Raises
    ------
    ArithmeticError
        If a point has not converged after ``maximum`` iterations, which the bound excludes.
    """
    numbers = kernels.compiled
    patience = numbers.patience if patience is None else patience
    maximum = numbers.maximum if maximum is None else maximum
    # What a step leaves is about its square: longer floats need a smaller last one.
    last_step = numbers.last_step
    if kernels.dtype is not np.float64:
        last_step *= math.sqrt(np.finfo(kernels.dtype).eps / np.finfo(np.float64).eps)
    result = np.empty(length, kernels.dtype)
    now = dict(zip(("xi", "low", "high"), np.empty((3, length), kernels.dtype), strict=True))
    then = dict(
        zip(("xi", "low", "high", "step"), np.empty((4, length), kernels.dtype), strict=True)
    )
    kernels.run("ridge_bracket", point, {name: now[name] for name in ("low", "high")})
    begin = {**point, "x": np.maximum(point["x"], numbers.smallest_x)}
    kernels.run("ridge_start", begin, {"xi": now["xi"]})
    np.clip(now["xi"], now["low"], now["high"], out=now["xi"])
    remaining: np.ndarray | None = None  # indices of the points in work, None for all
    for iteration in range(1, maximum + 1):
        halve = iteration > patience and (iteration - patience) % 2
        kernels.run("ridge_halving" if halve else "ridge_step", {**point, **now}, then)
        unfinished = np.abs(then["step"]) > last_step
        if remaining is None:
            result[:] = then["xi"]
        else:
            result[remaining] = then["xi"]
        index = np.flatnonzero(unfinished)
        if not len(index):
            return result, iteration
        if len(index) < len(unfinished):
            remaining = index if remaining is None else remaining[index]
            point = part(point, index)
            now = {name: then[name][index] for name in now}
            then = dict(zip(then, np.empty((4, len(index)), kernels.dtype), strict=True))
        else:
            now, then = {n: then[n] for n in now}, {**now, "step": then["step"]}
    first = part(point, slice(0, 1))
    raise ArithmeticError(
        f"the effective ridge did not converge in {maximum} iterations at {first}"
    )
