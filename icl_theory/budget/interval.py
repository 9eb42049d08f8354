"""Interval arithmetic on arrays, with derivatives: enclosures of functions on many boxes at once.

Every operation rounds outwards by one unit in the last place, which is more than the error of
float64's own operations. A `Jet` holds an enclosure of a function on each box and of its
derivatives there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from icl_theory.evaluate.columns import Floats

#: What a product that is too small for float64 is taken for.
_SMALLEST = np.finfo(float).smallest_subnormal


def _outward(low: Floats, high: Floats) -> Interval:
    # What is undefined, such as 0 * inf, may be anything.
    low = np.where(np.isnan(low), -np.inf, _moved(low, -np.inf))
    high = np.where(np.isnan(high), np.inf, _moved(high, np.inf))
    return Interval(low, high)


def _product(a: Floats, b: Floats) -> Floats:
    """A product that is 0 only where a factor is.

    0 * inf is 0, as an infinite bound stands for arbitrarily large numbers.
    """
    product = np.where((a == 0) | (b == 0), 0.0, a * b)
    lost = (product == 0) & (a != 0) & (b != 0)
    return np.where(lost, np.copysign(_SMALLEST, np.sign(a) * np.sign(b)), product)


def _moved(bound: Floats, towards: float) -> Floats:
    # A zero is exact.
    return np.where(bound == 0, 0.0, np.nextafter(bound, towards))


@dataclass(frozen=True)
class Interval:
    """Lower and upper bounds, arrays of one shape."""

    low: Floats
    high: Floats

    @classmethod
    def of(cls, value: Any) -> Interval:
        """A number, or an interval as it is."""
        if isinstance(value, Interval):
            return value
        exact = np.asarray(float(value))
        return cls(exact, exact)

    @property
    def is_zero(self) -> bool:
        """Whether it is the number 0, for all boxes at once."""
        return bool(np.ndim(self.low) == 0 and self.low == 0 == self.high)

    def __add__(self, other: Any) -> Interval:
        other = Interval.of(other)
        if self.is_zero or other.is_zero:
            return other if self.is_zero else self
        return _outward(self.low + other.low, self.high + other.high)

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Any) -> Interval:
        return self + -Interval.of(other)

    def __rsub__(self, other: Any) -> Interval:
        return Interval.of(other) + -self

    def __mul__(self, other: Any) -> Interval:
        other = Interval.of(other)
        if self.is_zero or other.is_zero:
            return self if self.is_zero else other
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        low, high = reduce(np.minimum, corners), reduce(np.maximum, corners)
        if (np.isnan(low) | (low == 0) | (high == 0)).any():
            corners = [
                _product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)
            ]
            low, high = reduce(np.minimum, corners), reduce(np.maximum, corners)
        return _outward(low, high)

    __rmul__ = __mul__

    def inverse(self) -> Interval:
        """1/x; unbounded where x may vanish."""
        low, high = 1 / self.high, 1 / self.low
        positive, negative = self.low > 0, self.high < 0
        low = np.where(positive | negative, low, np.where(self.low >= 0, low, -np.inf))
        high = np.where(positive | negative, high, np.inf)
        return _outward(low, high)

    def __truediv__(self, other: Any) -> Interval:
        return self * Interval.of(other).inverse()

    def __rtruediv__(self, other: Any) -> Interval:
        return Interval.of(other) / self

    def sqrt(self) -> Interval:
        """Square root of what is not negative."""
        return _outward(np.sqrt(np.maximum(self.low, 0)), np.sqrt(np.maximum(self.high, 0)))

    def meet(self, other: Interval) -> Interval:
        """Intersection of two enclosures of the same number."""
        return Interval(np.maximum(self.low, other.low), np.minimum(self.high, other.high))

    def within(self, low: float, high: float) -> Interval:
        """Intersection with a range that the number is known to lie in."""
        return Interval(np.maximum(self.low, low), np.minimum(self.high, high))


@dataclass(frozen=True)
class Jet:
    """A function on boxes: its range and those of its derivatives in each variable."""

    value: Interval
    slopes: tuple[Interval, ...]

    def constant(self, other: Any) -> Jet:
        """A number or an interval as a jet in the same variables; a jet as it is."""
        if isinstance(other, Jet):
            return other
        zero = Interval.of(0.0)
        return Jet(Interval.of(other), (zero,) * len(self.slopes))

    def __add__(self, other: Any) -> Jet:
        other = self.constant(other)
        slopes = (a + b for a, b in zip(self.slopes, other.slopes, strict=True))
        return Jet(self.value + other.value, tuple(slopes))

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet(-self.value, tuple(-slope for slope in self.slopes))

    def __sub__(self, other: Any) -> Jet:
        return self + -self.constant(other)

    def __rsub__(self, other: Any) -> Jet:
        return self.constant(other) + -self

    def __mul__(self, other: Any) -> Jet:
        other = self.constant(other)
        pairs = zip(self.slopes, other.slopes, strict=True)
        slopes = (a * other.value + self.value * b for a, b in pairs)
        return Jet(self.value * other.value, tuple(slopes))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Jet:
        other = self.constant(other)
        inverse = other.value.inverse()
        quotient = self.value * inverse
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Jet(quotient, tuple((a - quotient * b) * inverse for a, b in pairs))

    def __rtruediv__(self, other: Any) -> Jet:
        return self.constant(other) / self

    def sqrt(self) -> Jet:
        """Square root of what is not negative."""
        root = self.value.sqrt()
        half = (root * 2).inverse()
        return Jet(root, tuple(slope * half for slope in self.slopes))

    def meet(self, other: Jet) -> Jet:
        """Intersection of two enclosures of the same function."""
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Jet(self.value.meet(other.value), tuple(a.meet(b) for a, b in pairs))

    def within(self, low: float, high: float) -> Jet:
        """Intersection of the range with one that is known."""
        return Jet(self.value.within(low, high), self.slopes)
