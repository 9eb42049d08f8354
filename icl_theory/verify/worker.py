"""A process that judges claims one by one, so that one that hangs can be ended.

Run as ``python -m icl_theory.verify.worker``: reads pickled tasks from standard input and answers
each with a pickled verdict on standard output. Talked to by `Worker`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from .judge import UNKNOWN, Verdict

#: Time that a fresh process may take to import the theory.
START_SECONDS = 120.0


@dataclass(frozen=True)
class Task:
    """One claim to judge, with definitions that replace those of the theory.

    Attributes
    ----------
    id
        The claim.
    definitions
        Names of quantities and what to take for their definitions instead.
    numerically
        Whether to gather numerical evidence.
    """

    id: str
    definitions: tuple[tuple[str, Any], ...] = ()
    numerically: bool = True


def perform(task: Task) -> Verdict:
    """Judge the claim of a task, in this process."""
    from contextlib import ExitStack

    from icl_theory.algebra.quantity import quantities, replaced

    from .judge import judge
    from .registry import find_claim

    one = find_claim(task.id)
    by_name = {quantity.name: quantity for quantity in quantities()}
    with ExitStack() as stack:
        for name, definition in task.definitions:
            stack.enter_context(replaced(by_name[name], definition))
        return judge(one, numerically=task.numerically)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer tasks until the input ends, and end with it, even in the middle of one."""
    from queue import SimpleQueue

    from .registry import claims

    claims()
    pickle.dump("ready", answers)
    answers.flush()
    tasks: SimpleQueue[Any] = SimpleQueue()

    def read() -> None:
        with suppress(Exception):
            while True:
                tasks.put(pickle.load(requests))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        task = tasks.get()
        try:
            answer: object = perform(task) if isinstance(task, Task) else task()
        except Exception as error:
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


class Worker:
    """A process that judges claims, started when first needed and again after it was ended."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def __call__(self, task: Task, timeout: float) -> Verdict:
        """Judge a claim within a time bound.

        Parameters
        ----------
        task
            What to judge.
        timeout
            Seconds after which the process is ended and the verdict is ``unknown``.
        """
        answer = self.ask(task, timeout)
        if answer is None:
            reason = f"not done within {timeout:g} s"
            return Verdict(task.id, "", UNKNOWN, reason, seconds=timeout, timed_out=True)
        return answer

    def ask(self, task: Task | Callable[[], Any], timeout: float) -> Any:
        """What a task gives: a verdict, or for another one what calling it returns; None if late.

        Parameters
        ----------
        task
            A task, or something that can be pickled and called.
        timeout
            Seconds after which the process is ended.
        """
        process = self.process or self._start()
        assert process.stdin is not None  # it is a pipe
        pickle.dump(task, process.stdin)
        process.stdin.flush()
        answer = self._receive(timeout)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """End the process."""
        # Two threads may get here: one that waited for an answer, and one that stops the run.
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # Workers share the processors: threads of theirs would only wait for each other.
        environment |= dict.fromkeys(
            ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1"
        )
        # -P: nothing that lies in the current directory may stand for a module.
        process = self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            # An interrupt at the terminal is for the process that they work for.
            process_group=0,
        )
        if self._receive(START_SECONDS) != "ready":
            raise RuntimeError("the process that judges claims did not start")
        return process

    def _receive(self, timeout: float) -> Any:
        """The next answer, or None after ending the process at the timeout."""
        process = self.process
        assert process is not None and process.stdout is not None  # it was started, with a pipe
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(timeout, expire)
        timer.start()
        try:
            answer = pickle.load(process.stdout)
        except (EOFError, pickle.UnpicklingError):
            self.close()
            if expired.is_set():
                return None
            raise RuntimeError("the process that judges claims ended by itself") from None
        finally:
            timer.cancel()
        if expired.is_set():
            # The answer came just as the time ran out; the process is gone all the same.
            self.close()
        return answer


def run(
    jobs: Iterable[Any], work: Callable[[Worker, Any], Any], processes: int
) -> Iterator[tuple[Any, Any]]:
    """Spread jobs over worker processes; yield each job with its result as it ends."""
    from concurrent.futures import as_completed
    from queue import SimpleQueue

    idle: SimpleQueue[Worker] = SimpleQueue()
    workers = [Worker() for _ in range(processes)]
    for worker in workers:
        idle.put(worker)

    def one(job: Any) -> Any:
        worker = idle.get()
        try:
            return work(worker, job)
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(processes)
    try:
        futures = {pool.submit(one, job): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.close()


if __name__ == "__main__":
    # Answers go out on the standard output as it was; nothing printed may come between.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Under its own name, so that what it unpickles is the class that it knows.
    from . import worker as this

    this.serve(sys.stdin.buffer, channel)
