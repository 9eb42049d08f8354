"""Processes that make runs: whose program they need, what they say of errors, and how they end."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import wait

import pytest

from icl_theory.finite import simulate, workers
from icl_theory.finite.workers import Workers, WorkersDied

from .processes import children, gone

CALL = "simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=4, workers=2)"
PROGRAMS = {
    # Without the guard that multiprocessing asks for.
    "a script": f"from icl_theory.finite import simulate\nprint(repr({CALL}.icl.mean))\n",
    "another import": f"import icl_theory as f\nsimulate = f.simulate\nprint({CALL}.icl.mean)\n",
}


def expected():
    return simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=4).icl.mean


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_from_standard_input_may_have_workers(program):
    result = subprocess.run(
        [sys.executable, "-"], input=PROGRAMS[program], capture_output=True, text=True
    )
    assert result.stderr == "" and float(result.stdout) == expected()


@pytest.mark.slow
def test_a_script_without_a_guard_may_have_workers(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(PROGRAMS["a script"])
    # Files of these names beside the script are not what workers import.
    for name in ("numpy", "sympy", "pickle"):
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        (tmp_path / "elsewhere" / f"{name}.py").write_text("raise SystemExit('wrong module')")
    result = subprocess.run(
        [sys.executable, path], cwd=tmp_path / "elsewhere", capture_output=True, text=True
    )
    assert result.stderr == "" and float(result.stdout) == expected()


@pytest.mark.slow
def test_what_a_call_returns_raises_or_prints_comes_back(capfd):
    with Workers(2) as pool:
        results = [pool.submit(divmod, 17, n) for n in (3, 5, 0, 7)]
        noisy = pool.submit(print, "between the answers")
        assert [results[i].result() for i in (0, 1, 3)] == [(5, 2), (3, 2), (2, 3)]
        with pytest.raises(ZeroDivisionError):
            results[2].result()
        assert noisy.result() is None
        # What cannot be sent back is said in words.
        with pytest.raises(RuntimeError, match=r"_thread\.lock"):
            pool.submit(threading.Lock).result()
    assert "between the answers" in capfd.readouterr().err
    with pytest.raises(TypeError, match="positional"):
        pool.submit(divmod, a=1)


@pytest.mark.slow
def test_a_call_that_kills_every_worker_is_given_up():
    with Workers(2) as pool:
        deadly = pool.submit(os._exit, 3)
        with pytest.raises(WorkersDied, match=r"died 6 times .* exit code 3"):
            deadly.result(120)


@pytest.mark.slow
def test_deaths_are_counted_anew_with_every_call_that_is_done():
    with Workers(1) as pool:
        for _ in range(workers.DEATHS + 2):
            assert pool.submit(abs, -1).result(60) == 1
            os.kill(children(os.getpid())[0], signal.SIGKILL)


@pytest.mark.slow
def test_leaving_ends_workers_in_the_middle_of_a_call():
    begin = time.monotonic()
    with Workers(2) as pool:
        pool.submit(abs, 1).result()
        sleeping = [pool.submit(time.sleep, 100) for _ in range(3)]
        time.sleep(0.2)
        pids = children(os.getpid())
        assert pids
    assert gone(pids) and time.monotonic() - begin < 60
    assert not wait(sleeping, 10).not_done


@pytest.mark.slow
def test_workers_have_their_share_of_the_threads(monkeypatch):
    monkeypatch.setenv("ICL_THEORY_THREADS", "4")
    with Workers(2) as pool:
        assert pool.submit(workers.threads.count).result() == 2
