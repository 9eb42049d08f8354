"""The table of all single and double limits, and of the joint scalings that matter.

Every entry is derived when the table is made. Rows are the regions of the parameters that stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import sympy as sp

from icl_theory.theory.fields import by_name

from .answer import is_positive
from .behaviour import Behaviour
from .compare import same
from .engine import Piece, analyse, common_assumptions, describe
from .forms import cost
from .reading import conditions, moves
from .result import LONG, Case
from .show import (
    case_dict,
    case_latex,
    conditions_text,
    limit_text,
    relation_text,
    scale_latex,
    scale_text,
    take_latex,
    tex,
)

#: Points of every parameter: where it is sent, and from which side.
POINTS: dict[str, tuple[str, ...]] = {
    "tau": ("0", "1-", "1+", "oo"),
    "alpha": ("0", "oo"),
    "kappa": ("0", "min(tau,1)-", "min(tau,1)+", "1-", "1+", "oo"),
    "rho": ("0", "oo"),
    "lam": ("0", "oo"),
}

#: Joint scalings.
SCALINGS: tuple[str, ...] = (
    "tau = c*alpha, alpha->oo",
    "lam = c/alpha, alpha->oo",
    "kappa = 1 + c/sqrt(alpha), alpha->oo",
    "kappa = 1 - c/sqrt(alpha), alpha->oo",
    "tau = c*alpha, lam = c1/alpha, alpha->oo",
    "tau = c*alpha, kappa = 1 + c1/sqrt(alpha), alpha->oo",
    "lam = c*(1 - tau)**2, tau->1-",
    "lam = c*(tau - 1)**2, tau->1+",
)

#: Columns of the printed table; the JSON has every field.
COLUMNS = ("icl", "idg", "gap", "train")


@dataclass(frozen=True)
class Row:
    """Leading behaviour of the fields along one path in one region."""

    take: str
    where: str
    cases: dict[str, Case]

    @property
    def conditions(self) -> str:
        """The region, as it is typed; empty if it is everything."""
        return conditions_text(next(iter(self.cases.values())))


def singles() -> list[str]:
    """All single limits."""
    return [f"{name}->{point}" for name, points in POINTS.items() for point in points]


def doubles() -> list[str]:
    """All ordered pairs of limits of different parameters, the first taken first.

    Once tau has gone to 0 there is no kappa below it, so that pair is left out.
    """
    pairs = []
    for first in singles():
        for second in singles():
            if first.split("->")[0] != second.split("->")[0]:
                pairs.append(f"{first}, {second}")
    pairs.remove("tau->0, kappa->min(tau,1)-")
    return pairs


def rows(
    paths: Iterable[str], where: str = "", fields: Iterable[str] | None = None
) -> Iterator[Row]:
    """Derive rows of the table.

    Parameters
    ----------
    paths
        Limits as text, see `limit`.
    where
        Conditions on all of them, ``"lam=0"`` for the ridgeless table.
    fields
        Names of fields, all by default.

    Yields
    ------
    Row
        One per path and region.
    """
    fields = tuple(by_name() if fields is None else fields)
    for take in paths:
        found: list[tuple[Piece, dict[str, Behaviour]]] = []
        for piece in analyse(moves(take), conditions(where)):
            behaviours = {field: Behaviour(piece, by_name()[field].formula) for field in fields}
            found.append((piece, behaviours))
        for behaviours in _merged(found):
            cases = {
                field: Case(behaviour, is_positive(field, behaviour.piece))
                for field, behaviour in behaviours.items()
            }
            yield Row(take, where, cases)


def _merged(found: list[tuple[Piece, dict[str, Behaviour]]]) -> Iterator[dict[str, Behaviour]]:
    """Put regions together in which all fields agree."""
    groups: list[list[tuple[Piece, dict[str, Behaviour]]]] = []
    for piece, behaviours in sorted(found, key=lambda item: len(item[0].cell.path.fixed)):
        for group in groups:
            if group[0][0].everything is piece.everything and all(
                same(group[0][1][field], behaviour, cell)
                for field, behaviour in behaviours.items()
                for cell in piece.members
            ):
                group.append((piece, behaviours))
                break
        else:
            groups.append([(piece, behaviours)])
    for group in groups:
        if len(group) == 1:
            ((_, alone),) = group
            yield alone
            continue
        members = [cell for piece, _ in group for cell in piece.members]
        for part, relations in describe(members, group[0][0].everything):
            source = min(
                (item for item in group if any(c in item[0].members for c in part)),
                key=lambda item: len(item[0].cell.path.fixed),
            )
            piece = replace(
                source[0],
                members=tuple(part),
                conditions=relations,
                assumptions=common_assumptions(part),
            )
            yield {field: behaviour.on(piece) for field, behaviour in source[1].items()}


def brief(case: Case) -> str:
    """A case in a few characters.

    The formula, or C for a long constant, times the rate; ``continuous`` where the limit is the
    value of the error at the end point.
    """
    if case.behaviour.piece.continuous:
        return "continuous"
    if cost(case.behaviour.lead.coefficient)[0] <= LONG // 2:
        return str(case)
    return "C" if case.scale == 1 else f"C * {scale_text(case)}"


def brief_latex(case: Case) -> str:
    """`brief` in LaTeX; of a leading term with a long constant only the order."""
    if case.behaviour.piece.continuous:
        return r"\text{continuous}"
    if cost(case.behaviour.lead.coefficient)[0] <= LONG // 2:
        return case_latex(case)
    return r"\text{finite}" if case.scale == 1 else rf"\asymp {scale_latex(case)}"


def as_text(table: Iterable[Row], fields: Iterable[str] = COLUMNS) -> Iterator[str]:
    """Lines of text."""
    fields = tuple(fields)
    last = None
    for row in table:
        if (row.take, row.where) != last:
            last = (row.take, row.where)
            yield row.take + (f", where {row.where}" if row.where else "")
        yield f"  {row.conditions or 'always'}"
        for field in fields:
            case = row.cases[field]
            if case.behaviour.piece.continuous or case.scale == 1:
                yield f"    {field:<21}-> {brief(case)}"
                continue
            arrow, tail = "~", f"   -> {limit_text(case)}"
            yield f"    {field:<21}{arrow} {brief(case)}{tail}"


def as_markdown(table: Iterable[Row], fields: Iterable[str] = COLUMNS) -> Iterator[str]:
    """Lines of a Markdown table with LaTeX cells."""
    fields = tuple(fields)
    yield "| limits | where | " + " | ".join(f"${by_name()[f].latex}$" for f in fields) + " |"
    yield "|" + "---|" * (len(fields) + 2)
    last = None
    for row in table:
        take = row.take if row.take != last else ""
        last = row.take
        first = next(iter(row.cases.values()))
        where = r",\ ".join(tex(c) for c in first.conditions)
        cells = [f"${brief_latex(row.cases[field])}$" for field in fields]
        shown = f"`{take}`" if take else ""
        yield f"| {shown} | {f'${where}$' if where else ''} | " + " | ".join(cells) + " |"


@dataclass(frozen=True)
class LimitsTable:
    r"""A table with mathematics in its cells, as a notebook shows it.

    Attributes
    ----------
    head
        Titles of the columns.
    body
        Rows of cells; both are HTML with LaTeX between ``\(`` and ``\)``.
    """

    head: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{cell}</th>" for cell in self.head)
        body = "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in self.body
        )
        return (
            '<div style="overflow-x: auto"><table class="table"><thead><tr>'
            f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def _math(source: str) -> str:
    return rf'<span class="math notranslate nohighlight">\({escape(source)}\)</span>'


def as_table(table: Iterable[Row], fields: Iterable[str] = COLUMNS) -> LimitsTable:
    """The rows as a notebook shows them."""
    fields = tuple(fields)
    body = []
    last = None
    for row in table:
        asked = {relation_text(c) for c in _asked(row)}
        conditions_here = next(iter(row.cases.values())).conditions
        where = r",\ ".join(tex(c) for c in conditions_here if relation_text(c) not in asked)
        take = _math(take_latex(moves(row.take))) if row.take != last else ""
        last = row.take
        cells = (_math(brief_latex(row.cases[field])) for field in fields)
        body.append((take, _math(where) if where else "", *cells))
    return LimitsTable(
        ("limit", "where", *(_math(by_name()[f].latex) for f in fields)), tuple(body)
    )


def _asked(row: Row) -> list[sp.Basic]:
    """Conditions that were asked for on the whole table."""
    return [sp.Eq(c.low, c.high, evaluate=False) for c in conditions(row.where) if c.equal]


def as_json(row: Row) -> dict[str, Any]:
    """A row as a JSON object."""
    first = next(iter(row.cases.values()))
    return {
        "take": row.take,
        "where": row.where,
        "conditions": [relation_text(c) for c in first.conditions],
        "fields": {field: case_dict(case) for field, case in row.cases.items()},
    }
