"""Figure 5: trained attention models against the number of sequences, and their thresholds.

At alpha = 1 with a fresh task in every sequence and rho = 0.01. Points: means over runs, with
standard deviations; full where training came to an end by itself, empty where it was stopped;
diamonds, which no line joins, at the learning rate of the paper. In panel (a) the solid line is the
limit of the solvable model without ridge, the dashed ones its prediction at finite d; vertical
lines are at as many sequences as the functions of the model have dimensions. Panel (d): where the
training error leaves the label noise behind, at two efforts (iterations times learning rate; that
of the paper's runs is 2), with the exponent a that these thresholds have, and those counts of
dimensions, which no number of steps enters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from icl_theory.evaluate.float64 import errors
from icl_theory.finite.population import of_fresh_tasks
from icl_theory.finite.prediction import equivalent
from icl_theory.finite.sizes import Sizes
from icl_theory.transformers import Outcome
from icl_theory.transformers.dimensions import dimension

from . import stored, style

RHO, ALPHA = 0.01, 1.0
MODELS = {"linear": "linear attention", "softmax": "softmax", "two-blocks": "two blocks, MLP"}
DIMENSIONS = (10, 14, 20, 40, 80)
#: Learning rate of the paper's runs, in 20,000 iterations; the others have ten times as much in a
#: tenth of the iterations.
PUBLISHED_RATE = 1e-4
#: Training error at which a set counts as no longer interpolated.
LEVEL = RHO


@dataclass(frozen=True)
class TrainedRuns:
    """Runs of one model at one number of sequences.

    Attributes
    ----------
    tau
        Number of sequences over d^2.
    mean, spread
        Mean and standard deviation of the error over runs.
    converged
        Whether all runs came to an end by themselves.
    """

    tau: float
    mean: float
    spread: float
    converged: bool


def effort_of(row: stored.StoredRow) -> float:
    """How long a run may train: its number of iterations times the learning rate."""
    return round(float(row["iterations"]) * float(row["rate"]), 9)


def points(
    model: str,
    d: int,
    error: str = "icl",
    kappa: float = math.inf,
    effort: float | None = None,
    rate: float | None = None,
) -> list[TrainedRuns]:
    """What is stored of a model at one dimension, by tau.

    Parameters
    ----------
    effort
        Iterations times learning rate, as `effort_of` counts it. By default the greatest that the
        model has at every stored dimension and tau, so that curves differ in nothing else.
    rate
        Learning rate. By default the greatest that the model has.
    """
    everywhere = stored.records("trained_points", model=model, kappa=kappa)
    if effort is None:
        efforts: dict[tuple[float, float], set[float]] = {}
        for row in everywhere:
            place = float(row["d"]), float(row["tau"])
            efforts.setdefault(place, set()).add(effort_of(row))
        effort = max(set.intersection(*efforts.values()), default=0.0) if efforts else 0.0
    if rate is None:
        rate = max((float(row["rate"]) for row in everywhere), default=0.0)
    same = [row for row in everywhere if effort_of(row) == effort and row["rate"] == rate]
    rows = [row for row in same if row["d"] == d]
    found = []
    for tau in sorted({float(row["tau"]) for row in rows}):
        kept = [row for row in rows if row["tau"] == tau]
        values = np.array([float(row[error]) for row in kept])
        done = all(Outcome(str(row["outcome"])).converged for row in kept)
        found.append(TrainedRuns(tau, float(values.mean()), float(values.std(ddof=1)), done))
    return found


@dataclass(frozen=True)
class TrainingThreshold:
    """Where the training error leaves the label noise behind.

    Attributes
    ----------
    d
        Token dimension.
    n
        Number of sequences.
    error
        Standard error of its logarithm, from that of the mean training error.
    """

    d: int
    n: float
    error: float


def threshold(model: str, d: int, effort: float) -> TrainingThreshold | None:
    """Threshold after a number of iterations times the learning rate; None if it is not bracketed.

    Between the two numbers of sequences around it the logarithm of the training error is taken to
    be linear in tau.
    """
    rows = stored.records("trained_curves", model=model, d=d, kappa=math.inf)
    seen: dict[float, tuple[float, float]] = {}
    # Of groups that passed the effort the shortest counts, which all dimensions have.
    for row in sorted(rows, key=lambda one: -float(one["iterations"])):
        if row["rate"] != max(one["rate"] for one in rows):
            continue
        if math.isclose(float(row["iteration"]) * float(row["rate"]), effort, rel_tol=0.1):
            error = float(row["train_sd"]) / math.sqrt(float(row["runs"]))
            seen[float(row["tau"])] = float(row["train"]), error
    taus = sorted(seen)
    for low, high in pairwise(taus):
        (below, below_se), (above, above_se) = seen[low], seen[high]
        if below <= LEVEL < above:
            gap = math.log(above / below)
            share = math.log(LEVEL / below) / gap
            tau = low + share * (high - low)
            relative = math.hypot((1 - share) * below_se / below, share * above_se / above)
            return TrainingThreshold(d, tau * d**2, relative * (high - low) / gap / tau)
    return None


def thresholds(model: str, effort: float) -> list[TrainingThreshold]:
    """Thresholds at all stored dimensions at which the stored numbers of sequences bracket one."""
    stored_at = sorted({int(row["d"]) for row in stored.records("trained_curves", model=model)})
    found = (threshold(model, d, effort) for d in stored_at)
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class FittedPower:
    """A power law n = c d^a through thresholds.

    Attributes
    ----------
    a, error
        Exponent and its standard error.
    c
        Prefactor.
    misfit
        Weighted sum of squared residuals for each degree of freedom; nan for two thresholds.
    """

    a: float
    error: float
    c: float
    misfit: float


def exponent(found: Sequence[TrainingThreshold]) -> FittedPower:
    """Fit a power law by least squares weighted with the thresholds' errors.

    Where thresholds scatter about it by more than their errors say, as they do where no power law
    holds exactly, the standard error is wider by the root of the misfit.

    Raises
    ------
    ValueError
        If there are not two dimensions to fit it to.
    """
    if len({one.d for one in found}) < 2:
        raise ValueError(f"found must hold thresholds at two dimensions or more, not {len(found)}")
    x = np.log([one.d for one in found])
    y = np.log([one.n for one in found])
    weights = 1 / np.array([one.error for one in found]) ** 2
    centre = weights @ x / weights.sum()
    curvature = weights @ (x - centre) ** 2
    slope = weights @ ((x - centre) * y) / curvature
    start = weights @ y / weights.sum() - slope * centre
    free = len(found) - 2
    misfit = float(weights @ (y - start - slope * x) ** 2 / free) if free else math.nan
    wider = math.sqrt(misfit) if misfit > 1 else 1.0
    return FittedPower(float(slope), float(curvature**-0.5) * wider, math.exp(start), misfit)


def prediction(d: int, taus: np.ndarray) -> np.ndarray:
    """Error of the solvable model at finite d, without ridge."""
    found = []
    for tau in taus:
        sizes = Sizes.rounded(d, float(tau), ALPHA, math.inf)
        population = of_fresh_tasks(sizes, RHO, "gaussian")
        found.append(equivalent(population, sizes, 0.0, d + 1).error(population))
    return np.array(found)


def _draw_model(axes: Axes, model: str) -> None:
    for d, colour in zip(DIMENSIONS, style.COLOURS, strict=False):
        found = points(model, d)
        if not found:
            continue
        x, y, bars = ([getattr(one, name) for one in found] for name in ("tau", "mean", "spread"))
        axes.errorbar(x, y, bars, fmt="-", linewidth=0.8, color=colour, label=rf"$d = {d}$")
        for one in found:
            fill = colour if one.converged else "white"
            axes.plot(one.tau, one.mean, "o", markersize=4, color=colour, markerfacecolor=fill)
        for one in points(model, d, rate=PUBLISHED_RATE):
            fill = colour if one.converged else "white"
            look = {"color": colour, "markerfacecolor": fill, "linewidth": 0.8}
            axes.errorbar(one.tau, one.mean, one.spread, fmt="D", markersize=4, **look)
        axes.axvline(dimension(model, d) / d**2, color=colour, linewidth=0.6)


def draw(out: str | PathLike[str], quick: bool = False) -> list[Path]:
    """Draw the four panels; see `icl_theory.figures.draw`."""
    with style.look():
        figure, axes = style.panels(4)
        for ax, (model, title) in zip(axes, MODELS.items(), strict=False):
            if not stored.records("trained_points", model=model):
                middle = {"transform": ax.transAxes, "ha": "center", "color": "grey"}
                ax.text(0.5, 0.5, "no runs stored", **middle)
            _draw_model(ax, model)
            ax.set(xlabel=r"$\tau = n/d^2$", title=title)
        taus = np.linspace(0.3, 3, 28 if quick else 136)
        axes[0].plot(taus, errors(taus, ALPHA, math.inf, RHO).icl, "k", label="limit, ridgeless")
        for d in (10, 20):
            colour = style.COLOURS[DIMENSIONS.index(d)]
            axes[0].plot(taus, prediction(d, taus), "--", color=colour, linewidth=0.8)
        axes[0].set(ylim=(0.5, 60), yscale="log", ylabel=r"$e_{\mathrm{ICL}}$")
        _draw_thresholds(axes[3])
        for ax in axes:
            if ax.get_legend_handles_labels()[0]:
                ax.legend(fontsize=6 if ax is axes[3] else None)
        return style.save(figure, Path(out), "figure5")


#: Iterations times rate at which thresholds are read: the authors' 20,000 at 1e-4 is 2.
EFFORTS = (1.0, 2.0)


def _draw_thresholds(axes: Axes) -> None:
    dimensions = np.geomspace(8, 100, 50)
    for (model, title), colour in zip(MODELS.items(), style.COLOURS, strict=False):
        count = [dimension(model, d) for d in dimensions]
        axes.loglog(dimensions, count, color=colour, linewidth=0.8, label=f"{title}: dimensions")
        for effort, mark in zip(EFFORTS, "vo", strict=True):
            found = thresholds(model, effort)
            if not found:
                continue
            x, y = [one.d for one in found], np.array([one.n for one in found])
            bars = y * np.array([one.error for one in found])
            label = f"effort {effort:g}"
            if len(found) > 1:
                fit = exponent(found)
                label += rf", $a = {fit.a:.2f} \pm {fit.error:.2f}$"
            axes.errorbar(x, y, bars, fmt=mark, markersize=4, color=colour, label=label)
    # Room for the legend.
    axes.set(xlabel="$d$", ylabel="$n$", title="threshold", ylim=(50, 1e6))
