"""Ridge solvers, by name, and the choice among them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from icl_theory.finite import threads

from . import cholesky, direct, dual, primal
from .problem import RidgeProblem, Solution, unsuitable

__all__ = ["SOLVERS", "RidgeProblem", "Solution", "choose", "solve"]

SOLVERS: dict[str, Callable[[RidgeProblem, float], Solution]] = {
    "primal": primal.solve,
    "dual": dual.solve,
    "cholesky": cholesky.solve,
    "direct": direct.solve,
}


def solve(problem: RidgeProblem, solver: str = "auto", tolerance: float = 1e-10) -> Solution:
    """Solve a ridge problem.

    Parameters
    ----------
    problem
        The ridge problem.
    solver
        A name in `SOLVERS`, or ``"auto"`` to choose by regime.
    tolerance
        Relative residual at which iterative solvers stop, in (0, 1).

    Raises
    ------
    ValueError
        If the tolerance is outside its domain, the problem too large for the solver named, or the
        solver wrong for the problem or unable to reach the tolerance.
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance must lie in (0, 1), got {tolerance}")
    name = choose(problem, tolerance) if solver == "auto" else solver
    if hopeless(name, problem, tolerance):
        raise ValueError(unsuitable(name, problem))
    with threads.blas(1):
        solution = SOLVERS[name](problem, tolerance)
        if name == "direct" or solution.residual <= tolerance:
            return solution
        size = min(problem.design.n, math.prod(problem.design.shape))
        if solver == "auto" and size <= direct.LARGEST:
            return direct.solve(problem)
    raise ValueError(
        f"{unsuitable(name, problem)}, which comes to a relative residual of "
        f"{solution.residual:.1e}, not {tolerance:.1e}"
    )


def hopeless(name: str, problem: RidgeProblem, tolerance: float) -> bool:
    """Whether a solver cannot reach a tolerance on this side of the threshold.

    Up to the threshold the normal equations are singular but for the ridge, beyond it the kernel
    system is: there rounding of the largest eigenvalue must not hide the penalty.
    """
    n, capacity = problem.design.n, problem.capacity
    if name == "direct" or (n <= capacity if name != "primal" else n >= capacity):
        return False
    if problem.equivalent is None or problem.penalty == 0 or name == "primal":
        return problem.penalty == 0
    largest = n / problem.design.shape[0] * problem.equivalent.top
    floor = float(np.finfo(float).eps) * largest / problem.penalty
    return floor > _ROOM * tolerance


#: A residual is expected to fall this far below the bound on its rounding.
_ROOM = 30.0


def choose(problem: RidgeProblem, tolerance: float) -> str:
    """Name of the solver that should be quickest for a problem.

    Times are estimated in floating-point operations. After preconditioning, both kinds of iteration
    see a spectrum of Marchenko-Pastur's kind, and its edges set the number of iterations.
    """
    d, n, p = problem.design.shape[0], problem.design.n, math.prod(problem.design.shape)
    product = 2 * _SLOW * n * p
    steps = _iterations(problem, tolerance)
    times = {}
    if n <= problem.capacity:
        blocks = np.diff(problem.starts) if problem.starts is not None else np.ones(1)
        times["dual"] = steps * (product + _OVERHEAD) + float(np.sum(np.square(blocks) * blocks))
        if n <= cholesky.LARGEST:
            times["cholesky"] = n**3 / 3 + 4 * n**2 * d + 5 * (2 * product + 10 * n**2)
    else:
        times["primal"] = steps * (product + _OVERHEAD)
    if n <= p and n <= direct.LARGEST:
        times["direct"] = n**3 + 4 * n**2 * d
    elif p <= direct.LARGEST:
        times["direct"] = n * p**2 + p**3
    return min(times, key=times.__getitem__)


#: Time of a product over that of a BLAS product of as many operations.
_SLOW = 1.6
#: Operations that could be done in the time an iteration takes outside of BLAS.
_OVERHEAD = 1e6


def _iterations(problem: RidgeProblem, tolerance: float) -> float:
    """Iterations of conjugate gradients on a spectrum between (1 - s)^2 and (1 + s)^2."""
    n, p = problem.design.n, math.prod(problem.design.shape)
    ratio = min(n, p) / max(n, p)
    if problem.equivalent is not None:
        # With a ridge the spectrum seen is narrower than at the same sizes without.
        ratio = min(ratio, problem.equivalent.load)
    s = math.sqrt(min(ratio, 1 - 1e-6))
    return max(1.0, math.log(2 / tolerance) / 2 * (1 + s) / (1 - s))
