"""Conjugate gradients for Gamma, preconditioned by the theory: for more sequences than parameters.

The normal matrix sum_i (x_i g_i^T)(x_i g_i^T)^T + penalty is, up to fluctuations, n/d times
(E + lam) (x) I. With the effective ridge of the theory in place of lam, its inverse is cheap, and
what is left of the spectrum is that of an isotropic sample covariance: the number of iterations
depends on n/p alone.
"""

from __future__ import annotations

import numpy as np

from icl_theory.finite.operator import Design

from .iteration import Map, Products, conjugate_gradients
from .problem import RidgeProblem, Solution


def solve(problem: RidgeProblem, tolerance: float) -> Solution:
    """Solve the normal equations.

    Where n < p the ridgeless problem has many solutions and this is not the one of smallest norm:
    use the dual.

    Parameters
    ----------
    problem
        The ridge problem.
    tolerance
        Relative residual of the normal equations.
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
    return Solution(result.gamma, "primal", result.iterations, result.residual)


def _preconditioner(problem: RidgeProblem) -> Map:
    equivalent = problem.equivalent
    if equivalent is None:
        return lambda gamma: gamma
    spectrum = equivalent.spectrum
    # An empty direction of E is empty in the data too, but for rounding: it stays out of Gamma.
    weights = np.where(spectrum.values > 0, spectrum.inverse(equivalent.xi), 0)
    inverse = (spectrum.vectors * weights) @ spectrum.vectors.T
    return lambda gamma: gamma @ inverse
