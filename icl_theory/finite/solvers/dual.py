"""Conjugate gradients for the dual weights, preconditioned task by task: for n below p.

Gamma = sum_i a_i x_i g_i^T with (K + penalty) a = y. Sequences of one task overlap strongly: the
diagonal blocks of K, one a task, carry what is ill-conditioned. Those of different tasks overlap
through the mean features of their tasks; where that is cheap, the preconditioner knows of it too.

Beside a direction b its Gamma-matrix B = sum_i b_i x_i g_i^T is kept: b^T K b = |B|_F^2, so that
the length of a step is known before anything is multiplied, and what an iteration does to a task's
sequences is done while their data is at hand.
"""

from __future__ import annotations

import itertools

import numpy as np

from icl_theory.finite import threads
from icl_theory.finite.operator import Design

from .iteration import Advance, Direction, conjugate_gradients
from .problem import RidgeProblem, Solution
from .tasks import Application, Preconditioner


def solve(problem: RidgeProblem, tolerance: float) -> Solution:
    """Solve the kernel system.

    Parameters
    ----------
    problem
        The ridge problem.
    tolerance
        Relative residual of the kernel system.
    """
    system = KernelSystem(problem, problem.fast, Preconditioner(problem))
    result = conjugate_gradients(system, tolerance)
    return Solution(result.gamma, "dual", result.iterations, result.residual, result.solution)


class KernelSystem:
    """The kernel system of a ridge problem.

    Parameters
    ----------
    problem
        The ridge problem.
    design
        Its features, in the precision of products.
    preconditioner
        Approximate inverse of the system.
    """

    def __init__(
        self, problem: RidgeProblem, design: Design, preconditioner: Preconditioner
    ) -> None:
        self.right = problem.y.astype(float)
        self.check, self.carried = problem.check, problem.carried
        self._problem, self._design, self._preconditioner = problem, design, preconditioner

    def precondition(self, residual: np.ndarray) -> Direction:
        """See `icl_theory.finite.solvers.iteration.LinearSystem`."""
        single = residual.astype(np.float32)
        application = self._preconditioner.application()

        def put(rows: slice) -> None:
            application.put(rows, self._design.x[rows], single[rows])

        threads.share(put, list(itertools.chain.from_iterable(self._preconditioner.blocks)))
        return self._take(application)

    def move(self, direction: Direction, residual: np.ndarray) -> Advance:
        """See `icl_theory.finite.solvers.iteration.LinearSystem`."""
        weights, lifted = direction.coordinates, direction.lifted
        penalty, blocks = self._problem.penalty, self._preconditioner.blocks
        curvature = float(np.vdot(lifted, lifted) + penalty * np.vdot(weights, weights))
        step = float(np.vdot(residual, weights)) / curvature
        image = penalty * weights
        known = (residual - step * image).astype(np.float32)
        single = np.float32(step)
        application = self._preconditioner.application()

        def put(rows: slice, x: np.ndarray, values: np.ndarray) -> None:
            image[rows] += values
            fallen = known[rows] - single * values
            application.put(rows, x, fallen.astype(np.float32, copy=False))

        if self._preconditioner.coupling is None:
            # What a range of sequences is given depends on no other: one pass does it all.
            conditioned = np.empty_like(residual)

            def advance(rows: slice, values: np.ndarray) -> np.ndarray:
                put(rows, self._design.x[rows], values)
                conditioned[rows] = found = application.take(rows, self._design.x[rows])
                return found

            raised = self._design.sandwich(lifted, advance, blocks)
            towards = Direction(conditioned, raised.astype(float))
        else:
            self._design.visit(lifted, put, blocks)
            towards = self._take(application)
        residual -= step * image
        return Advance(step, image, curvature, towards)

    def exactly(self) -> KernelSystem:
        """See `icl_theory.finite.solvers.iteration.LinearSystem`."""
        return KernelSystem(self._problem, self._problem.design, self._preconditioner)

    def _take(self, application: Application) -> Direction:
        """The preconditioned residual and its Gamma-matrix."""
        application.couple()
        conditioned = np.empty_like(self.right)

        def weigh(rows: slice, x: np.ndarray) -> np.ndarray:
            conditioned[rows] = found = application.take(rows, x)
            return found

        lifted = self._design.gather(weigh, self._preconditioner.blocks)
        return Direction(conditioned, lifted.astype(float))
