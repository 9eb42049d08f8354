"""One look for all figures, without touching matplotlib's global settings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

#: Colours of curves that belong to the values of one parameter, told apart without colour vision.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

_SETTINGS = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9.0,
    "legend.fontsize": 8.0,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    # The same picture gives the same file.
    "svg.hashsalt": "icl_theory",
}


def look() -> AbstractContextManager[None]:
    """Context in which a figure is made and saved."""
    return rc_context(_SETTINGS)


def panels(count: int) -> tuple[Figure, Sequence[Axes]]:
    """A row of panels, labelled (a), (b), ... if there are several."""
    figure = Figure(figsize=(3.3 * count, 3.0), layout="constrained")
    axes = [figure.add_subplot(1, count, i + 1) for i in range(count)]
    for letter, one in zip("abcdef" if count > 1 else "", axes, strict=False):
        one.set_title(f"({letter})", loc="left", fontweight="bold")
    return figure, axes


def save(figure: Figure, out: Path, name: str) -> list[Path]:
    """Write a figure as SVG and PNG into a folder, which is made if it is missing."""
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind, options in (("svg", {"metadata": {"Date": None}}), ("png", {"dpi": 200})):
        path = out / f"{name}.{kind}"
        # Killed while it writes, a process leaves the figure that was there.
        partial = path.with_suffix(".part")
        figure.savefig(partial, format=kind, **options)
        paths.append(partial.replace(path))
    return paths
