r"""Error along gradient flow on Gamma from zero: in the limit, and at finite d.

Flow for a time t applies the filter 1 - exp(-t s) to the curvature. Two expressions for its error:

* in the limit with a fresh task in every sequence, an integral over the Marchenko-Pastur law;
* at finite d for any task set, by Cauchy's formula: (1 - exp(-t s))/s is an integral of resolvents
  1/(s - z) along a contour around the spectrum, and the deterministic equivalent, continued to
  complex ridges lam = -z, gives their means and those of products of two of them. That the
  equivalent holds for products of two different resolvents is quoted, and checked by simulation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from icl_theory.finite import formulas
from icl_theory.finite.population import Population
from icl_theory.finite.prediction import Eigensystem
from icl_theory.finite.sizes import Sizes

#: Nodes of quadrature over the spectrum, after a substitution that removes its edges' roots.
_NODES = 400
#: Nodes of the contour in each half plane, per ratio of its axes: the rule converges geometrically
#: at a rate of that ratio. There are at least and at most so many.
_CONTOUR, _FEWEST, _MOST = 10, 80, 1500


def limit_error(tau: float, alpha: float, rho: float, times: np.ndarray) -> np.ndarray:
    """Error along gradient flow in the limit at kappa = oo, for fresh tasks.

    Parameters
    ----------
    tau, alpha, rho
        Parameters of the limit.
    times
        Times t >= 0, in units in which the mean of the curvature is 1 + (1 + rho)/alpha.

    Returns
    -------
    numpy.ndarray
        One error for each time.
    """
    from scipy.special import roots_chebyu

    power = float(formulas.feature_power(alpha, rho))
    # Marchenko-Pastur law with 1/tau features a sample; Chebyshev's weight is its two root edges.
    nodes, weights = roots_chebyu(_NODES)
    unit = 1 + 1 / tau + 2 * nodes / math.sqrt(tau)
    mass = weights * (2 / math.pi) / unit
    atom = max(0.0, 1 - tau)
    s, t = power * unit, np.asarray(times, dtype=float)[:, None]
    kept = -np.expm1(-t * s)
    missed = atom + (mass * (1 - kept) ** 2).sum(1)
    gained = (mass * kept**2 / s).sum(1)
    return np.asarray(formulas.filtered_error(tau, alpha, rho, missed, gained))


@dataclass(frozen=True)
class _Contour:
    """Upper half of a contour around [0, top]: nodes z and weights of (1/(2 pi i)) times dz."""

    nodes: np.ndarray
    weights: np.ndarray

    @classmethod
    def around(cls, top: float, time: float) -> _Contour:
        # exp(-t z) stays of order one to the left of the spectrum.
        left = min(0.25 * top, 1.0 / time)
        right = 1.25 * top
        centre, radius = (right - left) / 2, (right + left) / 2
        height = math.sqrt(radius * left)
        count = max(_FEWEST, math.ceil(_CONTOUR * radius / height))
        if count > _MOST:
            raise ValueError(f"times must be at most {150**2 / top:.3g} here, got {time!r}")
        angles = (np.arange(count) + 0.5) * math.pi / count
        nodes = centre + radius * np.cos(angles) + 1j * height * np.sin(angles)
        steps = -radius * np.sin(angles) + 1j * height * np.cos(angles)
        return cls(nodes, steps / (2j * count))


def finite_error(
    pretraining: Population,
    test: Population,
    sizes: Sizes,
    rank: int,
    times: np.ndarray,
) -> np.ndarray:
    """Error along gradient flow at finite d by the deterministic equivalent.

    Parameters
    ----------
    pretraining, test
        Populations of the pretraining sequences and of those that are tested on.
    sizes
        Dimensions.
    rank
        Rank of the pretraining population's second moment.
    times
        Times t > 0 of the flow on half of (d/n) times the sum of squares.

    Returns
    -------
    numpy.ndarray
        One error for each time.
    """
    spectrum = Eigensystem.of(pretraining, rank)
    return np.array([_at(pretraining, test, sizes, spectrum, float(t)) for t in times])


def _at(
    pretraining: Population, test: Population, sizes: Sizes, spectrum: Eigensystem, time: float
) -> float:
    s, q = spectrum.values, spectrum.vectors
    d, tau = sizes.d, sizes.tau
    top = s[-1] * (1 + math.sqrt(sizes.p / sizes.n)) ** 2
    contour = _Contour.around(float(top), time)
    upper = effective_ridges(s, sizes, -contour.nodes)
    # The lower half is the mirror image.
    z = np.concatenate([contour.nodes, contour.nodes.conj()])
    w = np.concatenate([contour.weights, contour.weights.conj()])
    xi = np.concatenate([upper, upper.conj()])
    # Gamma(t) is the sum of these times the ridge solutions at lam = -z.
    w = w * np.expm1(-time * z) / z

    inverse = 1 / (s + xi[:, None])
    first = pretraining.a @ q

    def parts(population: Population) -> tuple[np.ndarray, np.ndarray]:
        """Overlaps of the equivalents with A, and the powers of pairs of them."""
        # Gamma_1 B Gamma_2^T needs all of B in the eigenbasis of E.
        kernel = (q.T @ population.b @ q) * (first.T @ first) / d
        linear = inverse @ ((population.a @ q) * first).sum(0) / d
        return linear, inverse @ kernel @ inverse.T

    own, own_power = parts(pretraining)
    linear, power = parts(test)
    scaled = inverse * s
    freedom = scaled @ scaled.T / d
    residual = pretraining.variance - own[:, None] - own + own_power
    transfer = (scaled * np.einsum("ij,ij->j", q, test.b @ q)) @ inverse.T / d
    # The quadratic part of the error of two ridges; the formula is that of one ridge, polarised.
    quadratic = power + residual / (tau - freedom) * transfer
    found = test.variance - 2 * (w @ linear) + w @ quadratic @ w
    return float(found.real)


def effective_ridges(s: np.ndarray, sizes: Sizes, lams: np.ndarray) -> np.ndarray:
    """Effective ridges xi at complex ridges: lam = xi (1 - tr E(E + xi)^{-1}/(d tau)).

    Each is reached from a large real ridge, where there is one positive solution, by Newton's
    method along a straight line that keeps clear of the spectrum.

    Parameters
    ----------
    s
        Eigenvalues of E.
    sizes
        Dimensions.
    lams
        Complex ridges off the negative real axis.
    """
    scale = sizes.d * sizes.tau

    def equation(xi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        shifted = s + xi[:, None]
        return xi * (1 - (s / shifted).sum(1) / scale), 1 - (s**2 / shifted**2).sum(1) / scale

    far = 100 * (s[-1] + np.abs(lams).max())
    xi = np.full(len(lams), far, dtype=complex)
    # Geometric steps: the distance to the end falls by the same factor each time.
    for share in [*np.geomspace(1, 1e-7, 120), 0.0]:
        goal = lams + share * (far - lams)
        for _ in range(60):
            value, slope = equation(xi)
            step = (value - goal) / slope
            xi = xi - step
            if np.all(np.abs(step) <= 1e-13 * np.abs(xi)):
                break
        else:
            raise ArithmeticError("the effective ridge at a complex ridge was not found")
    return xi
