"""Identities and signs that a proof decided, decided again by means that share nothing with it.

An identity is evaluated at random points modulo two 61-bit primes, with the cover of its domain in
place of the solved equations (Schwartz and Zippel: an identity that is false survives a point with
probability at most its degree over the prime). A sign is evaluated in balls at points of a random
Latin square: every coordinate is once in each of sixteen decades and near their ends.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq

from icl_theory.algebra.fold import Balls
from icl_theory.algebra.precision import precision
from icl_theory.proof.kernel import STRICT, WEAK, Theorem, in_order

from .rings import Modulo, UndefinedError

#: Primes just below 2^61.
PRIMES = (2305843009213693951, 2305843009213693921)
#: Points per prime and per sign, and the largest number of attempts at one.
POINTS, TRIES = 2, 40
#: Decades on either side of 1 in which signs are evaluated.
DECADES = 8
#: Bits of the balls, raised until a sign is decided.
BITS = (200, 800, 3200)


def contradiction(theorems: Iterable[Theorem]) -> tuple[str, int]:
    """The first identity or sign that is found false, and how many were decided again."""
    rng = random.Random(0)
    count = 0
    for theorem in _all(theorems):
        if theorem.rule == "identity":
            agrees = all(_vanishes(theorem, *sides, rng) for sides in _sides(theorem))
        elif theorem.rule == "sign":
            agrees = _has_sign(theorem, rng)
        else:
            continue
        if not agrees:
            return str(theorem.conclusion), count
        count += 1
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


def _sides(theorem: Theorem) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    conclusion: Any = theorem.conclusion
    lhs, rhs = conclusion.args
    if getattr(lhs, "is_Matrix", False):
        yield from zip(lhs, rhs, strict=True)
    else:
        yield lhs, rhs


def _written(theorem: Theorem, expression: sp.Expr) -> sp.Expr:
    given = tuple(c for c in theorem.hypotheses if not isinstance(c, sp.Ne))
    return theorem.domain.placed(expression, in_order(given))


def _vanishes(theorem: Theorem, left: sp.Expr, right: sp.Expr, rng: random.Random) -> bool:
    difference = _written(theorem, left) - _written(theorem, right)
    symbols = sorted(difference.free_symbols, key=str)
    for prime in PRIMES:
        done = 0
        for _ in range(TRIES):
            values = {symbol: rng.randrange(1, prime) for symbol in symbols}
            try:
                value = Modulo(prime, values)(difference)
            except UndefinedError:
                continue
            if value != 0:
                return False
            done += 1
            if done == POINTS:
                break
        if not done and not _vanishes_in_balls(difference, symbols, rng):
            return False
    return True


def _vanishes_in_balls(difference: sp.Expr, symbols: list[sp.Symbol], rng: random.Random) -> bool:
    """Where no point has all its square roots modulo a prime: balls around zero."""
    with precision(BITS[1]):
        for _ in range(POINTS):
            values = {symbol: _random(rng, symbol, 2) for symbol in symbols}
            if not _balls(difference, values).contains(0):
                return False
    return True


def _has_sign(theorem: Theorem, rng: random.Random) -> bool:
    relation: Any = theorem.conclusion
    difference = _written(theorem, relation.lhs - relation.rhs)
    if isinstance(relation, sp.StrictLessThan | sp.LessThan):
        difference = -difference
    symbols = sorted(difference.free_symbols, key=str)
    for values in _square(rng, symbols):
        for bits in BITS:
            with precision(bits):
                ball = _balls(difference, values)
            if ball > 0:
                break
            if ball < 0:
                return False
        else:
            # Not told from zero: all right for a weak inequality only.
            if isinstance(relation, STRICT) or not isinstance(relation, WEAK):
                return False
    return True


def _balls(expression: sp.Expr, values: dict[sp.Symbol, Fraction]) -> arb:
    """Value of an expression in ball arithmetic."""
    balls = {symbol: arb(fmpq(v.numerator, v.denominator)) for symbol, v in values.items()}
    return Balls(balls)(expression)


def _square(rng: random.Random, symbols: list[sp.Symbol]) -> Iterator[dict[sp.Symbol, Fraction]]:
    """Points that run through all decades in every symbol, in an order of its own for each.

    First come two where all symbols are small, or large.
    """
    places = list(range(-DECADES, DECADES + 1))
    orders = {s: [places[0], places[-1], *rng.sample(places, len(places))] for s in symbols}
    for index in range(2 + len(places)):
        yield {
            symbol: _in_range(Fraction(10 ** (order[index] + rng.random() - 0.5)), symbol, rng)
            for symbol, order in orders.items()
        }


def _random(rng: random.Random, symbol: sp.Symbol, decades: int) -> Fraction:
    """A rational number in the range of a symbol, log-uniform over decades around 1."""
    size = Fraction(10 ** rng.uniform(-decades, decades)).limit_denominator(10**12)
    return _in_range(size or Fraction(1, 10**decades), symbol, rng)


def _in_range(size: Fraction, symbol: sp.Symbol, rng: random.Random) -> Fraction:
    if symbol.is_negative or (not symbol.is_nonnegative and rng.random() < 0.5):
        return -size
    return size
