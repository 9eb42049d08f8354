"""Figure 1: test errors against the number of pretraining sequences.

Solid: the limit. Dashed: the finite-d prediction. Points: simulation, with standard errors. Panels
(a) and (b) are ridgeless at kappa = 0.5 for three context lengths; panel (c) has kappa = inf and
three ridges. The points at the paper's d = 100 come with the package; the rings around them are the
prediction to second order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from icl_theory.evaluate.float64 import errors
from icl_theory.finite import finite_errors, simulate

from . import stored, style

RHO = 0.01
#: Where the paper simulates.
TAUS = (0.2, 0.5, 0.85, 1.0, 1.15, 1.5, 2.0)


#: Values (alpha, kappa, lam).
Curve = tuple[float, float, float]


@dataclass(frozen=True)
class ErrorPanel:
    """One panel: which error, and its curves."""

    error: str
    curves: tuple[Curve, ...]
    title: str


PANELS = (
    ErrorPanel(
        "idg", tuple((a, 0.5, 0.0) for a in (1.0, 10.0, 100.0)), r"$e_{\mathrm{IDG}}$, ridgeless"
    ),
    ErrorPanel(
        "icl", tuple((a, 0.5, 0.0) for a in (1.0, 10.0, 100.0)), r"$e_{\mathrm{ICL}}$, ridgeless"
    ),
    ErrorPanel(
        "icl",
        tuple((10.0, math.inf, lam) for lam in (1e-5, 0.1, 1.0)),
        r"$e_{\mathrm{ICL}}$, $\kappa = \infty$",
    ),
)


@dataclass(frozen=True)
class Scale:
    """How large the simulation of the quick version is; it takes a minute."""

    d: int
    runs: int
    curve_points: int
    task_sets: int


QUICK = Scale(d=16, runs=10, curve_points=41, task_sets=5)


def draw(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw the figure.

    Parameters
    ----------
    out
        Folder for figure1.svg and figure1.png.
    quick
        Simulate at d = 16 now, instead of drawing the points at d = 100 that come with the package.
        Runs are kept in ``figure1.sqlite`` in ``out``, so that a stopped run resumes.

    Returns
    -------
    list of Path
        The files written.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    store = out / "figure1.sqlite"
    with style.look():
        figure, axes = style.panels(len(PANELS))
        for panel, one in zip(PANELS, axes, strict=True):
            for curve, colour in zip(panel.curves, style.COLOURS, strict=False):
                _draw_limit(one, panel.error, curve, colour)
                if quick:
                    _draw_quick(one, panel.error, curve, colour, store)
                else:
                    alpha, kappa, lam = curve
                    where = {"alpha": alpha, "kappa": kappa, "rho": RHO, "lam": lam}
                    stored.draw_points(one, 1, "tau", panel.error, colour, **where)
            # At d = 100 the peak is higher.
            limits = (5e-3, 60 if quick else 150)
            one.set(xlabel=r"$\tau = n/d^2$", yscale="log", ylim=limits, title=panel.title)
            one.legend()
        return style.save(figure, out, "figure1")


def _draw_limit(axes: Axes, error: str, curve: Curve, colour: str) -> None:
    """The limit for one (alpha, kappa, lam)."""
    alpha, kappa, lam = curve
    if math.isinf(kappa):
        label = (
            rf"$\lambda = {lam:g}$" if lam > 1e-3 else rf"$\lambda = 10^{{{math.log10(lam):.0f}}}$"
        )
    else:
        label = rf"$\alpha = {alpha:g}$"
    tau = around(1.0, 201)
    values = getattr(errors(tau, alpha, kappa, RHO, lam), error)
    axes.plot(tau, values, color=colour, label=label)


def _draw_quick(
    axes: Axes,
    error: str,
    curve: Curve,
    colour: str,
    store: Path,
) -> None:
    """Finite-d prediction and simulated points for one (alpha, kappa, lam)."""
    alpha, kappa, lam = curve
    place, scale = (alpha, kappa, RHO, lam), QUICK
    # At finite d the threshold, as many sequences as parameters, is at n = d (d + 1).
    coarse = around((scale.d + 1) / scale.d, scale.curve_points)
    finite = [finite_errors(scale.d, t, *place, runs=scale.task_sets, seed=1) for t in coarse]
    axes.plot(coarse, [getattr(f, error).mean for f in finite], "--", color=colour)
    runs = [simulate(scale.d, t, *place, runs=scale.runs, seed=1, store=store) for t in TAUS]
    found = [getattr(run, error) for run in runs]
    axes.errorbar(
        [run.sizes.tau for run in runs],
        [estimate.mean for estimate in found],
        [estimate.standard_error for estimate in found],
        fmt="o",
        markersize=3,
        color=colour,
    )


def around(threshold: float, count: int) -> np.ndarray:
    """An odd number of abscissae from 0.1 to 2.2, dense at a threshold and hitting it."""
    from_threshold = np.linspace(0, 1, count // 2 + 1) ** 2
    below = threshold - (threshold - 0.1) * from_threshold[:0:-1]
    above = threshold + (2.2 - threshold) * from_threshold
    return np.concatenate([below, above])
