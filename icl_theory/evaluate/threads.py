"""Work on many blocks in several threads, as NumPy lets them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

Dealt = TypeVar("Dealt")
Done = TypeVar("Done")

#: A thread is worth its start for so many blocks.
BLOCKS_PER_THREAD = 4


def in_threads(run: Callable[[Sequence[Dealt]], Done], blocks: Sequence[Dealt]) -> list[Done]:
    """What ``run`` returns for the share of each thread, of blocks that are as long as each other.

    Parameters
    ----------
    run
        Called once in each thread, with its share.
    blocks
        What there is to do, dealt out in turn.
    """
    threads = min(processors(), len(blocks) // BLOCKS_PER_THREAD)
    if threads < 2:
        return [run(blocks)]
    # Not needed for the first number.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        shares = [pool.submit(run, blocks[first::threads]) for first in range(threads)]
        return [share.result() for share in shares]


def processors() -> int:
    """Processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
