"""A store of runs in an SQLite file, one row each, written as they are made.

Every row is a transaction of its own: whatever stops a program, what was written stays. Several
processes may share a file. The key of a row is all that determines its result; the number of
workers and the order of runs are not part of it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike, fsdecode
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from .parameters import shown

#: Seconds to wait for another process's transaction.
PATIENCE = 120.0
#: Names of the tables that hold runs: a file with other tables only is somebody else's.
TABLES = ("runs", "shifted_runs", "validations", "dmmse", "trained")


@dataclass(frozen=True)
class RunTable:
    """How the runs of one kind of experiment are kept.

    Attributes
    ----------
    name
        Name of the table, one of `TABLES`.
    key
        Columns that determine a run and their SQLite types; the last is ``run``.
    values
        Columns of its result.
    values_of
        Values of a result.
    result_of
        The result with the number of the run and these values.
    """

    name: str
    key: Mapping[str, str]
    values: Mapping[str, str]
    values_of: Callable[[Any], tuple[object, ...]]
    result_of: Callable[..., Any]

    @property
    def columns(self) -> dict[str, str]:
        """All columns and their types."""
        return {**self.key, **self.values}


class Experiment(Protocol):
    """What determines the runs of one parameter point, makes them, and says how they are kept."""

    @property
    def table(self) -> RunTable:
        """Where its runs are kept."""
        ...

    def key(self) -> tuple[object, ...]:
        """Values of the table's key, except ``run``."""
        ...

    def simulate(self, run: int) -> Any:
        """Make a run; its result knows its number as ``run``."""
        ...


class Store:
    """Runs kept in a file.

    Parameters
    ----------
    path
        SQLite file; made if it does not exist.
    create
        Whether to make it; if not, it is opened for reading only.

    Raises
    ------
    ValueError
        If the file cannot be opened or made, or holds something else than runs.
    """

    def __init__(self, path: str | PathLike[str], *, create: bool = True) -> None:
        try:
            # A text of one's own kind is taken for its letters.
            self.path = str.__str__(fsdecode(path))
        except Exception:
            # Whatever an object of a foreign type does when it is looked at.
            raise TypeError(f"store must be a path, got {shown(path)}") from None
        if self.path in {"", ":memory:"} or "\0" in self.path:
            raise ValueError(f"store must be a file, which stays, got {shown(self.path)}")
        try:
            self.path.encode()
        except UnicodeEncodeError:
            raise ValueError(f"store must be a path of text, got {shown(path)}") from None
        self._prepared: set[str] = set()
        with self._one_sentence():
            # Autocommit: each statement is a transaction, on disk when it returns.
            self._connection = sqlite3.connect(
                self.path if create else f"{Path(self.path).absolute().as_uri()}?mode=ro",
                timeout=PATIENCE,
                isolation_level=None,
                uri=not create,
            )
        try:
            with self._one_sentence():
                self._claim(create)
        except BaseException:
            self._connection.close()
            raise

    def _claim(self, create: bool) -> None:
        """Check that the file is a store, or empty and to be one."""
        names = {name for (name,) in self._query("SELECT name FROM sqlite_master")}
        if names and names.isdisjoint(TABLES):
            raise ValueError(
                f"store must be a file of runs, got {shown(self.path)}, which holds other tables"
            )
        if not names and not create:
            raise ValueError(
                f"store must be a file of runs, got {shown(self.path)}, which holds none"
            )
        if not names:
            self._connection.execute("PRAGMA user_version = 1")

    def require_writable(self) -> None:
        """Find out that nothing can be written before there is something to write.

        Raises
        ------
        ValueError
            If the file is for reading only.
        """
        with self._one_sentence():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _one_sentence(self) -> Iterator[None]:
        """Say which file it is that SQLite complains about."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ValueError(
                f"store must be an SQLite file that can be used, got {shown(self.path)}: {error}"
            ) from None

    def _query(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def _prepare(self, table: RunTable) -> None:
        """Make a table, unless it is there with the same columns."""
        if table.name in self._prepared:
            return
        columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in table.columns.items())
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table.name} "
            f"({columns}, PRIMARY KEY ({', '.join(table.key)}))"
        )
        if not self._holds(table):
            raise ValueError(f"store {shown(self.path)} holds a table of runs with other columns")
        self._prepared.add(table.name)

    def _holds(self, table: RunTable) -> bool:
        """Whether a table is there with its columns."""
        return [row[1] for row in self._query(f"PRAGMA table_info({table.name})")] == list(
            table.columns
        )

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

    def write(self, experiment: Experiment, result: Any) -> None:
        """Keep a run; one that is there already stays as it is."""
        table = experiment.table
        values = (*experiment.key(), result.run, *table.values_of(result))
        marks = ", ".join("?" * len(values))
        with self._one_sentence():
            self._prepare(table)
            self._connection.execute(f"INSERT OR IGNORE INTO {table.name} VALUES ({marks})", values)

    def read(self, experiment: Experiment, runs: int) -> list[Any]:
        """Runs of an experiment that are there, among the first ``runs``, in their order."""
        return list(self._select(experiment, "run < ?", runs))

    def get(self, experiment: Experiment, run: int) -> Any | None:
        """One run, or None if it is not there."""
        return next(self._select(experiment, "run = ?", run), None)

    def all_of(self, table: RunTable) -> list[tuple[tuple[Any, ...], Any]]:
        """All runs of a kind: their keys, without the number of the run, and results."""
        with self._one_sentence():
            if not self._holds(table):
                return []
            order = ", ".join(table.key)
            found = self._query(
                f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}"
            )
        width = len(table.key) - 1
        return [(row[:width], table.result_of(*row[width:])) for row in found]

    def _select(self, experiment: Experiment, which: str, number: int) -> Iterator[Any]:
        table = experiment.table
        *names, _ = table.key
        where = " AND ".join([*(f"{name} = ?" for name in names), which])
        query = (
            f"SELECT run, {', '.join(table.values)} FROM {table.name} WHERE {where} ORDER BY run"
        )
        with self._one_sentence():
            self._prepare(table)
            found = self._query(query, (*experiment.key(), number))
        for row in found:
            yield table.result_of(*row)


@contextlib.contextmanager
def opened(store: str | PathLike[str] | Store | None) -> Iterator[Store | None]:
    """A store given as a path, as itself or not at all; a path is closed in the end."""
    if store is None or isinstance(store, Store):
        yield store
        return
    with Store(store) as own:
        yield own
