"""Exact sampling of what an estimator sees of a context, without drawing the context.

The posterior of a task depends on a context only through X^T X and X^T y. If its length is at least
the dimension r, X^T X = R^T R with the triangular Bartlett factor R, and X^T y = R^T (R w + noise)
with r independent noises: r rows say as much as all of them.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np


def draw_designs(
    count: int, ell: int, r: int, scale: float, rng: np.random.Generator
) -> np.ndarray:
    """Matrices with the Gram matrices of ``count`` contexts.

    Parameters
    ----------
    count
        Number of contexts.
    ell
        Their length.
    r
        Dimension of the tokens.
    scale
        Variance of an entry of a token.
    rng
        Random generator.

    Returns
    -------
    ndarray
        Array (count, rows, r) with rows = min(ell, r): R such that R^T R has the law of X^T X, for
        X with ``ell`` rows of independent normal entries.
    """
    if ell < r:
        return rng.standard_normal((count, ell, r)) * math.sqrt(scale)
    designs = np.zeros((count, r, r))
    rows, columns = _above_diagonal(r)
    designs[:, rows, columns] = rng.standard_normal((count, len(rows)))
    diagonal = np.arange(r)
    designs[:, diagonal, diagonal] = np.sqrt(rng.chisquare(ell - diagonal, (count, r)))
    designs *= math.sqrt(scale)
    return designs


@cache
def _above_diagonal(r: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(r, 1)


def draw_eigenvalues(
    count: int, ell: int, d: int, scale: float, rng: np.random.Generator
) -> np.ndarray:
    """Eigenvalues of X^T X that may differ from zero, array (count, min(ell, d)).

    The bidiagonal form of the Wishart ensemble: X^T X and X X^T share these eigenvalues, and
    Householder reflections from both sides leave two diagonals of independent chi variables.
    """
    from scipy.linalg import eigvalsh_tridiagonal

    size, length = min(ell, d), max(ell, d)
    steps = np.arange(size)
    diagonal = rng.chisquare(length - steps, (count, size))
    below = rng.chisquare(size - steps[1:], (count, size - 1))
    # B B^T for the lower bidiagonal B whose squared entries these are.
    main = diagonal.copy()
    main[:, 1:] += below
    side = np.sqrt(diagonal[:, :-1] * below)
    found = np.array([eigvalsh_tridiagonal(*pair) for pair in zip(main, side, strict=True)])
    # Positive semidefinite: what is below zero is rounding.
    return np.maximum(scale * found, 0.0)
