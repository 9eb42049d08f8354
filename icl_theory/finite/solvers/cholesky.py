"""A single-precision Cholesky factor of the kernel matrix, corrected by conjugate gradients.

Near the interpolation threshold iterations without a factor are many. The factor of an n x n matrix
in single precision is cheap, and a few iterations in double precision remove its errors.
"""

from __future__ import annotations

import numpy as np

from icl_theory.finite import threads
from icl_theory.finite.operator import Design

from .iteration import Map, Products, conjugate_gradients
from .problem import RidgeProblem, Solution

#: Largest number of sequences accepted: the factor takes 2.3 GB.
LARGEST = 24_000
#: Size from which BLAS may use several threads.
_SHARED = 2048
#: Rows of the kernel matrix made at a time.
_ROWS = 1024


def solve(problem: RidgeProblem, tolerance: float) -> Solution:
    """Solve the kernel system.

    Parameters
    ----------
    problem
        The ridge problem.
    tolerance
        Relative residual of the kernel system.

    Raises
    ------
    ValueError
        If n exceeds `LARGEST`.
    """
    if problem.design.n > LARGEST:
        raise ValueError(
            f'solver "cholesky" takes n <= {LARGEST}, got {problem.design.n}; use "auto"'
        )
    from scipy import linalg

    count = threads.count() if problem.design.n >= _SHARED else 1
    with threads.blas(count):
        factor = _factor(problem.design.astype(np.float32), problem.penalty)

    def precondition(a: np.ndarray) -> np.ndarray:
        single = a.astype(np.float32)
        with threads.blas(count):
            solved = linalg.cho_solve((factor, True), single, overwrite_b=True, check_finite=False)
        return solved.astype(float)

    def kernel(design: Design) -> Map:
        return lambda a: design.predict(design.adjoint(a)) + problem.penalty * a

    system = Products(
        problem.y.astype(float),
        kernel(problem.fast),
        precondition,
        problem.check,
        kernel(problem.design),
        problem.carried,
    )
    result = conjugate_gradients(system, tolerance)
    return Solution(result.gamma, "cholesky", result.iterations, result.residual, result.solution)


def _factor(design: Design, penalty: float) -> np.ndarray:
    """Lower Cholesky factor of ``K + penalty``, in single precision.

    Where the matrix is not positive definite to that precision its diagonal is raised: the factor
    is only a preconditioner.
    """
    from scipy import linalg

    n = design.n
    kernel = np.empty((n, n), np.float32, order="F")
    # The lower half is all that the factorisation reads.
    for low in range(0, n, _ROWS):
        columns = slice(low, min(low + _ROWS, n))
        part = design.x[low:] @ design.x[columns].T
        part *= design.g[low:] @ design.g[columns].T
        kernel[low:, columns] = part
    diagonal = kernel.diagonal().copy()
    raised = max(penalty, 4 * float(np.finfo(np.float32).eps) * float(diagonal.max()))
    while True:
        kernel[np.diag_indices(n)] = (diagonal + raised).astype(np.float32)
        factor, failed = linalg.lapack.spotrf(kernel, lower=1, clean=0, overwrite_a=0)
        if failed == 0:
            return factor
        raised *= 8
