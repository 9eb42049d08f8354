"""Sequences for training and testing, drawn by NumPy: the same on every device.

Inputs are N(0, I/d), tasks N(0, I), label noise N(0, rho). A run has, besides its training set,
fresh sequences of its own tasks (IDG) and of fresh tasks (ICL); they are drawn in blocks, each from
a stream of its own, so that block i is the same whoever asks for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from icl_theory.finite.sizes import Sizes


class Stream(IntEnum):
    """What a random stream of a run is for."""

    TASKS = 0
    TRAIN = 1
    ICL = 2
    IDG = 3
    TRAINING = 4


@dataclass(frozen=True)
class Sequences:
    """Sequences as a model sees them.

    Attributes
    ----------
    tokens
        Array (n, ell + 1, d + 1), float32: inputs with their labels, the last label 0.
    labels
        Array (n,): the last labels.
    """

    tokens: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Source:
    """Everything random of one run.

    Attributes
    ----------
    sizes
        Rounded dimensions.
    rho
        Label-noise variance.
    seed, copy
        Seed of all runs and number of this one.
    """

    sizes: Sizes
    rho: float
    seed: int
    copy: int

    def state(self, stream: Stream, block: int = 0) -> np.random.SeedSequence:
        """Seed of one stream. The number of sequences is part of it: points are independent."""
        key = (self.copy, self.sizes.d, self.sizes.n, int(stream), block)
        return np.random.SeedSequence(self.seed, spawn_key=key)

    def key(self) -> int:
        """Seed of 32 bits for initial weights and shuffles."""
        return int(self.state(Stream.TRAINING).generate_state(1)[0])

    @property
    def fresh(self) -> bool:
        """Whether every sequence has a task of its own."""
        return math.isinf(self.sizes.k)

    def tasks(self) -> np.ndarray:
        """The k tasks of pretraining, array (k, d)."""
        rng = np.random.default_rng(self.state(Stream.TASKS))
        return rng.standard_normal((int(self.sizes.k), self.sizes.d), dtype=np.float32)

    def train(self) -> Sequences:
        """The training set of n sequences."""
        return self._draw(self.sizes.n, Stream.TRAIN, self.fresh)

    def icl(self, count: int, block: int) -> Sequences:
        """Sequences of fresh tasks."""
        return self._draw(count, Stream.ICL, True, block)

    def idg(self, count: int, block: int) -> Sequences:
        """Fresh sequences of the pretraining tasks."""
        return self._draw(count, Stream.IDG, self.fresh, block)

    def _draw(self, count: int, stream: Stream, fresh: bool, block: int = 0) -> Sequences:
        rng = np.random.default_rng(self.state(stream, block))
        d, ell = self.sizes.d, self.sizes.ell
        if fresh:
            w = rng.standard_normal((count, d), dtype=np.float32)
        else:
            tasks = self.tasks()
            w = tasks[rng.integers(len(tasks), size=count)]
        tokens = np.empty((count, ell + 1, d + 1), dtype=np.float32)
        x = tokens[..., :d]
        x[...] = rng.standard_normal(x.shape, dtype=np.float32)
        x /= np.float32(math.sqrt(d))
        noise = rng.standard_normal((count, ell + 1), dtype=np.float32)
        y = np.einsum("nld,nd->nl", x, w) + np.float32(math.sqrt(self.rho)) * noise
        tokens[..., d] = y
        tokens[:, -1, d] = 0
        return Sequences(tokens, y[:, -1])
