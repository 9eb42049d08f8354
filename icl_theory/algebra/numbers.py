"""Rational numbers of Python, FLINT and SymPy, each read as the others."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint
import sympy as sp


def to_fraction(value: Any) -> Fraction:
    """A rational number of any kind as a fraction of Python."""
    return Fraction(int(value.numerator), int(value.denominator))


def to_fmpq(value: Any) -> flint.fmpq:
    """A rational number of any kind as one of FLINT."""
    return flint.fmpq(int(value.numerator), int(value.denominator))


def to_sympy(value: Any) -> sp.Rational:
    """A rational number of any kind as one of SymPy."""
    return sp.Rational(int(value.numerator), int(value.denominator))
