"""Quotients of integer polynomials in lowest terms: the coefficients of leading terms.

A thin layer over FLINT's multivariate polynomials, whose greatest common divisors and
factorisations take microseconds where SymPy takes milliseconds. Equality is decided: two ratios are
the same element of the field of fractions exactly when numerator and denominator agree.
"""

from __future__ import annotations

from fractions import Fraction

import flint
import sympy as sp


class Field:
    """Rational functions over Q in named symbols."""

    def __init__(self, symbols: tuple[sp.Symbol, ...]) -> None:
        self.symbols = symbols
        self.names = tuple(f"g{i}" for i in range(max(1, len(symbols))))
        self.ring = flint.fmpz_mpoly_ctx.get(self.names, "lex")
        self.one = self.polynomial(1)
        self.index = {symbol: i for i, symbol in enumerate(symbols)}

    def polynomial(self, number: int) -> flint.fmpz_mpoly:
        """The constant polynomial of an integer."""
        return self.ring.from_dict({(0,) * len(self.names): number})

    def number(self, value: int | Fraction) -> Ratio:
        """The constant of a rational number."""
        value = Fraction(value)
        return Ratio(self, self.polynomial(value.numerator), self.polynomial(value.denominator))

    def generator(self, symbol: sp.Symbol) -> Ratio:
        """The element that a symbol is."""
        return Ratio(self, self.ring.gens()[self.index[symbol]], self.one)

    def ratio(self, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly | None = None) -> Ratio:
        """``over/under`` in lowest terms."""
        return Ratio.reduced(self, over, self.one if under is None else under)

    def read(self, expression: sp.Expr) -> Ratio:
        """The element that a rational expression in the symbols is.

        Raises
        ------
        ValueError
            If the expression is not rational in the symbols of the field.
        """
        expression = sp.sympify(expression)
        if expression in self.index:
            return self.generator(expression)
        if expression.is_Rational:
            return self.number(Fraction(int(expression.p), int(expression.q)))
        if expression.is_Add:
            return sum((self.read(term) for term in expression.args), self.number(0))
        if expression.is_Mul:
            product = self.number(1)
            for factor in expression.args:
                product = product * self.read(factor)
            return product
        if expression.is_Pow and expression.exp.is_Integer:
            return self.read(expression.base) ** int(expression.exp)
        raise ValueError(f"{expression} is not rational in {', '.join(map(str, self.symbols))}")

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


class Ratio:
    """An element of a `Field`, immutable, in lowest terms with leading denominator positive."""

    __slots__ = ("field", "over", "under")

    def __init__(self, field: Field, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly) -> None:
        self.field, self.over, self.under = field, over, under

    @classmethod
    def reduced(cls, field: Field, over: flint.fmpz_mpoly, under: flint.fmpz_mpoly) -> Ratio:
        """Cancel the common factor."""
        if under == 0:
            raise ZeroDivisionError("division by zero in a field of rational functions")
        if over == 0:
            return cls(field, over, field.one)
        common = over.gcd(under)
        if common != 1:
            over, under = over // common, under // common
        if under.leading_coefficient() < 0:
            over, under = -over, -under
        return cls(field, over, under)

    def __add__(self, other: Ratio) -> Ratio:
        if self.under == other.under:
            return Ratio.reduced(self.field, self.over + other.over, self.under)
        return Ratio.reduced(
            self.field, self.over * other.under + other.over * self.under, self.under * other.under
        )

    def __sub__(self, other: Ratio) -> Ratio:
        return self + (-other)

    def __neg__(self) -> Ratio:
        return Ratio(self.field, -self.over, self.under)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio.reduced(self.field, self.over * other.over, self.under * other.under)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio.reduced(self.field, self.over * other.under, self.under * other.over)

    def __pow__(self, exponent: int) -> Ratio:
        if exponent >= 0:
            return Ratio(self.field, self.over**exponent, self.under**exponent)
        return Ratio.reduced(self.field, self.under**-exponent, self.over**-exponent)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ratio) and self.over == other.over and self.under == other.under

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

    def at(self, values: dict[sp.Symbol, Ratio]) -> Ratio:
        """Replace symbols by elements of the same field."""
        return self._compose(self.over, values) / self._compose(self.under, values)

    def _compose(self, polynomial: flint.fmpz_mpoly, values: dict[sp.Symbol, Ratio]) -> Ratio:
        field = self.field
        powers: dict[int, list[Ratio]] = {}
        replaced = {field.index[symbol]: value for symbol, value in values.items()}
        degrees = polynomial.degrees()
        # Common denominators of the replaced symbols' highest powers: one cancellation at the end.
        over, under = field.polynomial(0), field.one
        for i, value in replaced.items():
            under = under * value.under ** degrees[i]
            powers[i] = [
                value.over**e * value.under ** (degrees[i] - e) for e in range(degrees[i] + 1)
            ]
        for exponents, coefficient in polynomial.terms():
            kept = tuple(0 if i in replaced else e for i, e in enumerate(exponents))
            term = field.ring.from_dict({kept: coefficient})
            for i in replaced:
                term = term * powers[i][exponents[i]]
            over = over + term
        return Ratio.reduced(field, over, under)
