"""Which runs are missing, and making them: here, in processes, or on an engine that is there."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import contextmanager
from os import PathLike
from typing import Any

from tqdm import tqdm

from . import threads
from .monte_carlo import Simulation
from .run import Experiment, Setup, simulate_run
from .store import Store, opened

#: One run of one parameter point: the position of the point, and the number of the run.
Job = tuple[int, int]

#: Jobs in flight on an engine of unknown size.
_WINDOW = 32
#: How often a pool is made anew after one of its processes died.
_REPAIRS = 5


def complete(
    points: Sequence[tuple[Setup, int]],
    *,
    store: str | PathLike[str] | Store | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> list[Simulation]:
    """Make the runs of pretraining that are missing, and collect all; arguments as below."""
    found = complete_rows(
        points, store=store, workers=workers, executor=executor, progress=progress
    )
    return [Simulation.of_runs(setup, rows) for (setup, _), rows in zip(points, found, strict=True)]


def complete_rows(
    points: Sequence[tuple[Experiment, int]],
    *,
    store: str | PathLike[str] | Store | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    progress: bool | None = None,
) -> list[list[Any]]:
    """Make the runs that are missing of any experiments, and return all.

    Parameters
    ----------
    points
        Setups and their numbers of runs.
    store
        Where runs are looked up and kept: a path, an open store, or None. Another process may write
        to the same store meanwhile; what it makes is not made again.
    workers
        Number of processes.
    executor
        An engine with the interface of `concurrent.futures` that makes the runs instead.
    progress
        Whether to show a progress bar; by default, on a terminal, from the third second on.

    Returns
    -------
    list of list
        Results of each setup in the order of their runs.
    """
    rows: list[dict[int, Any]] = []
    with opened(store) as kept:
        for setup, runs in points:
            found = kept.read(setup, runs) if kept is not None else []
            rows.append({row.run: row for row in found})
        jobs = [
            (index, run)
            for index, (_, runs) in enumerate(points)
            for run in range(runs)
            if run not in rows[index]
        ]
        if kept is not None:
            # Processes that share a store take its runs in orders of their own, and so seldom make
            # the same one at the same time.
            random.Random().shuffle(jobs)
        setups = [setup for setup, _ in points]
        with _bar(len(jobs), progress) as bar:
            for (index, run), row, made in _make(jobs, setups, kept, workers, executor):
                if made and kept is not None:
                    kept.write(setups[index], row)
                rows[index][run] = row
                bar.update()
    return [[found[run] for run in sorted(found)] for found in rows]


def _make(
    jobs: Sequence[Job],
    setups: Sequence[Experiment],
    kept: Store | None,
    workers: int,
    executor: Executor | None,
) -> Iterator[tuple[Job, Any, bool]]:
    """Rows of the jobs as they are done, and whether they were made here."""
    if executor is not None:
        yield from _submit(jobs, setups, kept, executor, _WINDOW)
    elif workers == 1 or len(jobs) < 2:
        for index, run in jobs:
            there = _look_up(kept, setups[index], run)
            yield (index, run), there or simulate_run(setups[index], run), there is None
    else:
        yield from _in_processes(jobs, setups, kept, min(workers, len(jobs)))


def _in_processes(
    jobs: Sequence[Job], setups: Sequence[Experiment], kept: Store | None, workers: int
) -> Iterator[tuple[Job, Any, bool]]:
    """Make runs in a pool of processes; should one of them die, go on with a new pool."""
    left = dict.fromkeys(jobs)
    for attempt in range(_REPAIRS + 1):
        try:
            with _pool(workers) as pool:
                for job, row, made in _submit(list(left), setups, kept, pool, 2 * workers):
                    del left[job]
                    yield job, row, made
            return
        except BrokenProcessPool:
            if attempt == _REPAIRS:
                raise


@contextmanager
def _pool(workers: int) -> Iterator[Executor]:
    import multiprocessing

    # A forked child of a process with BLAS threads may hang.
    context = multiprocessing.get_context("spawn")
    share = max(1, threads.count() // workers)
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=threads.use, initargs=(share,)
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submit(
    jobs: Sequence[Job],
    setups: Sequence[Experiment],
    kept: Store | None,
    executor: Executor,
    window: int,
) -> Iterator[tuple[Job, Any, bool]]:
    """Keep a number of jobs in flight on an executor; yield rows as they are done."""
    waiting = iter(jobs)
    flying: dict[Future[Any], Job] = {}
    try:
        while True:
            for index, run in waiting:
                there = _look_up(kept, setups[index], run)
                if there is not None:
                    yield (index, run), there, False
                    continue
                flying[executor.submit(simulate_run, setups[index], run)] = (index, run)
                if len(flying) >= window:
                    break
            if not flying:
                return
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                yield flying.pop(future), future.result(), True
    finally:
        for future in flying:
            future.cancel()


def _look_up(kept: Store | None, setup: Experiment, run: int) -> Any | None:
    """A run that another process has made meanwhile."""
    return None if kept is None else kept.get(setup, run)


def _bar(total: int, progress: bool | None) -> tqdm:
    shown = progress if progress is not None else sys.stderr.isatty()
    return tqdm(total=total, unit="run", disable=not shown, delay=0 if progress else 2)
