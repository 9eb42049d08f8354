"""Figure 1: test errors against the number of pretraining sequences.

Solid: the limit. Dashed: the finite-d prediction. Points: simulation, with standard errors. Panels
(a) and (b) are ridgeless at kappa = 0.5 for three context lengths; panel (c) has kappa = inf and
three ridges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from icl_theory import errors, finite_errors, simulate

from . import style

RHO = 0.01
#: Where the paper simulates.
TAUS = (0.2, 0.5, 0.85, 1.0, 1.15, 1.5, 2.0)


@dataclass(frozen=True)
class Panel:
    """One panel: which error, and the values (alpha, kappa, lam) of its curves."""

    error: str
    curves: tuple[tuple[float, float, float], ...]
    title: str


PANELS = (
    Panel(
        "idg", tuple((a, 0.5, 0.0) for a in (1.0, 10.0, 100.0)), r"$e_{\mathrm{IDG}}$, ridgeless"
    ),
    Panel(
        "icl", tuple((a, 0.5, 0.0) for a in (1.0, 10.0, 100.0)), r"$e_{\mathrm{ICL}}$, ridgeless"
    ),
    Panel(
        "icl",
        tuple((10.0, math.inf, lam) for lam in (1e-5, 0.1, 1.0)),
        r"$e_{\mathrm{ICL}}$, $\kappa = \infty$",
    ),
)


@dataclass(frozen=True)
class Scale:
    """How large the simulation is."""

    d: int
    runs: int
    curve_points: int
    task_sets: int


#: The paper's size, and one that takes a minute.
FULL = Scale(d=100, runs=10, curve_points=25, task_sets=3)
QUICK = Scale(d=16, runs=10, curve_points=15, task_sets=5)


def draw(
    out: Path, quick: bool = False, *, store: str | PathLike[str] | None = None, workers: int = 1
) -> list[Path]:
    """Simulate, compute and draw the figure.

    Parameters
    ----------
    out
        Folder for figure1.svg and figure1.png.
    quick
        Whether to simulate at d = 16 instead of the paper's d = 100.
    store
        SQLite file of runs: those found there are not repeated, new ones are added. By default
        ``figure1.sqlite`` in ``out``, so that a stopped run resumes.
    workers
        Number of processes.

    Returns
    -------
    list of Path
        The files written.
    """
    scale = QUICK if quick else FULL
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    store = out / "figure1.sqlite" if store is None else store
    figure, axes = style.panels(len(PANELS))
    for panel, one in zip(PANELS, axes, strict=True):
        for (alpha, kappa, lam), colour in zip(panel.curves, style.COLOURS, strict=False):
            label = rf"$\lambda = {lam:g}$" if math.isinf(kappa) else rf"$\alpha = {alpha:g}$"
            tau = _taus(400)
            limit = getattr(errors(tau, alpha, kappa, RHO, lam), panel.error)
            one.plot(tau, limit, color=colour, label=label)
            place = (alpha, kappa, RHO, lam)
            coarse = _taus(scale.curve_points)
            finite = [
                finite_errors(scale.d, t, *place, runs=scale.task_sets, seed=1) for t in coarse
            ]
            one.plot(coarse, [getattr(f, panel.error).mean for f in finite], "--", color=colour)
            runs = [
                simulate(scale.d, t, *place, runs=scale.runs, seed=1, store=store, workers=workers)
                for t in TAUS
            ]
            found = [getattr(run, panel.error) for run in runs]
            one.errorbar(
                [run.sizes.tau for run in runs],
                [estimate.mean for estimate in found],
                [estimate.standard_error for estimate in found],
                fmt="o",
                markersize=3,
                color=colour,
            )
        one.set(xlabel=r"$\tau = n/d^2$", yscale="log", ylim=(5e-3, 30), title=panel.title)
        one.legend()
    return style.save(figure, out, "figure1")


def _taus(count: int) -> np.ndarray:
    """An even number of abscissae around, and never at, the interpolation threshold tau = 1."""
    below = np.linspace(0.1, 0.98, count // 2)
    above = np.linspace(1.02, 2.2, count - count // 2)
    return np.concatenate([below, above])
