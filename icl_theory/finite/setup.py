"""One setup of the finite model: its sizes, its parameters, and how its runs are drawn and solved.

`simulate`, `finite_errors`, `sweep`, `cross_validate`, the store and the command line all read and
describe it here.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Unpack

import numpy as np

from . import formulas, memory
from .parameters import Assignment, Precision, Solving, TaskLaw, read, settings
from .seeds import streams
from .sizes import Sizes
from .tasks import TaskSet, draw_tasks


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

    @classmethod
    def read(
        cls,
        d: object,
        tau: object,
        alpha: object,
        kappa: object,
        rho: object,
        lam: object = 0,
        **options: Unpack[Solving],
    ) -> Setup:
        """Check every parameter and round the sizes; see `simulate` for arguments and errors."""
        given = settings(Solving, options)
        sizes = Sizes.rounded(d, tau, alpha, kappa)
        return cls(sizes, read("rho", rho), read("lam", lam), **given)

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
        record = asdict(self)
        return {**record.pop("sizes"), **record}

    def describe(self) -> dict[str, object]:
        """The same with the effective parameters of the limit behind the sizes."""
        sizes = self.sizes
        record = self.record()
        counts = {name: record.pop(name) for name in ("d", "ell", "k", "n")}
        effective = {"tau": sizes.tau, "alpha": sizes.alpha, "kappa": sizes.kappa}
        return {**counts, **effective, **record}
