"""Population matrices of a distribution of sequences, and the exact error of any Gamma under it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .formulas import label_variance, moment_blocks, weights_error
from .parameters import TaskLaw
from .sizes import Sizes
from .tasks import TaskSet


@dataclass(frozen=True)
class Population:
    """First and second conditional moments of Lemma 1, averaged over tasks.

    Attributes
    ----------
    a
        Array (d, d + 1): ``d E[y H]``.
    b
        Array (d + 1, d + 1): ``E[vec H vec H^T] = (1/d) b (x) I``.
    variance
        Variance of the label, ``E[y^2]``.
    """

    a: np.ndarray
    b: np.ndarray
    variance: float

    def error(self, gamma: np.ndarray) -> float:
        """Mean squared error of the predictor ``<gamma, H>`` on this population (Proposition 1)."""
        d = len(self.a)
        overlap = np.vdot(gamma, self.a) / d
        power = np.vdot(gamma @ self.b, gamma) / d
        return float(weights_error(self.variance, overlap, power))

    def scaled(self, inputs: np.ndarray) -> Population:
        """The same with the features of inputs of covariance diag(inputs), in Gamma'.

        See `icl_theory.finite.inputs`: the moments here are those of isotropic inputs.
        """
        scale = np.append(np.sqrt(inputs), 1.0)
        return Population(self.a * scale, self.b * scale * scale[:, None], self.variance)


def of_tasks(
    vectors: np.ndarray, ell: int, rho: float, weights: np.ndarray | None = None
) -> Population:
    """Population of sequences whose task is drawn from a finite set.

    Parameters
    ----------
    vectors
        Tasks, array (k, d).
    ell
        Context length.
    rho
        Label-noise variance.
    weights
        Probabilities of the tasks, array (k,); equal where not given.
    """
    k, d = vectors.shape
    weights = np.full(k, 1 / k) if weights is None else weights
    v = label_variance(np.linalg.norm(vectors, axis=1) / math.sqrt(d), rho)
    return _assemble(
        d,
        ell,
        mean_v=float(weights @ v),
        mean_v2=float(weights @ v**2),
        mean_vw=(weights * v) @ vectors,
        mean_ww=(vectors * weights[:, None]).T @ vectors,
    )


def of_fresh_tasks(
    sizes: Sizes, rho: float, law: TaskLaw = "sphere", covariance: np.ndarray | None = None
) -> Population:
    """Population of sequences with a fresh task each.

    Parameters
    ----------
    sizes
        Dimensions of the model.
    rho
        Label-noise variance.
    law
        ``"sphere"`` or ``"gaussian"``.
    covariance
        Covariance (d, d) whose square root multiplies tasks of the law; the identity where not
        given.

    Raises
    ------
    ValueError
        If a covariance is not a symmetric (d, d) matrix.
    """
    d = sizes.d
    moved = covariance is not None
    if covariance is None:
        covariance = np.eye(d)
    elif np.shape(covariance) != (d, d) or not np.array_equal(covariance, np.transpose(covariance)):
        raise ValueError(f"covariance must be a symmetric ({d}, {d}) matrix")
    # v is linear in |w|^2. It fluctuates for Gaussian tasks, Var |w|^2 = 2 tr C^2, and for those of
    # the sphere times the root of C, E (w^T C w)^2 = d ((tr C)^2 + 2 tr C^2)/(d + 2).
    trace = float(np.trace(covariance))
    v = float(label_variance(math.sqrt(np.trace(covariance) / d), rho))
    square = float(np.vdot(covariance, covariance))
    if law == "gaussian":
        spread = 2 * square / d**2
    else:
        spread = 2 * (square - trace**2 / d) / (d * (d + 2)) if moved else 0.0
    return _assemble(
        d,
        sizes.ell,
        mean_v=v,
        mean_v2=v**2 + spread,
        mean_vw=np.zeros(d),
        mean_ww=covariance,
    )


def _assemble(
    d: int,
    ell: int,
    *,
    mean_v: float,
    mean_v2: float,
    mean_vw: np.ndarray,
    mean_ww: np.ndarray,
) -> Population:
    """Matrices A and B from averages over tasks of v, v^2, v w and w w^T."""
    blocks = moment_blocks(d, ell)
    b = np.empty((d + 1, d + 1))
    b[:d, :d] = blocks.tasks * mean_ww
    b[np.arange(d), np.arange(d)] += blocks.isotropic * mean_v
    b[:d, d] = b[d, :d] = blocks.cross * mean_vw
    b[d, d] = blocks.corner * mean_v2
    return Population(np.column_stack([mean_ww, mean_vw]), b, float(mean_v))


def rank(tasks: TaskSet, d: int, rho: float) -> int:
    """Rank of the second-moment matrix of the pretraining population.

    It is d + 1, except that without label noise sum y_i^2 = <w, sum y_i x_i>: then a single task
    leaves one direction empty.
    """
    if rho > 0 or tasks.given is None:
        return d + 1
    vectors, counts = tasks.given
    seen = vectors[counts > 0]
    return d + 1 if np.any(seen != seen[0]) else d


def of_pretraining(tasks: TaskSet, sizes: Sizes, rho: float) -> Population:
    """Population of pretraining sequences, given how many of them each task has.

    Raises
    ------
    ValueError
        If every sequence has a fresh task.
    """
    if tasks.given is None:
        raise ValueError("tasks must be a set of given tasks, got fresh ones")
    vectors, counts = tasks.given
    return of_tasks(vectors, sizes.ell, rho, counts / sizes.n)
