"""BLAS threads are a setting of the process: who changes it, and that it comes back."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl

from icl_theory.finite import simulate, sweep, threads
from icl_theory.finite.estimate import MEASURED
from icl_theory.finite.solvers import cholesky


def blas_threads():
    """Numbers of threads of all BLAS libraries."""
    return {
        library["num_threads"]
        for library in threadpoolctl.threadpool_info()
        if library["user_api"] == "blas"
    }


@pytest.fixture(autouse=True)
def three():
    """Three threads before, and so after."""
    threads._libraries()
    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        yield
        assert blas_threads() == {3}
    turns = threads._turns
    assert (turns._sharing, turns._waiting, turns._alone, turns._held) == (0, 0, False, [])


@pytest.fixture
def together():
    """Lets two functions run in threads of their own and raises what they raise."""

    def run(*functions):
        with ThreadPoolExecutor(len(functions)) as executor:
            for future in [executor.submit(function) for function in functions]:
                future.result(30)

    return run


def test_nested_sections_have_the_number_of_the_innermost():
    with threads.blas(1):
        assert blas_threads() == {1}
        with threads.blas(2):
            assert blas_threads() == {2}
            with threads.blas(1):
                assert blas_threads() == {1}
                with threads.blas(3):
                    assert blas_threads() == {3}
            assert blas_threads() == {2}
        assert blas_threads() == {1}


def test_sections_that_overlap_leave_the_number_as_it_was(together):
    first, second, done = (threading.Event() for _ in range(3))

    def one():
        with threads.blas(1):
            first.set()
            assert second.wait(10)
        # The other is still inside.
        assert blas_threads() == {1}
        done.set()

    def two():
        assert first.wait(10)
        with threads.blas(1):
            second.set()
            assert done.wait(10)
            assert blas_threads() == {1}

    together(one, two)


def test_who_wants_several_threads_waits_until_he_is_alone(together):
    inside, asked, left = threading.Event(), threading.Event(), []

    def one():
        with threads.blas(1):
            inside.set()
            assert asked.wait(10)
            left.append("one")
            assert blas_threads() == {1}

    def two():
        assert inside.wait(10)
        with threads.blas(1):
            asked.set()
            with threads.blas(2):
                assert left == ["one"] and blas_threads() == {2}
            assert blas_threads() == {1}

    together(one, two)


def test_two_that_want_several_threads_take_turns(together):
    alone = []

    def work():
        for _ in range(20):
            with threads.blas(1), threads.blas(2):
                alone.append(1)
                assert sum(alone) == 1 and blas_threads() == {2}
                alone.pop()

    together(work, work, work)


def test_who_waits_to_be_alone_comes_before_those_who_share_after_him():
    inside, leave, order = threading.Event(), threading.Event(), []

    def one():
        with threads.blas(1):
            inside.set()
            assert leave.wait(10)

    def two():
        with threads.blas(2):
            order.append("two")

    def three():
        with threads.blas(1):
            order.append("three")

    with ThreadPoolExecutor(3) as executor:
        futures = [executor.submit(one)]
        assert inside.wait(10)
        futures.append(executor.submit(two))
        end = time.monotonic() + 10
        while not threads._turns._waiting:
            assert time.monotonic() < end
            time.sleep(0.001)
        futures.append(executor.submit(three))
        # Nothing tells when a thread has begun to wait.
        time.sleep(0.05)
        assert order == []
        leave.set()
        for future in futures:
            future.result(10)
    assert order == ["two", "three"]


@pytest.mark.parametrize("before", [None, 1])
def test_an_interrupt_while_waiting_leaves_no_trace(before, monkeypatch):
    def interrupt(_):
        assert threads._turns._waiting == 1
        raise KeyboardInterrupt

    with threads.blas(before) if before else contextlib.nullcontext():
        with monkeypatch.context() as patch:
            patch.setattr(threads._turns._changed, "wait_for", interrupt)
            with pytest.raises(KeyboardInterrupt), threads.blas(2):
                pytest.fail("what was interrupted was entered")
        assert blas_threads() == {1 if before else 3}
        with threads.blas(2):
            assert blas_threads() == {2}
        assert blas_threads() == {1 if before else 3}


def test_all_threads_are_taken_where_no_number_is_said(monkeypatch):
    monkeypatch.setattr(threads, "_count", 4)
    with threads.blas():
        assert blas_threads() == {4}
    monkeypatch.setattr(threads, "_count", 1)
    with threads.blas():
        assert blas_threads() == {1}


def test_an_error_inside_leaves_no_trace(together):
    def failing(number):
        with pytest.raises(ArithmeticError), threads.blas(1), threads.blas(number):
            raise ArithmeticError

    together(lambda: failing(1), lambda: failing(2), lambda: failing(3))
    with threads.blas(2):
        assert blas_threads() == {2}


GRID = {"d": 8, "tau": [0.5, 2], "alpha": 3, "kappa": [1, "inf"], "rho": 0.1, "lam": 0.1}


@pytest.mark.parametrize("attempt", range(5))
def test_runs_by_threads_are_those_of_one_to_the_bit(attempt):
    with ThreadPoolExecutor(4) as executor:
        found = sweep(**GRID, runs=4, executor=executor)
    for one, other in zip(found, sweep(**GRID, runs=4), strict=True):
        for name in MEASURED:
            assert np.array_equal(getattr(one, name).values, getattr(other, name).values)


@pytest.mark.slow
def test_factors_by_several_threads_are_the_same_whoever_else_works(monkeypatch):
    # As if a small factor were worth several threads.
    monkeypatch.setattr(cholesky, "_SHARED", 1)
    monkeypatch.setattr(threads, "_count", 2)
    point = (16, [0.9, 0.95, 1.0], 5, 1, 0.1, 1e-3)
    alone = sweep(*point, runs=3, solver="cholesky")
    for _ in range(3):
        with ThreadPoolExecutor(3) as executor:
            found = sweep(*point, runs=3, solver="cholesky", executor=executor)
        for one, other in zip(found, alone, strict=True):
            assert np.array_equal(one.icl.values, other.icl.values)


def test_a_simulation_leaves_the_number_as_it_was():
    simulate(8, 0.5, 3, 1, 0.1, 0.1, runs=1)
    assert blas_threads() == {3}
