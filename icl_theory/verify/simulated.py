"""Simulations of what the deterministic equivalent quotes.

The proofs take two things from the literature: quadratic forms of a sample left out concentrate,
and the inverse Gram matrix has a deterministic equivalent. Here both are measured at three sizes,
on contexts drawn token by token, so that nothing is shared with the exact sampler. Corrections are
a series in 1/d: extrapolation removes the orders 1/d and 1/d^2, and what is left has to vanish
within four standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy as sp

from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.finite import simulate
from icl_theory.finite.estimate import MEASURED
from icl_theory.finite.run import predict_run
from icl_theory.proof.claim import Claim
from icl_theory.theory import deterministic as de
from icl_theory.theory.generalisation import icl_features, weights_error
from icl_theory.theory.model import feature_scale, label_variance, penalty, square_scale
from icl_theory.theory.moments import E_corner, E_cross, E_tasks
from icl_theory.theory.spectral import M

from .evidence import Evidence

#: Standard errors within which a difference counts as none.
LIMIT = 4.0
#: Parameters of the simulations of pretraining.
TAU, ALPHA, KAPPA, RHO, LAM = 2.0, 2.0, 0.5, 0.2, 0.05
#: A ridge that sees the variances of the inputs.
ROW_LAM = 5.0
#: The sizes d of pretraining, and the number of runs at each.
SIZES, RUNS = (6, 12, 24), (150, 75, 25)
#: The sizes d of the task covariance, and the number of draws at each.
TASK_SIZES, DRAWS = (16, 32, 64), (300, 150, 75)

#: The sizes d of the second order, the runs at each, and the task sets its step is averaged over.
SECOND_SIZES, SECOND_RUNS, SECOND_SETS = (8, 16), (800, 300), 4

#: Whether everything agrees, the number of statistics judged, and the numbers in words.
CheckOutcome = tuple[bool, int, str]


def number(quantity: Quantity, **values: float) -> float:
    """Value of a quantity for given values of its primitive symbols, others ignored."""
    formula = unfold(quantity)
    names = sorted(symbol.name for symbol in formula.free_symbols)
    return float(_compiled(formula)(*(values[name] for name in names)))


@cache
def _compiled(formula: sp.Expr) -> Callable[..., float]:
    symbols = sorted(formula.free_symbols, key=lambda symbol: symbol.name)
    return sp.lambdify(symbols, formula, "math")


@dataclass(frozen=True)
class Mean:
    """A mean over runs and its standard error."""

    value: float
    error: float

    @classmethod
    def of(cls, samples: np.ndarray) -> Mean:
        """Mean of independent samples."""
        error = np.std(samples, ddof=1) / math.sqrt(len(samples))
        return cls(float(np.mean(samples)), float(error))

    @property
    def deviation(self) -> float:
        """Distance from zero in standard errors."""
        return self.value / self.error

    def __str__(self) -> str:
        return f"{self.value:.5f} ± {self.error:.5f}"


def extrapolated(samples: Sequence[np.ndarray], sizes: Sequence[int]) -> Mean:
    """Limit of means that are polynomials in 1/d, of a degree below the number of sizes."""
    total, variance = 0.0, 0.0
    for size, sample in zip(sizes, samples, strict=True):
        weight = math.prod(size / (size - other) for other in sizes if other != size)
        mean = Mean.of(sample)
        total += weight * mean.value
        variance += (weight * mean.error) ** 2
    return Mean(total, math.sqrt(variance))


def _sphere(rng: np.random.Generator, k: int, d: int) -> np.ndarray:
    w = rng.standard_normal((k, d))
    return w * (math.sqrt(d) / np.linalg.norm(w, axis=1, keepdims=True))


def _vanishes(differences: dict[str, Mean]) -> CheckOutcome:
    agreed = all(abs(mean.deviation) <= LIMIT for mean in differences.values())
    text = "; ".join(f"{name} {mean}" for name, mean in differences.items())
    return agreed, len(differences), text


def resolvent_trace(seed: int) -> CheckOutcome:
    """Trace of the task covariance's resolvent, and response of a task to itself, against M."""
    rng = np.random.default_rng(seed)
    nu = 0.3
    differences = {}
    for kappa in (0.5, 1.0, 3.0):
        limit = number(M, nu=nu, kappa=kappa)
        traces: list[np.ndarray] = []
        responses: list[np.ndarray] = []
        for d, count in zip(TASK_SIZES, DRAWS, strict=True):
            k = round(kappa * d)
            samples = np.empty((count, 2))
            for sample in samples:
                w = _sphere(rng, k, d)
                inverse = np.linalg.inv(w.T @ w / k + nu * np.eye(d))
                leverage = np.einsum("ji,il,jl->j", w, inverse, w) / k
                sample[:] = np.trace(inverse) / d, np.mean(leverage / (1 - leverage))
            traces.append(samples[:, 0] / limit - 1)
            responses.append(samples[:, 1] / number(de.task_response, m=limit, kappa=kappa) - 1)
        differences[f"trace at kappa = {kappa}"] = extrapolated(traces, TASK_SIZES)
        differences[f"response at kappa = {kappa}"] = extrapolated(responses, TASK_SIZES)
    return _vanishes(differences)


@dataclass(frozen=True)
class Run:
    """One simulated pretraining and its finite-d equivalent.

    Attributes
    ----------
    freedom
        Mean leverage of the samples in the fit, and (1/tau)(1/d) tr E (E + xi)^{-1}.
    spread
        Relative standard deviation of the responses chi over samples.
    icl, idg, train
        Simulated and predicted error.
    validated
        Error on the pretraining tasks as generalised cross-validation estimates it.
    """

    freedom: tuple[float, float]
    spread: float
    icl: tuple[float, float]
    idg: tuple[float, float]
    train: tuple[float, float]
    validated: float


def _moments(w: np.ndarray, ell: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A and B of the pretraining tasks, and B of fresh tasks."""
    k, d = w.shape
    values = {"d": d, "ell": ell, "rho": RHO, "theta": 1}
    v = number(label_variance, **values)
    mean, second = w.mean(0), w.T @ w / k
    own = np.zeros((d + 1, d + 1))
    own[:d, :d] = number(E_tasks, **values) * second
    own[:d, :d] += number(feature_scale, **values) * v * np.eye(d)
    own[:d, d] = own[d, :d] = number(E_cross, **values) * v * mean
    own[d, d] = number(E_corner, **values) * v**2
    fresh = np.diag([*np.full(d, number(icl_features, **values)), own[d, d]])
    return np.column_stack([second, v * mean]), own, fresh


def _error(gamma: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    d = len(gamma)
    return number(
        weights_error,
        theta=1,
        rho=RHO,
        overlap=np.vdot(gamma, first) / d,
        power=np.vdot(gamma @ second, gamma) / d,
    )


def _pretrain(rng: np.random.Generator, d: int) -> Run:
    """Draw contexts token by token, solve the ridge regression, and predict it."""
    k, ell, n = round(KAPPA * d), round(ALPHA * d), round(TAU * d * d)
    w = _sphere(rng, k, d)
    # Every task equally often, so that E is the moment of the sample's own tasks.
    task = w[np.arange(n) % k]
    x = rng.standard_normal((n, ell + 1, d)) / math.sqrt(d)
    y = np.einsum("nij,nj->ni", x, task) + math.sqrt(RHO) * rng.standard_normal((n, ell + 1))
    scale = {"d": d, "ell": ell}
    g = np.column_stack(
        [
            number(feature_scale, **scale) * np.einsum("ni,nij->nj", y[:, :ell], x[:, :ell]),
            number(square_scale, **scale) * (y[:, :ell] ** 2).sum(1),
        ]
    )
    f = np.einsum("ni,nj->nij", x[:, ell], g).reshape(n, d * (d + 1))
    gram = f.T @ f + number(penalty, n=n, d=d, **{"lambda": LAM}) * np.eye(d * (d + 1))
    solved = np.linalg.solve(gram, np.column_stack([f.T @ y[:, ell], f.T]))
    gamma = solved[:, 0].reshape(d, d + 1)
    leverage = np.einsum("ni,in->n", f, solved[:, 1:])
    residual = y[:, ell] - f @ solved[:, 0]
    chi = leverage / (1 - leverage)

    first, own, fresh = _moments(w, ell)
    fresh_first = np.eye(d, d + 1)
    xi, r, freedom = _effective_ridge(np.linalg.eigvalsh(own))
    inverse = np.linalg.inv(own + xi * np.eye(d + 1))
    equivalent = first @ inverse
    values = {
        "tau": TAU,
        "r": r,
        "F_2": float(np.trace(own @ inverse @ own @ inverse)) / d,
        "F_B": float(np.trace(own @ inverse @ fresh @ inverse)) / d,
        "e_E": _error(equivalent, first, own),
        "e_B": _error(equivalent, fresh_first, fresh),
    }
    train = float(np.mean(residual**2))
    return Run(
        freedom=(float(leverage.mean()), freedom / TAU),
        spread=float(chi.std() / chi.mean()),
        icl=(_error(gamma, fresh_first, fresh), number(de.finite_test, **values)),
        idg=(_error(gamma, first, own), number(de.finite_idg, **values)),
        train=(train, number(de.finite_train, **values)),
        validated=train / (1 - float(leverage.mean())) ** 2,
    )


def _effective_ridge(eigenvalues: np.ndarray) -> tuple[float, float, float]:
    """Effective ridge, r and (1/d) tr E (E + xi)^{-1}, by bisection in log xi."""
    d = len(eigenvalues) - 1
    low, high = math.log(LAM), math.log(LAM + eigenvalues.sum() / (d * TAU)) + 1
    residual = _compiled(unfold(de.freedom_residual))  # in F_1, r, tau
    for _ in range(80):
        middle = (low + high) / 2
        xi = math.exp(middle)
        freedom = float((eigenvalues / (eigenvalues + xi)).sum()) / d
        excess = residual(freedom, LAM / xi, TAU)
        low, high = (middle, high) if excess > 0 else (low, middle)
    return xi, LAM / xi, freedom


@cache
def _simulated(seed: int) -> tuple[list[Run], ...]:
    """Runs at each size, shared by the checks below."""
    rng = np.random.default_rng(seed)
    return tuple(
        [_pretrain(rng, d) for _ in range(count)] for d, count in zip(SIZES, RUNS, strict=True)
    )


def _limit_of_ratio(seed: int, pair: Callable[[Run], tuple[float, float]]) -> Mean:
    """Extrapolated relative difference of the two numbers that ``pair`` takes from a run."""
    samples = [
        np.array([simulated / predicted - 1 for simulated, predicted in map(pair, runs)])
        for runs in _simulated(seed)
    ]
    return extrapolated(samples, SIZES)


def sample_response(seed: int) -> CheckOutcome:
    """Leverages of pretraining samples have the predicted mean, and responses concentrate."""
    leverage = _limit_of_ratio(seed, lambda run: run.freedom)
    agree, judged, text = _vanishes({"leverage": leverage})
    first, *_, last = _simulated(seed)
    one, two = (Mean.of(np.log2([run.spread for run in runs])) for runs in (first, last))
    fall = Mean(one.value - two.value, math.hypot(one.error, two.error))
    text += f"; log2 of the fall of the responses' spread {fall}"
    return agree and fall.deviation > LIMIT, judged + 1, text


def finite_prediction(seed: int) -> CheckOutcome:
    """Errors of the simulated estimator, run by run against the finite-d equivalent."""
    return _vanishes(
        {
            "icl": _limit_of_ratio(seed, lambda run: run.icl),
            "idg": _limit_of_ratio(seed, lambda run: run.idg),
        }
    )


def cross_validation(seed: int) -> CheckOutcome:
    """Training error against r^2 e_IDG, and its estimate of e_IDG by leverages alone."""
    return _vanishes(
        {
            "train": _limit_of_ratio(seed, lambda run: run.train),
            "estimate of idg": _limit_of_ratio(seed, lambda run: (run.validated, run.idg[0])),
        }
    )


def row_prediction(seed: int) -> CheckOutcome:
    """Errors with inputs of two variances and a ridge, run by run against that of the rows."""
    place = (TAU, ALPHA, KAPPA, RHO, ROW_LAM)
    inputs = Spectrum.spike(20, "1/2")
    differences: dict[str, list[np.ndarray]] = {"icl": [], "idg": []}
    for d, count in zip(SIZES, RUNS, strict=True):
        simulation = simulate(d, *place, inputs=inputs, runs=count, seed=seed, progress=False)
        for name, found in differences.items():
            column = MEASURED.index(name)
            found.append(simulation.rows[:, column] / simulation.prediction.rows[:, column] - 1)
    return _vanishes({name: extrapolated(found, SIZES) for name, found in differences.items()})


def second_order(seed: int) -> CheckOutcome:
    """The term of order 1/d in the errors of simulated estimators, which the second order has.

    Extrapolated is d times the relative difference: it tends to what is wrong in that term.
    """
    place = (TAU, ALPHA, KAPPA, RHO, LAM)
    differences: dict[str, list[np.ndarray]] = {"icl": [], "idg": [], "train": []}
    for d, count in zip(SECOND_SIZES, SECOND_RUNS, strict=True):
        simulation = simulate(d, *place, runs=count, seed=seed, progress=False)
        for name, found in differences.items():
            column = MEASURED.index(name)
            first = simulation.prediction.rows
            setup = simulation.setup
            step = np.mean(
                [predict_run(setup, run, 2) - first[run] for run in range(SECOND_SETS)], axis=0
            )
            predicted = first[:, column] + step[column]
            found.append(d * (simulation.rows[:, column] / predicted - 1))
    return _vanishes(
        {name: extrapolated(found, SECOND_SIZES) for name, found in differences.items()}
    )


#: The checks by the name that claims use.
CHECKS: dict[str, Callable[[int], CheckOutcome]] = {
    check.__name__: check
    for check in (
        resolvent_trace,
        sample_response,
        finite_prediction,
        cross_validation,
        row_prediction,
        second_order,
    )
}


def evidence(claim: Claim, seed: int = 0) -> Evidence:
    """Run the check that a claim names.

    Raises
    ------
    KeyError
        If there is no check of that name.
    """
    agree, judged, text = CHECKS[str(claim.check)](seed)
    return Evidence(judged, judged if agree else 0, judged, "" if agree else text)
