"""Direct solution by a Cholesky factor of the smaller of the two normal equations.

The kernel matrix is n x n, the normal matrix p x p with p = d (d + 1): this is for small models,
and for judging other solvers.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from icl_theory.finite.operator import pieces

from .problem import RidgeProblem, Solution

#: Largest matrix dimension accepted: one matrix of this size takes 3.2 GB.
LARGEST = 20_000


def solve(problem: RidgeProblem, tolerance: float = 0.0) -> Solution:
    """Solve in float64, with one step of iterative refinement.

    Parameters
    ----------
    problem
        The ridge problem.
    tolerance
        Not used: the solution is as good as float64 allows.

    Raises
    ------
    ValueError
        If min(n, p) exceeds `LARGEST`.
    """
    design = problem.design
    n, p = design.n, math.prod(design.shape)
    if min(n, p) > LARGEST:
        raise ValueError(
            f'solver "direct" takes min(n, d (d + 1)) <= {LARGEST}, got {min(n, p)}; use "auto"'
        )
    gamma, weights = _dual(problem) if n <= p else (_primal(problem), None)
    size = np.linalg.norm(design.adjoint(problem.y))
    residual = np.linalg.norm(problem.gradient(gamma)) / size if size > 0 else 0.0
    return Solution(gamma, "direct", 0, float(residual), weights)


def _dual(problem: RidgeProblem) -> tuple[np.ndarray, np.ndarray]:
    """Gamma = sum_i a_i x_i g_i^T with (K + penalty) a = y, and the weights a."""
    design, y = problem.design, problem.y
    solve_system = _inverse(design.kernel(), problem.penalty)
    weights = solve_system(y)
    residual, gamma = problem.check(weights)
    change = solve_system(residual)
    return gamma + design.adjoint(change), weights + change


def _primal(problem: RidgeProblem) -> np.ndarray:
    """(C + penalty) vec Gamma = sum_i y_i vec x_i g_i^T with the normal matrix C."""
    design = problem.design
    p = math.prod(design.shape)
    normal = np.zeros((p, p))
    for rows in pieces(slice(0, design.n), p):
        block = design.dense(rows)
        normal += block.T @ block
    solve_system = _inverse(normal, problem.penalty)
    gamma = np.zeros(design.shape)
    for _ in range(2):
        gamma += solve_system(problem.gradient(gamma).ravel()).reshape(design.shape)
    return gamma


def _inverse(matrix: np.ndarray, penalty: float) -> Callable[[np.ndarray], np.ndarray]:
    """Function that applies the inverse of ``matrix + penalty``, a pseudoinverse if singular.

    ``matrix`` is positive semidefinite and overwritten.
    """
    from scipy import linalg

    size = len(matrix)
    if penalty > 0:
        matrix[np.diag_indices(size)] += penalty
    scale = np.abs(matrix).sum(axis=0).max()
    smallest = size * np.finfo(float).eps
    factor = None
    try:
        factor = linalg.cho_factor(matrix, lower=True, check_finite=False)
        reciprocal, _ = linalg.lapack.dpocon(factor[0], scale, uplo="L")
    except linalg.LinAlgError:
        reciprocal = 0.0
    if factor is not None and reciprocal > smallest:
        return lambda right: linalg.cho_solve(factor, right, check_finite=False)
    # Singular to working precision: drop the empty directions.
    values, vectors = linalg.eigh(matrix, check_finite=False)
    kept = values > smallest * values[-1]
    values, vectors = values[kept], vectors[:, kept]
    return lambda right: vectors @ ((vectors.T @ right) / values)
