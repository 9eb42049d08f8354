"""Exact decisions: identities, signs, root counts and leading behaviour of rational functions.

Everything here is algebra over the rationals in a field of fractions, where equality is decidable.
Square roots enter as algebraic elements. Nothing samples, rounds or guesses: what these functions
cannot decide raises `UndecidedError`. A value in balls that exclude zero only ever refutes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import flint
import sympy as sp
from sympy import primerange
from sympy.polys.fields import FracElement, FracField

from .quotient import Quotient, Quotients


class UndecidedError(Exception):
    """The question is outside of what the exact procedures decide."""


def fraction_field(expression: sp.Expr) -> FracElement:
    """Canonical fraction of a rational expression, an element of Q(symbols).

    Square roots of rational expressions count as generators of their own.

    Raises
    ------
    UndecidedError
        If ``expression`` is not rational in its symbols and square roots.
    """
    return _Reader(expression).value


class _Reader:
    """Bottom-up evaluation of an expression tree in a field of fractions."""

    def __init__(self, expression: sp.Expr) -> None:
        self.expression = sp.sympify(expression)
        self.radicals = sorted(
            (p for p in self.expression.atoms(sp.Pow) if p.exp.is_Rational and p.exp.q == 2),
            key=lambda power: (power.base.count_ops(), sp.default_sort_key(power)),
        )
        bases = {power.base: None for power in self.radicals}
        self.roots = {base: sp.Dummy("root", positive=True) for base in bases}
        symbols = sorted(self.expression.free_symbols, key=lambda s: s.name)
        generators = [*symbols, *self.roots.values()]
        # A field needs a generator even where the expression is a number.
        self.field = FracField(generators or [sp.Dummy("unused")], sp.QQ, sp.lex)
        self.quotients = Quotients(len(self.field.gens))
        self.generators = dict(zip(generators, self.quotients.generators, strict=False))
        self.memo: dict[sp.Expr, Quotient] = {}
        self.value = self.read(self.expression)

    def read(self, node: sp.Expr) -> FracElement:
        """The element of the field that a part of the expression is."""
        quotient = self.quotient(node)
        ring = self.field.ring
        parts = (
            ring.from_dict({tuple(map(int, powers)): sp.QQ(int(c)) for powers, c in part.terms()})
            for part in (quotient.over, quotient.under)
        )
        return self.field.raw_new(*parts)

    def quotient(self, node: sp.Expr) -> Quotient:
        """The same in FLINT's arithmetic."""
        if node not in self.memo:
            self.memo[node] = self._read(node)
        return self.memo[node]

    def _read(self, node: sp.Expr) -> Quotient:
        if node.is_Symbol:
            return self.generators[node]
        if node.is_Rational:
            return self.quotients.number(int(node.p), int(node.q))
        if node.is_Add:
            return sum((self.quotient(term) for term in node.args), self.quotients.number(0))
        if node.is_Mul:
            product = self.quotients.number(1)
            for factor in node.args:
                product = product * self.quotient(factor)
            return product
        if node.is_Pow and node.exp.is_Integer:
            return self._power(self.quotient(node.base), int(node.exp))
        if node.is_Pow and node.exp.is_Rational and node.exp.q == 2:
            return self._power(self.generators[self.roots[node.base]], int(node.exp.p))
        raise UndecidedError(f"not a rational expression: {node}")

    def _power(self, base: Quotient, exponent: int) -> Quotient:
        if exponent < 0 and base.is_zero():
            raise UndecidedError(f"division by zero in {self.expression}")
        return base**exponent

    def reduce(self, polynomial: object) -> FracElement:
        """Remainder of a polynomial modulo ``root**2 = base`` for every square root."""
        value = self.field(0)
        roots = [(self.field.symbols.index(root), base) for base, root in self.roots.items()]
        for exponents, coefficient in polynomial.terms():
            term = self.field(coefficient)
            powers = list(exponents)
            for index, base in roots:
                whole, powers[index] = divmod(powers[index], 2)
                term = term * self.read(base) ** whole
            for generator, power in zip(self.field.gens, powers, strict=True):
                term = term * generator**power
            value = value + term
        return value

    def has_norm(self, polynomial: object) -> bool:
        """Whether one point shows that the norm of a polynomial is not zero.

        At the point, in balls, none of the polynomial's values for the signs of the square roots is
        zero. False says nothing.
        """
        symbols = [s for s in self.generators if s not in self.roots.values()]
        point = dict(zip(symbols, map(flint.acb, primerange(10**3, 10**6)), strict=False))
        for signs in itertools.product((1, -1), repeat=len(self.roots)):
            values = dict(point)
            for sign, (base, root) in zip(signs, self.roots.items(), strict=True):
                quotient = self.read(base)
                over, under = (_at(part, values) for part in (quotient.numer, quotient.denom))
                values[root] = sign * (over / under).sqrt()
            if _at(polynomial, values).contains(0):
                return False
        return True

    def norm(self, polynomial: object) -> FracElement:
        """Product of a polynomial's values for both signs of every square root, free of roots.

        It vanishes wherever the polynomial does, so a norm other than zero excludes that the
        polynomial vanishes identically.
        """
        value = _settle(self, polynomial)
        # A root's base holds only roots that come before it, so the last is eliminated first.
        for base, root in reversed(self.roots.items()):
            index = self.field.symbols.index(root)
            even, odd = self.field(0), self.field(0)
            for exponents, coefficient in value.numer.terms():
                rest = list(exponents)
                power, rest[index] = rest[index], 0
                term = self.field(coefficient)
                for generator, exponent in zip(self.field.gens, rest, strict=True):
                    term = term * generator**exponent
                if power:
                    odd = odd + term
                else:
                    even = even + term
            value = _settle(self, (even**2 - odd**2 * self.read(base)).numer)
        return value


def is_zero(expression: sp.Expr) -> bool:
    """Decide whether an expression vanishes identically.

    Rational expressions are decided both ways. With square roots, the remainder modulo
    ``root**2 = base`` decides for True, and a norm that does not vanish (the product over both
    signs of every root) decides for False.

    Raises
    ------
    UndecidedError
        If the expression is not rational in its symbols and square roots, divides by zero, or has
        several square roots with a relation between them that this does not see.
    """
    reader = _Reader(expression)
    if not reader.roots:
        return reader.value == 0
    denominator, numerator = reader.value.denom, reader.value.numer
    if not reader.has_norm(denominator) and reader.norm(denominator) == 0:
        raise UndecidedError(f"division by zero, or not decided to be none, in {expression}")
    if reader.has_norm(numerator):
        return False
    if _settle(reader, numerator) == 0:
        return True
    if reader.norm(numerator) != 0:
        return False
    raise UndecidedError(f"square roots with a relation between them: {expression}")


def _at(polynomial: object, values: Mapping[sp.Symbol, flint.acb]) -> flint.acb:
    """Ball around the value of a polynomial of SymPy; generators without a value do not occur."""
    total = flint.acb(0)
    for exponents, coefficient in polynomial.terms():
        term = flint.acb(flint.fmpq(int(coefficient.numerator), int(coefficient.denominator)))
        for generator, exponent in zip(polynomial.ring.symbols, exponents, strict=True):
            if exponent:
                term *= values[generator] ** exponent
        total += term
    return total


def _settle(reader: _Reader, polynomial: object) -> FracElement:
    """Reduce until nested square roots no longer produce new powers."""
    value = reader.reduce(polynomial)
    for _ in reader.roots:
        value = reader.reduce(value.numer)
    return value


def conjugates(expression: sp.Expr) -> sp.Expr:
    """Product of an expression's numerator over both signs of every square root, free of roots.

    Raises
    ------
    UndecidedError
        If what stands under a square root is not decided to be positive.
    """
    reader = _Reader(expression)
    for base in reader.roots:
        if not _is_positive(base):
            raise UndecidedError(f"sign under a square root: {base}")
    return reader.norm(reader.value.numer).as_expr() / reader.norm(reader.value.denom).as_expr()


def number_sign(number: sp.Expr) -> int:
    """Sign of a real number in square roots, in balls that shrink until they exclude zero.

    Raises
    ------
    UndecidedError
        If the number is zero, or closer to it than balls of 4,096 bits tell.
    """
    for bits in (64, 256, 1024, 4096):
        with flint.ctx.workprec(bits):
            ball = _ball(number)
            if not ball.contains(0):
                return 1 if ball > 0 else -1
    raise UndecidedError(f"zero, or close to it: {number}")


def _ball(number: sp.Expr) -> flint.arb:
    if number.is_Rational:
        return flint.arb(flint.fmpq(int(number.p), int(number.q)))
    if number.is_Add:
        return sum(map(_ball, number.args), flint.arb(0))
    if number.is_Mul:
        product = flint.arb(1)
        for factor in number.args:
            product *= _ball(factor)
        return product
    if number.is_Pow and number.exp.is_Rational and number.exp.q in (1, 2, 4):
        root = _ball(number.base)
        for _ in range(number.exp.q.bit_length() - 1):
            root = root.sqrt()
        return root ** int(number.exp.p)
    raise UndecidedError(f"not a number in square roots: {number}")


def canonical(expression: sp.Expr) -> sp.Expr:
    """Rational expression with numerator and denominator expanded and without common factor."""
    return fraction_field(expression).as_expr()


def sign(expression: sp.Expr) -> int:
    """Sign of an expression for all positive values of its symbols.

    Decided from the coefficients: a polynomial whose coefficients all have one sign has that sign
    on the open positive orthant, and so has one whose product with 1 + s, for a symbol s, has such
    coefficients. Square roots count as positive symbols, where what stands under them is decided to
    be positive. Numbers a + b sqrt(c) are compared exactly.

    Returns
    -------
    int
        1 or -1 where the expression is of that sign throughout, 0 where it vanishes identically.

    Raises
    ------
    UndecidedError
        If numerator or denominator, in lowest terms, is not decided in this way, or what stands
        under a square root is not decided to be positive.
    """
    reader = _Reader(expression)
    if reader.value == 0:
        return 0
    for base in reader.roots:
        if not _is_positive(base):
            raise UndecidedError(f"sign under a square root: {base}")
    if not reader.expression.free_symbols and len(reader.roots) == 1:
        return _surd_sign(reader, reader.value.numer) * _surd_sign(reader, reader.value.denom)
    return _one_sign(reader.value.numer, expression) * _one_sign(reader.value.denom, expression)


def _is_positive(base: sp.Expr) -> bool:
    """Whether an expression is decided positive, by coefficients or as squares plus positive."""
    try:
        return sign(base) > 0
    except UndecidedError:
        terms = sp.Add.make_args(base)
        rest = [term for term in terms if not _is_square(term)]
        return len(rest) < len(terms) and bool(rest) and _is_positive(sp.Add(*rest))


def _is_square(term: sp.Expr) -> bool:
    """Whether a product is visibly a square times a positive factor, which may vanish."""
    factors = sp.Mul.make_args(term)
    even = [f for f in factors if f.is_Pow and f.exp.is_Integer and f.exp % 2 == 0]
    others = [f for f in factors if f not in even]
    return bool(even) and all(f.is_positive and (f.is_Rational or f.is_Symbol) for f in others)


def _surd_sign(reader: _Reader, polynomial: object) -> int:
    """Sign of the number p + q sqrt(c)."""
    ((base, root),) = reader.roots.items()
    index = reader.field.symbols.index(root)
    value = reader.reduce(polynomial)
    parts = [sp.Integer(0), sp.Integer(0)]
    for exponents, coefficient in value.numer.terms():
        parts[exponents[index]] += sp.Rational(coefficient.numerator, coefficient.denominator)
    p, q = parts
    # With opposite signs the larger square wins.
    over = sp.sign(p + q) if p * q >= 0 else sp.sign(p) * sp.sign(p**2 - q**2 * base)
    return int(over) * _one_sign(value.denom, base)


def _one_sign(polynomial: object, expression: sp.Expr) -> int:
    # A product with 1 + s has the same sign, and by a theorem of Polya coefficients of one sign
    # appear in such products wherever the form is positive on the closed orthant.
    for multiplier in (polynomial.ring.one, *(1 + s for s in polynomial.ring.gens)):
        product = polynomial * multiplier
        signs = {1 if coefficient > 0 else -1 for _, coefficient in product.terms()}
        if len(signs) == 1:
            return signs.pop()
    raise UndecidedError(f"coefficients of both signs: {expression}")


@dataclass(frozen=True)
class Leading:
    """Leading behaviour ``coefficient * small**exponent`` as ``small`` tends to 0+."""

    coefficient: sp.Expr
    exponent: int

    @property
    def limit(self) -> sp.Expr:
        """The limit; infinite limits carry the sign of the coefficient where it is decided."""
        if self.exponent > 0 or self.coefficient == 0:
            return sp.Integer(0)
        if self.exponent == 0:
            return self.coefficient
        return sp.oo * sign(self.coefficient)


def leading(expression: sp.Expr, variable: sp.Symbol, point: object, side: int = 1) -> Leading:
    """Leading term of a rational expression at a point.

    Parameters
    ----------
    expression
        Rational in ``variable`` and the remaining symbols.
    variable
        The symbol that moves.
    point
        Where to: a rational expression in other symbols, or ``oo``.
    side
        1 from above, -1 from below; ignored at infinity.

    Returns
    -------
    Leading
        In the small parameter ``|variable - point|``, or ``1/variable`` at infinity. Valid where
        the coefficient, a rational function of the other symbols, neither vanishes nor has a pole.
    """
    small = sp.Dummy("small", positive=True)
    moved = 1 / small if point is sp.oo else sp.sympify(point) + side * small
    reader = _Reader(sp.sympify(expression).xreplace({variable: moved}))
    if any(base.has(small) for base in reader.roots):
        raise UndecidedError(f"a square root moves with {variable}: {expression}")
    value = reader.value
    if value == 0:
        return Leading(sp.Integer(0), 0)
    if small not in value.field.symbols:
        return Leading(value.as_expr(), 0)
    over, order_over = _lowest(value.numer, value.field.symbols.index(small))
    under, order_under = _lowest(value.denom, value.field.symbols.index(small))
    return Leading(canonical(over / under), order_over - order_under)


def _lowest(polynomial: object, index: int) -> tuple[sp.Expr, int]:
    order = min(exponents[index] for exponents, _ in polynomial.terms())
    symbols = polynomial.ring.symbols
    coefficient = sp.Add(
        *(
            sp.Rational(c.numerator, c.denominator)
            * sp.Mul(
                *(s**e for i, (s, e) in enumerate(zip(symbols, es, strict=True)) if i != index)
            )
            for es, c in polynomial.terms()
            if es[index] == order
        )
    )
    return coefficient, order


def count_roots(polynomial: sp.Expr, unknown: sp.Symbol, low: object, high: object) -> int:
    """Number of distinct real roots in the closed interval [low, high], by Sturm's theorem.

    ``polynomial`` has rational coefficients and no other symbol than ``unknown``.
    """
    poly = sp.Poly(polynomial, unknown, domain=sp.QQ)
    lower, upper = (None if abs(end) is sp.oo else end for end in map(sp.sympify, (low, high)))
    return int(poly.count_roots(lower, upper))


def parametrise(
    conditions: Iterable[sp.Rel],
) -> dict[sp.Symbol, sp.Expr]:
    """Rational substitutions that turn simple conditions into "all symbols positive".

    Handles ``s > a`` (s = a + u), ``s < a`` with a > 0 (s = a u/(1 + u), for s > 0) for a symbol s
    and a bound a free of the symbols treated before.

    Raises
    ------
    UndecidedError
        If a condition has another shape.
    """
    substitution: dict[sp.Symbol, sp.Expr] = {}
    for condition in conditions:
        if not isinstance(condition, sp.StrictGreaterThan | sp.StrictLessThan):
            raise UndecidedError(f"cannot parametrise {condition}")
        symbol, bound = condition.lhs, condition.rhs
        if not symbol.is_Symbol or symbol in substitution or symbol in bound.free_symbols:
            raise UndecidedError(f"cannot parametrise {condition}")
        if any(value.has(symbol) for value in substitution.values()):
            raise UndecidedError(f"state the condition on {symbol} before those that involve it")
        bound = bound.xreplace(substitution)
        free = sp.Symbol(f"u_{symbol.name}", positive=True)
        if isinstance(condition, sp.StrictGreaterThan):
            substitution[symbol] = bound + free
        else:
            substitution[symbol] = bound * free / (1 + free)
    return substitution
