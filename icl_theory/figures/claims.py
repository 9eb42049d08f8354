"""The graph of claims: what rests on what, coloured by how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from io import StringIO
from typing import TYPE_CHECKING

from icl_theory.verify.runner import Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Colour of a claim by its verdict or, if it holds, its evidence.
COLOURS = {
    "proved": "#2b7a3d",
    "proved given": "#2f6db3",
    "fails": "#b3261e",
    "unknown": "#7a7a7a",
}


@dataclass(frozen=True)
class Graph:
    """A drawing at its natural size, which a page scrolls rather than shrinks."""

    figure: Figure

    def _repr_html_(self) -> str:
        text = StringIO()
        # Without a date the same claims give the same page.
        self.figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
        svg = text.getvalue()
        return f'<div class="wide">{svg[svg.index("<svg") :]}</div>'


def show(report: Report) -> Graph:
    """Draw the graph of claims for a notebook; see `draw`."""
    return Graph(draw(report))


def draw(report: Report) -> Figure:
    """Draw the claims of a report that rest on others or are rested on, in columns by depth.

    Parameters
    ----------
    report
        A verification run.

    Returns
    -------
    matplotlib.figure.Figure
        Arrows lead from what is used to what uses it.
    """
    from matplotlib.figure import Figure

    verdicts = {v.id: v for v in report.verdicts}
    grounds = {name: [o for o in v.rests_on if o in verdicts] for name, v in verdicts.items()}
    linked = {name for name, on in grounds.items() if on} | {
        o for on in grounds.values() for o in on
    }
    columns: list[list[str]] = []
    depth: dict[str, int] = {}
    row: dict[str, float] = {}
    order = TopologicalSorter(grounds).static_order()
    for name in (name for name in order if name in linked):
        depth[name] = 1 + max((depth[o] for o in grounds[name]), default=-1)
        if depth[name] == len(columns):
            columns.append([])
        columns[depth[name]].append(name)
    tallest = max(map(len, columns), default=1)
    for column in columns:
        # Next to what it rests on, as far as the order of a column goes.
        column.sort(
            key=lambda name: sum(row[o] for o in grounds[name]) / max(len(grounds[name]), 1)
        )
        for place, name in enumerate(column):
            row[name] = (place + 0.5) * tallest / len(column)

    figure = Figure(figsize=(3.4 * max(len(columns), 1), 0.3 * tallest + 0.6))
    axes = figure.add_axes((0, 0, 1, 1))
    for name, on in grounds.items():
        for other in on:
            axes.annotate(
                "",
                (depth[name], row[name]),
                (depth[other], row[other]),
                arrowprops={
                    "arrowstyle": "->",
                    "color": "#9a9a9a",
                    "lw": 0.6,
                    "shrinkA": 40,
                    "shrinkB": 40,
                },
            )
    for name in depth:
        verdict = verdicts[name]
        colour = COLOURS[verdict.evidence if verdict.holds else verdict.verdict]
        axes.text(
            depth[name],
            row[name],
            name,
            ha="center",
            va="center",
            fontsize=8,
            color="white",
            bbox={"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": "none"},
        )
    for place, (label, colour) in enumerate(COLOURS.items()):
        axes.text(
            -0.45 + 0.28 * place,
            tallest + 0.6,
            label,
            fontsize=8,
            color="white",
            va="center",
            bbox={"boxstyle": "round,pad=0.25", "facecolor": colour, "edgecolor": "none"},
        )
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(tallest + 1, -0.3))
    axes.axis("off")
    return figure
