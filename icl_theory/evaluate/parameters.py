"""Domains of the parameters and how their values are read, the same for every evaluator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Rational, Real

import numpy as np


@dataclass(frozen=True)
class Domain:
    """Values that a parameter may take, and the sentence that says so."""

    text: str
    zero: bool
    infinity: bool

    def admits(self, value: object) -> bool | np.ndarray:
        """Whether a number, or each entry of an array, lies in the domain (NaN never does)."""
        positive = (value >= 0) if self.zero else (value > 0)
        return positive if self.infinity else positive & (value < math.inf)


POSITIVE = Domain("a finite number > 0", zero=False, infinity=False)
POSITIVE_OR_INFINITE = Domain("a number > 0, or inf", zero=False, infinity=True)
NONNEGATIVE = Domain("a finite number >= 0", zero=True, infinity=False)

#: Parameters in the order used everywhere.
DOMAINS: dict[str, Domain] = {
    "tau": POSITIVE,
    "alpha": POSITIVE_OR_INFINITE,
    "kappa": POSITIVE_OR_INFINITE,
    "rho": NONNEGATIVE,
    "lam": NONNEGATIVE,
}


def out_of_domain(name: str, value: object, index: tuple[int, ...] | None = None) -> ValueError:
    """The error for a value outside of its parameter's domain."""
    where = "" if not index else f" at index {index if len(index) > 1 else index[0]}"
    return ValueError(f"{name} must be {DOMAINS[name].text}, got {value!r}{where}")


def exact(name: str, value: object) -> Fraction | float:
    """Read one parameter as the exact number that it is.

    Parameters
    ----------
    name
        One of `DOMAINS`.
    value
        A string is an exact decimal or fraction (``"0.1"``, ``"1/3"``, ``"1e-8"``, ``"inf"``); a
        float is the binary number that it is; integers and rational numbers are themselves.

    Returns
    -------
    Fraction or float
        The exact value, or ``math.inf``.

    Raises
    ------
    ValueError
        If the value is not a number of the parameter's domain.
    TypeError
        If its type is not one of the above.
    """
    number = _read(name, value)
    if not DOMAINS[name].admits(number):
        raise out_of_domain(name, value)
    return number


def _read(name: str, value: object) -> Fraction | float:
    if isinstance(value, str):
        text = value.strip().lower()
        if text in {"inf", "+inf", "infinity", "oo"}:
            return math.inf
        try:
            if "/" in text:
                return Fraction(text)
            return Fraction(Decimal(text))
        except (ValueError, ZeroDivisionError, InvalidOperation, OverflowError):
            raise out_of_domain(name, value) from None
    if isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if isinstance(value, Rational):
        return Fraction(value.numerator, value.denominator)
    if isinstance(value, Decimal | Real):
        if math.isnan(value):
            raise out_of_domain(name, value)
        return math.inf if value == math.inf else _finite(name, value)
    # SymPy and mpmath numbers, without importing either.
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))
    if hasattr(value, "man_exp"):
        return _from_mpf(name, value)
    raise TypeError(f"{name} must be a number or a string, got {type(value).__name__}")


def _finite(name: str, value: Decimal | Real) -> Fraction:
    if math.isinf(value):
        raise out_of_domain(name, value)
    return Fraction(value) if isinstance(value, Decimal) else Fraction(float(value))


def _from_mpf(name: str, value: object) -> Fraction | float:
    if value != value or abs(value) == math.inf:
        if value == math.inf:
            return math.inf
        raise out_of_domain(name, value)
    mantissa, exponent = value.man_exp
    return Fraction(mantissa) * Fraction(2) ** exponent
