"""Simulation of the finite model beside its prediction, run by run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np

from . import memory, threads
from .estimate import MEASURED, Estimate, Estimates, table
from .jobs import Running, complete, progress_bar
from .parameters import Drawing, NumberOrText, Shifting, described, part, read
from .run import Pretraining, PretrainingRun, predict_run, require_order
from .setup import Setup, Structured
from .sizes import Sizes


class Simulating(Structured, Running, total=False):
    """All that a simulation takes, beside the sizes."""


class Predicting(Drawing, Shifting, total=False):
    """All that a prediction takes, beside the sizes."""


@dataclass(frozen=True, eq=False)
class FiniteErrors(Estimates, kind="finite-errors"):
    """Finite-d prediction of the errors, averaged over task sets.

    Attributes
    ----------
    icl, idg, gap, train
        Estimates; their standard errors are those of the average over task sets.
    setup
        Rounded sizes, parameters, seed.
    order
        Order in 1/d to which it was expanded, 1 or 2.
    """

    setup: Setup
    order: int = 1

    @classmethod
    def of_rows(cls, rows: np.ndarray, setup: Setup, order: int = 1) -> FiniteErrors:
        """Collect predictions of task sets, array (task sets, 4)."""
        icl, idg, gap, train = map(Estimate, rows.T)
        return cls(icl, idg, gap, train, setup, order)

    @property
    def sizes(self) -> Sizes:
        """The integers d, ell, k, n and the effective tau, alpha, kappa."""
        return self.setup.sizes

    def __str__(self) -> str:
        rows = {name: [getattr(self, name)] for name in MEASURED}
        return "\n".join([_head(self.sizes, len(self.icl.values), "task set"), *table([""], rows)])


@dataclass(frozen=True, eq=False)
class Simulation(Estimates, kind="simulation"):
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
    details: tuple[PretrainingRun, ...]

    @property
    def sizes(self) -> Sizes:
        """The integers d, ell, k, n and the effective tau, alpha, kappa."""
        return self.setup.sizes

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.details)

    @classmethod
    def of_runs(cls, setup: Setup, rows: Iterable[PretrainingRun]) -> Simulation:
        """Collect the runs of one setup."""
        rows = tuple(sorted(rows, key=lambda row: row.run))
        simulated = np.array([row.simulated for row in rows])
        predicted = np.array([row.predicted for row in rows])
        return cls(
            **_columns(simulated),
            prediction=FiniteErrors.of_rows(predicted, setup),
            residual=Estimates.of(simulated - predicted),
            setup=setup,
            details=rows,
        )

    def beside(self, order: int, *, progress: bool | None = None) -> Simulation:
        """The same runs, beside their prediction of another order in 1/d.

        Parameters
        ----------
        order
            1 or 2; see `finite_errors`.
        progress
            As for `simulate`.

        Raises
        ------
        ValueError
            If the order is another one, or not known for the setup.
        ArithmeticError
            If the iteration for the second order does not settle.

        Examples
        --------
        >>> from icl_theory import simulate
        >>> result = simulate(d=8, tau=2, alpha=3, kappa=1, rho=0.2, lam=0.1, runs=4)
        >>> result.beside(order=2).prediction.order
        2
        """
        order = read("order", order)
        require_order(self.setup, order)
        predicted = _predicted(self.setup, [row.run for row in self.details], order, progress)
        return replace(
            self,
            prediction=FiniteErrors.of_rows(predicted, self.setup, order),
            residual=Estimates.of(self.rows - predicted),
        )

    def as_dict(self) -> dict[str, object]:
        """Everything but the single runs, for JSON."""
        return {
            "setup": self.setup.describe() | {"runs": self.runs},
            "simulation": super().as_dict(),
            "prediction": self.prediction.as_dict(),
            "order": self.prediction.order,
            "residual": self.residual.as_dict(),
            "z": {name: getattr(self.residual, name).z for name in self.residual.as_dict()},
        }

    def __str__(self) -> str:
        parts = {
            "simulation": self,
            "finite-d prediction": self.prediction,
            "residual": self.residual,
        }
        rows = {name: [getattr(part, name) for part in parts.values()] for name in MEASURED}
        lines = [_head(self.sizes, self.runs, "run"), *table(list(parts), rows)]
        if self.runs > 1:
            error = "1/d" if self.prediction.order == 1 else "1/d^2"
            lines.append(f"z leaves out the prediction's own relative error, of order {error}")
        return "\n".join(lines)


def _head(sizes: Sizes, count: int, what: str) -> str:
    counted = f"{count} {what}{'s' * (count != 1)}"
    return f"d = {sizes.d}, ell = {sizes.ell}, k = {sizes.k}, n = {sizes.n}, {counted}"


def _columns(rows: np.ndarray) -> dict[str, Estimate]:
    return {name: Estimate(column) for name, column in zip(MEASURED, rows.T, strict=True)}


@described(Predicting)
def finite_errors(
    d: int,
    tau: NumberOrText,
    alpha: NumberOrText,
    kappa: NumberOrText,
    rho: NumberOrText,
    lam: NumberOrText = 0,
    *,
    runs: int = 20,
    order: int = 1,
    **settings: Unpack[Predicting],
) -> FiniteErrors:
    """Errors that theory predicts at finite d, averaged over random task sets.

    The deterministic equivalent with the second-moment matrix of the features kept at (d, ell) and
    for the very tasks, instead of its limit: this removes most of the O(1/d) distance between a
    simulation and the limit. Run by run the tasks are those of `simulate` with the same seed.

    Returns
    -------
    FiniteErrors
        icl, idg, gap, train: mean and standard error over task sets. ``inf`` at the ridgeless
        interpolation threshold, which at finite d is n = d (d + 1).

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell, k or n to zero.
    ArithmeticError
        If the iteration for the second order does not settle.

    Examples
    --------
    >>> from icl_theory import finite_errors
    >>> errors = finite_errors(d=16, tau=2, alpha=10, kappa=0.5, rho=0.1, lam=0.1, runs=4, seed=0)
    >>> round(errors.icl.mean, 4)
    0.8411
    """
    setup = Setup.read(d, tau, alpha, kappa, rho, lam, **settings)
    order, runs = read("order", order), read("runs", runs)
    setup.require_memory(sequences=False)
    memory.require(3 * runs * len(MEASURED) * 8, "runs", runs, "their results")
    return FiniteErrors.of_rows(_predicted(setup, range(runs), order), setup, order)


def _predicted(
    setup: Setup, runs: Sequence[int], order: int, progress: bool | None = None
) -> np.ndarray:
    """Predicted errors of runs, array (runs, 4)."""
    if setup.task_set(0).fresh:
        # No task set to average over.
        return np.tile(predict_run(setup, 0, order), (len(runs), 1))
    rows = []
    with threads.blas(1), progress_bar(len(runs), progress) as done:
        for run in runs:
            rows.append(predict_run(setup, run, order))
            done.update()
    return np.array(rows)


@described(Simulating)
def simulate(
    d: int,
    tau: NumberOrText,
    alpha: NumberOrText,
    kappa: NumberOrText,
    rho: NumberOrText,
    lam: NumberOrText = 0,
    *,
    runs: int = 20,
    order: int = 1,
    **settings: Unpack[Simulating],
) -> Simulation:
    """Pretrain linear attention at finite d and measure its errors exactly, run by run.

    Returns
    -------
    Simulation
        icl, idg, gap, train with standard errors, the prediction on the same task sets, and the
        paired residuals between the two. Enough runs resolve what the first order leaves:
        `Simulation.beside` holds the same ones against the second.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell, k or n to zero.
    ArithmeticError
        If the iteration for the second order does not settle.

    Examples
    --------
    >>> from icl_theory.finite import simulate
    >>> result = simulate(d=12, tau=0.5, alpha=5, kappa=1, rho=0.1, lam=0.01, runs=4)
    >>> result.sizes
    Sizes(d=12, ell=60, k=12, n=72)
    >>> result.icl.standard_error < result.icl.mean
    True
    """
    setup = Setup.read(d, tau, alpha, kappa, rho, lam, **part(Structured, settings))
    order, runs = read("order", order), read("runs", runs)
    require_order(setup, order)
    (found,) = simulations([(setup, runs)], **part(Running, settings))
    return found if order == 1 else found.beside(order, progress=settings.get("progress"))


def simulations(
    points: Sequence[tuple[Setup, int]], **options: Unpack[Running]
) -> list[Simulation]:
    """Simulate several setups, each with its number of runs; options as in `jobs.complete`."""
    for setup, _ in points:
        setup.require_memory()
    found = complete([(Pretraining(setup), runs) for setup, runs in points], **options)
    return [Simulation.of_runs(setup, rows) for (setup, _), rows in zip(points, found, strict=True)]
