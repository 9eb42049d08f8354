"""Simulations over a grid of parameters, and their tables."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Unpack, cast

from icl_theory.algebra.exchange import Portable
from icl_theory.algebra.shown import shown

from .estimate import MEASURED
from .jobs import Running
from .monte_carlo import Simulating, Simulation, simulations
from .parameters import described, part, read
from .run import RUNS, SHIFTED, PretrainingRun, setup_of
from .sampler import SAMPLER_VERSION
from .setup import Setup, Structured
from .store import Store

#: Values of a parameter in a grid.
MOST = 1_000_000

OneOrMore = float | str | Iterable[float | str]
GridRow = dict[str, object]


@dataclass(frozen=True, eq=False)
class Sweep(Portable, kind="sweep"):
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

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.simulations))

    def records(self) -> list[GridRow]:
        """One record for each point: rounded sizes, parameters, means and standard errors."""
        shifted = any(simulation.setup.shifted for simulation in self.simulations)
        return [_summary(simulation, shifted) for simulation in self.simulations]

    def write(self, path: str | PathLike[str]) -> None:
        """Write the records as a table: ``.csv`` or ``.parquet``, by the name of the file."""
        write_table(self.records(), path)


@described(Simulating)
def sweep(
    d: int | Iterable[int],
    tau: OneOrMore,
    alpha: OneOrMore,
    kappa: OneOrMore,
    rho: OneOrMore,
    lam: OneOrMore = 0,
    *,
    runs: int = 20,
    **settings: Unpack[Simulating],
) -> Sweep:
    """Simulate at all points of a grid.

    Each of d, tau, alpha, kappa, rho and lam is a value or several; the grid has all combinations.
    All points are checked before the first run. With a store, stopping in any way loses at most the
    runs in flight; the same call goes on where it stopped.

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
    given = {"d": d, "tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    axes = [_several(name, values) for name, values in given.items()]
    runs = read("runs", runs)
    points = [
        Setup.read(*point, **part(Structured, settings)) for point in itertools.product(*axes)
    ]
    found = simulations([(setup, runs) for setup in points], **part(Running, settings))
    return Sweep(tuple(found))


def _several(name: str, values: object) -> list[object]:
    if isinstance(values, str | bytes | bytearray | memoryview) or not isinstance(values, Iterable):
        return [values]
    # An array without dimensions is one value.
    try:
        if getattr(values, "ndim", 1) == 0:
            return [values]
        found = list(itertools.islice(values, MOST + 1))
    except Exception:
        # Whatever an object of a foreign type does when it is gone through.
        raise TypeError(f"{name} must be a number or several, got {shown(values)}") from None
    if len(found) > MOST:
        raise ValueError(f"{name} must be at most {MOST} values, got more: {shown(values)}")
    return found


def _summary(simulation: Simulation, shift: bool) -> GridRow:
    record: GridRow = {**simulation.setup.describe(shift), "runs": simulation.runs}
    parts = {
        "simulated": simulation,
        "predicted": simulation.prediction,
        "residual": simulation.residual,
    }
    for kind, estimates in parts.items():
        for name in MEASURED:
            estimate = getattr(estimates, name)
            record[f"{kind}_{name}"] = estimate.mean
            record[f"{kind}_{name}_se"] = estimate.standard_error
    return record


def contents(store: Store) -> list[tuple[Setup, list[PretrainingRun]]]:
    """All setups of pretraining in a store with their runs, as this version draws them."""
    found: dict[Setup, list[PretrainingRun]] = {}
    for table in (RUNS, SHIFTED):
        version = list(table.key).index("sampler_version")
        for key, result in store.all_of(table):
            if key[version] == SAMPLER_VERSION:
                found.setdefault(setup_of(table, key), []).append(result)
    return list(found.items())


def runs_of(kept: Iterable[tuple[Setup, Sequence[PretrainingRun]]]) -> list[GridRow]:
    """One record for each run, such as those of `contents`."""
    kept, records = list(kept), []
    shifted = any(setup.shifted for setup, _ in kept)
    for setup, results in kept:
        for result in results:
            errors = {
                f"{kind}_{name}": float(value)
                for kind, values in (
                    ("simulated", result.simulated),
                    ("predicted", result.predicted),
                )
                for name, value in zip(MEASURED, values, strict=True)
            }
            details = {
                "used_solver": result.solver,
                "iterations": result.iterations,
                "solver_residual": result.residual,
                "seconds": result.seconds,
            }
            described = setup.describe(shift=shifted)
            records.append({**described, "run": result.run, **errors, **details})
    return records


def export(store: str | PathLike[str], path: str | PathLike[str]) -> int:
    """Write all runs of a store as a table, ``.csv`` or ``.parquet``; return their number.

    Raises
    ------
    ValueError
        If there is no such store, it holds no runs of pretraining, or the name of the table ends
        otherwise.
    """
    path = _table(path)
    with Store(store, create=False) as kept:
        records = runs_of(contents(kept))
    write_table(records, path)
    return len(records)


def _table(path: object) -> Path:
    try:
        return Path(path)  # type: ignore[arg-type]
    except Exception:
        # Whatever an object of a foreign type does when it is looked at.
        raise TypeError(f"path must be the name of a file, got {shown(path)}") from None


def write_table(records: Sequence[Mapping[str, object]], path: str | PathLike[str]) -> None:
    """Write records with the same fields as a table.

    Raises
    ------
    ValueError
        If there are no records, or the name ends neither in .csv nor in .parquet.
    """
    path = _table(path)
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
