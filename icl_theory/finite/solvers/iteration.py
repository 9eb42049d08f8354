"""Preconditioned conjugate gradients with the exact residual put in from time to time."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Map = Callable[[np.ndarray], np.ndarray]

#: Iterations after which a solver gives up, far beyond what any regime needs.
LIMIT = 50_000
#: The recursive residual is replaced after every fall by this factor where products are inexact: as
#: far as single precision carries, for an exact product takes twice as long.
_REPLACE = 1e-3
#: Inexact products are given up once the exact residual has fallen by less than this factor.
_FALL = 0.1


class Converged(NamedTuple):
    """Solution of a linear system, the number of products it took, and its relative residual."""

    solution: np.ndarray
    iterations: int
    residual: float


def conjugate_gradients(
    product: Map,
    right: np.ndarray,
    precondition: Map,
    tolerance: float,
    limit: int,
    exact: Map,
) -> Converged:
    """Solve ``product(solution) = right`` for a symmetric positive semidefinite product.

    From a start at zero, the iterates converge to the solution of smallest norm in the geometry of
    the preconditioner wherever the system is singular and consistent.

    Parameters
    ----------
    product
        The matrix applied to an array of the shape of ``right``, perhaps in single precision.
    right
        Right-hand side, float64.
    precondition
        Approximate inverse, symmetric positive definite.
    tolerance
        Norm of the residual over that of ``right`` at which to stop.
    limit
        Largest number of iterations; the residual says whether it was enough.
    exact
        The product in full precision: the residual is recomputed with it whenever it has fallen
        by a factor of 1000, and before stopping. The directions are kept, so that this costs no
        iterations. Should it not help, all products become exact; should it still not help, the
        residual is as small as rounding lets it be, and the iteration ends.
    """
    scale = np.linalg.norm(right)
    solution = np.zeros_like(right)
    if scale == 0:
        return Converged(solution, 0, 0.0)
    goal = tolerance * scale
    residual = right.copy()
    direction = precondition(residual)
    size = replaced = scale
    iteration = 0
    while iteration < limit:
        iteration += 1
        image = product(direction)
        curvature = float(np.vdot(direction, image))
        step = np.vdot(residual, direction) / curvature
        solution += step * direction
        residual -= step * image
        size = np.linalg.norm(residual)
        if size <= goal or size <= _REPLACE * replaced:
            residual = right - exact(solution)
            size = np.linalg.norm(residual)
            if size <= goal:
                break
            if size > _FALL * replaced:
                if product is exact:
                    # What is left is rounding.
                    break
                product = exact
            replaced = size
        # Conjugate to the last direction whatever rounding did to the residual.
        conditioned = precondition(residual)
        direction *= -float(np.vdot(conditioned, image)) / curvature
        direction += conditioned
    return Converged(solution, iteration, float(size / scale))
