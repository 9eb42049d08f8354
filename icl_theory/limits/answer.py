"""The question and its answer: one field, one sequence of limits, one case per region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from icl_theory.algebra.exchange import Written
from icl_theory.algebra.shown import shown
from icl_theory.theory.fields import Field, by_name

from .behaviour import Behaviour
from .cells import NoParameters
from .compare import merged
from .engine import Cancelled, Piece, analyse
from .reading import Condition, Move, Scaling, conditions, moves
from .result import Case
from .show import latex, relation_text, text


@dataclass(frozen=True, eq=False)
class Limit(Written, kind="limit"):
    """Leading behaviour of one field along a sequence of limits.

    Attributes
    ----------
    field
        Name of a field.
    take
        Limits, innermost first, and scalings.
    where
        Conditions that were asked for.
    cases
        One for each region of the parameters that stay with a behaviour of its own. They do not
        overlap and cover everything that satisfies ``where``.
    """

    field: str
    take: tuple[Move | Scaling, ...]
    where: tuple[Condition, ...]
    cases: tuple[Case, ...]

    # A limit is its question: copies derive the answer anew, or find it in the cache.

    def _written_fields(self, everything: bool = True) -> dict[str, Any]:
        """The question."""
        return {"field": self.field, "take": self.take, "where": self.where}

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Limit:
        """The answer to a question, derived anew."""
        known(values["field"])
        return answered(**values)

    def __reduce__(self) -> tuple[Any, ...]:
        return answered, (self.field, self.take, self.where)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Limit):
            return NotImplemented
        return self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash((self.field, self.take, self.where))

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    @property
    def only(self) -> Case:
        """The case, where there is one.

        Raises
        ------
        ValueError
            If the answer depends on a condition that ``where`` leaves open.
        """
        if len(self.cases) == 1:
            return self.cases[0]
        regions = "; ".join(", ".join(map(relation_text, c.conditions)) for c in self.cases)
        raise ValueError(f"the answer depends on the region, add a condition: {regions}")

    def __str__(self) -> str:
        return text(self)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {latex(self)}$"


@dataclass(frozen=True)
class CaseOf(Written, kind="case-of"):
    """Which case of which limit."""

    field: str
    take: tuple[Move | Scaling, ...]
    where: tuple[Condition, ...]
    place: int

    def case(self) -> Case:
        """The case, derived anew."""
        known(self.field)
        return answered(self.field, self.take, self.where).cases[self.place]


def limit(
    field: str,
    take: str | list[str] | tuple[str, ...],
    where: str | list[str] | tuple[str, ...] = (),
) -> Limit:
    """Leading behaviour of an error along a sequence of limits, proved by exact algebra.

    Parameters
    ----------
    field
        ``"icl"``, ``"idg"``, ``"gap"``, ``"train"``, one of the four terms of ``icl`` (``"noise"``,
        ``"bias"``, ``"context_variance"``, ``"pretraining_variance"``), or ``"xi"`` or ``"m"``.
    take
        Limits, the innermost (first taken) first: ``"lam->0, alpha->oo"``. Points are ``0``, ``oo``
        or an expression with the side from which it is approached: ``"tau->1-"``,
        ``"kappa->tau+"``, ``"kappa->min(tau,1)+"``. A scaling ties a parameter to others: ``"tau =
        c*alpha"``, ``"lam = c/alpha"``, ``"kappa = 1 + c/sqrt(alpha)"`` with constants c, c1, c2,
        ... > 0.
    where
        Conditions on the parameters that stay: ``"kappa<1, tau>1"``, ``"kappa=tau"``. ``"lam=0"``
        is the ridgeless limit, taken before all others; ``"alpha=oo"`` and ``"kappa=oo"`` likewise.

    Returns
    -------
    Limit
        One case per region in which the leading behaviour has one form.

    Raises
    ------
    ValueError
        If the field, a limit or a condition cannot be read, or they contradict each other; or if
        the leading terms of the field cancel to all orders tried.

    Examples
    --------
    >>> answer = limit("icl", "lam->0, alpha->oo", where="kappa<1, tau>1")
    >>> print(answer.only)
    rho*(1 - kappa)/((rho + 1)*(tau - 1)) * alpha
    >>> limit("idg", "lam->0, alpha->oo", where="tau>1").only.limit
    rho*tau/(tau - 1)
    """
    known(field)
    return answered(field, moves(take), conditions(where))


def known(name: str) -> Field:
    """The field of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    fields = by_name()
    if not isinstance(name, str) or name not in fields:
        raise ValueError(f"field must be one of {', '.join(fields)}, got {shown(name)}")
    return fields[name]


def answered(
    field: str, take: tuple[Move | Scaling, ...], where: tuple[Condition, ...] = ()
) -> Limit:
    """`limit` for limits and conditions already read."""
    try:
        cases = dict.fromkeys(_cases(field, take, where))
    except Cancelled:
        asked = ", ".join(map(str, take))
        raise Cancelled(
            f"field must have leading terms that do not cancel to all orders tried, got {field!r} "
            f"for the limit {shown(asked)}"
        ) from None
    placed = (replace(c, asked=CaseOf(field, take, where, i)) for i, c in enumerate(cases))
    return Limit(field, take, where, tuple(placed))


def _cases(
    field: str, take: tuple[Move | Scaling, ...], where: tuple[Condition, ...]
) -> Iterator[Case]:
    formula = by_name()[field].formula
    for behaviour in merged([Behaviour(piece, formula) for piece in analyse(take, where)]):
        case = Case(behaviour, is_positive(field, behaviour.piece))
        if case.sign is not None or not any(case.exponents):
            yield case
            continue
        apart = list(vanishing(behaviour))
        yield replace(case, excluded=tuple(factor for factor, _ in apart))
        for _, place in apart:
            try:
                yield from _cases(field, take, (*where, *place))
            except (NoParameters, Cancelled):
                # The place stays excluded.
                continue


def vanishing(behaviour: Behaviour) -> Iterator[tuple[sp.Expr, tuple[Condition, ...]]]:
    """Where a leading coefficient may vanish: a factor, and conditions that single the place out.

    An algebraic number in the coefficient is eliminated by its equation. Of the factors that are
    left those count that are linear in a parameter with a number as coefficient.
    """
    piece, coefficient = behaviour.piece, behaviour.lead.coefficient
    if any(relation.kind == ">=" for relation in piece.conditions):
        return
    here = tuple(
        Condition(*relation.sides, equal=relation.kind == "=") for relation in piece.conditions
    )
    over, field, root = coefficient.over, coefficient.field, piece.state.root
    if root is not None:
        over = over.resultant(root.polynomial, field.index[root.symbol])
    for polynomial, _ in over.factor()[1]:
        if piece.assumptions.sign_of(field, polynomial) is not None:
            continue
        factor = field.expression(polynomial)
        restricted = piece.cell.path.restricted(factor)
        if restricted is not None:
            _, symbol, value = restricted
            yield factor, (*here, Condition(symbol, value, equal=True))


def is_positive(field: str, piece: Piece) -> bool:
    """Whether a field is positive near the limit: a sum of positive terms, or led by one.

    The gap is icl - idg, and has the sign of icl where idg is of a smaller order.
    """
    fields = by_name()
    if not fields[field].subtracted_terms:
        return True
    if field != "gap" or piece.continuous:
        return False
    icl, idg = (Behaviour(piece, fields[n].formula).lead.exponent for n in ("icl", "idg"))
    return icl < idg
