"""Conjugate gradients for Gamma, preconditioned by the theory: for more sequences than parameters.

The normal matrix sum_i (x_i g_i^T)(x_i g_i^T)^T + penalty is, up to fluctuations, n/d times
(E + lam) (x) I. With the effective ridge of the theory in place of lam, its inverse is cheap, and
what is left of the spectrum is that of an isotropic sample covariance: the number of iterations
depends on n/p alone.
"""

from __future__ import annotations

import math

import numpy as np

from icl_theory.finite.operator import Design

from .iteration import Converged, Map, Products, conjugate_gradients
from .problem import RidgeProblem, Solution, unsuitable


def solve(problem: RidgeProblem, tolerance: float) -> Solution:
    """Solve the normal equations.

    Up to the threshold the ridgeless problem has many solutions and this is not the one of smallest
    norm, and with a small ridge it is hardly seen which one is meant: there the residual has to be
    as much smaller.

    Parameters
    ----------
    problem
        The ridge problem.
    tolerance
        Relative residual of the normal equations.

    Raises
    ------
    ValueError
        If the ridge is too small for the estimator to be found in this way.
    """
    penalty = problem.penalty
    right = problem.design.adjoint(problem.y)

    def normal(design: Design) -> Map:
        return lambda gamma: design.normal(gamma) + penalty * gamma

    exact = normal(problem.design)

    def check(gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return right - exact(gamma), gamma

    system = Products(
        right, normal(problem.fast), _preconditioner(problem), check, exact, problem.carried
    )
    result = conjugate_gradients(system, tolerance)
    if problem.design.n < problem.capacity:
        result = _resolved(problem, system, result, tolerance)
    return Solution(result.gamma, "primal", result.iterations, result.residual)


#: How much larger than the tolerance the bound on an error in empty directions may be.
_BEYOND = 100.0
#: Smallest relative residual that is worth a try in float64.
_SMALLEST = 1e-14


def _resolved(
    problem: RidgeProblem, system: Products, result: Converged, tolerance: float
) -> Converged:
    """Go on until directions without data, where only the ridge acts, are resolved too.

    There a residual is an error times the penalty.
    """
    scale = float(np.linalg.norm(system.right))

    def bound(result: Converged) -> float:
        size = problem.penalty * float(np.linalg.norm(result.gamma))
        return result.residual * scale / size if size > 0 else math.inf

    allowed = _BEYOND * tolerance
    if scale == 0 or bound(result) <= allowed:
        return result
    sharper = tolerance * allowed / bound(result) / 2
    if sharper >= _SMALLEST:
        result = conjugate_gradients(system, sharper)
        if bound(result) <= allowed:
            return result
    raise ValueError(unsuitable("primal", problem))


def _preconditioner(problem: RidgeProblem) -> Map:
    equivalent = problem.equivalent
    if equivalent is None:
        return np.copy
    return equivalent.preconditioner()
