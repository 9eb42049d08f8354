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
        """Draw the sequences of a run, solve the ridge problem and measure its errors exactly."""
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
    begin = time.perf_counter()
    fit = Fit.of(setup, run)
    simulated = _errors(
        fit.models.icl.error(fit.solution.gamma), fit.pretraining_error, fit.training_error
    )
    return Row(
        run,
        simulated,
        fit.models.predicted,
        fit.solution.solver,
        fit.solution.iterations,
        fit.solution.residual,
        time.perf_counter() - begin,
    )


@dataclass(frozen=True)
class Fit:
    """The ridge problem of one run and its solution.

    Attributes
    ----------
    problem
        Features and labels of the sequences drawn.
    solution
        The estimator.
    models
        Populations of the run's task set.
    interpolates
        Whether the estimator fits every label exactly.
    """

    problem: solvers.Problem
    solution: solvers.Solution
    models: _Models
    interpolates: bool

    @classmethod
    def of(cls, setup: Setup, run: int) -> Fit:
        """Draw the sequences of a run and solve the ridge problem."""
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
        # The ridgeless estimator interpolates up to its threshold.
        interpolates = setup.lam == 0 and sizes.n <= sizes.d * models.rank
        return cls(problem, solution, models, interpolates)

    @property
    def pretraining_error(self) -> float:
        """Error on fresh sequences of the pretraining tasks."""
        return self.models.idg.error(self.solution.gamma)

    @property
    def training_error(self) -> float:
        """Mean squared residual on the pretraining set."""
        if self.interpolates:
            # What a solver leaves is rounding.
            return 0.0
        residuals = self.problem.y - self.problem.design.predict(self.solution.gamma)
        return float(np.mean(np.square(residuals)))


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
        if tasks.given is None:
            idg = pretraining = icl
        else:
            idg = population.of_tasks(tasks.given[0], sizes.ell, rho)
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
