"""A store of runs in an SQLite file, one row each, written as they are made.

Every row is a transaction of its own: whatever stops a program, what was written stays. Several
processes may share a file. The key of a row is all that determines its result; the number of
workers and the order of runs are not part of it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from os import PathLike, fspath
from types import TracebackType

import numpy as np

from .estimate import FIELDS
from .run import Row, Setup
from .sampler import SAMPLER_VERSION
from .sizes import Sizes

#: Columns of the key and their SQLite types. A fresh task in every sequence is k = inf.
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
COLUMNS = {**KEY, **_ERRORS, **_DETAILS}

#: Seconds to wait for another process's transaction.
_PATIENCE = 120.0


class Store:
    """Runs kept in a file.

    Parameters
    ----------
    path
        SQLite file; made if it does not exist.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = fspath(path)
        # Autocommit: each statement is a transaction, on disk when it returns.
        self._connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in COLUMNS.items())
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS runs ({columns}, PRIMARY KEY ({', '.join(KEY)}))"
        )
        found = [row[1] for row in self._connection.execute("PRAGMA table_info(runs)")]
        if found != list(COLUMNS):
            self._connection.close()
            raise ValueError(f"store {self.path!r} holds a table of runs with other columns")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, setup: Setup, row: Row) -> None:
        """Keep a run; one that is there already stays as it is."""
        values = (
            *_key(setup),
            row.run,
            *map(float, row.simulated),
            *map(float, row.predicted),
            row.solver,
            row.iterations,
            row.residual,
            row.seconds,
        )
        marks = ", ".join("?" * len(COLUMNS))
        self._connection.execute(f"INSERT OR IGNORE INTO runs VALUES ({marks})", values)

    def read(self, setup: Setup, runs: int) -> list[Row]:
        """Runs of a setup that are there, among the first ``runs``."""
        return [row for row in self._select(setup) if row.run < runs]

    def get(self, setup: Setup, run: int) -> Row | None:
        """One run, or None if it is not there."""
        return next(self._select(setup, run), None)

    def contents(self) -> list[tuple[Setup, list[Row]]]:
        """All setups in the file with their runs."""
        names = [name for name in KEY if name not in {"sampler_version", "run"}]
        query = f"SELECT DISTINCT {', '.join(names)} FROM runs WHERE sampler_version = ?"
        setups = [
            _setup(dict(zip(names, values, strict=True)))
            for values in self._connection.execute(query, (SAMPLER_VERSION,)).fetchall()
        ]
        return [(setup, list(self._select(setup))) for setup in setups]

    def count(self) -> int:
        """Number of rows."""
        return int(self._connection.execute("SELECT COUNT(*) FROM runs").fetchone()[0])

    def _select(self, setup: Setup, only: int | None = None) -> Iterator[Row]:
        key = _key(setup) if only is None else (*_key(setup), only)
        where = " AND ".join(f"{name} = ?" for name in list(KEY)[: len(key)])
        names = ["run", *_ERRORS, *_DETAILS]
        query = f"SELECT {', '.join(names)} FROM runs WHERE {where} ORDER BY run"
        width = len(FIELDS)
        for run, *values in self._connection.execute(query, key).fetchall():
            simulated, predicted = values[:width], values[width : 2 * width]
            yield Row(run, np.array(simulated), np.array(predicted), *values[2 * width :])


def _key(setup: Setup) -> tuple[object, ...]:
    sizes = setup.sizes
    return (
        sizes.d,
        sizes.ell,
        float(sizes.k),
        sizes.n,
        setup.rho,
        setup.lam,
        setup.tasks,
        setup.assignment,
        str(setup.seed),
        setup.solver,
        setup.precision,
        SAMPLER_VERSION,
    )


def _setup(values: dict[str, object]) -> Setup:
    sizes = {field.name: values.pop(field.name) for field in fields(Sizes)}
    sizes["k"] = int(sizes["k"]) if sizes["k"] != float("inf") else sizes["k"]
    return Setup(sizes=Sizes(**sizes), **{**values, "seed": int(values["seed"])})


@contextlib.contextmanager
def opened(store: str | PathLike[str] | Store | None) -> Iterator[Store | None]:
    """A store given as a path, as itself or not at all; a path is closed in the end."""
    if store is None or isinstance(store, Store):
        yield store
        return
    with Store(store) as own:
        yield own
