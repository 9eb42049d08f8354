"""A store of runs in an SQLite file, one row each, written as they are made.

Every row is a transaction of its own: whatever stops a program, what was written stays. Several
processes may share a file. The key of a row is all that determines its result; the number of
workers and the order of runs are not part of it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import singledispatch
from os import PathLike, fspath
from types import TracebackType
from typing import Any

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


@dataclass(frozen=True)
class Table:
    """How the runs of one kind of experiment are kept.

    Attributes
    ----------
    name
        Name of the table.
    key
        Columns that determine a run and their SQLite types; the last is ``run``.
    values
        Columns of its result.
    key_of
        Values of the key, except ``run``, of a setup.
    values_of
        Values of the result.
    row_of
        The result with the number of the run and these values.
    """

    name: str
    key: Mapping[str, str]
    values: Mapping[str, str]
    key_of: Callable[[Any], tuple[object, ...]]
    values_of: Callable[[Any], tuple[object, ...]]
    row_of: Callable[..., Any]

    @property
    def columns(self) -> dict[str, str]:
        """All columns and their types."""
        return {**self.key, **self.values}


@singledispatch
def table_of(setup: object) -> Table:
    """Table for the runs of a setup; each kind of experiment registers its own."""
    raise TypeError(f"runs of {type(setup).__name__} are kept in no table")


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
        self._prepared: set[str] = set()
        self._prepare(RUNS)

    def _prepare(self, table: Table) -> None:
        """Make a table, unless it is there with the same columns."""
        if table.name in self._prepared:
            return
        columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in table.columns.items())
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table.name} "
            f"({columns}, PRIMARY KEY ({', '.join(table.key)}))"
        )
        about = self._connection.execute(f"PRAGMA table_info({table.name})")
        if [row[1] for row in about] != list(table.columns):
            self._connection.close()
            raise ValueError(f"store {self.path!r} holds a table of runs with other columns")
        self._prepared.add(table.name)

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

    def write(self, setup: Any, row: Any) -> None:
        """Keep a run; one that is there already stays as it is."""
        table = table_of(setup)
        self._prepare(table)
        values = (*table.key_of(setup), row.run, *table.values_of(row))
        marks = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})", values)

    def read(self, setup: Any, runs: int) -> list[Any]:
        """Runs of a setup that are there, among the first ``runs``."""
        return [row for row in self._select(setup) if row.run < runs]

    def get(self, setup: Any, run: int) -> Any | None:
        """One run, or None if it is not there."""
        return next(self._select(setup, run), None)

    def contents(self) -> list[tuple[Setup, list[Row]]]:
        """All setups of pretraining in the file with their runs."""
        names = [name for name in KEY if name not in {"sampler_version", "run"}]
        query = f"SELECT DISTINCT {', '.join(names)} FROM runs WHERE sampler_version = ?"
        setups = [
            _setup(dict(zip(names, values, strict=True)))
            for values in self._connection.execute(query, (SAMPLER_VERSION,)).fetchall()
        ]
        return [(setup, list(self._select(setup))) for setup in setups]

    def count(self) -> int:
        """Number of runs of pretraining."""
        return int(self._connection.execute("SELECT COUNT(*) FROM runs").fetchone()[0])

    def _select(self, setup: Any, only: int | None = None) -> Iterator[Any]:
        table = table_of(setup)
        self._prepare(table)
        key = table.key_of(setup) if only is None else (*table.key_of(setup), only)
        where = " AND ".join(f"{name} = ?" for name in list(table.key)[: len(key)])
        names = ", ".join(["run", *table.values])
        query = f"SELECT {names} FROM {table.name} WHERE {where} ORDER BY run"
        for found in self._connection.execute(query, key).fetchall():
            yield table.row_of(*found)


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


def _setup(values: dict[str, Any]) -> Setup:
    sizes = {field.name: values.pop(field.name) for field in fields(Sizes)}
    sizes["k"] = int(sizes["k"]) if sizes["k"] != float("inf") else sizes["k"]
    return Setup(sizes=Sizes(**sizes), **{**values, "seed": int(values["seed"])})


def _values(row: Row) -> tuple[object, ...]:
    errors = map(float, (*row.simulated, *row.predicted))
    return (*errors, row.solver, row.iterations, row.residual, row.seconds)


def _row(run: int, *values: Any) -> Row:
    width = len(FIELDS)
    simulated, predicted = values[:width], values[width : 2 * width]
    return Row(run, np.array(simulated), np.array(predicted), *values[2 * width :])


#: Pretraining.
RUNS = Table("runs", KEY, {**_ERRORS, **_DETAILS}, _key, _values, _row)


@table_of.register
def _(setup: Setup) -> Table:
    return RUNS


@contextlib.contextmanager
def opened(store: str | PathLike[str] | Store | None) -> Iterator[Store | None]:
    """A store given as a path, as itself or not at all; a path is closed in the end."""
    if store is None or isinstance(store, Store):
        yield store
        return
    with Store(store) as own:
        yield own
