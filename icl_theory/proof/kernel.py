"""The kernel: what a theorem is, and the only rules that make one.

A `Theorem` says: at every point of its domain at which its hypotheses hold, its conclusion is
defined and true, given the quoted results that it lists. A domain is a set of points, values of its
symbols: those that solve its equations, with every symbol in the range that it is declared with.
Each rule decides its premises by exact algebra and says what it relies on; nothing outside of this
module makes a theorem. Trusted besides: SymPy's unfolding of definitions, substitution and
differentiation, and the decisions of `icl_theory.algebra.decide` and `signs`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from functools import cache, wraps
from itertools import combinations, permutations
from types import MappingProxyType
from typing import Any, ParamSpec, TypeAlias, TypeVar

import sympy as sp

from icl_theory.algebra import calculus, decide, signs
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity, coordinates, epoch, remembered, unfold
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.algebra.stand_ins import stand_in, stand_in_or_zero
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.algebra.unevaluated import Unevaluated

Relation: TypeAlias = sp.Basic
Given = tuple[sp.Basic, ...]
Values = Mapping[sp.Symbol, sp.Expr]
STRICT = (sp.StrictGreaterThan, sp.StrictLessThan)
WEAK = (sp.GreaterThan, sp.LessThan)
COMPARED = (*STRICT, *WEAK, sp.Eq, sp.Ne)
_SEAL = object()


class ProofFailed(Exception):
    """A premise of a rule was decided to be false, or is not of the form that the rule needs."""


def require(condition: bool, otherwise: str, *about: object) -> None:
    """Raise `ProofFailed` unless a premise holds; the sentence is written only then."""
    if not condition:
        raise ProofFailed(otherwise.format(*about))


@cache
def _ours(kind: type) -> bool:
    """Whether a class is SymPy's or this package's own, not one that overrides what these do."""
    name = kind.__module__ or ""
    home = sys.modules.get(name)
    known = name.split(".")[0] in ("sympy", "icl_theory")
    return known and getattr(home, kind.__name__, None) is kind


#: What SymPy knows of symbols that run through an interval.
_RANGES = [
    sp.Symbol("s", **{kind: True}).assumptions0
    for kind in ("real", "positive", "nonnegative", "negative")
]


def ranges(symbol: sp.Symbol) -> None:
    """Require that a symbol is declared by a range: to move in it, or to be given a value in it."""
    declared = symbol.is_Symbol and symbol.assumptions0 in _RANGES
    require(bool(declared), "{} is declared otherwise than by a range", symbol)


def trusted(expression: sp.Basic) -> None:
    """Require that an expression is made of known classes."""
    stack, seen = [expression], set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not (isinstance(node, sp.Basic) and _ours(type(node))):
            raise TypeError(f"not an expression of SymPy: {type(node).__name__}")
        stack.extend(node.args)


def _frozen(value: Any) -> Any:
    """An argument that no one can change, and that is the same however often it is read."""
    if isinstance(value, sp.MatrixBase):
        value = sp.ImmutableDenseMatrix(value)
        for entry in value:
            trusted(entry)
        return value
    if isinstance(value, sp.Basic):
        trusted(value)
        return value
    if value is None or type(value) in (int, str, bool, Theorem, Domain, Branch):
        return value
    if isinstance(value, Mapping):
        return {_frozen(key): _frozen(entry) for key, entry in dict(value).items()}
    if isinstance(value, Iterable):
        return tuple(_frozen(entry) for entry in value)
    raise TypeError(f"no argument of a rule: {type(value).__name__}")


P = ParamSpec("P")
R = TypeVar("R")


def _rule(function: Callable[P, R]) -> Callable[P, R]:
    """A rule that reads its arguments once."""

    @wraps(function)
    def applied(*arguments: P.args, **options: P.kwargs) -> R:
        fixed = [_frozen(a) for a in arguments]
        named = {name: _frozen(option) for name, option in options.items()}
        for condition in named.get("given", ()):
            require(isinstance(condition, COMPARED), "no condition on numbers: {}", condition)
        return function(*fixed, **named)

    return applied


@dataclass(frozen=True)
class Oracle:
    """A quoted result: what it says, as a formula, and where it is from."""

    relation: Relation
    reference: str


@dataclass(frozen=True, eq=False)
class Theorem:
    """A conclusion with everything that it depends on; see the module's docstring.

    Attributes
    ----------
    conclusion, hypotheses, domain
        What holds, under which conditions, at which points.
    oracles
        Quoted results that the theorem is conditional on.
    rule, premises
        The rule that made it, and the theorems that the rule was given.
    definitions
        State of the definitions in which it was made: in another one it is no theorem.
    """

    conclusion: Relation
    hypotheses: frozenset[Relation]
    domain: Domain
    oracles: frozenset[Oracle]
    rule: str
    premises: tuple[Theorem, ...]
    definitions: object
    # Not kept: nobody finds it on a theorem, and `dataclasses.replace` cannot pass it on.
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("theorems are made by the rules of the kernel")

    def __init_subclass__(cls) -> None:
        raise TypeError("there is one kind of theorem")


def _theorem(
    rule: str,
    conclusion: Relation,
    domain: Domain,
    hypotheses: Iterable[Relation] = (),
    premises: tuple[Theorem, ...] = (),
    oracles: Iterable[Oracle] = (),
    discharged: bool = False,
) -> Theorem:
    require(type(domain) is Domain, "{}: no domain", rule)
    require(_NAMES[domain.name] is domain, "the name {} is that of another domain", domain)
    for premise in premises:
        require(isinstance(premise, Theorem), "{}: a premise is no theorem", rule)
        require(premise.definitions == epoch(), "{}: a premise has other definitions", rule)
    inherited = () if discharged else premises
    said_before = frozenset(hypotheses)
    _meaningful(domain, said_before)
    conditions = said_before.union(*(p.hypotheses for p in inherited))
    quoted = frozenset(oracles).union(*(p.oracles for p in premises))
    for said in (conclusion, *conditions):
        trusted(said)
    return Theorem(conclusion, conditions, domain, quoted, rule, premises, epoch(), _SEAL)


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

    @property
    def positive(self) -> tuple[sp.Symbol, ...]:
        """Symbols that are positive here."""
        return self._positive

    def _read(self) -> tuple[list[tuple[sp.Symbol, sp.Expr]], Values, Values]:
        """Equations, cover and inverse, asked for once in every state of the definitions."""
        if epoch() not in self._given:
            equations = [(s, sp.sympify(e)) for s, e in self._equations()]
            cover = {s: sp.sympify(v) for s, v in dict(self._cover()).items()}
            inverse = {s: sp.sympify(v) for s, v in dict(self._inverse()).items()}
            for symbol, value in (*equations, *cover.items(), *inverse.items()):
                require(isinstance(symbol, sp.Symbol), "{}: {} is no symbol", self, symbol)
                trusted(symbol)
                trusted(value)
            for symbol in self.positive:
                trusted(symbol)
            self._given[epoch()] = equations, MappingProxyType(cover), MappingProxyType(inverse)
        return self._given[epoch()]

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
            require(
                decide.is_zero(residual.xreplace(cover)), "{}: covers no root of {}", self, symbol
            )
            slope = decide.canonical(sp.diff(residual, symbol))
            require(
                symbol not in solved and not slope.has(symbol), "{}: {} not linear", self, symbol
            )
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
        if other is self or not other.checked()[1]:
            return True
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
            ranges(symbol)
            require(symbol.is_negative is not True, "{} has a negative range", symbol)
            require(not any(v.has(symbol) for v in ends.values()), "{} bounds itself", symbol)
            free = stand_in(f"{symbol.name}'", symbol)
            low, high = (ends[side].xreplace(moved) if side in ends else None for side in (1, -1))
            bounded = symbol.is_nonnegative is True
            if bounded and low is not None:
                require(signs.weak(low) >= 0, "{} > {} may be no condition", symbol, low)
            if high is None:
                moved[symbol] = low + free
                continue
            if not bounded and low is None:
                moved[symbol] = high - free
                continue
            width = high if low is None else high - low
            require(signs.strict(width) == 1, "nothing is between {} and {}", low or 0, high)
            open_below = symbol.is_positive or low is not None
            least = free if open_below else stand_in_or_zero(free.name, symbol)
            moved[symbol] = (low or 0) + width * least / (1 + least)
        values = {s: v.xreplace(moved) for s, v in fixed.items()}
        for symbol, value in values.items():
            in_range(value, symbol, False)
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
    return one if one == other or signs.weak(side * (one - other)) >= 0 else other


#: The domain that each name in a statement refers to: the first of that name.
_NAMES: dict[str, Domain] = {}

#: No equations: statements about free symbols, each in the range that it is declared with.
FREE = Domain("free")


def plain(expression: object, keep: Iterable[sp.Symbol] = ()) -> sp.Expr:
    """An expression in plain symbols, every one of them a number."""
    written = calculus.plain(expression, set(keep))
    for symbol in getattr(written, "free_symbols", ()):
        infinite = symbol.is_finite is False or (symbol.is_extended_real and not symbol.is_real)
        if infinite or not (symbol.is_Symbol and symbol.is_commutative):
            raise UndecidedError(f"no number: {symbol}")
    return written


def in_range(value: sp.Expr, symbol: sp.Symbol, strictly: bool) -> None:
    """Decide that a value lies in the range that a symbol is declared with."""
    ranges(symbol)
    if symbol.is_positive or strictly:
        inside = signs.strict(value) == 1
    elif symbol.is_negative:
        inside = signs.strict(value) == -1
    elif symbol.is_nonnegative:
        inside = signs.weak(value) >= 0
    else:
        inside = symbol.is_real is True and decide.is_real(value)
    require(inside, "{} = {} is out of its range", symbol, value)


def defined(expression: sp.Expr, excluded: Sequence[sp.Expr] = ()) -> None:
    """Decide that no denominator vanishes and no square root is taken of a negative number."""
    for power in expression.atoms(sp.Pow):
        base, exponent = power.args
        if not (exponent.is_Rational and exponent.q in (1, 2, 3, 4)):
            raise UndecidedError(f"not an algebraic power: {power}")
        if exponent.q > 1:
            require(signs.weak(base) >= 0, "a root of what may be negative: {}", base)
        if exponent < 0:
            require(vanishes_nowhere(base, excluded), "a denominator may vanish: {}", base)
    continuous(expression)


def continuous(expression: sp.Expr) -> None:
    """Require that an expression is made of sums, products, powers and extrema of numbers."""
    for node in sp.preorder_traversal(expression):
        number = node.is_Rational or node.is_Symbol or isinstance(node, sp.NumberSymbol)
        inside = number or isinstance(node, sp.Add | sp.Mul | sp.Pow | sp.Max | sp.Min)
        require(bool(inside), "not algebraic: {}", node)


def vanishes_nowhere(base: sp.Expr, excluded: Sequence[sp.Expr] = ()) -> bool:
    """Whether an expression vanishes nowhere, ``excluded`` ones being different from zero."""
    if not excluded:
        return signs.nonvanishing(base)
    constant, factors = signs.factored(base)
    return constant != 0 and all(
        signs.nonvanishing(factor)
        for factor in factors
        if not any(
            signs.ratio(one, part) for one in {factor, _radical(factor)} for part in excluded
        )
    )


def _placed(on: Domain, expression: object, given: Given) -> sp.Expr:
    """An expression in the coordinates of a domain, decided to be defined everywhere on it."""
    return _defined_at(on, expression, given, _excluded(on, given))


def _defined_at(
    on: Domain, expression: object, given: Given, excluded: Sequence[sp.Expr]
) -> sp.Expr:
    placed = algebraic(on.placed(expression, given))
    defined(placed, excluded)
    for power in _powers(expression, set(on.checked()[1])):
        # What is multiplied by zero, or cancels, has to be defined as well.
        defined(algebraic(on.placed(power, given)), excluded)
    return placed


def _powers(expression: object, kept: set[sp.Symbol]) -> set[sp.Expr]:
    """The powers of an expression as it is written, and once all is evaluated, in any order."""
    keep = coordinates() & kept
    written = plain(expression, keep)
    found = set(written.atoms(sp.Pow)) | _written(sp.sympify(expression), frozenset(keep))
    for exponential in written.atoms(sp.exp):
        found |= exponential.exp.atoms(sp.Pow)
    return found


@remembered
def _written(expression: sp.Expr, keep: frozenset[sp.Symbol]) -> set[sp.Expr]:
    """The powers that an expression, its quantities and what it holds are written with.

    A power may be gone once all is evaluated: squared, cancelled, derived, multiplied by zero.
    """
    found: set[sp.Expr] = set()
    walk = sp.preorder_traversal(expression)
    for node in walk:
        number = node.is_Atom and getattr(node, "is_number", False)
        require(
            not number or (node.is_real is True and node.is_finite is True), "no number: {}", node
        )
        if isinstance(node, sp.Pow):
            found.add(node)
        elif isinstance(node, Quantity) and node not in keep:
            found |= _written(node.definition, keep)
        elif isinstance(node, At):
            inner, *pairs = node.args
            moved = frozenset(symbol for symbol, _ in pairs)
            own = keep - _moving(keep, moved) | {s for s in moved if isinstance(s, Quantity)}
            found |= {At(power, *pairs) for power in _written(inner, own)}
            found |= set().union(*(_written(value, keep) for _, value in pairs))
        if isinstance(node, Unevaluated):
            if isinstance(node, Partial | Total):
                found |= _written(node.args[0], keep)
            if isinstance(node, Total):
                # A derivative along a curve is one where the unknowns are determined on it.
                found |= set().union(*(_written(e, keep) for e in node.args[2]))
                found.add(1 / _determinant(node.jacobian()))
            # What else is inside is at the values of this one.
            walk.skip()
    return found


def _moving(kept: Iterable[sp.Symbol], moved: frozenset[sp.Symbol]) -> set[sp.Symbol]:
    """The quantities that are made of symbols that move."""
    return {q for q in kept if unfold(q).free_symbols & moved}


@remembered
def _meaningful(on: Domain, conditions: frozenset[Relation]) -> None:
    """Decide that both sides of every condition are defined where those before it hold.

    A condition that says nothing where it is undefined would make a claim hold of no point.
    """
    for condition in conditions:
        require(isinstance(condition, COMPARED), "no condition on numbers: {}", condition)
    before: Given = ()
    for _ in conditions:
        left = (c for c in in_order(conditions) if c not in before)
        before = (*before, *[c for c in left if _stated(on, c, before)])
    require(conditions == set(before), "undefined somewhere: {}", conditions - set(before))


def _stated(on: Domain, condition: Relation, before: Given) -> bool:
    """Whether both sides of a condition are defined, everywhere or where others hold."""
    for given in dict.fromkeys(((), before)):
        try:
            for side in condition.args:
                _placed(on, side, given)
        except (ProofFailed, UndecidedError):
            continue
        return True
    return False


def algebraic(expression: sp.Expr) -> sp.Expr:
    """Exponentials as positive symbols: what holds whatever they are holds for them."""
    found = expression.atoms(sp.exp)
    require(all(decide.is_real(e.exp) for e in found), "an exponential of no real: {}", found)
    return expression.xreplace({e: stand_in("exp", e) for e in found})


def _excluded(on: Domain, given: Given) -> list[sp.Expr]:
    different = (on.placed(c.lhs - c.rhs, given) for c in given if isinstance(c, sp.Ne))
    return [_radical(part) for difference in different for part in signs.factored(difference)[1]]


def _radical(factor: sp.Expr) -> sp.Expr:
    """What vanishes where a factor does: that of which it is a square."""
    return factor.base if factor.is_Pow else factor


# Decisions.


@_rule
def identity(lhs: object, rhs: object = 0, *, on: Domain = FREE, given: Given = ()) -> Theorem:
    """``lhs = rhs``: both are defined on the whole domain, and their difference cancels there."""
    lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
    matrices = isinstance(lhs, sp.MatrixBase)
    if matrices and rhs == 0:
        rhs = sp.zeros(*lhs.shape)
    alike = not matrices or getattr(rhs, "shape", None) == lhs.shape
    require(alike, "matrices of different shapes")
    sides = list(zip(lhs, rhs, strict=True)) if matrices else [(lhs, rhs)]
    require(bool(sides), "an identity between empty matrices decides nothing")
    fixed = any(isinstance(condition, sp.Eq) for condition in given)
    for left, right in sides:
        difference = on.placed(left - right, given) if fixed else on.solved(left - right)
        difference = algebraic(difference)
        require(decide.is_zero(difference), "not an identity: {}", eq(left, right))
        _placed(on, left, given), _placed(on, right, given)
    return _theorem("identity", eq(lhs, rhs), on, given)


@_rule
def sign(
    relation: sp.Rel, *, on: Domain = FREE, given: Given = (), known: Sequence[Theorem] = ()
) -> Theorem:
    """A strict or weak inequality, by the coefficients of a polynomial in the coordinates.

    Factors of the difference may be signed by ``known`` strict inequalities instead.
    """
    require(isinstance(relation, STRICT + WEAK), "not an inequality: {}", relation)
    difference = _larger_part(on, relation, given)
    strict = all(isinstance(_at(on, theorem), STRICT) for theorem in known)
    require(strict, "what is known is no strict inequality")
    parts = [_larger_part(on, _at(on, theorem), given) for theorem in known]
    for side in (relation.lhs, relation.rhs):
        _defined_at(on, side, given, [*_excluded(on, given), *parts])
    defined(difference, [*_excluded(on, given), *parts])
    if isinstance(relation, STRICT) or parts:
        require(_sign(difference, parts) == 1, "wrong sign: {}", relation)
    else:
        require(signs.weak(difference) >= 0, "wrong sign: {}", relation)
    return _theorem("sign", relation, on, given, tuple(known))


def _larger_part(on: Domain, relation: sp.Rel, given: Given) -> sp.Expr:
    """The difference that an inequality says to be positive, in coordinates."""
    require(isinstance(relation, STRICT + WEAK), "not an inequality: {}", relation)
    upwards = isinstance(relation, sp.StrictGreaterThan | sp.GreaterThan)
    return on.placed(relation.lhs - relation.rhs if upwards else relation.rhs - relation.lhs, given)


def _sign(expression: sp.Expr, known: Sequence[sp.Expr]) -> int:
    """Sign of a product of factors, each positive as known or decided."""
    if not known:
        return signs.strict(expression)
    found, factors = signs.factored(expression)
    for factor in factors:
        for part in known:
            ratio = signs.ratio(factor, part)
            if ratio is not None:
                found *= int(sp.sign(ratio))
                break
        else:
            found *= signs.strict(factor)
    return found


def _at(on: Domain, theorem: Theorem) -> Relation:
    """What a theorem says at every point of a domain."""
    require(isinstance(theorem, Theorem), "a premise is no theorem")
    same = on is theorem.domain or (_portable(theorem) and on.within(theorem.domain))
    require(same, "{} holds on {}, not on {}", theorem.conclusion, theorem.domain, on)
    return theorem.conclusion


def _portable(theorem: Theorem) -> bool:
    """Whether a theorem says something without its domain: of points, not in its coordinates."""
    said = (theorem.conclusion, *theorem.hypotheses)
    read = set().union(*(unfold(s).free_symbols for s in said))
    return pointwise(theorem.conclusion) and not read & set(theorem.domain.inverse())


def pointwise(relation: Relation) -> bool:
    """Whether a relation speaks of one point at a time, not of a path."""
    return not relation.has(sp.Limit, PathLimit)


@_rule
def limit(limit: sp.Limit, value: object, *, on: Domain = FREE, given: Given = ()) -> Theorem:
    """A limit as one free coordinate moves and the other coordinates are held."""
    require(isinstance(limit, sp.Limit), "no limit: {}", limit)
    expression, variable, point, side = limit.args
    require(not isinstance(variable, Quantity), "{} is a formula and does not move", variable)
    require(variable not in on.checked()[1], "{} does not move freely on {}", variable, on)
    tied = any(residual.has(variable) for _, residual in on.equations())
    # A reader of a symbol of the domain would hold other symbols of it, not coordinates.
    require(not (tied and on.inverse()), "with {} more moves than it on {}", variable, on)
    _unbound(variable, given)
    placed = on.placed(expression, given)
    target, end = _end_point(on, value, given), _end_point(on, point, given)
    for power in _powers(expression, set(on.checked()[1])):
        _leading(on.placed(power, given), variable, end, 1, _excluded(on, given))
    require(not target.has(variable) and not end.has(variable), "{} is in the limit", variable)
    for direction in _directions(variable, end, str(side)):
        excluded = _excluded(on, given)
        _reaches(_leading(placed, variable, end, direction, excluded), target, limit)
    return _theorem("limit", eq(limit, value), on, given)


def _end_point(on: Domain, value: object, given: Given) -> sp.Expr:
    """What tends, or is tended to, in coordinates: a number that is defined, or infinite."""
    value = sp.sympify(value)
    return value if value in (sp.oo, -sp.oo) else _placed(on, value, given)


def _unbound(variable: sp.Symbol, conditions: Iterable[Relation]) -> None:
    """Decide that no condition speaks of a variable that runs through its whole range."""
    read = (plain(side).free_symbols for c in conditions for side in (c.lhs, c.rhs))
    require(all(variable not in symbols for symbols in read), "a condition on {}", variable)


def _directions(variable: sp.Symbol, point: sp.Expr, side: str) -> list[int]:
    """The sides from which a symbol has to approach a point, decided to lie in its range."""
    ranges(variable)
    bounded = variable.is_nonnegative is True
    if point in (sp.oo, -sp.oo):
        require(variable.is_negative is not True, "{} has a negative range", variable)
        require(point is sp.oo or not bounded, "{} does not tend to {}", variable, point)
        return [1 if point is sp.oo else -1]
    wanted = {"+": [1], "-": [-1]}.get(side, [1, -1])
    if bounded and point == 0:
        require(wanted == [1], "{} approaches 0 from above", variable)
    elif bounded:
        require(signs.strict(point) == 1, "{} does not come near {}", variable, point)
    else:
        require(variable.is_negative is not True, "{} has a negative range", variable)
    return wanted


def _leading(
    placed: sp.Expr,
    variable: sp.Symbol,
    point: sp.Expr,
    direction: int,
    excluded: Sequence[sp.Expr] = (),
) -> decide.Leading:
    """Leading term, valid whatever the other symbols: no denominator's leading term vanishes."""
    for power in placed.atoms(sp.Pow):
        if power.exp.is_negative and power.has(variable):
            part = signs.leading(power.base, variable, point, direction).over
            nowhere = vanishes_nowhere(part.coefficient, excluded)
            require(nowhere, "{} may vanish on the way", power.base)
        elif not power.has(variable):
            defined(power, excluded)
    found = signs.leading(placed, variable, point, direction)
    require(
        vanishes_nowhere(found.under.coefficient, excluded), "the leading denominator of {}", placed
    )
    coefficient = found.over.coefficient / found.under.coefficient
    return decide.Leading(coefficient, found.over.exponent - found.under.exponent)


def _reaches(leading: decide.Leading, value: sp.Expr, what: object) -> None:
    if value in (sp.oo, -sp.oo):
        reached = leading.exponent < 0 and signs.strict(leading.coefficient) * sp.oo == value
    elif leading.exponent > 0 or leading.coefficient == 0:
        reached = decide.is_zero(value)
    else:
        reached = leading.exponent == 0 and _equal(leading.coefficient, value)
    require(reached, "the limit is not {}: {}", value, what)


def _equal(one: sp.Expr, other: sp.Expr) -> bool:
    """Whether two expressions are equal: by conjugates, or modulo what defines their roots."""
    try:
        return decide.is_zero(one - other)
    except UndecidedError:
        written, roots = signs.without_roots(one - other)
        rest = decide.fraction_field(written).numer.as_expr()
        for name, root in roots.items():
            rest = sp.rem(rest, name**root.exp.q - root.base, name)
        return sp.expand(rest) == 0


@_rule
def quote(relation: Relation, reference: str, *, on: Domain = FREE) -> Theorem:
    """A quoted result: a theorem that is conditional on itself."""
    require(bool(reference), "a quoted result needs a reference")
    for conjunct in relation.args if isinstance(relation, sp.And) else (relation,):
        conditions, said = split(conjunct)
        _meaningful(on, frozenset(conditions))
        formula = isinstance(said, (*COMPARED, AtMostOne))
        require(formula, "a quoted result is a formula, not {}", said)
        for side in said.args if isinstance(said, COMPARED) else ():
            if pointwise(side) and not isinstance(side, RootCount):
                _placed(on, side, conditions)
    return _theorem("quoted", relation, on, oracles=[Oracle(relation, reference)])


# Reasoning.


@_rule
def conditional(theorem: Theorem, quoted: Theorem) -> Theorem:
    """A theorem that is read with a quoted result, and is therefore conditional on it."""
    require(bool(quoted.oracles), "nothing is quoted")
    conclusion, domain = theorem.conclusion, theorem.domain
    return _theorem("conditional", conclusion, domain, theorem.hypotheses, (theorem, quoted))


@_rule
def combination(
    relation: sp.Rel, parts: Sequence[tuple[object, Theorem]], *, on: Domain = FREE
) -> Theorem:
    """A relation as a sum of others: its difference is the sum of c times theirs.

    Of an equality the factor c may be anything that is defined; of an inequality it is positive.
    The sum is positive if one of the inequalities is strict, and not negative otherwise.
    """
    rest, wanted = _difference(relation)
    reached: set[type] = set()
    for coefficient, theorem in parts:
        difference, kind = _difference(_at(on, theorem))
        factor = _placed(on, coefficient, ())
        if kind is not sp.Eq:
            require(signs.strict(factor) == 1, "{} may not be positive", coefficient)
        rest -= sp.sympify(coefficient) * difference
        reached.add(kind)
    strongest = [kind for kind in (sp.StrictGreaterThan, sp.GreaterThan, sp.Eq) if kind in reached]
    enough = wanted is sp.GreaterThan or wanted in strongest[:1]
    require(bool(parts) and enough, "no sum of these: {}", relation)
    require(decide.is_zero(on.solved(rest)), "no such combination: {}", relation)
    for side in (relation.lhs, relation.rhs):
        _placed(on, side, ())
    return _theorem("combination", relation, on, premises=tuple(t for _, t in parts))


def _difference(relation: Relation) -> tuple[sp.Expr, type]:
    """What a relation says to be zero, positive or not negative; and which of them."""
    for kind, turned in (
        (sp.StrictGreaterThan, sp.StrictLessThan),
        (sp.GreaterThan, sp.LessThan),
        (sp.Eq, sp.Eq),
    ):
        if isinstance(relation, kind):
            return relation.lhs - relation.rhs, kind
        if isinstance(relation, turned):
            return relation.rhs - relation.lhs, kind
    raise ProofFailed(f"no relation of numbers: {relation}")


@_rule
def specialise(
    theorem: Theorem, values: Values, *, on: Domain = FREE, known: Sequence[Theorem] = ()
) -> Theorem:
    """A theorem at the points where symbols have given values, which solve its equations."""
    relation, pairs = theorem.conclusion, list(values.items())
    require(isinstance(relation, sp.Rel) and pointwise(relation), "not about single points")
    alone = _portable(theorem) and not relation.has(RootCount)
    require(alone, "not about single points, or in coordinates of {}", theorem.domain)
    moved = set(values)
    formulas = {s for s in moved if isinstance(s, Quantity)} - set(theorem.domain.checked()[1])
    require(not formulas, "{} are formulas", formulas)
    read = [
        plain(side).free_symbols | side.free_symbols for h in theorem.hypotheses for side in h.args
    ]
    require(not any(symbols & moved for symbols in read), "a hypothesis moves")
    said = [_at(on, t) for t in known]
    positive = {c.lhs for c in said if isinstance(c, sp.Rel) and c == gt(c.lhs)}
    for symbol, residual in theorem.domain.equations():
        at = on.placed(At(residual, *pairs))
        require(decide.is_zero(at), "the equation of {} does not hold at {}", symbol, values)
    for symbol, value in pairs:
        if value not in positive or not symbol.is_nonnegative:
            in_range(_placed(on, value, ()), symbol, symbol in theorem.domain.positive)
    left = (set(theorem.domain.positive) | set(theorem.domain.checked()[1])) - moved
    for symbol in left:
        in_range(_placed(on, symbol, ()), symbol, symbol in theorem.domain.positive)
    sides = [At(side, *pairs) for side in (relation.lhs, relation.rhs)]
    for side in sides:
        _placed(on, side, ()) if not known else None
    relation = relation.func(*sides, evaluate=False)
    return _theorem("specialisation", relation, on, premises=(theorem, *known))


@_rule
def squares(square: Theorem, positive: Theorem, other: Theorem, *, on: Domain = FREE) -> Theorem:
    """a^2 = b^2, a > 0 and b > 0 give a = b."""
    larger, second = _at(on, positive), _at(on, other)
    require(isinstance(larger, STRICT) and isinstance(second, STRICT), "not two positive numbers")
    a, b = larger.lhs, second.lhs
    require(larger == gt(a) and second == gt(b), "not two positive numbers: {}, {}", a, b)
    require(_at(on, square) == eq(a**2, b**2), "not two equal squares: {}", square.conclusion)
    return _theorem("squares", eq(a, b), on, premises=(square, positive, other))


@_rule
def quadratic(
    polynomial: sp.Expr,
    unknown: sp.Symbol,
    root: Theorem,
    at: sp.Rel,
    *,
    on: Domain = FREE,
    given: Given = (),
) -> Theorem:
    """A convex quadratic, negative at 0, is negative below its positive root and positive above.

    ``root`` says that the root is positive; ``at`` is the sign of the polynomial at ``unknown``,
    which the conclusion compares with the root.
    """
    require(isinstance(_at(on, root), sp.Rel), "no positive root: {}", root.conclusion)
    value = _at(on, root).lhs
    require(_at(on, root) == gt(value) and unknown.is_nonnegative is True, "no positive root")
    require(not plain(value).has(unknown), "the root moves with {}: {}", unknown, value)
    second = Partial(Partial(polynomial, unknown), unknown)
    require(not signs.depends(plain(second), unknown), "not quadratic in {}", unknown)
    premises = (
        root,
        sign(gt(second), given=given),
        sign(lt(At(polynomial, (unknown, 0))), given=given),
        identity(At(polynomial, (unknown, value)), given=given),
        sign(at, on=on),
    )
    above = at == gt(polynomial)
    require(above or at == lt(polynomial), "not the sign of the polynomial: {}", at)
    conclusion = gt(unknown, value) if above else lt(unknown, value)
    return _theorem("quadratic", conclusion, on, premises=premises)


@_rule
def squeeze(
    limit: sp.Limit, ends: Sequence[Theorem], bounds: Sequence[Theorem], *, on: Domain = FREE
) -> Theorem:
    """A limit between two functions of one limit; below one that tends to oo a bound is enough."""
    require(isinstance(limit, sp.Limit), "no limit: {}", limit)
    expression, *where = limit.args
    found: dict[str, sp.Expr] = {}
    require(len(bounds) == len(ends), "not a limit of every bound")
    for bound, end in zip(bounds, ends, strict=True):
        relation, tends = _at(on, bound), end.conclusion
        _unbound(where[0], (*bound.hypotheses, *end.hypotheses))
        require(isinstance(relation, STRICT + WEAK) and end.domain is on, "bounds and their limits")
        upwards = isinstance(relation, sp.StrictGreaterThan | sp.GreaterThan)
        less, more = (relation.rhs, relation.lhs) if upwards else (relation.lhs, relation.rhs)
        side, other = ("below", less) if more == expression else ("above", more)
        require(expression in (less, more), "no bound of {}: {}", expression, relation)
        require(isinstance(tends, sp.Eq), "no limit of a bound: {}", tends)
        require(tends.lhs == sp.Limit(other, *where), "not the limit of the bound: {}", tends)
        found[side] = tends.rhs
    both = found.get("below") == found.get("above")
    alone = found in ({"below": sp.oo}, {"above": -sp.oo})
    require(bool(found) and (both or alone), "no squeeze: {}", found)
    value = next(iter(found.values()))
    return _theorem("squeeze", eq(limit, value), on, premises=(*ends, *bounds))


@_rule
def one_root(
    function: sp.Expr,
    variable: sp.Symbol,
    *,
    end: object = sp.oo,
    multiplier: object = 0,
    given: Given = (),
) -> Theorem:
    """A function of one sign near 0 and another near ``end`` that crosses one way has one root.

    Its slope plus ``multiplier`` times the function has one sign throughout. Where the function
    vanishes this is the sign of the slope; so it passes through zero one way only, hence once.
    """
    ranges(variable)
    require(variable.is_positive is True, "{} does not run through (0, oo)", variable)
    end = sp.sympify(end)
    _unbound(variable, given)
    where = given if end is sp.oo else (*given, lt(variable, end))
    _placed(FREE, function, where), _placed(FREE, multiplier, where)
    moving = Partial(function, variable) + multiplier * function
    placed, last = FREE.placed(function, given), _end_point(FREE, end, given)
    require(not last.has(variable), "the interval moves with {}", variable)
    ends = ((sp.Integer(0), 1), (last, 1 if last is sp.oo else -1))
    signs_at = [_end(placed, variable, point, direction) for point, direction in ends]
    require(signs_at in ([1, -1], [-1, 1]), "no change of sign: {}", function)
    one_way = sign(gt(moving) if signs_at == [-1, 1] else lt(moving), given=where)
    count = eq(RootCount(function, variable, 0, end), 1)
    return _theorem("one root", count, FREE, given, (one_way,), discharged=True)


def _end(placed: sp.Expr, variable: sp.Symbol, point: sp.Expr, direction: int) -> int:
    """Sign of a function near an end: that of its leading term, which may tend to zero."""
    return signs.strict(_leading(placed, variable, point, direction).coefficient)


@_rule
def some_root(
    function: sp.Expr, variable: sp.Symbol, ends: Sequence[Theorem], *, given: Given = ()
) -> Theorem:
    """A continuous function with limits of opposite sign at 0 and oo vanishes in between."""
    ranges(variable)
    require(variable.is_positive is True, "{} does not run through (0, oo)", variable)
    _unbound(variable, given)
    _placed(FREE, function, given)
    found = []
    require(len(ends) == 2, "not two ends: {}", len(ends))
    for end, point in zip(ends, (sp.Integer(0), sp.oo), strict=True):
        relation = _at(FREE, end)
        require(isinstance(relation, sp.Eq), "no end of it: {}", relation)
        require(relation.lhs == sp.Limit(function, variable, point), "no end of it: {}", relation)
        value = relation.rhs
        infinite = value in (sp.oo, -sp.oo)
        found.append(int(sp.sign(value)) if infinite else signs.strict(FREE.placed(value, given)))
    require(sorted(found) == [-1, 1], "no change of sign: {}", found)
    count = sp.GreaterThan(RootCount(function, variable), 1, evaluate=False)
    return _theorem("intermediate value", count, FREE, given, tuple(ends))


def _one_root_of(relation: Relation) -> tuple[sp.Expr, sp.Symbol]:
    """The function, and its variable, that a relation says to have one positive root."""
    counted = isinstance(relation, sp.Eq) and isinstance(relation.lhs, RootCount)
    require(counted, "no number of roots: {}", relation)
    function, variable, *_ = relation.lhs.args
    once = relation == eq(RootCount(function, variable), 1)
    require(once, "not one positive root: {}", relation)
    return function, variable


def _root(function: At, variable: sp.Symbol, value: sp.Expr, on: Domain) -> Theorem:
    """That a value is a root, whatever the other symbols if it is free of the variable."""
    if sp.sympify(value).has(variable):
        return identity(function, on=on)
    try:
        return identity(function)
    except (ProofFailed, UndecidedError):
        return identity(function, on=on)


@_rule
def same_root(
    count: Theorem,
    first: sp.Expr,
    second: sp.Expr,
    *,
    on: Domain = FREE,
    known: Sequence[Theorem] = (),
) -> Theorem:
    """Two positive roots of a function that has exactly one are equal."""
    function, variable = _one_root_of(_at(on, count))
    positive = [_at(on, theorem) for theorem in known]
    premises = [count, *known]
    for value in (first, second):
        premises.append(_root(At(function, (variable, value)), variable, value, on))
        if gt(value) not in positive:
            premises.append(sign(gt(value), on=on))
    return _theorem("same root", eq(first, second), on, premises=tuple(premises))


@_rule
def at_most_one(
    system: Domain,
    parameters: Sequence[sp.Symbol],
    chain: Sequence[tuple[sp.Symbol, Theorem | None]],
) -> Theorem:
    """For given parameters a system has at most one point: each symbol is determined in turn.

    A symbol is determined by an equation that is linear in it and holds otherwise determined
    symbols; or by a theorem that a function of it, which vanishes on the system, has one positive
    root; or by a total derivative of one sign of such a function, along a curve that the symbols
    after it in the chain are determined on.
    """
    known, premises = set(parameters), []
    for place, (symbol, theorem) in enumerate(chain):
        if theorem is None:
            require(bool(_linear(system, symbol, known)), "{} is not determined", symbol)
        else:
            premises.append(theorem)
            relation = theorem.conclusion
            if isinstance(relation, sp.Eq):
                function, unknown = _one_root_of(relation)
                open_ = symbol.is_positive or symbol in system.positive
                require(bool(open_), "{} may not be positive", symbol)
                require(unknown == symbol, "{}: not a root in {}", relation, symbol)
                others = plain(function, coordinates() & known).free_symbols - {unknown}
            else:
                function, others = _monotone(theorem, system, symbol, known, chain[place + 1 :])
            require(others <= known, "{} are not determined before {}", others - known, symbol)
            require(decide.is_zero(system.solved(function)), "{} does not vanish", function)
            require(system.within(theorem.domain) or theorem.domain is FREE, "another domain")
        known.add(symbol)
    cover = system.checked()[1]
    covered = {s for s, v in cover.items() if v.free_symbols}
    covered |= set().union(*(v.free_symbols for v in cover.values())) - set(system.inverse())
    covered |= set(system.positive)
    require(bool(covered), "{} has no symbols: it is every point", system)
    require(covered <= known | coordinates(), "{} are left open", covered - known)
    name = sp.Symbol(system.name)
    return _theorem("at most one", AtMostOne(name, *parameters), system, (), tuple(premises))


def _linear(
    system: Domain, symbol: sp.Symbol, known: set[sp.Symbol]
) -> tuple[sp.Expr, sp.Expr] | None:
    """An equation linear in a symbol whose other symbols are known, if any, and its solution."""
    strict = {s: stand_in(f"{s.name}_>", s) for s in system.positive}
    for _, residual in system.equations():
        slope = decide.canonical(sp.diff(residual, symbol))
        if slope == 0 or slope.has(symbol) or not residual.free_symbols <= known | {symbol}:
            continue
        if signs.nonvanishing(slope.xreplace(strict)):
            return residual, decide.canonical(symbol - residual / slope).xreplace(strict)
    return None


def _monotone(
    theorem: Theorem,
    system: Domain,
    symbol: sp.Symbol,
    known: set[sp.Symbol],
    rest: Sequence[tuple[sp.Symbol, Theorem | None]],
) -> tuple[sp.Expr, set[sp.Symbol]]:
    """A function strictly monotone in a symbol, and what it reads besides that is not known.

    Along the curve every value of the symbol has one point: what follows it is given by equations
    with values in range, or by theorems that it exists once. Where the function vanishes that point
    is one of the theorem's domain, whose sign of the slope is thus that of every crossing.
    """
    relation = theorem.conclusion
    require(isinstance(relation, STRICT) and relation.rhs == 0, "not a strict sign: {}", relation)
    require(isinstance(relation.lhs, Total), "no total derivative: {}", relation)
    function, variable, curve, unknowns = relation.lhs.args
    holds = all(decide.is_zero(theorem.domain.solved(equation)) for equation in curve)
    require(holds, "the derivative is along another curve than {}", theorem.domain)
    require(variable == symbol, "the derivative is not in {}", symbol)
    have, left = known | {symbol}, set(unknowns)
    # Residuals that vanish on the curve, and functions that do where it is crossed.
    solved: list[sp.Expr] = []
    vanish = [plain(function, coordinates() & known)]
    for follower, existence in rest:
        if existence is None:
            found = _linear(theorem.domain, follower, have)
            require(found is not None, "{} does not follow on {}", follower, theorem.domain)
            residual, value = found
            in_range(value, follower, follower in theorem.domain.positive)
            solved.append(residual)
        else:
            # That it is a root of the follower's, and of what is known, is decided in its turn.
            inner, _ = _one_root_of(existence.conclusion)
            require(existence.domain is FREE, "{} exists once on a domain only", follower)
            vanish.append(plain(inner, coordinates() & have))
        have.add(follower)
        left.discard(follower)
    require(not left, "{} are not determined along the curve", left)
    for _, residual in theorem.domain.equations():
        held = residual in solved or residual.free_symbols <= known
        require(held or _vanishes_with(residual, vanish), "{} may not hold on the way", residual)
    used = (theorem, *(existence for _, existence in rest if existence is not None))
    for condition in set().union(*(t.hypotheses for t in used)):
        read = plain(condition.lhs).free_symbols | plain(condition.rhs).free_symbols
        require(read <= known, "{} may not hold on the way", condition)
    return function, plain(function, coordinates() & have).free_symbols - have


def _vanishes_with(residual: sp.Expr, functions: Sequence[sp.Expr]) -> bool:
    """Whether an expression is decided to vanish wherever one of some functions does."""
    parts = signs.factors(residual)
    for function in functions:
        try:
            if vanishes_nowhere(function, parts):
                return True
        except UndecidedError:
            continue
    return False


#: What tends to zero along a path.
SMALL = sp.Symbol("epsilon", positive=True)


@dataclass(frozen=True)
class Branch:
    """The points of a system near the end of a path, as `branch` decided them to run.

    Every symbol is a function of `SMALL`, of unknowns with limits ``start``, and of the coordinates
    of ``base``.
    """

    unique: Theorem
    values: Values
    moves: Values
    start: Values
    base: Domain
    given: Given
    seal: InitVar[object]
    _known: dict[sp.Expr, decide.Leading] = field(default_factory=dict, repr=False)
    _regularity: dict[sp.Expr, bool] = field(default_factory=dict, repr=False)

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("branches are made by the kernel")
        for name in ("values", "moves", "start"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __init_subclass__(cls) -> None:
        raise TypeError("there is one kind of branch")

    def own(self) -> set[sp.Symbol]:
        """What belongs to the branch alone, and is in no statement."""
        return {SMALL, *self.start}

    def leading(self, expression: object) -> decide.Leading:
        """Leading term of an expression as `SMALL` tends to zero."""
        system = self.unique.domain
        written = plain(expression, coordinates() & set(self.values))
        left = (written.free_symbols & set(system.checked()[1])) - set(self.values)
        require(not left, "{} is left open: {}", expression, left)
        placed = written.xreplace(self.values)
        end = {SMALL: sp.Integer(0), **self.start}
        # Those of the expression too: what is multiplied by zero has to be defined as well.
        keep = coordinates() & set(self.values)
        before = [plain(power, keep) for power in _powers(expression, set(self.values))]
        parts = (placed, *(power.xreplace(self.values) for power in before))
        powers = set().union(*(part.atoms(sp.Pow) for part in parts))
        self.real(*parts)
        under = [power.base for power in powers if power.exp.is_negative]
        under += [p.base.xreplace(self.values) for p in before if p.is_Pow and p.exp.is_negative]
        if all(self._regular(base, end) for base in under):
            # What is made of continuous functions tends to its value.
            return decide.Leading(placed.xreplace(end), 0)
        for base in under:
            if base not in self._known:
                self._known[base] = self._term(base, vanishes=False)
        return self._term(placed)

    def real(self, *values: sp.Expr) -> None:
        """Decide that roots are of what is not negative, and is positive where it moves."""
        end = {SMALL: sp.Integer(0), **self.start}
        for value in values:
            continuous(value)
        for power in set().union(*(value.atoms(sp.Pow) for value in values)):
            base, exponent = power.args
            require(exponent.is_Rational is True, "not an algebraic power: {}", power)
            if not exponent.is_Integer:
                moves = base.free_symbols & set(end)
                found = signs.strict(base.xreplace(end)) if moves else signs.weak(base) >= 0
                require(found == 1, "a root of what may be negative: {}", base)

    def _regular(self, base: sp.Expr, end: Values) -> bool:
        """Whether a denominator is decided to vanish nowhere at the end."""
        if base not in self._regularity:
            try:
                self._regularity[base] = signs.nonvanishing(base.xreplace(end))
            except UndecidedError:
                self._regularity[base] = False
        return self._regularity[base]

    def _term(self, placed: sp.Expr, vanishes: bool = True) -> decide.Leading:
        found = signs.leading(placed, SMALL, sp.Integer(0), 1)
        under = found.under.coefficient.xreplace(self.start)
        require(signs.nonvanishing(under), "the leading denominator of {} may vanish", placed)
        over = found.over.coefficient.xreplace(self.start)
        finite = found.over.exponent >= found.under.exponent
        if not (vanishes and finite) and found.over.coefficient:
            require(signs.nonvanishing(over), "leading terms of {} may cancel", placed)
        exponent = found.over.exponent - found.under.exponent
        return decide.Leading(over / under, exponent)


@_rule
def branch(
    unique: Theorem,
    *,
    moves: Values,
    chart: Values,
    start: Values,
    base: Domain = FREE,
    given: Given = (),
    forms: Values | None = None,
) -> Branch:
    """Follow the one point of a system to the end of a path, by the implicit function theorem.

    Written in the chart and divided by powers of `SMALL`, the equations have at `SMALL` = 0 the
    solution ``start`` with a Jacobian determinant that does not vanish. So they have one near it
    for every small value, which tends to ``start``; where all symbols are positive it is a point of
    the system, and ``unique`` says that there is no other.

    Parameters
    ----------
    unique
        That the system has at most one point for given parameters.
    moves
        Parameters that move, as functions of `SMALL`; the others are those of ``base``.
    chart
        Symbols of the system that its solved equations leave free, as functions of `SMALL` and of
        unknowns.
    start
        Limits of the unknowns, on ``base``.
    base, given
        What stays: a domain and conditions on its coordinates.
    forms
        Other expressions of symbols of the system, to decide that these are positive.
    """
    require(isinstance(unique.conclusion, AtMostOne), "not that a point is unique")
    name, *parameters = unique.conclusion.args
    system = unique.domain
    require(str(name) == system.name and set(moves) <= set(parameters), "not parameters")
    require(not unique.hypotheses, "the system is unique under conditions only")
    require(not set(chart) & set(parameters), "a parameter is no unknown")
    held = {*parameters, *system.checked()[1], *base.checked()[1], SMALL}
    held |= set().union(*(plain(v).free_symbols for v in start.values()))
    held |= {s for c in given for side in c.args for s in plain(side).free_symbols}
    require(not held & set(start), "{} are no unknowns", held & set(start))
    fixed = [*start.values(), *(side for c in given for side in c.args)]
    require(not any(plain(v).has(SMALL) for v in fixed), "{} is in what stays", SMALL)
    require(SMALL not in {*parameters, *system.checked()[1], *base.checked()[1]}, "{} moves", SMALL)
    solved = system.checked()[0]
    moves = {p: base.placed(path, given) for p, path in moves.items()}
    values = {p: base.placed(p, given) for p in parameters if p not in moves} | moves
    values |= {s: base.placed(value, given) for s, value in chart.items()}
    for symbol, form in (forms or {}).items():
        require(decide.is_zero(system.solved(form - symbol)), "{} is not {}", symbol, form)
    covered = set(system.checked()[1])
    own = coordinates() & set(solved)
    known = {q: plain(q.definition).xreplace(values) for q in own} | values
    rest = {s: (forms or {}).get(s, v) for s, v in solved.items() if s not in known}
    rest = {s: plain(v, own) for s, v in rest.items()}
    open_ = set().union(*(v.free_symbols & covered for v in rest.values())) - set(known)
    require(not open_, "{} are left open by chart and forms", open_)
    every = known | {s: v.xreplace(known) for s, v in rest.items()}
    unknowns = {z: _placed(base, value, given) for z, value in start.items()}
    run = Branch(unique, every, moves, unknowns, base, given, _SEAL)
    for value in every.values():
        run.real(value)
    rows = []
    for symbol in known.keys() & solved.keys() - _determined(own, set(parameters) & set(solved)):
        residual = solved[symbol].xreplace(known) - known[symbol]
        if decide.is_zero(residual):
            continue
        found = signs.leading(residual, SMALL, sp.Integer(0), 1)
        under = found.under.coefficient.xreplace(unknowns)
        require(signs.nonvanishing(under), "no scaled equation of {}", symbol)
        require(decide.is_zero(found.over.coefficient.xreplace(unknowns)), "no root: {}", symbol)
        rows.append(found.over.coefficient)
    require(len(rows) == len(unknowns), "{} equations for {} unknowns", len(rows), len(unknowns))
    if rows:
        jacobian = sp.Matrix(rows).jacobian(list(unknowns)).xreplace(unknowns)
        require(signs.nonvanishing(_determinant(jacobian)), "the Jacobian may be singular")
    for symbol, value in every.items():
        moving = symbol.is_nonnegative and value.has(SMALL)
        if symbol.is_positive or symbol in system.positive or moving:
            sign_at = signs.strict(run._term(value).coefficient)
            require(sign_at == 1, "{} may not be positive", symbol)
        elif symbol.is_nonnegative:
            in_range(value, symbol, False)
    return run


def _determined(own: Iterable[Quantity], parameters: set[sp.Symbol]) -> set[sp.Symbol]:
    """Parameters that are determined by a coordinate and whatever else that is made of.

    One of each coordinate: where its formula, the numerator of it, is linear in the parameter.
    """
    found: set[sp.Symbol] = set()
    for q in own:
        formula = decide.fraction_field(plain(q.definition) - q).numer.as_expr()
        for symbol in sorted(parameters & formula.free_symbols - found, key=str):
            slope = sp.diff(formula, symbol)
            if not slope.has(symbol) and signs.nonvanishing(slope):
                found.add(symbol)
                break
    return found


def _determinant(matrix: sp.Matrix) -> sp.Expr:
    """Sum over permutations, as it stands: nothing is simplified."""
    terms = []
    for columns in permutations(range(matrix.rows)):
        turned = sum(one > other for one, other in combinations(columns, 2))
        terms.append((-1) ** turned * sp.Mul(*(matrix[row, c] for row, c in enumerate(columns))))
    return sp.Add(*terms)


@_rule
def path_limit(run: Branch, limit: PathLimit, value: object) -> Theorem:
    """A limit along a branch, in one parameter, others tied to it or held."""
    require(isinstance(run, Branch), "no branch")
    require(isinstance(limit, PathLimit), "no limit: {}", limit)
    system, moves = run.unique.domain, dict(run.moves)
    require(str(limit.args[1]) == system.name and len(limit.moves) == 1, "another path")
    require(len(limit.args) == 3 + len(limit.ties), "{} moves in another way", limit)
    require(str(limit.moves[0][2]) in ("+", "-"), "{} moves in another way", limit)
    said = [limit.args[0], sp.sympify(value), *(v for move in limit.args[2:] for v in move)]
    own = set().union(*(plain(v).free_symbols for v in said[:2])) | set().union(
        *(v.free_symbols for v in said)
    )
    require(not own & run.own(), "{} are of the path alone", own & run.own())
    parameter, point, side = limit.moves[0]
    require(parameter in moves, "{} does not move", parameter)
    path, end = moves.pop(parameter), _end_point(run.base, point, run.given)
    distance = 1 / path if point is sp.oo else (path - end) * {"+": 1, "-": -1}[str(side)]
    found = signs.leading(distance, SMALL, sp.Integer(0), 1)
    scale = found.over.coefficient / found.under.coefficient
    towards = found.over.exponent > found.under.exponent and signs.strict(scale) == 1
    require(towards, "{} does not tend to {}", parameter, point)
    moving = sp.Dummy(parameter.name, **parameter.assumptions0)
    for tied, tie in limit.ties:
        # The parameter that moves, not one of this name that the base holds.
        written = plain(tie).xreplace({parameter: moving})
        require(tied in moves, "{} does not move", tied)
        require(not written.has(*run.moves), "{} moves with others than {}", tied, parameter)
        other = run.base.placed(written, run.given).xreplace({moving: path}) - moves.pop(tied)
        require(decide.is_zero(other), "{} is not tied to {}", tied, tie)
    require(not moves, "{} move too", set(moves))
    _reaches(run.leading(limit.args[0]), _end_point(run.base, value, run.given), limit)
    return _theorem("path limit", eq(limit, value), run.base, run.given, (run.unique,))


@_rule
def compose(inner: Theorem, outer: Theorem) -> Theorem:
    """Limits one after the other: what the inner one gives, everywhere on a system, moves on."""
    first, second = inner.conclusion, outer.conclusion
    require(isinstance(first, sp.Eq) and isinstance(second, sp.Eq), "no limits")
    require(isinstance(first.lhs, PathLimit) and isinstance(second.lhs, PathLimit), "no limits")
    fits = second.lhs.args[:2] == (first.rhs, sp.Symbol(inner.domain.name))
    own = unfold(first.rhs).free_symbols & set(inner.domain.inverse())
    require(not own, "{} are coordinates of {}", own, inner.domain)
    require(fits and not inner.hypotheses, "{} does not go on from {}", second, first)
    held = _held(inner) - set(_parameters(outer))
    require(not held, "{} are held by {}, and are none of the parameters after it", held, first)
    whole = PathLimit(
        first.lhs.args[0], first.lhs.args[1], *first.lhs.args[2:], *second.lhs.args[2:]
    )
    conclusion = eq(whole, second.rhs)
    return _theorem("limit of a limit", conclusion, outer.domain, (), (inner, outer))


def _parameters(theorem: Theorem) -> tuple[sp.Symbol, ...]:
    """The parameters of the system along which a limit is taken, the last of several."""
    while theorem.rule in ("part", "conjunction"):
        said = [p for p in theorem.premises if theorem.conclusion in _said(p.conclusion)]
        require(bool(said), "{} is of no limit that was decided", theorem.conclusion)
        theorem = said[0]
    decided = theorem.rule in ("path limit", "limit of a limit")
    require(decided, "{} is of no limit that was decided", theorem.conclusion)
    _, *last = theorem.premises
    if last:
        return _parameters(theorem.premises[1])
    return theorem.premises[0].conclusion.args[1:]


def _said(conclusion: Relation) -> set[Relation]:
    """The relations of a conjunction, without their conditions."""
    parts = conclusion.args if isinstance(conclusion, sp.And) else (conclusion,)
    return {split(part)[1] for part in parts}


def _held(theorem: Theorem) -> set[sp.Symbol]:
    """The parameters that a limit leaves where they are."""
    moved = {move[0] for move in theorem.conclusion.lhs.args[2:]}
    return set(_parameters(theorem)) - moved


@_rule
def conclude(
    statement: Relation,
    theorems: Sequence[Theorem],
    *,
    on: Domain = FREE,
    given: Given = (),
    witness: Values | None = None,
) -> Theorem:
    """The theorem that a claim states: every conjunct on its domain, under no further hypotheses.

    ``A -> B`` is reached by B under the hypothesis A. The witness is a point of the domain, in its
    free coordinates, at which ``given`` and the condition of every implication hold.
    """
    used = []
    conjuncts = statement.args if isinstance(statement, sp.And) else (statement,)
    require(bool(conjuncts), "nothing is stated")
    for conjunct in conjuncts:
        conditions, relation = split(conjunct)
        allowed = {*given, *conditions}
        _satisfied(tuple(dict.fromkeys((*given, *conditions))), on, witness or {})
        for theorem in theorems:
            require(isinstance(theorem, Theorem), "what is no theorem proves nothing")
            here = theorem.domain is on or (_portable(theorem) and on.within(theorem.domain))
            if (
                theorem.conclusion == relation
                and here
                and all(h in allowed or _holds(h, on) for h in theorem.hypotheses)
            ):
                used.append(theorem)
                break
        else:
            raise ProofFailed(f"no theorem says: {conjunct}")
    # What a proof quotes it depends on, also where the algebra of a conjunct would do without.
    quoted = [oracle for theorem in theorems for oracle in theorem.oracles]
    return _theorem("conjunction", statement, on, given, tuple(used), quoted, discharged=True)


def _holds(hypothesis: Relation, on: Domain) -> bool:
    """Whether a hypothesis is decided to hold on a whole domain."""
    try:
        sign(hypothesis, on=on)
    except (ProofFailed, UndecidedError):
        return False
    return True


def _satisfied(conditions: Given, on: Domain, witness: Values) -> None:
    """Decide that some point of the domain satisfies conditions: a parametrisation or a witness."""
    _meaningful(on, frozenset(conditions))
    try:
        ordered = in_order(conditions)
        on.placed(sp.Integer(0), ordered)
        for condition in conditions:
            if isinstance(condition, sp.Ne):
                difference = on.placed(condition.lhs - condition.rhs, ordered)
                require(not decide.is_zero(difference), "{} holds nowhere", condition)
    except (ProofFailed, UndecidedError):
        for symbol, value in witness.items():
            in_range(sp.sympify(value), symbol, False)
        for condition in conditions:
            difference = on.placed(condition.lhs - condition.rhs).xreplace(dict(witness))
            require(not difference.free_symbols, "no witness of {}", condition)
            wanted = _SIGNS.get(type(condition), ())
            require(signs.strict(difference) in wanted, "{} is false at the witness", condition)


#: The signs of lhs - rhs that make a relation true.
_SIGNS: dict[type, tuple[int, ...]] = {
    sp.StrictGreaterThan: (1,),
    sp.StrictLessThan: (-1,),
    sp.GreaterThan: (0, 1),
    sp.LessThan: (0, -1),
    sp.Eq: (0,),
    sp.Ne: (1, -1),
}


@_rule
def conjunct(theorem: Theorem, relation: Relation) -> Theorem:
    """One conjunct of a conjunction; the conclusion of an implication, under its condition."""
    whole = theorem.conclusion
    for part in whole.args if isinstance(whole, sp.And) else (whole,):
        conditions, conclusion = split(part)
        if relation in (part, conclusion):
            return _theorem("part", conclusion, theorem.domain, conditions, (theorem,))
    raise ProofFailed(f"{theorem.conclusion} does not say {relation}")


def split(conjunct: Relation) -> tuple[Given, Relation]:
    """Conditions and conclusion of an implication; of another relation there are none."""
    if not isinstance(conjunct, sp.Implies):
        return (), conjunct
    condition, relation = conjunct.args
    return (condition.args if isinstance(condition, sp.And) else (condition,)), relation
