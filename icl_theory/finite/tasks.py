"""Pretraining tasks and how many sequences each of them gets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .parameters import Assignment, TaskLaw
from .sizes import Sizes


@dataclass(frozen=True)
class TaskSet:
    """The tasks of one run.

    Attributes
    ----------
    vectors
        Array (k, d): one task a row. None where every sequence has a fresh task.
    counts
        Array (k,): pretraining sequences of each task, adding up to n. None with fresh tasks.
    """

    vectors: np.ndarray | None
    counts: np.ndarray | None

    @property
    def fresh(self) -> bool:
        """Whether every sequence has a task of its own."""
        return self.vectors is None

    @property
    def given(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Vectors and counts; None with fresh tasks."""
        if self.vectors is None or self.counts is None:
            return None
        return self.vectors, self.counts


def draw_vectors(
    law: TaskLaw, count: int, d: int, rng: np.random.Generator, scale: np.ndarray | None = None
) -> np.ndarray:
    """Tasks (count, d): uniform on the sphere of radius sqrt(d), or standard normal.

    Parameters
    ----------
    law, count, d, rng
        Law and number of the tasks, dimension, stream.
    scale
        Factors (d,) of their coordinates, square roots of eigenvalues of a covariance.
    """
    vectors = rng.standard_normal((count, d))
    if law == "sphere":
        vectors *= math.sqrt(d) / np.linalg.norm(vectors, axis=1, keepdims=True)
    if scale is not None:
        vectors *= scale
    return vectors


def assign(assignment: Assignment, n: int, k: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers of sequences of the k tasks, adding up to n.

    Multinomial: every sequence picks its task independently. Balanced: the numbers differ by at
    most one, and which tasks get one more is random.
    """
    if assignment == "multinomial":
        return rng.multinomial(n, np.full(k, 1 / k))
    counts = np.full(k, n // k)
    counts[rng.permutation(k)[: n % k]] += 1
    return counts


def draw_tasks(
    sizes: Sizes,
    law: TaskLaw,
    assignment: Assignment,
    vectors_rng: np.random.Generator,
    counts_rng: np.random.Generator,
    scale: np.ndarray | None = None,
) -> TaskSet:
    """Task set of one run; empty if the number of tasks is infinite."""
    if math.isinf(sizes.k):
        return TaskSet(None, None)
    k = int(sizes.k)
    return TaskSet(
        draw_vectors(law, k, sizes.d, vectors_rng, scale),
        assign(assignment, sizes.n, k, counts_rng),
    )
