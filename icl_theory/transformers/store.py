"""Where trained groups and checkpoints are kept: tables of the store of runs, in its file."""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np

from icl_theory.finite.store import Table, table_of

from .setup import TRAINING_VERSION, Trained, Training, pack, unpack

#: All that determines a group but its limit of iterations: one that is raised goes on.
_KEY = {
    "model": "TEXT",
    "d": "INTEGER",
    "taus": "TEXT",
    "alpha": "REAL",
    "kappa": "REAL",
    "rho": "REAL",
    "copies": "INTEGER",
    "seed": "TEXT",
    "rate": "REAL",
    "schedule": "TEXT",
    "tolerance": "REAL",
    "floor": "REAL",
    "tests": "INTEGER",
    "trajectory": "INTEGER",
    "version": "INTEGER",
}


def _shared(setup: Training) -> tuple[Any, ...]:
    return (
        setup.model,
        setup.d,
        " ".join(map(repr, setup.taus)),
        setup.alpha,
        setup.kappa,
        setup.rho,
        setup.copies,
        str(setup.seed),
        setup.rate,
        setup.schedule,
        setup.tolerance,
        setup.floor,
        setup.tests,
        int(setup.trajectory),
        TRAINING_VERSION,
    )


#: Trained groups.
TRAINED = Table(
    "trained",
    {**_KEY, "iterations": "INTEGER", "run": "INTEGER"},
    {"content": "BLOB", "seconds": "REAL"},
    lambda setup: (*_shared(setup), setup.iterations),
    lambda row: (row.pack(), row.seconds),
    Trained.unpack,
)


@table_of.register
def _(setup: Training) -> Table:
    return TRAINED


class Checkpoints:
    """Latest checkpoint of each group, in an SQLite file; each is replaced in one transaction."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=120, isolation_level=None)
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS checkpoints (key TEXT PRIMARY KEY, content BLOB NOT NULL)"
        )

    def write(self, setup: Training, run: int, arrays: dict[str, np.ndarray]) -> None:
        """Keep the state of a group in place of an earlier one."""
        self._connection.execute(
            "INSERT OR REPLACE INTO checkpoints VALUES (?, ?)", (_name(setup, run), pack(arrays))
        )

    def read(self, setup: Training, run: int) -> dict[str, np.ndarray] | None:
        """The state of a group, or None if there is none."""
        found = self._connection.execute(
            "SELECT content FROM checkpoints WHERE key = ?", (_name(setup, run),)
        ).fetchone()
        return None if found is None else unpack(found[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _name(setup: Training, run: int) -> str:
    # The cosine knows its end.
    end = setup.iterations if setup.schedule == "cosine" else None
    return repr((*_shared(setup), end, run))
