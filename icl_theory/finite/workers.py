"""Processes that make runs, and end with the process that they work for.

A worker is ``python -m icl_theory.finite.workers``: it reads pickled calls from its standard input
and writes pickled answers to its standard output. It imports this package and nothing of the
caller's program, which may be typed at a prompt or read from standard input. Its input ends when
the caller does, in whatever way, and so does it; on Linux the kernel ends it besides.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, BinaryIO

from . import threads

#: Deaths of workers, with no run done in between, after which it is given up.
DEATHS = 6

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class WorkersDied(RuntimeError):
    """Worker processes die, one after another."""


class Workers(Executor):
    """A pool of worker processes; one that dies is replaced, and its call made again.

    Parameters
    ----------
    count
        Number of processes.
    """

    def __init__(self, count: int) -> None:
        self._share = max(1, threads.count() // count)
        self._calls: queue.SimpleQueue[tuple[Future[Any], Call] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._deaths = 0
        self._closed = False
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._threads = [
            threading.Thread(target=self._serve, name=f"icl_theory worker {i}", daemon=True)
            for i in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function called in one of the processes."""
        if kwargs:
            raise TypeError("workers take calls with positional arguments only")
        future: Future[Any] = Future()
        self._calls.put((future, (fn, args)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes, whatever they do."""
        with self._lock:
            self._closed = True
            for process in self._processes:
                process.kill()
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _serve(self) -> None:
        """Hand calls to a process of one's own, one after another."""
        process: subprocess.Popen[bytes] | None = None
        while (item := self._calls.get()) is not None:
            future, call = item
            if self._closed:
                future.cancel()
            if not future.set_running_or_notify_cancel():
                continue
            while not future.done():
                try:
                    process = process or self._start()
                    good, answer = _ask(process, call)
                except (OSError, EOFError, pickle.UnpicklingError):
                    code, process = self._end(process), None
                    self._count_death(future, code)
                else:
                    self._deaths = 0
                    (future.set_result if good else future.set_exception)(answer)
        self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            threads.VARIABLE: str(self._share),
        }
        with self._lock:
            if self._closed:
                raise EOFError
            # -P: nothing that lies in the current directory may stand for a module.
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
            self._processes.add(process)
        return process

    def _end(self, process: subprocess.Popen[bytes] | None) -> int:
        if process is None:
            return 0
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        with self._lock:
            self._processes.discard(process)
        return code

    def _count_death(self, future: Future[Any], code: int) -> None:
        if self._closed:
            future.set_exception(WorkersDied("the workers were ended"))
            return
        with self._lock:
            self._deaths += 1
            given_up = self._deaths >= DEATHS
        if given_up:
            how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
            future.set_exception(
                WorkersDied(
                    f"worker processes died {DEATHS} times with no run done in between (the last: "
                    f"{how}); if it was for lack of memory, use fewer workers"
                )
            )


def _ask(process: subprocess.Popen[bytes], call: Call) -> tuple[bool, Any]:
    """Send a call and wait for its answer: whether it went well, and the result or the error."""
    assert process.stdin is not None and process.stdout is not None  # they are pipes
    pickle.dump(call, process.stdin)
    process.stdin.flush()
    return pickle.load(process.stdout)


def die_with(parent: int) -> None:
    """End this process with its parent, where the kernel can see to that."""
    if sys.platform == "linux":
        import ctypes

        set_signal_at_death_of_parent = 1
        ctypes.CDLL(None).prctl(set_signal_at_death_of_parent, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def work(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer calls; end when there can be no more, even in the middle of one."""
    calls: queue.SimpleQueue[Call] = queue.SimpleQueue()

    def read() -> None:
        with contextlib.suppress(Exception):
            while True:
                calls.put(pickle.load(requests))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        function, arguments = calls.get()
        try:
            answer = (True, function(*arguments))
        except Exception as error:
            answer = (False, error)
        try:
            text = pickle.dumps(answer)
        except Exception as error:
            text = pickle.dumps((False, RuntimeError(f"{answer[1]!r} ({error})")))
        answers.write(text)
        answers.flush()


def main() -> None:
    """Be a worker."""
    die_with(int(sys.argv[1]))
    # Ctrl-C goes to all processes of a terminal: the caller decides what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What anything prints must not get between the answers.
    os.dup2(2, 1)
    work(requests, answers)


if __name__ == "__main__":
    main()
