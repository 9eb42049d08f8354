"""The ridgeless errors of structured tasks against sampled matrices of large dimension.

The traces behind the errors are taken of sampled task covariances R_k = (1/k) sum w w^T instead of
their equivalent. Run as ``python -m benchmarks.structured_sampling --d 2000 --samples 16``.

Errors at finite d are off the limit by a term in 1/d, which many samples resolve: the last column
is the distance times d, which should be the same for every d. At the last point e_T lies 0.2/d of
itself above: 0.24 +- 0.03 at d = 62, 0.26 +- 0.05 at 125, 0.19 +- 0.06 at 250.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy.optimize import brentq

from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured import structured_errors

#: tau, alpha, kappa, rho, alpha_T, rho_T.
POINTS = [
    (2.0, 3.0, 0.75, 0.2, 9.0, 0.1),
    (1.3, 10.0, 0.3, 0.1, 1.0, 0.1),
    (0.5, 3.0, 0.75, 0.2, 9.0, 0.1),
    (0.7, 20.0, 2.0, 0.5, 20.0, 0.5),
]


def sampled(
    c: np.ndarray, tests: list[np.ndarray], point: tuple[float, ...], rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Errors (e_T, e_IDG) of every test from one sampled R_k, in the eigenbasis of C."""
    kappa, d = point[2], len(c)
    w = rng.standard_normal((round(kappa * d), d)) * np.sqrt(c)
    values, vectors = np.linalg.eigh(w.T @ w / len(w))
    values, squares = np.maximum(values, 0), vectors**2
    # Of a test covariance only the diagonal in the eigenbasis of R enters.
    return [_errors(values, s @ squares, c.mean(), s.mean(), point) for s in tests]


def _errors(
    values: np.ndarray, test: np.ndarray, theta: float, theta_test: float, point: tuple[float, ...]
) -> tuple[float, float]:
    """Errors from the eigenvalues of R_k and the test's weight in each direction."""
    tau, alpha, _, rho, alpha_test, rho_test = point
    x, x_test = (theta + rho) / alpha, (theta_test + rho_test) / alpha_test
    xi = 0.0
    if tau < 1:
        xi = brentq(lambda v: np.mean((values + x) / (values + x + v)) - tau, 1e-12, 1e9)
    gamma = values / (values + x + xi)
    population = theta + rho - 2 * np.mean(gamma * values) + np.mean(gamma**2 * (values + x))
    share = (values + x) / (values + x + xi)
    idg = population * tau / (tau - np.mean(share**2))
    error = theta_test + rho_test - 2 * np.mean(gamma * test) + np.mean(gamma**2 * (test + x_test))
    return error + idg / tau * np.mean(share * (test + x_test) / (values + x + xi)), idg


def main() -> None:
    """Print a table of limits, samples and their distance in standard errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--d", type=int, default=500)
    parser.add_argument("--samples", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    d, rng = arguments.d, np.random.default_rng(arguments.seed)
    spectrum = Spectrum.power_law(0.9, d=d)
    c = spectrum.nodes()[0]
    tests = {"matched": c, "reversed": c[::-1]}
    scores = []
    for point in POINTS:
        rows = np.array(
            [sampled(c, [*tests.values()], point, rng) for _ in range(arguments.samples)]
        )
        for index, kind in enumerate(tests):
            tau, alpha, kappa, rho, alpha_test, rho_test = point
            limit = structured_errors(
                *(tau, alpha, kappa, rho),
                tasks=spectrum,
                test=kind,
                alpha_test=alpha_test,
                rho_test=rho_test,
            )
            for name, column, value in zip(
                ("e_T", "e_IDG"), rows[:, index].T, (limit.icl, limit.idg), strict=True
            ):
                # The error on the pretraining tasks does not depend on the test.
                if name == "e_IDG" and index:
                    continue
                error = column.std(ddof=1) / np.sqrt(len(column))
                away = column.mean() - value
                scores.append(away / error)
                print(
                    f"{point} {kind:9} {name:6} limit {value:.6f} sampled {column.mean():.6f} "
                    f"+- {error:.6f}  z {scores[-1]:+.2f}  relative, times d "
                    f"{d * away / value:+.2f} +- {d * error / value:.2f}",
                    flush=True,
                )
    print(
        f"{len(scores)} scores of {arguments.samples} samples at d = {d}: root mean square "
        f"{np.sqrt(np.mean(np.square(scores))):.2f}, largest {np.abs(scores).max():.1f}"
    )


if __name__ == "__main__":
    main()
