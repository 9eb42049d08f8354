"""Leading coefficients of the fixed point: the positive solution of the dominant balances.

The dominant terms of the balances are again equations between positive terms. They are solved by
elimination: an unknown is eliminated where it appears linearly with a coefficient that cannot
vanish. One unknown may remain, as a root of a polynomial; the root that belongs to the fixed point
is the one for which all unknowns are positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint
import sympy as sp

from icl_theory.algebra.quotient import Quotient, Quotients
from icl_theory.theory.symbols import m

from .balance import UNKNOWNS, Term, a, b, c, order, u, v, y
from .path import Exponent, Lead
from .signs import Assumptions

#: The unknown that is kept when one has to be, in order of preference.
_KEPT = (m, u, v, a, b, c, y)


class Infeasible(Exception):
    """The dominant balances have no positive solution: these orders are not those of the state."""


class NotReduced(RuntimeError):
    """Elimination does not reduce the dominant balances to one unknown."""


@dataclass(frozen=True)
class StateRoot:
    """The algebraic number in which leading coefficients are rational.

    Attributes
    ----------
    symbol
        The unknown whose leading coefficient it is.
    polynomial
        Irreducible polynomial that it annuls, in ``symbol`` and the free symbols.
    unique
        Whether Descartes' rule of signs proves that it is the only positive root; otherwise it is
        the root at which all unknowns are positive.
    """

    symbol: sp.Symbol
    polynomial: flint.fmpz_mpoly
    unique: bool
    field: Quotients

    @property
    def degree(self) -> int:
        """Degree of the polynomial in the unknown."""
        return int(self.polynomial.degrees()[self.field.index[self.symbol]])

    def coefficients(self) -> list[Quotient]:
        """Coefficients of the powers of the unknown, the constant one first."""
        return self.field.coefficients(self.polynomial, self.symbol)

    def vanishes(self, value: Quotient) -> bool:
        """Decide whether a rational function of the root is zero."""
        # The polynomial is irreducible: what vanishes at the root is a multiple of it.
        return value.is_zero or bool(value.over.gcd(self.polynomial) != 1)


@dataclass(frozen=True)
class LeadingState:
    """Leading terms of all unknowns along a path."""

    leads: dict[sp.Symbol, Lead]
    root: StateRoot | None

    def vanishes(self, coefficient: Quotient) -> bool:
        """Decide whether a coefficient, a function of the root if there is one, is zero."""
        return coefficient.is_zero if self.root is None else self.root.vanishes(coefficient)


def solve(
    relations: Sequence[Sequence[Term]],
    orders: Sequence[Exponent],
    field: Quotients,
    assumptions: Assumptions,
) -> LeadingState:
    """Leading coefficients for given orders.

    Raises
    ------
    Infeasible
        If no positive solution exists.
    NotReduced
        If elimination does not reduce the system to one unknown.
    """
    equations = _dominant(relations, orders, field)
    best: tuple[dict[sp.Symbol, Quotient], StateRoot | None] | None = None
    for kept in _KEPT:
        try:
            solution, rest = _eliminate(equations, kept, field, assumptions)
        except NotReduced:
            continue
        number = _root(rest, kept, field, assumptions)
        rational = number.degree == 1
        if rational:
            low, high = number.coefficients()
            value = -low / high
            solution = {s: e.at({kept: value}) for s, e in solution.items()}
        else:
            value = field.generator(kept)
        decided = rational or number.unique
        if best is None or decided:
            best = (solution | {kept: value}, None if rational else number)
        if decided:
            break
    if best is None:
        raise NotReduced("the dominant balances are not reduced to one unknown")
    solution, root = best
    for value in solution.values():
        if assumptions.sign(value) in (0, -1):
            raise Infeasible
    leads = {s: Lead(solution[s], e) for s, e in zip(UNKNOWNS, orders, strict=True)}
    return LeadingState(leads, root)


def _dominant(
    relations: Sequence[Sequence[Term]], orders: Sequence[Exponent], field: Quotients
) -> list[flint.fmpz_mpoly]:
    """Dominant terms of every balance, as polynomials."""
    gens = [field.generator(s) for s in UNKNOWNS]
    equations: dict[str, flint.fmpz_mpoly] = {}
    for terms in relations:
        at = [order(term, orders) for term in terms]
        lowest = min(at)
        total = field.number(0)
        for term, exponent in zip(terms, at, strict=True):
            if exponent == lowest:
                monomial = term.lead.coefficient
                for generator, power in zip(gens, term.powers, strict=True):
                    if power:
                        monomial = monomial * generator**power
                total = total + monomial
        equation = total.over
        if equation != 0:
            equations[str(equation)] = equation
    return list(equations.values())


def _eliminate(
    equations: Sequence[flint.fmpz_mpoly],
    kept: sp.Symbol,
    field: Quotients,
    assumptions: Assumptions,
) -> tuple[dict[sp.Symbol, Quotient], list[flint.fmpz_mpoly]]:
    """Eliminate all unknowns but ``kept``; what is left are polynomials in it."""
    pending = sorted({str(e): e for e in equations}.values(), key=len)
    solution: dict[sp.Symbol, Quotient] = {}
    open_unknowns = [s for s in UNKNOWNS if s != kept]
    while open_unknowns:
        pivot = _pivot(pending, open_unknowns, field, assumptions)
        if pivot is None:
            raise NotReduced(f"{open_unknowns} remain in {[str(e) for e in pending]}")
        equation, unknown = pivot
        low, high = field.coefficients(equation, unknown)
        value = -low / high
        if value.is_zero:
            raise Infeasible
        solution = {s: e.at({unknown: value}) for s, e in solution.items()} | {unknown: value}
        rest: dict[str, flint.fmpz_mpoly] = {}
        for other in pending:
            if other.degrees()[field.index[unknown]]:
                other = field.quotient(other).at({unknown: value}).over
            if other != 0:
                other = _positive_part(other, field, assumptions)
                rest[str(other)] = other
        pending = sorted(rest.values(), key=len)
        open_unknowns.remove(unknown)
    return solution, pending


def _positive_part(
    polynomial: flint.fmpz_mpoly, field: Quotients, assumptions: Assumptions
) -> flint.fmpz_mpoly:
    """Drop monomial factors: symbols and unknowns are positive."""
    content = polynomial.term_content()
    return polynomial // content if content != 1 else polynomial


def _pivot(
    pending: Sequence[flint.fmpz_mpoly],
    unknowns: Sequence[sp.Symbol],
    field: Quotients,
    assumptions: Assumptions,
) -> tuple[flint.fmpz_mpoly, sp.Symbol] | None:
    """An equation and an unknown that it determines, the simplest."""
    best: tuple[int, int, flint.fmpz_mpoly, sp.Symbol] | None = None
    for equation in pending:
        if best is not None and len(equation) > best[0]:
            break
        degrees = equation.degrees()
        for unknown in unknowns:
            if degrees[field.index[unknown]] != 1:
                continue
            high = field.coefficients(equation, unknown)[1].over
            if assumptions.sign_of(field, high) is None:
                continue
            # A coefficient that is a number keeps the solution polynomial.
            cost = (len(equation), len(high) + high.total_degree())
            if best is None or cost < best[:2]:
                best = (*cost, equation, unknown)
    return None if best is None else best[2:]


def _root(
    rest: Sequence[flint.fmpz_mpoly], kept: sp.Symbol, field: Quotients, assumptions: Assumptions
) -> StateRoot:
    """The irreducible polynomial that the kept unknown annuls."""
    if not rest:
        raise RuntimeError("the dominant balances leave an unknown open")
    common = rest[0]
    for polynomial in rest[1:]:
        common = common.gcd(polynomial)
    index = field.index[kept]
    if not common.degrees()[index]:
        raise Infeasible
    candidates = []
    for factor, _ in common.factor()[1]:
        if factor.degrees()[index] and assumptions.sign_of(field, factor) is None:
            candidates.append(factor)
    if not candidates:
        raise Infeasible
    if len(candidates) > 1:
        raise RuntimeError("the dominant balances have several branches")
    polynomial = candidates[0]
    return StateRoot(
        kept, polynomial, _one_positive_root(field, polynomial, kept, assumptions), field
    )


def _one_positive_root(
    field: Quotients, polynomial: flint.fmpz_mpoly, symbol: sp.Symbol, assumptions: Assumptions
) -> bool:
    """Whether the coefficients change sign exactly once, whatever open signs turn out to be."""
    signs = [assumptions.sign(e) for e in field.coefficients(polynomial, symbol)]
    known = [s for s in signs if s != 0]
    if known[0] is None or known[-1] is None or known[0] == known[-1]:
        return False
    # Signs of the one end, at most one open sign, signs of the other end.
    while known[1] == known[0]:
        known.pop(0)
    while known[-2] == known[-1]:
        known.pop()
    return len(known) == 2 or (len(known) == 3 and known[1] is None)
