"""Checkpoints of training, in the file of the store of runs."""

from __future__ import annotations

import sqlite3

import numpy as np

from icl_theory.finite.store import PATIENCE

from .setup import Training, pack, unpack


class Checkpoints:
    """Latest checkpoint of each group, in an SQLite file; each is replaced in one transaction."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
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
    return repr((*setup.state_key(), end, run))
