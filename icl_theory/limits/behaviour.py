"""Leading behaviour of a formula on a piece of parameter space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from .engine import Piece
from .path import Lead
from .series import leading_to_any_order
from .state import StateRoot


@dataclass(frozen=True, eq=False)
class Behaviour:
    """Leading behaviour of a formula on a piece, derived when it is first asked for."""

    piece: Piece
    formula: sp.Expr

    @cached_property
    def lead(self) -> Lead:
        """Leading term.

        Raises
        ------
        Cancelled
            If leading terms of a difference cancel to all orders tried.
        """
        return leading_to_any_order(self.formula, self.piece)

    @property
    def root(self) -> StateRoot | None:
        """The algebraic number in the coefficient, None where the coefficient is rational."""
        root = self.piece.state.root
        if root is None:
            return None
        index = root.field.index[root.symbol]
        coefficient = self.lead.coefficient
        inside = coefficient.over.degrees()[index] or coefficient.under.degrees()[index]
        return root if inside else None

    def on(self, piece: Piece) -> Behaviour:
        """The same leading term where it is known to hold on another piece."""
        other = Behaviour(piece, self.formula)
        other.__dict__["lead"] = self.lead
        return other
