"""Figure 2: test errors against the context length, with their minima marked.

Ridgeless, for the three set-ups of figure 3. Solid: the limit, with diamonds at its exact
minimisers. Dashed: the prediction at d = 100. Points: simulation at d = 100, with standard errors;
rings: its prediction to second order.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from icl_theory.evaluate.float64 import errors
from icl_theory.stationary.context import ridgeless_turns

from . import stored, style
from .figure3 import PANELS, ContextPanel

#: Context lengths drawn.
ALPHAS = (1e-1, 1e3)


def curves(panel: ContextPanel, points: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Context lengths, and the error of each task diversity along them."""
    alphas = np.geomspace(*ALPHAS, points)
    kappas = np.array(panel.kappas)[:, None]
    return alphas, getattr(errors(panel.tau, alphas, kappas, panel.rho), panel.error)


def minima(panel: ContextPanel) -> tuple[np.ndarray, np.ndarray]:
    """Best context length of each task diversity and the error there, NaN where there is none."""
    kappas = np.array(panel.kappas)
    best = ridgeless_turns(panel.error, panel.tau, kappas, panel.rho).minimum
    turns = np.isfinite(best)
    least = np.full(best.shape, np.nan)
    where = {"tau": panel.tau, "alpha": best[turns], "kappa": kappas[turns], "rho": panel.rho}
    least[turns] = getattr(errors(**where), panel.error)
    return best, least


def draw(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw the three panels; see `icl_theory.figures.draw`."""
    with style.look():
        figure, axes = style.panels(len(PANELS))
        for ax, panel in zip(axes, PANELS, strict=True):
            alphas, values = curves(panel, 100 if quick else 400)
            best, least = minima(panel)
            for kappa, curve, a, e, colour in zip(
                panel.kappas, values, best, least, style.COLOURS, strict=False
            ):
                ax.loglog(alphas, curve, color=colour, label=rf"$\kappa = {kappa:g}$")
                ax.plot(a, e, "D", color=colour, ms=5, markerfacecolor="white", zorder=3)
                where = {"tau": panel.tau, "kappa": kappa, "rho": panel.rho}
                stored.draw_points(ax, 2, "alpha", panel.error, colour, **where)
            ax.set_title(panel.title + rf", $\rho = {panel.rho:g}$", fontsize=9)
            ax.set_xlabel(r"context length $\alpha$")
            ax.legend()
        axes[0].set_ylabel("error")
        return style.save(figure, Path(out), "figure2")
