"""Simulation against prediction, sharply: an error of 1 % in a formula does not pass.

What a run at finite d leaves of its prediction is a series in 1/d. From runs at d and 2d the first
order is extrapolated away, and the relative residual that is left has to vanish within its standard
error. The number of runs makes that error so small that 1 % stands out.
"""

import math

import numpy as np
import pytest

from icl_theory import simulate

#: Standard errors within which a residual counts as none.
LIMIT = 4.0
#: One point on either side of the interpolation threshold, with fewer tasks than dimensions.
POINTS = {
    "under": {"tau": 0.5, "alpha": 3, "kappa": 0.5, "rho": 0.5, "lam": 0.5},
    "over": {"tau": 3, "alpha": 3, "kappa": 0.5, "rho": 0.5, "lam": 0.1},
}


def z_scores(name, place, sizes, runs, factors):
    """Relative residual extrapolated to first order in 1/d, over its standard error.

    One score for each factor by which the prediction is made wrong.
    """
    ratios = []
    for d in sizes:
        run = simulate(d, **place, runs=runs, seed=2, assignment="balanced", solver="direct")
        ratios.append(getattr(run, name).values / getattr(run.prediction, name).values)
    (one, one_error), (two, two_error) = (
        (np.mean(ratio), np.std(ratio, ddof=1) / math.sqrt(runs)) for ratio in ratios
    )
    return [(2 * two - one - factor) / math.hypot(2 * two_error, one_error) for factor in factors]


@pytest.mark.parametrize("name", ["icl", "idg"])
@pytest.mark.parametrize("side", POINTS)
def test_simulation_agrees_with_the_prediction_and_rejects_ten_percent(side, name):
    scores = z_scores(name, POINTS[side], (6, 12), 150, (1.0, 0.9, 1.1))
    assert abs(scores[0]) < LIMIT
    assert np.all(np.abs(scores[1:]) > LIMIT)


@pytest.mark.slow
def test_simulation_agrees_with_the_prediction_and_rejects_one_percent():
    scores = z_scores("idg", POINTS["over"], (8, 16), 3000, (1.0, 0.99, 1.01))
    assert abs(scores[0]) < LIMIT
    assert np.all(np.abs(scores[1:]) > LIMIT)
