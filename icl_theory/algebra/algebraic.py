"""Real algebraic numbers: a defining polynomial and an interval that isolates one root of it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import flint

from .digits import bits_of, checked_digits
from .exchange import Portable
from .numbers import to_fmpq, to_fraction
from .precision import precision
from .real_roots import intervals, middle

if TYPE_CHECKING:
    import sympy as sp

#: Primes up to this are taken out of a square root; larger squares may stay in it.
_SQUARE_LIMIT = 10_000
#: Bits to which roots are refined before they are told apart.
_APART_BITS = 8


@functools.total_ordering
@dataclass(frozen=True, eq=False)
class Algebraic(Portable, kind="algebraic"):
    """A real algebraic number.

    Attributes
    ----------
    polynomial
        Coefficients of the minimal polynomial, lowest degree first: coprime integers, the last one
        positive, irreducible over the rationals.
    interval
        Two rational numbers that enclose this root of the polynomial and no other. They are equal
        if the number is rational.
    surd
        For a number of degree two, optionally, a, b and c with value a + b sqrt(c).

    Examples
    --------
    >>> root = Algebraic((-2, 0, 1), (Fraction(1), Fraction(2)))
    >>> print(root)
    sqrt(2)
    >>> root.approximation(30)
    [1.41421356...]
    >>> root == Algebraic((-2, 0, 1), (Fraction(5, 4), Fraction(3, 2)))
    True
    """

    polynomial: tuple[int, ...]
    interval: tuple[Fraction, Fraction]
    surd: tuple[Fraction, Fraction, int] | None = field(default=None, repr=False)

    @classmethod
    def rational(cls, value: Fraction) -> Algebraic:
        """The rational number as an algebraic number."""
        return cls((-value.numerator, value.denominator), (value, value))

    @classmethod
    def isolated(
        cls,
        polynomial: flint.fmpz_poly,
        interval: tuple[Fraction, Fraction],
        surd: tuple[Fraction, Fraction, int] | None = None,
    ) -> Algebraic:
        """The root of an irreducible polynomial in an interval that contains no other."""
        content = polynomial.content()
        if polynomial.leading_coefficient() < 0:
            content = -content
        coefficients = tuple(int(c // content) for c in polynomial.coeffs())
        if len(coefficients) == 2:
            return cls.rational(Fraction(-coefficients[0], coefficients[1]))
        return cls(coefficients, interval, surd)

    @classmethod
    def root(
        cls,
        polynomial: flint.fmpz_poly,
        enclosure: Callable[[int], flint.arb],
        surd: tuple[Fraction, Fraction, int] | None = None,
    ) -> Algebraic:
        """The root of an irreducible polynomial that an enclosure contains.

        Parameters
        ----------
        polynomial
            Irreducible, with integer coefficients.
        enclosure
            Function from a number of bits to a ball around the number, the smaller the more bits.
        surd
            The number as a + b sqrt(c), where that is known.

        Raises
        ------
        ArithmeticError
            If no root lies in the enclosure.
        """
        if polynomial.degree() == 1:
            return cls.isolated(polynomial, (Fraction(0), Fraction(0)))
        derivative = polynomial.derivative()
        bits = 64
        while True:
            ball = enclosure(bits)
            with precision(bits):
                low, high = ball.lower(), ball.upper()
                around = low.union(high)
                slope = derivative(around)
            # Where the slope has one sign there is one root at most. No root is zero.
            if around.is_finite() and not around.contains(0) and not slope.contains(0):
                ends = low.fmpq(), high.fmpq()
                if (polynomial(ends[0]) > 0) == (polynomial(ends[1]) > 0):
                    raise ArithmeticError(
                        "no root of the defining polynomial lies in the enclosure"
                    )
                return cls.isolated(polynomial, (to_fraction(ends[0]), to_fraction(ends[1])), surd)
            bits *= 2

    @property
    def degree(self) -> int:
        """Degree over the rational numbers."""
        return len(self.polynomial) - 1

    @property
    def is_rational(self) -> bool:
        """Whether the number is rational."""
        return self.degree == 1

    @property
    def is_zero(self) -> bool:
        """Whether the number is zero."""
        return self.polynomial == (0, 1)

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        if self.is_zero:
            return 0
        # An irreducible polynomial of higher degree does not vanish at zero.
        low, high = self.interval
        if low <= 0 <= high:
            low, high = self._halve(low, high, Fraction(0))
        return 1 if high > 0 else -1

    def refined(self, bits: int) -> tuple[Fraction, Fraction]:
        """An isolating interval whose length is at most 2**-bits of the number's size."""
        low, high = self.interval
        if low <= 0 <= high and not self.is_rational:
            low, high = self._halve(low, high, Fraction(0))
        while (high - low) * 2**bits > min(abs(low), abs(high)):
            low, high = self._newton(low, high)
        return low, high

    def _newton(self, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
        """A much smaller isolating interval, by Newton's step and signs; half, where that fails."""
        width = high - low
        between = middle(to_fmpq(low), to_fmpq(high))
        # Around its middle the slope on the interval is as narrow as neighbouring roots permit.
        around = flint.fmpq_poly(list(self.polynomial))(flint.fmpq_poly([between, 1]))
        slope = around.derivative()
        bits = max(64, 4 * (_exponent(max(abs(low), abs(high))) - _exponent(width)) + 64)
        with precision(bits):
            offset = (flint.arb(to_fmpq(low) - between)).union(flint.arb(to_fmpq(high) - between))
            step = flint.arb(around[0] * slope.denom()) / slope.numer()(offset)
            image = flint.arb(between) - step
            if image.is_finite() and image.lower() < image.upper():
                inner = to_fraction(image.lower().fmpq()), to_fraction(image.upper().fmpq())
                new = max(low, inner[0]), min(high, inner[1])
                # Interval Newton: every root in the old interval lies in the image.
                if new[0] <= new[1] and (new[1] - new[0]) * 2 < width:
                    return new
        return self._halve(low, high, to_fraction(between))

    def _halve(self, low: Fraction, high: Fraction, at: Fraction) -> tuple[Fraction, Fraction]:
        """The part of an isolating interval on the root's side of a point."""
        if not low < at < high:
            return (low, high)
        polynomial = flint.fmpz_poly(list(self.polynomial))
        left, here = polynomial(to_fmpq(low)), polynomial(to_fmpq(at))
        return (low, at) if (left > 0) != (here > 0) else (at, high)

    def approximation(self, digits: int = 50) -> flint.arb:
        """Ball that contains the number, with a radius of at most 10**-digits of it."""
        return self.ball(bits_of(checked_digits(digits)))

    def ball(self, bits: int) -> flint.arb:
        """Ball that contains the number, with a radius of at most 2**-bits of it."""
        low, high = self.refined(bits + 2)
        with precision(bits + 8):
            return _ball(low).union(_ball(high))

    def __float__(self) -> float:
        low, high = self.refined(64)
        return float((low + high) / 2)

    def __eq__(self, other: object) -> bool:
        other = _coerce(other)
        if other is None:
            return NotImplemented
        if self.polynomial != other.polynomial:
            return False
        # Both intervals isolate a root of one polynomial: it is the same root exactly if it lies
        # in the intersection.
        low = max(self.interval[0], other.interval[0])
        high = min(self.interval[1], other.interval[1])
        if low > high:
            return False
        return self.is_rational or self._changes(low, high)

    def _changes(self, low: Fraction, high: Fraction) -> bool:
        polynomial = flint.fmpz_poly(list(self.polynomial))
        ends = [polynomial(to_fmpq(x)) > 0 for x in (low, high)]
        return ends[0] != ends[1]

    def __hash__(self) -> int:
        return hash(self.interval[0]) if self.is_rational else hash(self.polynomial)

    def __lt__(self, other: object) -> bool:
        other = _coerce(other)
        if other is None:
            return NotImplemented
        if self == other:
            return False
        bits, mine, theirs = 32, self.interval, other.interval
        while True:
            if mine[1] < theirs[0]:
                return True
            if theirs[1] < mine[0]:
                return False
            mine, theirs = self.refined(bits), other.refined(bits)
            bits *= 2

    def __bool__(self) -> bool:
        return not self.is_zero

    def quadratic(self) -> tuple[Fraction, Fraction, int]:
        """Rational a, b and integer c >= 0 with value a + b sqrt(c); b = c = 0 if rational.

        Squares of primes below 10 000 are taken out of c.

        Raises
        ------
        ValueError
            If the degree is above two.
        """
        if self.is_rational:
            return self.interval[0], Fraction(0), 0
        if self.degree > 2:
            raise ValueError(f"a number of degree {self.degree} is not a + b*sqrt(c)")
        if self.surd is not None:
            return self.surd
        c0, c1, c2 = self.polynomial
        outside, inside = square_part(c1 * c1 - 4 * c0 * c2)
        rational, factor = Fraction(-c1, 2 * c2), Fraction(outside, 2 * c2)
        # The vertex of the parabola separates the larger root from the smaller one.
        low, high = self.interval
        if low < rational < high:
            low, high = self._halve(low, high, rational)
        return rational, factor if low >= rational else -factor, inside

    def sympy(self) -> sp.Expr:
        """The number as a SymPy expression: rational, a + b sqrt(c), or a root object."""
        import sympy as sp

        if self.degree <= 2:
            a, b, c = self.quadratic()
            return sp.Rational(a.numerator, a.denominator) + sp.Rational(
                b.numerator, b.denominator
            ) * sp.sqrt(c)
        (index,) = [
            i
            for i, interval in enumerate(intervals(flint.fmpz_poly(list(self.polynomial))))
            if Algebraic(self.polynomial, interval) == self
        ]
        x = sp.Symbol("x")
        return sp.CRootOf(sp.Poly(self.polynomial[::-1], x), index)

    def __repr__(self) -> str:
        polynomial = ", ".join(map(_decimal, self.polynomial))
        ends = (
            f"Fraction({_decimal(e.numerator)}, {_decimal(e.denominator)})" for e in self.interval
        )
        return f"Algebraic(polynomial=({polynomial}), interval=({', '.join(ends)}))"

    def __str__(self) -> str:
        if self.degree <= 2:
            a, b, c = self.quadratic()
            if not b:
                return _ratio(a)
            size = "" if abs(b) == 1 else f"{_ratio(abs(b))}*"
            root = f"{size}sqrt({_decimal(c)})"
            if not a:
                return f"-{root}" if b < 0 else root
            return f"{_ratio(a)} {'-' if b < 0 else '+'} {root}"
        terms = []
        for power in range(self.degree, -1, -1):
            coefficient = self.polynomial[power]
            if coefficient:
                factors = [_decimal(abs(coefficient))] if abs(coefficient) != 1 or not power else []
                factors += [f"z**{power}" if power > 1 else "z"] if power else []
                terms.append(("-" if coefficient < 0 else "+", "*".join(factors)))
        text = " ".join(f"{sign} {term}" for sign, term in terms).removeprefix("+ ")
        # Floats end near 2**1024 and thin out below 2**-1022.
        in_range = abs(_exponent(self.interval[1])) < 1000
        shown = f"{float(self):.12g}" if in_range else self.ball(64).str(12, radius=False)
        return f"root of {text} near {shown}"


def _decimal(number: int) -> str:
    """An integer in decimals, of any length: Python refuses more than 4,300."""
    return flint.fmpz(number).str()


def _ratio(value: Fraction) -> str:
    one = value.denominator == 1
    return _decimal(value.numerator) + ("" if one else f"/{_decimal(value.denominator)}")


def _coerce(value: object) -> Algebraic | None:
    if isinstance(value, Algebraic):
        return value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Algebraic.rational(Fraction(value))
    return None


def real_roots(polynomials: Iterable[Any]) -> list[Algebraic]:
    """All real roots of polynomials of FLINT, each once, in increasing order.

    The polynomials, over the integers or the rationals, are split into irreducible factors, so
    equal roots are recognised as equal.
    """
    factors: dict[str, flint.fmpz_poly] = {}
    for polynomial in polynomials:
        if polynomial.degree() > 0:
            _, split = flint.fmpq_poly(polynomial).numer().factor()
            factors.update({str(factor): factor for factor, _ in split})
    roots = [
        Algebraic.isolated(factor, interval)
        for factor in factors.values()
        for interval in intervals(factor)
    ]
    # All are different, so that their intervals come apart.
    bits, touching = _APART_BITS, set(range(len(roots)))
    while touching:
        for i in touching:
            roots[i] = replace(roots[i], interval=roots[i].refined(bits))
        roots.sort(key=lambda root: root.interval)
        touching = {
            k
            for i in range(len(roots) - 1)
            if roots[i].interval[1] >= roots[i + 1].interval[0]
            for k in (i, i + 1)
        }
        bits *= 2
    return roots


def samples(roots: Sequence[Algebraic]) -> list[flint.fmpq]:
    """One rational number before the first root, between neighbours, and after the last."""
    if not roots:
        return [flint.fmpq(0)]
    between = [_between(a, b) for a, b in pairwise(roots)]
    return [to_fmpq(v) for v in (roots[0].interval[0] - 1, *between, roots[-1].interval[1] + 1)]


def _between(one: Algebraic, other: Algebraic) -> Fraction:
    """A rational number above one and below another."""
    bits = _APART_BITS
    while True:
        low, high = one.refined(bits)[1], other.refined(bits)[0]
        if low < high:
            return (low + high) / 2
        bits *= 2


def square_part(value: int) -> tuple[int, int]:
    """Positive s and c with value = s^2 c, squares of small primes taken out of c."""
    outside, inside = 1, value
    for prime in _primes():
        while inside % (prime * prime) == 0:
            inside //= prime * prime
            outside *= prime
        if prime * prime > inside:
            break
    root = math.isqrt(inside)
    return (outside * root, 1) if root * root == inside else (outside, inside)


@functools.cache
def _primes() -> tuple[int, ...]:
    sieve = bytearray([1]) * (_SQUARE_LIMIT + 1)
    for n in range(2, math.isqrt(_SQUARE_LIMIT) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, _SQUARE_LIMIT + 1, n)))
    return tuple(n for n in range(2, _SQUARE_LIMIT + 1) if sieve[n])


def _ball(value: Fraction) -> flint.arb:
    return flint.arb(to_fmpq(value))


def _exponent(value: Fraction) -> int:
    return value.numerator.bit_length() - value.denominator.bit_length()
