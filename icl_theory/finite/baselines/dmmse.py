"""Simulation of dMMSE, the Bayes estimator for the pretraining tasks.

Given a context, the posterior of the k tasks has weights proportional to exp(-|y - X w_j|^2/(2
rho)), and dMMSE predicts with the mean task. What is random about a test is averaged where it can
be without drawing it:

- the query and its label: the expected squared error is rho + |mean task - true task|^2/d;
- on pretraining tasks, the true task: it is distributed like the posterior, so that the error is
  rho plus the posterior variance per dimension;
- the context, but for its Gram matrix in the span of the tasks, which has min(k, d) dimensions: to
  what lies in there, the rest of a fresh task is label noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from icl_theory.evaluate.parameters import exact

from .. import threads
from ..estimate import Estimate
from ..monte_carlo import _one_of, read_count
from ..seeds import read_seed, streams
from ..sizes import Sizes
from ..tasks import TASK_LAWS, TaskLaw, draw_vectors
from .contexts import draw_designs

#: Contexts that share their tokens, with tasks and noises of their own: making the Gram matrix and
#: its forms |X w_j|^2 costs more than all else for a context.
_SHARED = 16
#: Numbers of one intermediate array: it stays in cache.
_BATCH = 250_000


@dataclass(frozen=True)
class DmmseSetup:
    """What determines the runs of one parameter point, except their number.

    Attributes
    ----------
    d, ell, k
        Token dimension, context length, number of tasks.
    rho
        Label-noise variance.
    tasks
        Law of the tasks, both of pretraining and fresh ones.
    contexts
        Contexts of each kind in a run.
    seed
        Seed of all runs.
    """

    d: int
    ell: int
    k: int
    rho: float
    tasks: TaskLaw
    contexts: int
    seed: int

    @property
    def alpha(self) -> float:
        """Effective ``ell / d``."""
        return self.ell / self.d

    @property
    def kappa(self) -> float:
        """Effective ``k / d``."""
        return self.k / self.d


@dataclass(frozen=True, eq=False)
class Dmmse:
    """Simulated errors of dMMSE.

    Attributes
    ----------
    icl, idg, gap
        Estimates. One value a run, the mean over its contexts: runs have task sets of their own and
        are independent, contexts of a run are not.
    setup
        Rounded sizes, parameters, seed.
    """

    icl: Estimate
    idg: Estimate
    gap: Estimate
    setup: DmmseSetup

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.icl.values)


def simulate_dmmse(
    d: int,
    alpha: float | str,
    kappa: float | str,
    rho: float | str,
    *,
    runs: int = 100,
    contexts: int = 64,
    seed: int = 0,
    tasks: TaskLaw = "sphere",
) -> Dmmse:
    """Measure the errors of dMMSE at finite d on fresh tasks and on its own.

    Parameters
    ----------
    d
        Token dimension, an integer >= 1.
    alpha, kappa, rho
        Context length and number of tasks over d, finite and > 0, and label noise >= 0. Without
        noise, weights are what they tend to: one for the task with the least residuals.
    runs
        Number of independent runs, each with its own tasks.
    contexts
        Contexts in a run, this many with fresh tasks and this many with its own.
    seed
        Integer >= 0. The tasks of a run are those of `simulate` with the same seed.
    tasks
        Law of the tasks: uniform on the sphere of radius sqrt(d), or standard Gaussian.

    Returns
    -------
    Dmmse
        icl, idg and gap = icl - idg with standard errors over runs.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell or k to zero.

    Examples
    --------
    >>> from icl_theory.finite import simulate_dmmse
    >>> result = simulate_dmmse(d=20, alpha=5, kappa=1, rho=0.1, runs=10)
    >>> bool(result.icl.mean > 1 > 0.2 > result.idg.mean)
    True
    """
    setup = make_setup(d, alpha, kappa, rho, contexts=contexts, seed=seed, tasks=tasks)
    with threads.blas(1):
        rows = np.array([simulate_run(setup, run) for run in range(read_count("runs", runs))])
    icl, idg = rows.T
    return Dmmse(Estimate(icl), Estimate(idg), Estimate(icl - idg), setup)


def make_setup(
    d: object,
    alpha: object,
    kappa: object,
    rho: object,
    *,
    contexts: object = 64,
    seed: object = 0,
    tasks: TaskLaw = "sphere",
) -> DmmseSetup:
    """Check every parameter and round the sizes; arguments and errors are those above."""
    _one_of("tasks", tasks, TASK_LAWS)
    if math.isinf(exact("kappa", kappa)):
        raise ValueError(f"kappa must be finite for dMMSE, got {kappa!r}")
    sizes = Sizes.rounded(d, 1, alpha, kappa)
    return DmmseSetup(
        d=sizes.d,
        ell=sizes.ell,
        k=int(sizes.k),
        rho=float(exact("rho", rho)),
        tasks=tasks,
        contexts=read_count("contexts", contexts),
        seed=read_seed(seed),
    )


def simulate_run(setup: DmmseSetup, run: int) -> tuple[float, float]:
    """Mean errors of one run on fresh tasks and on its own."""
    stream = streams(setup.seed, run)
    tasks = Tasks.of(draw_vectors(setup.tasks, setup.k, setup.d, stream.tasks))
    left, icl, idg = setup.contexts, 0.0, 0.0
    rows = min(setup.ell, tasks.r)
    most = max(1, _BATCH // (setup.k * max(rows, 2 * _SHARED)))
    while left:
        shared = min(left, _SHARED)
        count = min(most, left // shared)
        left -= count * shared
        errors = test(setup, tasks, count, shared, stream.contexts)
        icl += errors[0].sum()
        idg += errors[1].sum()
    return icl / setup.contexts, idg / setup.contexts


@dataclass(frozen=True)
class Tasks:
    """Coordinates of a task set in an orthonormal basis of its span.

    Attributes
    ----------
    vectors
        Array (k, r) with r = min(k, d).
    squares
        Squared norms, array (k,).
    """

    vectors: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray) -> Tasks:
        """Coordinates of tasks (k, d)."""
        k, d = vectors.shape
        inside = np.linalg.qr(vectors.T, mode="r").T if k < d else vectors
        return cls(np.ascontiguousarray(inside), np.einsum("ij,ij->i", inside, inside))

    @property
    def r(self) -> int:
        """Dimension of the span."""
        return self.vectors.shape[1]


def test(
    setup: DmmseSetup, tasks: Tasks, count: int, shared: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Errors on fresh tasks and on those of pretraining, arrays (count, shared).

    Contexts of one row share their tokens.
    """
    d, r, rho, v = setup.d, tasks.r, setup.rho, tasks.vectors
    designs = draw_designs(count, setup.ell, r, 1 / d, rng)
    rows = designs.shape[1]
    outputs = (designs.reshape(-1, r) @ v.T).reshape(count, rows, setup.k)
    halves = np.einsum("nij,nij->nj", outputs, outputs) / 2

    # Coordinates of a fresh task in a basis that begins with that of the span.
    fresh = draw_vectors(setup.tasks, count * shared, d, rng).reshape(count, shared, d)
    inside, outside = fresh[..., :r], np.square(fresh[..., r:]).sum(axis=2)
    own = v[rng.integers(setup.k, size=(count, shared))]
    true = np.concatenate([inside, own], axis=1)
    noise = np.full((count, 2 * shared), rho)
    noise[:, :shared] += outside / d

    labels = true @ designs.transpose(0, 2, 1)
    labels += np.sqrt(noise)[..., None] * rng.standard_normal(labels.shape)
    scores = ((labels @ designs).reshape(-1, r) @ v.T).reshape(count, 2 * shared, setup.k)
    scores -= halves[:, None, :]
    weights = posterior(scores, rho)
    mean = (weights.reshape(-1, setup.k) @ v).reshape(true.shape)

    distance = np.square(mean[:, :shared] - inside).sum(axis=2) + outside
    held = weights[:, shared:]
    # Of a frozen posterior this is rounding, of either sign.
    variance = np.maximum(held @ tasks.squares - np.square(mean[:, shared:]).sum(axis=2), 0)
    return rho + distance / d, rho + variance / d


def posterior(scores: np.ndarray, rho: float) -> np.ndarray:
    """Weights proportional to exp(scores/rho) along the last axis; in place.

    Scores relative to the largest: no weight overflows, and their sum is at least one. Without
    noise the largest has all weight, shared by equal tasks.
    """
    scores -= scores.max(axis=-1, keepdims=True)
    if rho > 0:
        scores /= rho
        np.exp(scores, out=scores)
    else:
        scores[...] = scores == 0
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores
