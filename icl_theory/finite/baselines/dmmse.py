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
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import ClassVar, Unpack

import numpy as np

from icl_theory.algebra.exchange import Portable, Written

from .. import memory
from ..estimate import Estimate, table
from ..jobs import Running, complete
from ..parameters import (
    Contexts,
    NumberOrText,
    TaskLaw,
    described,
    part,
    read,
    settings,
    shown,
    task_law,
)
from ..seeds import streams
from ..sizes import context_length, task_number
from ..store import RunTable
from ..tasks import draw_vectors
from .contexts import draw_designs

#: Changes whenever the same seed gives other numbers.
DMMSE_VERSION = 1

#: Contexts that share their tokens, with tasks and noises of their own: making the Gram matrix and
#: its forms |X w_j|^2 costs more than all else for a context.
_SHARED = 32
#: The exponential of less is zero in float64.
_UNDERFLOW = -746.0
#: Numbers of one intermediate array: it stays in cache.
_BATCH = 250_000
_NOISE = (
    "Label-noise variance, a number >= 0. Without noise, weights are what they tend to: one for\n"
    "the task with the least residuals."
)


class SimulatingDmmse(Contexts, Running, total=False):
    """All that a simulation of dMMSE takes, beside the sizes."""


@dataclass(frozen=True)
class DmmseRun:
    """Result of one run.

    Attributes
    ----------
    run
        Number of the run.
    icl, idg
        Mean errors over its contexts.
    seconds
        Time the run took.
    """

    run: int
    icl: float
    idg: float
    seconds: float


_KEY = {
    "d": "INTEGER",
    "ell": "INTEGER",
    "k": "INTEGER",
    "rho": "REAL",
    "tasks": "TEXT",
    "contexts": "INTEGER",
    "seed": "TEXT",
    "version": "INTEGER",
    "run": "INTEGER",
}
_VALUES = {"icl": "REAL", "idg": "REAL", "seconds": "REAL"}


def _values_of(result: DmmseRun) -> tuple[object, ...]:
    return float(result.icl), float(result.idg), result.seconds


@dataclass(frozen=True)
class DmmseSetup(Written, kind="dmmse-setup"):
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

    table: ClassVar[RunTable] = RunTable("dmmse", _KEY, _VALUES, _values_of, DmmseRun)

    @classmethod
    def read(
        cls, d: object, alpha: object, kappa: object, rho: object, **options: Unpack[Contexts]
    ) -> DmmseSetup:
        """Check every parameter and round the sizes; arguments and errors: `simulate_dmmse`."""
        # A law, and not a spectrum, which the same parameter may be elsewhere.
        if "tasks" in options:
            task_law("tasks", options["tasks"])
        given = settings(Contexts, options)
        size = read("d", d)
        ell, k = context_length(size, alpha), task_number(size, kappa)
        if math.isinf(k):
            raise ValueError(f"kappa must be finite for dMMSE, got {shown(kappa)}")
        memory.require(
            2 * int(k) * size * 8,
            *("kappa", kappa, f"k = {k} tasks in d = {size} dimensions"),
        )
        return cls(size, ell, int(k), read("rho", rho), **given)

    @property
    def alpha(self) -> float:
        """Effective ``ell / d``."""
        return self.ell / self.d

    @property
    def kappa(self) -> float:
        """Effective ``k / d``."""
        return self.k / self.d

    def key(self) -> tuple[object, ...]:
        """See `icl_theory.finite.store.Experiment`."""
        return (*{**asdict(self), "seed": str(self.seed), "version": DMMSE_VERSION}.values(),)

    def simulate(self, run: int) -> DmmseRun:
        """One run, with tasks of its own."""
        return _simulate(self, run)


@dataclass(frozen=True, eq=False)
class Dmmse(Portable, kind="dmmse"):
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

    @classmethod
    def of_runs(cls, setup: DmmseSetup, rows: Iterable[DmmseRun]) -> Dmmse:
        """Collect the runs of one setup."""
        icl, idg = np.array([(row.icl, row.idg) for row in rows]).T
        return cls(Estimate(icl), Estimate(idg), Estimate(icl - idg), setup)

    def as_dict(self) -> dict[str, object]:
        """Setup, means and standard errors, for JSON."""
        effective = {"alpha": self.setup.alpha, "kappa": self.setup.kappa, "runs": self.runs}
        errors = {name: getattr(self, name).as_dict() for name in ("icl", "idg", "gap")}
        return {"setup": asdict(self.setup) | effective, "dmmse": errors}

    def __str__(self) -> str:
        setup = self.setup
        sizes = f"d = {setup.d}, ell = {setup.ell}, k = {setup.k}"
        runs = f"{self.runs} run" + ("s" if self.runs > 1 else "")
        rows = {name: [getattr(self, name)] for name in ("icl", "idg", "gap")}
        head = f"{sizes}, {runs} of {setup.contexts} contexts"
        return "\n".join([head, *table(["dMMSE"], rows)])


@described(Contexts, Running, kappa="Task diversity k/d, a finite number > 0.", rho=_NOISE)
def simulate_dmmse(
    d: int,
    alpha: NumberOrText,
    kappa: NumberOrText,
    rho: NumberOrText,
    *,
    runs: int = 100,
    **settings: Unpack[SimulatingDmmse],
) -> Dmmse:
    """Measure the errors of dMMSE at finite d on fresh tasks and on its own.

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
    setup = DmmseSetup.read(d, alpha, kappa, rho, **part(Contexts, settings))
    (rows,) = complete([(setup, read("runs", runs))], **part(Running, settings))
    return Dmmse.of_runs(setup, rows)


def _simulate(setup: DmmseSetup, run: int) -> DmmseRun:
    begin = time.perf_counter()
    stream = streams(setup.seed, run)
    tasks = Tasks.of(draw_vectors(setup.tasks, setup.k, setup.d, stream.tasks))
    left, icl, idg = setup.contexts, 0.0, 0.0
    rows = min(setup.ell, tasks.r)
    most = max(1, _BATCH // (setup.k * max(rows, 2 * _SHARED)))
    while left:
        shared = min(left, _SHARED)
        count = min(most, left // shared)
        left -= count * shared
        errors = context_errors(setup, tasks, count, shared, stream.contexts)
        icl += errors[0].sum()
        idg += errors[1].sum()
    seconds = time.perf_counter() - begin
    return DmmseRun(run, icl / setup.contexts, idg / setup.contexts, seconds)


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
        inside = np.transpose(np.linalg.qr(vectors.T, mode="r")) if k < d else vectors
        return cls(np.ascontiguousarray(inside), np.einsum("ij,ij->i", inside, inside))

    @property
    def r(self) -> int:
        """Dimension of the span."""
        return int(self.vectors.shape[1])


def context_errors(
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
        with np.errstate(over="ignore"):
            scores /= rho
        # Most weights of a frozen posterior are zero, and that they are takes long to compute.
        alive = scores > _UNDERFLOW
        np.exp(scores, out=scores, where=alive)
        np.copyto(scores, 0, where=~alive)
    else:
        scores[...] = scores == 0
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores
