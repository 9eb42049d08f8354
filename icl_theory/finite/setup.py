"""One setup of the finite model: its sizes, its parameters, and how its runs are drawn and solved.

`simulate`, `finite_errors`, `sweep`, `cross_validate`, the store and the command line all read and
describe it here.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Unpack

import numpy as np

from icl_theory.algebra.exchange import Written
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.spectrum import Spectrum

from . import formulas, memory
from .parameters import (
    LABELS,
    LARGEST,
    Assignment,
    Precision,
    Shifting,
    Solving,
    TaskLaw,
    read,
    settings,
)
from .seeds import streams
from .shift import MATCHED, Shift, eigenvalues
from .sizes import Sizes
from .tasks import TaskSet, draw_tasks


class Structured(Solving, Shifting, total=False):
    """All that determines a run beside the sizes."""


@dataclass(frozen=True)
class Setup(Written, kind="setup"):
    """What determines the runs of one parameter point, except their number.

    Attributes
    ----------
    sizes
        Rounded dimensions.
    rho, lam
        Label-noise variance and ridge strength.
    tasks
        Law of the tasks, or the spectrum of their covariance.
    assignment
        How sequences are given to tasks.
    seed
        Seed of all runs.
    solver
        Name of the solver asked for.
    precision
        Type of the data and of most products.
    inputs
        Spectrum of the covariance of the inputs; None if it is the identity.
    shift
        The test; None if it is that of pretraining.
    """

    sizes: Sizes
    rho: float
    lam: float
    tasks: TaskLaw | Spectrum = "sphere"
    assignment: Assignment = "multinomial"
    seed: int = 0
    solver: str = "auto"
    precision: Precision = "float64"
    inputs: Spectrum | None = None
    shift: Shift | None = None

    @classmethod
    def read(
        cls,
        d: object,
        tau: object,
        alpha: object,
        kappa: object,
        rho: object,
        lam: object = 0,
        **options: Unpack[Structured],
    ) -> Setup:
        """Check every parameter and round the sizes; see `simulate` for arguments and errors."""
        given = settings(Structured, options)
        sizes = Sizes.rounded(d, tau, alpha, kappa)
        noise, ridge, tasks = read("rho", rho), read("lam", lam), given["tasks"]
        test = (given.pop(name) for name in ("test", "alpha_test", "rho_test"))
        shift = Shift.read(sizes, noise, tasks, *test)
        if isinstance(tasks, Spectrum):
            matched = tasks.tested_on(MATCHED)
            given["tasks"] = "gaussian" if matched == Spectrum.isotropic() else matched
        found = cls(sizes, noise, ridge, **given, shift=shift)
        found.check()
        return found

    def check(self) -> None:
        """Refuse spectra that this dimension has no room for, or float64.

        Raises
        ------
        ValueError
            If quantiles of a spectrum are all zero, or variances are too large.
        """
        tested = self.shift and self.shift.tasks
        given = {"inputs": self.inputs, "tasks": self.tasks, "test": tested}
        for spectrum in given.values():
            if isinstance(spectrum, Spectrum):
                eigenvalues(spectrum, self.sizes.d)
        with np.errstate(over="ignore"):
            found = self.input_variances, self.task_variances, self.test_variances
        for (name, spectrum), variances in zip(given.items(), found, strict=True):
            if variances is not None and not variances.max() <= LARGEST:
                raise ValueError(
                    f"{name} must have variances of at most {LARGEST:g}, those of the inputs "
                    f"included, got {shown(spectrum)}"
                )
        signal = 1.0 if self.task_variances is None else float(self.task_variances.mean())
        if not 1 / LABELS <= signal + self.rho <= LABELS:
            blamed: tuple[str, object] = "rho", self.rho
            if self.rho <= signal:
                spectrum = self.tasks if self.inputs is None else self.inputs
                blamed = "tasks" if self.inputs is None else "inputs", spectrum
            raise ValueError(
                f"{blamed[0]} must leave labels a variance between {1 / LABELS:g} and {LABELS:g}, "
                "so that float64 tells features with one label from those with two, got "
                f"{shown(blamed[1])}"
            )

    @property
    def law(self) -> TaskLaw:
        """Law of the pretraining tasks before they get their covariance."""
        return "gaussian" if isinstance(self.tasks, Spectrum) else self.tasks

    @property
    def input_variances(self) -> np.ndarray | None:
        """Eigenvalues (d,) of the covariance of the inputs; None if all are one."""
        return None if self.inputs is None else eigenvalues(self.inputs, self.sizes.d)[0]

    @property
    def task_variances(self) -> np.ndarray | None:
        """Those of the covariance of tasks w' = Sigma^{1/2} w of isotropic inputs."""
        inputs = self.input_variances
        if isinstance(self.tasks, str):
            return inputs
        values = eigenvalues(self.tasks, self.sizes.d)[0]
        return values if inputs is None else values * inputs

    @property
    def test_variances(self) -> np.ndarray | None:
        """The same of fresh test tasks."""
        if self.shift is None or isinstance(self.shift.tasks, str):
            return self.task_variances
        inputs = self.input_variances
        values = eigenvalues(self.shift.tasks, self.sizes.d)[1]
        return values if inputs is None else values * inputs

    @property
    def task_scale(self) -> np.ndarray | None:
        """Factors (d,) that give tasks of the law their covariance."""
        variances = self.task_variances
        return None if variances is None else np.sqrt(variances)

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
        return draw_tasks(
            *(self.sizes, self.law, self.assignment, stream.tasks, stream.counts, self.task_scale)
        )

    def require_memory(self, sequences: bool = True) -> None:
        """Refuse a setup whose runs, or predictions alone, this machine cannot hold.

        Raises
        ------
        ValueError
            If it takes more memory than there is.
        """
        sizes, numbers = self.sizes, 8
        d, n, width = sizes.d, sizes.n, np.dtype(self.precision).itemsize
        matrices = 4 * (d + 1) ** 2 * numbers
        tasks = 0 if math.isinf(sizes.k) else int(sizes.k) * (d + 1) * numbers
        data = n * (2 * d + 2) * width if sequences else 0
        what = f"a run of n = {n} sequences in d = {d} dimensions" if sequences else "a prediction"
        by_size = {"d": matrices + data if d > sizes.tau else matrices, "kappa": tasks, "tau": data}
        name = max(by_size, key=by_size.__getitem__)
        value = {"d": d, "kappa": sizes.kappa, "tau": sizes.tau}[name]
        memory.require(matrices + tasks + data, name, value, what)

    def record(self) -> dict[str, object]:
        """Sizes and parameters by name, in the order that stores keep them in."""
        names = ("rho", "lam", "tasks", "assignment", "seed", "solver", "precision")
        record = {**asdict(self.sizes), **{name: getattr(self, name) for name in names}}
        return {**record, "tasks": _text(self.tasks)}

    def record_shift(self) -> dict[str, object]:
        """What is not isotropic, or not in the test as in pretraining."""
        shift = self.shift or Shift(MATCHED, self.sizes.ell, self.rho)
        inputs = _text(self.inputs or Spectrum.isotropic())
        return {
            "inputs": inputs,
            "test": shift.as_text(),
            "ell_test": shift.ell,
            "rho_test": shift.rho,
        }

    @property
    def shifted(self) -> bool:
        """Whether inputs or the test are not those of the isotropic model."""
        return self.inputs is not None or self.shift is not None

    def describe(self, shift: bool | None = None) -> dict[str, object]:
        """The same with the effective parameters of the limit behind the sizes.

        Parameters
        ----------
        shift
            Whether to say what the inputs and the test are; by default where it has to be said.
        """
        sizes = self.sizes
        record = self.record()
        counts = {name: record.pop(name) for name in ("d", "ell", "k", "n")}
        effective = {"tau": sizes.tau, "alpha": sizes.alpha, "kappa": sizes.kappa}
        said = self.shifted if shift is None else shift
        return {**counts, **effective, **record, **(self.record_shift() if said else {})}


def _text(tasks: TaskLaw | Spectrum) -> str:
    return tasks if isinstance(tasks, str) else tasks.to_json()
