"""What the rules of a proof concluded, decided again by means that share nothing with them.

Points of a domain are numbers: free coordinates are drawn, the cover says what the symbols are
there, and a statement is written out down to symbols and evaluated. Nothing is put into anything
symbolically, and hypotheses are read as bounds of numbers.

An equality is evaluated at random points modulo two 61-bit primes (Schwartz and Zippel: an identity
that is false survives a point with probability at most its degree over the prime). An inequality is
evaluated in balls at points of a random Latin square: every coordinate is once in each of many
decades and near their ends, and at small numbers, where what vanishes at one point alone often
does. On lines through such points the roots of a rational difference are isolated. A limit in a
free symbol is followed for many decades, and has to come closer by a power of the distance; so is
one along the points of a system, which are tracked through its cover. The roots of a function of
one variable are isolated and counted. Where parameters determine a point, the determinant of their
slopes in free coordinates has the same sign everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import islice
from operator import mul
from typing import Any

import sympy as sp
from flint import arb, fmpq, fmpq_mat, fmpz_poly

from icl_theory.algebra.calculus import plain
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.fold import Balls, Interpretation
from icl_theory.algebra.precision import precision
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof.kernel import STRICT, WEAK, Domain, Theorem, split

from .rings import Exact, Modulo, UndefinedError
from .tracking import BITS as PATH_BITS
from .tracking import Lost, Track, coordinates_of, parameters_in, towards_end

#: Primes just below 2^61.
PRIMES = (2305843009213693951, 2305843009213693921)
#: Points per prime and per sign, and the largest number of attempts at one.
POINTS, TRIES = 2, 40
#: Decades on either side of 1 in which signs are evaluated: every one near 1, then every fourth.
DECADES = (*range(-8, 9), *range(-40, -8, 4), *range(12, 41, 4))
#: Small numbers at which a square is often zero.
SMALL = tuple(map(Fraction, ("1", "2", "1/2", "3", "1/3")))
#: Bits of the balls, raised until a sign is decided.
BITS = (200, 800, 3200, 12800)
#: Distances at which a limit is evaluated, as powers of ten, and how many of the decades between
#: them it has to come closer at least: no root higher than the fourth is in the theory.
DISTANCES, CLOSER = (60, 120), 10
#: The same along the points of a system.
PATH_DISTANCES, PATH_CLOSER = (20, 40), 4


class NoPoint(Exception):
    """A draw of coordinates that hypotheses exclude, or at which a side has no value."""


def contradiction(theorems: Iterable[Theorem]) -> tuple[str, int]:
    """The first conclusion that is found false, and how many were decided again."""
    rng = random.Random(0)
    count = 0
    for theorem in _all(theorems):
        if theorem.oracles and theorem.rule not in ("identity", "sign"):
            # True of what is quoted only, not of any numbers.
            continue
        agrees: list[bool] = []
        for given, relation in _conjuncts(theorem):
            found = _agrees(theorem, relation, given, rng)
            if found is False:
                return str(relation), count
            agrees += [] if found is None else [found]
        count += bool(agrees)
    return "", count


def _all(theorems: Iterable[Theorem]) -> Iterator[Theorem]:
    """The theorems and what they were made of, each once."""
    seen: set[int] = set()
    stack = list(theorems)
    while stack:
        theorem = stack.pop()
        if id(theorem) not in seen:
            seen.add(id(theorem))
            yield theorem
            stack.extend(theorem.premises)


def _conjuncts(theorem: Theorem) -> Iterator[tuple[tuple[sp.Basic, ...], sp.Basic]]:
    """The relations that a theorem concludes, each with the conditions under which."""
    whole = theorem.conclusion
    for part in whole.args if isinstance(whole, sp.And) else (whole,):
        conditions, relation = split(part)
        yield tuple(dict.fromkeys((*theorem.hypotheses, *conditions))), relation


def _agrees(
    theorem: Theorem, relation: Any, given: tuple[sp.Basic, ...], rng: random.Random
) -> bool | None:
    """Whether a relation is confirmed; None where nothing here evaluates it."""
    place = DrawnPoints(theorem.domain, given, rng)
    try:
        if isinstance(relation, AtMostOne):
            return _one_to_one(relation, theorem, rng)
        if relation.has(PathLimit):
            return _tends_along(relation, theorem, place)
        if relation.lhs.has(sp.Limit):
            return _tends(relation, place)
        if relation.lhs.has(RootCount):
            return _counts(relation, place)
        if isinstance(relation, sp.Eq):
            return all(_equal(left, right, place) for left, right in _sides(relation))
        return _has_sign(relation, place)
    except (NoPoint, Lost, UndecidedError, KeyError, TypeError, ValueError):
        if theorem.rule in ("identity", "sign"):
            raise
        return None


def _sides(relation: Any) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    lhs, rhs = relation.args
    if getattr(lhs, "is_Matrix", False):
        yield from zip(lhs, rhs, strict=True)
    else:
        yield lhs, rhs


class DrawnPoints:
    """Points of a domain at which hypotheses hold, all symbols as fractions."""

    def __init__(self, domain: Domain, given: Iterable[Any], rng: random.Random) -> None:
        self.cover, self.rng = domain.checked()[1], rng
        self.conditions = tuple(given)
        self.given = [c for c in self.conditions if not isinstance(c, sp.Ne)]
        self.different = [c for c in self.conditions if isinstance(c, sp.Ne)]

    def symbols(self, *expressions: sp.Expr) -> list[sp.Symbol]:
        """Free coordinates that expressions, hypotheses and the cover read."""
        read = set().union(*(e.free_symbols for e in expressions))
        for condition in (*self.given, *self.different):
            read |= set().union(*(plain(side).free_symbols for side in condition.args))
        read |= set().union(*(self.cover[s].free_symbols for s in read & set(self.cover)))
        return sorted(read - set(self.cover), key=str)

    def values(self, sizes: Mapping[sp.Symbol, Fraction]) -> dict[sp.Symbol, Fraction]:
        """All symbols where free coordinates have given sizes, between the bounds if there are any.

        Raises
        ------
        NoPoint
            If that is no point.
        """
        values = {s: _in_range(size, s, self.rng) for s, size in sizes.items()}
        left = list(self.given)
        while left:
            open_ = {c.lhs for c in left}
            ready = [s for s in open_ if not any(self._reads(c, open_) for c in left if c.lhs == s)]
            if not ready:
                raise NoPoint
            symbol = min(ready, key=str)
            self._bound(symbol, [c for c in left if c.lhs == symbol], sizes, values)
            left = [c for c in left if c.lhs != symbol]
        values = self.covered(values)
        for condition in (*self.given, *self.different):
            difference = _exact(plain(condition.lhs - condition.rhs), values)
            sign = (difference > 0) - (difference < 0)
            if sign not in _SIGNS[type(condition)]:
                raise NoPoint
        return values

    def covered(self, values: Mapping[sp.Symbol, Fraction]) -> dict[sp.Symbol, Fraction]:
        """Free coordinates, with the symbols of the domain that they determine."""
        known = set(values)
        rest = {s: _exact(v, values) for s, v in self.cover.items() if v.free_symbols <= known}
        return {**values, **rest}

    def _reads(self, condition: Any, symbols: set[sp.Symbol]) -> bool:
        return bool(plain(condition.rhs).free_symbols & symbols)

    def _bound(
        self,
        symbol: sp.Symbol,
        conditions: list[Any],
        sizes: Mapping[sp.Symbol, Fraction],
        values: dict[sp.Symbol, Fraction],
    ) -> None:
        """Move a coordinate to where its conditions put it."""
        ends: dict[type, list[Fraction]] = {}
        for condition in conditions:
            ends.setdefault(condition.func, []).append(_exact(plain(condition.rhs), values))
        size = sizes[symbol]
        part = size / (1 + size)
        low = max(ends.get(sp.StrictGreaterThan, []), default=None)
        high = min(ends.get(sp.StrictLessThan, []), default=None)
        if low is None and symbol.is_nonnegative:
            low = Fraction(0)
        if sp.Eq in ends:
            values[symbol] = ends[sp.Eq][0]
        elif high is None:
            values[symbol] = (low or 0) + size
        elif low is None:
            values[symbol] = high - size
        else:
            values[symbol] = low + (high - low) * part
        if symbol.is_positive and values[symbol] <= 0:
            raise NoPoint

    def square(self, symbols: list[sp.Symbol]) -> Iterator[dict[sp.Symbol, Fraction]]:
        """Points that run through all decades in every symbol, in an order of its own for each.

        First come two where all symbols are small, or large, and those at small numbers.
        """
        rng, places = self.rng, list(DECADES)
        orders = {s: [min(places), max(places), *rng.sample(places, len(places))] for s in symbols}
        for size in SMALL:
            yield from self._try(dict.fromkeys(symbols, size))
            yield from self._try({s: rng.choice(SMALL) for s in symbols})
        for index in range(2 + len(places)):
            yield from self._try({s: _size(rng, order[index]) for s, order in orders.items()})

    def _try(self, sizes: dict[sp.Symbol, Fraction]) -> Iterator[dict[sp.Symbol, Fraction]]:
        try:
            yield self.values(sizes)
        except (NoPoint, ZeroDivisionError):
            return

    def near(self, symbols: list[sp.Symbol]) -> Iterator[dict[sp.Symbol, Fraction]]:
        """Points with coordinates of the order of one."""
        for _ in range(TRIES):
            yield from self._try({s: Fraction(self.rng.randrange(1, 98), 31) for s in symbols})

    def random(self, symbols: list[sp.Symbol]) -> Iterator[dict[sp.Symbol, Fraction]]:
        """Points with coordinates of many digits."""
        for _ in range(TRIES):
            yield from self._try({s: Fraction(self.rng.randrange(1, PRIMES[1])) for s in symbols})


#: The signs of lhs - rhs that make a relation true.
_SIGNS: dict[type, tuple[int, ...]] = {
    sp.StrictGreaterThan: (1,),
    sp.StrictLessThan: (-1,),
    sp.GreaterThan: (0, 1),
    sp.LessThan: (0, -1),
    sp.Equality: (0,),
    sp.Unequality: (1, -1),
}


def _exact(expression: sp.Expr, values: Mapping[sp.Symbol, Fraction]) -> Fraction:
    found = Exact(values)(expression)
    return Fraction(int(found.p), int(found.q))


def _size(rng: random.Random, decade: int) -> Fraction:
    """A positive number of few digits in a decade."""
    return Fraction(round(10 ** (2 + rng.random())), 100) * Fraction(10) ** decade


def _equal(left: sp.Expr, right: sp.Expr, place: DrawnPoints) -> bool:
    difference = plain(left - right)
    symbols = place.symbols(difference)
    rooted = any(not power.exp.is_Integer for power in difference.atoms(sp.Pow))
    done = 0
    for values in place.random(symbols):
        if rooted:
            if not _zero_in_balls(difference, values):
                return False
        else:
            try:
                residues = [_modulo(prime, difference, values) for prime in PRIMES]
            except (UndefinedError, ZeroDivisionError):
                continue
            if any(residues):
                return False
        done += 1
        if done == POINTS:
            return True
    raise NoPoint


def _modulo(prime: int, expression: sp.Expr, values: Mapping[sp.Symbol, Fraction]) -> int:
    """Value of an expression modulo a prime."""
    residues = {}
    for symbol, value in values.items():
        if value.denominator % prime == 0:
            raise UndefinedError
        residues[symbol] = value.numerator * pow(value.denominator, -1, prime) % prime
    return Modulo(prime, residues)(expression)


def _zero_in_balls(difference: sp.Expr, values: Mapping[sp.Symbol, Fraction]) -> bool:
    """Whether a difference with roots is zero as far as balls tell."""
    with precision(BITS[-2]):
        ball = _balls(difference, values)
        if not ball.is_finite():
            raise NoPoint
        return bool(ball.contains(0))


def _has_sign(relation: Any, place: DrawnPoints) -> bool:
    difference = plain(relation.lhs - relation.rhs)
    if isinstance(relation, sp.StrictLessThan | sp.LessThan):
        difference = -difference
    if not isinstance(relation, STRICT + WEAK):
        raise NoPoint
    symbols = place.symbols(difference)
    done = 0
    for values in place.square(symbols):
        sign = _sign(difference, values)
        if sign < 0 or (sign == 0 and isinstance(relation, STRICT)):
            return False
        done += 1
    if not done:
        raise NoPoint
    return all(
        _line_agrees(difference, symbol, symbols, relation, place)
        for symbol in symbols
        if not any(c.has(symbol) for c in place.given) and not place.given
    )


def _sign(difference: sp.Expr, values: Mapping[sp.Symbol, Fraction]) -> int:
    """Sign of a value; 0 where it is not told from zero."""
    for bits in BITS:
        with precision(bits):
            ball = _balls(difference, values)
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
    return 0


def _line_agrees(
    difference: sp.Expr,
    symbol: sp.Symbol,
    symbols: list[sp.Symbol],
    relation: Any,
    place: DrawnPoints,
) -> bool:
    """Whether a difference does not change sign, or vanish, as one coordinate moves alone."""
    lines = ({s: Fraction(1) for s in symbols}, {s: place.rng.choice(SMALL) for s in symbols})
    for others in lines:
        fixed = {s: v for s, v in others.items() if s is not symbol}
        moved = {s: _on_line(v, fixed, symbol) for s, v in place.cover.items()}
        if any(v is None for v in moved.values()):
            return True
        try:
            over, _ = QuotientsOnLine(symbol, fixed, moved)(difference)
        except (ValueError, KeyError):
            return True
        for root, multiplicity in over.complex_roots() if over.degree() > 0 else ():
            if root.imag != 0 or not _inside(root.real, symbol):
                continue
            if isinstance(relation, STRICT) or multiplicity % 2:
                return False
    return True


def _on_line(
    value: sp.Expr, fixed: Mapping[sp.Symbol, Fraction], symbol: sp.Symbol
) -> tuple[fmpz_poly, fmpz_poly] | None:
    try:
        return QuotientsOnLine(symbol, fixed, {})(value)
    except (ValueError, KeyError, ZeroDivisionError):
        return None


def _inside(root: arb, symbol: sp.Symbol) -> bool:
    if symbol.is_nonnegative:
        return bool(root > 0)
    return bool(root < 0) if symbol.is_negative else True


class QuotientsOnLine(Interpretation[tuple[fmpz_poly, fmpz_poly]]):
    """Quotients of polynomials in one coordinate, the others being numbers."""

    def __init__(
        self,
        moving: sp.Symbol,
        fixed: Mapping[sp.Symbol, Fraction],
        covered: Mapping[sp.Symbol, Any],
    ) -> None:
        super().__init__()
        self.moving, self.fixed, self.covered = moving, fixed, covered

    def number(self, value: sp.Rational) -> tuple[fmpz_poly, fmpz_poly]:
        """A constant."""
        return fmpz_poly([int(value.p)]), fmpz_poly([int(value.q)])

    def symbol(self, symbol: sp.Symbol) -> tuple[fmpz_poly, fmpz_poly]:
        """The coordinate, a number, or what the cover says."""
        if symbol == self.moving:
            return fmpz_poly([0, 1]), fmpz_poly([1])
        if symbol in self.covered:
            return self.covered[symbol]
        value = self.fixed[symbol]
        return fmpz_poly([value.numerator]), fmpz_poly([value.denominator])

    def add(self, terms: Any, node: sp.Add) -> tuple[fmpz_poly, fmpz_poly]:
        """The sum."""
        over, under = terms[0]
        for p, q in terms[1:]:
            over, under = _reduced(over * q + p * under, under * q)
        return over, under

    def multiply(self, factors: Any, node: sp.Mul) -> tuple[fmpz_poly, fmpz_poly]:
        """The product."""
        over, under = factors[0]
        for p, q in factors[1:]:
            over, under = _reduced(over * p, under * q)
        return over, under

    def power(self, base: Any, exponent: int, node: sp.Pow) -> tuple[fmpz_poly, fmpz_poly]:
        """The power."""
        over, under = base if exponent > 0 else base[::-1]
        if under == 0:
            raise ValueError("division by zero")
        return over ** abs(exponent), under ** abs(exponent)


def _reduced(over: fmpz_poly, under: fmpz_poly) -> tuple[fmpz_poly, fmpz_poly]:
    common = over.gcd(under)
    return over // common, under // common


def _tends(relation: Any, place: DrawnPoints) -> bool:
    """Whether a function comes closer to its limit by a power of the distance."""
    if not isinstance(relation, sp.Eq) or not isinstance(relation.lhs, sp.Limit):
        raise NoPoint
    expression, variable, point, side = relation.lhs.args
    function, value = plain(expression), relation.rhs
    infinite = value in (sp.oo, -sp.oo)
    difference = function if infinite else plain(function - value)
    end = plain(point) if point.is_finite is not False else point
    symbols = [s for s in place.symbols(difference, end) if s != variable]
    directions = {"+": (1,), "-": (-1,)}.get(str(side), (1, -1))
    for values in _first(place.random(symbols), POINTS):
        small = {s: Fraction(v.numerator % 97 + 1, 31) for s, v in values.items()}
        values = place.values({s: abs(small[s]) for s in symbols})
        for direction in directions if end not in (sp.oo, -sp.oo) else (1,):
            sizes = []
            for distance in DISTANCES:
                at = _near(end, direction, distance, values)
                here = place.covered({s: values[s] for s in symbols} | {variable: at})
                with precision(BITS[-1]):
                    sizes.append(_balls(difference, here))
            first, last = sizes
            if infinite:
                signed = last if value is sp.oo else -last
                if not signed > 10**CLOSER * abs(first):
                    return False
            elif not (_nothing(first, last) or abs(last) * 10**CLOSER < abs(first)):
                return False
    return True


def _tends_along(relation: Any, theorem: Theorem, place: DrawnPoints) -> bool | None:
    """Whether an expression comes closer to its limit along the points of a system.

    The point at which one parameter is near its end, others are tied to it or held where the
    theorem's own domain has them, is found by `tracking`, from a point somewhere else.
    """
    if theorem.rule != "path limit":
        # A chain of limits is decided link by link, a conjunct with what it was made of.
        return None
    limit, unique = relation.lhs, theorem.premises[0]
    base, near, nearer = _followed(unique, limit.args[2:], theorem.domain, place.conditions)
    function, infinite = plain(limit.args[0]), relation.rhs in (sp.oo, -sp.oo)
    value = sp.Integer(0) if infinite else plain(relation.rhs)
    # What neither the path nor a condition knows has some value in its range.
    others = (function.free_symbols | value.free_symbols) - set(base) - set(near)
    sizes = {
        s: _in_range(Fraction(number, 31), s, place.rng)
        for number, s in enumerate(sorted(others, key=str), 7)
    }
    with precision(PATH_BITS):
        drawn = {s: _ball(size) for s, size in sizes.items()}
        sought = Balls(base | drawn)(value)
        first, second = (Balls(base | drawn | p)(function) - sought for p in (near, nearer))
    if infinite:
        signed = second if relation.rhs is sp.oo else -second
        return bool(signed > 10**PATH_CLOSER * abs(first))
    constant = _nothing(first, second, bits=PATH_BITS // 4)
    return constant or bool(abs(second) * 10**PATH_CLOSER < abs(first))


@lru_cache(maxsize=256)
def _followed(
    unique: Theorem, steps: tuple[sp.Tuple, ...], domain: Domain, given: tuple[Any, ...]
) -> tuple[dict[sp.Symbol, arb], dict[sp.Symbol, arb], dict[sp.Symbol, arb]]:
    """A point of a domain, and two of a system on the way there: near its end, and nearer."""
    place = DrawnPoints(domain, given, random.Random(1))
    system, parameters = unique.domain, unique.conclusion.args[1:]
    (moving,) = [step for step in steps if len(step) == 3]
    parameter, end, side = moving
    ties = {step[0]: plain(step[1]) for step in steps if len(step) == 2}
    held = [p for p in parameters if p != parameter and p not in ties]
    read = [*held, *ties.values(), *coordinates_of(domain)]
    if end is not sp.oo:
        read.append(plain(end))
    symbols = [s for s in place.symbols(*read) if s != parameter]
    (there,) = _first(place.near(symbols), 1)
    with precision(PATH_BITS):
        base = {symbol: _ball(value) for symbol, value in there.items()}
        last = None if end is sp.oo else Balls(base)(plain(end))
        fixed = {p: base[p] for p in held if p in coordinates_of(system)}
        track = Track(system, parameters, fixed)

        def at(distance: arb) -> list[arb]:
            away = -distance if str(side) == "-" else distance
            values = base | {parameter: 1 / distance if last is None else last + away}
            values |= {p: Balls(values)(formula) for p, formula in ties.items()}
            return [values[p] for p in track.moved]

        near, nearer = towards_end(track, at, PATH_DISTANCES)
        if not all(near[p].overlaps(base[p]) for p in held if p in near):
            raise Lost("a parameter is not held")
    return base, near, nearer


def _one_to_one(relation: AtMostOne, theorem: Theorem, rng: random.Random) -> bool:
    """Whether parameters may determine the point of a system.

    Where they do, no other point has the same parameters, and the determinant of their slopes in
    free coordinates has one sign: the degree of a map that is one to one is the same everywhere.
    It is taken at points over many decades.
    """
    system, parameters = theorem.domain, relation.args[1:]
    unknowns = coordinates_of(system)
    functions = [f for f in parameters_in(system, parameters) if f.free_symbols & set(unknowns)]
    if len(functions) < len(unknowns) or not system.checked()[1]:
        return False
    if len(functions) > len(unknowns):
        raise NoPoint
    slopes = [[sp.diff(f, s) for s in unknowns] for f in functions]
    place = DrawnPoints(system, (), rng)
    found = set()
    for values in place.square(list(unknowns)):
        read = Exact(values)
        matrix = fmpq_mat([[read(slope) for slope in row] for row in slopes])
        determinant = matrix.det()
        found.add((determinant > 0) - (determinant < 0))
    if not found:
        raise NoPoint
    return found in ({1}, {-1})


def _nothing(*balls: arb, bits: int = BITS[-2]) -> bool:
    """Whether differences are zero as far as so many bits tell: a function that is its limit."""
    return all(ball.contains(0) and bool(ball.rad() < arb(2) ** -bits) for ball in balls)


def _near(
    end: sp.Expr, direction: int, distance: int, values: Mapping[sp.Symbol, Fraction]
) -> Fraction:
    """Where a variable is at a distance from its end."""
    far = Fraction(10) ** distance
    if end in (sp.oo, -sp.oo):
        return far if end is sp.oo else -far
    return _exact(end, values) + direction / far


def _counts(relation: Any, place: DrawnPoints) -> bool:
    """Whether a function has as many roots as is said, at random values of its other symbols."""
    if not isinstance(relation.lhs, RootCount):
        raise NoPoint
    function, variable, low, high = relation.lhs.args
    written, ends = plain(function), [plain(low), plain(high) if high is not sp.oo else high]
    finite = [end for end in ends if end is not sp.oo]
    symbols = [s for s in place.symbols(written, *finite) if s != variable]
    wanted = int(relation.rhs)
    done = 0
    for values in place.square(symbols):
        if (
            max(max(abs(v.numerator), v.denominator) for v in (*values.values(), Fraction(1)))
            > 10**12
        ):
            continue
        over, _ = QuotientsOnLine(variable, values, {})(written)
        below = _ball(_exact(ends[0], values))
        above = _ball(_exact(ends[1], values)) if ends[1] is not sp.oo else None
        found = 0
        for root, _ in over.complex_roots() if over.degree() > 0 else ():
            inside = root.imag == 0 and bool(root.real > below)
            found += inside and (above is None or bool(root.real < above))
        if not (found == wanted if isinstance(relation, sp.Eq) else found >= wanted):
            return False
        done += 1
    if not done:
        raise NoPoint
    return True


def _first(points: Iterator[Any], count: int) -> Iterator[Any]:
    found = list(islice(points, count))
    if not found:
        raise NoPoint
    yield from found


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _balls(expression: sp.Expr, values: Mapping[sp.Symbol, Fraction]) -> arb:
    """Value of an expression in ball arithmetic."""
    return _Balls({symbol: _ball(v) for symbol, v in values.items()})(expression)


class _Balls(Balls):
    """Balls whose whole powers are products: FLINT's power of a ball around zero is no number."""

    def power(self, base: arb, exponent: int, node: sp.Pow) -> arb:
        """The power."""
        if exponent < 0 or not base.contains(0):
            return base**exponent
        return reduce(mul, [base] * exponent)


def _in_range(size: Fraction, symbol: sp.Symbol, rng: random.Random) -> Fraction:
    if symbol.is_negative or (not symbol.is_nonnegative and rng.random() < 0.5):
        return -size
    return size
