"""Exact sampling of pretraining sequences in O(d) each, without drawing their contexts.

A sequence enters the regression through its query x, its context features g and its label. Given
the task w, one chi^2 and 2 d + 1 normals make all of them: the sampling form of
`icl_theory.theory.context_law`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import threads
from .formulas import label_variance, sampling
from .operator import pieces
from .parameters import TaskLaw
from .sizes import Sizes
from .tasks import TaskSet, draw_vectors

#: Changes whenever the same seed gives other numbers.
SAMPLER_VERSION = 1

#: Rows made at a time, which stay in cache, and rows of one random stream, made by one thread. Both
#: are part of what the version stands for.
_ROWS = 1024
_PART = 8192


@dataclass(frozen=True)
class PretrainingSample:
    """What pretraining sees of n sequences: features x g^T and labels.

    Attributes
    ----------
    x
        Queries, array (n, d).
    g
        Context features, array (n, d + 1).
    y
        Labels of the queries, array (n,).
    starts
        Array (k + 1,): sequences ``starts[j]:starts[j + 1]`` belong to task j. None with fresh
        tasks.
    """

    x: np.ndarray
    g: np.ndarray
    y: np.ndarray
    starts: np.ndarray | None


def draw_sequences(
    sizes: Sizes,
    rho: float,
    tasks: TaskSet,
    rng: np.random.Generator,
    *,
    law: TaskLaw = "sphere",
    scale: np.ndarray | None = None,
    dtype: type = np.float64,
) -> PretrainingSample:
    """Draw the pretraining sequences of one run, in the order of their tasks.

    Parameters
    ----------
    sizes
        Dimensions of the model.
    rho
        Label-noise variance.
    tasks
        Task set of the run; if it has fresh tasks, they are drawn here from ``law``.
    rng
        Stream of the sequences; each part of them has a child of its own.
    law, scale
        Law of fresh tasks, and factors (d,) of their coordinates.
    dtype
        Type of the arrays, float64 or float32.
    """
    d, n = sizes.d, sizes.n
    x: np.ndarray = np.empty((n, d), dtype)
    g: np.ndarray = np.empty((n, d + 1), dtype)
    y: np.ndarray = np.empty(n, dtype)
    given, starts, owner = tasks.given, None, np.empty(0, int)
    if given is not None:
        counts = given[1]
        starts = np.concatenate([[0], np.cumsum(counts)])
        owner = np.repeat(np.arange(len(counts)), counts)

    def fill(part: tuple[slice, np.random.Generator]) -> None:
        stream = part[1]
        for rows in pieces(part[0], _ROWS):
            if given is None:
                w = draw_vectors(law, rows.stop - rows.start, d, stream, scale)
            else:
                w = given[0][owner[rows]]
            w = w.astype(dtype, copy=False)
            _context_features(w, sizes.ell, rho, stream, g[rows])
            stream.standard_normal(out=x[rows], dtype=dtype)
            x[rows] *= dtype(1 / math.sqrt(d))
            np.einsum("ij,ij->i", x[rows], w, out=y[rows])
            y[rows] += dtype(math.sqrt(rho)) * stream.standard_normal(len(w), dtype=dtype)

    parts = list(pieces(slice(0, n), _PART))
    threads.share(fill, list(zip(parts, rng.spawn(len(parts)), strict=True)))
    return PretrainingSample(x, g, y, starts)


def _context_features(
    w: np.ndarray, ell: int, rho: float, rng: np.random.Generator, out: np.ndarray
) -> None:
    """Fill ``out`` (rows, d + 1) with g = [(d/ell) sum y_i x_i ; (1/ell) sum y_i^2]."""
    count, d = w.shape
    theta = np.sqrt(np.einsum("ij,ij->i", w, w, dtype=float) / d)
    c = sampling(d, ell, theta, rho)
    squares = label_variance(theta, rho) * rng.chisquare(ell, count)
    normals = rng.standard_normal((count, d), dtype=w.dtype)
    along_w = np.einsum("ij,ij->i", normals, w)
    spread = c.feature_scale * c.across * np.sqrt(squares)
    pull = c.feature_scale * c.along * squares - spread * c.shrink * along_w
    normals *= spread[:, None].astype(w.dtype, copy=False)
    out[:, :d] = w
    out[:, :d] *= pull[:, None].astype(w.dtype, copy=False)
    out[:, :d] += normals
    out[:, d] = c.square_scale * squares
