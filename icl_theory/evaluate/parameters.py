"""Domains of the parameters and how their values are read, the same for every evaluator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Domain:
    """Values that a parameter may take, and the sentence that says so."""

    text: str
    zero: bool
    infinity: bool

    def admits(self, value: Any) -> bool | np.ndarray:
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
    where = f" {at_index(index)}" if index else ""
    return ValueError(f"{name} must be {DOMAINS[name].text}, got {value!r}{where}")


def at_index(index: tuple[int, ...]) -> str:
    """How an error names the place in an array."""
    return f"at index {index if len(index) > 1 else index[0]}"


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
    pair = exact_ratio(name, value)
    return math.inf if pair is None else Fraction(*pair)


def exact_ratio(name: str, value: object) -> tuple[int, int] | None:
    """Read one parameter, as `exact` does, as a numerator and a positive denominator.

    The pair need not be in lowest terms; None stands for ``inf``.
    """
    pair = _read(name, value)
    domain = DOMAINS[name]
    smallest = 0 if domain.zero else 1
    if not (domain.infinity if pair is None else pair[0] >= smallest):
        raise out_of_domain(name, value)
    return pair


def _read(name: str, value: Any) -> tuple[int, int] | None:
    if isinstance(value, str):
        try:
            return Decimal(value).as_integer_ratio()
        except (ValueError, InvalidOperation, OverflowError):
            return _read_other(name, value)
    if type(value) is int:
        return value, 1
    if isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r}")
    # mpmath and SymPy floats have more digits than a float64, so they come before real numbers.
    if hasattr(value, "_mpf_"):
        return _from_mpf(name, value)
    if isinstance(value, Rational):
        return int(value.numerator), int(value.denominator)
    if isinstance(value, Decimal | Real) and hasattr(value, "as_integer_ratio"):
        try:
            numerator, denominator = value.as_integer_ratio()
        except OverflowError:
            if math.copysign(1, value) > 0:
                return None
            raise out_of_domain(name, value) from None
        except ValueError:
            raise out_of_domain(name, value) from None
        return int(numerator), int(denominator)
    raise TypeError(f"{name} must be a number or a string, got {type(value).__name__}")


def _read_other(name: str, value: str) -> tuple[int, int] | None:
    """A string that is no finite decimal: a fraction, infinity, or wrong."""
    if value.strip().lower() in {"inf", "+inf", "infinity", "+infinity", "oo"}:
        return None
    try:
        if "/" in value:
            return Fraction(value).as_integer_ratio()
    except (ValueError, ZeroDivisionError):
        pass
    raise out_of_domain(name, value)


def _from_mpf(name: str, value: Any) -> tuple[int, int] | None:
    if value == math.inf:
        return None
    if value != value or value == -math.inf:
        raise out_of_domain(name, value)
    sign, mantissa, exponent, _ = value._mpf_
    signed = -int(mantissa) if sign else int(mantissa)
    return (signed << exponent, 1) if exponent >= 0 else (signed, 1 << -exponent)
