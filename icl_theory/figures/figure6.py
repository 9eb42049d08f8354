"""Figure 6: the task-generalisation gap of two trained blocks against task diversity.

At alpha = 1, tau = 10, rho = 0.01. Points: two softmax blocks with one dense layer each, means over
runs with standard deviations; empty where training was stopped. Solid: the limit of linear
attention. Dotted: the large-d theory of dMMSE at the same dimensions, which is heuristic.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from icl_theory.baselines import dmmse_error
from icl_theory.evaluate.float64 import errors

from . import stored, style
from .figure5 import ALPHA, RHO, points

TAU = 10.0
DIMENSIONS = (10, 20, 40)
MODEL = "two-blocks"


def draw(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw the figure; see `icl_theory.figures.draw`."""
    kappas = np.geomspace(0.1, 20, 30 if quick else 120)
    with style.look():
        figure, (axes,) = style.panels(1)
        axes.semilogx(kappas, errors(TAU, ALPHA, kappas, RHO).gap, "k", label="linear, limit")
        for d, colour in zip(DIMENSIONS, style.COLOURS, strict=False):
            found = gaps(d)
            if not found:
                continue
            for one in found:
                fill = colour if one.converged else "white"
                look = {"fmt": "o", "markersize": 4, "color": colour, "markerfacecolor": fill}
                axes.errorbar(one.kappa, one.mean, one.spread, **look)
            axes.plot([], [], "o", color=colour, markersize=4, label=rf"two blocks, $d = {d}$")
            tasks = sorted({max(1, round(kappa * d)) for kappa in kappas})
            dmmse = [dmmse_error(d, ALPHA, k, RHO) for k in tasks]
            gap = [one.icl - one.idg for one in dmmse]
            axes.plot([k / d for k in tasks], gap, ":", color=colour, label=rf"dMMSE, $d = {d}$")
        # Room for the legend.
        axes.set(
            xlabel=r"task diversity $\kappa = k/d$",
            ylabel=r"$g_{\mathrm{task}}$",
            ylim=(-0.3, 3.6),
        )
        axes.legend(loc="upper right")
        return style.save(figure, Path(out), "figure6")


@dataclass(frozen=True)
class Gap:
    """Task-generalisation gap of runs at one task diversity.

    Attributes
    ----------
    kappa
        Tasks over dimension.
    mean, spread
        Mean and standard deviation over runs.
    runs
        Number of runs.
    converged
        Whether all runs came to an end by themselves.
    """

    kappa: float
    mean: float
    spread: float
    runs: int
    converged: bool


def gaps(d: int) -> list[Gap]:
    """What is stored at one dimension, by task diversity."""
    rows = stored.records("trained_points", model=MODEL, d=d, tau=TAU)
    found = []
    for kappa in sorted({float(row["kappa"]) for row in rows}):
        here = [row for row in rows if row["kappa"] == kappa]
        values = np.array([float(row["icl"]) - float(row["idg"]) for row in here])
        done = all(one.converged for one in points(MODEL, d, kappa=kappa) if one.tau == TAU)
        found.append(Gap(kappa, float(values.mean()), float(values.std(ddof=1)), len(here), done))
    return found
