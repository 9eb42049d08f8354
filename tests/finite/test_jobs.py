"""In which order runs are made and by whom, and what is asked of memory before."""

import io
import os
import pickle
import signal
import sys
import threading
import time
from concurrent.futures import Executor, Future
from types import SimpleNamespace

import numpy as np
import pytest

from icl_theory import finite
from icl_theory.finite import grid, jobs, memory, threads, workers
from icl_theory.finite.baselines import dmmse
from icl_theory.finite.baselines.dmmse import DmmseSetup
from icl_theory.finite.run import PretrainingRun


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
    with jobs.progress_bar(5, progress) as bar:
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
    bayes, simulated = finite.simulate_bayes_ridge, finite.simulate_dmmse
    # Eight bytes a run, and four arrays of the eigenvalues of a run.
    assert least(lambda: bayes(6, 2, 0.1, runs=300, contexts=1), monkeypatch) == 8 * 300
    assert least(lambda: bayes(6, 0.5, 0.1, runs=1, contexts=5), monkeypatch) == 32 * 5 * 3
    assert least(lambda: bayes(6, 2, 0.1, runs=1, contexts=5), monkeypatch) == 32 * 5 * 6
    # The tasks twice, and at least 400 bytes a run.
    assert least(lambda: simulated(6, 1, 10, 0.1, runs=1), monkeypatch) == 2 * 60 * 6 * 8
    assert least(lambda: simulated(2, 1, 1, 0.1, runs=3, contexts=1), monkeypatch) == 1200


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
    assert grid._several("tau", given) == values


def test_an_array_without_dimensions_is_one_value():
    array = np.array(2.0)
    (one,) = grid._several("tau", array)
    assert one is array


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

        def work():
            with os.fdopen(said, "wb") as lines:
                workers.work(requests, lines)

        threading.Thread(target=work, daemon=True).start()
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


def test_a_worker_is_this_package_and_nothing_of_the_caller(monkeypatch):
    started = []
    monkeypatch.setattr(workers.subprocess, "Popen", lambda *a, **k: started.append((a, k)) or 5)
    monkeypatch.setattr(workers.sys, "path", ["", "/one", "/two"])
    monkeypatch.setenv("KEPT", "yes")
    pool = workers.Workers(1)
    pool._share = 3
    assert pool._start() == 5 and pool._processes == {5}
    pool._processes.clear()
    (((command,), options),) = started
    assert command == [sys.executable, "-P", "-m", "icl_theory.finite.workers", str(os.getpid())]
    assert options["stdin"] == options["stdout"] == workers.subprocess.PIPE
    environment = options["env"]
    assert environment["PYTHONPATH"] == f"/one{os.pathsep}/two" and environment["KEPT"] == "yes"
    assert environment["ICL_THEORY_THREADS"] == "3"
    pool.shutdown()
    with pytest.raises(EOFError):
        pool._start()
    assert len(started) == 1


def test_a_call_is_asked_in_one_piece():
    process = Process([])
    process.stdout = io.BytesIO(pickle.dumps((True, 3)))
    flushed = []
    process.stdin.flush = lambda: flushed.append(process.stdin.getvalue())
    assert workers._ask(process, (divmod, (7, 2))) == (True, 3)
    assert pickle.loads(flushed[-1]) == (divmod, (7, 2))


def test_a_worker_keeps_its_answers_apart_from_what_is_printed(monkeypatch):
    done = []
    for name in ("dup", "dup2"):
        monkeypatch.setattr(
            workers.os, name, lambda *a, name=name: done.append((name, *a)) or ("copy", *a)
        )
    monkeypatch.setattr(workers.os, "fdopen", lambda copy, mode: (copy, mode))
    monkeypatch.setattr(workers.signal, "signal", lambda *a: done.append(a))
    monkeypatch.setattr(workers, "die_with", lambda parent: done.append(("parent", parent)))
    monkeypatch.setattr(workers, "work", lambda *a: done.append(a))
    monkeypatch.setattr(workers.sys, "argv", ["workers", "77"])
    workers.main()
    assert done == [
        ("parent", 77),
        (signal.SIGINT, signal.SIG_IGN),
        *(("dup", 0), ("dup", 1), ("dup2", 2, 1)),
        ((("copy", 0), "rb"), (("copy", 1), "wb")),
    ]


def test_leaving_ends_what_was_not_begun(scripted, monkeypatch):
    begun, go = threading.Event(), threading.Event()

    def ask(process, call):
        begun.set()
        assert go.wait(10)
        raise EOFError

    pool, started = scripted([])
    monkeypatch.setattr(workers, "_ask", ask)
    first, second = (pool.submit(abs, n) for n in (1, 2))
    assert begun.wait(10)
    pool._processes.update(started)
    pool.shutdown(wait=False)
    assert started[0].killed == 1 and pool._closed
    go.set()
    pool.shutdown()
    assert not any(thread.is_alive() for thread in pool._threads)
    with pytest.raises(workers.WorkersDied, match=r"^the workers were ended$"):
        first.result(10)
    assert second.cancelled() and len(started) == 1 and not pool._processes
    with pytest.raises(TypeError, match=r"^workers take calls with positional arguments only$"):
        pool.submit(divmod, a=1)


def test_a_call_that_was_cancelled_is_not_made(scripted):
    pool, started = scripted([(True, 1)])
    call = Future()
    call.cancel()
    pool._calls.put((call, (abs, (1,))))
    with pool:
        assert pool.submit(abs, 1).result(10) == 1
    assert len(started) == 1


def test_runs_and_their_times():
    begin = time.perf_counter()
    results = [
        *finite.simulate(4, 0.5, 3, 1, 0.1, runs=2).details,
        DmmseSetup.read(4, 2, 1, 0.1, contexts=3).simulate(5),
    ]
    end = time.perf_counter()
    assert [result.run for result in results] == [0, 1, 5]
    assert all(0 < result.seconds <= end - begin for result in results)
    one = finite.simulate_dmmse(4, 2, 1, 0.1, runs=1, contexts=3)
    assert str(one).startswith("d = 4, ell = 8, k = 4, 1 run of 3 contexts\n")
    two = finite.simulate_dmmse(4, 2, 1, 0.1, runs=2, contexts=3)
    assert str(two).startswith("d = 4, ell = 8, k = 4, 2 runs of 3 contexts\n")
    record = two.as_dict()
    assert record["setup"] == {
        **{"d": 4, "ell": 8, "k": 4, "rho": 0.1, "tasks": "sphere", "contexts": 3, "seed": 0},
        **{"alpha": 2.0, "kappa": 1.0, "runs": 2},
    }
    assert record["dmmse"]["gap"]["mean"] == pytest.approx(two.icl.mean - two.idg.mean)


def test_contexts_are_made_in_pieces_that_fit_the_cache(monkeypatch):
    asked = []

    def errors(setup, tasks, count, shared, rng):
        asked.append((count, shared))
        return np.full((count, shared), 2.0), np.full((count, shared), 3.0)

    monkeypatch.setattr(dmmse, "context_errors", errors)
    for contexts, expected in (
        (1, [(1, 1)]),
        (31, [(1, 31)]),
        (64, [(2, 32)]),
        (100, [(3, 32), (1, 4)]),
    ):
        asked.clear()
        found = DmmseSetup.read(4, 2, 1, 0.1, contexts=contexts).simulate(0)
        assert asked == expected and (found.icl, found.idg) == (2, 3)
    # 250000 numbers: five times 32 contexts of fresh and own tasks, scored for each of 700 tasks,
    # or for 100 tasks whose contexts have 200 rows.
    for k, d, ell, most in ((700, 4, 8, 5), (200, 100, 100, 12), (8000, 4, 8, 1)):
        asked.clear()
        DmmseSetup(d, ell, k, 0.1, "sphere", 32 * 13, 0).simulate(0)
        assert asked[0] == (most, 32) and sum(c * s for c, s in asked) == 32 * 13


def test_an_executor_without_workers_is_said_to_have_none():
    def engine(client):
        return SimpleNamespace(_client=client)

    assert not jobs._deserted(SimpleNamespace())
    assert not jobs._deserted(engine(None))
    assert not jobs._deserted(engine(SimpleNamespace()))
    assert not jobs._deserted(engine(SimpleNamespace(nthreads=lambda: {"one": 1})))
    assert jobs._deserted(engine(SimpleNamespace(nthreads=dict)))


@pytest.mark.parametrize(("threads_there", "warnings"), [({}, [2, 1]), ({"one": 1}, [])])
def test_each_time_that_nothing_comes_is_said_once(threads_there, warnings, monkeypatch, recwarn):
    given, waits = [], []

    class Slow(Recorder):
        _client = SimpleNamespace(nthreads=lambda: threads_there)

        def submit(self, fn, /, *args):
            given.append(Future())
            return given[-1]

    def wait(flying, timeout, return_when):
        # Nothing is done twice, then a run, and the same again.
        assert timeout == 3 and return_when == "FIRST_COMPLETED"
        waits.append(len(flying))
        if len(waits) % 3:
            return set(), set(flying)
        done = given.pop(0)
        done.set_result(PretrainingRun(1 - len(given), *[np.zeros(4)] * 2, "direct", 0, 0.0, 1.0))
        return {done}, set()

    monkeypatch.setattr(jobs, "wait", wait)
    found = finite.simulate(4, 0.5, 3, 1, 0.1, runs=2, executor=Slow())
    assert found.runs == 2 and waits == [2, 2, 2, 1, 1, 1]
    said = [str(one.message) for one in recwarn]
    assert said == [f"the executor has no workers: {n} runs wait for one to come" for n in warnings]
    assert all(one.category is RuntimeWarning for one in recwarn)


def test_what_is_done_is_handed_on_before_an_error_ends_all(monkeypatch):
    good, bad, left = (Future() for _ in range(3))
    good.set_result("good")
    bad.set_exception(ArithmeticError("bad"))
    futures = iter([bad, good, left])
    engine = SimpleNamespace(submit=lambda *_: next(futures))
    monkeypatch.setattr(jobs, "wait", lambda *_, **__: ([bad, good], {left}))
    found = jobs._submit(iter([(0, 0), (0, 1), (0, 2)]), [None], None, engine, 3)
    assert next(found) == ((0, 1), "good", True)
    with pytest.raises(ArithmeticError, match="bad"):
        next(found)
    assert left.cancelled()


@pytest.mark.parametrize("window", [1, 2, 5])
def test_so_many_runs_are_in_flight(window, monkeypatch):
    flying, most = set(), []

    def submit(fn, experiment, run):
        future = Future()
        future.set_result(run)
        flying.add(future)
        most.append(len(flying))
        return future

    def wait(given, *_, **__):
        one = next(iter(given))
        flying.discard(one)
        return {one}, set()

    monkeypatch.setattr(jobs, "wait", wait)
    made = jobs._submit(
        iter([(0, run) for run in range(7)]), ["x"], None, SimpleNamespace(submit=submit), window
    )
    assert sorted(made) == [((0, run), run, True) for run in range(7)]
    assert max(most) == window
