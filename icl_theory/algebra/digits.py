"""Whole numbers, significant digits asked for, and the bits that they need."""

from __future__ import annotations

import math
import operator
from functools import lru_cache
from typing import Any

from .shown import shown

#: More digits than this are refused: they would take hours, or more memory than there is.
MOST = 100_000


def integer(value: Any, refusal: str) -> int:
    """A value that is an integer, and no truth value, as one of Python.

    Raises
    ------
    TypeError
        With the sentence ``refusal``, if it is none.
    """
    try:
        number = operator.index(value)
    except Exception:
        raise TypeError(refusal) from None
    if isinstance(value, bool):
        raise TypeError(refusal)
    return number


def checked_digits(digits: Any) -> int:
    """``digits`` as a number of significant digits.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is less than one, or more than `MOST`.
    """
    refusal = f"digits must be an integer from 1 to {MOST}, got {shown(digits)}"
    number = integer(digits, refusal)
    if not 1 <= number <= MOST:
        raise ValueError(refusal)
    return number


@lru_cache(maxsize=64)
def bits_of(digits: int) -> int:
    """Bits b with 2**-b <= 10**-digits."""
    return math.ceil(digits * math.log2(10)) + 1
