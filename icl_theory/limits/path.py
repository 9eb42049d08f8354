"""Iterated limits as a path in a field of generalised power series.

Limits taken one after the other, the innermost first, are one limit along a path in which each
small parameter is smaller than every power of the next: alpha -> oo after lam -> 0 means lam <<
(1/alpha)**N for all N. So parameters live in an ordered field, monomials in the small parameters
are compared lexicographically in their exponents, and the iterated leading behaviour of a function
is the coefficient and the exponents of its lexicographically first term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce

import sympy as sp
from flint import fmpq

from icl_theory.algebra.fold import Interpretation
from icl_theory.algebra.quotient import Quotient, Quotients
from icl_theory.algebra.shown import shown
from icl_theory.theory.symbols import PARAMETERS

from .reading import Move, Scaling, name

Exponent = tuple[fmpq, ...]
#: A polynomial in fractional powers of the small parameters.
Expansion = dict[Exponent, Quotient]
#: Numerator and denominator.
ExpansionRatio = tuple[Expansion, Expansion]


@dataclass(frozen=True)
class Lead:
    """Leading term ``coefficient * small**exponent``; the zero function has a zero coefficient."""

    coefficient: Quotient
    exponent: Exponent

    @property
    def is_zero(self) -> bool:
        """Whether this is the leading term of the zero function."""
        return self.coefficient.is_zero

    def __mul__(self, other: Lead) -> Lead:
        total = tuple(a + b for a, b in zip(self.exponent, other.exponent, strict=True))
        return Lead(self.coefficient * other.coefficient, total)

    def __truediv__(self, other: Lead) -> Lead:
        total = tuple(a - b for a, b in zip(self.exponent, other.exponent, strict=True))
        return Lead(self.coefficient / other.coefficient, total)

    def __pow__(self, power: int) -> Lead:
        return Lead(self.coefficient**power, tuple(e * power for e in self.exponent))


@dataclass(frozen=True, eq=False)
class Path:
    """A sequence of limits, with parameters tied to others along the way.

    Attributes
    ----------
    moves
        Limits, innermost first.
    scalings
        Parameters tied to others throughout.
    fixed
        Values of free symbols: what is left of them on a line such as kappa = tau.
    """

    moves: tuple[Move, ...]
    scalings: tuple[Scaling, ...] = ()
    fixed: dict[sp.Symbol, sp.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = [move.parameter for move in self.moves]
        named += [scaling.parameter for scaling in self.scalings]
        for parameter in named:
            if named.count(parameter) > 1:
                raise ValueError(
                    f"{name(parameter)} must move in one way, got {named.count(parameter)}"
                )

    @cached_property
    def small(self) -> tuple[sp.Symbol, ...]:
        """The small parameters, the smallest first."""
        return tuple(sp.Symbol(f"s{i}", positive=True) for i in range(len(self.moves)))

    @cached_property
    def values(self) -> dict[sp.Symbol, sp.Expr]:
        """Every parameter in terms of small parameters and free symbols."""
        direct: dict[sp.Symbol, sp.Expr] = dict(self.fixed)
        for move, small in zip(self.moves, self.small, strict=True):
            direct[move.parameter] = (
                1 / small if move.point is sp.oo else move.point + move.side * small
            )
        for scaling in self.scalings:
            direct[scaling.parameter] = scaling.value
        resolved = dict(direct)
        for _ in range(len(direct) + 1):
            resolved = {s: value.xreplace(direct) for s, value in resolved.items()}
        moving = set(direct)
        for symbol, value in resolved.items():
            if value.free_symbols & moving:
                raise ValueError(f"{name(symbol)} is tied to itself")
        return resolved

    @cached_property
    def free(self) -> tuple[sp.Symbol, ...]:
        """Parameters and constants that stay where they are."""
        inside: set[sp.Symbol] = set()
        for value in self.values.values():
            inside |= value.free_symbols
        inside |= set(PARAMETERS)
        inside -= set(self.values) | set(self.small)
        order = {symbol: i for i, symbol in enumerate(PARAMETERS)}
        return tuple(sorted(inside, key=lambda s: (order.get(s, len(order)), s.name)))

    @property
    def zero(self) -> Exponent:
        """Exponent of a constant."""
        return (fmpq(0),) * len(self.moves)

    def restricted(self, factor: sp.Expr) -> tuple[Path, sp.Symbol, sp.Expr] | None:
        """Path on the hypersurface ``factor = 0``, the symbol solved for, and its value.

        None where ``factor`` is linear in no symbol with a coefficient that is a number.
        """
        for symbol in reversed(self.free):
            slope = sp.diff(factor, symbol)
            if slope.is_Rational and slope != 0:
                value = sp.expand(symbol - factor / slope)
                fixed = {s: v.xreplace({symbol: value}) for s, v in self.fixed.items()}
                return replace(self, fixed=fixed | {symbol: value}), symbol, value
        return None

    def scale(self, exponent: Exponent) -> sp.Expr:
        """Monomial of the small parameters in terms of the parameters that move."""
        return sp.Mul(
            *(
                move.parameter ** sp.Rational(int(-e.p), int(e.q))
                if move.point is sp.oo
                else sp.expand(move.side * (move.parameter - move.point))
                ** sp.Rational(int(e.p), int(e.q))
                for move, e in zip(self.moves, exponent, strict=True)
            )
        )


class Reader(Interpretation[ExpansionRatio]):
    """Rational expressions along a path, over a field that holds its symbols.

    The value of an expression is a numerator and a denominator.
    """

    def __init__(self, path: Path, base: Quotients) -> None:
        super().__init__()
        self.path, self.base = path, base
        self.one = self._constant(base.number(1))
        self._leads: dict[sp.Expr, Lead] = {}

    def lead(self, expression: sp.Expr) -> Lead:
        """Lexicographically first term; zero only if the expression vanishes along the path."""
        if expression not in self._leads:
            over, under = self.expansion(expression)
            self._leads[expression] = self._first(over) / self._first(under)
        return self._leads[expression]

    def expansion(self, expression: sp.Expr) -> ExpansionRatio:
        """All terms of numerator and denominator."""
        return self(sp.sympify(expression).xreplace(self.path.values))

    def _first(self, expansion: Expansion) -> Lead:
        if not expansion:
            return Lead(self.base.number(0), self.path.zero)
        exponent = min(expansion)
        return Lead(expansion[exponent], exponent)

    def _constant(self, value: Quotient) -> Expansion:
        return {} if value.is_zero else {self.path.zero: value}

    def number(self, value: sp.Rational) -> ExpansionRatio:
        """A constant."""
        return self._constant(self.base.read(value)), self.one

    def symbol(self, symbol: sp.Symbol) -> ExpansionRatio:
        """A small parameter, or a constant."""
        if symbol not in self.path.small:
            return self._constant(self.base.read(symbol)), self.one
        exponent = tuple(fmpq(int(symbol == s)) for s in self.path.small)
        return {exponent: self.base.number(1)}, self.one

    def add(self, terms: Sequence[ExpansionRatio], node: sp.Add) -> ExpansionRatio:
        """Sum, over a common denominator where there is one."""
        over, under = terms[0]
        for top, bottom in terms[1:]:
            if bottom == under:
                over = _sum(over, top)
            else:
                over = _sum(_product(over, bottom), _product(top, under))
                under = _product(under, bottom)
        return over, under

    def multiply(self, factors: Sequence[ExpansionRatio], node: sp.Mul) -> ExpansionRatio:
        """Product of numerators and of denominators."""
        over, under = zip(*factors, strict=True)
        return reduce(_product, over), reduce(_product, under)

    def power(self, base: ExpansionRatio, exponent: int, node: sp.Pow) -> ExpansionRatio:
        """Whole powers."""
        return self.radical(base, node.exp, node)

    def radical(self, base: ExpansionRatio, exponent: sp.Rational, node: sp.Pow) -> ExpansionRatio:
        """Powers; broken ones of monomials in the small parameters alone."""
        over, under = base if exponent > 0 else base[::-1]
        if not under:
            raise ValueError(f"division by zero along the path: {shown(node)}")
        return self._power(over, abs(exponent), node), self._power(under, abs(exponent), node)

    def other(self, node: sp.Basic) -> ExpansionRatio:
        """Nothing else is rational."""
        raise ValueError(f"{shown(node)} is not a rational expression of the parameters")

    def _power(self, expansion: Expansion, power: sp.Rational, node: sp.Expr) -> Expansion:
        if power.is_Integer:
            return reduce(_product, [expansion] * int(power), self.one)
        # A fractional power is read of a monomial in the small parameters alone.
        if len(expansion) != 1 or next(iter(expansion.values())) != self.base.number(1):
            raise ValueError(
                "only a parameter that tends to 0 or oo may stand under a root, got "
                f"{shown(str(node))}"
            )
        ((exponent, coefficient),) = expansion.items()
        fraction = fmpq(int(power.p), int(power.q))
        return {tuple(e * fraction for e in exponent): coefficient}


def _sum(one: Expansion, other: Expansion) -> Expansion:
    total = dict(one)
    for exponent, coefficient in other.items():
        value = total[exponent] + coefficient if exponent in total else coefficient
        if value.is_zero:
            total.pop(exponent, None)
        else:
            total[exponent] = value
    return total


def _product(one: Expansion, other: Expansion) -> Expansion:
    total: Expansion = {}
    for first, a in one.items():
        for second, b in other.items():
            exponent = tuple(x + y for x, y in zip(first, second, strict=True))
            total = _sum(total, {exponent: a * b})
    return total
