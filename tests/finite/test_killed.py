"""Killed without warning at random moments: what was reported done is kept, and nobody stays."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest
from matplotlib.image import imread

from icl_theory.finite import cross_validate, simulate, simulate_dmmse, sweep

from .processes import children, gone

#: Kills at random moments in all; ICL_MOMENTS=100 tries a hundred, a quarter of an hour.
MOMENTS = int(os.environ.get("ICL_MOMENTS", "12"))
#: Runs of a call: more than are made while it is killed.
RUNS = 40 * MOMENTS
#: Calls that are killed: name, and source of a program that makes them with some store and workers.
CALLS = {
    "run": f"simulate(16, 0.5, 3, 1, 0.1, 0.1, runs={RUNS}, **to)",
    "sweep": f"sweep(12, [0.5, 2], 3, [1, 'inf'], 0.1, 0.1, runs={RUNS // 4}, **to)",
    "validation": f"cross_validate(10, 0.5, 3, 1, 0.1, 0.1, runs={RUNS}, **to)",
    "dmmse": f"simulate_dmmse(20, 3, 1, 0.1, runs={RUNS}, **to)",
}
# Says what it has written, after the fact, with the raw write to the store untouched.
PROGRAM = """
import sys
from pathlib import Path
from icl_theory.figures import figure1
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


#: A small figure, drawn again and again: its runs are soon made, its files are written each time.
FIGURE = """
figure1.QUICK = figure1.Scale(d=6, runs=2, curve_points=3, task_sets=1)
for _ in range(1000):
    for path in figure1.draw(Path(sys.argv[1]).parent, quick=True):
        print(path, flush=True)
"""


def killed(program, path, generator, moment, most):
    """What a program has said when it is killed at a random moment; nobody is left of it.

    It has said at most ``most`` lines, and what it says before it is dead.
    """
    lines = []
    process = subprocess.Popen(
        [sys.executable, program, path, str(generator.choice([1, 1, 2]))],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        # One in five while everything is loaded, one while the first runs are made, and three
        # while they are being kept: these by what was said, since a machine may be slow.
        early = moment % 5 < 2
        for _ in range(moment % 5 if early else generator.randint(1, most)):
            lines.append(process.stdout.readline())
        time.sleep(generator.uniform(0, 2 if early else 0.1))
        pids = [process.pid, *children(process.pid)]
        # The process alone, of which the workers have to learn.
        os.kill(process.pid, generator.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        assert gone(pids), moment
        # Ends only when nobody holds the other end any more.
        lines += process.stdout.readlines()
    return {line.rstrip("\n") for line in lines if line.endswith("\n")} - {"ready"}


@pytest.mark.slow
def test_a_figure_killed_at_random_moments_is_whole_and_so_are_its_runs(tmp_path):
    generator = random.Random("figure")
    program, path = tmp_path / "program.py", tmp_path / "figure1.sqlite"
    program.write_text(PROGRAM.replace("CALL", FIGURE))
    runs, files = set(), set()
    for moment in range(3 * MOMENTS):
        # On a busy machine it may take more of them until all runs are made and a file is written.
        if moment >= MOMENTS and files:
            break
        said = killed(program, path, generator, moment, most=8)
        files |= {line for line in said if not line.endswith(")")}
        runs |= said - files
        assert runs <= kept(path), moment
        for file in files:
            if file.endswith(".svg"):
                assert ElementTree.parse(file).getroot().tag.endswith("svg")
            else:
                assert imread(file).size
    assert runs and files


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_killing_at_random_moments_loses_nothing_and_leaves_nobody(name, tmp_path):
    generator = random.Random(name)
    program, path = tmp_path / "program.py", tmp_path / "runs.sqlite"
    program.write_text(PROGRAM.replace("CALL", CALLS[name]))
    reported = set()
    moments = MOMENTS // len(CALLS)
    for moment in range(moments):
        reported |= killed(program, path, generator, moment, most=40)
        assert reported <= kept(path), moment
    # Three of five kills come after one line or more, and most after many.
    assert len(reported) >= moments
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
