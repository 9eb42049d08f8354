"""Numerical evidence for claims, independent of their proofs.

A statement is evaluated in ball arithmetic at random rational points that satisfy the assumptions
of its claim, on states solved by the certified evaluator. Derivatives and limits, which proofs take
symbolically, are here taken numerically: differences of states solved at neighbouring parameters,
extrapolated. What cannot be evaluated is an error, never an agreement.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise

import sympy as sp
from flint import arb, fmpq

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.precision import precision
from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.algebra.unevaluated import Unevaluated
from icl_theory.evaluate.certified import errors_certified
from icl_theory.proof.claim import Claim
from icl_theory.theory import odds
from icl_theory.theory.fixed_point import x
from icl_theory.theory.optimal_ridge import delta
from icl_theory.theory.ridgeless import M_prime, mu, mu_value
from icl_theory.theory.spectral import D1, M, inv_kappa, minus_M_prime
from icl_theory.theory.state import Total
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

#: Digits to which states are solved, and bits of the ball arithmetic.
DIGITS = 150
BITS = 600
#: A relation is decided at a point only if its balls are narrower than this.
WIDTH = arb("1e-20")
#: Points per claim, how often each conjunct has to be decided, and when to give up.
POINTS, EACH, TRIES = 20, 5, 2000
#: Extrapolation: first step of central differences, first distance of limits, and how many.
STEP, STEPS = Fraction(1, 10**10), 6
DISTANCE, DISTANCES = Fraction(1, 10**8), 14


#: Coordinates of the states beside the parameters.
ODDS = (odds.a, odds.b, odds.c, odds.w)


@cache
def _orthant() -> dict[sp.Symbol, sp.Expr]:
    return odds.ridge()


class NoEvidence(Exception):
    """A statement that cannot be evaluated numerically."""


class Undecided(Exception):
    """A relation whose balls are too wide, or overlap, at a point."""


@dataclass(frozen=True)
class Evidence:
    """Outcome of the numerical check of one claim.

    Attributes
    ----------
    tried
        Points at which some conjunct was decided.
    agreed
        Those at which every decided conjunct was true.
    least
        How often the conjunct that was decided least often was decided.
    example
        The first point of disagreement, in words; empty where there is none.
    """

    tried: int
    agreed: int
    least: int
    example: str = ""

    @property
    def supports(self) -> bool:
        """Whether every conjunct was decided somewhere and nothing disagreed."""
        return self.tried > 0 and self.agreed == self.tried and self.least > 0


@dataclass(frozen=True)
class Point:
    """Values of all primitive symbols, and how they move when one of them does."""

    values: dict[sp.Symbol, Fraction | arb]
    regime: str
    memo: dict[sp.Symbol, arb] = field(default_factory=dict)

    def moved(self, symbol: sp.Symbol, value: Fraction | arb) -> Point:
        """The point with one symbol at another value, and the state following it.

        Moving a parameter of the model moves the whole state; moving xi moves (nu, m, r) at fixed x
        and lam; moving nu moves m; moving one of the odds of ``icl_theory.theory.odds`` moves
        the state and all parameters but rho.
        """
        if symbol in ODDS:
            return self._at_odds({**self._odds(), symbol: ball(value)})
        values = {**self.values, symbol: value}
        if self.regime != "free" and symbol in PARAMETERS:
            if self.regime == "ridgeless" and symbol == lam:
                return solve(values, "ridge")
            return solve(values, self.regime)
        if symbol == xi:
            values[nu] = self.evaluate(x) + ball(value)
            values[r] = ball(values[lam]) / ball(value)
        if symbol in {xi, nu}:
            values[m] = Point(values, "free").evaluate(M)
        return Point(values, self.regime)

    def _odds(self) -> dict[sp.Symbol, arb]:
        used = self.evaluate(D1)
        share = self.evaluate(r)
        return {
            odds.a: used / (1 - used),
            odds.b: self.evaluate(m * inv_kappa),
            odds.c: self.evaluate(xi / x),
            odds.w: share / (1 - share),
            rho: ball(self.values[rho]),
        }

    def _at_odds(self, odds: dict[sp.Symbol, arb]) -> Point:
        place = Point(dict(odds), "free")
        state = {symbol: place.evaluate(value) for symbol, value in _orthant().items()}
        return Point({**self.values, **state}, self.regime)

    def replaced(self, values: dict[sp.Symbol, Fraction | arb]) -> Point:
        """The point with symbols replaced and nothing following."""
        return Point({**self.values, **values}, "free")

    def alone(self, symbol: sp.Symbol, value: Fraction | arb) -> Point:
        """The point with one symbol at another value and nothing following."""
        return self.replaced({symbol: value})

    def evaluate(self, expression: sp.Expr) -> arb:
        """Value of an expression as a ball.

        Raises
        ------
        NoEvidence
            If the expression holds something without a numerical meaning here.
        """
        if isinstance(expression, sp.Symbol):
            return self._symbol(expression)
        if expression.is_infinite:
            return arb("inf") if expression is sp.oo else arb("-inf")
        if expression.is_Rational:
            return arb(fmpq(int(expression.p), int(expression.q)))
        if isinstance(expression, sp.Add):
            return sum((self.evaluate(term) for term in expression.args), arb(0))
        if isinstance(expression, sp.Mul):
            product = arb(1)
            for factor in expression.args:
                product *= self.evaluate(factor)
            return product
        if isinstance(expression, sp.Pow):
            return self._power(*expression.args)
        if isinstance(expression, sp.Max | sp.Min):
            choose = arb.max if isinstance(expression, sp.Max) else arb.min
            value, *others = (self.evaluate(part) for part in expression.args)
            for other in others:
                value = choose(value, other)
            return value
        if isinstance(expression, At):
            inner, *replacements = expression.args
            return self.replaced(
                {symbol: self.evaluate(value) for symbol, value in replacements}
            ).evaluate(inner)
        if isinstance(expression, Partial):
            inner, symbol = expression.args
            return derivative(lambda v: self.replaced({symbol: v}).evaluate(inner), self, symbol)
        if isinstance(expression, Total):
            inner, symbol = expression.args
            return derivative(lambda v: self.moved(symbol, v).evaluate(inner), self, symbol)
        if isinstance(expression, sp.Limit):
            return limit(self, expression)
        if isinstance(expression, Unevaluated):
            return self.evaluate(expression.value())
        raise NoEvidence(f"no numerical meaning: {expression}")

    def _symbol(self, symbol: sp.Symbol) -> arb:
        if symbol in self.values:
            return ball(self.values[symbol])
        if symbol not in self.memo:
            if isinstance(symbol, Quantity):
                self.memo[symbol] = self.evaluate(symbol.definition)
            elif symbol == mu:
                self.memo[symbol] = self.evaluate(mu_value)
            elif symbol == M_prime:
                self.memo[symbol] = -self.evaluate(minus_M_prime)
            else:
                raise NoEvidence(f"no value for the symbol {symbol}")
        return self.memo[symbol]

    def holds(self, relation: sp.Basic) -> bool | None:
        """Truth of a relation; None for an implication whose condition is false.

        Raises
        ------
        Undecided
            If its balls are too wide or overlap.
        """
        if isinstance(relation, sp.And):
            return all(self.holds(part) for part in relation.args)
        if isinstance(relation, sp.Implies):
            condition, conclusion = relation.args
            return self.holds(conclusion) if self.holds(condition) else None
        if not isinstance(relation, sp.Rel):
            raise NoEvidence(f"not a relation: {relation}")
        left, right = self.evaluate(relation.lhs), self.evaluate(relation.rhs)
        if isinstance(relation, sp.Eq):
            return _equal(left, right)
        if isinstance(relation, sp.StrictLessThan | sp.LessThan):
            left, right = right, left
        if bool(left > right):
            return True
        if bool(left < right):
            return False
        raise Undecided(f"{relation} at {left} and {right}")

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> arb:
        value = self.evaluate(base)
        if exponent.is_Integer:
            return value ** int(exponent)
        if exponent.is_Rational and exponent.q == 2:
            return value.sqrt() ** int(exponent.p)
        raise NoEvidence(f"no numerical meaning: {base}**{exponent}")


def _equal(left: arb, right: arb) -> bool:
    if not (left.is_finite() and right.is_finite()):
        return bool(left == right)
    difference = left - right
    if not difference.contains(0):
        return False
    scale = arb(1).max(abs(left)).max(abs(right))
    if bool(difference.rad() < WIDTH * scale):
        return True
    raise Undecided(f"{left} and {right} overlap, too wide to be called equal")


def ball(value: Fraction | arb) -> arb:
    """A rational number as a ball; a ball as it is."""
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return value


def solve(values: dict[sp.Symbol, Fraction | arb], regime: str) -> Point:
    """The state of the theory at rational parameters, from the certified evaluator."""
    parameters = {symbol: values[symbol] for symbol in PARAMETERS}
    result = errors_certified(
        *(parameters[symbol] for symbol in (tau, alpha, kappa, rho, lam)), digits=DIGITS
    )
    point = Point(dict(parameters), regime)
    state = dict(parameters) | {xi: result.xi, m: result.m, nu: point.evaluate(x) + result.xi}
    if parameters[lam] > 0:
        state[r] = ball(parameters[lam]) / result.xi
    else:
        state[r] = ball(max(Fraction(0), 1 - 1 / parameters[tau]))
    state[delta] = Point(state, regime).evaluate(D1)
    return Point(state, regime)


def derivative(function: Callable[[Fraction | arb], arb], at: Point, symbol: sp.Symbol) -> arb:
    """Central differences, extrapolated to step zero in powers of its square."""
    center = at.values[symbol] if symbol in at.values else at.evaluate(symbol)
    step = STEP if isinstance(center, Fraction) else ball(STEP)
    rows = []
    for _ in range(STEPS):
        difference = function(center + step) - function(center - step)
        rows.append(difference / (2 * ball(step)))
        step = step / 2
    return extrapolate(rows, ratio=4)


def limit(at: Point, expression: sp.Limit) -> arb:
    """A limit by extrapolation in powers of the square root of the distance.

    A parameter of the model and the odds of the orthant move the state with them, any other symbol
    moves alone. An infinite limit is answered by an infinite ball of its sign, if the values keep
    growing like a power.
    """
    inner, symbol, end, side = expression.args
    followed = {*PARAMETERS, *ODDS}
    follow = at.moved if symbol in followed and at.regime != "free" else at.alone
    rows = []
    for order in range(DISTANCES):
        distance = DISTANCE / 4**order * (-1 if str(side) == "-" else 1)
        if end is sp.oo:
            place = 1 / abs(distance)
        elif end.is_Rational:
            place = Fraction(int(end.p), int(end.q)) + distance
        else:
            place = at.evaluate(end) + ball(distance)
        rows.append(follow(symbol, place).evaluate(inner))
    return rows_limit(rows)


def rows_limit(rows: Sequence[arb]) -> arb:
    """Limit of values at distances that shrink by factors of four."""
    growth = [abs(after) / abs(before) for before, after in pairwise(rows)]
    # A value that grows like distance**(-1/2) or faster at least doubles at every step.
    if all(bool(ratio > arb("1.9")) for ratio in growth):
        return arb("inf") if bool(rows[-1] > 0) else arb("-inf")
    return extrapolate(rows, ratio=2)


def extrapolate(rows: Sequence[arb], ratio: int) -> arb:
    """Richardson's table for errors in powers of 1/ratio, with the error it shows in the ball.

    The error is that of the better known value, two rows of the table before: one correction alone
    can be small by accident. A limit that is not reached in these powers leaves a wide ball, which
    decides nothing.
    """
    table = list(rows)
    best = [table[-1]]
    for order in range(1, len(rows)):
        factor = ratio**order
        table = [(factor * fine - coarse) / (factor - 1) for coarse, fine in pairwise(table)]
        best.append(table[-1])
    error = abs(best[-1] - best[-2]).max(abs(best[-1] - best[-3]))
    return best[-1] + arb(0, error.upper())


def points(claim: Claim, rng: random.Random) -> Iterator[Point]:
    """Random rational points of the claim's regime that satisfy its assumptions."""
    assert claim.regime is not None  # only claims with a regime have evidence
    fixed = {c.lhs: c.rhs for c in claim.assumptions if isinstance(c, sp.Eq)}
    filters = [c for c in claim.assumptions if not isinstance(c, sp.Eq)]
    symbols = PARAMETERS
    if claim.regime == "free":
        free = unfold(claim.statement).free_symbols - set(fixed)
        symbols = tuple(sorted(free, key=lambda symbol: symbol.name))
    for _ in range(TRIES):
        values = {symbol: _random(rng) for symbol in symbols}
        if claim.regime == "ridgeless":
            values[lam] = Fraction(0)
        values |= {s: Fraction(int(v.p), int(v.q)) for s, v in fixed.items()}
        point = Point(values, "free")
        if not all(point.holds(condition) for condition in filters):
            continue
        yield point if claim.regime == "free" else solve(values, claim.regime)


def _random(rng: random.Random) -> Fraction:
    """A rational number between 1/10 and 10, uniform in its logarithm up to rounding."""
    return Fraction(round(100 * 10 ** rng.uniform(-1, 1)), 100)


def gather(claim: Claim, seed: int = 0) -> Evidence:
    """Evaluate a claim's statement at random points of its regime.

    Parameters
    ----------
    claim
        A claim with a regime.
    seed
        Seed of the points; the same seed gives the same points.

    Returns
    -------
    Evidence
        With at least `POINTS` points tried, and every conjunct decided `EACH` times, unless the
        assumptions fix the point or `TRIES` points did not suffice.

    Raises
    ------
    NoEvidence
        If the statement holds something without a numerical meaning.
    """
    conjuncts = claim.statement.args if isinstance(claim.statement, sp.And) else (claim.statement,)
    decided = dict.fromkeys(conjuncts, 0)
    pinned = {c.lhs for c in claim.assumptions if isinstance(c, sp.Eq)}
    single = pinned >= set(PARAMETERS) - ({lam} if claim.regime == "ridgeless" else set())
    tried = agreed = 0
    example = ""
    with precision(BITS):
        for point in points(claim, random.Random(f"{claim.id} {seed}")):
            outcomes = {}
            for conjunct in conjuncts:
                try:
                    outcomes[conjunct] = point.holds(conjunct)
                except Undecided:
                    continue
            outcomes = {part: truth for part, truth in outcomes.items() if truth is not None}
            for part in outcomes:
                decided[part] += 1
            tried += bool(outcomes)
            agreed += bool(outcomes) and all(outcomes.values())
            wrong = [part for part, truth in outcomes.items() if not truth]
            if wrong and not example:
                where = ", ".join(
                    f"{s}={v}" for s, v in point.values.items() if type(v) is Fraction
                )
                example = f"{wrong[0]} is false at {where}"
            if single or (tried >= POINTS and min(decided.values()) >= EACH):
                break
    return Evidence(tried, agreed, min(decided.values()), example)
