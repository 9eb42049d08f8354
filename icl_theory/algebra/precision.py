"""The precision of FLINT's arithmetic, which the whole process shares: one thread at a time.

python-flint has one working precision for all threads. Whoever computes with balls holds the lock
of this module while doing so, at a precision of its own, and leaves the one it found. Nothing else
in the package touches FLINT's context.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import flint

_lock = threading.RLock()


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with ``bits`` of precision inside a ``with`` block, while other threads wait.

    Blocks may be nested. The precision found is restored at the end.
    """
    with _lock:
        before = flint.ctx.prec
        flint.ctx.prec = bits
        try:
            yield
        finally:
            flint.ctx.prec = before


def set_precision(bits: int) -> None:
    """Go on with another precision, inside a block of `precision`."""
    flint.ctx.prec = bits


def _fresh_lock() -> None:
    # In a child made by fork the thread that held the lock does not exist.
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_fresh_lock)
