"""Rings in which statements are evaluated: fractions, balls, integers modulo a prime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.ntheory import sqrt_mod


class Undefined(Exception):
    """No value at a point: a division by zero, or no square root modulo a prime."""


class Modulo:
    """Arithmetic modulo a prime."""

    def __init__(self, prime: int, values: dict[sp.Symbol, int]) -> None:
        self.prime, self.values = prime, values
        self.roots: dict[int, int] = {}

    def symbol(self, symbol: sp.Symbol) -> int:
        return self.values[symbol]

    def number(self, number: sp.Rational) -> int:
        return int(number.p) * pow(int(number.q), -1, self.prime) % self.prime

    def add(self, one: int, other: int) -> int:
        return (one + other) % self.prime

    def multiply(self, one: int, other: int) -> int:
        return one * other % self.prime

    def power(self, base: int, exponent: sp.Rational) -> int:
        for _ in range(int(exponent.q).bit_length() - 1):
            if base not in self.roots:
                root = sqrt_mod(base, self.prime)
                if root is None:
                    raise Undefined
                self.roots[base] = int(root)
            base = self.roots[base]
        if exponent < 0 and base == 0:
            raise Undefined
        return pow(base, int(exponent.p), self.prime)


class Balls:
    """Ball arithmetic."""

    def __init__(self, values: dict[sp.Symbol, Fraction]) -> None:
        self.values = values

    def symbol(self, symbol: sp.Symbol) -> arb:
        value = self.values[symbol]
        return arb(fmpq(value.numerator, value.denominator))

    def number(self, number: sp.Rational) -> arb:
        return arb(fmpq(int(number.p), int(number.q)))

    def add(self, one: arb, other: arb) -> arb:
        return one + other

    def multiply(self, one: arb, other: arb) -> arb:
        return one * other

    def power(self, base: arb, exponent: sp.Rational) -> arb:
        for _ in range(int(exponent.q).bit_length() - 1):
            base = base.sqrt()
        return base ** int(exponent.p)


class Exact:
    """Fractions; a square root is a TypeError, as a ball among the values is."""

    def __init__(self, values: Mapping[sp.Symbol, Fraction]) -> None:
        self.values = values

    def symbol(self, symbol: sp.Symbol) -> fmpq:
        value = self.values[symbol]
        if not isinstance(value, Fraction):
            raise TypeError(f"no fraction: {symbol}")
        return fmpq(value.numerator, value.denominator)

    def number(self, number: sp.Rational) -> fmpq:
        return fmpq(int(number.p), int(number.q))

    def add(self, one: fmpq, other: fmpq) -> fmpq:
        return one + other

    def multiply(self, one: fmpq, other: fmpq) -> fmpq:
        return one * other

    def power(self, base: fmpq, exponent: sp.Rational) -> fmpq:
        if exponent.q != 1:
            raise TypeError("no square root in fractions")
        return base ** int(exponent.p)


def fold(expression: sp.Expr, ring: Exact | Balls | Modulo) -> Any:
    """Value of an algebraic expression in a ring."""
    memo: dict[sp.Expr, Any] = {}

    def value(node: sp.Expr) -> Any:
        if node not in memo:
            memo[node] = read(node)
        return memo[node]

    def combine(operation: Callable[..., Any], nodes: tuple[sp.Expr, ...]) -> Any:
        total = value(nodes[0])
        for node in nodes[1:]:
            total = operation(total, value(node))
        return total

    def read(node: sp.Expr) -> Any:
        if node.is_Symbol:
            return ring.symbol(node)
        if node.is_Rational:
            return ring.number(node)
        if node.is_Add:
            return combine(ring.add, node.args)
        if node.is_Mul:
            return combine(ring.multiply, node.args)
        if node.is_Pow and node.exp.is_Rational:
            return ring.power(value(node.base), node.exp)
        raise ValueError(f"not algebraic: {node}")

    return value(expression)
