"""Rational functions of one variable over the rational numbers, exactly.

The formulas of the theory are straight-line programs over any field. Run on these objects they
become, along a line on which one parameter moves, explicit quotients of polynomials.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import flint

#: An exact number: an integer, `flint.fmpz` or `flint.fmpq`.
Scalar: TypeAlias = Any


class RationalFunction:
    """A quotient of coprime polynomials, with a monic denominator.

    Parameters
    ----------
    over, under
        Numerator and denominator, `flint.fmpq_poly`.

    Raises
    ------
    ZeroDivisionError
        If ``under`` is the zero polynomial.
    """

    __slots__ = ("over", "under")

    def __init__(self, over: Any, under: Any = 1) -> None:
        over, under = flint.fmpq_poly(over), flint.fmpq_poly(under)
        if under.is_zero():
            raise ZeroDivisionError("a rational function with denominator zero")
        common = over.gcd(under)
        if common.degree() > 0:
            over, under = over // common, under // common
        lead = under.leading_coefficient()
        self.over, self.under = over / lead, under / lead

    @classmethod
    def variable(cls) -> RationalFunction:
        """The function s -> s."""
        return cls([0, 1])

    def derivative(self) -> RationalFunction:
        """The derivative."""
        return RationalFunction(
            self.over.derivative() * self.under - self.over * self.under.derivative(),
            self.under * self.under,
        )

    def __call__(self, point: Any) -> Any:
        """Value at a rational number, or a ball that holds the values on an Arb ball."""
        if isinstance(point, flint.arb):
            return flint.arb_poly(self.over)(point) / flint.arb_poly(self.under)(point)
        return self.over(point) / self.under(point)

    def sign(self, point: flint.fmpq) -> int:
        """Sign at a rational number that is no pole."""
        value = self(point)
        return (value > 0) - (value < 0)

    def is_zero(self) -> bool:
        """Whether this is the zero function."""
        return bool(self.over.is_zero())

    def __add__(self, other: RationalFunction | Scalar) -> RationalFunction:
        other = _lift(other)
        return RationalFunction(
            self.over * other.under + other.over * self.under, self.under * other.under
        )

    __radd__ = __add__

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.over, self.under)

    def __sub__(self, other: RationalFunction | Scalar) -> RationalFunction:
        return self + -_lift(other)

    def __rsub__(self, other: RationalFunction | Scalar) -> RationalFunction:
        return -self + other

    def __mul__(self, other: RationalFunction | Scalar) -> RationalFunction:
        other = _lift(other)
        return RationalFunction(self.over * other.over, self.under * other.under)

    __rmul__ = __mul__

    def __truediv__(self, other: RationalFunction | Scalar) -> RationalFunction:
        other = _lift(other)
        return RationalFunction(self.over * other.under, self.under * other.over)

    def __rtruediv__(self, other: RationalFunction | Scalar) -> RationalFunction:
        return _lift(other) / self


def _lift(value: RationalFunction | Scalar) -> RationalFunction:
    return value if isinstance(value, RationalFunction) else RationalFunction([value])
