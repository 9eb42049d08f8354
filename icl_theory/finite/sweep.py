"""Many parameter points, each with its number of runs: which runs are missing, and making them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from os import PathLike

from tqdm import tqdm

from . import threads
from .monte_carlo import Simulation
from .run import Row, Setup, simulate_run
from .store import Store, opened

Job = tuple[Setup, int]


def complete(
    points: Sequence[tuple[Setup, int]],
    *,
    store: str | PathLike[str] | Store | None = None,
    workers: int = 1,
    progress: bool | None = None,
) -> list[Simulation]:
    """Make the runs that are missing, and collect all.

    Parameters
    ----------
    points
        Setups and their numbers of runs.
    store
        Where runs are looked up and kept: a path, an open store, or None.
    workers
        Number of processes.
    progress
        Whether to show a progress bar; by default, on a terminal, from the third second on.
    """
    rows: list[dict[int, Row]] = []
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
        with _bar(len(jobs), progress) as bar:
            made = _make([(points[index][0], run) for index, run in jobs], workers)
            for position, row in made:
                index, run = jobs[position]
                if kept is not None:
                    kept.write(points[index][0], row)
                rows[index][run] = row
                bar.update()
    return [
        Simulation.of_runs(setup, found.values())
        for (setup, _), found in zip(points, rows, strict=True)
    ]


def _make(jobs: Sequence[Job], workers: int) -> Iterator[tuple[int, Row]]:
    """Rows of the jobs with their positions, in the order in which they are done."""
    if workers == 1 or len(jobs) < 2:
        for position, (setup, run) in enumerate(jobs):
            yield position, simulate_run(setup, run)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    # A forked child of a process with BLAS threads may hang.
    context = multiprocessing.get_context("spawn")
    workers = min(workers, len(jobs))
    share = max(1, threads.count() // workers)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=threads.use, initargs=(share,)
    ) as pool:
        futures = {pool.submit(simulate_run, *job): i for i, job in enumerate(jobs)}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            for future in futures:
                future.cancel()


def _bar(total: int, progress: bool | None) -> tqdm:
    shown = progress if progress is not None else sys.stderr.isatty()
    return tqdm(total=total, unit="run", disable=not shown, delay=0 if progress else 2)
