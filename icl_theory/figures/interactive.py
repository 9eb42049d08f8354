"""Interactive plots for chapters, drawn in the browser by uPlot.

A cell ends with a `Plot`, and the page shows it::

    Plot(
        [
            Series("theory", tau, curve),
            Series("simulation", points, means, error=errors, style="points"),
        ],
        x="τ",
        y="error",
        log_y=True,
        caption="Double descent.",
    )

The output is a piece of HTML with the numbers in it; ``book/assets/plots.js`` draws it.
It needs no widget, no kernel and no other host.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: Significant digits that are sent: more than any screen shows, and short in the page.
DIGITS = 6

_STYLES = ("solid", "dashed", "dotted", "points")


@dataclass(frozen=True)
class Series:
    """One curve or one set of points.

    Parameters
    ----------
    label : str
        Its name in the legend.
    x, y : sequence of float
        Its points. A value of `y` that is infinite or NaN leaves a gap.
    error : sequence of float, optional
        Half the length of the error bar at each point.
    style : {"solid", "dashed", "dotted", "points"}
        How it is drawn.
    colour : int, optional
        Number of its colour, for curves and points that belong together. Its place among
        the series unless given.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    error: Sequence[float] | None = None
    style: str = "solid"
    colour: int | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be drawn."""
        if self.style not in _STYLES:
            raise ValueError(f"style is {self.style!r}, not one of {', '.join(_STYLES)}")
        lengths = {len(self.x), len(self.y)}
        if self.error is not None:
            lengths.add(len(self.error))
        if len(lengths) != 1:
            raise ValueError(f"series {self.label!r}: x, y and error differ in length")


@dataclass(frozen=True)
class Plot:
    """A plot of several series over one axis.

    Parameters
    ----------
    series : iterable of Series
        What is drawn; each series has its own abscissae.
    x, y : str
        Labels of the axes; in the book, ``$...$`` in them is TeX, as in labels of series.
    log_x, log_y : bool
        Whether an axis is logarithmic; then everything drawn on it must be positive.
    x_range, y_range : (float, float), optional
        Ends of an axis. Those of the data unless given.
    title, caption : str
        Heading and caption, in plain text.
    alt : str
        What is seen, for those who do not see it: a sentence or two. The heading or the caption
        unless given.
    height : int
        Height in pixels on a wide screen.
    """

    series: Iterable[Series]
    x: str
    y: str
    log_x: bool = False
    log_y: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    title: str = ""
    caption: str = ""
    alt: str = ""
    height: int = 420
    _spec: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Merge the series, and refuse what could not be drawn."""
        object.__setattr__(self, "series", tuple(self.series))
        object.__setattr__(self, "_spec", self._merge())

    def _merge(self) -> dict[str, Any]:
        # uPlot has one list of abscissae for all series, and null where a series has no point.
        tables = [
            {_number(x): i for i, x in enumerate(one.x) if _number(x) is not None}
            for one in self.series
        ]
        for one, table in zip(self.series, tables, strict=True):
            if len(table) != len(one.x):
                raise ValueError(f"series {one.label!r}: abscissae repeat or are not finite")
        xs = sorted(set().union(*tables))
        if not xs:
            raise ValueError("nothing to plot")
        if self.log_x and xs[0] <= 0:
            raise ValueError(f"x = {xs[0]} on a logarithmic axis")

        def spread(values: Sequence[float], table: dict[float, int]) -> list[float | None]:
            return [_number(values[table[x]]) if x in table else None for x in xs]

        drawn = []
        for one, table in zip(self.series, tables, strict=True):
            values = spread(one.y, table)
            if self.log_y and any(v is not None and v <= 0 for v in values):
                raise ValueError(f"series {one.label!r}: y <= 0 on a logarithmic axis")
            spec: dict[str, Any] = {"label": one.label, "style": one.style, "values": values}
            # A gap of the curve's own must stay one, though it is joined over abscissae of others.
            own = [place for place, x in enumerate(xs) if x in table and values[place] is None]
            if own:
                spec["gaps"] = own
            if one.error is not None:
                spec["error"] = spread(one.error, table)
            if one.colour is not None:
                spec["colour"] = one.colour
            drawn.append(spec)
        return {
            "x": {"label": self.x, "log": self.log_x, "range": self.x_range, "values": xs},
            "y": {"label": self.y, "log": self.log_y, "range": self.y_range},
            "series": drawn,
            "title": self.title,
            "height": self.height,
        }

    def _repr_html_(self) -> str:
        # "</script>" in a label would end the element early.
        data = json.dumps(self._spec, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
        shown = self.alt or self.title or self.caption or f"{self.y} against {self.x}"
        name = html.escape(shown, quote=True)
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            '<figure class="icl-plot">'
            f'<div class="icl-plot-area" role="img" aria-label="{name}"></div>'
            f'<script type="application/json">{data}</script>'
            f"<noscript>This plot is drawn by JavaScript.</noscript>{caption}</figure>"
        )


def approach(
    low: float, high: float, pole: float, count: int = 81, nearest: float = 1e-4
) -> np.ndarray:
    """Abscissae that crowd at a pole, so that a divergence is drawn as one.

    Parameters
    ----------
    low, high
        Ends of the range, on either side of the pole.
    pole
        Where the function diverges; it is among the abscissae, and the curve has a gap there.
    count
        Abscissae on each side.
    nearest
        Distance of the nearest from the pole.

    Examples
    --------
    >>> approach(0.5, 3, pole=1, count=3, nearest=0.02)
    array([0.5 , 0.9 , 0.98, 1.  , 1.02, 1.2 , 3.  ])
    """
    if not low < pole - nearest < pole + nearest < high:
        raise ValueError(f"pole = {pole} is not inside of ({low}, {high})")
    below = pole - np.geomspace(pole - low, nearest, count)
    above = pole + np.geomspace(nearest, high - pole, count)
    return np.concatenate([below, [pole], above])


def _number(value: float) -> float | None:
    """Round to `DIGITS` significant digits, and turn what is not finite into None."""
    value = float(value)
    return float(f"{value:.{DIGITS - 1}e}") if math.isfinite(value) else None
