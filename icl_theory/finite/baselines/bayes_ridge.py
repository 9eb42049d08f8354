"""Simulation of the Bayes estimator of a fresh Gaussian task: ridge regression on the context.

Its error is rho plus the posterior variance per dimension, the trace of (1 + X^T X/rho)^{-1} over
d. So only the eigenvalues of X^T X are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from icl_theory.algebra.exchange import Portable

from .. import formulas, memory
from ..estimate import Estimate
from ..parameters import NumberOrText, described, read
from ..seeds import streams
from ..sizes import context_length
from .contexts import draw_eigenvalues


@dataclass(frozen=True, eq=False)
class BayesRidge(Portable, kind="bayes-ridge"):
    """Simulated error of Bayes-optimal ridge regression on the context.

    Attributes
    ----------
    icl
        Estimate; one value a run, the mean over its contexts.
    d, ell
        Token dimension and context length.
    rho
        Label-noise variance.
    """

    icl: Estimate
    d: int
    ell: int
    rho: float

    @property
    def alpha(self) -> float:
        """Effective ``ell / d``."""
        return self.ell / self.d


@described()
def simulate_bayes_ridge(
    d: int,
    alpha: NumberOrText,
    rho: NumberOrText,
    *,
    runs: int = 100,
    contexts: int = 64,
    seed: int = 0,
) -> BayesRidge:
    """Measure the least error that any estimator can have on fresh Gaussian tasks at finite d.

    Ridge regression with this penalty errs as much on tasks from the sphere, where it is the best
    linear estimator.

    Returns
    -------
    BayesRidge
        icl with its standard error over runs.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell to zero.

    Examples
    --------
    >>> from icl_theory.finite import simulate_bayes_ridge
    >>> 0.3 < simulate_bayes_ridge(d=20, alpha=5, rho=0.2, runs=10).icl.mean < 0.4
    False
    """
    size = read("d", d)
    ell = context_length(size, alpha)
    noise, seed = read("rho", rho), read("seed", seed)
    runs, contexts = read("runs", runs), read("contexts", contexts)
    memory.require(8 * runs, "runs", runs, "their results")
    eigenvalues_of_a_run = contexts * min(ell, size)
    memory.require(32 * eigenvalues_of_a_run, "contexts", contexts, "the eigenvalues of a run")
    values = np.empty(runs)
    for run in range(runs):
        eigenvalues = draw_eigenvalues(contexts, ell, size, 1 / size, streams(seed, run).contexts)
        values[run] = np.mean(posterior_variance(eigenvalues, size, noise))
    errors = np.asarray(formulas.bayes_error(noise, values))
    return BayesRidge(Estimate(errors), size, ell, noise)


def posterior_variance(eigenvalues: np.ndarray, d: int, rho: float) -> np.ndarray:
    """Trace of (1 + X^T X/rho)^{-1} over d, from the eigenvalues that may differ from zero."""
    unseen = d - eigenvalues.shape[-1]
    if rho == 0:
        # What is seen at all is known exactly.
        return np.full(eigenvalues.shape[:-1], unseen / d)
    trace: np.ndarray = unseen + (rho / (rho + eigenvalues)).sum(axis=-1)
    return trace / d
