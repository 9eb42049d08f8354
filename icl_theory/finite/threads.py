"""Threads of the engine: it splits rows among threads of its own, each with one BLAS thread.

Products with blocks of rows are too small for BLAS to share out well, and NumPy and SciPy bring
BLAS libraries with a pool of threads each, which get in each other's way. Work is always cut into
the same parts and their results are added in the same order, so that numbers do not depend on the
number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")

_VARIABLE = "ICL_THEORY_THREADS"
_count: int | None = None


def count() -> int:
    """Threads of the engine in this process.

    As many as `use` or the environment variable ``ICL_THEORY_THREADS`` says; by default, the cores
    that the process may run on.
    """
    if _count is not None:
        return _count
    if given := os.environ.get(_VARIABLE):
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"{_VARIABLE} must be an integer >= 1, got {given!r}")
        return int(given)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use(threads: int) -> None:
    """Set the number of threads of the engine in this process."""
    global _count
    _count = max(1, threads)


def share(function: Callable[[Part], Result], parts: Sequence[Part]) -> list[Result]:
    """Results of ``function`` on each part, in order, computed by several threads.

    The caller's thread works too, and each thread takes the next part when it is done with one: a
    call costs little, and a thread that is held up holds up nobody else.
    """
    workers = min(count(), len(parts))
    if workers <= 1:
        return [function(part) for part in parts]
    results: dict[int, Result] = {}
    left = iter(enumerate(parts))

    def work() -> None:
        # Taking from an iterator of the interpreter's own is atomic.
        for index, part in left:
            results[index] = function(part)

    helpers = [_executor(count() - 1).submit(work) for _ in range(workers - 1)]
    try:
        work()
    finally:
        # A helper that has not begun is not needed any more.
        started = [helper for helper in helpers if not helper.cancel()]
        wait(started)
    for helper in started:
        helper.result()
    return [results[index] for index in range(len(parts))]


@contextmanager
def blas(threads: int | None = None) -> Iterator[None]:
    """Let BLAS use a number of threads inside: by default all, for factorisations."""
    with _controller().limit(limits=threads or count(), user_api="blas"):
        yield


@cache
def _executor(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="icl_theory")


@cache
def _controller() -> Any:
    # Both libraries have to be loaded when the controller looks for them.
    import numpy.linalg
    import scipy.linalg
    from threadpoolctl import ThreadpoolController

    del numpy, scipy
    return ThreadpoolController()
