"""Digits asked for, and the bits that they need."""

from __future__ import annotations

import math
from functools import lru_cache


def checked_digits(digits: object) -> int:
    """``digits`` as a number of significant digits.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is less than one.
    """
    if isinstance(digits, bool) or not isinstance(digits, int):
        raise TypeError(f"digits must be an integer, got {digits!r}")
    if digits < 1:
        raise ValueError(f"digits must be an integer >= 1, got {digits!r}")
    return digits


@lru_cache(maxsize=64)
def bits_of(digits: int) -> int:
    """Bits b with 2**-b <= 10**-digits."""
    return math.ceil(digits * math.log2(10)) + 1
