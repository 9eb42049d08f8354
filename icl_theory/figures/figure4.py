"""Figure 4: the task-generalisation gap against task diversity, linear attention and dMMSE.

At tau = alpha/5, rho = 0.01. Linear attention without ridge, solid: the limit, dashed: the
prediction at d = 100, points: simulation at d = 100, with standard errors, rings: its prediction to
second order. dMMSE at d = 100, dotted: its large-d theory, which is heuristic, squares: simulation.
Black and dashed: the limit of long context.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from icl_theory.baselines import dmmse_error
from icl_theory.evaluate.float64 import errors
from icl_theory.theory.limits import transition_gap

from . import stored, style

RHO = 0.01
#: tau over alpha.
SHARE = 0.2
#: Context lengths of panels (a), doubly logarithmic, and (b), logarithmic in the gap alone.
ALPHAS = ((6.0, 10.0, 20.0), (10.0, 20.0, 40.0))
#: Dimension of dMMSE, and its context length.
DIMENSION, DMMSE_ALPHA = 100, 10.0
KAPPAS = (0.05, 20.0)
#: Where panel (b) ends.
NARROW = 2.0


def linear_gap(alpha: float, kappas: np.ndarray) -> np.ndarray:
    """g_task of linear attention in the limit theory."""
    return errors(SHARE * alpha, alpha, kappas, RHO).gap


def long_context_gap(kappas: np.ndarray) -> np.ndarray:
    """Limit of g_task for tau = c alpha -> oo: positive below kappa = 1, zero from there."""
    by_name = {symbol.name: symbol for symbol in transition_gap.definition.free_symbols}
    shares = {symbol: SHARE for name, symbol in by_name.items() if name.startswith("c")}
    limit = transition_gap.definition.subs({by_name["rho"]: RHO, **shares})
    values = [float(limit.subs(by_name["kappa"], float(k))) if k < 1 else 0.0 for k in kappas]
    return np.array(values)


def dmmse_gap(kappas: np.ndarray) -> np.ndarray:
    """g_task of dMMSE by its large-d theory."""
    found = [dmmse_error(DIMENSION, DMMSE_ALPHA, max(1, round(k * DIMENSION)), RHO) for k in kappas]
    return np.array([one.icl - one.idg for one in found])


def draw(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw the two panels; see `icl_theory.figures.draw`."""
    points = 60 if quick else 200
    wide = np.geomspace(*KAPPAS, points)
    narrow = np.linspace(KAPPAS[0], NARROW, points)
    with style.look():
        figure, axes = style.panels(2)
        every = sorted({alpha for alphas in ALPHAS for alpha in alphas})
        colours = dict(zip(every, style.COLOURS, strict=False))
        for ax, alphas, kappas in zip(axes, ALPHAS, (wide, narrow), strict=True):
            for alpha in alphas:
                colour = colours[alpha]
                gap = linear_gap(alpha, kappas)
                ax.semilogy(kappas, gap, color=colour, label=rf"$\alpha = {alpha:g}$")
                stored.draw_points(ax, 4, "kappa", "gap", colour, alpha=alpha)
            ax.set_xlabel(r"task diversity $\kappa$")
        few = wide[:: max(1, points // 30)]
        axes[0].plot(few, dmmse_gap(few), "k:", label=f"dMMSE, $d = {DIMENSION}$")
        bayes = stored.records("figure4_dmmse")
        columns = ([row[name] for row in bayes] for name in ("kappa", "gap", "gap_se"))
        axes[0].errorbar(*columns, fmt="ks", markersize=3)
        axes[0].set_xscale("log")
        # The stored curves go on to the end of panel (a).
        axes[1].set(xlim=(0, NARROW), ylim=(4e-3, 2))
        limit = long_context_gap(narrow)
        axes[1].plot(
            narrow, np.where(limit > 0, limit, np.nan), "k--", label=r"$\alpha \to \infty$"
        )
        for ax in axes:
            ax.legend()
        axes[0].set_ylabel(r"$g_{\mathrm{task}}$")
        return style.save(figure, Path(out), "figure4")
