"""Simulation of the finite model beside its prediction, run by run."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, SupportsIndex, cast

import numpy as np

from icl_theory.evaluate.parameters import exact

from . import threads
from .estimate import FIELDS, Estimate, Estimates
from .run import PRECISIONS, Precision, Row, Setup, predict_run
from .seeds import read_seed
from .sizes import Sizes
from .solvers import SOLVERS
from .tasks import ASSIGNMENTS, TASK_LAWS, Assignment, TaskLaw

if TYPE_CHECKING:
    from .store import Store


@dataclass(frozen=True, eq=False)
class FiniteErrors(Estimates):
    """Finite-d prediction of the errors, averaged over task sets.

    Attributes
    ----------
    icl, idg, gap, train
        Estimates; their standard errors are those of the average over task sets.
    setup
        Rounded sizes, parameters, seed.
    """

    setup: Setup

    @property
    def sizes(self) -> Sizes:
        """The integers d, ell, k, n and the effective tau, alpha, kappa."""
        return self.setup.sizes


@dataclass(frozen=True, eq=False)
class Simulation(Estimates):
    """Simulated errors, averaged over runs, and their prediction on the same task sets.

    Attributes
    ----------
    icl, idg, gap, train
        Estimates. Test errors are exact for the Gamma of each run; nothing is tested on samples.
    prediction
        Finite-d prediction of the same runs.
    residual
        Simulation minus prediction, run by run: the sharp Monte Carlo test (see ``z`` of each).
    setup
        Rounded sizes, parameters, seed.
    details
        The runs.
    """

    prediction: FiniteErrors
    residual: Estimates
    setup: Setup
    details: tuple[Row, ...]

    @property
    def sizes(self) -> Sizes:
        """The integers d, ell, k, n and the effective tau, alpha, kappa."""
        return self.setup.sizes

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.details)

    @classmethod
    def of_runs(cls, setup: Setup, rows: Iterable[Row]) -> Simulation:
        """Collect the runs of one setup."""
        rows = tuple(sorted(rows, key=lambda row: row.run))
        simulated = np.array([row.simulated for row in rows])
        predicted = np.array([row.predicted for row in rows])
        return cls(
            **_columns(simulated),
            prediction=FiniteErrors(**_columns(predicted), setup=setup),
            residual=Estimates.of(simulated - predicted),
            setup=setup,
            details=rows,
        )

    def as_dict(self) -> dict[str, object]:
        """Everything but the single runs, for JSON."""
        return {
            "setup": describe(self.setup, self.runs),
            "simulation": super().as_dict(),
            "prediction": self.prediction.as_dict(),
            "residual": self.residual.as_dict(),
            "z": {name: getattr(self.residual, name).z for name in self.residual.as_dict()},
        }

    def __str__(self) -> str:
        sizes = self.sizes
        lines = [
            f"d = {sizes.d}, ell = {sizes.ell}, k = {sizes.k}, n = {sizes.n}, {self.runs} runs",
            f"{'':6}{'simulation':>24}{'finite-d prediction':>24}{'residual':>24}{'z':>8}",
        ]
        for name in self.residual.as_dict():
            estimates = (getattr(part, name) for part in (self, self.prediction, self.residual))
            cells = "".join(f"{estimate!s:>24}" for estimate in estimates)
            lines.append(f"{name:6}{cells}{getattr(self.residual, name).z:>8.2f}")
        return "\n".join(lines)


def _columns(rows: np.ndarray) -> dict[str, Estimate]:
    return {name: Estimate(column) for name, column in zip(FIELDS, rows.T, strict=True)}


def describe(setup: Setup, runs: int) -> dict[str, object]:
    """Sizes, effective parameters and settings of a simulation, for JSON."""
    sizes = setup.sizes
    return {
        "d": sizes.d,
        "ell": sizes.ell,
        "k": sizes.k,
        "n": sizes.n,
        "tau": sizes.tau,
        "alpha": sizes.alpha,
        "kappa": sizes.kappa,
        "rho": setup.rho,
        "lam": setup.lam,
        "tasks": setup.tasks,
        "assignment": setup.assignment,
        "seed": setup.seed,
        "solver": setup.solver,
        "precision": setup.precision,
        "runs": runs,
    }


def make_setup(
    d: object,
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    seed: object = 0,
    tasks: TaskLaw = "sphere",
    assignment: Assignment = "multinomial",
    solver: str = "auto",
    precision: Precision = "float64",
) -> Setup:
    """Check every parameter and round the sizes; arguments and errors are those of `simulate`."""
    one_of("tasks", tasks, TASK_LAWS)
    one_of("assignment", assignment, ASSIGNMENTS)
    one_of("solver", solver, ("auto", *SOLVERS))
    one_of("precision", precision, PRECISIONS)
    return Setup(
        sizes=Sizes.rounded(d, tau, alpha, kappa),
        rho=float(exact("rho", rho)),
        lam=float(exact("lam", lam)),
        tasks=tasks,
        assignment=assignment,
        seed=read_seed(seed),
        solver=solver,
        precision=precision,
    )


def one_of(name: str, value: object, values: Iterable[object]) -> None:
    """Check that a setting is one of its choices."""
    if value not in values:
        choices = ", ".join(json.dumps(choice) for choice in values)
        raise ValueError(f"{name} must be one of {choices}, got {value!r}")


def read_count(name: str, value: object) -> int:
    """Read a number of things, an integer >= 1."""
    try:
        number = operator.index(cast(SupportsIndex, value))
    except TypeError:
        raise ValueError(f"{name} must be an integer >= 1, got {value!r}") from None
    if isinstance(value, bool) or number < 1:
        raise ValueError(f"{name} must be an integer >= 1, got {value!r}")
    return number


def finite_errors(
    d: int,
    tau: float | str,
    alpha: float | str,
    kappa: float | str,
    rho: float | str,
    lam: float | str = 0,
    *,
    runs: int = 20,
    seed: int = 0,
    tasks: TaskLaw = "sphere",
    assignment: Assignment = "multinomial",
    order: int = 1,
) -> FiniteErrors:
    """Errors that theory predicts at finite d, averaged over random task sets.

    The deterministic equivalent with the second-moment matrix of the features kept at (d, ell) and
    for the very tasks, instead of its limit: this removes most of the O(1/d) distance between a
    simulation and the limit. Run by run the tasks are those of `simulate` with the same seed.

    Parameters
    ----------
    d
        Token dimension, an integer >= 1.
    tau, alpha, kappa, rho, lam
        As in `icl_theory.errors`, but ``alpha`` is finite. ``kappa`` may be ``inf``: every sequence
        has a fresh task. Numbers or strings, not arrays.
    runs
        Number of task sets.
    seed
        Integer >= 0.
    tasks
        Law of the tasks: uniform on the sphere of radius sqrt(d), or standard Gaussian.
    assignment
        Sequences pick their tasks independently, or are dealt out evenly.
    order
        1 for the deterministic equivalent, which leaves a relative error of order 1/d; 2 to add the
        leading effect of fluctuations, which takes much longer and leaves 1/d^2.

    Returns
    -------
    FiniteErrors
        icl, idg, gap, train: mean and standard error over task sets. ``inf`` at the ridgeless
        interpolation threshold, which at finite d is n = d (d + 1).

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell, k or n to zero.
    """
    setup = make_setup(
        d, tau, alpha, kappa, rho, lam, seed=seed, tasks=tasks, assignment=assignment
    )
    one_of("order", order, (1, 2))
    numbers = range(read_count("runs", runs))
    if setup.task_set(0).fresh:
        # No task set to average over.
        rows = np.tile(predict_run(setup, 0, order), (len(numbers), 1))
    else:
        with threads.blas(1):
            rows = np.array([predict_run(setup, number, order) for number in numbers])
    return FiniteErrors(**_columns(rows), setup=setup)


def simulate(
    d: int,
    tau: float | str,
    alpha: float | str,
    kappa: float | str,
    rho: float | str,
    lam: float | str = 0,
    *,
    runs: int = 20,
    seed: int = 0,
    tasks: TaskLaw = "sphere",
    assignment: Assignment = "multinomial",
    solver: str = "auto",
    precision: Precision = "float64",
    store: str | PathLike[str] | Store | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> Simulation:
    """Pretrain linear attention at finite d and measure its errors exactly, run by run.

    Parameters
    ----------
    d
        Token dimension, an integer >= 1.
    tau, alpha, kappa, rho, lam
        As in `icl_theory.errors`, but ``alpha`` is finite. ``kappa`` may be ``inf``: every sequence
        has a fresh task. ``lam = 0`` is ridgeless regression itself, the least-squares solution of
        smallest norm. Numbers or strings, not arrays.
    runs
        Number of independent runs, each with its own tasks and sequences.
    seed
        Integer >= 0. Results depend on it and on the run's number, not on ``workers``.
    tasks
        Law of the tasks: uniform on the sphere of radius sqrt(d), or standard Gaussian.
    assignment
        Sequences pick their tasks independently, or are dealt out evenly.
    solver
        Name of a ridge solver: ``"primal"``, ``"dual"``, ``"cholesky"``, ``"direct"``, or
        ``"auto"`` for the one that should be quickest. They agree to seven digits.
    precision
        ``"float64"``, or ``"float32"`` for half of the memory and at least five digits.
    store
        Path of an SQLite file: runs found there are not repeated, runs made are written there
        one by one.
    workers
        Number of processes.
    executor
        An engine with the interface of `concurrent.futures` that makes the runs instead.
    progress
        Whether to show a progress bar; by default, on a terminal, from the third second on.

    Returns
    -------
    Simulation
        icl, idg, gap, train with standard errors, the prediction on the same task sets, and the
        paired residuals between the two.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell, k or n to zero.

    Examples
    --------
    >>> from icl_theory.finite import simulate
    >>> result = simulate(d=12, tau=0.5, alpha=5, kappa=1, rho=0.1, lam=0.01, runs=4)
    >>> result.sizes
    Sizes(d=12, ell=60, k=12, n=72)
    >>> result.icl.standard_error < result.icl.mean
    True
    """
    from .jobs import complete

    setup = make_setup(
        d,
        tau,
        alpha,
        kappa,
        rho,
        lam,
        seed=seed,
        tasks=tasks,
        assignment=assignment,
        solver=solver,
        precision=precision,
    )
    return complete(
        [(setup, read_count("runs", runs))],
        store=store,
        workers=read_count("workers", workers),
        executor=executor,
        progress=progress,
    )[0]
