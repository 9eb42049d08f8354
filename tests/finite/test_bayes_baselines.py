"""The simulated Bayes estimators against loops that draw contexts, queries and labels."""

import math

import numpy as np
import pytest
from scipy import stats

from icl_theory.finite import simulate_bayes_ridge, simulate_dmmse
from icl_theory.finite.tasks import draw_vectors

#: Significance of a single test.
LEVEL = 1e-5


def judge_dmmse(d, ell, k, rho, law, runs, contexts, rng):
    """Mean errors of each run, array (runs, 2): one query and label for each context."""
    found = np.empty((runs, contexts, 2))
    for run in range(runs):
        tasks = draw_vectors(law, k, d, rng)
        for context in range(contexts):
            own = tasks[rng.integers(k)]
            for column, true in enumerate((draw_vectors(law, 1, d, rng)[0], own)):
                x = rng.standard_normal((ell + 1, d)) / math.sqrt(d)
                y = x @ true + math.sqrt(rho) * rng.standard_normal(ell + 1)
                energies = ((y[:ell, None] - x[:ell] @ tasks.T) ** 2).sum(axis=0) / (2 * rho)
                weights = np.exp(energies.min() - energies)
                prediction = x[ell] @ (weights @ tasks) / weights.sum()
                found[run, context, column] = (y[ell] - prediction) ** 2
    return found.mean(axis=1)


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
@pytest.mark.parametrize(
    ("d", "ell", "k", "rho"), [(4, 6, 3, 0.3), (4, 6, 9, 0.3), (5, 2, 7, 0.5), (5, 2, 3, 1.0)]
)
def test_dmmse_errs_as_much_as_where_everything_is_drawn(law, d, ell, k, rho, rng):
    fast = simulate_dmmse(d, ell / d, k / d, rho, runs=400, contexts=24, tasks=law)
    judge = judge_dmmse(d, ell, k, rho, law, 200, 8, rng)
    for estimate, values in ((fast.icl, judge[:, 0]), (fast.idg, judge[:, 1])):
        test = stats.ttest_ind(estimate.values, values, equal_var=False)
        assert test.pvalue > LEVEL
