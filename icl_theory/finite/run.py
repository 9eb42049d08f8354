"""One run of pretraining: its prediction, its simulation, and how it is kept."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from . import population, solvers
from .estimate import FIELDS
from .operator import Design
from .prediction import Equivalent, equivalent
from .sampler import SAMPLER_VERSION, draw_sequences
from .second_order import Expansion, Mixture
from .seeds import streams
from .setup import Setup
from .sizes import Sizes
from .store import RunTable
from .tasks import TaskSet


@dataclass(frozen=True)
class PretrainingRun:
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


#: Columns of the key and their SQLite types. A fresh task in every sequence is k = inf, and a seed
#: may have more digits than an SQLite integer.
KEY = {
    "d": "INTEGER",
    "ell": "INTEGER",
    "k": "REAL",
    "n": "INTEGER",
    "rho": "REAL",
    "lam": "REAL",
    "tasks": "TEXT",
    "assignment": "TEXT",
    "seed": "TEXT",
    "solver": "TEXT",
    "precision": "TEXT",
    "sampler_version": "INTEGER",
    "run": "INTEGER",
}
_ERRORS = {f"{kind}_{name}": "REAL" for kind in ("simulated", "predicted") for name in FIELDS}
_DETAILS = {"used_solver": "TEXT", "iterations": "INTEGER", "residual": "REAL", "seconds": "REAL"}


def key_of(setup: Setup) -> tuple[object, ...]:
    """Values of `KEY`, except ``run``, of a setup."""
    record = setup.record()
    kept = {"k": float(setup.sizes.k), "seed": str(setup.seed)}
    return (*{**record, **kept, "sampler_version": SAMPLER_VERSION}.values(),)


def setup_of(key: tuple[Any, ...]) -> Setup:
    """The setup with a key."""
    values = dict(zip(KEY, key, strict=False))
    d, ell, k, n = (values.pop(name) for name in ("d", "ell", "k", "n"))
    del values["sampler_version"]
    sizes = Sizes(d, ell, k if math.isinf(k) else int(k), n)
    return Setup(sizes, **{**values, "seed": int(values["seed"])})


def _values_of(result: PretrainingRun) -> tuple[object, ...]:
    errors = map(float, (*result.simulated, *result.predicted))
    return (*errors, result.solver, result.iterations, result.residual, result.seconds)


def _result_of(run: int, *values: Any) -> PretrainingRun:
    width = len(FIELDS)
    simulated, predicted = values[:width], values[width : 2 * width]
    return PretrainingRun(run, np.array(simulated), np.array(predicted), *values[2 * width :])


@dataclass(frozen=True)
class Pretraining:
    """The experiment: pretrain linear attention and measure its errors exactly."""

    setup: Setup

    table: ClassVar[RunTable] = RunTable(
        "runs", KEY, {**_ERRORS, **_DETAILS}, _values_of, _result_of
    )

    def key(self) -> tuple[object, ...]:
        """See `icl_theory.finite.store.Experiment`."""
        return key_of(self.setup)

    def simulate(self, run: int) -> PretrainingRun:
        """Draw the sequences of a run, solve the ridge problem and measure its errors."""
        begin = time.perf_counter()
        fit = Fit.of(self.setup, run)
        simulated = _errors(
            fit.models.icl.error(fit.solution.gamma), fit.pretraining_error, fit.training_error
        )
        return PretrainingRun(
            run,
            simulated,
            fit.models.predicted,
            fit.solution.solver,
            fit.solution.iterations,
            fit.solution.residual,
            time.perf_counter() - begin,
        )


def predict_run(setup: Setup, run: int, order: int = 1) -> np.ndarray:
    """Predicted errors of one run, array (4,), to first or second order in 1/d."""
    tasks = setup.task_set(run)
    models = Models.of(setup, tasks)
    if order == 1:
        return models.predicted
    mixture = Mixture.of(tasks, setup.sizes, setup.rho, setup.tasks)
    expansion = Expansion(mixture, setup.lam, models.rank)
    icl = expansion.error(models.icl)
    idg = icl if tasks.fresh else expansion.error(models.idg)
    return _errors(icl, idg, expansion.train())


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

    problem: solvers.RidgeProblem
    solution: solvers.Solution
    models: Models
    interpolates: bool

    @classmethod
    def of(cls, setup: Setup, run: int) -> Fit:
        """Draw the sequences of a run and solve the ridge problem."""
        sizes, tasks = setup.sizes, setup.task_set(run)
        models = Models.of(setup, tasks)
        sequences = draw_sequences(
            sizes,
            setup.rho,
            tasks,
            streams(setup.seed, run).sequences,
            law=setup.tasks,
            dtype=np.dtype(setup.precision).type,
        )
        design = Design(sequences.x, sequences.g).double()
        problem = solvers.RidgeProblem(
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
        residuals = residuals_of(self.problem, self.solution)
        return float(np.mean(np.square(residuals.unit * residuals.values)))


#: Size of residuals over that of labels below which their difference has lost digits.
_SMALL = 1e-3


class Residuals(NamedTuple):
    """Residuals of a fit, in some unit: they may be smaller than any number of float64."""

    values: np.ndarray
    unit: float


def residuals_of(problem: solvers.RidgeProblem, solution: solvers.Solution) -> Residuals:
    """Residuals of a fit; small ones are dual weights times the penalty, where nothing cancels."""
    residuals = problem.y - problem.design.predict(solution.gamma)
    small = np.linalg.norm(residuals) < _SMALL * np.linalg.norm(problem.y)
    if small and solution.weights is not None and problem.penalty > 0:
        return Residuals(solution.weights, problem.penalty)
    return Residuals(residuals, 1.0)


@dataclass(frozen=True)
class Models:
    """Test populations of a task set and the equivalent of pretraining on it.

    Attributes
    ----------
    icl, idg
        Populations of fresh tasks and of the pretraining tasks.
    equivalent
        The deterministic equivalent of pretraining.
    rank
        Rank of the second moment of pretraining.
    """

    icl: population.Population
    idg: population.Population
    equivalent: Equivalent
    rank: int

    @classmethod
    def of(cls, setup: Setup, tasks: TaskSet) -> Models:
        """Those of a task set."""
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
        """Predicted errors to first order."""
        return _errors(
            self.equivalent.error(self.icl), self.equivalent.error(self.idg), self.equivalent.train
        )


def _errors(icl: float, idg: float, train: float) -> np.ndarray:
    # At the ridgeless threshold both errors are infinite, and so is what is said of their gap.
    gap = icl - idg if math.isfinite(icl) else math.inf
    values = {"icl": icl, "idg": idg, "gap": gap, "train": train}
    return np.array([values[name] for name in FIELDS])
