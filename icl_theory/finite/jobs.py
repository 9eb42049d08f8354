"""Which runs are missing, and making them: here, in processes, or on an engine that is there."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import contextmanager
from os import PathLike
from typing import Any, TypedDict, Unpack

from tqdm import tqdm

from . import threads
from .parameters import settings
from .store import Experiment, Store, opened

#: One run of one experiment: the position of the experiment, and the number of the run.
Job = tuple[int, int]

#: Jobs in flight on an engine of unknown size.
_WINDOW = 32
#: How often a pool is made anew after one of its processes died.
_REPAIRS = 5


class Running(TypedDict, total=False):
    """Where runs are kept and made: what no result depends on."""

    store: str | PathLike[str] | Store | None
    workers: int
    executor: Executor | None
    progress: bool | None


def complete(
    points: Sequence[tuple[Experiment, int]], **options: Unpack[Running]
) -> list[list[Any]]:
    """Make the runs that are missing of any experiments, and return all.

    Parameters
    ----------
    points
        Experiments and their numbers of runs.
    **options
        Where runs are kept and made: ``store``, ``workers``, ``executor`` and ``progress``, as in
        `simulate`. Another process may write to the same store meanwhile; what it makes is not made
        again.

    Returns
    -------
    list of list
        Results of each experiment in the order of their runs.
    """
    running = settings(Running, options)
    results: list[dict[int, Any]] = []
    with opened(running["store"]) as kept:
        for experiment, runs in points:
            found = kept.read(experiment, runs) if kept is not None else []
            results.append({result.run: result for result in found})
        experiments = [experiment for experiment, _ in points]
        counts = [runs for _, runs in points]
        missing = sum(counts) - sum(map(len, results))
        jobs = (job for job in _order(counts, kept is not None) if job[1] not in results[job[0]])
        with _bar(missing, running["progress"]) as bar:
            made = _make(jobs, missing, experiments, kept, running["workers"], running["executor"])
            for (index, run), result, new in made:
                if new and kept is not None:
                    kept.write(experiments[index], result)
                results[index][run] = result
                bar.update()
    return [[found[run] for run in sorted(found)] for found in results]


def _order(counts: Sequence[int], mixed: bool) -> Iterator[Job]:
    """All jobs, one by one: they may be more than memory holds.

    Processes that share a store take its runs in orders of their own, and so seldom make the same
    one at the same time.
    """
    total = sum(counts)
    start, step = 0, 1
    if mixed and total > 1:
        start, step = random.randrange(total), random.randrange(1, total)
        while math.gcd(step, total) > 1:
            step = random.randrange(1, total)
    edges = [0]
    for count in counts:
        edges.append(edges[-1] + count)
    place = start
    for _ in range(total):
        index = _piece(edges, place)
        yield index, place - edges[index]
        place = (place + step) % total


def _piece(edges: Sequence[int], place: int) -> int:
    from bisect import bisect_right

    return bisect_right(edges, place) - 1


def simulate_run(experiment: Experiment, run: int) -> Any:
    """Make one run of an experiment."""
    with threads.blas(1):
        return experiment.simulate(run)


def _make(
    jobs: Iterator[Job],
    count: int,
    experiments: Sequence[Experiment],
    kept: Store | None,
    workers: int,
    executor: Executor | None,
) -> Iterator[tuple[Job, Any, bool]]:
    """Results of the jobs as they are done, and whether they were made here."""
    if executor is not None:
        yield from _submit(jobs, experiments, kept, executor, _WINDOW)
    elif workers == 1 or count < 2:
        for index, run in jobs:
            there = _look_up(kept, experiments[index], run)
            made = simulate_run(experiments[index], run) if there is None else there
            yield (index, run), made, there is None
    else:
        yield from _in_processes(jobs, experiments, kept, min(workers, count))


def _in_processes(
    jobs: Iterator[Job], experiments: Sequence[Experiment], kept: Store | None, workers: int
) -> Iterator[tuple[Job, Any, bool]]:
    """Make runs in a pool of processes; should one of them die, go on with a new pool."""
    flying: dict[Future[Any], Job] = {}
    for attempt in range(_REPAIRS + 1):
        again = list(flying.values())
        flying.clear()
        jobs = _chained(again, jobs)
        try:
            with _pool(workers) as pool:
                yield from _submit(jobs, experiments, kept, pool, 2 * workers, flying)
            return
        except BrokenProcessPool:
            if attempt == _REPAIRS:
                raise


def _chained(first: list[Job], rest: Iterator[Job]) -> Iterator[Job]:
    yield from first
    yield from rest


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
    jobs: Iterator[Job],
    experiments: Sequence[Experiment],
    kept: Store | None,
    executor: Executor,
    window: int,
    flying: dict[Future[Any], Job] | None = None,
) -> Iterator[tuple[Job, Any, bool]]:
    """Keep a number of jobs in flight on an executor; yield results as they are done.

    Jobs that were in flight when the executor failed are left in ``flying``.
    """
    flying = {} if flying is None else flying
    try:
        while True:
            for index, run in jobs:
                there = _look_up(kept, experiments[index], run)
                if there is not None:
                    yield (index, run), there, False
                    continue
                flying[executor.submit(simulate_run, experiments[index], run)] = (index, run)
                if len(flying) >= window:
                    break
            if not flying:
                return
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                yield flying.pop(future), result, True
    finally:
        for future in flying:
            future.cancel()


def _look_up(kept: Store | None, experiment: Experiment, run: int) -> Any | None:
    """A run that another process has made meanwhile."""
    return None if kept is None else kept.get(experiment, run)


def _bar(total: int, progress: bool | None) -> tqdm:
    shown = progress if progress is not None else sys.stderr.isatty()
    return tqdm(total=total, unit="run", disable=not shown, delay=0 if progress else 2)
