"""Finite-d prediction to second order: with the leading effect of fluctuations, which is 1/d.

The formulas, in the symbols of one task, are in `icl_theory.theory.second_order`; here they are
evaluated for all tasks at once. The training labels enter log det of the Gram matrix as one more
coordinate of weight t, so that the minimum of the penalised loss is its derivative in t; adding s
(tr(Gamma B Gamma^T) - 2 tr(Gamma A^T))/d to the loss, the test error is the derivative of that
minimum in s. The first derivative is taken by hand, the second by a central difference.

This is an expansion checked by simulation, not a theorem. What it leaves is of relative size 1/d^2,
larger near the interpolation threshold and for contexts of a few tokens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import formulas, population
from .parameters import TaskLaw
from .population import Population
from .sizes import Sizes
from .tasks import TaskSet

#: Largest number of entries in the second moments of all tasks.
LARGEST = 100_000_000
#: Steps of the central differences: of the added loss relative to the penalty, and of log lam.
_STEP = 1e-4
_LOG_STEP = 1e-3


@dataclass(frozen=True)
class Mixture:
    """Conditional moments of the features of each task, for tasks that have sequences.

    Attributes
    ----------
    share
        Share of the sequences, array (k,).
    second
        E_j, array (k, d + 1, d + 1).
    first
        Cross moments A_j, array (k, d, d + 1).
    mean
        E[g] given the task, array (k, d + 1).
    spread
        Covariance of g given the task and sum y_i^2, array (k, d + 1, d + 1).
    vectors
        Tasks, array (k, d).
    variance
        Variance of the labels, array (k,).
    """

    sizes: Sizes
    rho: float
    share: np.ndarray
    second: np.ndarray
    first: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    vectors: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(cls, tasks: TaskSet, sizes: Sizes, rho: float, law: TaskLaw) -> Mixture:
        """Mixture of a task set.

        Raises
        ------
        ValueError
            If there are too many tasks to keep a matrix for each.
        """
        d = sizes.d
        given = tasks.given
        if given is None:
            # Fresh tasks differ in norm only. Two norms stand for the law of |w|^2 to its variance.
            spread = 0.0 if law == "sphere" else math.sqrt(2 / d)
            norms = np.array([1 - spread, 1 + spread]) if spread else np.ones(1)
            vectors = np.sqrt(norms * d)[:, None] * np.eye(d)[0]
            share = np.full(len(norms), 1 / len(norms))
        else:
            seen = given[1] > 0
            vectors, share = given[0][seen], given[1][seen] / sizes.n
        if len(share) * (d + 1) ** 2 > LARGEST:
            raise ValueError(
                f"order 2 keeps a (d + 1, d + 1) matrix for each task, {len(share)} of them at "
                f"d = {d}, which is too many; use order 1"
            )
        each = [population.of_tasks(vector[None], sizes.ell, rho) for vector in vectors]
        second, first = (np.array([getattr(one, name) for one in each]) for name in ("b", "a"))
        variance = np.array([one.variance for one in each])
        mean = np.column_stack([vectors, variance])
        # g = c E[g] + sqrt(c) N(0, spread) with a chi^2 variable c of mean 1.
        squares = 1 + formulas.size_variance(sizes.ell)
        spread = second - squares * mean[:, :, None] * mean[:, None, :]
        if tasks.fresh:
            norms = np.einsum("ij,ij->i", vectors, vectors) / d
            fresh = [_isotropic(sizes, rho, norm) for norm in norms]
            second, first = (np.array(list(part)) for part in zip(*fresh, strict=True))
        return cls(sizes, rho, share, second, first, mean, spread, vectors, variance)


def _isotropic(sizes: Sizes, rho: float, norm: float) -> tuple[np.ndarray, np.ndarray]:
    """E and A averaged over tasks of all directions with |w|^2 = norm d."""
    d, blocks = sizes.d, formulas.moment_blocks(sizes.d, sizes.ell)
    v = float(formulas.label_variance(math.sqrt(norm), rho))
    diagonal = np.full(d + 1, blocks.isotropic * v + blocks.tasks * norm)
    diagonal[d] = blocks.corner * v**2
    return np.diag(diagonal), norm * np.eye(d, d + 1)


@dataclass(frozen=True)
class MixtureEquivalent:
    """Solution of the equivalent of a mixture, with ``added`` in its penalty.

    Attributes
    ----------
    phi
        Array (k,): weights f_j of the tasks over their mean r.
    xi, r
        Effective ridge and mean weight.
    inverse
        M, array (d + 1, d + 1).
    gamma
        Equivalent estimator, array (d, d + 1).
    errors
        Error of gamma on each task, array (k,).
    """

    phi: np.ndarray
    xi: float
    r: float
    inverse: np.ndarray
    gamma: np.ndarray
    errors: np.ndarray

    @classmethod
    def of(
        cls, mixture: Mixture, lam: float, rank: int, test: Population | None = None, s: float = 0.0
    ) -> MixtureEquivalent:
        """Solve by iteration on phi; xi and r follow from phi by a bracketed root.

        Parameters
        ----------
        mixture
            Moments of the tasks.
        lam
            Ridge strength.
        rank
            Rank of the mean of ``mixture.second``.
        test, s
            Population and strength of the added loss.

        Raises
        ------
        ArithmeticError
            If the iteration does not settle.
        """
        sizes, share = mixture.sizes, mixture.share
        d, n = sizes.d, sizes.n
        added = 0.0 if test is None else s * test.b
        interpolates = lam == 0 and n < d * rank
        phi = np.ones(len(share))
        for _ in range(_ITERATIONS):
            values, vectors = np.linalg.eigh(
                np.tensordot(share * phi, mixture.second, axes=1) + added
            )
            values[: len(values) - rank] = np.inf
            loads = np.einsum("jab,ai,bi->ji", mixture.second, vectors, vectors, optimize=True)
            total = (share * phi) @ loads

            def excess(
                log_xi: float, values: np.ndarray = values, total: np.ndarray = total
            ) -> float:
                xi = math.exp(log_xi)
                return lam / xi + d / n * float((total / (values + xi)).sum()) - 1

            if lam == 0 and not interpolates:
                xi, r = 0.0, 1 - d / n * float((total / values).sum())
            else:
                xi = math.exp(
                    _root(excess, lam, d * rank / n * float(values[np.isfinite(values)][-1]))
                )
                r = lam / xi
            new = 1 / formulas.task_response_sum(r, d, n, (loads / (values + xi)).sum(axis=1))
            new /= share @ new
            change = np.max(np.abs(new - phi))
            phi = new
            if change < _CONVERGED:
                break
        else:
            raise ArithmeticError(
                f"order must be 1 here, got 2: the weights of {len(share)} tasks did not settle in "
                f"{_ITERATIONS} iterations at d = {d}, n = {n}, lam = {lam}; the last change is "
                f"{change:.2g}"
            )
        inverse = (vectors / (values + xi)) @ vectors.T
        first = np.tensordot(share * phi, mixture.first, axes=1)
        if test is not None:
            first = first + s * test.a
        gamma = first @ inverse
        overlap = np.einsum("ab,jab->j", gamma, mixture.first) / d
        power = np.einsum("ab,jbc,ac->j", gamma, mixture.second, gamma, optimize=True) / d
        return cls(phi, xi, r, inverse, gamma, mixture.variance - 2 * overlap + power)


#: Bound on the iterations for phi, which converge like a geometric series of ratio O(1/sqrt(d)).
_ITERATIONS = 200
_CONVERGED = 1e-12


def _root(excess: Callable[[float], float], lam: float, scale: float) -> float:
    """Logarithm of the root of a decreasing function of log xi, between lam and lam + scale."""
    from scipy.optimize import brentq

    high = 2 * (lam + 2 * scale)
    low = (lam / 2 or lam) if lam > 0 else high / 2
    while excess(math.log(low)) <= 0:
        low /= 1024
    return float(brentq(excess, math.log(low), math.log(high), xtol=1e-14))


class SecondOrder:
    """Errors of a mixture to second order.

    Parameters
    ----------
    mixture
        Moments of the tasks.
    lam
        Ridge strength.
    rank
        Rank of the mean second moment.
    """

    def __init__(self, mixture: Mixture, lam: float, rank: int) -> None:
        self.mixture = mixture
        self.lam = lam
        self.rank = rank
        sizes = mixture.sizes
        # The ridgeless interpolation threshold has no state.
        at_threshold = lam == 0 and sizes.n == sizes.d * rank
        self.state = None if at_threshold else MixtureEquivalent.of(mixture, lam, rank)

    def error(self, test: Population) -> float:
        """Error on a test population."""
        mixture, state = self.mixture, self.state
        sizes = mixture.sizes
        if state is None:
            return math.inf
        # Strengths at which the added loss is a small part of the penalty that acts.
        step = _STEP / float(np.linalg.eigvalsh(state.inverse)[-1] * np.linalg.eigvalsh(test.b)[-1])
        minima = []
        for s in (step, -step):
            moved = MixtureEquivalent.of(mixture, self.lam, self.rank, test, s)
            scale = state.xi / moved.xi if state.xi > 0 else moved.r / state.r
            minima.append(scale * self._second(moved))
        return self._first(test, state) + (minima[0] - minima[1]) / (2 * step) / sizes.n

    def train(self) -> float:
        """Mean squared residual on the pretraining set."""
        if self.state is None or self.state.r == 0:
            return 0.0
        if self.lam == 0:
            return self._minimum(self.state)
        # The residuals are the minimum of the loss without its penalty.
        up, down = (
            self._minimum(
                MixtureEquivalent.of(self.mixture, self.lam * math.exp(sign * _LOG_STEP), self.rank)
            )
            for sign in (1, -1)
        )
        return self._minimum(self.state) - (up - down) / (2 * _LOG_STEP)

    def _minimum(self, state: MixtureEquivalent) -> float:
        """Minimum of the penalised loss per sequence."""
        mixture, n = self.mixture, self.mixture.sizes.n
        loss = float((mixture.share * state.phi) @ state.errors)
        penalty = state.xi * float(np.vdot(state.gamma, state.gamma)) / mixture.sizes.d
        return state.r * (loss + penalty + self._second(state) / n)

    def _first(self, test: Population, state: MixtureEquivalent) -> float:
        """Test error in the equivalent of the mixture."""
        mixture = self.mixture
        d, n = mixture.sizes.d, mixture.sizes.n
        weight = mixture.share * state.phi**2
        scattered = mixture.second @ state.inverse
        source = np.einsum("jab,ba->j", scattered, test.b @ state.inverse)
        response = np.linalg.solve(self._feedback(state, scattered, weight), source)
        return test.error(state.gamma) + d / n * float((weight * state.errors) @ response)

    def _feedback(
        self, state: MixtureEquivalent, scattered: np.ndarray, weight: np.ndarray
    ) -> np.ndarray:
        """Matrix I - (d/n) [pi_j phi_j^2 tr E_i M E_j M]_ij."""
        k, sizes = len(weight), self.mixture.sizes
        flat = scattered.reshape(k, -1)
        crossed = flat @ scattered.transpose(0, 2, 1).reshape(k, -1).T
        return np.eye(k) - sizes.d / sizes.n * crossed * weight

    def _second(self, state: MixtureEquivalent) -> float:
        """Change of the minimum of the loss by fluctuations, over r."""
        mixture = self.mixture
        d, n = mixture.sizes.d, mixture.sizes.n
        share, phi, m, gamma = mixture.share, state.phi, state.inverse, state.gamma
        weight = share * phi**2
        scattered = mixture.second @ m
        trace = np.einsum("jaa->j", scattered)
        twice = np.einsum("jab,jba->j", scattered, scattered)
        # How the weights f_j, and with them M, move when labels get weight.
        moved = np.linalg.solve(self._feedback(state, scattered, weight), state.errors)
        m_moved = d / n * m @ np.tensordot(weight * moved, mixture.second, axes=1) @ m
        scattered_moved = mixture.second @ m_moved
        twice_moved = np.einsum("jab,jba->j", scattered_moved, scattered)
        # Covariance of residual and features within a task.
        common = mixture.first - gamma @ mixture.second
        coupling = np.einsum("jab,bc,jac->j", common, m, common, optimize=True) / d
        # Covariances over contexts of q, of its change, and of the squared residual.
        quadratic, linear = gamma.T @ gamma / d, mixture.vectors @ gamma / d
        none = np.zeros_like(mixture.mean)
        variance = self._covariance(m, m, none)
        variance_moved = 2 * self._covariance(m, m_moved, none)
        residual = self._covariance(m, quadratic, linear)
        steps = formulas.fluctuation_step(
            *(d, n, mixture.rho, share, phi, trace, moved),
            *(twice, 2 * (twice_moved + coupling), variance, variance_moved + 2 * residual),
        )
        return float(np.sum(steps))

    def _covariance(self, m: np.ndarray, p: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Covariance over contexts of ``g^T m g`` and ``g^T p g - 2 b^T g``, for each task."""
        mixture = self.mixture
        mean, spread = mixture.mean, mixture.spread
        first, second = m @ spread, p @ spread
        along = np.einsum("jab,jb->ja", spread, mean @ m)
        return np.asarray(
            formulas.context_covariance(
                mixture.sizes.ell,
                np.einsum("jab,jba->j", first, second),
                np.einsum("ja,ja->j", along, mean @ p - b),
                np.einsum("ja,ja->j", mean @ m, mean),
                np.einsum("jaa->j", first),
                np.einsum("ja,ja->j", mean @ p, mean),
                np.einsum("jaa->j", second),
                np.einsum("ja,ja->j", b, mean),
            )
        )
