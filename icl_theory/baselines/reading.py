"""What the functions of this package are given: whole numbers, and positive real ones."""

from __future__ import annotations

import math
from typing import Any

from icl_theory.algebra.digits import integer
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.parameters import exact

#: More levels, tasks or dimensions than this are refused: float64 would not tell them apart.
MOST = 10**15


def count(name: str, value: Any, least: int = 1) -> int:
    """A whole number.

    Raises
    ------
    TypeError, ValueError
        If it is none, or not between ``least`` and `MOST`.
    """
    refusal = f"{name} must be an integer >= {least} and at most 1e15, got {shown(value)}"
    number = integer(value, refusal)
    if not least <= number <= MOST:
        raise ValueError(refusal)
    return number


def positive(name: str, value: object) -> float:
    """A positive finite number of the parameter ``name``, in float64.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    number = float(min(exact(name, value), 1e300))
    if not 0 < number < 1e300:
        raise ValueError(f"{name} must be a finite number > 0, got {shown(value)}")
    if not 1e-100 <= number <= 1e100:
        raise ValueError(f"{name} must be between 1e-100 and 1e100, got {shown(value)}")
    return number


def at_least(name: str, value: Any, least: float) -> float:
    """A finite number that is not below a bound.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    refusal = f"{name} must be a finite number >= {least:g}, got {shown(value)}"
    if isinstance(value, bool | str | bytes):
        raise TypeError(refusal)
    try:
        number = float(value)
    except Exception:
        raise TypeError(refusal) from None
    if not (number >= least and math.isfinite(number)):
        raise ValueError(refusal)
    return number
