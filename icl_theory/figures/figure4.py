"""Figure 4: the task-generalisation gap against task diversity, linear attention and dMMSE.

Ridgeless limit theory at tau = alpha/5, rho = 0.01 for linear attention, with the limit of long
context, and the large-d theory of dMMSE, which is heuristic, at d = 100.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from icl_theory import errors
from icl_theory.baselines import dmmse_error
from icl_theory.symbolic.limits import transition_gap

from . import style

RHO = 0.01
#: tau over alpha.
SHARE = 0.2
#: Context lengths of panels (a), doubly logarithmic, and (b), logarithmic in the gap alone.
ALPHAS = ((6.0, 10.0, 20.0), (10.0, 20.0, 40.0))
#: Dimension of dMMSE, and its context length.
DIMENSION, DMMSE_ALPHA = 100, 10.0
KAPPAS = (0.05, 20.0)


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
    """Draw the two panels.

    Parameters
    ----------
    out
        Directory of the picture; made if there is none.
    quick
        Draw fewer points of each curve.

    Returns
    -------
    list of Path
        The files written.
    """
    points = 60 if quick else 200
    wide = np.geomspace(*KAPPAS, points)
    narrow = np.linspace(KAPPAS[0], 2.0, points)
    with style.look():
        figure, axes = style.panels(2)
        for ax, alphas, kappas in zip(axes, ALPHAS, (wide, narrow), strict=True):
            for alpha, colour in zip(alphas, style.COLOURS, strict=False):
                gap = linear_gap(alpha, kappas)
                ax.semilogy(kappas, gap, color=colour, label=rf"$\alpha = {alpha:g}$")
            ax.set_xlabel(r"task diversity $\kappa$")
        few = wide[:: max(1, points // 30)]
        axes[0].plot(few, dmmse_gap(few), "k:", label=f"dMMSE, $d = {DIMENSION}$")
        axes[0].set_xscale("log")
        limit = long_context_gap(narrow)
        axes[1].plot(
            narrow, np.where(limit > 0, limit, np.nan), "k--", label=r"$\alpha \to \infty$"
        )
        for ax in axes:
            ax.legend()
        axes[0].set_ylabel(r"$g_{\mathrm{task}}$")
        return style.save(figure, Path(out), "figure4")
