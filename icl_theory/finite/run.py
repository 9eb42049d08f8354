"""One run: everything that determines it, its prediction and its simulation."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from . import formulas, population, solvers, threads
from .estimate import FIELDS
from .operator import Design
from .prediction import Equivalent, equivalent
from .sampler import SAMPLER_VERSION, draw_sequences
from .second_order import Expansion, Mixture
from .seeds import streams
from .sizes import Sizes
from .tasks import Assignment, TaskLaw, TaskSet, draw_tasks

Precision = Literal["float64", "float32"]
PRECISIONS: tuple[Precision, ...] = ("float64", "float32")


class Experiment(Protocol):
    """What determines the runs of one parameter point, and makes them."""

    def simulate(self, run: int) -> Any:
        """Make a run; its result knows its number as ``run``."""
        ...


@dataclass(frozen=True)
class Setup:
    """What determines the runs of one parameter point, except their number.

    Attributes
    ----------
    sizes
        Rounded dimensions.
    rho, lam
        Label-noise variance and ridge strength.
    tasks
        Law of the tasks.
    assignment
        How sequences are given to tasks.
    seed
        Seed of all runs.
    solver
        Name of the solver asked for.
    precision
        Type of the data and of most products.
    """

    sizes: Sizes
    rho: float
    lam: float
    tasks: TaskLaw = "sphere"
    assignment: Assignment = "multinomial"
    seed: int = 0
    solver: str = "auto"
    precision: Precision = "float64"

    @property
    def tolerance(self) -> float:
        """Relative residual at which iterative solvers stop."""
        return 1e-10 if self.precision == "float64" else 1e-8

    @property
    def penalty(self) -> float:
        """Ridge penalty ``(n/d) lam`` on the squared norm of Gamma."""
        return formulas.penalty(self.sizes.n, self.sizes.d, self.lam)

    def task_set(self, run: int) -> TaskSet:
        """Tasks of one run."""
        stream = streams(self.seed, run)
        return draw_tasks(self.sizes, self.tasks, self.assignment, stream.tasks, stream.counts)

    def simulate(self, run: int) -> Row:
        """One run of pretraining."""
        return _pretrain(self, run)


@dataclass(frozen=True)
class Row:
    """Result of one run.

    Attributes
    ----------
    run
        Number of the run.
    simulated, predicted
        Errors, arrays (4,) in the order of `icl_theory.finite.estimate.FIELDS`.
    solver, iterations, residual
        Which solver found Gamma, and how.
    seconds
        Time the run took.
    """

    run: int
    simulated: np.ndarray
    predicted: np.ndarray
    solver: str
    iterations: int
    residual: float
    seconds: float


def predict_run(setup: Setup, run: int, order: int = 1) -> np.ndarray:
    """Predicted errors of one run, array (4,), to first or second order in 1/d."""
    tasks = setup.task_set(run)
    models = _Models.of(setup, tasks)
    if order == 1:
        return models.predicted
    mixture = Mixture.of(tasks, setup.sizes, setup.rho, setup.tasks)
    expansion = Expansion(mixture, setup.lam, models.rank)
    icl = expansion.error(models.icl)
    idg = icl if tasks.fresh else expansion.error(models.idg)
    return _errors(icl, idg, expansion.train())


def simulate_run(setup: Experiment, run: int) -> Any:
    """Make one run of an experiment."""
    with threads.blas(1):
        return setup.simulate(run)


def _pretrain(setup: Setup, run: int) -> Row:
    """Draw the sequences of one run, solve the ridge problem and measure its errors exactly."""
    begin = time.perf_counter()
    sizes, tasks = setup.sizes, setup.task_set(run)
    models = _Models.of(setup, tasks)
    sequences = draw_sequences(
        sizes,
        setup.rho,
        tasks,
        streams(setup.seed, run).sequences,
        law=setup.tasks,
        dtype=np.dtype(setup.precision).type,
    )
    design = Design(sequences.x, sequences.g).double()
    problem = solvers.Problem(
        design, sequences.y, setup.penalty, sequences.starts, models.equivalent
    )
    solution = solvers.solve(problem, setup.solver, setup.tolerance)
    # The ridgeless estimator interpolates up to its threshold: what a solver leaves is rounding.
    interpolates = setup.lam == 0 and sizes.n <= sizes.d * models.rank
    residuals = sequences.y - design.predict(solution.gamma)
    simulated = _errors(
        models.icl.error(solution.gamma),
        models.idg.error(solution.gamma),
        0.0 if interpolates else float(np.mean(np.square(residuals))),
    )
    return Row(
        run,
        simulated,
        models.predicted,
        solution.solver,
        solution.iterations,
        solution.residual,
        time.perf_counter() - begin,
    )


@dataclass(frozen=True)
class _Models:
    """Test populations of a task set and the equivalent of pretraining on it."""

    icl: population.Population
    idg: population.Population
    equivalent: Equivalent
    rank: int

    @classmethod
    def of(cls, setup: Setup, tasks: TaskSet) -> _Models:
        sizes, rho, law = setup.sizes, setup.rho, setup.tasks
        icl = population.of_fresh_tasks(sizes, rho, law)
        if tasks.fresh:
            idg = pretraining = icl
        else:
            idg = population.of_tasks(tasks.vectors, sizes.ell, rho)
            pretraining = population.of_pretraining(tasks, sizes, rho)
        rank = population.rank(tasks, sizes.d, rho)
        return cls(icl, idg, equivalent(pretraining, sizes, setup.lam, rank), rank)

    @property
    def predicted(self) -> np.ndarray:
        return _errors(
            self.equivalent.error(self.icl), self.equivalent.error(self.idg), self.equivalent.train
        )


def _errors(icl: float, idg: float, train: float) -> np.ndarray:
    # At the ridgeless threshold both errors are infinite, and so is what is said of their gap.
    gap = icl - idg if math.isfinite(icl) else math.inf
    values = {"icl": icl, "idg": idg, "gap": gap, "train": train}
    return np.array([values[name] for name in FIELDS])


__all__ = ["SAMPLER_VERSION", "Experiment", "Row", "Setup", "predict_run", "simulate_run"]
