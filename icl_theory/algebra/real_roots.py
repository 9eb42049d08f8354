"""Real roots of a polynomial, isolated with certainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import flint

from .numbers import to_fraction
from .precision import precision

#: Up to this degree roots are isolated by Sturm's theorem, at any scale. FLINT's isolation of all
#: complex roots is for higher degrees: it is slow where roots differ by many orders of magnitude.
LOW_DEGREE = 4


def intervals(
    polynomial: flint.fmpz_poly, marks: Sequence[flint.fmpq] = ()
) -> list[tuple[Fraction, Fraction]]:
    """Disjoint rational intervals around the distinct real roots, in increasing order.

    Parameters
    ----------
    polynomial
        Any polynomial with integer coefficients.
    marks
        Rational numbers that no interval may contain, unless they are the root.

    Returns
    -------
    list
        Pairs (low, high); a root among ``marks`` has the interval (root, root).
    """
    if polynomial.degree() <= LOW_DEGREE:
        return _by_sturm(polynomial, marks)
    exact = [mark for mark in marks if polynomial(mark) == 0]
    bits = 64
    while True:
        with precision(bits):
            # FLINT certifies all complex roots: real ones have imaginary part exactly zero.
            roots = [root.real for root, _ in polynomial.complex_roots() if root.imag == 0]
            roots.sort(key=lambda ball: ball.mid())
            found = [_interval(ball, exact) for ball in roots]
        touched = any(
            low <= to_fraction(mark) <= high and low != high
            for mark in marks
            for low, high in found
        )
        if not touched and all(a[1] < b[0] for a, b in pairwise(found)):
            return found
        bits *= 2


def _interval(ball: flint.arb, exact: Sequence[flint.fmpq]) -> tuple[Fraction, Fraction]:
    for root in exact:
        if ball.overlaps(flint.arb(root)):
            return to_fraction(root), to_fraction(root)
    return to_fraction(ball.lower().fmpq()), to_fraction(ball.upper().fmpq())


def _by_sturm(
    polynomial: flint.fmpz_poly, marks: Sequence[flint.fmpq]
) -> list[tuple[Fraction, Fraction]]:
    """`intervals` by bisection, first in the exponent."""
    if polynomial.degree() < 1:
        return []
    chain = [part.numer() for part in sturm(polynomial)]

    def changes(point: flint.fmpq) -> int:
        signs = [value > 0 for value in (part(point) for part in chain) if value]
        return sum(a != b for a, b in pairwise(signs))

    # Roots other than zero have absolute values between these.
    coefficients = [abs(int(c)) for c in polynomial.coeffs()]
    while not coefficients[0]:
        coefficients.pop(0)
    largest = max(coefficients)
    low = flint.fmpq(coefficients[0], 2 * largest + 1)
    high = flint.fmpq(2 * largest + 1, coefficients[-1])
    cuts = sorted({flint.fmpq(0), *(mark for mark in marks if abs(mark) < high)})
    found: list[tuple[flint.fmpq, flint.fmpq]] = []
    for left, right in pairwise([-high, *cuts, high]):
        found += [(left, left)] if polynomial(left) == 0 else []
        # The piece around zero holds no other root.
        waiting = [(low if left == 0 else left, -low if right == 0 else right)]
        while waiting:
            a, b = waiting.pop()
            if a >= b:
                continue
            inside = changes(a) - changes(b) - (polynomial(b) == 0)
            if inside == 1:
                found.append(_narrowed(polynomial, changes, a, b))
            elif inside > 1:
                middle = _middle(a, b)
                found += [(middle, middle)] if polynomial(middle) == 0 else []
                waiting += [(a, middle), (middle, b)]
    return sorted((to_fraction(a), to_fraction(b)) for a, b in found)


def _narrowed(
    polynomial: flint.fmpz_poly,
    changes: Callable[[flint.fmpq], int],
    low: flint.fmpq,
    high: flint.fmpq,
) -> tuple[flint.fmpq, flint.fmpq]:
    """An interval inside of an open one with a single root, which touches neither of its ends."""
    a, b, below = low, high, changes(low)
    while a == low or b == high:
        middle = _middle(a, b)
        if not polynomial(middle):
            return middle, middle
        if changes(middle) < below:
            b = middle
        else:
            a = middle
    return a, b


def _middle(low: flint.fmpq, high: flint.fmpq) -> flint.fmpq:
    """A point between two numbers of one sign: by their exponents, or where these are close."""
    if low < 0:
        return -_middle(-high, -low)
    first, last = (_exponent(end) for end in (low, high))
    if last - first > 2:
        place = (first + last) // 2
        return flint.fmpq(1 << place) if place >= 0 else flint.fmpq(1, 1 << -place)
    return (low + high) / 2


def _exponent(value: flint.fmpq) -> int:
    return int(value.numerator).bit_length() - int(value.denominator).bit_length()


def sturm(polynomial: flint.fmpz_poly) -> list[flint.fmpq_poly]:
    """Sturm's sequence of the square-free part of a polynomial that is not zero."""
    start = flint.fmpq_poly(polynomial)
    start = start // start.gcd(start.derivative()) if start.degree() > 0 else start
    chain = [start, start.derivative()]
    while chain[-1]:
        chain.append(-(chain[-2] % chain[-1]))
    return chain[:-1]
