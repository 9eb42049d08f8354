"""In which order runs are made and by whom, and what is asked of memory before."""

import io
import math
import os
import pickle
import re
import signal
import sys
import threading
from concurrent.futures import Executor, Future
from types import SimpleNamespace

import numpy as np
import pytest

from icl_theory import finite
from icl_theory.finite import grid, jobs, memory, threads, workers
from icl_theory.finite.setup import Setup


@pytest.mark.parametrize("counts", [[], [0], [1], [2], [7], [2, 5, 3], [1, 0, 4], [0, 0, 6]])
def test_every_job_comes_once(counts):
    expected = [(i, run) for i, count in enumerate(counts) for run in range(count)]
    assert list(jobs._order(counts, False)) == expected
    for _ in range(20):
        assert sorted(jobs._order(counts, True)) == expected


def test_processes_that_share_a_store_take_runs_in_orders_of_their_own():
    # Of a million orders and more.
    one, other = (list(jobs._order([1000, 999], True)) for _ in range(2))
    assert one != other


class Recorder(Executor):
    """Makes calls at once and keeps what was asked of it."""

    def __init__(self, count=None):
        self.count, self.calls = count, []
        made.append(self)

    def submit(self, fn, /, *args):
        self.calls.append((fn, args))
        future = Future()
        future.set_result(fn(*args))
        return future


made = []


@pytest.mark.parametrize(
    ("runs", "count", "processes"), [(1, 4, None), (3, 1, None), (2, 4, 2), (3, 2, 2), (3, 8, 3)]
)
def test_there_are_no_more_processes_than_runs(runs, count, processes, monkeypatch):
    made.clear()
    monkeypatch.setattr(jobs, "Workers", Recorder)
    windows = []
    submit = jobs._submit
    monkeypatch.setattr(jobs, "_submit", lambda *a: windows.append(a[-1]) or submit(*a))
    point = (4, 0.5, 3, 1, 0.1, 0.1)
    found = finite.simulate(*point, runs=runs, workers=count)
    assert [pool.count for pool in made] == ([] if processes is None else [processes])
    assert windows == ([] if processes is None else [2 * processes])
    assert np.array_equal(found.icl.values, finite.simulate(*point, runs=runs).icl.values)
    windows.clear()
    finite.simulate(*point, runs=runs, executor=Recorder())
    assert windows == [32] and len(made[-1].calls) == runs


def test_a_run_has_one_blas_thread(monkeypatch):
    seen = []
    monkeypatch.setattr(threads, "blas", lambda n: seen.append(n) or threads._turns.shared())
    experiment = SimpleNamespace(simulate=lambda run: (run, list(seen)))
    assert jobs.simulate_run(experiment, 3) == (3, [1])


@pytest.mark.parametrize(("tty", "progress", "shown"), [
    (True, None, True), (False, None, False), (True, False, False), (False, True, True)
])  # fmt: skip
def test_a_bar_is_shown_on_a_terminal_or_where_it_is_asked_for(tty, progress, shown, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stderr := io.StringIO())
    stderr.isatty = lambda: tty
    with jobs._bar(5, progress) as bar:
        assert bar.disable is not shown
        if shown:
            assert (bar.total, bar.unit, bar.delay) == (5, "run", 0 if progress else 2)


def least(call, monkeypatch, high=10**7):
    """The least number of bytes of memory with which a call is not refused."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        monkeypatch.setattr(memory, "available", lambda middle=middle: middle)
        try:
            call()
        except ValueError as error:
            if "must be smaller here" not in str(error):
                raise
            low = middle
        else:
            high = middle
    return high


def test_what_baselines_ask_of_memory(monkeypatch):
    bayes, dmmse = finite.simulate_bayes_ridge, finite.simulate_dmmse
    # Eight bytes a run, and four arrays of the eigenvalues of a run.
    assert least(lambda: bayes(6, 2, 0.1, runs=300, contexts=1), monkeypatch) == 8 * 300
    assert least(lambda: bayes(6, 0.5, 0.1, runs=1, contexts=5), monkeypatch) == 32 * 5 * 3
    assert least(lambda: bayes(6, 2, 0.1, runs=1, contexts=5), monkeypatch) == 32 * 5 * 6
    # The tasks twice, and at least 400 bytes a run.
    assert least(lambda: dmmse(6, 1, 10, 0.1, runs=1), monkeypatch) == 2 * 60 * 6 * 8
    assert least(lambda: dmmse(2, 1, 1, 0.1, runs=3, contexts=1), monkeypatch) == 1200


@pytest.mark.parametrize(
    ("changes", "options", "size"),
    [
        # Four matrices; k tasks of d + 1 numbers; n sequences of 2 d + 2.
        ({}, {}, 4 * 49 * 8 + 6 * 7 * 8 + 18 * 14 * 8),
        ({"kappa": math.inf}, {}, 4 * 49 * 8 + 18 * 14 * 8),
        ({"precision": "float32"}, {}, 4 * 49 * 8 + 6 * 7 * 8 + 18 * 14 * 4),
        ({}, {"sequences": False}, 4 * 49 * 8 + 6 * 7 * 8),
    ],
)
def test_what_a_setup_asks_of_memory(changes, options, size, monkeypatch):
    point = {"d": 6, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1, **changes}
    setup = Setup.read(**point)
    assert least(lambda: setup.require_memory(**options), monkeypatch) == size


class Folder:
    """Files that an operating system may have."""

    def __init__(self, files, path=""):
        self.files, self.path = files, path

    def __truediv__(self, name):
        return Folder(self.files, f"{self.path}/{name}")

    def read_text(self, encoding=None):
        if self.path not in self.files:
            raise FileNotFoundError(self.path)
        return self.files[self.path]


PROC, BOUND, USED = "/proc/meminfo", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"
MEMINFO = "MemTotal:  99 kB\nMemAvailable:    7 kB\nSwapFree:  3 kB\nHugePages_Total: 0\n"


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({}, None),
        ({PROC: MEMINFO}, 10 * 1024),
        ({PROC: "MemAvailable: 7 kB\n"}, 7 * 1024),
        ({PROC: "MemTotal: 7 kB\n"}, None),
        ({BOUND: "5000\n", USED: "2000\n"}, 3000),
        ({BOUND: "5000\n", USED: "6000\n"}, 0),
        ({BOUND: "max\n", USED: "6000\n"}, None),
        ({BOUND: "5000\n"}, None),
        ({PROC: MEMINFO, BOUND: "5000\n", USED: "2000\n"}, 3000),
        ({PROC: MEMINFO, BOUND: "50000\n", USED: "2000\n"}, 10 * 1024),
        ({PROC: MEMINFO, BOUND: "max\n", USED: "2000\n"}, 10 * 1024),
    ],
)
def test_memory_is_the_least_that_the_system_grants(files, there, monkeypatch):
    monkeypatch.setattr(memory, "Path", lambda path: Folder(files, path))
    assert memory.available() == there


def test_what_there_is_exactly_is_enough(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 1000)
    memory.require(1000, "d", 3, "all")
    sentence = "all would take 0.98 KiB of memory, and 0.98 KiB are available, got 3"
    with pytest.raises(ValueError, match=f"^d must be smaller here: {re.escape(sentence)}$"):
        memory.require(1001, "d", 3, "all")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        *((0, "0 B"), (99, "99 B"), (100, "100 B"), (999, "999 B"), (1000, "0.98 KiB")),
        *((1024, "1 KiB"), (1024**2, "1 MiB"), (999 * 1024, "999 KiB"), (2**60, "1 EiB")),
    ],
)
def test_a_unit_has_three_digits_at_most(size, words):
    assert memory.bytes_in_words(size) == words


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("1/2", ["1/2"]),
        (b"1", [b"1"]),
        (3, [3]),
        (None, [None]),
        ([], []),
        ((1, "2"), [1, "2"]),
        (range(3), [0, 1, 2]),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        ({5: None}, [5]),
    ],
)
def test_an_axis_of_a_grid_is_one_value_or_several(given, values):
    assert grid._several(given) == values


def test_an_array_without_dimensions_is_one_value():
    array = np.array(2.0)
    assert grid._several(array)[0] is array and len(grid._several(array)) == 1


def test_a_table_may_have_one_record(tmp_path):
    grid.write_table([{"a": 1, "b": "x"}], tmp_path / "one.csv")
    assert (tmp_path / "one.csv").read_text() == "a,b\n1,x\n"


def answers(calls, ended):
    """What a worker answers to calls, before its input ends."""
    read, write = os.pipe()
    with os.fdopen(read, "rb") as requests, os.fdopen(write, "wb") as caller:
        for call in calls:
            pickle.dump(call, caller)
        caller.flush()
        found, said = os.pipe()
        threading.Thread(
            target=workers.work, args=(requests, os.fdopen(said, "wb")), daemon=True
        ).start()
        with os.fdopen(found, "rb") as lines:
            result = [pickle.load(lines) for _ in calls]
        caller.close()
        assert ended.wait(10)
    return result


def test_a_worker_answers_calls_and_ends_with_its_input(monkeypatch):
    codes, ended = [], threading.Event()
    monkeypatch.setattr(workers.os, "_exit", lambda code: codes.append(code) or ended.set())
    calls = ((divmod, (7, 2)), (divmod, (7, 0)), (threading.Lock, ()))
    good, bad, lock = answers(calls, ended)
    assert good == (True, (3, 1))
    assert bad[0] is False and isinstance(bad[1], ZeroDivisionError)
    assert lock[0] is False and isinstance(lock[1], RuntimeError)
    assert "<unlocked _thread.lock" in str(lock[1]) and "cannot pickle" in str(lock[1])
    assert codes == [0]


@pytest.mark.parametrize(
    ("platform", "parent", "asked", "codes"),
    [("linux", 12, 1, []), ("linux", 13, 1, [1]), ("darwin", 13, 0, []), ("aix", 13, 0, [])],
)
def test_a_worker_dies_with_its_parent(platform, parent, asked, codes, monkeypatch):
    import ctypes

    calls, found = [], []
    library = SimpleNamespace(prctl=lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library if name is None else None)
    monkeypatch.setattr(workers.sys, "platform", platform)
    monkeypatch.setattr(workers.os, "getppid", lambda: parent)
    monkeypatch.setattr(workers.os, "_exit", found.append)
    workers.die_with(12)
    # PR_SET_PDEATHSIG is 1; what follows the signal is not used and has to be zero.
    assert calls == [(1, signal.SIGKILL, 0, 0, 0)] * asked and found == codes


class Process:
    """Stands for a worker that answers, or dies, as it is told."""

    def __init__(self, script):
        self.killed, self.script = 0, script
        self.stdin, self.stdout = io.BytesIO(), io.BytesIO()

    def kill(self):
        self.killed += 1

    def wait(self):
        return -9


@pytest.fixture
def scripted(monkeypatch):
    """Workers whose processes do what a list says: an answer, or an error of the connection."""
    started = []

    def make(script, count=1):
        script = list(script)

        def ask(process, call):
            assert process.killed == 0
            said = script.pop(0)
            if isinstance(said, BaseException):
                raise said
            return said

        def start(self):
            started.append(Process(script))
            return started[-1]

        monkeypatch.setattr(workers, "_ask", ask)
        monkeypatch.setattr(workers.Workers, "_start", start)
        return workers.Workers(count), started

    return make


@pytest.mark.parametrize("error", [OSError(), EOFError(), pickle.UnpicklingError()])
def test_a_worker_that_dies_is_replaced_and_its_call_made_again(error, scripted):
    pool, started = scripted([(True, 1), error, (True, 2), (False, KeyError("k")), (True, 3)])
    with pool:
        assert pool.submit(abs, 1).result(10) == 1
        assert pool.submit(abs, 2).result(10) == 2
        with pytest.raises(KeyError):
            pool.submit(abs, 0).result(10)
        assert pool.submit(abs, 3).result(10) == 3
    assert len(started) == 2 and all(process.killed for process in started)
    assert all(process.stdin.closed and process.stdout.closed for process in started)


def test_six_deaths_in_a_row_are_too_many(scripted):
    five = [OSError()] * 5
    pool, started = scripted([*five, (True, 1), *five, (True, 2), *five, OSError(), (True, 3)])
    with pool:
        assert [pool.submit(abs, 0).result(10) for _ in range(2)] == [1, 2]
        sentence = r"^worker processes died 6 times .* \(the last: killed by signal 9\)"
        with pytest.raises(workers.WorkersDied, match=sentence):
            pool.submit(abs, 0).result(10)
        # Deaths are counted until a run is done, whoever made the call.
        assert pool.submit(abs, 0).result(10) == 3
    assert len(started) == 17


def test_each_worker_has_its_share_of_the_threads(monkeypatch):
    monkeypatch.setattr(threads, "_count", 7)
    for count, share in ((1, 7), (2, 3), (7, 1), (9, 1)):
        with workers.Workers(count) as pool:
            assert pool._share == share and len(pool._threads) == count
            assert all(thread.daemon for thread in pool._threads)


def test_threads_are_those_that_the_environment_says(monkeypatch):
    monkeypatch.setattr(threads, "_count", None)
    monkeypatch.setenv(threads.VARIABLE, "3")
    assert threads.count() == 3
    for wrong in ("0", "-1", "1.5", "two"):
        monkeypatch.setenv(threads.VARIABLE, wrong)
        with pytest.raises(ValueError, match=r"^ICL_THEORY_THREADS must be an integer >= 1, got "):
            threads.count()
    monkeypatch.setenv(threads.VARIABLE, "")
    monkeypatch.setattr(threads, "processors", lambda: 11)
    assert threads.count() == 11
    for given, expected in ((4, 4), (1, 1), (0, 1), (-3, 1)):
        threads.use(given)
        assert threads.count() == expected


def test_pools_of_threads_and_libraries_are_found_once(monkeypatch):
    assert threads._executor(2) is threads._executor(2)
    assert threads._executor(2)._max_workers == 2
    assert threads._libraries() is threads._libraries()
    # As many helpers as there is work beside the caller's.
    asked = []
    submit = SimpleNamespace(submit=lambda work: asked.append(work) or Future())
    monkeypatch.setattr(threads, "_executor", lambda n: asked.append(n) or submit)
    monkeypatch.setattr(threads, "_count", 4)
    for parts in (1, 2, 3, 9):
        asked.clear()
        assert threads.share(abs, range(parts)) == list(range(parts))
        assert len(asked) == 2 * (min(parts, 4) - 1) and set(asked[::2]) <= {3}
