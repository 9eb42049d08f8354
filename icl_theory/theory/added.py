"""Fields added to the table for a while. Known without SymPy, so that plain numbers stay quick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ADDED: list[Any] = []


def added() -> tuple[Any, ...]:
    """Fields added at the moment, `icl_theory.theory.fields.Field` objects."""
    return tuple(_ADDED)


@contextmanager
def adding(*fields: Any) -> Iterator[None]:
    """Add fields to the table inside a ``with`` block, for every thread of the process."""
    _ADDED.extend(fields)
    try:
        yield
    finally:
        del _ADDED[-len(fields) :]
