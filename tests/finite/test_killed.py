"""Killed without warning at random moments: what was reported done is kept, and nobody stays."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from icl_theory.finite import cross_validate, simulate, simulate_dmmse, sweep

from .processes import children, gone

#: Kills at random moments in all; ICL_MOMENTS=100 tries a hundred, a quarter of an hour.
MOMENTS = int(os.environ.get("ICL_MOMENTS", "12"))
#: Calls that are killed: name, and source of a program that makes them with some store and workers.
CALLS = {
    "run": "simulate(16, 0.5, 3, 1, 0.1, 0.1, runs=400, **to)",
    "sweep": "sweep(12, [0.5, 2], 3, [1, 'inf'], 0.1, 0.1, runs=100, **to)",
    "validation": "cross_validate(10, 0.5, 3, 1, 0.1, 0.1, runs=400, **to)",
    "dmmse": "simulate_dmmse(20, 3, 1, 0.1, runs=400, **to)",
}
# Says what it has written, after the fact, with the raw write to the store untouched.
PROGRAM = """
import sys
from icl_theory.finite import cross_validate, simulate, simulate_dmmse, sweep
from icl_theory.finite.store import Store
write = Store.write
def reporting(self, experiment, result):
    write(self, experiment, result)
    print(experiment.table.name, repr((*experiment.key(), result.run)), flush=True)
Store.write = reporting
to = {"store": sys.argv[1], "workers": int(sys.argv[2])}
print("ready", flush=True)
CALL
"""


def kept(path):
    """All keys of runs in a store that is sound."""
    if not path.exists():
        return set()
    found = set()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            key = ", ".join(column[1] for column in columns if column[5])
            rows = connection.execute(f"SELECT {key} FROM {name}").fetchall()
            assert len(set(rows)) == len(rows)
            found |= {f"{name} {row!r}" for row in rows}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_killing_at_random_moments_loses_nothing_and_leaves_nobody(name, tmp_path):
    generator = random.Random(name)
    program, path = tmp_path / "program.py", tmp_path / "runs.sqlite"
    program.write_text(PROGRAM.replace("CALL", CALLS[name]))
    reported = set()
    moments = MOMENTS // len(CALLS)
    for moment in range(moments):
        lines = []
        process = subprocess.Popen(
            [sys.executable, program, path, str(generator.choice([1, 1, 2]))],
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            # One in five while everything is loaded, one while the first runs are made, and three
            # while they are being kept.
            for _ in range(min(moment % 5, 2)):
                lines.append(process.stdout.readline())
            time.sleep(generator.uniform(0, 1 if moment % 5 > 1 else 2))
            pids = [process.pid, *children(process.pid)]
            # The process alone, of which the workers have to learn.
            os.kill(process.pid, generator.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
            assert gone(pids), moment
            # Ends only when nobody holds the other end any more.
            lines += process.stdout.readlines()
            reported |= {line.rstrip("\n") for line in lines if line.endswith(")\n")}
        assert reported <= kept(path), moment
    assert len(reported) > 5 * moments
    # What is left is made, and all is as if nothing had happened.
    calls = {f.__name__: f for f in (cross_validate, simulate, simulate_dmmse, sweep)}
    resumed = eval(CALLS[name], {**calls, "to": {"store": path}})
    alone = eval(CALLS[name], {**calls, "to": {}})
    for one, other in zip(
        getattr(resumed, "simulations", [resumed]),
        getattr(alone, "simulations", [alone]),
        strict=True,
    ):
        assert list(one.idg.values) == list(other.idg.values)
