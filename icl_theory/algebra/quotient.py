"""The field of quotients of integer polynomials, each in lowest terms.

A thin layer over FLINT's multivariate polynomials, whose greatest common divisors and
factorisations take microseconds where SymPy takes milliseconds. Equality is decided: two quotients
are the same element exactly when numerators and denominators agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flint
import sympy as sp

from .fold import Interpretation
from .numbers import to_fmpq


class Quotients:
    """Rational functions over Q in named symbols, in lexicographic order."""

    def __init__(self, symbols: Sequence[sp.Symbol]) -> None:
        self.symbols = tuple(symbols)
        # A ring needs a generator even where everything is a number.
        self._size = max(1, len(self.symbols))
        self.ring = flint.fmpz_mpoly_ctx.get(tuple(f"g{i}" for i in range(self._size)), "lex")
        self.one = self.polynomial(1)
        self.index = {symbol: i for i, symbol in enumerate(self.symbols)}

    def polynomial(self, number: int) -> flint.fmpz_mpoly:
        """The constant polynomial of an integer."""
        return self.ring.constant(number)

    def number(self, value: Any) -> Quotient:
        """The constant of a rational number of any kind."""
        return Quotient(
            self, self.polynomial(int(value.numerator)), self.polynomial(int(value.denominator))
        )

    def generator(self, symbol: sp.Symbol) -> Quotient:
        """The element that a symbol is."""
        return Quotient(self, self.ring.gens()[self.index[symbol]], self.one)

    def quotient(self, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly | None = None) -> Quotient:
        """``over/under`` in lowest terms, content included, with leading denominator positive.

        Raises
        ------
        ZeroDivisionError
            If ``under`` is zero.
        """
        if under is None or under == self.one:
            return Quotient(self, over, self.one)
        if under == 0:
            raise ZeroDivisionError("division by zero in a field of rational functions")
        common = over.gcd(under)
        if under.leading_coefficient() < 0:
            common = -common
        if common != 1:
            over, under = over // common, under // common
        return Quotient(self, over, under)

    def read(self, expression: object, values: Mapping[sp.Symbol, Quotient] = {}) -> Quotient:
        """The element that a rational expression in the symbols is.

        Parameters
        ----------
        expression
            Rational in the symbols and in those of ``values``.
        values
            Elements of the field that further symbols stand for.

        Raises
        ------
        ValueError
            If the expression is not rational in these symbols.
        """
        return _Reading(self, values)(expression)

    def adopted(self, field: Quotients, polynomial: flint.fmpz_mpoly) -> flint.fmpz_mpoly:
        """A polynomial of another field, whose symbols are all known here."""
        degrees = polynomial.degrees()
        # What does not appear may be missing.
        places = [(self.index[s], i) for s, i in field.index.items() if degrees[i] > 0]
        terms = {}
        for exponents, coefficient in polynomial.terms():
            row = [0] * self._size
            for here, there in places:
                row[here] = exponents[there]
            terms[tuple(row)] = coefficient
        return self.ring.from_dict(terms)

    def expression(self, polynomial: flint.fmpz_mpoly) -> sp.Expr:
        """SymPy expression of a polynomial."""
        return sp.Add(
            *(
                sp.Integer(int(c))
                * sp.Mul(*(s ** int(e) for s, e in zip(self.symbols, es, strict=False)))
                for es, c in polynomial.terms()
            )
        )

    def factored(self, polynomial: flint.fmpz_mpoly) -> sp.Expr:
        """SymPy expression of a polynomial as a product of irreducible factors."""
        unit, factors = polynomial.factor()
        return sp.Mul(sp.Integer(int(unit)), *(self.expression(f) ** int(e) for f, e in factors))

    def coefficients(self, polynomial: flint.fmpz_mpoly, symbol: sp.Symbol) -> list[Quotient]:
        """Coefficients of the powers of a symbol, the constant one first."""
        index = self.index[symbol]
        rows: list[dict[tuple[int, ...], int]] = [
            {} for _ in range(max(0, polynomial.degrees()[index]) + 1)
        ]
        for exponents, coefficient in polynomial.terms():
            rest = (*exponents[:index], 0, *exponents[index + 1 :])
            rows[exponents[index]][rest] = coefficient
        return [Quotient(self, self.ring.from_dict(row), self.one) for row in rows]

    def at(
        self, polynomial: flint.fmpz_mpoly, values: Mapping[sp.Symbol, Quotient]
    ) -> tuple[flint.fmpz_mpoly, flint.fmpz_mpoly]:
        """Numerator and denominator of a polynomial where symbols have values, not cancelled.

        The denominator is the product of those of the values, each to the symbol's degree.
        """
        degrees = [max(0, degree) for degree in polynomial.degrees()]
        replaced = {self.index[symbol]: value for symbol, value in values.items()}
        under, powers = self.one, {}
        for i, value in replaced.items():
            under = under * value.under ** degrees[i]
            powers[i] = [
                value.over**e * value.under ** (degrees[i] - e) for e in range(degrees[i] + 1)
            ]
        # What is multiplied by the same powers is put together first.
        rows: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
        for exponents, coefficient in polynomial.terms():
            kept = tuple(0 if i in replaced else e for i, e in enumerate(exponents))
            rows.setdefault(tuple(exponents[i] for i in replaced), {})[kept] = coefficient
        over = self.polynomial(0)
        for exponents, row in rows.items():
            term = self.ring.from_dict(row)
            for i, e in zip(replaced, exponents, strict=True):
                term = term * powers[i][e]
            over = over + term
        return over, under

    def univariate(self, polynomial: flint.fmpz_mpoly) -> flint.fmpz_poly:
        """A polynomial of a field in one symbol, as FLINT has it for one variable."""
        row = [0] * (max(0, polynomial.degrees()[0]) + 1)
        for (exponent,), coefficient in polynomial.terms():
            row[exponent] = int(coefficient)
        return flint.fmpz_poly(row)


class _Reading(Interpretation["Quotient"]):
    def __init__(self, field: Quotients, values: Mapping[sp.Symbol, Quotient]) -> None:
        super().__init__()
        self.field, self.values = field, values

    def number(self, value: sp.Rational) -> Quotient:
        return self.field.number(value)

    def symbol(self, symbol: sp.Symbol) -> Quotient:
        if symbol in self.values:
            return self.values[symbol]
        return self.field.generator(symbol) if symbol in self.field.index else self.other(symbol)

    def add(self, terms: Sequence[Quotient], node: sp.Add) -> Quotient:
        return sum_of(terms)

    def other(self, node: sp.Basic) -> Quotient:
        raise ValueError(f"{node} is not rational in {', '.join(map(str, self.field.symbols))}")


class Quotient:
    """An element of a field `Quotients`, immutable; whole and rational numbers combine with it."""

    __slots__ = ("field", "over", "under")

    def __init__(self, field: Quotients, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly) -> None:
        self.field, self.over, self.under = field, over, under

    def _lift(self, other: Any) -> Quotient:
        return other if isinstance(other, Quotient) else self.field.number(to_fmpq(other))

    def __add__(self, other: Any) -> Quotient:
        other = self._lift(other)
        if self.under == other.under:
            return self.field.quotient(self.over + other.over, self.under)
        return self.field.quotient(
            self.over * other.under + other.over * self.under, self.under * other.under
        )

    __radd__ = __add__

    def __neg__(self) -> Quotient:
        return Quotient(self.field, -self.over, self.under)

    def __sub__(self, other: Any) -> Quotient:
        return self + -self._lift(other)

    def __rsub__(self, other: Any) -> Quotient:
        return -self + other

    def __mul__(self, other: Any) -> Quotient:
        other = self._lift(other)
        # Cancelling crosswise keeps the polynomials small.
        left = self.field.quotient(self.over, other.under)
        right = self.field.quotient(other.over, self.under)
        return Quotient(self.field, left.over * right.over, left.under * right.under)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Quotient:
        return self * self._lift(other) ** -1

    def __rtruediv__(self, other: Any) -> Quotient:
        return self**-1 * other

    def __pow__(self, exponent: int) -> Quotient:
        if exponent >= 0:
            return Quotient(self.field, self.over**exponent, self.under**exponent)
        return self.field.quotient(self.under**-exponent, self.over**-exponent)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quotient) and self.over == other.over and self.under == other.under

    def __hash__(self) -> int:
        return hash((str(self.over), str(self.under)))

    @property
    def is_zero(self) -> bool:
        """Whether this is the zero of the field."""
        return bool(self.over == 0)

    @property
    def expression(self) -> sp.Expr:
        """SymPy expression, factored."""
        return self.field.factored(self.over) / self.field.factored(self.under)

    @property
    def expanded(self) -> sp.Expr:
        """SymPy expression with numerator and denominator expanded."""
        return self.field.expression(self.over) / self.field.expression(self.under)

    def derivative(self, symbol: sp.Symbol) -> Quotient:
        """Partial derivative."""
        index = self.field.index[symbol]
        over, under = self.over.derivative(index), self.under.derivative(index)
        return self.field.quotient(over * self.under - self.over * under, self.under**2)

    def at(self, values: Mapping[sp.Symbol, Quotient]) -> Quotient:
        """Replace symbols by elements of the same field."""
        over, under = (
            self.field.quotient(*self.field.at(side, values)) for side in (self.over, self.under)
        )
        return over / under

    def __call__(self, point: Any) -> Any:
        """Value of a function of one symbol at a rational number, or a ball at a ball."""
        over, under = (self.field.univariate(part)(point) for part in (self.over, self.under))
        return over / under

    def sign(self, point: flint.fmpq) -> int:
        """Sign of a function of one symbol at a rational number that is no pole."""
        value = self(point)
        return int(value > 0) - int(value < 0)


def sum_of(terms: Sequence[Quotient]) -> Quotient:
    """Sum of many elements, by halves: a long sum has many short ones in it."""
    level = list(terms)
    while len(level) > 1:
        odd = [level.pop()] if len(level) % 2 else []
        level = [a + b for a, b in zip(level[::2], level[1::2], strict=True)] + odd
    return level[0]


def evaluate_polynomial(polynomial: flint.fmpz_mpoly, values: Sequence[Any], zero: Any) -> Any:
    """Value of a polynomial where its generators have values in some ring with a ``zero``."""
    total = zero
    for exponents, coefficient in polynomial.terms():
        term = zero + int(coefficient)
        for value, exponent in zip(values, exponents, strict=False):
            if exponent:
                term = term * value ** int(exponent)
        total = total + term
    return total
