r"""The fixed point as balances of positive terms, and which terms dominate along a path.

Let D = D1 be the degrees of freedom and write what is left of each of the three capacities 1 (token
dimension), tau (sequences) and kappa (tasks):

    a = 1 - D = nu m,      b = tau - D = tau r + x m,      c = kappa - D = kappa t,

and a = u + y, b = v + y with u = xi m, v = tau r, y = x m. With the three products

    y = x m,      c m = kappa D,      u v = tau lam m

this is the whole fixed point, in eight positive unknowns. The first five relations are linear;
every minimal linear relation that they imply (a circuit) is again a balance between positive terms,
with coefficients made of tau, kappa, 1 - tau, 1 - kappa and tau - kappa. Along a path the largest
terms on both sides of each balance must be of the same order. Together with the products these
conditions, linear in the orders of the unknowns, decide the orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import sympy as sp
from flint import fmpq

from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.quotient import Quotient, Quotients
from icl_theory.theory.fixed_point import x
from icl_theory.theory.spectral import D1, t
from icl_theory.theory.symbols import kappa, lam, m, nu, r, tau, xi

from .path import Exponent, Lead, Reader
from .signs import Assumptions

#: The unknowns; ``m`` is the resolvent trace itself.
D, a, b, c, u, v, y = sp.symbols("D a_1 a_tau a_kappa u v y", positive=True)
UNKNOWNS: tuple[sp.Symbol, ...] = (D, a, b, c, u, v, y, m)

#: What the unknowns stand for, in the state (nu, m, xi, r) of the theory.
MEANING: dict[sp.Symbol, sp.Expr] = {
    D: D1,
    a: nu * m,
    b: tau * r + x * m,
    c: kappa * t,
    u: xi * m,
    v: tau * r,
    y: x * m,
}

#: The state in terms of the unknowns.
STATE: dict[sp.Symbol, sp.Expr] = {nu: a / m, xi: u / m, r: v / tau}

#: Linear relations, each an expression that vanishes.
LINEAR: tuple[sp.Expr, ...] = (1 - D - a, tau - D - b, kappa - D - c, a - u - y, b - v - y)

#: Products, each an expression that vanishes.
PRODUCTS: tuple[sp.Expr, ...] = (y - x * m, c * m - kappa * D, u * v - tau * lam * m)


@lru_cache(maxsize=1)
def circuits() -> tuple[sp.Expr, ...]:
    """All minimal linear relations between 1 and the unknowns that follow from `LINEAR`.

    Returns
    -------
    tuple of Expr
        Expressions that vanish, linear in the unknowns, the shortest first.
    """
    columns = [D, a, b, c, u, v, y]
    solved = sp.solve(LINEAR, [a, b, c, u, v], dict=True)[0]
    base = Quotients((tau, kappa))
    vectors = {sp.Integer(1): _coordinates(sp.Integer(1), base)}
    for unknown in columns:
        vectors[unknown] = _coordinates(sp.expand(solved.get(unknown, unknown)), base)
    found: list[tuple[frozenset[sp.Expr], sp.Expr]] = []
    for size in (2, 3, 4):
        for subset in combinations(vectors, size):
            if any(support <= set(subset) for support, _ in found):
                continue
            relation = _dependence([vectors[s] for s in subset], base)
            if relation is not None:
                terms = (c.expression * s for c, s in zip(relation, subset, strict=True))
                found.append((frozenset(subset), sp.Add(*terms)))
    return tuple(expression for _, expression in found)


def _coordinates(expression: sp.Expr, base: Quotients) -> list[Quotient]:
    """Coordinates in the basis (1, D, y)."""
    constant = expression.xreplace({D: sp.Integer(0), y: sp.Integer(0)})
    return [base.read(e) for e in (constant, expression.coeff(D), expression.coeff(y))]


def _dependence(vectors: Sequence[Sequence[Quotient]], base: Quotients) -> list[Quotient] | None:
    """The linear dependence of minimally dependent vectors, free of denominators; None if none."""
    size = len(vectors)
    rows = [list(row) for row in zip(*vectors, strict=True)]
    pivots: list[int] = []
    for column in range(size):
        rank = len(pivots)
        pivot = next((i for i in range(rank, len(rows)) if not rows[i][column].is_zero), None)
        if pivot is None:
            break
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        scale = rows[rank][column]
        rows[rank] = [entry / scale for entry in rows[rank]]
        for i, row in enumerate(rows):
            if i != rank and not row[column].is_zero:
                factor = row[column]
                rows[i] = [e - factor * p for e, p in zip(row, rows[rank], strict=True)]
        pivots.append(column)
    if len(pivots) != size - 1:
        return None
    relation = [-rows[i][size - 1] for i in range(size - 1)] + [base.number(1)]
    common = base.one
    for entry in relation:
        common = common * (entry.under // common.gcd(entry.under))
    return [entry * base.quotient(common) for entry in relation]


@dataclass(frozen=True)
class Term:
    """Leading coefficient times a monomial of the unknowns; ``sign`` is the coefficient's."""

    lead: Lead
    sign: int
    powers: tuple[int, ...]


@lru_cache(maxsize=1)
def relations() -> tuple[tuple[tuple[sp.Expr, tuple[int, ...]], ...], ...]:
    """Every balance as coefficients and powers of the unknowns, short ones first."""
    listed = []
    for expression in (*PRODUCTS, *circuits()):
        polynomial = sp.Poly(expression, *UNKNOWNS)
        listed.append(tuple((sp.factor(c), powers) for powers, c in polynomial.terms()))
    return tuple(sorted(listed, key=len))


def coefficients() -> list[sp.Expr]:
    """All coefficients of the balances, without repetition."""
    found = {c: None for relation in relations() for c, _ in relation}
    return list(found)


def balances(reader: Reader, assumptions: Assumptions) -> list[list[Term]]:
    """The balances with the leading terms of their coefficients along a path.

    Every coefficient must have a decided sign.
    """
    leads = {c: reader.lead(unfold(c)) for c in coefficients()}
    signs = {c: assumptions.sign(lead.coefficient) for c, lead in leads.items()}
    found = []
    for relation in relations():
        terms = []
        for coefficient, powers in relation:
            lead, sign = leads[coefficient], signs[coefficient]
            assert sign is not None
            if sign:
                terms.append(Term(lead, sign, powers))
        if terms:
            found.append(terms)
    return found


class OrderEquations:
    """Linear equations for the orders of the unknowns, reduced as they come in."""

    def __init__(self, rows: dict[int, tuple[tuple[fmpq, ...], Exponent]] | None = None) -> None:
        self.rows = dict(rows or {})

    def reduce(self, powers: Sequence[fmpq], exponent: Exponent) -> tuple[list[fmpq], Exponent]:
        """Remainder of an equation modulo those known."""
        left = list(powers)
        for pivot, (row, value) in self.rows.items():
            factor = left[pivot]
            if factor:
                left = [e - factor * p for e, p in zip(left, row, strict=True)]
                exponent = tuple(e - factor * w for e, w in zip(exponent, value, strict=True))
        return left, exponent

    def extended(self, powers: Sequence[fmpq], exponent: Exponent) -> OrderEquations | None:
        """With one more equation; None if it contradicts those known."""
        left, exponent = self.reduce(powers, exponent)
        pivot = next((i for i, e in enumerate(left) if e), None)
        if pivot is None:
            return None if any(exponent) else self
        scale = left[pivot]
        left = [e / scale for e in left]
        exponent = tuple(e / scale for e in exponent)
        rows = {}
        for other, (row, value) in self.rows.items():
            factor = row[pivot]
            rows[other] = (
                tuple(e - factor * p for e, p in zip(row, left, strict=True)),
                tuple(e - factor * w for e, w in zip(value, exponent, strict=True)),
            )
        rows[pivot] = (tuple(left), exponent)
        return OrderEquations(rows)

    @property
    def solution(self) -> tuple[Exponent, ...] | None:
        """Orders of all unknowns, None while one is open."""
        if len(self.rows) < len(UNKNOWNS):
            return None
        return tuple(self.rows[i][1] for i in range(len(UNKNOWNS)))


def order(term: Term, orders: Sequence[Exponent]) -> Exponent:
    """Order of a term when the unknowns have the given orders."""
    total = term.lead.exponent
    for power, exponent in zip(term.powers, orders, strict=True):
        if power:
            total = tuple(e + power * f for e, f in zip(total, exponent, strict=True))
    return total


def balanced(terms: Sequence[Term], orders: Sequence[Exponent]) -> bool:
    """Whether the largest positive and the largest negative terms are of the same order."""
    lowest: dict[int, Exponent] = {}
    for term in terms:
        at = order(term, orders)
        lowest[term.sign] = min(at, lowest.get(term.sign, at))
    return len(lowest) == 2 and lowest[1] == lowest[-1]


def dominant_orders(relations: Sequence[Sequence[Term]]) -> list[tuple[Exponent, ...]]:
    """All orders of the unknowns at which every balance is balanced.

    Raises
    ------
    RuntimeError
        If the balances leave an order open.
    """
    found: dict[tuple[Exponent, ...], None] = {}
    for system in _branches(relations, OrderEquations(), 0):
        orders = system.solution
        if orders is None:
            raise RuntimeError("the balances do not decide the orders of the fixed point")
        if orders not in found and all(balanced(terms, orders) for terms in relations):
            found[orders] = None
    return list(found)


def _branches(
    relations: Sequence[Sequence[Term]], system: OrderEquations, start: int
) -> Iterator[OrderEquations]:
    """Walk through the choices of a pair of opposite terms that balance each other."""
    if system.solution is not None or start == len(relations):
        yield system
        return
    choices = []
    for one, other in _pairs(relations[start]):
        powers = [fmpq(p - q) for p, q in zip(one.powers, other.powers, strict=True)]
        exponent = tuple(q - p for p, q in zip(one.lead.exponent, other.lead.exponent, strict=True))
        extended = system.extended(powers, exponent)
        if extended is system:
            # A pair that is balanced already leaves no choice.
            yield from _branches(relations, system, start + 1)
            return
        if extended is not None:
            choices.append(extended)
    for extended in choices:
        yield from _branches(relations, extended, start + 1)


def _pairs(terms: Sequence[Term]) -> Iterator[tuple[Term, Term]]:
    for one in terms:
        for other in terms:
            if one.sign > 0 > other.sign:
                yield one, other
