"""Symbols that stand for something else while it is decided, and are equal to no other symbol.

They belong to the decisions that make them: in what a rule is given, `stands_in` finds them.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from itertools import count
from typing import Any

import sympy as sp

#: Every one of them.
_MADE: set[sp.Dummy] = set()
#: Objects that symbols are named for, counted.
_NUMBERS: dict[Hashable, int] = {}
_COUNT = count()


def stands_in(symbol: sp.Basic) -> bool:
    """Whether a symbol stands for something else."""
    return isinstance(symbol, sp.Dummy) and symbol in _MADE


def _new(mark: str, **known: bool) -> sp.Dummy:
    symbol = sp.Dummy(mark, **known)
    _MADE.add(symbol)
    return symbol


class Named(sp.Symbol):
    """A real symbol for an object, which is what it is equal by: two may have one name."""

    of: Hashable

    def __new__(cls, name: str, of: Hashable) -> Named:
        """The symbol of this name for ``of``."""
        symbol = sp.Symbol.__xnew__(cls, name, real=True)
        symbol.of = of
        return symbol  # type: ignore[no-any-return]

    def __getnewargs_ex__(self) -> tuple[tuple[str, Hashable], dict[str, Any]]:
        return (self.name, self.of), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        # Compared by order too, which an object need not have.
        return (*super()._hashable_content(), _NUMBERS.setdefault(self.of, next(_COUNT)))


@cache
def stand_in(mark: str, of: object) -> sp.Dummy:
    """A positive symbol for ``of``: always the same one, and no name that anybody writes is it."""
    return _new(mark, positive=True)


@cache
def stand_in_or_zero(mark: str, of: object) -> sp.Dummy:
    """The same for what may vanish."""
    return _new(mark, nonnegative=True)
