"""Signs of expressions over the ranges that their symbols are declared with.

A symbol declared positive runs through (0, oo), nonnegative through [0, oo), negative through
(-oo, 0). Any other symbol has no sign, and an expression that depends on one is undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

import sympy as sp

from . import decide
from .decide import Leading, UndecidedError
from .quantity import remembered
from .stand_ins import stand_in

#: A point of the orthant.
_PRIMES = tuple(map(sp.Integer, sp.primerange(2, 200)))


@remembered
def strict(expression: sp.Expr) -> int:
    """1 or -1 where an expression has that sign at every point, 0 where it vanishes identically.

    Raises
    ------
    UndecidedError
        If the sign is not decided, or differs where a nonnegative symbol vanishes.
    """
    try:
        return decide.sign(expression)
    except UndecidedError:
        placed, closed = _positive(expression)
    found = _open(placed)
    for face in chain.from_iterable(combinations(closed, n) for n in range(1, len(closed) + 1)):
        on_face = placed.xreplace(dict.fromkeys(face, sp.Integer(0)))
        if on_face.has(sp.zoo, sp.nan) or _open(on_face) != found:
            raise UndecidedError(f"another sign at the boundary: {expression}")
    return found


def _open(expression: sp.Expr) -> int:
    """Sign for all positive values of the symbols."""
    try:
        return decide.sign(expression)
    except UndecidedError:
        if any(p.exp.is_Rational and p.exp.q > 2 for p in expression.atoms(sp.Pow)):
            return _open(_named_roots(expression))
        if not _roots(expression):
            element = decide.fraction_field(expression)
            return _mixed(element.numer) * _mixed(element.denom)
    # The product over both signs of every square root vanishes wherever the expression does. If it
    # vanishes nowhere, the expression has one sign on the orthant, which is connected.
    for part in sp.fraction(sp.together(expression)):
        reading = decide.Reading(part)
        for base in reading.roots:
            if decide.sign(base, strict=False) != 1:
                raise UndecidedError(f"sign under a square root: {base}")
        if _open(reading.written(reading.norm(reading.value))) == 0:
            raise UndecidedError(f"conjugates may vanish: {expression}")
    point = dict(zip(sorted(expression.free_symbols, key=str), _PRIMES, strict=False))
    return decide.sign(expression.xreplace(point))


def _named_roots(expression: sp.Expr) -> sp.Expr:
    """Roots of higher order of what is positive as positive symbols."""
    names: dict[sp.Expr, sp.Expr] = {}
    for power in expression.atoms(sp.Pow):
        if power.exp.is_Rational and power.exp.q > 2:
            if _open(power.base) != 1:
                raise UndecidedError(f"a root of what may not be positive: {power}")
            name = stand_in("root", (power.base, power.exp.q))
            names[power] = name**power.exp.p
    return expression.xreplace(names)


def _roots(expression: sp.Expr) -> bool:
    return any(power.exp.is_Rational and power.exp.q == 2 for power in expression.atoms(sp.Pow))


def _mixed(polynomial: object) -> int:
    """Sign of a polynomial, its factors, or of squares in these that outweigh what is negative."""
    constant, powers = polynomial.factor_list()
    found = 1 if constant > 0 else -1
    for factor, power in powers:
        sign = _outweighed(factor) or -_outweighed(-factor)
        if sign == 0:
            raise UndecidedError(f"coefficients of both signs: {polynomial.as_expr()}")
        found *= sign**power
    return found


def _outweighed(polynomial: object) -> int:
    """1 if every negative term is outweighed by two positive ones, of which it is the mean.

    p a^2 - q a b + r b^2 with q^2 <= 4 p r is no less than zero, and positive where q^2 is less; a
    term left over is positive.
    """
    terms = {
        exponents: sp.Rational(int(c.numerator), int(c.denominator))
        for exponents, c in polynomial.terms()
    }
    positive = {exponents for exponents, c in terms.items() if c > 0}
    strictly = False
    for exponents, coefficient in terms.items():
        if coefficient > 0:
            continue
        for one in sorted(positive):
            other = tuple(2 * e - f for e, f in zip(exponents, one, strict=True))
            if (
                other in positive
                and one < other
                and coefficient**2 <= 4 * terms[one] * terms[other]
            ):
                positive -= {one, other}
                strictly = strictly or coefficient**2 < 4 * terms[one] * terms[other]
                break
        else:
            return 0
    return 1 if positive or strictly else 0


@remembered
def weak(expression: sp.Expr) -> int:
    """1 where an expression is at least zero at every point, -1 where at most, 0 where zero.

    An expression defined on the whole range is continuous, so what holds where every symbol is
    positive holds at the boundary too.
    """
    try:
        return decide.sign(expression, strict=False)
    except UndecidedError:
        placed = _positive(expression)[0]
    if any(not power.exp.is_Integer for power in placed.atoms(sp.Pow)):
        return _open(placed)
    # Squares that stand as factors may vanish.
    found, parts = factored(placed)
    for part in parts:
        found *= 1 if part.is_Pow and part.exp == 2 else _open(part)
    return found


@remembered
def nonvanishing(expression: sp.Expr) -> bool:
    """Whether an expression is decided to vanish nowhere, as a whole or factor by factor."""
    try:
        return strict(expression) != 0
    except UndecidedError:
        parts = factors(expression)
        if len(parts) == 1 and parts[0] in (expression, -expression):
            raise
        return all(strict(part) != 0 for part in parts)


def factors(expression: sp.Expr) -> list[sp.Expr]:
    """Factors of the numerator of an expression, constants left out."""
    plain, back = without_roots(expression)
    _, found = decide.fraction_field(plain).numer.factor_list()
    return [factor.as_expr().xreplace(back) for factor, _ in found]


def factored(expression: sp.Expr) -> tuple[int, list[sp.Expr]]:
    """Sign of the constant, 0 of zero, and the factors above and below, of even power squared."""
    plain, back = without_roots(expression)
    element = decide.fraction_field(plain)
    constant, found = 1, []
    for part in (element.numer, element.denom):
        number, powers = part.factor_list()
        constant *= int(number > 0) - int(number < 0)
        found += [factor.as_expr().xreplace(back) for factor, power in powers if power % 2]
        found += [
            factor.as_expr().xreplace(back) ** 2 for factor, power in powers if power % 2 == 0
        ]
    return constant, found


def ratio(one: sp.Expr, other: sp.Expr) -> sp.Rational | None:
    """The number that one expression is times another; None if they are not proportional."""
    plain, _ = without_roots(one / other)
    found = decide.canonical(plain)
    return found if found.is_Rational and found != 0 else None


def without_roots(expression: sp.Expr) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """Write square roots as symbols of their own; and what these stand for."""
    there: dict[sp.Expr, sp.Expr] = {}
    back: dict[sp.Expr, sp.Expr] = {}
    for power in sorted(expression.atoms(sp.Pow), key=sp.default_sort_key):
        if power.exp.is_Rational and not power.exp.is_Integer:
            name = stand_in("root", (power.base, power.exp.q))
            there[power] = name**power.exp.p
            back[name] = power.base ** sp.Rational(1, power.exp.q)
    return expression.xreplace(there), back


def depends(expression: sp.Expr, symbol: sp.Symbol) -> bool:
    """Whether a rational expression in lowest terms holds a symbol."""
    return expression.has(symbol) and decide.canonical(expression).has(symbol)


def _positive(expression: sp.Expr) -> tuple[sp.Expr, list[sp.Symbol]]:
    """Write an expression in positive symbols; those that may vanish are listed."""
    values: dict[sp.Symbol, sp.Expr] = {}
    closed = []
    for symbol in sorted(expression.free_symbols, key=lambda s: s.name):
        if symbol.is_positive:
            continue
        name = stand_in(f"{symbol.name}_+", symbol)
        if symbol.is_nonnegative:
            closed.append(name)
            values[symbol] = name
        elif symbol.is_negative:
            values[symbol] = -name
        elif not expression.atoms(sp.Pow) or not depends(expression, symbol):
            if depends(expression, symbol):
                raise UndecidedError(f"{symbol} has no sign: {expression}")
            values[symbol] = sp.Integer(1)
        else:
            raise UndecidedError(f"{symbol} has no sign: {expression}")
    return expression.xreplace(values), closed


@dataclass(frozen=True)
class LeadingQuotient:
    """Leading terms of numerator and denominator of an expression."""

    over: Leading
    under: Leading


def leading(
    expression: sp.Expr, variable: sp.Symbol, point: sp.Expr, direction: int
) -> LeadingQuotient:
    """Leading terms, above and below, as a variable approaches a point from one side.

    Raises
    ------
    UndecidedError
        If a square root moves with the variable.
    """
    small = sp.Dummy("small", positive=True)
    moved = direction / small if point in (sp.oo, -sp.oo) else point + direction * small
    placed, back = without_roots(expression.xreplace({variable: moved}))
    if any(base.has(small) for base in back.values()):
        raise UndecidedError(f"a square root moves with {variable}: {expression}")
    element = decide.fraction_field(placed)
    return LeadingQuotient(*(_lowest(part, small, back) for part in (element.numer, element.denom)))


def _lowest(polynomial: object, small: sp.Symbol, back: dict[sp.Expr, sp.Expr]) -> Leading:
    symbols = polynomial.ring.symbols
    if not polynomial:
        return Leading(sp.Integer(0), 0)
    if small not in symbols:
        return Leading(polynomial.as_expr().xreplace(back), 0)
    index = symbols.index(small)
    order = min(exponents[index] for exponents, _ in polynomial.terms())
    rest = [
        sp.Rational(int(c.numerator), int(c.denominator))
        * sp.Mul(*(s**e for s, e in zip(symbols, es, strict=True) if s != small))
        for es, c in polynomial.terms()
        if es[index] == order
    ]
    return Leading(sp.Add(*rest).xreplace(back), order)
