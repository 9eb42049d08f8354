"""Conjugate gradients for the dual weights, preconditioned task by task: for n below p.

Gamma = sum_i a_i x_i g_i^T with (K + penalty) a = y. Sequences of one task overlap strongly, those
of different tasks hardly: the diagonal blocks of K, one a task, carry what is ill-conditioned.
"""

from __future__ import annotations

import itertools

import numpy as np

from icl_theory.finite import threads
from icl_theory.finite.operator import Design

from .iteration import LIMIT, Map, conjugate_gradients
from .problem import Problem, Solution

#: A block whose smallest eigenvalues are below this times its largest entry is not inverted as it
#: is, but with its diagonal raised: enough for a preconditioner in single precision.
_SINGLE = 4 * float(np.finfo(np.float32).eps)


def solve(problem: Problem, tolerance: float) -> Solution:
    """Solve the kernel system.

    Parameters
    ----------
    problem
        The ridge problem.
    tolerance
        Relative residual of the kernel system.
    """
    return solve_kernel(problem, tolerance, _preconditioner(problem), "dual")


def solve_kernel(problem: Problem, tolerance: float, precondition: Map, name: str) -> Solution:
    """Conjugate gradients for the kernel system with some preconditioner."""
    penalty = problem.penalty

    def kernel(design: Design) -> Map:
        return lambda a: design.predict(design.adjoint(a)) + penalty * a

    result = conjugate_gradients(
        kernel(problem.fast),
        problem.y.astype(float),
        precondition,
        tolerance,
        LIMIT,
        exact=kernel(problem.design),
    )
    gamma = problem.design.adjoint(result.solution)
    return Solution(gamma, name, result.iterations, result.residual)


def _preconditioner(problem: Problem) -> Map:
    """Inverse of the diagonal blocks of ``K + penalty``, one a task, or of its diagonal."""
    design, penalty, starts = problem.fast, problem.penalty, problem.starts
    if starts is None:
        diagonal = np.einsum("ij,ij->i", design.x, design.x)
        diagonal *= np.einsum("ij,ij->i", design.g, design.g)
        diagonal += np.float32(penalty)
        return lambda a: a / diagonal
    blocks = [slice(low, high) for low, high in itertools.pairwise(starts) if high > low]

    def inverse(rows: slice) -> np.ndarray:
        block = design.kernel(rows)
        block[np.diag_indices(len(block))] += max(penalty, _SINGLE * float(block.diagonal().max()))
        return np.linalg.inv(block)

    inverses = threads.share(inverse, blocks)

    def apply(a: np.ndarray) -> np.ndarray:
        out = np.empty(len(a), np.float32)
        single = a.astype(np.float32)
        for rows, matrix in zip(blocks, inverses, strict=True):
            np.matmul(matrix, single[rows], out=out[rows])
        return out.astype(float)

    return apply
