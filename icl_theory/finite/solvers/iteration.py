"""Preconditioned conjugate gradients with the exact residual put in from time to time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

Map = Callable[[np.ndarray], np.ndarray]

#: Iterations after which a solver gives up, far beyond what any regime needs.
LIMIT = 50_000
#: The recursive residual has to be below this part of the goal before the exact one is looked at:
#: rounding may have hidden that much, and a look costs more than an iteration.
_SURE = 0.8
#: Inexact products are given up once the exact residual has fallen by less than this factor.
_FALL = 0.1
#: A residual that has grown by this factor, or is no number, will never fall to its goal.
_LOST = 1e8


class Converged(NamedTuple):
    """What solves a system: its estimator, the iterations it took, and its relative residual."""

    solution: np.ndarray
    gamma: np.ndarray
    iterations: int
    residual: float


@dataclass
class Direction:
    """A direction to move in.

    Attributes
    ----------
    coordinates
        Array of the shape of the solution.
    lifted
        A linear image of them, if a system needs one (else empty): it turns along.
    """

    coordinates: np.ndarray
    lifted: np.ndarray = field(default_factory=lambda: np.empty(0))

    def turn(self, factor: float, towards: Direction) -> None:
        """Multiply by ``factor`` and add ``towards``."""
        self.coordinates *= factor
        self.coordinates += towards.coordinates
        self.lifted *= factor
        self.lifted += towards.lifted


class Advance(NamedTuple):
    """What a system knows after a move along a direction.

    Attributes
    ----------
    step
        Length of the move, to where the residual is orthogonal to the direction.
    image
        The matrix applied to the direction.
    curvature
        Inner product of the direction and its image.
    conditioned
        The new residual, preconditioned.
    """

    step: float
    image: np.ndarray
    curvature: float
    conditioned: Direction


class LinearSystem(Protocol):
    """A linear system with a positive semidefinite matrix, perhaps applied in single precision.

    Attributes
    ----------
    right
        Right-hand side, float64.
    carried
        The recursive residual is trusted to fall by this factor.
    """

    right: np.ndarray
    carried: float

    def precondition(self, residual: np.ndarray) -> Direction:
        """Apply an approximate inverse, symmetric positive definite."""
        ...

    def move(self, direction: Direction, residual: np.ndarray) -> Advance:
        """Go along a direction; the residual, of the shape of ``right``, is changed in place."""
        ...

    def check(self, solution: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residual in full precision, and the estimator that belongs to the solution."""
        ...

    def exactly(self) -> LinearSystem:
        """The same system with all products in full precision."""
        ...


class Products:
    """A system given by functions.

    Parameters
    ----------
    right
        Right-hand side, float64.
    product
        The matrix applied to an array of the shape of ``right``.
    precondition
        Its approximate inverse.
    check, exact
        `LinearSystem.check`, and the product in full precision.
    carried
        See `LinearSystem`.
    """

    def __init__(
        self,
        right: np.ndarray,
        product: Map,
        precondition: Map,
        check: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
        exact: Map,
        carried: float,
    ) -> None:
        self.right, self.carried = right, carried
        self.check = check
        self._product, self._precondition, self._exact = product, precondition, exact

    def precondition(self, residual: np.ndarray) -> Direction:
        """See `LinearSystem`."""
        return Direction(self._precondition(residual))

    def move(self, direction: Direction, residual: np.ndarray) -> Advance:
        """See `LinearSystem`."""
        image = self._product(direction.coordinates)
        curvature = float(np.vdot(direction.coordinates, image))
        step = float(np.vdot(residual, direction.coordinates)) / curvature
        residual -= step * image
        return Advance(step, image, curvature, self.precondition(residual))

    def exactly(self) -> Products:
        """See `LinearSystem`."""
        exact = self._exact
        return Products(self.right, exact, self._precondition, self.check, exact, self.carried)


def conjugate_gradients(system: LinearSystem, tolerance: float) -> Converged:
    """Solve a linear system.

    From a start at zero, the iterates converge to the solution of smallest norm in the geometry of
    the preconditioner wherever the system is singular and consistent.

    The residual is recomputed in full precision after equal falls, as few as can be, and before
    stopping. The directions are kept, so that this costs next to no iterations. Should it not help,
    all products become exact; should it still not help, the residual is as small as rounding lets
    it be, and the iteration ends.

    Parameters
    ----------
    system
        The system, consistent if it is singular.
    tolerance
        Norm of the residual over that of the right-hand side at which to stop, in (0, 1).
    """
    scale = float(np.linalg.norm(system.right))
    solution = np.zeros_like(system.right)
    if scale == 0:
        return Converged(solution, system.check(solution)[1], 0, 0.0)
    goal = tolerance * scale
    residual = system.right.copy()
    direction = system.precondition(residual)
    fall = tolerance ** (1 / math.ceil(math.log(tolerance) / math.log(system.carried)))
    replaced, exact = scale, False
    for iteration in range(1, LIMIT + 1):
        step, image, curvature, conditioned = system.move(direction, residual)
        solution += step * direction.coordinates
        size = float(np.linalg.norm(residual))
        if not size < _LOST * scale:
            # Singular and inconsistent: there is nothing to come to.
            return Converged(solution, system.check(solution)[1], iteration, math.inf)
        aim = fall * replaced
        if size <= (aim if aim > goal else _SURE * goal) or iteration == LIMIT:
            residual, gamma = system.check(solution)
            size = float(np.linalg.norm(residual))
            # What exact products leave is rounding.
            if size <= goal or iteration == LIMIT or (exact and size > _FALL * replaced):
                break
            if size > _FALL * replaced:
                system, exact = system.exactly(), True
            replaced = size
            conditioned = system.precondition(residual)
        # Conjugate to the last direction whatever rounding did to the residual.
        direction.turn(-float(np.vdot(conditioned.coordinates, image)) / curvature, conditioned)
        if not direction.coordinates.any():
            # No direction is left that was not taken; what rounding left is begun anew.
            direction = conditioned
    return Converged(solution, gamma, iteration, size / scale)
