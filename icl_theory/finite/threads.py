"""Threads of the engine: it splits rows among threads of its own, each with one BLAS thread.

Products with blocks of rows are too small for BLAS to share out well, and NumPy and SciPy bring
BLAS libraries with a pool of threads each, which get in each other's way. Work is always cut into
the same parts and their results are added in the same order, so that numbers do not depend on the
number of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from icl_theory.evaluate.threads import processors

Part = TypeVar("Part")
Result = TypeVar("Result")

#: Environment variable with the number of threads.
VARIABLE = "ICL_THEORY_THREADS"
_count: int | None = None


def count() -> int:
    """Threads of the engine in this process.

    As many as `use` or the environment variable ``ICL_THEORY_THREADS`` says; by default, the cores
    that the process may run on.
    """
    if _count is not None:
        return _count
    if given := os.environ.get(VARIABLE):
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"{VARIABLE} must be an integer >= 1, got {given!r}")
        return int(given)
    return processors()


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
    """Let BLAS use a number of threads inside: by default all, for factorisations.

    The number is one for the whole process. Threads of Python that ask for one thread work side by
    side; one that asks for several waits until the others are done, and has BLAS for itself. So
    results do not depend on who else is working, and the number is in the end what it was before.
    """
    wanted = threads or count()
    with _turns.shared() if wanted == 1 else _turns.alone(wanted):
        yield


class _Turns:
    """Whose turn it is to say how many threads BLAS uses."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._local = threading.local()
        #: Threads of Python that share BLAS with one thread, and those that wait to be alone.
        self._sharing = 0
        self._waiting = 0
        self._alone = False
        self._before: list[int] = []

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Share BLAS, with one thread."""
        held = self._held
        if "alone" in held:
            with _limited(1):
                yield
            return
        if not held:
            with self._changed:
                self._changed.wait_for(lambda: not self._alone and not self._waiting)
                self._enter()
        held.append("shared")
        try:
            yield
        finally:
            held.pop()
            if not held:
                with self._changed:
                    self._leave()

    @contextmanager
    def alone(self, threads: int) -> Iterator[None]:
        """Have BLAS for oneself, with several threads."""
        held = self._held
        if "alone" in held:
            with _limited(threads):
                yield
            return
        with self._changed:
            self._waiting += 1
            if held:
                self._leave()
            try:
                self._changed.wait_for(lambda: not self._alone and not self._sharing)
                self._alone = True
            except BaseException:
                if held:
                    self._enter()
                raise
            finally:
                self._waiting -= 1
                self._changed.notify_all()
        held.append("alone")
        try:
            with _limited(threads):
                yield
        finally:
            held.pop()
            with self._changed:
                self._alone = False
                if held:
                    self._enter()
                self._changed.notify_all()

    @property
    def _held(self) -> list[str]:
        """What this thread of Python is inside of, from the outermost on."""
        if not hasattr(self._local, "held"):
            self._local.held = []
        return self._local.held

    def _enter(self) -> None:
        if self._sharing == 0:
            self._before = _set_all(1)
        self._sharing += 1

    def _leave(self) -> None:
        self._sharing -= 1
        if self._sharing == 0:
            _set_each(self._before)
            self._changed.notify_all()


_turns = _Turns()


@cache
def _executor(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="icl_theory")


@contextmanager
def _limited(threads: int) -> Iterator[None]:
    before = _set_all(threads)
    try:
        yield
    finally:
        _set_each(before)


def _set_all(threads: int) -> list[int]:
    """Set the number of threads of every BLAS library; return what they were."""
    before = [library.get_num_threads() for library in _libraries()]
    _set_each([threads] * len(before))
    return before


def _set_each(threads: list[int]) -> None:
    for library, number in zip(_libraries(), threads, strict=True):
        # Later versions of threadpoolctl do nothing in all threads of Python but the first that set
        # a number. Here it is known whose turn it is.
        getattr(library, "_real_set_num_threads", library.set_num_threads)(number)


@cache
def _libraries() -> list[Any]:
    # Both libraries have to be loaded when the controller looks for them.
    import numpy.linalg
    import scipy.linalg
    from threadpoolctl import ThreadpoolController

    del numpy, scipy
    return list(ThreadpoolController().select(user_api="blas").lib_controllers)
