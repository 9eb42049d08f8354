"""The ridge problem of one run, and what a solver returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from icl_theory.finite.inputs import RowEquivalent
from icl_theory.finite.operator import Design
from icl_theory.finite.prediction import Equivalent

#: How far a residual is carried in single precision before an exact one takes its place, by the
#: type of the data: further where the data itself is rounded. Oftener would cost exact products and
#: hardly save iterations; more seldom, errors of ill-conditioned problems lose a digit.
_CARRIED = {np.dtype(np.float64): 1e-4, np.dtype(np.float32): 1e-6}
#: Dimension from which data is not copied to single precision.
_CONVERTED = 200


@dataclass(frozen=True)
class RidgeProblem:
    """Minimise ``sum_i (y_i - <Gamma, x_i g_i^T>)^2 + penalty |Gamma|_F^2``.

    At penalty 0 the solution is the least-squares solution of smallest norm, the limit of vanishing
    penalty.

    Attributes
    ----------
    design
        The features, with products in double precision whatever the type of the data.
    y
        Labels, array (n,).
    penalty
        ``(n/d) lam``, so that lam is the ridge strength of the theory.
    starts
        Array (k + 1,): where each task's sequences start. None with fresh tasks.
    equivalent
        The prediction for this task set: E and xi make a preconditioner.
    """

    design: Design
    y: np.ndarray
    penalty: float
    starts: np.ndarray | None = None
    equivalent: Equivalent | RowEquivalent | None = None

    @cached_property
    def fast(self) -> Design:
        """The features in single precision, for products whose errors are corrected.

        At large d they are converted as products need them: beside a product that costs little, and
        a copy would take half as much memory as the data.
        """
        if self.design.shape[0] >= _CONVERTED:
            return Design(self.design.x, self.design.g, np.float32)
        return self.design.astype(np.float32)

    @property
    def carried(self) -> float:
        """Factor by which a residual is trusted to fall when products are in single precision."""
        return _CARRIED[self.design.x.dtype]

    @property
    def capacity(self) -> int:
        """Sequences that an estimator without ridge can fit exactly: d times the rank of E."""
        d, width = self.design.shape
        if self.equivalent is None:
            return d * width
        return d * int(self.equivalent.spectrum.freedom(0.0))

    def check(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residual of dual weights a in ``(K + penalty) a = y``, and their Gamma.

        ``Gamma = sum_i a_i x_i g_i^T``, and K is the kernel matrix.
        """
        gamma = self.design.adjoint(weights)
        return self.y - self.design.predict(gamma) - self.penalty * weights, gamma

    def gradient(self, gamma: np.ndarray) -> np.ndarray:
        """Half of minus the gradient of the objective; zero at the solution."""
        return self.design.adjoint(self.y - self.design.predict(gamma)) - self.penalty * gamma


@dataclass(frozen=True)
class Solution:
    """An estimator and how it was found.

    Attributes
    ----------
    gamma
        Array (d, d + 1).
    solver
        Name of the solver.
    iterations
        Iterations it took, 0 for a direct one.
    residual
        Norm of the final residual over that of the right-hand side, in the equation it solved.
    weights
        Dual weights a with Gamma = sum_i a_i x_i g_i^T, array (n,), of a solver that finds them.
        Times the penalty they are the residuals of the fit, without a difference.
    """

    gamma: np.ndarray
    solver: str
    iterations: int
    residual: float
    weights: np.ndarray | None = None


def unsuitable(name: str, problem: RidgeProblem) -> str:
    """The sentence that refuses a solver where it is wrong, and names right ones."""
    n, capacity = problem.design.n, problem.capacity
    side = f"n = {n} sequences of which {capacity} can be fitted exactly"
    # One that is right for the side may still not reach the tolerance.
    right = [one for one in (("dual", "cholesky") if n <= capacity else ("primal",)) if one != name]
    others = "".join(f'"{one}", ' for one in right)
    return (
        f'solver must be {others}"direct" or "auto" for {side} and a penalty n lam/d = '
        f'{problem.penalty:.3g}, got "{name}"'
    )
