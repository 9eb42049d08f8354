"""Leading terms of quantities along a curve: arithmetic of Laurent series over any numbers.

A quantity is eps^order (a_0 + a_1 eps + ...) with so many terms known, for a small eps > 0. Where
all that is added is positive, as in the theory's formulas, one term is enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from flint import arb


class UnknownTerm(ArithmeticError):
    """All known terms cancel, so that neither the order nor the sign is known."""


def is_zero(value: Any) -> bool:
    """Whether a number is zero for certain; a ball around zero may be another."""
    # Balls have no truth value, and elements of a field are not compared.
    return bool(value.is_zero()) if isinstance(value, arb) else not value


class TruncatedSeries:
    """A series in a small number, as far as it is known.

    Parameters
    ----------
    order
        Power of the first term; infinite for zero itself.
    terms
        Coefficients from there on, of which the first is not zero.
    unit
        The number one as such a series: 1 and zeros, as many as terms are kept.

    Examples
    --------
    >>> unit = (1.0, 0.0)
    >>> small = TruncatedSeries(1, unit, unit)
    >>> (small / (small + 2)).terms
    (0.5, -0.25)
    """

    __slots__ = ("order", "terms", "unit")

    def __init__(self, order: float, terms: Sequence[Any], unit: tuple[Any, ...]) -> None:
        self.order, self.terms, self.unit = order, tuple(terms), unit

    @classmethod
    def constant(cls, value: Any, unit: tuple[Any, ...]) -> TruncatedSeries:
        """A number, which may be zero."""
        if is_zero(value):
            return cls(math.inf, (), unit)
        return cls(0, tuple(value * one for one in unit), unit)

    def times_power(self, power: int) -> TruncatedSeries:
        """The series times a power of the small number."""
        return TruncatedSeries(self.order + power, self.terms, self.unit)

    def _like(self, other: TruncatedSeries | int) -> TruncatedSeries:
        return (
            other
            if isinstance(other, TruncatedSeries)
            else TruncatedSeries.constant(other, self.unit)
        )

    def __neg__(self) -> TruncatedSeries:
        return TruncatedSeries(self.order, tuple(-term for term in self.terms), self.unit)

    def __add__(self, other: TruncatedSeries | int) -> TruncatedSeries:
        other = self._like(other)
        if self.order != other.order and len(self.unit) == 1:
            # What is smaller is not seen.
            return self if self.order < other.order else other
        both = [series for series in (self, other) if series.order < math.inf]
        if len(both) < 2:
            return both[0] if both else self
        start = min(int(series.order) for series in both)
        end = min(int(series.order) + len(series.terms) for series in both)
        total = []
        for power in range(start, end):
            given = [s.terms[power - int(s.order)] for s in both if power >= s.order]
            total.append(given[0] if len(given) == 1 else given[0] + given[1])
        while total and is_zero(total[0]):
            total, start = total[1:], start + 1
        return TruncatedSeries(start, total, self.unit)

    __radd__ = __add__

    def __sub__(self, other: TruncatedSeries | int) -> TruncatedSeries:
        return self + -self._like(other)

    def __rsub__(self, other: int) -> TruncatedSeries:
        return -self + other

    def __mul__(self, other: TruncatedSeries) -> TruncatedSeries:
        a, b = self.terms, other.terms
        product = []
        for i in range(min(len(a), len(b))):
            term = a[0] * b[i]
            for j in range(1, i + 1):
                term = term + a[j] * b[i - j]
            product.append(term)
        return TruncatedSeries(self.order + other.order, product, self.unit)

    def __truediv__(self, other: TruncatedSeries) -> TruncatedSeries:
        if not other.terms:
            raise UnknownTerm if other.order < math.inf else ZeroDivisionError
        b, quotient = other.terms, list[Any]()
        for i in range(min(len(self.terms), len(b))):
            rest = self.terms[i]
            for j in range(1, i + 1):
                rest = rest - b[j] * quotient[i - j]
            quotient.append(rest / b[0])
        return TruncatedSeries(self.order - other.order, quotient, self.unit)

    def __rtruediv__(self, other: int) -> TruncatedSeries:
        return self._like(other) / self

    def limit(self, zero: Any, infinity: Any, sign: Callable[[Any], int]) -> Any:
        """What the series tends to: zero, its first term, or an infinity.

        Parameters
        ----------
        zero, infinity
            These numbers.
        sign
            The sign of a number, which may raise what says that it is not decided.

        Raises
        ------
        UnknownTerm
            If too few terms are known.
        """
        if self.order > 0:
            return zero
        if not self.terms:
            raise UnknownTerm
        if self.order == 0:
            return self.terms[0]
        return infinity if sign(self.terms[0]) > 0 else -infinity
