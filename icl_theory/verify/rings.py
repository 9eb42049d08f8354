"""Rings in which statements are evaluated: fractions, and integers modulo a prime."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import sympy as sp
from flint import fmpq
from sympy.ntheory import sqrt_mod

from icl_theory.algebra.fold import Interpretation


class UndefinedError(Exception):
    """No value at a point: a division by zero, or no square root modulo a prime."""


class Exact(Interpretation[fmpq]):
    """Fractions; a symbol that stands for none, or a square root, is a TypeError."""

    def __init__(self, values: Mapping[sp.Symbol, object]) -> None:
        super().__init__()
        self.values = values

    def number(self, value: sp.Rational) -> fmpq:
        """The fraction."""
        return fmpq(int(value.p), int(value.q))

    def symbol(self, symbol: sp.Symbol) -> fmpq:
        """The fraction that was given."""
        value = self.values[symbol]
        if not isinstance(value, Fraction):
            raise TypeError(f"no fraction: {symbol}")
        return fmpq(value.numerator, value.denominator)

    def radical(self, base: fmpq, exponent: sp.Rational, node: sp.Pow) -> fmpq:
        """The root of a square; any other leaves the field."""
        sides = [int(base.p), int(base.q)]
        roots = [math.isqrt(side) if side >= 0 else -1 for side in sides]
        if exponent.q != 2 or [root * root for root in roots] != sides:
            raise TypeError(f"no fraction: {node}")
        return fmpq(*roots) ** int(exponent.p)


class Modulo(Interpretation[int]):
    """Integers modulo a prime, square roots taken where there are any."""

    def __init__(self, prime: int, values: Mapping[sp.Symbol, int]) -> None:
        super().__init__()
        self.prime, self.values = prime, values

    def number(self, value: sp.Rational) -> int:
        """The quotient modulo the prime."""
        return int(value.p) * pow(int(value.q), -1, self.prime) % self.prime

    def symbol(self, symbol: sp.Symbol) -> int:
        """The number that was given."""
        return self.values[symbol]

    def add(self, terms: Sequence[int], node: sp.Add) -> int:
        """The sum."""
        return sum(terms) % self.prime

    def multiply(self, factors: Sequence[int], node: sp.Mul) -> int:
        """The product."""
        product = 1
        for factor in factors:
            product = product * factor % self.prime
        return product

    def power(self, base: int, exponent: int, node: sp.Pow) -> int:
        """The power; zero has no inverse."""
        if base == 0 and exponent < 0:
            raise UndefinedError
        return pow(base, exponent, self.prime)

    def radical(self, base: int, exponent: sp.Rational, node: sp.Pow) -> int:
        """The root that `sqrt_mod` finds: one and the same for equal arguments."""
        for _ in range(int(exponent.q).bit_length() - 1):
            root = sqrt_mod(base, self.prime)
            if root is None:
                raise UndefinedError
            base = int(root)
        return self.power(base, int(exponent.p), node)
