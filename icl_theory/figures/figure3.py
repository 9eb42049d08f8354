"""Figure 3: where more context hurts, in the plane of task diversity and label noise.

Colour is the context length at which the ridgeless error has its minimum, from the exact curves;
grey is where it has none. The white line is the edge of the non-monotone region, a rational curve,
and the dashed line kappa = min(tau, 1). Letters mark the curves of figure 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from icl_theory.stationary.context import noise_edge, ridgeless_turns

from . import style

#: Grid of the paper's figure: task diversities and label noises.
SHAPE = (300, 401)


@dataclass(frozen=True)
class ContextPanel:
    """One set-up of figure 2, and its window in (kappa, rho)."""

    label: str
    error: str
    tau: float
    rho: float
    kappas: tuple[float, ...]
    title: str


_IDG, _ICL = r"$e_{\mathrm{IDG}}$", r"$e_{\mathrm{ICL}}$"
PANELS = (
    ContextPanel("a", "idg", 0.5, 0.5, (0.1, 0.3, 0.5, 0.7, 2.0), _IDG + r", $\tau = 0.5$"),
    ContextPanel("b", "icl", 0.5, 0.1, (0.2, 0.4, 0.5, 0.6, 1.5), _ICL + r", $\tau = 0.5$"),
    ContextPanel("c", "icl", 20.0, 0.5, (0.25, 0.75, 1.0, 1.1, 2.0), _ICL + r", $\tau = 20$"),
)
KAPPA_MAX, RHO_MAX = 2.25, 1.0
#: Range of the colours; beyond it they stay.
ALPHAS = (1e-1, 1e3)


def grid(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Task diversities and label noises of the map, without their zeros."""
    kappas = np.linspace(0, KAPPA_MAX, shape[0] + 1)[1:]
    rhos = np.linspace(0, RHO_MAX, shape[1] + 1)[1:]
    return kappas, rhos


def best_context(panel: ContextPanel, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Context length of the minimum on the grid, NaN where the error has none."""
    kappas, rhos = grid(shape)
    return ridgeless_turns(panel.error, panel.tau, kappas[:, None], rhos[None, :]).minimum


def draw(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw the three panels; see `icl_theory.figures.draw`."""
    shape = (SHAPE[0] // 2, SHAPE[1] // 2) if quick else SHAPE
    # As wide as a page, so that letters keep their size there.
    figure = Figure(figsize=(7.6, 2.9), layout="constrained")
    axes = figure.subplots(1, len(PANELS), sharey=True)
    for ax, panel in zip(axes, PANELS, strict=True):
        image = _panel(ax, panel, shape)
    axes[0].set_ylabel(r"label noise $\rho$")
    figure.colorbar(image, ax=axes, label=r"context length $\alpha^\star$", extend="both")
    return style.save(figure, Path(out), "figure3")


def draw_apart(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw each panel, and the scale of their colours, as an SVG of its own.

    On a narrow screen they stand one below the other, with letters of the same size.
    """
    shape = (SHAPE[0] // 2, SHAPE[1] // 2) if quick else SHAPE
    paths = []
    for panel in PANELS:
        figure = Figure(figsize=(2.2, 2.35), layout="constrained")
        ax = figure.add_subplot()
        image = _panel(ax, panel, shape)
        ax.set_ylabel(r"label noise $\rho$")
        paths.append(style.save(figure, Path(out), f"figure3{panel.label}")[0])
    figure = Figure(figsize=(3.5, 0.6), layout="constrained")
    figure.colorbar(
        ScalarMappable(image.norm, image.cmap),
        cax=figure.add_subplot(),
        orientation="horizontal",
        label=r"context length $\alpha^\star$",
        extend="both",
    )
    return [*paths, style.save(figure, Path(out), "figure3-colours")[0]]


def _panel(ax: Axes, panel: ContextPanel, shape: tuple[int, int]):
    kappas, rhos = grid(shape)
    ax.set_facecolor("0.8")
    image = ax.pcolormesh(
        kappas,
        rhos,
        best_context(panel, shape).T,
        norm=LogNorm(*ALPHAS),
        cmap="viridis",
        shading="nearest",
        rasterized=True,
    )
    fine = np.linspace(kappas[0], KAPPA_MAX, 2000)
    lower, upper = noise_edge(panel.error, panel.tau, fine)
    for edge in (lower, upper):
        ax.plot(fine, np.where(np.isfinite(edge), edge, np.nan), color="white", lw=1.2)
    ax.axvline(min(panel.tau, 1.0), color="black", ls="--", lw=0.8)
    for i, (letter, kappa) in enumerate(zip("ABCDE", panel.kappas, strict=True)):
        ax.plot(kappa, panel.rho, "o", color="white", mec="black", ms=4)
        # Points may be nearer to each other than letters are wide: low and high in turn.
        ax.annotate(
            letter,
            (kappa, panel.rho),
            xytext=(0, 14 if i % 2 else 5),
            textcoords="offset points",
            ha="center",
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )
    ax.set(xlim=(0, KAPPA_MAX), ylim=(0, RHO_MAX), xlabel=r"task diversity $\kappa$")
    ax.set_title(f"({panel.label})  {panel.title}", fontsize=10)
    return image
