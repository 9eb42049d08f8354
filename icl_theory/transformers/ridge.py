"""The theory's estimator on the data that a model was trained on: every ridge, and every time.

Gamma solves a least-squares problem with features H = x_q g^T. One decomposition of the sequences'
features gives the estimator for any spectral filter of the curvature (d/n) F^T F: ridge regression
(filter s/(s + lam)), minimum norm (its limit) and gradient flow from zero (filter 1 - exp(-t s)).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from icl_theory.finite import formulas
from icl_theory.finite.population import Population, of_fresh_tasks, of_tasks

from .data import Sequences, Source

#: Singular values below this share of the largest are rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Least squares on one training set.

    Attributes
    ----------
    curvature
        Eigenvalues s of (d/n) F^T F that are not zero, descending.
    directions
        Their eigenvectors, array (r, d, d + 1).
    fitted
        Coefficients of the minimum-norm solution along them.
    population
        What the error is exact on: fresh sequences of the pretraining tasks.
    icl
        The same for fresh tasks.
    residual
        Mean square of the labels' part that no Gamma fits.
    energy
        Mean square of the labels along each direction, array (r,).
    """

    curvature: np.ndarray
    directions: np.ndarray
    fitted: np.ndarray
    population: Population
    icl: Population
    residual: float
    energy: np.ndarray

    @classmethod
    def of(cls, source: Source) -> Decomposition:
        """Decompose the features of a run's training set."""
        sizes, drawn = source.sizes, source.train()
        features = features_of(drawn).reshape(sizes.n, -1)
        labels = drawn.labels.astype(float)
        left, values, right = np.linalg.svd(features, full_matrices=False)
        kept = values > _ROUNDING * values[0]
        left, values, right = left[:, kept], values[kept], right[kept]
        along = left.T @ labels
        icl = of_fresh_tasks(sizes, source.rho, "gaussian")
        own = icl if source.fresh else of_tasks(source.tasks().astype(float), sizes.ell, source.rho)
        return cls(
            curvature=values**2 * sizes.d / sizes.n,
            directions=right.reshape(-1, sizes.d, sizes.d + 1),
            fitted=along / values,
            population=own,
            icl=icl,
            residual=float(np.mean(np.square(labels)) - along @ along / sizes.n),
            energy=along**2 / sizes.n,
        )

    def filtered(self, spectral: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Gamma for a spectral filter, a function of the curvature."""
        return np.tensordot(spectral(self.curvature) * self.fitted, self.directions, axes=1)

    def minimum_norm(self) -> np.ndarray:
        """Gamma of least norm among those that fit best."""
        return self.filtered(np.ones_like)

    def ridge(self, lam: float) -> np.ndarray:
        """Gamma for a ridge, with the penalty of the theory."""
        return self.filtered(lambda s: s / (s + lam))

    def flow(self, time: float) -> np.ndarray:
        """Gamma after gradient flow from zero on half of (d/n) times the sum of squares."""
        return self.filtered(lambda s: -np.expm1(-time * s))

    def train(self, spectral: Callable[[np.ndarray], np.ndarray]) -> float:
        """Mean squared residual on the training set for a spectral filter."""
        left = 1 - spectral(self.curvature)
        return self.residual + float(left**2 @ self.energy)

    @cached_property
    def _powers(self) -> np.ndarray:
        """Products of the predictions along pairs of directions, for fresh sequences."""
        scaled = self.fitted[:, None, None] * self.directions
        count, d, _ = scaled.shape
        return (scaled @ self.population.b).reshape(count, -1) @ scaled.reshape(count, -1).T / d

    def nearest_ridge(self, gamma: np.ndarray) -> Nearest:
        """The ridge whose Gamma predicts most like a given one on fresh sequences."""
        from scipy.optimize import minimize_scalar

        d = len(gamma)
        seen = gamma @ self.population.b
        own = float(np.vdot(seen, gamma)) / d
        along = np.tensordot(self.directions, seen, axes=2) * self.fitted / d

        def distance(log_lam: float) -> float:
            kept = self.curvature / (self.curvature + math.exp(log_lam))
            return float(own - 2 * kept @ along + kept @ self._powers @ kept)

        low, high = math.log(self.curvature[-1]) - 12, math.log(self.curvature[0]) + 12
        grid = np.linspace(low, high, 61)
        best = int(np.argmin([distance(one) for one in grid]))
        bracket = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
        found = minimize_scalar(distance, bounds=bracket, method="bounded")
        return Nearest(math.exp(found.x), float(found.fun))


@dataclass(frozen=True)
class Nearest:
    """The ridge nearest to a trained model.

    Attributes
    ----------
    lam
        Its strength.
    distance
        Mean squared difference of the two predictions on fresh sequences.
    """

    lam: float
    distance: float


def features_of(sequences: Sequences) -> np.ndarray:
    """H = x_q g^T of sequences, array (n, d, d + 1), in float64."""
    tokens = sequences.tokens.astype(float)
    d, ell = tokens.shape[2] - 1, tokens.shape[1] - 1
    # The query's label is 0: it adds nothing.
    g = np.einsum("nl,nli->ni", tokens[..., d], tokens)
    g[:, :d] *= formulas.feature_scale(d, ell)
    g[:, d] *= formulas.square_scale(d, ell)
    return np.einsum("ni,nj->nij", tokens[:, -1, :d], g)
