"""Generalised cross-validation: e_IDG of a pretraining run from its training residuals alone.

The estimate is the training error over r^2 with r = 1 - df/n, where df = tr K (K + penalty)^{-1}
are the degrees of freedom of the fit and K is the kernel matrix of the pretraining set (claim
``cross-validation``). It is exact in the limit. At finite d the leverages of the sequences differ,
as their features have different norms, and the estimate is too small by a relative order of 1/d.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, Unpack

import numpy as np

from icl_theory.algebra.exchange import Portable

from . import formulas, solvers
from .estimate import Estimate
from .jobs import Running, complete
from .parameters import NumberOrText, Solving, TraceMethod, described, part, read
from .population import rank
from .run import KEY, Fit, Residuals, key_of, residuals_of
from .seeds import streams
from .setup import Setup
from .sizes import Sizes
from .store import RunTable

#: Largest Gram matrix whose eigenvalues are computed.
_LARGEST = 2000
#: Random signs of the estimate of a trace.
_PROBES = 4
_RIDGE = "Ridge strength, a number >= 0; 0 only where the estimator does not interpolate."


class Validating(Solving, Running, total=False):
    """All that a validation takes, beside the sizes."""


@dataclass(frozen=True)
class ValidationRun:
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


_VALIDATION_KEY = {**KEY, "trace": "TEXT"}
_VALIDATION_KEY["run"] = _VALIDATION_KEY.pop("run")
_VALUES = dict.fromkeys(("validated", "idg", "train", "freedom"), "REAL")


def _values_of(result: ValidationRun) -> tuple[object, ...]:
    return result.validated, result.idg, result.train, result.freedom


@dataclass(frozen=True)
class Validation:
    """The experiment: pretrain, and validate on the pretraining set.

    Attributes
    ----------
    setup
        Setup of the runs.
    trace
        How degrees of freedom are found.
    """

    setup: Setup
    trace: TraceMethod

    table: ClassVar[RunTable] = RunTable(
        "validations", _VALIDATION_KEY, _VALUES, _values_of, ValidationRun
    )

    def key(self) -> tuple[object, ...]:
        """See `icl_theory.finite.store.Experiment`."""
        return (*key_of(self.setup), self.trace)

    def simulate(self, run: int) -> ValidationRun:
        """See `icl_theory.finite.store.Experiment`."""
        fit = Fit.of(self.setup, run)
        freedom = degrees_of_freedom(fit, self.setup, self.trace, run)
        residuals = residuals_of(fit.problem, fit.solution)
        square = np.mean(np.square(residuals.values))
        estimate = float(formulas.validated(square, freedom.left * (freedom.unit / residuals.unit)))
        return ValidationRun(run, estimate, fit.pretraining_error, fit.training_error, freedom.used)


@dataclass(frozen=True, eq=False)
class CrossValidation(Portable, kind="cross-validation"):
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
    trace: TraceMethod

    @property
    def sizes(self) -> Sizes:
        """The integers d, ell, k, n and the effective tau, alpha, kappa."""
        return self.setup.sizes

    @classmethod
    def of_runs(cls, experiment: Validation, rows: Iterable[ValidationRun]) -> CrossValidation:
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
            setup=experiment.setup,
            trace=experiment.trace,
        )


@described(Validating, lam=_RIDGE)
def cross_validate(
    d: int,
    tau: NumberOrText,
    alpha: NumberOrText,
    kappa: NumberOrText,
    rho: NumberOrText,
    lam: NumberOrText,
    *,
    runs: int = 20,
    trace: TraceMethod = "auto",
    **settings: Unpack[Validating],
) -> CrossValidation:
    """Estimate e_IDG of simulated pretraining from its training residuals, beside e_IDG itself.

    Both agree in the limit; at finite d the estimate is off by a relative order of 1/d.

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
    trace, runs = read("trace", trace), read("runs", runs)
    setup = Setup.read(d, tau, alpha, kappa, rho, lam, **part(Solving, settings))
    setup.require_memory()
    sizes = setup.sizes
    if setup.lam == 0 and sizes.n <= sizes.d * (sizes.d + 1):
        # Without noise a run whose sequences have one task has a parameter less per dimension.
        ranks = (rank(setup.task_set(run), sizes.d, setup.rho) for run in range(runs))
        if any(sizes.n <= sizes.d * one for one in ranks):
            raise ValueError(
                f"lam must be > 0 for cross-validation of {sizes.n} sequences, which an estimator "
                f"without ridge fits exactly, got {lam!r}"
            )
    if trace == "auto":
        trace = "exact" if min(sizes.n, sizes.p) <= _LARGEST else "random"
    experiment = Validation(setup, trace)
    (rows,) = complete([(experiment, runs)], **part(Running, settings))
    return CrossValidation.of_runs(experiment, rows)


class Freedom(NamedTuple):
    """Degrees of freedom of a fit.

    Attributes
    ----------
    used
        Their number, the trace of K (K + penalty)^{-1}.
    left, unit
        What is left of n over n, 1 - used/n, in some unit: the penalty where an estimator without
        ridge interpolates. There the difference would cancel.
    """

    used: float
    left: float
    unit: float = 1.0


def degrees_of_freedom(fit: Fit, setup: Setup, trace: TraceMethod, run: int) -> Freedom:
    """Trace of K (K + penalty)^{-1}, computed, estimated or predicted."""
    design, penalty = fit.problem.design, fit.problem.penalty
    n, capacity = design.n, fit.problem.capacity
    if penalty == 0:
        most = min(n, capacity)
        return Freedom(float(most), (n - most) / n)
    if trace == "theory":
        equivalent = fit.models.equivalent
        # r = lam/xi, and the penalty is (n/d) lam.
        return Freedom(n * (1 - equivalent.r), setup.sizes.d / (n * equivalent.xi), penalty)
    if trace == "random":
        left, unit = _random_trace(fit.problem, setup, run)
        return Freedom(n * (1 - left * unit), left, unit)
    p = math.prod(design.shape)
    rows = design.kernel() if n <= p else design.dense()
    gram = rows if n <= p else rows.T @ rows
    values = np.maximum(np.linalg.eigvalsh(gram), 0)
    used = float(np.sum(values / (values + penalty)))
    inverse = 1 / (values + penalty)
    if n <= p:
        return Freedom(used, float(np.mean(inverse)), penalty)
    return Freedom(used, (n - p + penalty * float(np.sum(inverse))) / n)


def _random_trace(problem: solvers.RidgeProblem, setup: Setup, run: int) -> tuple[float, float]:
    """Estimate tr penalty (K + penalty)^{-1}/n: the residuals of fits to random signs, along them.

    Unbiased, with a variance of at most 2/(n probes). The number, and its unit.
    """
    rng = streams(setup.seed, run).probes
    found: list[Residuals] = []
    probes = []
    for _ in range(_PROBES):
        signs = rng.choice([-1.0, 1.0], problem.design.n)
        probe = replace(problem, y=signs)
        solution = solvers.solve(probe, setup.solver, setup.tolerance)
        found.append(residuals_of(probe, solution))
        probes.append(signs)
    unit = max(residuals.unit for residuals in found)
    total = sum(
        (residuals.unit / unit) * float(signs @ residuals.values)
        for signs, residuals in zip(probes, found, strict=True)
    )
    return total / (_PROBES * problem.design.n), unit
