"""Whether the order in which limits are taken matters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import sympy as sp

from icl_theory.algebra.exchange import Written

from .answer import Limit, answered, known
from .cells import Cell
from .compare import same
from .engine import SignRelation, kind_of
from .reading import Condition, Move, Scaling, conditions, moves
from .show import text
from .signs import Assumptions


@dataclass(frozen=True)
class OrdersOfLimits(Written, kind="orders-of-limits"):
    """The answers for every order of the limits.

    Attributes
    ----------
    answers
        One per order, the order asked for first.
    differences
        For each further order, the regions in which its leading behaviour differs from the first.
    """

    answers: tuple[Limit, ...]
    differences: tuple[tuple[tuple[sp.Basic, ...], ...], ...]

    @property
    def commute(self) -> bool:
        """Whether leading behaviours agree everywhere in every order."""
        return not any(self.differences)

    def __str__(self) -> str:
        if self.commute:
            return f"{text(self.answers[0])}\n  The limits commute."
        parts = [text(self.answers[0])]
        for answer, differences in zip(self.answers[1:], self.differences, strict=True):
            if differences:
                parts.append("The limits do not commute. In the other order:\n" + text(answer))
        return "\n".join(parts)


def orders_of_limits(
    field: str,
    take: str | list[str] | tuple[str, ...],
    where: str | list[str] | tuple[str, ...] = (),
) -> OrdersOfLimits:
    """Take limits in every order and compare the leading behaviours.

    Parameters
    ----------
    field, take, where
        As for `limit`; at most three limits. Scalings hold in every order.

    Returns
    -------
    OrdersOfLimits
        With ``commute`` and an answer for every order.

    Raises
    ------
    ValueError
        As for `limit`, or if there are fewer than two or more than three limits.

    Examples
    --------
    >>> orders_of_limits("icl", "lam->0, alpha->oo", where="kappa<1, tau>1").commute
    False
    >>> orders_of_limits("idg", "lam->0, alpha->oo", where="kappa>1, tau>1").commute
    True
    """
    items = moves(take)
    asked = [item for item in items if isinstance(item, Move)]
    if not 2 <= len(asked) <= 3:
        raise ValueError(f"the order of two or three limits can be changed, got {len(asked)}")
    known(field)
    return compare_orders(field, items, conditions(where))


def compare_orders(
    field: str, items: tuple[Move | Scaling, ...], where: tuple[Condition, ...]
) -> OrdersOfLimits:
    """`orders_of_limits` for limits and conditions already read."""
    asked = [item for item in items if isinstance(item, Move)]
    scalings = tuple(item for item in items if isinstance(item, Scaling))
    answers = [answered(field, (*order, *scalings), where) for order in permutations(asked)]
    differences = tuple(_differences(answers[0], other) for other in answers[1:])
    return OrdersOfLimits(tuple(answers), differences)


def _differences(one: Limit, other: Limit) -> tuple[tuple[sp.Basic, ...], ...]:
    found: dict[tuple[sp.Basic, ...], None] = {}
    for first in one.cases:
        for second in other.cases:
            for cell in first.behaviour.piece.members:
                for further in second.behaviour.piece.members:
                    common = common_cell(cell, further)
                    if common is not None and not same(first.behaviour, second.behaviour, common):
                        found[_conditions(common)] = None
    return tuple(found)


def _conditions(cell: Cell) -> tuple[sp.Basic, ...]:
    return tuple(
        SignRelation(*kind_of(sign.expression, {sign.value})).relational for sign in cell.signs
    )


def common_cell(one: Cell, other: Cell) -> Cell | None:
    """The part of parameter space in both cells, of the dimension of the smaller one."""
    small, large = (one, other) if len(one.path.fixed) >= len(other.path.fixed) else (other, one)
    fixed = small.path.fixed
    for symbol, value in large.path.fixed.items():
        if sp.expand((symbol - value).xreplace(fixed)) != 0:
            return None
    positive = [sp.expand(e.xreplace(fixed)) for e in large.assumptions.positive]
    if any(e.is_number and e <= 0 for e in positive):
        return None
    positive = [e for e in positive if not e.is_number]
    assumptions = Assumptions((*small.assumptions.positive, *positive))
    if not assumptions.consistent:
        return None
    return Cell(small.path, tuple(dict.fromkeys((*small.signs, *large.signs))), assumptions)
