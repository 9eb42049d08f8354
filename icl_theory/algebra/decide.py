"""Exact decisions: identities, signs, root counts and leading behaviour of rational functions.

Everything here is algebra over the rationals in a field of quotients, where equality is decidable.
Square roots enter as algebraic elements. Nothing samples, rounds or guesses: what these functions
cannot decide raises `UndecidedError`. A value in balls that exclude zero only ever refutes an
identity, or says the sign of a number already known not to be zero.

What a symbol stands for is read from its SymPy assumptions, and only signs use them: a symbol is
positive where it is declared so. A `Quantity` has no assumptions: its sign is that of its formula.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import flint
import sympy as sp
from sympy import primerange
from sympy.polys.fields import FracElement, FracField

from .calculus import plain
from .fold import Balls, Interpretation, nodes
from .precision import precision
from .quantity import Quantity
from .quotient import Quotient, Quotients, evaluate_polynomial, sum_of


class UndecidedError(Exception):
    """The question is outside of what the exact procedures decide."""


class Reading(Interpretation[Quotient]):
    """An expression as an element of a field of quotients in its symbols and square roots.

    Attributes
    ----------
    roots
        Symbol that stands for the square root, by what stands under it; inner roots come first.
    field
        The field, in the symbols of the expression and in those of the roots.
    value
        The expression in it.

    Raises
    ------
    UndecidedError
        If the expression is not rational in commuting symbols and square roots.
    """

    def __init__(self, expression: object) -> None:
        super().__init__()
        self.expression = sp.sympify(expression)
        inside = list(nodes(self.expression))
        self.symbols = sorted(
            (node for node in inside if node.is_Symbol),
            key=lambda s: (s.name, sp.default_sort_key(s)),
        )
        for symbol in self.symbols:
            if not symbol.is_commutative:
                raise UndecidedError(f"{symbol} does not commute: {self.expression}")
        radicals = sorted(
            (n for n in inside if n.is_Pow and n.exp.is_Rational and n.exp.q == 2),
            key=lambda power: (power.base.count_ops(), sp.default_sort_key(power)),
        )
        bases = {power.base: None for power in radicals}
        self.roots = {base: sp.Dummy("root", positive=True) for base in bases}
        self.field = Quotients((*self.symbols, *self.roots.values()))
        self.value = self(self.expression)

    def number(self, value: sp.Rational) -> Quotient:
        """A constant of the field."""
        return self.field.number(value)

    def symbol(self, symbol: sp.Symbol) -> Quotient:
        """A generator of the field."""
        return self.field.generator(symbol)

    def add(self, terms: Sequence[Quotient], node: sp.Add) -> Quotient:
        """A sum of the field."""
        return sum_of(terms)

    def power(self, base: Quotient, exponent: int, node: sp.Pow) -> Quotient:
        """A whole power."""
        if exponent < 0 and base.is_zero:
            raise UndecidedError(f"division by zero in {self.expression}")
        return base**exponent

    def radical(self, base: Quotient, exponent: sp.Rational, node: sp.Pow) -> Quotient:
        """A power of the symbol of a square root."""
        if exponent.q != 2:
            return self.other(node)
        return self.power(self.field.generator(self.roots[node.base]), int(exponent.p), node)

    def other(self, node: sp.Basic) -> Quotient:
        """Nothing else is decided."""
        raise UndecidedError(f"not a rational expression: {node}")

    def written(self, value: Quotient) -> sp.Expr:
        """SymPy expression of an element, numerator and denominator expanded."""
        roots = {root: sp.sqrt(base) for base, root in self.roots.items()}
        return value.expanded.xreplace(roots)

    def halves(self, value: Quotient, base: sp.Expr) -> tuple[Quotient, Quotient]:
        """P and q with p + q root, a multiple of the numerator of an element by its square."""
        square, sides = self(base), [self.field.number(0), self.field.number(0)]
        for power, part in enumerate(self.field.coefficients(value.over, self.roots[base])):
            sides[power % 2] += part * square ** (power // 2)
        return sides[0], sides[1]

    def reduced(self, value: Quotient) -> Quotient:
        """The numerator of an element, linear in every square root, up to what cannot vanish."""
        # What stands under a root holds only roots that come before it: the last goes first.
        for base, root in reversed(self.roots.items()):
            even, odd = self.halves(value, base)
            value = even + odd * self.field.generator(root)
        return value

    def norm(self, value: Quotient) -> Quotient:
        """Product of a numerator's values for both signs of every square root, free of roots.

        It vanishes wherever the numerator does, so a norm other than zero excludes that the
        numerator vanishes identically.
        """
        value = self.reduced(value)
        for base in reversed(self.roots):
            even, odd = self.halves(value, base)
            value = self.reduced(even * even - odd * odd * self(base))
        return value

    @precision(64)
    def has_norm(self, polynomial: flint.fmpz_mpoly) -> bool:
        """Whether one point shows that the norm of a polynomial is not zero.

        At the point, in balls, none of the polynomial's values for the signs of the square roots is
        zero. False says nothing.
        """
        zero = flint.acb(0)
        point = [flint.acb(p) for p, _ in zip(primerange(10**3, 10**6), self.symbols, strict=False)]
        for signs in itertools.product((1, -1), repeat=len(self.roots)):
            values = [*point, *(zero for _ in signs)]
            for i, (sign, base) in enumerate(zip(signs, self.roots, strict=True), len(point)):
                square = self(base)
                over, under = (
                    evaluate_polynomial(part, values, zero) for part in (square.over, square.under)
                )
                values[i] = sign * (over / under).sqrt()
            if evaluate_polynomial(polynomial, values, zero).contains(0):
                return False
        return True


def fraction_field(expression: object) -> FracElement:
    """Canonical fraction of a rational expression, an element of SymPy's field Q(symbols).

    Square roots of rational expressions count as generators of their own.

    Raises
    ------
    UndecidedError
        If ``expression`` is not rational in commuting symbols and square roots.
    """
    reading = Reading(expression)
    field = FracField(list(reading.field.symbols) or [sp.Dummy("unused")], sp.QQ, sp.lex)
    parts = (
        field.ring.from_dict({tuple(map(int, powers)): sp.QQ(int(c)) for powers, c in part.terms()})
        for part in (reading.value.over, reading.value.under)
    )
    return field.raw_new(*parts)


def canonical(expression: object) -> sp.Expr:
    """Rational expression with numerator and denominator expanded and without common factor."""
    reading = Reading(expression)
    return reading.written(reading.value)


def is_zero(expression: object) -> bool:
    """Decide whether an expression vanishes identically.

    Rational expressions are decided both ways. With square roots, the remainder modulo
    ``root**2 = base`` decides for True, and a norm that does not vanish (the product over both
    signs of every root) decides for False. A quantity counts as a symbol: True holds whatever it
    stands for, False says that it does not vanish for every value of it.

    Raises
    ------
    UndecidedError
        If the expression is not rational in commuting symbols and square roots, divides by zero, or
        has several square roots with a relation between them that this does not see.
    """
    return _vanishes(Reading(expression))


def _vanishes(reading: Reading) -> bool:
    value = reading.value
    if not reading.roots:
        return value.is_zero
    under = reading.field.quotient(value.under)
    if not reading.has_norm(value.under) and reading.norm(under).is_zero:
        raise UndecidedError(f"division by zero, or not decided, in {reading.expression}")
    if reading.has_norm(value.over):
        return False
    if reading.reduced(value).is_zero:
        return True
    if not reading.norm(value).is_zero:
        return False
    raise UndecidedError(f"square roots with a relation between them: {reading.expression}")


@dataclass(frozen=True)
class _Kind:
    """What is known of a number: its sign, 0 if only that it is real, and whether it can be 0."""

    sign: int
    strict: bool


def sign(expression: object, *, strict: bool = True) -> int:
    """Sign of an expression for all values that its symbols are declared to have.

    Decided from the coefficients: a polynomial whose coefficients all have one sign has that sign
    where its symbols are positive, and so has one whose product with 1 + s, for a symbol s, has
    such coefficients. A symbol declared negative stands for minus a positive one. Terms with a
    symbol that may vanish have a weak sign; one term without, of the same sign, makes the sign
    strict. A square root counts as a symbol with the sign of what stands under it, a quantity as
    one with the sign of its formula; a symbol that is only real enters by even powers. Visible
    squares may be left out of a sum. Numbers are compared exactly.

    Parameters
    ----------
    expression
        Rational in commuting symbols and square roots.
    strict
        False allows that the expression vanishes somewhere: 1 then says >= 0, and -1 says <= 0.

    Returns
    -------
    int
        1 or -1 where the expression is of that sign throughout, 0 where it vanishes identically.

    Raises
    ------
    UndecidedError
        If it is not decided in this way.
    """
    found = _kind(sp.sympify(expression))
    if found.sign and strict and not found.strict:
        raise UndecidedError(f"it may vanish: {expression}")
    return found.sign


def _kind(expression: sp.Expr) -> _Kind:
    """Sign of an expression, weak or strict."""
    try:
        return _kind_by_terms(expression)
    except UndecidedError:
        # Squares of real expressions are not negative: they may be left out of a positive sum.
        terms = sp.Add.make_args(expression)
        rest = [term for term in terms if not _is_square(term)]
        if not 0 < len(rest) < len(terms):
            raise
        found = _kind(sp.Add(*rest))
        if found.sign != 1:
            raise
        return found


def _kind_by_terms(expression: sp.Expr) -> _Kind:
    reading = Reading(expression)
    if reading.value.is_zero:
        return _Kind(0, True)
    if not reading.symbols and reading.roots:
        return _Kind(_sign_of_number(reading), True)
    kinds = [_kind_of_symbol(symbol) for symbol in reading.symbols]
    for base in reading.roots:
        under = _kind(base)
        if under.sign != 1:
            raise UndecidedError(f"sign under a square root: {base}")
        kinds.append(under)
    over, under = (
        _kind_of_polynomial(part, kinds, reading)
        for part in (reading.value.over, reading.value.under)
    )
    if not under.strict:
        raise UndecidedError(f"the denominator may vanish: {expression}")
    return _Kind(over.sign * under.sign, over.strict)


def _kind_of_symbol(symbol: sp.Symbol) -> _Kind | None:
    if isinstance(symbol, Quantity):
        formula = plain(symbol)
        try:
            found = _kind(formula)
        except UndecidedError:
            return _Kind(0, False) if is_real(formula) else None
        return found if found.sign else _Kind(0, False)
    if symbol.is_nonnegative or symbol.is_nonpositive:
        return _Kind(1 if symbol.is_nonnegative else -1, bool(symbol.is_nonzero))
    return _Kind(0, bool(symbol.is_nonzero)) if symbol.is_real else None


def _kind_of_polynomial(
    polynomial: flint.fmpz_mpoly, kinds: list[_Kind | None], reading: Reading
) -> _Kind:
    # A product with 1 + |s| has the same sign, and by a theorem of Polya coefficients of one sign
    # appear in such products wherever the form is positive on the closed orthant.
    generators = zip(polynomial.context().gens(), kinds, strict=False)
    factors = [1 + kind.sign * s for s, kind in generators if kind is not None and kind.sign]
    for factor in (1, *factors):
        signs: set[int] = set()
        strict = False
        for exponents, coefficient in (polynomial * factor).terms():
            term = _Kind(1 if coefficient > 0 else -1, True)
            for symbol, kind, power in zip(reading.field.symbols, kinds, exponents, strict=False):
                if power:
                    term = _times_power(term, kind, power, symbol)
            signs.add(term.sign)
            strict = strict or term.strict
        if len(signs) == 1:
            return _Kind(signs.pop(), strict)
    raise UndecidedError(f"terms of both signs: {reading.expression}")


def _times_power(term: _Kind, kind: _Kind | None, power: int, symbol: sp.Symbol) -> _Kind:
    if kind is None or (kind.sign == 0 and power % 2):
        raise UndecidedError(f"nothing says which sign {symbol} has")
    return _Kind(term.sign * (kind.sign if power % 2 else 1), term.strict and kind.strict)


def _sign_of_number(reading: Reading) -> int:
    """Sign of a number made of square roots, not zero: in balls small enough to see it."""
    for base in reading.roots:
        if sign(base) < 0:
            raise UndecidedError(f"sign under a square root: {base}")
    if _vanishes(reading):
        return 0
    bits = 64
    while True:
        with precision(bits):
            ball = Balls({})(reading.expression)
            if ball > 0 or ball < 0:
                return 1 if ball > 0 else -1
        bits *= 2


def _is_square(term: sp.Expr) -> bool:
    """Whether a product is visibly even powers of sums of open sign times what is not negative."""
    factors = sp.Mul.make_args(term)
    powers = (f for f in factors if f.is_Pow and f.base.is_Add and f.exp.is_Integer)
    try:
        even = [p for p in powers if p.exp % 2 == 0 and not _of_one_sign(p.base)]
        return bool(even) and all(
            is_real(f.base) if f in even else _kind(f).sign >= 0 for f in factors
        )
    except UndecidedError:
        return False


def _of_one_sign(expression: sp.Expr) -> bool:
    """Whether the coefficients say which sign an expression has, so that its square is positive."""
    try:
        return _kind_by_terms(expression).strict
    except UndecidedError:
        return False


def is_real(expression: sp.Expr) -> bool:
    """Whether an expression is rational in real symbols and in roots of what is not negative."""
    for node in nodes(expression):
        if node.is_Pow and not node.exp.is_Integer:
            try:
                if not (node.exp.is_Rational and node.exp.q == 2 and _kind(node.base).sign >= 0):
                    return False
            except UndecidedError:
                return False
        elif node.is_Symbol:
            if _kind_of_symbol(node) is None:
                return False
        elif not (node.is_Rational or node.is_Add or node.is_Mul or node.is_Pow):
            return False
    return True


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


def leading(expression: object, variable: sp.Symbol, point: object, side: int = 1) -> Leading:
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
    expression = sp.sympify(expression)
    if any(_hides(symbol, variable) for symbol in expression.free_symbols):
        expression = plain(expression)
    reading = Reading(expression.xreplace({variable: moved}))
    if any(base.has(small) for base in reading.roots):
        raise UndecidedError(f"a square root moves with {variable}: {expression}")
    if reading.value.is_zero or small not in reading.symbols:
        return Leading(reading.written(reading.value), 0)
    sides = []
    for part in (reading.value.over, reading.value.under):
        coefficients = reading.field.coefficients(part, small)
        sides.append(next((c, k) for k, c in enumerate(coefficients) if not c.is_zero))
    (over, above), (under, below) = sides
    return Leading(reading.written(over / under), above - below)


def _hides(symbol: sp.Symbol, variable: sp.Symbol) -> bool:
    """Whether a symbol is a quantity whose formula holds another."""
    return isinstance(symbol, Quantity) and variable in plain(symbol).free_symbols


def parametrise(conditions: Iterable[sp.Rel]) -> dict[sp.Symbol, sp.Expr]:
    """Rational substitutions that turn simple conditions into "all symbols positive".

    ``s > a`` becomes s = a + u, which covers all that the condition admits. ``s < a`` becomes
    s = a - u for a symbol of any sign, and s = a u/(1 + u) for one that is not negative, where a is
    decided to be positive. The bound a is free of the symbols treated before.

    Raises
    ------
    UndecidedError
        If a condition has another shape, or admits no value.
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
        if not symbol.is_real or any(_hides(s, symbol) for s in bound.free_symbols):
            raise UndecidedError(f"cannot parametrise {condition}: {symbol} is no free real symbol")
        bound = bound.xreplace(substitution)
        free = sp.Symbol(f"u_{symbol.name}", positive=True)
        if isinstance(condition, sp.StrictGreaterThan):
            substitution[symbol] = bound + free
        elif not symbol.is_nonnegative:
            substitution[symbol] = bound - free
        elif sign(bound) != 1:
            raise UndecidedError(f"no {symbol} satisfies {condition}")
        else:
            if not symbol.is_positive:
                free = sp.Symbol(free.name, nonnegative=True)
            substitution[symbol] = bound * free / (1 + free)
    return substitution
