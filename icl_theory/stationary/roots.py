"""Real roots of polynomials, isolated with certainty, and the signs between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import flint

from icl_theory.algebra.precision import precision

#: Bits at which roots are isolated first; doubled until they are apart.
START_BITS = 64
#: Distinct algebraic numbers are apart at some precision; this bounds the wait for it.
MAX_BITS = 1 << 17


@dataclass(frozen=True)
class Root:
    """A real root: the irreducible integer polynomial it annuls, and a ball that holds it alone."""

    factor: flint.fmpz_poly
    ball: flint.arb

    def refined(self, bits: int) -> flint.arb:
        """The same root in a ball of about ``bits`` bits."""
        with precision(bits):
            balls = [ball for ball in _real_roots(self.factor) if ball.overlaps(self.ball)]
        if len(balls) != 1:
            raise ArithmeticError(f"a root of {self.factor} was lost at {bits} bits")
        return balls[0]


def isolate(polynomials: Iterable[flint.fmpq_poly]) -> list[Root]:
    """All real roots of the polynomials, each once, in increasing order and in disjoint balls.

    Polynomials are split into irreducible factors over the rationals, so equal roots are
    recognised as equal and different ones come apart when the precision grows.

    Raises
    ------
    ArithmeticError
        If two roots do not come apart at the largest precision.
    """
    factors: dict[str, Any] = {}
    for polynomial in polynomials:
        if polynomial.degree() > 0:
            _, split = flint.fmpq_poly(polynomial).numer().factor()
            factors.update({str(factor): factor for factor, _ in split})
    bits = START_BITS
    while bits <= MAX_BITS:
        with precision(bits):
            roots = [
                Root(factor, ball) for factor in factors.values() for ball in _real_roots(factor)
            ]
        roots.sort(key=lambda root: root.ball.mid())
        if all(a.ball < b.ball for a, b in pairwise(roots)):
            return roots
        bits *= 2
    raise ArithmeticError(f"two roots do not come apart at {MAX_BITS} bits")


def _real_roots(polynomial: flint.fmpz_poly) -> list[flint.arb]:
    if polynomial.degree() == 1:
        constant, slope = polynomial.coeffs()
        return [flint.arb(flint.fmpq(-constant, slope))]
    # FLINT certifies all complex roots and returns the real ones with imaginary part exactly zero.
    roots = (root for root, _ in polynomial.complex_roots())
    return [flint.acb(root).real for root in roots if flint.acb(root).imag == 0]


def samples(roots: Sequence[Root]) -> list[flint.fmpq]:
    """One rational number before the first root, between neighbours, and after the last."""
    if not roots:
        return [flint.fmpq(0)]
    balls = [root.ball for root in roots]
    between = [(_rational(a.upper()) + _rational(b.lower())) / 2 for a, b in pairwise(balls)]
    return [_rational(balls[0].lower()) - 1, *between, _rational(balls[-1].upper()) + 1]


def _rational(ball: flint.arb) -> flint.fmpq:
    """The number itself: the bounds of a ball are binary fractions."""
    mantissa, exponent = ball.mid().man_exp()
    return flint.fmpq(mantissa) * flint.fmpq(2) ** int(exponent)
