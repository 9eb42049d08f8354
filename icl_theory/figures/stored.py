"""The simulated points and finite-d curves that come with the package, as tables with provenance.

A table is a CSV file. Its first lines begin with # and say what made it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from matplotlib.axes import Axes

#: Columns that are not numbers.
TEXT = ("precision", "model", "outcome")
#: Digits kept: far more than a standard error has.
DIGITS = 8

StoredRow = dict[str, float | str]


@cache
def read_table(name: str) -> tuple[tuple[str, ...], tuple[StoredRow, ...]]:
    """Read a table.

    Parameters
    ----------
    name
        ``"figure1_points"``, ``"figure1_curves"`` and so on.

    Returns
    -------
    provenance : tuple of str
        The comments at its head.
    records : tuple of dict
        One a row; all values are floats but those of the columns `TEXT`.
    """
    return parse((files(__package__) / "data" / f"{name}.csv").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[tuple[str, ...], tuple[StoredRow, ...]]:
    """Comments and records of a table from its text."""
    lines = text.splitlines()
    comments = tuple(line[1:].strip() for line in lines if line.startswith("#"))
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return comments, tuple(
        {key: value if key in TEXT else float(value) for key, value in row.items()} for row in rows
    )


def records(name: str, **values: float | str) -> list[StoredRow]:
    """Rows of a table that have the given values, in its order."""
    return [
        row
        for row in read_table(name)[1]
        if all(row[key] == value for key, value in values.items())
    ]


def draw_points(
    axes: Axes, figure: int, abscissa: str, error: str, colour: str, **values: float
) -> None:
    """Draw the finite-d curve, dashed, and the simulated points, with standard errors.

    Around the points are rings: the prediction to second order for the tasks of their runs.

    Parameters
    ----------
    axes
        Where to draw.
    figure
        Number of the figure.
    abscissa
        Column that varies along the curve.
    error
        ``"icl"``, ``"idg"`` or ``"gap"``.
    colour
        Colour of both.
    **values
        Values of other columns that single the curve out.
    """
    curve = records(f"figure{figure}_curves", **values)
    axes.plot([row[abscissa] for row in curve], [row[error] for row in curve], "--", color=colour)
    points = records(f"figure{figure}_points", **values)
    columns = (abscissa, f"simulated_{error}", f"simulated_{error}_se")
    x, y, bars = ([row[name] for row in points] for name in columns)
    axes.errorbar(x, y, bars, fmt="o", markersize=3, color=colour)
    second = [row[f"predicted_{error}"] + row[f"step_{error}"] for row in points]
    ring = {"markersize": 6.5, "markerfacecolor": "none", "markeredgewidth": 0.7}
    axes.plot(x, second, "o", color=colour, **ring)


def write(path: Path, provenance: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """Write a table; the folder is there already."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.writelines(f"# {line}\n" for line in provenance)
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value: object) -> object:
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else value
