"""Which runs are missing, and making them: here, in processes, or on an engine that is there."""

from __future__ import annotations

import math
import random
import sys
import traceback
import warnings
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from os import PathLike
from typing import Any, TypedDict, Unpack

from tqdm import tqdm

from . import memory, threads
from .parameters import settings
from .store import Experiment, Store, opened
from .workers import Workers

#: One run of one experiment: the position of the experiment, and the number of the run.
Job = tuple[int, int]

#: Jobs in flight on an engine of unknown size.
_WINDOW = 32
#: Bytes of a result, at least.
_RESULT = 400
#: Seconds without a run done after which an engine is asked whether it has workers.
_STALLED = 3.0
#: Times that a run is asked again whose result was lost on its way.
_UNREAD = 3


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
    total = sum(runs for _, runs in points)
    memory.require(_RESULT * total, "runs", total, "their results")
    results: list[dict[int, Any]] = []
    with opened(running["store"]) as kept:
        for experiment, runs in points:
            found = kept.read(experiment, runs) if kept is not None else []
            results.append({result.run: result for result in found})
        experiments = [experiment for experiment, _ in points]
        counts = [runs for _, runs in points]
        missing = sum(counts) - sum(map(len, results))
        if kept is not None and missing:
            kept.require_writable()
        jobs = (job for job in _order(counts, kept is not None) if job[1] not in results[job[0]])
        with progress_bar(missing, running["progress"]) as bar:
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
        workers = min(workers, count)
        with Workers(workers) as pool:
            yield from _submit(jobs, experiments, kept, pool, 2 * workers)


def _submit(
    jobs: Iterator[Job],
    experiments: Sequence[Experiment],
    kept: Store | None,
    executor: Executor,
    window: int,
) -> Iterator[tuple[Job, Any, bool]]:
    """Keep a number of jobs in flight on an executor; yield results as they are done."""
    flying: dict[Future[Any], Job] = {}
    unread: Counter[Job] = Counter()
    warned = False
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
            done, _ = wait(flying, _STALLED, return_when=FIRST_COMPLETED)
            if not done and not warned and _deserted(executor):
                warnings.warn(
                    f"the executor has no workers: {len(flying)} runs wait for one to come",
                    RuntimeWarning,
                    stacklevel=2,
                )
                warned = True
            # What was done is handed on before an error ends everything.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                job = flying.pop(future)
                if _unread(future.exception()) and unread[job] < _UNREAD:
                    unread[job] += 1
                    flying[executor.submit(simulate_run, experiments[job[0]], job[1])] = job
                    continue
                result, warned = future.result(), False
                yield job, result, True
    finally:
        for future in flying:
            future.cancel()


def _unread(error: BaseException | None) -> bool:
    """Whether an executor of Dask took for an error the result of a worker that died under it.

    Its bridge to `concurrent.futures` fetches a result and then asks for its state, which is an
    error's only if no other state is left: when the worker ends between the two, a result is
    unpacked like an error, and the bridge itself raises.
    """
    if not isinstance(error, TypeError) or error.__traceback__ is None:
        return False
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_globals.get("__name__") == "distributed.cfexecutor"


def _deserted(executor: Executor) -> bool:
    """Whether an executor says that nobody works for it, as one of Dask can."""
    client = getattr(executor, "_client", None)
    if client is None or not hasattr(client, "nthreads"):
        return False
    return not client.nthreads()


def _look_up(kept: Store | None, experiment: Experiment, run: int) -> Any | None:
    """A run that another process has made meanwhile."""
    return None if kept is None else kept.get(experiment, run)


def progress_bar(total: int, progress: bool | None) -> tqdm:
    """A progress bar: as is asked for, by default on a terminal after a while."""
    shown = progress if progress is not None else sys.stderr.isatty()
    return tqdm(total=total, unit="run", disable=not shown, delay=0 if progress else 2)
