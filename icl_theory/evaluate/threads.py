"""Work on many blocks in several threads, as NumPy lets them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

Dealt = TypeVar("Dealt")
Done = TypeVar("Done")

#: A thread is worth its start for so many blocks.
BLOCKS_PER_THREAD = 4
#: Neighbours that go to one thread: so many blocks of float64 fill a huge page of memory, 2 MB,
#: which two threads would otherwise ask for at once.
NEIGHBOURS = 16


def in_threads(run: Callable[[Sequence[Dealt]], Done], blocks: Sequence[Dealt]) -> list[Done]:
    """What ``run`` returns for the share of each thread, of blocks that are as long as each other.

    Parameters
    ----------
    run
        Called once in each thread, with its share.
    blocks
        What there is to do, dealt out in turn, neighbours together where there are many.
    """
    threads = min(processors(), len(blocks) // BLOCKS_PER_THREAD)
    if threads < 2:
        return [run(blocks)]
    # Not needed for the first number.
    from concurrent.futures import ThreadPoolExecutor

    together = max(1, min(NEIGHBOURS, len(blocks) // threads))
    shares: list[list[Dealt]] = [[] for _ in range(threads)]
    for place, block in enumerate(blocks):
        shares[place // together % threads].append(block)
    with ThreadPoolExecutor(threads) as pool:
        found = [pool.submit(run, share) for share in shares]
        return [one.result() for one in found]


def processors() -> int:
    """Processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
