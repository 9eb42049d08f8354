"""Quotients of integer polynomials in lowest terms, with FLINT's arithmetic.

SymPy's fields of fractions say what an expression is; FLINT's greatest common divisors get there
many times faster. Only sums, products and whole powers are needed.
"""

from __future__ import annotations

import flint


class Quotient:
    """An element of Q(symbols): coprime polynomials, leading coefficient of ``under`` positive."""

    __slots__ = ("over", "under")

    def __init__(self, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly) -> None:
        self.over, self.under = over, under

    @classmethod
    def reduced(cls, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly) -> Quotient:
        """Cancel the common factor, content included, and fix the sign."""
        common = over.gcd(under)
        if under.leading_coefficient() < 0:
            common = -common
        return cls(over // common, under // common)

    def __add__(self, other: Quotient) -> Quotient:
        if self.under == other.under:
            return Quotient.reduced(self.over + other.over, self.under)
        return Quotient.reduced(
            self.over * other.under + other.over * self.under, self.under * other.under
        )

    def __mul__(self, other: Quotient) -> Quotient:
        # Cancelling crosswise keeps the polynomials small.
        left, right = (
            Quotient.reduced(self.over, other.under),
            Quotient.reduced(other.over, self.under),
        )
        return Quotient(left.over * right.over, left.under * right.under)

    def __pow__(self, exponent: int) -> Quotient:
        if exponent >= 0:
            return Quotient(self.over**exponent, self.under**exponent)
        over, under = self.under**-exponent, self.over**-exponent
        return Quotient.reduced(over, under)

    def is_zero(self) -> bool:
        """Whether this is the zero of the field."""
        return bool(self.over == 0)


class Quotients:
    """The field Q(symbols) for a number of symbols, in lexicographic order."""

    def __init__(self, count: int) -> None:
        self.ring = flint.fmpz_mpoly_ctx.get(tuple(f"g{i}" for i in range(count)), "lex")
        self.origin = (0,) * count
        self.generators = [Quotient(g, self._constant(1)) for g in self.ring.gens()]

    def number(self, over: int, under: int = 1) -> Quotient:
        """A rational number in lowest terms."""
        return Quotient(self._constant(over), self._constant(under))

    def _constant(self, value: int) -> flint.fmpz_mpoly:
        return self.ring.from_dict({self.origin: value} if value else {})
