"""Domains: sets of points, covered by coordinates that are decided to run through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.quantity import Quantity, coordinates, epoch
from icl_theory.algebra.stand_ins import stand_in, stand_in_or_zero

from .expressions import defined, in_range, plain
from .premises import STRICT, Given, Values, require, trusted


class Domain:
    """The points that solve equations and at which some symbols are positive.

    Parameters
    ----------
    name
        Unique; how statements refer to the domain.
    equations
        Gives pairs ``(symbol, residual)``: linear in the symbol, which is solved for, with a
        coefficient that vanishes nowhere.
    positive
        Symbols, declared nonnegative, that are positive here.
    cover
        Gives every symbol that is not free, in free coordinates.
    inverse
        Gives coordinates that are no symbols of the domain in its symbols.

    Notes
    -----
    `checked` decides that the cover runs through the whole domain and nothing else: covered points
    solve the equations and lie in the range of every symbol; and the inverse of any point of the
    domain lies in the range of every coordinate and covers that point.
    """

    def __init__(
        self,
        name: str,
        equations: Callable[[], Iterable[tuple[sp.Symbol, sp.Expr]]] = tuple,
        positive: Iterable[sp.Symbol] = (),
        cover: Callable[[], Values] = dict,
        inverse: Callable[[], Values] = dict,
    ) -> None:
        self._name, self._positive = str(name), tuple(positive)
        self._equations, self._cover, self._inverse = equations, cover, inverse
        self._known: dict[object, Any] = {}
        self._given: dict[object, tuple[list[tuple[sp.Symbol, sp.Expr]], Values, Values]] = {}
        _NAMES.setdefault(self._name, self)

    def __init_subclass__(cls) -> None:
        raise TypeError("there is one kind of domain")

    @property
    def name(self) -> str:
        """How statements refer to the domain."""
        return self._name

    def named(self) -> bool:
        """Whether the name means this domain: the first that was given it."""
        return _NAMES.setdefault(self.name, self) is self

    @staticmethod
    def of_name(name: str) -> Domain:
        """The domain that statements refer to by a name."""
        require(name in _NAMES, "no domain is called {}", name)
        return _NAMES[name]

    @property
    def positive(self) -> tuple[sp.Symbol, ...]:
        """Symbols that are positive here."""
        return self._positive

    def _read(self) -> tuple[list[tuple[sp.Symbol, sp.Expr]], Values, Values]:
        """Equations, cover and inverse, asked for once in every state of the definitions."""
        state = epoch()
        if state not in self._given:
            equations = [(s, sp.sympify(e)) for s, e in self._equations()]
            cover = {s: sp.sympify(v) for s, v in dict(self._cover()).items()}
            inverse = {s: sp.sympify(v) for s, v in dict(self._inverse()).items()}
            for symbol, value in (*equations, *cover.items(), *inverse.items()):
                require(isinstance(symbol, sp.Symbol), "{}: {} is no symbol", self, symbol)
                trusted(symbol)
                trusted(value)
            for symbol in self.positive:
                trusted(symbol)
            require(epoch() == state, "{} changes definitions", self)
            self._given[state] = equations, MappingProxyType(cover), MappingProxyType(inverse)
        return self._given[state]

    def __repr__(self) -> str:
        return self.name

    def equations(self) -> list[tuple[sp.Symbol, sp.Expr]]:
        """The equations in plain symbols, definitions of coordinates among them."""
        given, cover, _ = self._read()
        own = coordinates() & {*cover, *(s for s, _ in given)}
        given = given + [(q, q - q.definition) for q in own if q not in dict(given)]
        return [(symbol, plain(residual, own)) for symbol, residual in given]

    def inverse(self) -> Values:
        """Coordinates that are no symbols of the domain, in its symbols."""
        return self._read()[2]

    def checked(self) -> tuple[Values, Values]:
        """The equations solved one after the other, and the cover, both decided to be right."""
        if epoch() not in self._known:
            solved, cover = self._check()
            self._known[epoch()] = MappingProxyType(solved), MappingProxyType(cover)
        return self._known[epoch()]

    def _check(self) -> tuple[Values, Values]:
        cover = dict(self._read()[1])
        strict = {s: stand_in(f"{s.name}_>", s) for s in self.positive}
        solved: dict[sp.Symbol, sp.Expr] = {}
        for symbol, residual in self.equations():
            for power in residual.atoms(sp.Pow):
                # A point at which an equation says nothing does not solve it.
                defined(power.xreplace(cover))
            require(
                decide.is_zero(residual.xreplace(cover)), "{}: covers no root of {}", self, symbol
            )
            slope = decide.canonical(sp.diff(residual, symbol))
            require(signs.nonvanishing(slope.xreplace(strict)), "{}: {} undetermined", self, symbol)
            value = decide.canonical(symbol - (residual / slope).xreplace(solved))
            require(not value.has(symbol), "{}: {} by itself", self, symbol)
            solved = {s: v.xreplace({symbol: value}) for s, v in solved.items()} | {symbol: value}
        require(set(solved) <= set(cover), "{}: what is solved for is not covered", self)
        for q in coordinates() & set(cover):
            formula = decide.is_zero((q - plain(q.definition)).xreplace(cover))
            require(formula, "{}: {} is not its formula", self, q)
        for symbol, value in cover.items():
            defined(value)
            in_range(value, symbol, symbol in self.positive)
        inverse = {s: plain(v, coordinates() & set(cover)) for s, v in self.inverse().items()}
        for name in set().union(*(v.free_symbols for v in cover.values()), inverse):
            require(name not in cover, "{}: {} is no free coordinate", self, name)
            back = inverse.get(name, name).xreplace(strict)
            defined(back)
            in_range(back, name, False)
        for symbol, value in cover.items():
            again = (value.xreplace(inverse) - symbol).xreplace(solved)
            require(decide.is_zero(again), "{}: not every {} is covered", self, symbol)
        return solved, cover

    def within(self, other: Domain) -> bool:
        """Whether every point of this domain is one of another."""
        cover = self.checked()[1]
        symbols = {s for s, _ in other.equations()} | set(other.positive)
        return (
            symbols <= set(cover)
            and all(decide.is_zero(e.xreplace(cover)) for _, e in other.equations())
            and all(signs.strict(cover[s]) == 1 for s in other.positive)
        )

    def solved(self, expression: object) -> sp.Expr:
        """An expression with the solved equations of the domain put in."""
        solved = self.checked()[0]
        return plain(expression, coordinates() & set(solved)).xreplace(solved)

    def placed(self, expression: object, given: Given = ()) -> sp.Expr:
        """An expression in coordinates that run through all points with ``given`` conditions."""
        cover = self.checked()[1]
        written = plain(expression, coordinates() & set(cover)).xreplace(cover)
        return written.xreplace(self.conditions(given)) if given else written

    def conditions(self, given: Given) -> Values:
        """Free coordinates that run through all that satisfy conditions on them."""
        cover, fixed, bounds = self.checked()[1], {}, []
        for condition in in_order(given):
            if isinstance(condition, sp.Ne):
                continue
            symbol, bound = condition.lhs, self.placed(condition.rhs)
            free = symbol.is_Symbol and symbol not in cover and symbol not in bound.free_symbols
            free = free and not isinstance(symbol, Quantity)
            require(free, "{} bounds no free coordinate of {}", condition, self)
            if isinstance(condition, sp.Eq):
                require(not any(v.has(symbol) for v in fixed.values()), "{} is used before", symbol)
                require(symbol not in fixed, "{} has two values", symbol)
                fixed[symbol] = bound.xreplace(fixed)
            else:
                require(isinstance(condition, STRICT), "not a strict condition: {}", condition)
                bounds.append(condition.func(symbol, bound, evaluate=False))
        sides: dict[sp.Symbol, dict[int, sp.Expr]] = {}
        for condition in bounds:
            symbol, bound = condition.lhs.xreplace(fixed), condition.rhs.xreplace(fixed)
            side = 1 if isinstance(condition, sp.StrictGreaterThan) else -1
            if symbol.is_Symbol:
                known = sides.setdefault(symbol, {})
                known[side] = _tighter(known.get(side, bound), bound, side)
            else:
                require(signs.strict(symbol - bound) == side, "{} does not hold", condition)
        moved: dict[sp.Symbol, sp.Expr] = {}
        while sides:
            # A bound reads symbols that are moved before: as written out, not as folded.
            ready = [s for s, e in sides.items() if not any(v.has(*sides) for v in e.values())]
            symbol = (ready or list(sides))[0]
            ends = sides.pop(symbol)
            require(not any(v.has(symbol) for v in moved.values()), "{} is used before", symbol)
            above = 1 in ends and symbol.is_real and not symbol.is_negative
            require(bool(symbol.is_nonnegative or above), "{} does not run from zero up", symbol)
            require(not any(v.has(symbol) for v in ends.values()), "{} bounds itself", symbol)
            open_ = symbol.is_positive or 1 in ends
            free = (stand_in if open_ else stand_in_or_zero)(f"{symbol.name}'", symbol)
            low = ends.get(1, sp.Integer(0)).xreplace(moved)
            require(signs.weak(low) >= 0, "{} > {} may be no condition", symbol, low)
            moved[symbol] = low + free
            if -1 in ends:
                width = ends[-1].xreplace(moved) - low
                require(signs.strict(width) == 1, "nothing is between {} and its bound", low)
                moved[symbol] = low + width * free / (1 + free)
        values = {s: v.xreplace(moved) for s, v in fixed.items()}
        for symbol, value in values.items():
            in_range(value, symbol, symbol in self.positive)
        return values | moved


def in_order(conditions: Iterable[sp.Basic]) -> Given:
    """Conditions such that the bound of each reads symbols that no later one bounds."""
    first = sorted(conditions, key=lambda c: (isinstance(c, sp.StrictLessThan), str(c)))
    left = {c: plain(c.rhs).free_symbols for c in first}
    ordered: list[sp.Basic] = []
    while left:
        ready = [c for c in left if not any(o.lhs in left[c] for o in left if o is not c)]
        ordered += ready or [next(iter(left))]
        left = {c: symbols for c, symbols in left.items() if c not in ordered}
    return tuple(ordered)


def _tighter(one: sp.Expr, other: sp.Expr, side: int) -> sp.Expr:
    """Of two bounds from one side the one that implies the other."""
    return one if signs.weak(side * (one - other)) >= 0 else other


#: The domain that each name in a statement refers to: the first of that name.
_NAMES: dict[str, Domain] = {}
#: No equations: statements about free symbols, each in the range that it is declared with.
FREE = Domain("free")
