"""The graph of claims: which theorem uses which, topic by topic, as a drawing and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from icl_theory.proof.claim import Claim
from icl_theory.verify.judge import Verdict
from icl_theory.verify.registry import claims, topic_of
from icl_theory.verify.runner import Report

from .card import conjuncts
from .html import escape, line, link, math, table
from .marks import Marks

#: Kinds of evidence, and what a reader calls them.
KINDS = {"proved": "proved", "given": "proved given a quoted result", "open": "does not hold"}
#: Room of a claim, of a topic's name, of a row, and claims in a row.
STEP, LEFT, ROW, WIDE = 27, 130, 40, 20


@dataclass(frozen=True)
class ClaimGraph:
    """Claims as marks in the rows of their topics, and lines from each to what it rests on."""

    report: Report

    def _repr_html_(self) -> str:
        known = claims()
        verdicts = {v.id: v for v in self.report.verdicts if v.id in known}
        places, labels, height = _layout([known[i] for i in verdicts])
        lines = "".join(
            _edge(places[o], places[v.id], o, v.id)
            for v in verdicts.values()
            for o in v.rests_on
            if o in places
        )
        marks = "".join(_mark(known[i], v, places[i]) for i, v in verdicts.items())
        names = "".join(
            f'<text x="{LEFT - 14}" y="{y + 4}" text-anchor="end">{escape(topic)}</text>'
            for topic, y in labels
        )
        width = LEFT + STEP * WIDE
        return (
            f'<div class="claim-graph">{_filters(verdicts)}'
            '<div class="claim-drawing" tabindex="0" role="group" aria-label="Graph of claims">'
            f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            f'<g class="graph-edges" aria-hidden="true">{lines}</g>'
            f'<g class="graph-names" aria-hidden="true">{names}</g>{marks}</svg></div>'
            "<details><summary>The same as a table</summary><p>A bar with a mark puts in values "
            f"that the card of the claim lists.</p>{_table(verdicts)}</details></div>"
        )


def claim_graph(report: Report) -> ClaimGraph:
    """Draw which claims rest on which.

    Parameters
    ----------
    report
        A verification run.
    """
    return ClaimGraph(report)


def kind_of(verdict: Verdict) -> str:
    """The kind of evidence for a claim, one of `KINDS`."""
    if not verdict.holds:
        return "open"
    return "given" if verdict.references else "proved"


def _layout(
    some: list[Claim],
) -> tuple[dict[str, tuple[float, float]], list[tuple[str, float]], float]:
    """Places of claims, names of topics with their heights, and the height of it all."""
    places: dict[str, tuple[float, float]] = {}
    labels: list[tuple[str, float]] = []
    top = ROW / 2
    topics: dict[str, list[Claim]] = {}
    for claim in some:
        topics.setdefault(topic_of(claim), []).append(claim)
    for topic, members in topics.items():
        labels.append((topic.replace("_", " "), top))
        for place, claim in enumerate(members):
            row, column = divmod(place, WIDE)
            places[claim.id] = LEFT + STEP * (column + 0.5), top + ROW * row
        top += ROW * ((len(members) - 1) // WIDE + 1)
    return places, labels, top


def _edge(start: tuple[float, float], end: tuple[float, float], first: str, second: str) -> str:
    (x0, y0), (x1, y1) = start, end
    if y0 == y1:
        # An arc above the row, higher for longer ways.
        rise = min(8 + abs(x1 - x0) / 12, ROW / 2 - 2)
        path = f"M{x0:g} {y0:g}Q{(x0 + x1) / 2:g} {y0 - 2 * rise:g} {x1:g} {y1:g}"
    else:
        middle = (y0 + y1) / 2
        path = f"M{x0:g} {y0:g}C{x0:g} {middle:g} {x1:g} {middle:g} {x1:g} {y1:g}"
    return f'<path d="{path}" data-ends="{first} {second}"/>'


def _mark(claim: Claim, verdict: Verdict, place: tuple[float, float]) -> str:
    """A link with a shape for each kind of evidence, so that colour is not all that tells."""
    x, y = place
    kind = kind_of(verdict)
    shape = {
        "proved": f'<circle cx="{x:g}" cy="{y:g}" r="8"/>',
        "given": f'<rect x="{x - 7:g}" y="{y - 7:g}" width="14" height="14"/>',
        "open": f'<path d="M{x:g} {y - 9:g}L{x + 9:g} {y:g}L{x:g} {y + 9:g}L{x - 9:g} {y:g}Z"/>',
    }[kind]
    first = sp.sstr(conjuncts(claim.statement)[0])
    more = len(conjuncts(claim.statement)) - 1
    statement = first + (f", and {more} more" if more else "")
    hover = f"{claim.id} ({KINDS[kind]})\n{claim.title}\n{statement}"
    inner = f'<g class="graph-{kind}" data-claim="{claim.id}"><title>{escape(hover)}</title>{shape}'
    return link(f"claim-{claim.id}", f"{inner}</g>")


def _filters(verdicts: dict[str, Verdict]) -> str:
    counted = {kind: [v for v in verdicts.values() if kind_of(v) == kind] for kind in KINDS}
    boxes = " ".join(
        f'<label><input type="checkbox" class="graph-show-{kind}" checked> '
        f"{escape(name)} ({len(counted[kind])})</label>"
        for kind, name in KINDS.items()
        if counted[kind]
    )
    return f'<fieldset class="graph-filters"><legend>Show</legend>{boxes}</fieldset>'


def _table(verdicts: dict[str, Verdict]) -> str:
    users: dict[str, list[str]] = {}
    for verdict in verdicts.values():
        for ground in verdict.rests_on:
            users.setdefault(ground, []).append(verdict.id)

    def linked(some: list[str] | tuple[str, ...]) -> str:
        return ", ".join(link(f"claim-{i}", f"<code>{escape(i)}</code>") for i in some)

    def rows() -> Iterator[tuple[str, tuple[str, ...]]]:
        for name, verdict in verdicts.items():
            claim = claims()[name]
            # Values that are put in may be wider than the page.
            shown = Marks(claim.statement).latex(conjuncts(claim.statement)[0])
            title = link(f"claim-{name}", line(claim.heading))
            kind = KINDS[kind_of(verdict)]
            used = linked(users.get(name, []))
            # In one cell, because a relation needs the width of two.
            first = f"{title}<div>{math(shown)}</div>"
            yield "", (first, kind, linked(verdict.rests_on), used)

    head = ("claim and its first relation", "evidence", "rests on", "used by")
    return table("Claims and what they rest on", head, rows())
