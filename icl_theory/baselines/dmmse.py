"""dMMSE, the Bayes estimator for the pretraining tasks: its error at large d, partly heuristic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from icl_theory.algebra.exchange import Written
from icl_theory.algebra.quantity import unfold
from icl_theory.theory import baselines
from icl_theory.theory.symbols import alpha as alpha_symbol
from icl_theory.theory.symbols import d as d_symbol
from icl_theory.theory.symbols import rho as rho_symbol

from .extremes import SMALLEST_BETA, expected_maximum, winning_level
from .reading import count, positive


@dataclass(frozen=True)
class DmmseError(Written, kind="dmmse-error"):
    """Large-d theory of dMMSE.

    Attributes
    ----------
    icl
        Error on a fresh task, heuristic: log weights taken as normal.
    skewed
        The same with what the skewness of the log weights does to a frozen posterior, of order
        log(k)/d. Where it is frozen, at low label noise, what is left is of order 1/d.
    frozen
        As ``icl`` with all weight on one task, its limit at low label noise.
    idg
        Error on the pretraining tasks: rho, as the posterior freezes on the right one.
    beta
        Inverse temperature of the weights.
    participation
        Expected sum of squared weights; 1 where the posterior is frozen on one task.
    """

    icl: float
    skewed: float
    frozen: float
    idg: float
    beta: float
    participation: float


def dmmse_error(d: int, alpha: float, k: int, rho: float) -> DmmseError:
    """Predict the error of dMMSE with k pretraining tasks in dimension d.

    Parameters
    ----------
    d
        Token dimension, at least 2.
    alpha
        Context length over d, finite and > 0.
    k
        Number of pretraining tasks, at least 1.
    rho
        Label noise, finite and > 0: without noise the posterior is not defined.

    Returns
    -------
    DmmseError

    Raises
    ------
    ValueError
        If a parameter is outside of this domain.

    Notes
    -----
    Claims ``dmmse-energies``, ``dmmse-freezing`` and ``dmmse-skewness``.
    """
    d, k = count("d", d, 2), count("k", k)
    alpha, rho = positive("alpha", alpha), positive("rho", rho)
    temperature, error, skewed = _functions()
    beta = float(temperature(d, alpha, rho))
    if not SMALLEST_BETA <= beta < math.inf:
        raise ValueError(
            f"d, alpha and rho must make an inverse temperature >= {SMALLEST_BETA:g}, "
            f"got {beta:.3g} from d = {d}, alpha = {alpha:g}, rho = {rho:g}"
        )
    overlap, participation, square = winning_level(k, beta)
    best = float(expected_maximum(k))
    return DmmseError(
        icl=float(error(d, alpha, rho, overlap, participation)),
        skewed=float(skewed(d, alpha, rho, overlap, participation, square)),
        frozen=float(error(d, alpha, rho, best, 1.0)),
        idg=float(rho),
        beta=beta,
        participation=participation,
    )


@cache
def _functions() -> tuple[Any, Any, Any]:
    given = [d_symbol, alpha_symbol, rho_symbol]
    temperature = sp.lambdify(given, unfold(baselines.inverse_temperature), "math")
    weights = [baselines.overlap, baselines.participation]
    error = sp.lambdify([*given, *weights], unfold(baselines.e_dmmse), "math")
    weights = [*weights, baselines.square]
    skewed = sp.lambdify([*given, *weights], unfold(baselines.e_dmmse_skew), "math")
    return temperature, error, skewed
