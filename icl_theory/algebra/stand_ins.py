"""Symbols that stand for something else while it is decided, and are equal to no other symbol."""

from __future__ import annotations

from functools import cache

import sympy as sp


@cache
def stand_in(mark: str, of: object) -> sp.Dummy:
    """A positive symbol for ``of``: always the same one, and no name that anybody writes is it."""
    return sp.Dummy(mark, positive=True)


@cache
def stand_in_or_zero(mark: str, of: object) -> sp.Dummy:
    """The same for what may vanish."""
    return sp.Dummy(mark, nonnegative=True)
