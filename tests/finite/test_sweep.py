import asyncio
import contextlib
import csv
import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from distributed.cfexecutor import _cascade_future

from icl_theory.finite import export, jobs, simulate, sweep, workers
from icl_theory.finite.estimate import MEASURED
from icl_theory.finite.grid import write_table
from icl_theory.finite.store import Store

from .processes import children, gone

GRID = {"d": 8, "tau": [0.5, 2], "alpha": 3, "kappa": [1, "inf"], "rho": 0.1, "lam": 0.1}

# A program that sweeps into a store and says which rows it has reported done, each after the fact.
# A terminal that ends hangs up, and a key interrupts, but for who was started to ignore these, as
# by nohup or in the background.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
from icl_theory.finite import jobs, sweep
from icl_theory.finite.store import Store
write = Store.write
def reporting(self, experiment, result):
    write(self, experiment, result)
    sizes = experiment.setup.sizes
    print(sizes.n, float(sizes.k), result.run, flush=True)
Store.write = reporting
if __name__ == "__main__":
    point = (12, [0.5, 2], 3, [1, "inf"], 0.1, 0.1)
    sweep(*point, runs=40, store=sys.argv[1], workers=int(sys.argv[2]))
"""


@pytest.fixture
def start(tmp_path):
    """Starts the program on a store, in a process group of its own."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    with contextlib.ExitStack() as stack:
        yield lambda store, workers=1, **more: stack.enter_context(
            subprocess.Popen(
                [sys.executable, program, store, str(workers)],
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
                **more,
            )
        )


def reported(lines):
    return {tuple(map(float, line.split())) for line in lines if len(line.split()) == 3}


def stored(path):
    """Runs in a store, which may be about to be made."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if ("runs",) not in connection.execute("SELECT name FROM sqlite_master").fetchall():
            return set()
        return set(connection.execute("SELECT n, k, run FROM runs"))


def same(one, other):
    return all(
        np.array_equal(getattr(one, name).values, getattr(other, name).values) for name in MEASURED
    )


def test_a_sweep_is_the_simulations_of_all_combinations():
    result = sweep(**GRID, runs=2)
    points = [(tau, kappa) for tau in (0.5, 2) for kappa in (1, "inf")]
    assert len(result) == 4
    for simulation, (tau, kappa) in zip(result, points, strict=True):
        assert same(simulation, simulate(8, tau, 3, kappa, 0.1, 0.1, runs=2))
    assert str(result) == "\n\n".join(map(str, result))


def test_all_points_are_checked_before_the_first_run(monkeypatch):
    monkeypatch.setattr(jobs, "simulate_run", lambda *_: pytest.fail("a run was made"))
    with pytest.raises(ValueError, match="rho must be a finite number >= 0, got -1"):
        sweep(8, 1, 1, 1, [0.1, -1])


def test_runs_can_be_made_by_any_executor():
    with ThreadPoolExecutor(2) as executor:
        result = sweep(**GRID, runs=3, executor=executor)
    for one, other in zip(result, sweep(**GRID, runs=3), strict=True):
        assert same(one, other)


def test_runs_that_another_process_has_made_meanwhile_are_not_made_again(tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite"
    made = []
    simulate_run = jobs.simulate_run

    def meddling(setup, run):
        made.append(run)
        if len(made) == 1:
            # Somebody else finishes everything while the first run is made.
            with monkeypatch.context() as context:
                context.setattr(jobs, "simulate_run", simulate_run)
                sweep(**GRID, runs=2, store=path)
        return simulate_run(setup, run)

    monkeypatch.setattr(jobs, "simulate_run", meddling)
    result = sweep(**GRID, runs=2, store=path)
    assert len(made) == 1
    assert [simulation.runs for simulation in result] == [2, 2, 2, 2]


def test_an_error_in_a_run_is_not_hidden(monkeypatch):
    def failing(setup, run):
        raise ArithmeticError("no")

    monkeypatch.setattr(jobs, "simulate_run", failing)
    with ThreadPoolExecutor(2) as executor, pytest.raises(ArithmeticError):
        sweep(**GRID, runs=2, executor=executor)


def test_tables_as_csv(tmp_path):
    store, points, runs = (tmp_path / name for name in ("r.sqlite", "points.csv", "runs.csv"))
    result = sweep(**GRID, runs=2, store=store)
    result.write(points)
    with points.open() as file:
        records = list(csv.DictReader(file))
    assert [float(record["kappa"]) for record in records] == [1, math.inf, 1, math.inf]
    for record, simulation in zip(records, result, strict=True):
        assert float(record["simulated_icl"]) == simulation.icl.mean
        assert float(record["residual_icl_se"]) == simulation.residual.icl.standard_error
    assert export(store, runs) == 8
    with runs.open() as file:
        assert sorted(int(record["run"]) for record in csv.DictReader(file)) == [0] * 4 + [1] * 4


def test_tables_as_parquet(tmp_path):
    from pyarrow import parquet

    store, path = tmp_path / "r.sqlite", tmp_path / "runs.parquet"
    result = sweep(**GRID, runs=2, store=store)
    assert export(store, path) == 8
    columns = parquet.read_table(path).to_pydict()
    mine = [
        v
        for v, n, k in zip(*(columns[c] for c in ("simulated_icl", "n", "k")), strict=True)
        if (n, k) == (32, 8.0)
    ]
    assert mine == list(result.simulations[0].icl.values)


def test_a_table_of_another_kind_is_refused(tmp_path):
    result = sweep(**GRID, runs=1)
    with pytest.raises(ValueError, match=r"must end in .csv or .parquet, got 'table.xls'"):
        result.write(tmp_path / "table.xls")


def test_a_record_has_all_that_is_known_of_a_point_or_a_run(tmp_path):
    point = (4, 0.5, 3, 1, 0.1, 0.2)
    path, table = tmp_path / "runs.sqlite", tmp_path / "runs.csv"
    found = sweep(*point, runs=2, store=path)
    (one,) = found
    (record,) = found.records()
    described = one.setup.describe()
    parts = {"simulated": one, "predicted": one.prediction, "residual": one.residual}
    expected = {**described, "runs": 2}
    for kind, part in parts.items():
        for name in ("icl", "idg", "gap", "train"):
            estimate = getattr(part, name)
            expected |= {
                f"{kind}_{name}": estimate.mean,
                f"{kind}_{name}_se": estimate.standard_error,
            }
    assert list(record.items()) == list(expected.items())
    # Somebody's runs by another sampler are not of this version.
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TEMP TABLE other AS SELECT * FROM runs WHERE run = 1")
        connection.execute("UPDATE other SET sampler_version = 2, run = 7")
        connection.execute("INSERT INTO runs SELECT * FROM other")
    assert export(path, table) == 2
    with table.open(newline="") as file:
        records = list(csv.DictReader(file))
    errors = [f"{k}_{n}" for k in ("simulated", "predicted") for n in MEASURED]
    details = ["used_solver", "iterations", "solver_residual", "seconds"]
    assert list(records[0]) == [*described, "run", *errors, *details]
    for kept, run in zip(records, one.details, strict=True):
        assert int(kept["run"]) == run.run and kept["used_solver"] == run.solver
        values = [*run.simulated, *run.predicted]
        assert [float(kept[name]) for name in errors] == values
        numbers = [run.iterations, run.residual, run.seconds]
        assert [float(kept[name]) for name in details[1:]] == numbers
    with pytest.raises(ValueError, match=r"^there are no records to write$"):
        write_table([], table)


def test_a_table_that_needs_another_package_says_which(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install icl-theory\[parquet\]$"):
        write_table([{"k": 1}], tmp_path / "one.parquet")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_killing_a_sweep_loses_nothing_that_was_reported_done(workers, start, tmp_path):
    path = tmp_path / "runs.sqlite"
    lines = []
    for _ in range(3):
        process = start(path, workers)
        # Let it report a few runs, and kill it and its workers without warning.
        lines += [process.stdout.readline() for _ in range(7)]
        os.killpg(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
        process.wait()
        done = reported(lines)
        assert len(done) >= 7 and done <= stored(path)
    process = start(path, workers)
    lines += process.stdout.readlines()
    assert process.wait() == 0
    assert len(stored(path)) == 160
    # Nothing that was there was made a second time.
    counted = [line for line in lines if len(line.split()) == 3]
    assert len(counted) == len(reported(lines))
    with Store(path) as store:
        resumed = sweep(12, 0.5, 3, 1, 0.1, 0.1, runs=40, store=store)
    assert same(resumed.simulations[0], simulate(12, 0.5, 3, 1, 0.1, 0.1, runs=40))


@pytest.mark.slow
def test_two_processes_share_a_store(start, tmp_path):
    path = tmp_path / "runs.sqlite"
    processes = [start(path) for _ in range(2)]
    outputs = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert len(stored(path)) == 160
    made = [len(reported(output)) for output in outputs]
    # Both worked, and what both made by chance is a small part.
    assert min(made) > 0 and sum(made) <= 160 + 20


@pytest.mark.slow
def test_a_process_that_dies_is_replaced(start, tmp_path):
    path = tmp_path / "runs.sqlite"
    process = start(path, 2)
    lines = []
    # More deaths than would be taken for a fault, with runs done in between.
    for _ in range(workers.DEATHS + 2):
        lines += [process.stdout.readline() for _ in range(3)]
        # There may be none for a moment: all are replaced when one dies.
        while not (alive := children(process.pid)):
            assert process.poll() is None
            time.sleep(0.01)
        os.kill(alive[0], signal.SIGKILL)
    lines += process.stdout.readlines()
    assert process.wait() == 0
    assert reported(lines) == stored(path) and len(stored(path)) == 160


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_workers_end_with_the_process_they_work_for(number, start, tmp_path):
    path = tmp_path / "runs.sqlite"
    process = start(path, 2)
    lines = [process.stdout.readline() for _ in range(3)]
    pids = children(process.pid)
    assert len(pids) == 2
    # To the process alone, not to its group.
    process.send_signal(number)
    assert gone([process.pid, *pids])
    # Nobody holds the output open any more.
    lines += process.stdout.readlines()
    assert process.wait() == -number
    assert reported(lines) <= stored(path)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT])
def test_an_interrupted_sweep_ends_its_workers_and_says_nothing_of_them(number, start, tmp_path):
    process = start(tmp_path / "runs.sqlite", 2, stderr=subprocess.PIPE)
    assert process.stdout.readline()
    pids = children(process.pid)
    os.killpg(process.pid, number)
    assert gone([process.pid, *pids])
    errors = process.stderr.read()
    assert errors.count("KeyboardInterrupt") == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_makes_the_runs_though_a_worker_is_killed(cluster, tmp_path):
    path = tmp_path / "runs.sqlite"
    client = cluster[1]
    pids = list(client.run(os.getpid).values())

    def kill():
        while not path.exists() or len(stored(path)) < 5:
            time.sleep(0.05)
        os.kill(pids[0], signal.SIGKILL)

    with ThreadPoolExecutor(1) as killer:
        killed = killer.submit(kill)
        result = sweep(
            12, [0.5, 2], 3, 1, 0.1, 0.1, runs=60, store=path, executor=client.get_executor()
        )
        # Raises what was raised there.
        killed.result()
    # The place of the killed worker may be empty, or its successor not yet listening.
    left = client.run(os.getpid, on_error="ignore").values()
    assert left and pids[0] not in left
    assert len(stored(path)) == 120
    alone = simulate(12, 0.5, 3, 1, 0.1, 0.1, runs=60)
    for name in MEASURED:
        one, other = (getattr(s, name).values for s in (result.simulations[0], alone))
        # Dask gives BLAS one thread, so rounding differs; solvers stop at a residual of 1e-10.
        np.testing.assert_allclose(one, other, rtol=1e-9)


class Lossy(Executor):
    """Dask's bridge, met by a worker that dies between a result and the question for its state."""

    def __init__(self, losses):
        self.losses, self.asked = losses, 0

    def submit(self, fn, /, *args, **kwargs):
        self.asked += 1
        outcome = fn(*args, **kwargs)
        future, status = Future(), "lost" if self.asked <= self.losses else "finished"

        async def result(raiseit):
            return outcome

        async def bridge():
            await _cascade_future(SimpleNamespace(_result=result, status=status), future)

        asyncio.run(bridge())
        return future


def test_a_result_that_dask_lost_on_its_way_is_asked_again():
    lossy = Lossy(2)
    result = simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=3, executor=lossy)
    assert lossy.asked == 5
    assert np.array_equal(result.icl.values, simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=3).icl.values)


def test_a_result_that_dask_always_loses_ends_in_its_error():
    lossy = Lossy(100)
    with pytest.raises(TypeError, match="cannot unpack"):
        simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=1, executor=lossy)
    assert lossy.asked == 4


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_without_workers_is_said_to_have_none(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "_STALLED", 0.5)
    local, client = cluster
    local.scale(0)
    end = time.monotonic() + 30
    while client.nthreads() and time.monotonic() < end:
        time.sleep(0.1)

    def help_out():
        time.sleep(3)
        local.scale(1)

    with ThreadPoolExecutor(1) as helper:
        helping = helper.submit(help_out)
        with pytest.warns(RuntimeWarning, match="the executor has no workers: 3 runs wait"):
            result = simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=3, executor=client.get_executor())
        helping.result()
    assert result.runs == 3
