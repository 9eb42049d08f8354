"""Higher orders, where leading terms of a difference cancel.

Every error but the gap is a sum of positive terms, whose leading terms cannot cancel. Where those
of the gap do, the fixed point is expanded further in the outermost small parameter: the dominant
balances fix the leading coefficients, and their derivative, which is invertible there, fixes each
next one from what the terms known so far leave in the balances. Where they cancel to all orders of
that parameter, the difference of the two errors may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from math import lcm

import sympy as sp
from flint import fmpq

from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.quotient import Quotient
from icl_theory.theory import errors

from .balance import STATE, UNKNOWNS, relations
from .engine import Cancelled, Piece, StateReading, leading_term
from .path import Expansion, Exponent, Lead

#: Forms whose terms cancel on other pieces (claim ``gap-form``).
OTHER_FORMS = {errors.gap: errors.e_icl - errors.e_idg}
#: Numbers of terms tried, one after the other.
TERMS = (3, 6, 12)


@dataclass(frozen=True)
class Laurent:
    """``small**exponent * (terms[0] + terms[1] sigma + ...)``, sigma a root of the last small one.

    What is not in ``terms`` is unknown; terms in powers of the other small parameters are dropped,
    as they are smaller than every power of the last.
    """

    exponent: Exponent
    terms: tuple[Quotient, ...]


def leading_to_any_order(formula: sp.Expr, piece: Piece) -> Lead:
    """Leading term of a formula in quantities, parameters and the state on a piece.

    Raises
    ------
    Cancelled
        If it cancels to all orders tried.
    """
    try:
        return leading_term(formula, piece)
    except Cancelled:
        tree = unfold(formula).xreplace(STATE)
        for count in TERMS:
            try:
                value = expansion(piece, count)(tree)
            except Cancelled:
                continue
            return Lead(value.terms[0], value.exponent)
        if formula in OTHER_FORMS:
            return leading_to_any_order(OTHER_FORMS[formula], piece)
        raise


@lru_cache(maxsize=64)
def expansion(piece: Piece, count: int) -> Arithmetic:
    """The fixed point to ``count`` terms, and the arithmetic to compute with it."""
    return Arithmetic(piece, count)


class Arithmetic(StateReading[Laurent]):
    """Truncated series on a piece."""

    def __init__(self, piece: Piece, count: int) -> None:
        self.piece, self.count = piece, count
        self.base = piece.reader.base
        self.zero = self.base.number(0)
        self.exact = [
            [(piece.reader.expansion(unfold(c)), powers) for c, powers in relation]
            for relation in relations()
        ]
        #: sigma is the last small parameter to the power 1/step.
        self.step = self._step()
        self.state = {
            s: Laurent(lead.exponent, (lead.coefficient,)) for s, lead in piece.state.leads.items()
        }
        super().__init__(self.state)
        self._solve()

    def _step(self) -> int:
        denominators = [1]
        for lead in self.piece.state.leads.values():
            denominators.append(int(lead.exponent[-1].q))
        for relation in self.exact:
            for sides, _ in relation:
                for side in sides:
                    denominators += [int(e[-1].q) for e in side]
        return lcm(*denominators)

    def _shift(self, exponent: Exponent, origin: Exponent) -> int | None:
        """How many powers of sigma from origin to exponent; None if it is beyond all of them."""
        difference = [a - b for a, b in zip(exponent, origin, strict=True)]
        if any(difference[:-1]):
            return None
        return int(difference[-1] * self.step)

    def _later(self, exponent: Exponent, shift: int) -> Exponent:
        return (*exponent[:-1], exponent[-1] + fmpq(shift, self.step))

    def constant(self, value: Quotient) -> Laurent:
        """An exact constant."""
        return Laurent(self.piece.reader.path.zero, (value, *(self.zero,) * (self.count - 1)))

    def read(self, sides: tuple[Expansion, Expansion]) -> Laurent:
        """A quotient of expansions."""
        over, under = (self._side(side) for side in sides)
        return self.product(over, self.inverse(under))

    def _side(self, side: Expansion) -> Laurent:
        if not side:
            return self.constant(self.zero)
        origin = min(side)
        terms = [self.zero] * self.count
        for exponent, coefficient in side.items():
            shift = self._shift(exponent, origin)
            if shift is not None and shift < self.count:
                terms[shift] = terms[shift] + coefficient
        return Laurent(origin, tuple(terms))

    def product(self, one: Laurent, other: Laurent) -> Laurent:
        """Product, known as far as the less known factor."""
        count = min(len(one.terms), len(other.terms))
        terms = []
        for k in range(count):
            total = self.zero
            for i in range(k + 1):
                total = total + one.terms[i] * other.terms[k - i]
            terms.append(total)
        exponent = tuple(a + b for a, b in zip(one.exponent, other.exponent, strict=True))
        return Laurent(exponent, tuple(terms))

    def inverse(self, one: Laurent) -> Laurent:
        """Reciprocal of a series whose first term does not vanish."""
        first = one.terms[0]
        terms = [self.base.number(1) / first]
        for k in range(1, len(one.terms)):
            total = self.zero
            for i in range(1, k + 1):
                total = total + one.terms[i] * terms[k - i]
            terms.append(-total / first)
        return Laurent(tuple(-e for e in one.exponent), tuple(terms))

    def add(self, values: Sequence[Laurent], node: sp.Add) -> Laurent:
        """Sum, without leading terms that cancel."""
        present = [v for v in values if not all(self.piece.state.vanishes(t) for t in v.terms)]
        if not present:
            return values[0]
        origin = min(v.exponent for v in present)
        count, terms = self.count, [self.zero] * self.count
        for value in present:
            shift = self._shift(value.exponent, origin)
            if shift is None:
                continue
            count = min(count, shift + len(value.terms))
            for k, term in enumerate(value.terms):
                if k + shift < self.count:
                    terms[k + shift] = terms[k + shift] + term
        first = next((k for k in range(count) if not self.piece.state.vanishes(terms[k])), None)
        if first is None:
            raise Cancelled("the leading terms of the difference cancel")
        return Laurent(self._later(origin, first), tuple(terms[first:count]))

    def multiply(self, factors: Sequence[Laurent], node: sp.Mul) -> Laurent:
        """Product, known as far as the least known factor."""
        return reduce(self.product, factors)

    def power(self, base: Laurent, exponent: int, node: sp.Pow | None = None) -> Laurent:
        """Integer power."""
        if exponent < 0:
            return self.power(self.inverse(base), -exponent)
        return reduce(self.product, [base] * exponent, self.constant(self.base.number(1)))

    def given(self, node: sp.Expr) -> Laurent:
        """Series of what is made of parameters alone."""
        return self.read(self.piece.reader.expansion(node))

    def _solve(self) -> None:
        """Extend the fixed point term by term."""
        coefficients = [
            [(self.read(sides), powers) for sides, powers in relation if sides[0]]
            for relation in self.exact
        ]
        rows = self._jacobian(coefficients)
        for k in range(1, self.count):
            for symbol, value in self.state.items():
                self.state[symbol] = Laurent(value.exponent, (*value.terms, self.zero))
            residuals = [self._residual(relation, k) for relation in coefficients]
            step = self._linear(rows, residuals)
            for symbol, change in zip(UNKNOWNS, step, strict=True):
                value = self.state[symbol]
                self.state[symbol] = Laurent(value.exponent, (*value.terms[:-1], change))

    def _terms(
        self, relation: Sequence[tuple[Laurent, tuple[int, ...]]]
    ) -> list[tuple[int, Laurent, tuple[int, ...]]]:
        """Terms of a balance with their distance from the dominant ones, those within reach."""
        found = []
        at = []
        for coefficient, powers in relation:
            exponent = coefficient.exponent
            for symbol, power in zip(UNKNOWNS, powers, strict=True):
                exponent = tuple(
                    e + power * f
                    for e, f in zip(exponent, self.state[symbol].exponent, strict=True)
                )
            at.append(exponent)
        origin = min(at)
        for (coefficient, powers), exponent in zip(relation, at, strict=True):
            shift = self._shift(exponent, origin)
            if shift is not None and shift < self.count:
                found.append((shift, coefficient, powers))
        return found

    def _jacobian(
        self, coefficients: Sequence[Sequence[tuple[Laurent, tuple[int, ...]]]]
    ) -> list[list[Quotient]]:
        """Derivatives of the dominant terms in the leading coefficients."""
        rows = []
        for relation in coefficients:
            row = [self.zero] * len(UNKNOWNS)
            for shift, coefficient, powers in self._terms(relation) if relation else []:
                if shift:
                    continue
                monomial = coefficient.terms[0]
                for symbol, power in zip(UNKNOWNS, powers, strict=True):
                    monomial = monomial * self.state[symbol].terms[0] ** power
                for i, (symbol, power) in enumerate(zip(UNKNOWNS, powers, strict=True)):
                    if power:
                        slope = monomial * self.base.number(power) / self.state[symbol].terms[0]
                        row[i] = row[i] + slope
            rows.append(row)
        return rows

    def _residual(self, relation: Sequence[tuple[Laurent, tuple[int, ...]]], k: int) -> Quotient:
        """Coefficient of sigma**k in a balance, with the terms known so far."""
        total = self.zero
        for shift, coefficient, powers in self._terms(relation) if relation else []:
            if shift > k:
                continue
            value = coefficient
            for symbol, power in zip(UNKNOWNS, powers, strict=True):
                if power:
                    value = self.product(value, self.power(self.state[symbol], power))
            total = total + value.terms[k - shift]
        return total

    def _linear(
        self, rows: Sequence[Sequence[Quotient]], residuals: Sequence[Quotient]
    ) -> list[Quotient]:
        """Solve ``rows * step = -residuals``, consistent and of full rank."""
        size = len(UNKNOWNS)
        system = [[*row, -residual] for row, residual in zip(rows, residuals, strict=True)]
        for column in range(size):
            pivot = next(
                (
                    i
                    for i in range(column, len(system))
                    if not self.piece.state.vanishes(system[i][column])
                ),
                None,
            )
            if pivot is None:
                raise Cancelled("the leading terms cancel, and the fixed point has no next term")
            system[column], system[pivot] = system[pivot], system[column]
            scale = system[column][column]
            system[column] = [entry / scale for entry in system[column]]
            for i, row in enumerate(system):
                factor = row[column]
                if i != column and not self.piece.state.vanishes(factor):
                    system[i] = [e - factor * p for e, p in zip(row, system[column], strict=True)]
        for row in system[size:]:
            assert self.piece.state.vanishes(row[-1])
        return [system[i][size] for i in range(size)]
