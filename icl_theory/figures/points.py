"""What is simulated for figures 1, 2 and 4, at the paper's d = 100.

Each point has a seed of its own, so that the points of a figure are independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from icl_theory.finite.parameters import Precision
from icl_theory.finite.setup import Setup

from . import figure1 as first
from . import figure3 as third
from . import figure4 as fourth

#: Token dimension of the paper's simulations.
DIMENSION = 100
#: Runs of the points. In the paper figure 1 has 10, figure 2 has 20 to 100.
RUNS = {1: 10, 2: 20, 4: 5}
#: Context lengths of figure 2's panels. At tau = 20 a run has 200,000 sequences.
FIGURE2_ALPHAS = {
    "a": (0.3, 1.0, 10.0, 100.0, 1000.0),
    "b": (0.3, 1.0, 10.0, 100.0, 1000.0),
    "c": (10.0, 100.0, 1.0, 1000.0),
}
#: Seed of the first point of each panel of figure 2.
FIGURE2_SEEDS = {"a": 2000, "b": 2100, "c": 2205}
#: Task diversities of figure 4, all of which are whole numbers of tasks; panel (b) ends at 2.
FIGURE4_KAPPAS = (0.1, 0.16, 0.25, 0.4, 0.63, 1.0, 1.58, 2.51, 3.98, 6.31, 10.0)
#: Task sets over which finite-d curves are averaged, and their seed.
CURVE_SETS, CURVE_SEED = 20, 1
#: Runs of dMMSE, each with tasks of its own, contexts of both kinds in a run, and the seed.
DMMSE_RUNS, DMMSE_CONTEXTS, DMMSE_SEED = 1000, 16, 4900


@dataclass(frozen=True)
class Place:
    """Parameters of the limit."""

    tau: float
    alpha: float
    kappa: float
    rho: float
    lam: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """In the order that every function of the package takes them in."""
        return self.tau, self.alpha, self.kappa, self.rho, self.lam


@dataclass(frozen=True)
class SimulatedPoint:
    """One simulated point."""

    place: Place
    seed: int
    runs: int
    precision: Precision = "float64"

    @property
    def setup(self) -> Setup:
        """Rounded sizes and all else that determines the runs."""
        return Setup.read(DIMENSION, *self.place.values, seed=self.seed, precision=self.precision)


def figure1() -> list[SimulatedPoint]:
    """Seven numbers of sequences on each of the six curves of all panels."""
    # Panels (a) and (b) show two errors of the same runs.
    curves = dict.fromkeys(curve for panel in first.PANELS for curve in panel.curves)
    return [
        SimulatedPoint(Place(tau, alpha, kappa, first.RHO, lam), 1000 + i, RUNS[1])
        for i, ((alpha, kappa, lam), tau) in enumerate(product(curves, first.TAUS))
    ]


def figure2() -> list[SimulatedPoint]:
    """A few context lengths on each of the five curves of three panels."""
    points = []
    for panel in third.PANELS:
        # Single precision halves the memory that many sequences take.
        precision: Precision = "float32" if panel.tau > 1 else "float64"
        seed, alphas = FIGURE2_SEEDS[panel.label], FIGURE2_ALPHAS[panel.label]
        points += [
            SimulatedPoint(Place(panel.tau, alpha, kappa, panel.rho), seed + i, RUNS[2], precision)
            for i, (alpha, kappa) in enumerate(product(alphas, panel.kappas))
        ]
    return points


def figure4() -> list[SimulatedPoint]:
    """Linear attention for the context lengths of both panels, the longest in (b) only."""
    wide, narrow = fourth.ALPHAS
    alphas = sorted({*wide, *narrow})
    places = [
        Place(fourth.SHARE * alpha, alpha, kappa, fourth.RHO)
        for alpha in alphas
        for kappa in FIGURE4_KAPPAS
        if alpha in wide or kappa < fourth.NARROW
    ]
    return [SimulatedPoint(place, 4000 + i, RUNS[4]) for i, place in enumerate(places)]


#: Simulated points of linear attention by figure.
POINTS: dict[int, Callable[[], list[SimulatedPoint]]] = {1: figure1, 2: figure2, 4: figure4}


def curves1() -> list[Place]:
    """Abscissae dense at the finite-d threshold."""
    curves = dict.fromkeys(curve for panel in first.PANELS for curve in panel.curves)
    taus = first.around((DIMENSION + 1) / DIMENSION, 41)
    return [
        Place(float(tau), alpha, kappa, first.RHO, lam)
        for (alpha, kappa, lam), tau in product(curves, taus)
    ]


def curves2() -> list[Place]:
    """Four context lengths an octave of ten."""
    alphas = np.geomspace(1e-1, 1e3, 33)
    return [
        Place(panel.tau, float(alpha), kappa, panel.rho)
        for panel in third.PANELS
        for kappa in panel.kappas
        for alpha in alphas
    ]


def curves4() -> list[Place]:
    """Task diversities of the wide panel."""
    alphas = sorted({*fourth.ALPHAS[0], *fourth.ALPHAS[1]})
    kappas = np.geomspace(*fourth.KAPPAS, 31)
    return [
        Place(fourth.SHARE * alpha, alpha, float(kappa), fourth.RHO)
        for alpha, kappa in product(alphas, kappas)
    ]


#: Places of the finite-d curves by figure.
CURVES: dict[int, Callable[[], list[Place]]] = {1: curves1, 2: curves2, 4: curves4}
