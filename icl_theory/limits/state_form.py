"""A leading coefficient written in the leading state: its formula with the dominant terms only.

Where a state stays algebraic, a coefficient in terms of one root is long. The formula of the error
itself, in the leading coefficients of nu, m, xi and r, is short.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.theory.fixed_point import x
from icl_theory.theory.spectral import P, t
from icl_theory.theory.symbols import alpha, m, nu, r, rho, xi

from .balance import STATE, UNKNOWNS
from .engine import Cancelled, LeadingTerms, Piece
from .forms import cost, shortest
from .path import Lead

#: What a coefficient is written in.
_STATE = (nu, m, xi, r, t, P, x)
#: Up to this size a leading coefficient of the state is written out.
_SMALL = 8
#: The same for the quantities t and P, which have names of their own.
_TINY = 3


@dataclass(frozen=True)
class StateForm:
    """An expression in symbols such as ``m_0``, and what these are.

    Attributes
    ----------
    expression
        The leading coefficient.
    definitions
        Symbols in it and their values, rational in the parameters that stay and in the root.
    """

    expression: sp.Expr
    definitions: dict[sp.Symbol, sp.Expr]


def named(unknown: sp.Symbol) -> sp.Symbol:
    """Symbol of the leading coefficient of an unknown, such as ``m_0``."""
    return sp.Symbol(f"{unknown.name.replace('a_', 'a')}_0", positive=True)


def state_form(formula: sp.Expr, piece: Piece) -> StateForm | None:
    """Dominant terms of a formula in the leading state; None if dominant terms cancel."""
    try:
        writer = _StateWriter(piece)
        return StateForm(writer.write(unfold(formula, keep={t, P, x})), writer.definitions)
    except Cancelled:
        return None


class _StateWriter:
    """Walks an expression from the top: what is below a term that is not dominant is not read."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.leading = LeadingTerms(piece)
        self.definitions: dict[sp.Symbol, sp.Expr] = {}

    def write(self, node: sp.Expr) -> sp.Expr:
        """Leading coefficient of a node, dominant terms only."""
        if node in _STATE:
            return self._state(node)
        if not node.free_symbols & set(_STATE):
            return self._short(node)[0]
        if node.is_Add:
            leads = [self._lead(term) for term in node.args]
            lowest = min(lead.exponent for lead in leads if not lead.is_zero)
            # The sum itself is asked for, so that a cancellation does not pass unseen.
            self._lead(node)
            kept = [
                term
                for term, lead in zip(node.args, leads, strict=True)
                if lead.exponent == lowest and not lead.is_zero
            ]
            return sp.Add(*map(self.write, kept))
        if node.is_Mul:
            return sp.Mul(*map(self.write, node.args))
        return self.write(node.base) ** node.exp

    def _lead(self, node: sp.Expr) -> Lead:
        return self.leading(unfold(node).xreplace(STATE))

    def _short(self, node: sp.Expr) -> tuple[sp.Expr, int]:
        lead = self._lead(node)
        root = self.piece.state.root
        value = shortest(lead.coefficient, root, self.piece.assumptions)
        return value, cost(lead.coefficient)[0]

    def _state(self, symbol: sp.Symbol) -> sp.Expr:
        value, size = self._short(symbol)
        root = self.piece.state.root
        own = named(symbol)
        if symbol == x and not self.piece.cell.path.values.keys() & {rho, alpha}:
            self.definitions[x] = x.definition
            return x
        if symbol == P and size > _TINY:
            self.definitions[own] = self.write(P.definition)
            return own
        if root is not None:
            value = value.xreplace({s: named(s) for s in UNKNOWNS})
        if value == own or size <= (_TINY if symbol == t else _SMALL):
            return value
        self.definitions[own] = value
        return own
