"""Real roots of a polynomial: isolated with certainty, or counted by Sturm's theorem."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import flint

from .numbers import to_fraction
from .precision import precision


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


def sturm(polynomial: flint.fmpz_poly) -> list[flint.fmpq_poly]:
    """Sturm's sequence of the square-free part of a polynomial that is not zero."""
    start = flint.fmpq_poly(polynomial)
    start = start // start.gcd(start.derivative()) if start.degree() > 0 else start
    chain = [start, start.derivative()]
    while chain[-1]:
        chain.append(-(chain[-2] % chain[-1]))
    return chain[:-1]


def count_roots(
    polynomial: flint.fmpz_poly, low: flint.fmpq | None = None, high: flint.fmpq | None = None
) -> int:
    """Number of distinct real roots in the closed interval [low, high], by Sturm's theorem.

    None is an infinite end.

    Raises
    ------
    ValueError
        If the polynomial is zero.
    """
    if not polynomial:
        raise ValueError("the zero polynomial has every number as a root")
    chain = sturm(polynomial)
    if low is not None and high is not None and low > high:
        return 0
    # The difference counts roots in the half-open interval (low, high].
    found = _changes(chain, low, -1) - _changes(chain, high, 1)
    return found + int(low is not None and chain[0](low) == 0)


def _changes(chain: Sequence[flint.fmpq_poly], point: flint.fmpq | None, end: int) -> int:
    """Changes of sign along Sturm's sequence at a point, or at the given end of the real line."""
    if point is None:
        values = [p[p.degree()] * end ** p.degree() for p in chain]
    else:
        values = [p(point) for p in chain]
    signs = [value > 0 for value in values if value]
    return sum(a != b for a, b in pairwise(signs))
