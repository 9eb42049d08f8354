"""Numerical evidence for claims, independent of their proofs.

A statement is evaluated in ball arithmetic at random rational points of its domain, near and far
out, on states solved by the certified evaluator. Derivatives and limits, which proofs take
symbolically, are here taken numerically: differences of states solved at neighbouring parameters,
extrapolated. What cannot be evaluated is an error, never an agreement.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import islice, pairwise

import sympy as sp
from flint import arb, fmpq
from sympy import MatrixSymbol

from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.matrix_words import Block, Trace, Whole
from icl_theory.algebra.precision import precision
from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.algebra.relations import eq
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.algebra.unevaluated import Unevaluated, evaluated
from icl_theory.evaluate.certified import errors_certified
from icl_theory.proof.claim import Claim
from icl_theory.proof.domains import OVER, RIDGE, UNDER
from icl_theory.proof.kernel import Domain, ProofFailed, in_order, plain, split
from icl_theory.theory import odds
from icl_theory.theory.deterministic import freedom_residual
from icl_theory.theory.fixed_point import x
from icl_theory.theory.model import Expectation
from icl_theory.theory.optimal_ridge import delta
from icl_theory.theory.ridgeless import M_prime, mu, mu_value
from icl_theory.theory.spectral import D1, M, inv_kappa, minus_M_prime
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

from . import matrices
from .rings import Exact

#: Digits to which states are solved, and bits of the ball arithmetic.
DIGITS = 150
BITS = 600
#: A relation is decided at a point only if its balls are narrower than this.
WIDTH = arb("1e-20")
#: How often a conjunct has to be decided, at how many points at most, and when to give up.
EACH, ATTEMPTS, TRIES = 5, 20, 500
#: Extrapolation: first step of central differences, first distance of limits, and how many.
STEP, STEPS = Fraction(1, 10**10), 6
DISTANCE, DISTANCES = Fraction(1, 10**16), 14


#: What checks by simulation measure: of symbols that only these give numbers.
MEASURED = dict.fromkeys(("sample_response", "row_prediction"), eq(freedom_residual, 0))

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
class StatePoint:
    """Values of all primitive symbols, and how they move when one of them does."""

    values: dict[sp.Symbol, Fraction | arb]
    regime: str
    memo: dict[sp.Symbol, arb] = field(default_factory=dict)

    def moved(self, symbol: sp.Symbol, value: Fraction | arb) -> StatePoint:
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
                return state_at(values, "ridge")
            return state_at(values, self.regime)
        if symbol == xi:
            values[nu] = self.evaluate(x) + ball(value)
            values[r] = ball(values[lam]) / ball(value)
        if symbol in {xi, nu}:
            values[m] = StatePoint(values, "free").evaluate(M)
        return StatePoint(values, self.regime)

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

    def _at_odds(self, odds: dict[sp.Symbol, arb]) -> StatePoint:
        place = StatePoint(dict(odds), "free")
        state = {symbol: place.evaluate(value) for symbol, value in _orthant().items()}
        return StatePoint({**self.values, **state}, self.regime)

    def replaced(self, values: dict[sp.Symbol, Fraction | arb]) -> StatePoint:
        """The point with symbols replaced and nothing following."""
        return StatePoint({**self.values, **values}, "free")

    def alone(self, symbol: sp.Symbol, value: Fraction | arb) -> StatePoint:
        """The point with one symbol at another value and nothing following."""
        return self.replaced({symbol: value})

    def evaluate(self, expression: sp.Expr) -> arb:
        """Value of an expression as a ball.

        A walk of its own, so that a fault of the one by which proofs read expressions shows here.

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
        if isinstance(expression, sp.exp | sp.log):
            argument = self.evaluate(expression.args[0])
            return argument.exp() if isinstance(expression, sp.exp) else argument.log()
        if isinstance(expression, At):
            inner, *replacements = expression.args
            there = self.replaced({symbol: self.evaluate(value) for symbol, value in replacements})
            value = there.evaluate(inner)
            # What cancels exactly where symbols are equal is nothing over nothing in balls.
            return self.evaluate(expression.value()) if value.is_nan() else value
        if isinstance(expression, Partial):
            inner, symbol = expression.args
            # One derivative in numbers; what is inside of it by its formula.
            inner = inner if self._explicit(inner) else evaluated(inner)
            return numeric_derivative(
                lambda v: self.replaced({symbol: v}).evaluate(inner), self, symbol
            )
        if isinstance(expression, Total):
            inner, symbol = expression.args[:2]
            return numeric_derivative(lambda v: self.moved(symbol, v).evaluate(inner), self, symbol)
        if isinstance(expression, sp.Limit):
            return numeric_limit(self, expression)
        if isinstance(expression, PathLimit):
            return numeric_path_limit(self, expression)
        if isinstance(expression, RootCount):
            return root_count(self, expression)
        if isinstance(expression, MatrixSymbol):
            return self.values[expression]
        if isinstance(expression, Block | Trace | Whole) and self._explicit(expression):
            return matrices.value(expression, self.evaluate)
        if isinstance(expression, Unevaluated):
            return self.evaluate(expression.value())
        raise NoEvidence(f"no numerical meaning: {expression}")

    def _explicit(self, expression: sp.Basic) -> bool:
        """Whether an expression is about matrices that have numbers here."""
        drawn = {symbol for symbol in self.values if isinstance(symbol, MatrixSymbol)}
        # The identity is of the size of those that were drawn.
        held = expression.has(Block, Trace, Whole)
        return bool(drawn) and held and expression.atoms(MatrixSymbol) <= drawn

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
        if not isinstance(relation, sp.Rel | AtMostOne):
            raise NoEvidence(f"not a relation: {relation}")
        if isinstance(relation, AtMostOne):
            raise Undecided(f"no number says so: {relation}")
        left, right = self.evaluate(relation.lhs), self.evaluate(relation.rhs)
        if isinstance(relation, sp.Eq):
            return _equal(left, right)
        if isinstance(relation, sp.Ne):
            return not _equal(left, right)
        strict = isinstance(relation, sp.StrictGreaterThan | sp.StrictLessThan)
        if isinstance(relation, sp.StrictLessThan | sp.LessThan):
            left, right = right, left
        if bool(left > right):
            return True
        if bool(left < right):
            return False
        # Both sides agree to many digits: equal, which a strict inequality does not admit.
        if _equal(left, right):
            return not strict
        raise Undecided(f"{relation} at {left} and {right}")

    def _power(self, base: sp.Expr, exponent: sp.Expr) -> arb:
        value = self.evaluate(base)
        if exponent.is_Integer:
            return value ** int(exponent)
        if exponent.is_Rational:
            return value.root(int(exponent.q)) ** int(exponent.p)
        raise NoEvidence(f"no numerical meaning: {base}**{exponent}")


def _equal(left: arb, right: arb) -> bool:
    if left.is_nan() or right.is_nan():
        raise Undecided("no real value")
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


def state_at(values: dict[sp.Symbol, Fraction | arb], regime: str) -> StatePoint:
    """The state of the theory at rational parameters, from the certified evaluator."""
    parameters = {symbol: values[symbol] for symbol in PARAMETERS}
    given = [parameters[symbol] for symbol in (tau, alpha, kappa, rho, lam)]
    context = parameters[alpha]
    endless = not isinstance(context, Fraction) and not context.is_finite()
    if endless:
        given[1] = "inf"
    result = errors_certified(*given, digits=DIGITS)
    noise = arb(0) if endless else StatePoint(dict(parameters), regime).evaluate(x)
    state = dict(parameters) | {xi: result.xi, m: result.m, nu: noise + result.xi, x: noise}
    if parameters[lam] > 0:
        state[r] = ball(parameters[lam]) / result.xi
    else:
        state[r] = ball(max(Fraction(0), 1 - 1 / parameters[tau]))
    state[delta] = StatePoint(state, regime).evaluate(D1)
    return StatePoint(state, regime)


def numeric_derivative(
    function: Callable[[Fraction | arb], arb], at: StatePoint, symbol: sp.Symbol
) -> arb:
    """Central differences, extrapolated to step zero in powers of its square."""
    center = at.values[symbol] if symbol in at.values else at.evaluate(symbol)
    # A step in proportion, so that it stays in range however far out the point lies.
    scale = abs(center) if center != 0 else 1
    step = STEP * scale if isinstance(center, Fraction) else ball(STEP) * scale
    # At the end of its range a symbol moves to one side only.
    end = symbol.is_nonnegative and center == 0
    rows = []
    for _ in range(STEPS):
        low = center if end else center - step
        rows.append((function(center + step) - function(low)) / ball(center + step - low))
        step = step / 2
    return extrapolate(rows, ratio=2 if end else 4)


def numeric_limit(at: StatePoint, expression: sp.Limit) -> arb:
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


def numeric_path_limit(at: StatePoint, expression: PathLimit) -> arb:
    """A limit along states, the first move innermost, others outside of it extrapolated."""
    return _along(
        at, expression.args[0], expression.moves, expression.ties, str(expression.args[1])
    )


def _along(
    at: StatePoint,
    inner: sp.Expr,
    moves: Sequence[sp.Tuple],
    ties: Sequence[sp.Tuple],
    system: str,
    level: int = 0,
) -> arb:
    if not moves:
        return at.evaluate(inner)
    *before, (symbol, end, side) = moves
    # Halves of the step of an expansion in square roots of the distance, or in cube roots.
    cubes = any(p.exp.is_Rational and p.exp.q == 3 for p in inner.atoms(sp.Pow))
    shrink = 8 if cubes else 4
    rows = []
    for order in range(DISTANCES):
        distance = NESTED[level] / shrink**order * (-1 if str(side) == "-" else 1)
        if end is sp.oo:
            place: Fraction | arb = 1 / abs(distance)
        else:
            reached = _exact(unfold(end), at.values)
            place = reached + (distance if isinstance(reached, Fraction) else ball(distance))
        values = {**at.values, symbol: place}
        for tied, value in ties:
            values[tied] = _exact(value, values)
        rows.append(_on(system, values, inner, before, ties, level + 1))
    return rows_limit(rows)


def _on(
    system: str,
    values: dict[sp.Symbol, Fraction | arb],
    inner: sp.Expr,
    before: Sequence[sp.Tuple],
    ties: Sequence[sp.Tuple],
    level: int,
) -> arb:
    """What an inner limit is at given parameters; without one, the value at the state."""
    first = [tuple(move[:2]) for move in before]
    # The evaluator knows these limits: no need to extrapolate.
    if first == [(lam, sp.Integer(0))] and not inner.has(lam):
        return state_at(values | {lam: Fraction(0)}, "ridgeless").evaluate(inner)
    if first == [(alpha, sp.oo)] and not inner.has(alpha) and system == "ridge":
        return state_at(values | {alpha: arb("inf")}, "ridge").evaluate(inner)
    place = StatePoint(values, "free")
    if system == "spectral":
        place = StatePoint({**values, m: place.evaluate(M)}, "free")
    elif not before:
        place = state_at(values | ({} if system == "ridge" else {lam: Fraction(0)}), "ridge")
    if before:
        return _along(place, inner, before, ties, system, level)
    return place.evaluate(inner)


#: First distances of limits inside of each other, the outermost first: an inner one has settled
#: before an outer one begins to move.
NESTED = (DISTANCE, DISTANCE**3, DISTANCE**6)
#: Where roots are counted: places per decade, and decades on either side of 1.
PLACES, REACH = 2, 40


def root_count(at: StatePoint, expression: RootCount) -> arb:
    """Changes of sign on a fine grid over the interval, which a simple root makes."""
    function, symbol, low, high = expression.args
    # Evaluated at hundreds of places: by its formula.
    function = plain(function)
    ends = at.evaluate(low), at.evaluate(high)
    found = []
    for step in range(-REACH * PLACES, REACH * PLACES + 1):
        share = ball(Fraction(10) ** (step // PLACES) * (1 + 2 * (step % PLACES)))
        if high is sp.oo:
            place = ends[0] + share
        else:
            place = ends[0] + (ends[1] - ends[0]) * share / (1 + share)
        value = at.alone(symbol, place).evaluate(function)
        if value > 0 or value < 0:
            found.append(bool(value > 0))
    return arb(sum(one != other for one, other in pairwise(found)))


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
    error = 1000 * abs(best[-1] - best[-2]).max(abs(best[-1] - best[-3]))
    return best[-1] + arb(0, error.upper())


#: Decades from 1 at which coordinates are drawn, in turn: near and far out.
DECADES = ((0, 1), (3, 6))
LIMIT_DECADES = ((0, 1), (0, 1), (0, 2))


def random_points(
    claim: Claim,
    conditions: Sequence[sp.Basic],
    rng: random.Random,
    reach: Sequence[tuple[int, int]] = DECADES,
) -> Iterator[StatePoint]:
    """Random rational points of a claim's domain at which conditions hold.

    Free coordinates are drawn, and every symbol follows by the cover of the domain; that the
    equations of the domain hold there is checked in numbers. Of four points, two lie on opposite
    sides of 1 in every coordinate, and the last where label noise, or another coordinate that may,
    vanishes.
    """
    cover = claim.domain.checked()[1]
    given, filters = _parametrised(claim, conditions)
    needed = _symbols(claim, conditions)
    moved, equations = claim.domain.conditions(given), claim.domain.equations()
    for number in range(TRIES):
        if number % 4 == 0:
            sides = {symbol: rng.choice((-1, 1)) for symbol in needed}
        elif number % 4 == 2:
            sides = {symbol: -side for symbol, side in sides.items()}
        place = _draw(rng, sides, reach[number % len(reach)], number % 4 == 3)
        free = {s: v for s, v in place.items() if s not in moved}
        values: dict[sp.Symbol, Fraction | arb] = dict(free)
        for symbol, value in moved.items():
            values[symbol] = _exact(value, free)
        state = dict(values)
        for symbol, value in cover.items():
            state[symbol] = _exact(value, values)
        values = state
        inside = sorted(claim.statement.atoms(MatrixSymbol), key=str)
        if inside and not claim.statement.has(Expectation):
            values |= matrices.sizes(inside, rng)
            for matrix in inside:
                values[matrix] = matrices.random_matrix(
                    matrix, StatePoint(dict(values), "free").evaluate, rng
                )
        point = StatePoint(values, _regime(claim.domain))
        if not all(point.holds(condition) for condition in filters):
            continue
        for symbol, residual in equations:
            if not StatePoint(values, "free").evaluate(residual).contains(0):
                raise NoEvidence(f"the equation of {symbol} does not hold at {values}")
        yield point


def _parametrised(
    claim: Claim, conditions: Sequence[sp.Basic]
) -> tuple[tuple[sp.Basic, ...], list[sp.Basic]]:
    """The conditions that bound free coordinates, and those that filter points."""
    cover = claim.domain.checked()[1]
    bounds: list[sp.Basic] = []
    filters: list[sp.Basic] = []
    for condition in dict.fromkeys(conditions):
        simple = condition.lhs.is_Symbol and condition.lhs not in cover
        simple = simple and not isinstance(condition, sp.Ne)
        (bounds if simple else filters).append(condition)
    try:
        given = in_order(bounds)
        claim.domain.conditions(given)
    except (ProofFailed, UndecidedError):
        fixed = [c for c in bounds if isinstance(c, sp.Eq)]
        return in_order(fixed), filters + [c for c in bounds if c not in fixed]
    return given, filters


def _symbols(claim: Claim, conditions: Sequence[sp.Basic]) -> list[sp.Symbol]:
    """Every free coordinate that the statement, its conditions or the cover hold."""
    cover = claim.domain.checked()[1]
    found = set().union(*(value.free_symbols for value in cover.values()))
    for part in (claim.statement, *conditions):
        found |= {symbol for symbol in _free(part) if symbol not in cover}
    found |= {*PARAMETERS, nu, m, xi, r} - set(cover)
    for value in claim.domain.conditions(_parametrised(claim, conditions)[0]).values():
        found |= value.free_symbols
    return sorted(found, key=str)


def _free(statement: sp.Basic) -> set[sp.Symbol]:
    """Primitive symbols of a statement, of what its held objects stand for too."""
    # Side by side: SymPy would decide a relation that it unfolds.
    sides = [side for relation in statement.atoms(sp.Rel) for side in relation.args]
    found = set().union(*(unfold(side).atoms(sp.Symbol) for side in sides))
    # And as they stand: what cancels once all is unfolded is needed on the way.
    found |= statement.atoms(sp.Symbol)
    found = found.union(*(unfold(q).free_symbols for q in statement.atoms(Quantity)))
    for part in statement.atoms(Unevaluated):
        try:
            found |= plain(part).free_symbols
        except UndecidedError:
            # Decided by rule, and evaluated part by part.
            found |= unfold(part).atoms(sp.Symbol)
    return {symbol for symbol in found if symbol.is_real and not isinstance(symbol, Quantity)}


def _draw(
    rng: random.Random, sides: dict[sp.Symbol, int], decades: tuple[int, int], boundary: bool
) -> dict[sp.Symbol, Fraction]:
    """Values on the given sides of 1, each within the range of its symbol."""
    values = {}
    for symbol, side in sides.items():
        size = Fraction(f"{10 ** (side * rng.uniform(*decades)):.3g}")
        if boundary and symbol.is_nonnegative and not symbol.is_positive:
            size = Fraction(0)
        negative = symbol.is_negative or (not symbol.is_nonnegative and rng.random() < 0.5)
        values[symbol] = -size if negative else size
    return values


def _exact(value: sp.Expr, values: dict[sp.Symbol, Fraction | arb]) -> Fraction | arb:
    """Value of an expression, a fraction where it is rational in fractions."""
    try:
        found = Exact(values)(value)
    except TypeError:
        return StatePoint(values, "free").evaluate(value)
    return Fraction(int(found.p), int(found.q))


def _regime(domain: Domain) -> str:
    """How states move from a point of a domain: with a ridge, without, or not at all."""
    if domain is RIDGE:
        return "ridge"
    return "ridgeless" if domain in (UNDER, OVER) else "free"


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
        With every conjunct decided `EACH` times, unless `ATTEMPTS` points did not suffice.

    Raises
    ------
    NoEvidence
        If the statement holds something without a numerical meaning.
    """
    groups: dict[tuple[sp.Basic, ...], dict[sp.Basic, int]] = {}
    whole = claim.statement
    for conjunct in whole.args if isinstance(whole, sp.And) else (whole,):
        conditions, relation = split(conjunct)
        # That a point is unique is no statement about its numbers, nor is what a check measures.
        if not isinstance(relation, AtMostOne) and relation != MEASURED.get(claim.check or ""):
            groups.setdefault(tuple(conditions), {})[relation] = 0
    tried = agreed = 0
    example = ""
    with precision(BITS):
        for conditions, decided in groups.items():
            rng = random.Random(f"{claim.id} {conditions} {seed}")
            drawn = random_points(claim, (*claim.assumptions, *conditions), rng, decades(decided))
            for point in islice(drawn, ATTEMPTS):
                for relation in [r for r, count in decided.items() if count < EACH]:
                    try:
                        truth = point.holds(relation)
                    except Undecided:
                        continue
                    decided[relation] += 1
                    tried += 1
                    agreed += bool(truth)
                    if not truth and not example:
                        example = f"{relation} is false at {_where(point)}"
                if min(decided.values()) >= EACH:
                    break
    least = min((count for decided in groups.values() for count in decided.values()), default=0)
    return Evidence(tried, agreed, least, example)


def decades(relations: Iterable[sp.Basic]) -> Sequence[tuple[int, int]]:
    """How far out points are drawn: extrapolated limits need a path that has begun to settle."""
    return LIMIT_DECADES if any(r.has(sp.Limit, PathLimit) for r in relations) else DECADES


def _where(point: StatePoint) -> str:
    exact = {s: v for s, v in point.values.items() if isinstance(v, Fraction)}
    return ", ".join(f"{symbol}={value}" for symbol, value in exact.items())
