"""Signs of polynomials under strict inequalities: decided exactly or left open.

Every symbol is positive. A polynomial is factored; a factor is decided if its coefficients have one
sign, if it is one of the conditions, or, where it and the conditions are linear, by eliminating
symbols from the system of inequalities (Fourier and Motzkin).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import flint
import sympy as sp

from icl_theory.algebra.quotient import Quotient, Quotients

#: A linear form: coefficients of the symbols, then the constant.
Coefficients = tuple[Fraction, ...]


@dataclass(frozen=True)
class Assumptions:
    """Expressions taken to be positive, besides every symbol.

    Attributes
    ----------
    positive
        Polynomials in positive symbols, expanded.
    """

    positive: tuple[sp.Expr, ...] = ()

    def with_positive(self, *expressions: sp.Expr) -> Assumptions:
        """These assumptions and more."""
        return Assumptions(self.positive + expressions)

    def sign(self, value: Quotient) -> int | None:
        """1, -1 or 0 where decided, None where the assumptions leave it open."""
        if value.is_zero:
            return 0
        over = self.sign_of(value.field, value.over)
        under = self.sign_of(value.field, value.under)
        return None if over is None or under is None else over * under

    def sign_of(self, field: Quotients, polynomial: flint.fmpz_mpoly) -> int | None:
        """Sign of a polynomial that is not zero."""
        simple = _one_sign(polynomial)
        if simple is not None:
            return simple
        unit, factors = polynomial.factor()
        total = 1 if unit > 0 else -1
        for factor, power in factors:
            found = self._sign_of_factor(field, factor)
            # Even to an even power, what may vanish is not known to be positive.
            if found is None:
                return None
            total *= found ** int(power)
        return total

    def open_factor(self, value: Quotient) -> sp.Expr | None:
        """An irreducible factor whose sign is open, the first in degree; None if there is none."""
        candidates = []
        for polynomial in (value.over, value.under):
            for factor, _ in polynomial.factor()[1]:
                if self._sign_of_factor(value.field, factor) is None:
                    candidates.append(factor)
        if not candidates:
            return None
        factor = min(candidates, key=lambda f: (f.total_degree(), len(f), str(f)))
        return value.field.expression(factor)

    def _sign_of_factor(self, field: Quotients, factor: flint.fmpz_mpoly) -> int | None:
        simple = _one_sign(factor)
        if simple is not None:
            return simple
        if factor.total_degree() == 1:
            return _linear_sign(field.expression(factor), self.positive)
        return _substituted_sign(*_in_one_field(field, factor, self.positive))

    def point(self, symbols: Sequence[sp.Symbol]) -> dict[sp.Symbol, sp.Rational]:
        """A rational point at which the assumptions hold.

        Raises
        ------
        RuntimeError
            If the search does not find one.
        """
        rng = random.Random(0)
        for _ in range(20000):
            values = {s: sp.Rational(rng.randint(1, 300), 100) for s in symbols}
            if all(e.xreplace(values) > 0 for e in self.positive):
                return values
        raise RuntimeError(f"no point found with {', '.join(f'{e} > 0' for e in self.positive)}")

    @property
    def consistent(self) -> bool:
        """False where these are seen to contradict each other.

        The linear ones are decided together, any other by its sign where the rest holds.
        """
        linear = _linear(self.positive)
        if not _feasible(linear):
            return False
        for condition in self.positive:
            if condition not in linear:
                rest = Assumptions(tuple(e for e in self.positive if e is not condition))
                field = Quotients(sorted(condition.free_symbols, key=str))
                if rest.sign(field.read(condition)) == -1:
                    return False
        return True


def _one_sign(polynomial: flint.fmpz_mpoly) -> int | None:
    first, *others = (c > 0 for c in polynomial.coeffs())
    return None if (not first) in others else 1 if first else -1


def _linear(expressions: tuple[sp.Expr, ...]) -> tuple[sp.Expr, ...]:
    symbols = sorted(set().union(*(e.free_symbols for e in expressions)), key=str)
    return tuple(e for e in expressions if symbols and sp.Poly(e, *symbols).total_degree() <= 1)


def _in_one_field(
    field: Quotients, polynomial: flint.fmpz_mpoly, positive: tuple[sp.Expr, ...]
) -> tuple[Quotients, flint.fmpz_mpoly, list[flint.fmpz_mpoly]]:
    """A polynomial and the conditions, over a field with no more symbols than they have."""
    used = [s for s, i in field.index.items() if polynomial.degrees()[i] > 0]
    further = set().union(*(e.free_symbols for e in positive)) - set(used)
    common = Quotients((*used, *sorted(further, key=str)))
    return common, common.adopted(field, polynomial), [common.read(e).over for e in positive]


def _substituted_sign(
    field: Quotients, polynomial: flint.fmpz_mpoly, positive: list[flint.fmpz_mpoly]
) -> int | None:
    """Sign of a polynomial from its coefficients, after conditions are used as substitutions.

    A condition s > e is used as s = e + u, a condition s < e with a single positive term e as
    s = e u/(1 + u), each u positive, and written as s again.
    """
    simple = _one_sign(polynomial)
    if simple is not None:
        return simple
    for condition in positive:
        if condition in (polynomial, -polynomial):
            return 1 if condition == polynomial else -1
    degrees = polynomial.degrees()
    for condition in positive:
        for symbol, generator, degree in zip(
            field.symbols, field.ring.gens(), degrees, strict=True
        ):
            slope = condition.derivative(field.index[symbol])
            if not degree or not slope.is_constant() or slope == 0:
                continue
            bound = field.quotient(slope * generator - condition, slope)
            free = field.generator(symbol)
            if slope.leading_coefficient() > 0:
                value = bound + free
            elif len(bound.over) == 1:
                value = bound * free / (1 + free)
            else:
                continue
            changed, _ = field.at(polynomial, {symbol: value})
            rest = [e for e in positive if not e.degrees()[field.index[symbol]]]
            found = _substituted_sign(field, changed, rest)
            if found is not None:
                return found
    return None


@lru_cache(maxsize=4096)
def _linear_sign(expression: sp.Expr, positive: tuple[sp.Expr, ...]) -> int | None:
    conditions = _linear(positive)
    if not _feasible(conditions, -expression):
        return 1
    if not _feasible(conditions, expression):
        return -1
    return None


@lru_cache(maxsize=4096)
def _feasible(strict: tuple[sp.Expr, ...], weak: sp.Expr | None = None) -> bool:
    """Whether positive symbols satisfy ``strict > 0`` and ``weak >= 0``, all linear."""
    everything = strict if weak is None else (*strict, weak)
    symbols = sorted(set().union(*(e.free_symbols for e in everything)), key=str)
    rows = {(_row(e, symbols), True) for e in strict}
    if weak is not None:
        rows.add((_row(weak, symbols), False))
    for i in range(len(symbols)):
        rows.add((tuple(Fraction(int(i == j)) for j in range(len(symbols) + 1)), True))
    for _ in symbols:
        rows = _eliminate(rows)
    return all(row[-1] > 0 or (row[-1] == 0 and not strictly) for row, strictly in rows)


def _row(expression: sp.Expr, symbols: list[sp.Symbol]) -> Coefficients:
    coefficients = [expression.coeff(s) for s in symbols]
    constant = expression - sum(c * s for c, s in zip(coefficients, symbols, strict=True))
    return tuple(Fraction(int(c.p), int(c.q)) for c in [*coefficients, sp.expand(constant)])


def _eliminate(rows: set[tuple[Coefficients, bool]]) -> set[tuple[Coefficients, bool]]:
    """Eliminate the first symbol from a system of linear inequalities."""
    lower = [(row, strict) for row, strict in rows if row[0] > 0]
    upper = [(row, strict) for row, strict in rows if row[0] < 0]
    kept = {(row[1:], strict) for row, strict in rows if row[0] == 0}
    for low, one in lower:
        for high, other in upper:
            row = tuple(p * -high[0] + q * low[0] for p, q in zip(low[1:], high[1:], strict=True))
            size = max((abs(entry) for entry in row), default=Fraction(0))
            kept.add((tuple(entry / size for entry in row) if size else row, one or other))
    return kept
