"""Generalised cross-validation: e_IDG of a pretraining run from its training residuals alone.

The estimate is the training error over r^2 with r = 1 - df/n, where df = tr K (K + penalty)^{-1}
are the degrees of freedom of the fit and K is the kernel matrix of the pretraining set (claim
``cross-validation``). It is exact in the limit. At finite d the leverages of the sequences differ,
as their features have different norms, and the estimate is too small by a relative order of 1/d.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from os import PathLike
from typing import Literal, get_args

import numpy as np

from . import formulas, solvers
from .estimate import Estimate
from .jobs import complete_rows
from .monte_carlo import make_setup, one_of, read_count
from .population import rank
from .run import Fit, Precision, Setup
from .seeds import streams
from .sizes import Sizes
from .store import KEY, RUNS, Store, Table, table_of
from .tasks import Assignment, TaskLaw

Trace = Literal["auto", "exact", "random", "theory"]
TRACES: tuple[Trace, ...] = get_args(Trace)

#: Largest Gram matrix whose eigenvalues are computed.
_LARGEST = 2000
#: Random signs of the estimate of a trace.
_PROBES = 4


@dataclass(frozen=True)
class ValidationSetup:
    """What determines the runs of one parameter point, except their number.

    Attributes
    ----------
    pretraining
        Setup of the runs.
    trace
        How degrees of freedom are found.
    """

    pretraining: Setup
    trace: Trace

    def simulate(self, run: int) -> ValidationRow:
        """Pretrain, and validate on the pretraining set."""
        fit = Fit.of(self.pretraining, run)
        freedom = degrees_of_freedom(fit, self.pretraining, self.trace, run)
        train = fit.training_error
        r = 1 - freedom / fit.problem.design.n
        estimate = formulas.equivalent("validated", "e_t", "r")
        return ValidationRow(run, float(estimate(train, r)), fit.pretraining_error, train, freedom)


@dataclass(frozen=True)
class ValidationRow:
    """Result of one run.

    Attributes
    ----------
    run
        Number of the run.
    validated, idg
        The estimate, and the error that it estimates.
    train
        Mean squared training residual.
    freedom
        Degrees of freedom of the fit.
    """

    run: int
    validated: float
    idg: float
    train: float
    freedom: float


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Generalised cross-validation of simulated pretraining.

    Attributes
    ----------
    validated
        The estimate of e_IDG from the pretraining set alone.
    idg
        Exact error of the same estimators on the pretraining tasks.
    residual
        ``validated - idg``, run by run.
    train
        Mean squared training residual.
    freedom
        Degrees of freedom of the fit.
    setup
        Rounded sizes, parameters, seed.
    trace
        How degrees of freedom were found: ``"exact"``, ``"random"`` or ``"theory"``.
    """

    validated: Estimate
    idg: Estimate
    residual: Estimate
    train: Estimate
    freedom: Estimate
    setup: Setup
    trace: Trace

    @property
    def sizes(self) -> Sizes:
        """The integers d, ell, k, n and the effective tau, alpha, kappa."""
        return self.setup.sizes

    @classmethod
    def of_runs(cls, setup: ValidationSetup, rows: Iterable[ValidationRow]) -> CrossValidation:
        """Collect the runs of one setup."""
        validated, idg, train, freedom = np.array(
            [(row.validated, row.idg, row.train, row.freedom) for row in rows]
        ).T
        return cls(
            validated=Estimate(validated),
            idg=Estimate(idg),
            residual=Estimate(validated - idg),
            train=Estimate(train),
            freedom=Estimate(freedom),
            setup=setup.pretraining,
            trace=setup.trace,
        )


def cross_validate(
    d: int,
    tau: float | str,
    alpha: float | str,
    kappa: float | str,
    rho: float | str,
    lam: float | str,
    *,
    runs: int = 20,
    seed: int = 0,
    tasks: TaskLaw = "sphere",
    assignment: Assignment = "multinomial",
    solver: str = "auto",
    precision: Precision = "float64",
    trace: Trace = "auto",
    store: str | PathLike[str] | Store | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> CrossValidation:
    """Estimate e_IDG of simulated pretraining from its training residuals, beside e_IDG itself.

    Both agree in the limit; at finite d the estimate is off by a relative order of 1/d.

    Parameters
    ----------
    d, tau, alpha, kappa, rho, lam
        As in `simulate`; ``lam = 0`` only where the estimator does not interpolate.
    runs, seed, tasks, assignment, solver, precision
        As in `simulate`, which makes the same runs.
    trace
        How the degrees of freedom of the fit are found: ``"exact"``, from all eigenvalues of the
        smaller Gram matrix; ``"random"``, from fits to random signs (Hutchinson); ``"theory"``,
        from the effective ridge of the run's task set, as n (1 - lam/xi). ``"auto"`` is exact for
        Gram matrices up to 2000, random beyond.
    store, workers, executor, progress
        As in `simulate`; one store may hold runs of both.

    Returns
    -------
    CrossValidation
        validated, idg and their paired residual, with standard errors.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or the estimator interpolates: then both the
        residuals and n less the degrees of freedom vanish.

    Examples
    --------
    >>> from icl_theory.finite import cross_validate
    >>> result = cross_validate(10, tau=2, alpha=5, kappa=1, rho=0.1, lam=0.1, runs=10)
    >>> bool(abs(result.residual.mean) < 0.2 * result.idg.mean)
    True
    """
    one_of("trace", trace, TRACES)
    pretraining = make_setup(
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
    sizes = pretraining.sizes
    if pretraining.lam == 0:
        most = sizes.d * rank(pretraining.task_set(0), sizes.d, pretraining.rho)
        if sizes.n <= most:
            raise ValueError(
                f"lam must be > 0 for cross-validation of {sizes.n} sequences, which an estimator "
                f"without ridge fits exactly, got {lam!r}"
            )
    if trace == "auto":
        trace = "exact" if min(sizes.n, sizes.p) <= _LARGEST else "random"
    setup = ValidationSetup(pretraining, trace)
    (rows,) = complete_rows(
        [(setup, read_count("runs", runs))],
        store=store,
        workers=read_count("workers", workers),
        executor=executor,
        progress=progress,
    )
    return CrossValidation.of_runs(setup, rows)


def degrees_of_freedom(fit: Fit, setup: Setup, trace: Trace, run: int) -> float:
    """Trace of K (K + penalty)^{-1}, computed, estimated or predicted."""
    design, penalty = fit.problem.design, fit.problem.penalty
    n, capacity = design.n, fit.problem.capacity
    if penalty == 0:
        return float(min(n, capacity))
    if trace == "theory":
        return n * (1 - fit.models.equivalent.r)
    if trace == "random":
        return n * (1 - _random_trace(fit.problem, setup, run))
    rows = design.kernel() if n <= math.prod(design.shape) else design.dense()
    gram = rows if n <= math.prod(design.shape) else rows.T @ rows
    values = np.maximum(np.linalg.eigvalsh(gram), 0)
    return float(np.sum(values / (values + penalty)))


def _random_trace(problem: solvers.Problem, setup: Setup, run: int) -> float:
    """Estimate tr penalty (K + penalty)^{-1}/n: the residuals of fits to random signs, along them.

    Unbiased, with a variance of at most 2/(n probes).
    """
    rng = streams(setup.seed, run).probes
    found = 0.0
    for _ in range(_PROBES):
        signs = rng.choice([-1.0, 1.0], problem.design.n)
        probe = solvers.Problem(
            problem.design, signs, problem.penalty, problem.starts, problem.equivalent
        )
        gamma = solvers.solve(probe, setup.solver, setup.tolerance).gamma
        found += float(signs @ (signs - problem.design.predict(gamma)))
    return found / (_PROBES * problem.design.n)


_VALIDATION_KEY = {
    **{name: kind for name, kind in KEY.items() if name != "run"},
    "trace": "TEXT",
    "run": "INTEGER",
}
_VALUES = dict.fromkeys(("validated", "idg", "train", "freedom"), "REAL")


def _key(setup: ValidationSetup) -> tuple[object, ...]:
    return (*RUNS.key_of(setup.pretraining), setup.trace)


def _values(row: ValidationRow) -> tuple[object, ...]:
    return row.validated, row.idg, row.train, row.freedom


@table_of.register
def _(setup: ValidationSetup) -> Table:
    return Table("validations", _VALIDATION_KEY, _VALUES, _key, _values, ValidationRow)
