"""Simulations over a grid of parameters, and their tables."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import cast

from .estimate import FIELDS
from .jobs import complete
from .monte_carlo import Simulation, describe, make_setup, read_count
from .run import Precision, Row, Setup
from .store import Store
from .tasks import Assignment, TaskLaw

Values = float | str | Iterable[float | str]
Record = dict[str, object]


@dataclass(frozen=True, eq=False)
class Sweep:
    """Simulations over a grid of parameters.

    Attributes
    ----------
    simulations
        One for each point of the grid, the last parameter varying fastest.
    """

    simulations: tuple[Simulation, ...]

    def __iter__(self) -> Iterator[Simulation]:
        return iter(self.simulations)

    def __len__(self) -> int:
        return len(self.simulations)

    def records(self) -> list[Record]:
        """One record for each point: rounded sizes, parameters, means and standard errors."""
        return [_summary(simulation) for simulation in self.simulations]

    def write(self, path: str | PathLike[str]) -> None:
        """Write the records as a table: ``.csv`` or ``.parquet``, by the name of the file."""
        write_table(self.records(), path)


def sweep(
    d: int | Iterable[int],
    tau: Values,
    alpha: Values,
    kappa: Values,
    rho: Values,
    lam: Values = 0,
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
) -> Sweep:
    """Simulate at all points of a grid.

    Each of d, tau, alpha, kappa, rho and lam is a value or several; the grid has all combinations.
    All points are checked before the first run. Everything else is as in `simulate`. With a store,
    stopping in any way loses at most the runs in flight; the same call goes on where it stopped.

    Returns
    -------
    Sweep
        The simulations, with their table.

    Raises
    ------
    ValueError
        If a parameter of some point is outside of its domain.

    Examples
    --------
    >>> from icl_theory.finite import sweep
    >>> result = sweep(8, tau=[0.5, 2], alpha=3, kappa=[1, "inf"], rho=0.1, lam=0.1, runs=2)
    >>> [simulation.sizes.n for simulation in result]
    [32, 32, 128, 128]
    """
    axes = [_several(values) for values in (d, tau, alpha, kappa, rho, lam)]
    runs = read_count("runs", runs)
    points = [
        make_setup(
            *point,
            seed=seed,
            tasks=tasks,
            assignment=assignment,
            solver=solver,
            precision=precision,
        )
        for point in itertools.product(*axes)
    ]
    simulations = complete(
        [(setup, runs) for setup in points],
        store=store,
        workers=read_count("workers", workers),
        executor=executor,
        progress=progress,
    )
    return Sweep(tuple(simulations))


def _several(values: object) -> list[object]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        return [values]
    return list(values)


def _summary(simulation: Simulation) -> Record:
    record: Record = describe(simulation.setup, simulation.runs)
    parts = {
        "simulated": simulation,
        "predicted": simulation.prediction,
        "residual": simulation.residual,
    }
    for part, estimates in parts.items():
        for name in FIELDS:
            estimate = getattr(estimates, name)
            record[f"{part}_{name}"] = estimate.mean
            record[f"{part}_{name}_se"] = estimate.standard_error
    return record


def runs_of(contents: Iterable[tuple[Setup, Sequence[Row]]]) -> list[Record]:
    """One record for each run, such as those of `Store.contents`."""
    records = []
    for setup, rows in contents:
        shared = describe(setup, len(rows))
        del shared["runs"]
        for row in rows:
            errors = {
                f"{part}_{name}": float(value)
                for part, values in (("simulated", row.simulated), ("predicted", row.predicted))
                for name, value in zip(FIELDS, values, strict=True)
            }
            details = {
                "used_solver": row.solver,
                "iterations": row.iterations,
                "solver_residual": row.residual,
                "seconds": row.seconds,
            }
            records.append({**shared, "run": row.run, **errors, **details})
    return records


def export(store: str | PathLike[str], path: str | PathLike[str]) -> int:
    """Write all runs of a store as a table, ``.csv`` or ``.parquet``; return their number."""
    with Store(store) as kept:
        records = runs_of(kept.contents())
    write_table(records, path)
    return len(records)


def write_table(records: Sequence[Mapping[str, object]], path: str | PathLike[str]) -> None:
    """Write records with the same fields as a table.

    Raises
    ------
    ValueError
        If there are no records, or the name ends neither in .csv nor in .parquet.
    """
    path = Path(path)
    if not records:
        raise ValueError("there are no records to write")
    if path.suffix == ".csv":
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(records[0]))
            writer.writeheader()
            writer.writerows(records)
    elif path.suffix == ".parquet":
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise ImportError(
                "Parquet files need the package pyarrow: pip install icl-theory[parquet]"
            ) from None

        # An infinite k makes the whole column floating.
        columns = {name: [record[name] for record in records] for name in records[0]}
        columns["k"] = [float(cast(float, k)) for k in columns["k"]]
        parquet.write_table(pyarrow.table(columns), path)
    else:
        raise ValueError(f"the name of a table must end in .csv or .parquet, got {path.name!r}")
