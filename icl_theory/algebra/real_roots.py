"""Real roots of a polynomial, isolated with certainty and at any scale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import flint

from .numbers import to_fraction

#: By so many bits smaller parts are tried first, around roots that nearly coincide.
_SMALLER = 4


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

    Notes
    -----
    Bisection, first in the exponent, so that roots may differ by thousands of orders of magnitude.
    Pieces are left as soon as Descartes' rule of signs sees no root or one in them (Vincent's
    theorem: it does once a piece is small).
    """
    if polynomial.degree() < 1:
        return []
    simple = polynomial // polynomial.gcd(polynomial.derivative())
    # Roots other than zero have absolute values between these: powers of two, which stay short.
    sizes = [int(abs(c)).bit_length() for c in simple.coeffs() if c]
    low = flint.fmpq(1, 1 << (max(sizes) + 2 - sizes[0]))
    high = flint.fmpq(1 << (max(sizes) + 2 - sizes[-1]))
    cuts = sorted({flint.fmpq(0), *(mark for mark in marks if abs(mark) < high)})
    found: list[tuple[flint.fmpq, flint.fmpq]] = []
    for left, right in pairwise([-high, *cuts, high]):
        found += [(left, left)] if simple(left) == 0 else []
        # The piece around zero holds no other root.
        a, b = (low if left == 0 else left), (-low if right == 0 else right)
        waiting = [(a, b, _most(simple, a, b), _SMALLER)] if a < b else []
        while waiting:
            a, b, most, bits = waiting.pop()
            if most == 1:
                found.append(_narrowed(simple, a, b))
            elif most > 1:
                near = _cluster(simple, a, b, most, bits)
                if near and _most(simple, *near) == most:
                    waiting.append((*near, most, 2 * bits))
                    continue
                between = middle(a, b)
                found += [(between, between)] if simple(between) == 0 else []
                waiting += [
                    (c, d, _most(simple, c, d), max(_SMALLER, bits // 2))
                    for c, d in ((a, between), (between, b))
                ]
    return sorted((to_fraction(a), to_fraction(b)) for a, b in found)


def _most(polynomial: flint.fmpz_poly, low: flint.fmpq, high: flint.fmpq) -> int:
    """Descartes' bound on the roots in an open interval: above their number by an even one."""
    onto_unit = flint.fmpq_poly(polynomial)(flint.fmpq_poly([low, high - low])).numer()
    # Zero to one becomes infinity to zero.
    turned = flint.fmpz_poly(onto_unit.coeffs()[::-1])(flint.fmpz_poly([1, 1]))
    signs = [c > 0 for c in turned.coeffs() if c]
    return sum(one != other for one, other in pairwise(signs))


def _cluster(
    polynomial: flint.fmpz_poly, low: flint.fmpq, high: flint.fmpq, most: int, bits: int
) -> tuple[flint.fmpq, flint.fmpq] | None:
    """A part, by so many bits smaller, where Newton's step for roots that nearly coincide leads."""
    if _exponent(high / low) > 2:
        return None
    between = middle(low, high)
    slope = polynomial.derivative()(between)
    if not slope:
        return None
    size = (high - low) / (1 << bits)
    # In units of the size, which keep the ends short.
    place = ((between - most * polynomial(between) / slope - low) / size).floor()
    near = max(low, low + (place - 1) * size), min(high, low + (place + 2) * size)
    return near if near[0] < near[1] else None


def _narrowed(
    polynomial: flint.fmpz_poly, low: flint.fmpq, high: flint.fmpq
) -> tuple[flint.fmpq, flint.fmpq]:
    """An interval inside of an open one with a single root, which touches neither of its ends."""
    a, b = low, high
    while a == low or b == high:
        between = middle(a, b)
        if not polynomial(between):
            return between, between
        if _most(polynomial, a, between):
            b = between
        else:
            a = between
    return a, b


def middle(low: flint.fmpq, high: flint.fmpq) -> flint.fmpq:
    """A point between two numbers of one sign: by their exponents, or where these are close."""
    if low < 0:
        return -middle(-high, -low)
    first, last = (_exponent(end) for end in (low, high))
    if last - first > 2:
        place = (first + last) // 2
        return flint.fmpq(1 << place) if place >= 0 else flint.fmpq(1, 1 << -place)
    return (low + high) / 2


def _exponent(value: flint.fmpq) -> int:
    return int(value.numerator).bit_length() - int(value.denominator).bit_length()
