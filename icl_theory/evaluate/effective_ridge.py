"""The effective ridge xi at lam > 0: a bracketed, safeguarded Newton iteration on whole arrays.

The iteration lives in log xi. Every term of the ridge residual F is, in log xi, a logistic function
or an exponential, so |F''| <= |F'| there. Three things follow, with e the distance to the root:

* the step of `icl_theory.theory.iteration`, whose model has the same property and the same value
  and slope as F, leaves at most about e^2: after a step below 2**-27 what remains is below 2**-54;
* its iterates never pass the root after the first step, and increase to it;
* a rounding error of F moves the root by that error over F', and the residual is written so that
  none of its terms is more than four times F'.

So the iteration converges from anywhere without help. The bracket makes the bound on the number of
iterations elementary: see `MAXIMUM`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from icl_theory.evaluate.blocks import Column, Kernels, part

#: A step of xi below this, relative to xi, is the last one.
LAST_STEP = 2.0**-27

#: From this iteration on, every other one halves the bracket in log xi.
PATIENCE = 8

#: Bound on the iterations. The bracket starts at most a factor of (1 + x)/x wide, or about 1 +
#: 1/(tau lam) at x = 0: less than 1e62 for the parameters admitted here. After 36 halvings it is
#: below 2**-28 in log xi, and the next step is the last. With 8 iterations before and a Newton
#: step between halvings that is 8 + 2 * 36 + 1. The most that was seen is 6.
MAXIMUM = 81

#: The start is computed at no smaller x, where the ridgeless state of x = 0 may be singular.
SMALLEST_X = 2.0**-100


def effective_ridge(
    kernels: Kernels, point: Mapping[str, Column], length: int, patience: int = PATIENCE
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
    patience
        Iterations before the first halving of the bracket.

    Returns
    -------
    xi : numpy.ndarray
        Effective ridge.
    iterations : int
        Iterations that the slowest point took.

    Raises
    ------
    ArithmeticError
        If a point has not converged after `MAXIMUM` iterations, which the bound excludes.
    """
    result = np.empty(length)
    xi, low, high, residual, step = np.empty((5, length))
    kernels.run("ridge_bracket", point, {"low": low, "high": high})
    kernels.run("ridge_start", {**point, "x": np.maximum(point["x"], SMALLEST_X)}, {"xi": xi})
    np.clip(xi, low, high, out=xi)
    remaining: np.ndarray | None = None  # indices of the points in work, None for all
    for iteration in range(1, MAXIMUM + 1):
        kernels.run("ridge_step", {**point, "xi": xi}, {"residual": residual, "step": step})
        below = residual > 0
        np.copyto(low, xi, where=below)
        np.copyto(high, xi, where=~below)
        if iteration > patience and (iteration - patience) % 2:
            # A last step is made all the same.
            unfinished = np.abs(step) > LAST_STEP
            step = np.where(unfinished, np.sqrt(low) * np.sqrt(high) / xi - 1, step)
        else:
            unfinished = np.abs(step) > LAST_STEP
        step += 1
        xi *= step
        np.clip(xi, low, high, out=xi)
        if remaining is None:
            result[:] = xi
        else:
            result[remaining] = xi
        index = np.flatnonzero(unfinished)
        if not len(index):
            return result, iteration
        if len(index) < len(xi):
            remaining = index if remaining is None else remaining[index]
            point = part(point, index)
            xi, low, high = xi[index], low[index], high[index]
            residual, step = np.empty((2, len(index)))
    first = part(point, slice(0, 1))
    raise ArithmeticError(
        f"the effective ridge did not converge in {MAXIMUM} iterations at {first}"
    )
