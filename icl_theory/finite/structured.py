r"""Structured tasks, structured inputs and shifted tests at finite d.

Inputs x ~ N(0, Sigma/d) are x = Sigma^{1/2} x' with x' ~ N(0, I/d), and labels <x, w> are
<x', w'> with w' = Sigma^{1/2} w. So sequences are those of the isotropic model with tasks w',
sampled in O(d) each, with queries and features scaled afterwards; everything is written in the
eigenbasis of Sigma.

In Gamma' = Sigma^{1/2} Gamma the queries are isotropic and the penalty is sum_j |Gamma'_j|^2/a_j
over the eigenvalues a_j of Sigma: every row has a ridge of its own. With E the second moment of the
actual features,

    Gamma'_j = A_j (E + xi/a_j)^{-1},     n (1 - lam/xi) = sum_j tr E (E + xi/a_j)^{-1},
    e_IDG = e(Gamma') / (1 - (1/n) sum_j tr E^2 (E + xi/a_j)^{-2}),
    e_test = e_test(Gamma') + (e_IDG/n) sum_j tr E (E + xi/a_j)^{-1} B_test (E + xi/a_j)^{-1}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from icl_theory.evaluate.parameters import exact
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured import joint

from . import population, solvers
from .estimate import Estimate
from .formulas import penalty
from .operator import Design
from .parameters import Number
from .population import Population
from .prediction import equivalent
from .sampler import draw_sequences
from .second_order import Expansion, Mixture
from .seeds import streams
from .sizes import Sizes
from .tasks import TaskSet, assign


@dataclass(frozen=True, eq=False)
class Shift:
    """A test on fresh tasks, or on the pretraining tasks.

    Attributes
    ----------
    covariance
        Covariance T of fresh test tasks, array (d, d) in the basis of the model; None for the
        pretraining tasks themselves.
    alpha, rho
        Context length over d and label noise of the test.
    """

    covariance: np.ndarray | None
    alpha: float
    rho: float


@dataclass(frozen=True, eq=False)
class Model:
    """A finite model with structure.

    Attributes
    ----------
    sizes
        Dimensions; k may be infinite.
    rho, lam
        Label noise and ridge strength of pretraining.
    covariance
        Covariance C of the pretraining tasks, array (d, d).
    inputs
        Eigenvalues of Sigma, array (d,); the basis of the model is Sigma's eigenbasis.
    """

    sizes: Sizes
    rho: float
    lam: float
    covariance: np.ndarray
    inputs: np.ndarray

    def root(self) -> np.ndarray:
        """Square root (d, d) of the covariance of w', which draws tasks from standard normals."""
        values, vectors = np.linalg.eigh(self.covariance)
        return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T

    def tasks(self, seed: int, run: int) -> TaskSet:
        """Transformed tasks w' = Sigma^{1/2} w of one run; one for each sequence if k = inf."""
        stream, sizes = streams(seed, run), self.sizes
        fresh = math.isinf(sizes.k)
        k = sizes.n if fresh else int(sizes.k)
        vectors = stream.tasks.standard_normal((k, sizes.d)) @ self.root() * np.sqrt(self.inputs)
        counts = np.ones(k, int) if fresh else assign("multinomial", sizes.n, k, stream.counts)
        return TaskSet(vectors, counts)

    def scaled(self, of: Population) -> Population:
        """Moments of the actual features from those of the model with isotropic inputs."""
        scale = np.append(np.sqrt(self.inputs), 1.0)
        return Population(of.a * scale, of.b * scale * scale[:, None], of.variance)

    def transformed(self, covariance: np.ndarray) -> np.ndarray:
        """Sigma^{1/2} T Sigma^{1/2}."""
        scale = np.sqrt(self.inputs)
        return covariance * scale * scale[:, None]

    def fresh(self, covariance: np.ndarray, ell: int, rho: float) -> Population:
        """Population of fresh tasks of a covariance."""
        sizes = Sizes(self.sizes.d, ell, math.inf, self.sizes.n)
        moved = self.transformed(covariance)
        return population.of_fresh_tasks(sizes, rho, "gaussian", (moved + moved.T) / 2)

    def tested(self, test: Shift, tasks: TaskSet) -> Population:
        """Population of a test, with isotropic inputs."""
        ell = max(1, round(test.alpha * self.sizes.d))
        if test.covariance is not None:
            return self.fresh(test.covariance, ell, test.rho)
        if math.isinf(self.sizes.k):
            return self.fresh(self.covariance, ell, test.rho)
        assert tasks.vectors is not None
        return population.of_tasks(tasks.vectors, ell, test.rho)

    def pretraining(self, tasks: TaskSet) -> Population:
        """Population that pretraining sequences are drawn from, with isotropic inputs."""
        if math.isinf(self.sizes.k):
            return self.fresh(self.covariance, self.sizes.ell, self.rho)
        return population.of_pretraining(tasks, self.sizes, self.rho)


def eigenvalues(spectrum: Spectrum, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of C and the test weights at finite d, descending: quantiles of the spectrum.

    Numbers of directions are those with the nearest cumulative shares.
    """
    if spectrum.exponent is not None:
        p = float(spectrum.exponent)
        # Means over each direction's share of the quantiles, so that the mean stays one.
        edges = np.arange(d + 1) / d
        values = d * np.diff(edges ** (1 - p))
        return values, values if spectrum.test == "matched" else np.ones(d)
    c, w, s = spectrum.nodes()
    last = np.rint(np.cumsum(w) * d).astype(int)
    repeat = np.diff(last, prepend=0)
    return np.repeat(c, repeat), np.repeat(s, repeat)


@dataclass(frozen=True)
class RowRidge:
    """The first-order equivalent with a ridge for each row.

    Attributes
    ----------
    xi, r
        Effective ridge and lam/xi.
    gamma
        Equivalent estimator Gamma', array (d, d + 1).
    pretraining
        Error on the pretraining population.
    """

    model: Model
    xi: float
    r: float
    gamma: np.ndarray
    pretraining: float
    values: np.ndarray
    vectors: np.ndarray
    inverse: np.ndarray

    @classmethod
    def of(cls, model: Model, pretraining: Population) -> RowRidge:
        """Solve for the effective ridge, a bracketed root."""
        from scipy.optimize import brentq

        n, lam = model.sizes.n, model.lam
        values, vectors = np.linalg.eigh(pretraining.b)
        values = np.maximum(values, 0)
        shift = 1 / model.inputs[:, None]
        if lam == 0 and n >= model.sizes.p:
            xi, r = 0.0, 1 - model.sizes.p / n
        else:

            def excess(log_xi: float) -> float:
                xi = math.exp(log_xi)
                return lam / xi + float((values / (values + xi * shift)).sum()) / n - 1

            high = 2 * (lam + float(values[-1] * model.inputs.max()) * model.sizes.p / n)
            low = lam / 2 if lam > 0 else high / 2
            while excess(math.log(low)) <= 0:
                low /= 1024
            xi = math.exp(brentq(excess, math.log(low), math.log(high), xtol=1e-14))
            r = lam / xi
        inverse = 1 / (values + xi * shift)
        gamma = (pretraining.a @ vectors * inverse) @ vectors.T
        load = float(((values * inverse) ** 2).sum()) / n
        error = pretraining.error(gamma) / (1 - load)
        return cls(model, xi, r, gamma, error, values, vectors, inverse)

    def error(self, test: Population) -> float:
        """Error on a test population."""
        power = np.einsum("ij,ij->j", self.vectors, test.b @ self.vectors)
        transfer = float((self.values * self.inverse**2 * power).sum())
        return test.error(self.gamma) + self.pretraining / self.model.sizes.n * transfer

    @property
    def train(self) -> float:
        """Mean squared residual on the pretraining set."""
        return self.r**2 * self.pretraining


@dataclass(frozen=True, eq=False)
class Comparison:
    """Simulated and predicted errors, paired run by run.

    Attributes
    ----------
    simulated, predicted
        By the name of the test, with ``train`` among them; estimates over runs.
    residual
        Simulation minus prediction, run by run.
    """

    simulated: dict[str, Estimate]
    predicted: dict[str, Estimate]
    residual: dict[str, Estimate]


def compare(
    model: Model, tests: Mapping[str, Shift], *, runs: int, seed: int = 0, order: int = 1
) -> Comparison:
    """Pretrain ``runs`` times and compare with the finite-d prediction on the same tasks.

    Parameters
    ----------
    model
        The finite model.
    tests
        Tests by name.
    runs, seed
        Independent runs and their seed.
    order
        Of the prediction in 1/d. Order 2 needs a finite number of tasks, and isotropic inputs, or
        no ridge and more sequences than parameters, where inputs of any covariance are isotropic
        ones with other tasks.

    Raises
    ------
    ValueError
        If order 2 is asked for where it is not known.
    """
    isotropic = np.ptp(model.inputs) == 0
    free = model.lam == 0 and model.sizes.n >= model.sizes.p
    if order == 2 and not (isotropic or free):
        raise ValueError("order must be 1 with correlated inputs and a ridge, got 2")
    if order == 2 and math.isinf(model.sizes.k):
        raise ValueError("order must be 1 with a fresh task in every sequence, got 2")
    rows = [_run(model, tests, seed, run, order) for run in range(runs)]
    names = [*tests, "train"]
    simulated = {name: np.array([row[0][name] for row in rows]) for name in names}
    predicted = {name: np.array([row[1][name] for row in rows]) for name in names}
    return Comparison(
        {name: Estimate(values) for name, values in simulated.items()},
        {name: Estimate(values) for name, values in predicted.items()},
        {name: Estimate(simulated[name] - predicted[name]) for name in names},
    )


def _run(
    model: Model, tests: Mapping[str, Shift], seed: int, run: int, order: int
) -> tuple[dict[str, float], dict[str, float]]:
    tasks = model.tasks(seed, run)
    plain = {name: model.tested(test, tasks) for name, test in tests.items()}
    gamma, train = simulate_run(model, tasks, seed, run)
    scale = np.append(np.sqrt(model.inputs), 1.0)
    # Errors of Gamma' on actual features are those of Gamma' times their scale on isotropic ones.
    simulated = {name: one.error(gamma * scale) for name, one in plain.items()}
    pretraining = model.pretraining(tasks)
    if order == 1:
        found = RowRidge.of(model, model.scaled(pretraining))
        predicted = {name: found.error(model.scaled(one)) for name, one in plain.items()}
        return {**simulated, "train": train}, {**predicted, "train": found.train}
    # Without a ridge the scale of a row or a feature does not matter.
    lam = model.lam / float(model.inputs[0]) if model.lam else 0.0
    rank = population.rank(tasks, model.sizes.d, model.rho)
    expansion = Expansion(Mixture.of(tasks, model.sizes, model.rho, "gaussian"), lam, rank)
    predicted = {name: expansion.error(one) for name, one in plain.items()}
    return {**simulated, "train": train}, {**predicted, "train": expansion.train()}


def simulate_run(model: Model, tasks: TaskSet, seed: int, run: int) -> tuple[np.ndarray, float]:
    """Estimator Gamma' = Sigma^{1/2} Gamma of one run, and its training error."""
    sizes = model.sizes
    sequences = draw_sequences(sizes, model.rho, tasks, streams(seed, run).sequences)
    root = np.sqrt(model.inputs)
    x, g = sequences.x * root, sequences.g * np.append(root, 1.0)
    isotropic = bool(np.all(model.inputs == 1))
    known = None
    if isotropic and not math.isinf(sizes.k):
        rank = population.rank(tasks, sizes.d, model.rho)
        known = equivalent(model.pretraining(tasks), sizes, model.lam, rank)
    starts = sequences.starts if known is not None else None
    problem = solvers.RidgeProblem(
        Design(x, g), sequences.y, penalty(sizes.n, sizes.d, model.lam), starts, known
    )
    solution = solvers.solve(problem, "auto" if known is not None else "direct")
    residual = sequences.y - problem.design.predict(solution.gamma)
    return solution.gamma * root[:, None], float(np.mean(np.square(residual)))


def simulate_structured(
    d: int,
    tau: Number,
    alpha: Number,
    kappa: Number,
    rho: Number,
    lam: Number = 0,
    *,
    tasks: Spectrum | None = None,
    inputs: Spectrum | None = None,
    test: Any = None,
    alpha_test: float | None = None,
    rho_test: float | None = None,
    runs: int = 20,
    seed: int = 0,
    order: int = 1,
) -> Comparison:
    """Pretrain linear attention on structured tasks at finite d, beside its prediction.

    Parameters
    ----------
    d
        Token dimension, at least 1.
    tau, alpha, kappa, rho, lam
        As in `simulate`.
    tasks, inputs
        Spectra of the covariances of pretraining tasks and of inputs, which commute here; isotropic
        by default. At finite d their quantiles are taken.
    test, alpha_test, rho_test
        The test, as in `errors`: that of pretraining by default.
    runs, seed, order
        As in `compare`.

    Returns
    -------
    Comparison
        Estimates ``icl`` (the test), ``idg`` and ``train``: simulated, predicted on the same tasks,
        and the paired residuals. Test errors are exact for the Gamma of each run.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or rounds ell, k or n to zero.

    Examples
    --------
    >>> steep = Spectrum.power_law("9/10")
    >>> found = simulate_structured(10, 2, 3, 1, 0.2, 0.1, tasks=steep, test="isotropic", runs=4)
    >>> found.simulated["icl"].mean > found.simulated["idg"].mean
    True
    """
    spectrum, seen = joint(tasks, test)
    sizes = Sizes.rounded(d, tau, alpha, kappa)
    c, s = eigenvalues(spectrum, sizes.d)
    a = eigenvalues(Spectrum.isotropic() if inputs is None else inputs, sizes.d)[0]
    if not a.min() > 0:
        raise ValueError("inputs must have a positive covariance, got an eigenvalue 0")
    noise, ridge = (float(exact(name, value)) for name, value in (("rho", rho), ("lam", lam)))
    model = Model(sizes, noise, ridge, np.diag(c), a)
    tests = {
        "icl": Shift(
            None if seen else np.diag(s),
            sizes.alpha if alpha_test is None else float(exact("alpha", alpha_test)),
            noise if rho_test is None else float(exact("rho", rho_test)),
        ),
        "idg": Shift(None, sizes.alpha, noise),
    }
    return compare(model, tests, runs=runs, seed=seed, order=order)
