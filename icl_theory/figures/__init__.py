"""The figures of the paper, the graph of claims, and the simulated points that come with both."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

#: Figures that `draw` knows.
NUMBERS = (1, 2, 3, 4, 5, 6)


def draw(number: int, out: str | PathLike[str], *, quick: bool = False) -> list[Path]:
    """Draw a figure of the paper, as SVG and PNG.

    Parameters
    ----------
    number
        One of `NUMBERS`.
    out
        Folder for the files; made if it is missing.
    quick
        A coarser version: fewer points, smaller grids.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ValueError
        If there is no such figure.
    """
    # Each figure brings its own part of the package: only what is asked for is imported.
    match number:
        case 1:
            from . import figure1

            return figure1.draw(out, quick)
        case 2:
            from . import figure2

            return figure2.draw(out, quick)
        case 3:
            from . import figure3

            return figure3.draw(out, quick)
        case 4:
            from . import figure4

            return figure4.draw(out, quick)
        case 5:
            from . import figure5

            return figure5.draw(out, quick)
        case 6:
            from . import figure6

            return figure6.draw(out, quick)
    raise ValueError(f"number must be one of {', '.join(map(str, NUMBERS))}, got {number!r}")
