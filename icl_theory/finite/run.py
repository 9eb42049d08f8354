"""One run of pretraining: its prediction, its simulation, and how it is kept."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from icl_theory.algebra.exchange import Portable

from . import population, solvers
from .estimate import MEASURED
from .inputs import RowEquivalent
from .operator import Design
from .parameters import TaskLaw, read
from .prediction import Equivalent, equivalent
from .sampler import SAMPLER_VERSION, draw_sequences
from .second_order import Mixture, SecondOrder
from .seeds import streams
from .setup import Setup
from .shift import MATCHED, SEEN, Shift
from .sizes import Sizes
from .store import RunTable
from .tasks import TaskSet


@dataclass(frozen=True, eq=False)
class PretrainingRun(Portable, kind="pretraining-run"):
    """Result of one run.

    Attributes
    ----------
    run
        Number of the run.
    simulated, predicted
        Errors, arrays (4,) in the order of `icl_theory.finite.estimate.MEASURED`.
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
    seconds: float = field(compare=False)


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
_ERRORS = {f"{kind}_{name}": "REAL" for kind in ("simulated", "predicted") for name in MEASURED}
_DETAILS = {"used_solver": "TEXT", "iterations": "INTEGER", "residual": "REAL", "seconds": "REAL"}


def key_of(setup: Setup) -> tuple[object, ...]:
    """Values of `KEY`, except ``run``, of a setup."""
    record = setup.record()
    kept = {"k": float(setup.sizes.k), "seed": str(setup.seed)}
    return (*{**record, **kept, "sampler_version": SAMPLER_VERSION}.values(),)


def setup_of(table: RunTable, key: tuple[Any, ...]) -> Setup:
    """The setup with a key of a table."""
    values = dict(zip(table.key, key, strict=False))
    d, ell, k, n = (values.pop(name) for name in ("d", "ell", "k", "n"))
    del values["sampler_version"]
    sizes = Sizes(d, ell, k if math.isinf(k) else int(k), n)
    values |= {"seed": int(values["seed"]), "tasks": read("tasks", values["tasks"])}
    if table is SHIFTED:
        test = Shift.of_text(*(values.pop(name) for name in ("test", "ell_test", "rho_test")))
        values["inputs"] = read("inputs", values["inputs"])
        values["shift"] = None if test == Shift(MATCHED, ell, values["rho"]) else test
    return Setup(sizes, **values)


def _values_of(result: PretrainingRun) -> tuple[object, ...]:
    errors = map(float, (*result.simulated, *result.predicted))
    return (*errors, result.solver, result.iterations, result.residual, result.seconds)


def _result_of(run: int, *values: Any) -> PretrainingRun:
    width = len(MEASURED)
    simulated, predicted = values[:width], values[width : 2 * width]
    return PretrainingRun(run, np.array(simulated), np.array(predicted), *values[2 * width :])


_SHIFT = {"inputs": "TEXT", "test": "TEXT", "ell_test": "INTEGER", "rho_test": "REAL"}
_COLUMNS = {**_ERRORS, **_DETAILS}
#: Where runs are kept, and those with inputs or a test of their own.
RUNS = RunTable("runs", KEY, _COLUMNS, _values_of, _result_of)
SHIFTED = RunTable(
    "shifted_runs",
    {**dict(list(KEY.items())[:-1]), **_SHIFT, "run": KEY["run"]},
    *(_COLUMNS, _values_of, _result_of),
)


@dataclass(frozen=True)
class Pretraining:
    """The experiment: pretrain linear attention and measure its errors exactly."""

    setup: Setup

    @property
    def table(self) -> RunTable:
        """See `icl_theory.finite.store.Experiment`."""
        return SHIFTED if self.setup.shifted else RUNS

    def key(self) -> tuple[object, ...]:
        """See `icl_theory.finite.store.Experiment`."""
        shift = self.setup.record_shift().values() if self.setup.shifted else ()
        return (*key_of(self.setup), *shift)

    def simulate(self, run: int) -> PretrainingRun:
        """Draw the sequences of a run, solve the ridge problem and measure its errors."""
        begin = time.perf_counter()
        fit = Fit.of(self.setup, run)
        simulated = _errors(
            fit.error(fit.models.icl), fit.error(fit.models.idg), fit.training_error
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
    expansion = second_order(setup, tasks, models.rank)
    icl = expansion.error(models.icl)
    idg = icl if models.icl is models.idg else expansion.error(models.idg)
    return _errors(icl, idg, expansion.train())


def require_order(setup: Setup, order: int) -> None:
    """Refuse an order that is not known for a setup, before anything is run.

    Raises
    ------
    ValueError
        If it is not known.
    """
    if order > 1:
        setup.require_memory(sequences=False)
        tasks = setup.task_set(0)
        second_order(setup, tasks, Models.of(setup, tasks).rank)


def second_order(setup: Setup, tasks: TaskSet, rank: int) -> SecondOrder:
    """The expansion of a run's errors to second order.

    Without a ridge and with more sequences than parameters the minimiser does not depend on scales
    of rows and features: inputs of any covariance are isotropic ones with other tasks.

    Raises
    ------
    ValueError
        If it is not known for the setup.
    """
    sizes = setup.sizes
    free = setup.lam == 0 and sizes.n >= sizes.d * rank
    if setup.inputs is not None and not free:
        raise ValueError(
            "order must be 1 with correlated inputs, but for lam = 0 and more sequences than "
            "parameters, got 2"
        )
    if tasks.fresh and setup.task_variances is not None:
        raise ValueError(
            "order must be 1 with structure and a fresh task in every sequence (kappa = inf), got 2"
        )
    return SecondOrder(Mixture.of(tasks, sizes, setup.rho, setup.law), setup.lam, rank)


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
            law=setup.law,
            scale=setup.task_scale,
            dtype=np.dtype(setup.precision).type,
        )
        inputs = setup.input_variances
        if inputs is not None:
            root = np.sqrt(inputs).astype(setup.precision)
            sequences.x[:] *= root
            sequences.g[:, :-1] *= root
        design = Design(sequences.x, sequences.g).double()
        problem = solvers.RidgeProblem(
            design, sequences.y, setup.penalty, sequences.starts, models.equivalent
        )
        solution = solvers.solve(problem, setup.solver, setup.tolerance)
        # The ridgeless estimator interpolates up to its threshold.
        interpolates = setup.lam == 0 and sizes.n <= sizes.d * models.rank
        return cls(problem, solution, models, interpolates)

    def error(self, population: population.Population) -> float:
        """Exact error on a population, whose moments are those for isotropic inputs."""
        gamma, inputs = self.solution.gamma, self.models.inputs
        if inputs is not None:
            root = np.sqrt(inputs)
            gamma = gamma * root[:, None] * np.append(root, 1.0)
        return population.error(gamma)

    @property
    def pretraining_error(self) -> float:
        """Error on fresh sequences of the pretraining tasks."""
        return self.error(self.models.idg)

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
        Populations of the test, by default one on fresh tasks, and of the pretraining tasks; both
        for isotropic inputs.
    equivalent
        The deterministic equivalent of pretraining.
    rank
        Rank of the second moment of pretraining.
    inputs
        Eigenvalues of the covariance of the inputs; None if all are one.
    """

    icl: population.Population
    idg: population.Population
    equivalent: Equivalent | RowEquivalent
    rank: int
    inputs: np.ndarray | None = None

    @classmethod
    def of(cls, setup: Setup, tasks: TaskSet) -> Models:
        """Those of a task set."""
        sizes, rho, law = setup.sizes, setup.rho, setup.law
        matched = _fresh(setup, law, setup.task_variances, sizes.ell, rho)
        if tasks.given is None:
            idg = pretraining = matched
        else:
            idg = population.of_tasks(tasks.given[0], sizes.ell, rho)
            pretraining = population.of_pretraining(tasks, sizes, rho)
        icl = matched if setup.shift is None else tested(setup, tasks)
        rank = population.rank(tasks, sizes.d, rho)
        inputs = setup.input_variances
        if inputs is None:
            return cls(icl, idg, equivalent(pretraining, sizes, setup.lam, rank), rank)
        moments = pretraining.scaled(inputs)
        return cls(
            icl, idg, RowEquivalent.of(moments, sizes, setup.lam, rank, inputs), rank, inputs
        )

    def first_order(self, of: population.Population) -> float:
        """Error to first order on a population, whose moments are those for isotropic inputs."""
        return self.equivalent.error(of if self.inputs is None else of.scaled(self.inputs))

    @property
    def predicted(self) -> np.ndarray:
        """Predicted errors to first order."""
        return _errors(
            self.first_order(self.icl), self.first_order(self.idg), self.equivalent.train
        )


def tested(setup: Setup, tasks: TaskSet) -> population.Population:
    """What the test of a setup draws from, with moments for isotropic inputs."""
    shift = setup.shift
    if shift is None:
        return _fresh(setup, setup.law, setup.task_variances, setup.sizes.ell, setup.rho)
    if shift.tasks == SEEN and tasks.given is not None:
        return population.of_tasks(tasks.given[0], shift.ell, shift.rho)
    law = setup.law if isinstance(shift.tasks, str) else "gaussian"
    return _fresh(setup, law, setup.test_variances, shift.ell, shift.rho)


def _fresh(
    setup: Setup, law: TaskLaw, variances: np.ndarray | None, ell: int, rho: float
) -> population.Population:
    sizes = replace(setup.sizes, ell=ell)
    covariance = None if variances is None else np.diag(variances)
    return population.of_fresh_tasks(sizes, rho, law, covariance)


def _errors(icl: float, idg: float, train: float) -> np.ndarray:
    # At the ridgeless threshold both errors are infinite, and so is what is said of their gap.
    gap = icl - idg if math.isfinite(icl) else math.inf
    values = {"icl": icl, "idg": idg, "gap": gap, "train": train}
    return np.array([values[name] for name in MEASURED])
