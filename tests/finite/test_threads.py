import threading

import pytest

from icl_theory.finite import threads


@pytest.fixture(params=[1, 2, 5])
def count(request, monkeypatch):
    monkeypatch.setattr(threads, "_count", request.param)
    return request.param


def test_results_come_in_the_order_of_the_parts(count):
    assert threads.share(lambda part: part**2, range(100)) == [part**2 for part in range(100)]
    assert threads.share(str, []) == []


def test_a_thread_that_waits_holds_up_no_other(monkeypatch):
    monkeypatch.setattr(threads, "_count", 2)
    last = threading.Event()

    def work(part):
        if part == 0:
            # Returns when the other thread has done everything else.
            assert last.wait(10)
        if part == 9:
            last.set()
        return part

    assert threads.share(work, range(10)) == list(range(10))


def test_an_error_in_any_part_is_raised(count):
    def work(part):
        if part == 7:
            raise ArithmeticError("part 7")
        return part

    with pytest.raises(ArithmeticError, match="part 7"):
        threads.share(work, range(10))


def test_work_that_is_shared_may_share(count):
    # Threads that wait for each other's helpers would hang here.
    def outer(part):
        return sum(threads.share(lambda inner: part * inner, range(20)))

    assert threads.share(outer, range(20)) == [part * 190 for part in range(20)]
