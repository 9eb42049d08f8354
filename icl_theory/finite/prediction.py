"""Finite-d prediction: the deterministic equivalent with population matrices of finite size.

For a given task set, with E the second-moment matrix of pretraining at (d, ell) and A its cross
moment, the effective ridge xi makes the degrees of freedom of E add up to the number of sequences,
the estimator is equivalent to Gamma_eq = A (E + xi)^{-1}, and every test error is that of Gamma_eq
plus a variance proportional to the error on the pretraining population. The formulas, with their
proof and their limit, are in `icl_theory.theory.deterministic`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import formulas
from .population import Population
from .sizes import Sizes


@dataclass(frozen=True)
class Eigensystem:
    """Eigenvalues (ascending) and eigenvectors (columns) of a second-moment matrix E."""

    values: np.ndarray
    vectors: np.ndarray

    @classmethod
    def of(cls, population: Population, rank: int) -> Eigensystem:
        """Spectrum of ``population.b``, whose rank is known."""
        values, vectors = np.linalg.eigh(population.b)
        # Positive semidefinite: what is below zero, or beyond the rank, is rounding.
        values = np.maximum(values, 0)
        values[: len(values) - rank] = 0
        return cls(values, vectors)

    def freedom(self, xi: float) -> float:
        """``tr E (E + xi)^{-1}``, the rank at xi = 0."""
        if xi == 0:
            return float(np.count_nonzero(self.values))
        return float((self.values / (self.values + xi)).sum())

    def inverse(self, xi: float) -> np.ndarray:
        """Eigenvalues of ``(E + xi)^{-1}``, of the pseudoinverse at xi = 0."""
        shifted = self.values + xi
        return np.divide(1, shifted, out=np.zeros_like(shifted), where=shifted > 0)


@dataclass(frozen=True)
class Equivalent:
    """The deterministic equivalent of one pretraining run.

    Attributes
    ----------
    xi
        Effective ridge.
    r
        ``lam/xi``, the ratio of training to leave-one-out residuals.
    gamma
        Equivalent estimator, array (d, d + 1).
    pretraining
        Error on the population that pretraining sequences are drawn from; ``inf`` at the ridgeless
        interpolation threshold.
    """

    d: int
    tau: float
    xi: float
    r: float
    gamma: np.ndarray
    pretraining: float
    spectrum: Eigensystem

    @property
    def load(self) -> float:
        """``tr E^2 (E + xi)^{-2} / (d tau)``, at most 1: the share of the variance's feedback."""
        s = self.spectrum.values * self.spectrum.inverse(self.xi)
        return float((s**2).sum()) / self.d / self.tau

    @property
    def top(self) -> float:
        """Largest eigenvalue of the second moment of x g^T, times d."""
        return float(self.spectrum.values[-1])

    def preconditioner(self) -> Callable[[np.ndarray], np.ndarray]:
        """Inverse, but for a factor, of the normal matrix that the effective ridge stands for."""
        spectrum = self.spectrum
        # An empty direction of E is empty in the data too, but for rounding: it stays out of Gamma.
        weights = np.where(spectrum.values > 0, spectrum.inverse(self.xi), 0)
        inverse = (spectrum.vectors * weights) @ spectrum.vectors.T
        return lambda gamma: gamma @ inverse

    @property
    def train(self) -> float:
        """Mean squared residual on the pretraining set."""
        if self.r == 0:
            return 0.0
        return float(formulas.finite_train(self.r, self.pretraining))

    def error(self, population: Population) -> float:
        """Test error on any population of sequences."""
        if math.isinf(self.pretraining):
            return math.inf
        s, q = self.spectrum.values, self.spectrum.vectors
        test = np.einsum("ij,ij->j", q, population.b @ q)
        transfer = (s * self.spectrum.inverse(self.xi) ** 2 * test).sum() / self.d
        own = population.error(self.gamma)
        return float(formulas.finite_test(own, self.pretraining, self.tau, float(transfer)))


def equivalent(population: Population, sizes: Sizes, lam: float, rank: int) -> Equivalent:
    """Deterministic equivalent of ridge regression on n sequences of a population.

    Parameters
    ----------
    population
        What pretraining sequences are drawn from.
    sizes
        Dimensions of the model.
    lam
        Ridge strength; 0 for the ridgeless limit.
    rank
        Rank of ``population.b``.
    """
    d, tau = sizes.d, sizes.tau
    spectrum = Eigensystem.of(population, rank)
    xi, r = effective_ridge(spectrum, sizes, lam)
    s, q = spectrum.values, spectrum.vectors
    inverse = spectrum.inverse(xi)
    gamma = (population.a @ q * inverse) @ q.T
    if xi == 0 and r == 0:
        # The ridgeless interpolation threshold.
        return Equivalent(d, tau, xi, r, gamma, math.inf, spectrum)
    freedom_squared = float(((s * inverse) ** 2).sum()) / d
    pretraining = float(formulas.finite_idg(tau, population.error(gamma), freedom_squared))
    return Equivalent(d, tau, xi, r, gamma, pretraining, spectrum)


def effective_ridge(spectrum: Eigensystem, sizes: Sizes, lam: float) -> tuple[float, float]:
    """Effective ridge xi and r = lam/xi, to float64 precision.

    Ridgeless, with N the rank of E: xi = 0 and r = 1 - d N/n from the interpolation threshold
    n = d N on; below, r = 0 and tr E (E + xi)^{-1} = n/d.
    """
    from scipy.optimize import brentq

    d, n, tau = sizes.d, sizes.n, sizes.tau
    top = float(spectrum.values[-1])
    rank = int(spectrum.freedom(0.0))
    if lam == 0 and n >= d * rank:
        return 0.0, (n - d * rank) / n

    def excess(log_xi: float) -> float:
        xi = math.exp(log_xi)
        return float(formulas.freedom_residual(tau, lam / xi, spectrum.freedom(xi) / d))

    # r <= 1, and the trace is at most rank * top/xi; factors 2 keep the signs safe from rounding.
    high = 2 * (lam + top * rank * d / n)
    low = lam / 2 or lam
    if lam == 0:
        low = high / 2
        while excess(math.log(low)) <= 0:
            low /= 1024
    log_xi = brentq(excess, math.log(low), math.log(high), xtol=1e-15, rtol=4 * np.finfo(float).eps)
    xi = math.exp(log_xi)
    return xi, lam / xi
