"""Significant digits asked for, and the bits that they need."""

from __future__ import annotations

import math
import operator
from functools import lru_cache
from typing import Any

from .shown import shown

#: More digits than this are refused: they would take hours, or more memory than there is.
MOST = 100_000


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
    if isinstance(digits, bool):
        raise TypeError(refusal)
    try:
        number = operator.index(digits)
    except Exception:
        raise TypeError(refusal) from None
    if not 1 <= number <= MOST:
        raise ValueError(refusal)
    return number


@lru_cache(maxsize=64)
def bits_of(digits: int) -> int:
    """Bits b with 2**-b <= 10**-digits."""
    return math.ceil(digits * math.log2(10)) + 1
