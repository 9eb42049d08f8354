r"""The finite-d prediction for inputs of any covariance: every row of Gamma has its own ridge.

Inputs x ~ N(0, Sigma/d) are x = Sigma^{1/2} x' with x' ~ N(0, I/d), and labels <x, w> are <x', w'>
with w' = Sigma^{1/2} w. So sequences are those of isotropic inputs with tasks w', whose queries and
features are scaled afterwards; everything is written in the eigenbasis of Sigma.

In Gamma' = Sigma^{1/2} Gamma the queries are isotropic and the penalty is sum_j |Gamma'_j|^2/a_j
over the eigenvalues a_j of Sigma. With E the second moment of the actual features,

    Gamma'_j = A_j (E + xi/a_j)^{-1},     n (1 - lam/xi) = sum_j tr E (E + xi/a_j)^{-1},
    e_IDG = e(Gamma') / (1 - (1/n) sum_j tr E^2 (E + xi/a_j)^{-2}),
    e_test = e_test(Gamma') + (e_IDG/n) sum_j tr E (E + xi/a_j)^{-1} B_test (E + xi/a_j)^{-1}.

This is the first-order equivalent of `prediction` for rows that differ. It is checked by simulation
(``python -m benchmarks.structured_monte_carlo``) and not derived here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import formulas
from .population import Population
from .prediction import Eigensystem
from .sizes import Sizes


@dataclass(frozen=True)
class RowEquivalent:
    """The deterministic equivalent of one pretraining run with correlated inputs.

    Attributes
    ----------
    sizes
        Dimensions of the model.
    inputs
        Eigenvalues a of the covariance of the inputs, array (d,).
    xi, r
        Effective ridge, and ``lam/xi``.
    gamma
        Equivalent of Gamma', array (d, d + 1).
    pretraining
        Error on the population that pretraining sequences are drawn from; ``inf`` at the ridgeless
        interpolation threshold.
    spectrum
        That of E.
    """

    sizes: Sizes
    inputs: np.ndarray
    xi: float
    r: float
    gamma: np.ndarray
    pretraining: float
    spectrum: Eigensystem

    @classmethod
    def of(
        cls, population: Population, sizes: Sizes, lam: float, rank: int, inputs: np.ndarray
    ) -> RowEquivalent:
        """Solve for the effective ridge, a bracketed root.

        Parameters
        ----------
        population
            What pretraining sequences are drawn from, with the moments of the actual features.
        sizes, lam, rank
            As in `icl_theory.finite.prediction.equivalent`.
        inputs
            Eigenvalues of the covariance of the inputs.
        """
        n = sizes.n
        spectrum = Eigensystem.of(population, rank)
        xi, r = _effective_ridge(spectrum, sizes, lam, rank, inputs)
        inverse = _inverse(spectrum, xi, inputs)
        gamma = (population.a @ spectrum.vectors * inverse) @ spectrum.vectors.T
        own = population.error(gamma)
        if xi == 0 and r == 0:
            return cls(sizes, inputs, xi, r, gamma, math.inf, spectrum)
        load = float(((spectrum.values * inverse) ** 2).sum()) / n
        return cls(sizes, inputs, xi, r, gamma, own / (1 - load), spectrum)

    @property
    def inverse(self) -> np.ndarray:
        """Eigenvalues of ``(E + xi/a_j)^{-1}``, array (d, d + 1)."""
        return _inverse(self.spectrum, self.xi, self.inputs)

    @property
    def load(self) -> float:
        """``sum_j tr E^2 (E + xi/a_j)^{-2} / n``, the share of the variance's feedback."""
        return float(((self.spectrum.values * self.inverse) ** 2).sum()) / self.sizes.n

    @property
    def top(self) -> float:
        """Largest eigenvalue of the second moment of x g^T, times d."""
        return float(self.spectrum.values[-1] * self.inputs.max())

    @property
    def train(self) -> float:
        """Mean squared residual on the pretraining set."""
        return 0.0 if self.r == 0 else float(formulas.finite_train(self.r, self.pretraining))

    def error(self, population: Population) -> float:
        """Test error on any population, with the moments of the actual features."""
        if math.isinf(self.pretraining):
            return math.inf
        values, vectors = self.spectrum.values, self.spectrum.vectors
        test = np.einsum("ij,ij->j", vectors, population.b @ vectors)
        transfer = float((values * self.inverse**2 * test).sum())
        return population.error(self.gamma) + self.pretraining / self.sizes.n * transfer

    def preconditioner(self) -> Callable[[np.ndarray], np.ndarray]:
        """Inverse, but for a factor, of the normal matrix: ``(a_j E + xi)^{-1}`` in row j."""
        values, vectors = self.spectrum.values, self.spectrum.vectors
        shifted = self.inputs[:, None] * values + self.xi
        weights = np.divide(1, shifted, out=np.zeros_like(shifted), where=values > 0)
        return lambda gamma: (gamma @ vectors * weights) @ vectors.T


def _inverse(spectrum: Eigensystem, xi: float, inputs: np.ndarray) -> np.ndarray:
    shifted = spectrum.values + xi / inputs[:, None]
    return np.divide(1, shifted, out=np.zeros_like(shifted), where=shifted > 0)


def _effective_ridge(
    spectrum: Eigensystem, sizes: Sizes, lam: float, rank: int, inputs: np.ndarray
) -> tuple[float, float]:
    """Effective ridge xi and r = lam/xi; limits as in `icl_theory.finite.prediction`."""
    from scipy.optimize import brentq

    d, n = sizes.d, sizes.n
    if lam == 0 and n >= d * rank:
        return 0.0, (n - d * rank) / n

    def excess(log_xi: float) -> float:
        xi = math.exp(log_xi)
        used = spectrum.values / (spectrum.values + xi / inputs[:, None])
        return lam / xi + float(used.sum()) / n - 1

    # r <= 1, and a row's trace is at most rank * top * a_j/xi; factors 2 are for rounding.
    top = float(spectrum.values[-1] * inputs.max())
    high = 2 * (lam + top * rank * d / n)
    low = lam / 2 if lam > 0 else high / 2
    while excess(math.log(low)) <= 0:
        low /= 1024
    log_xi = brentq(excess, math.log(low), math.log(high), xtol=1e-15, rtol=4 * np.finfo(float).eps)
    xi = math.exp(log_xi)
    return xi, lam / xi
