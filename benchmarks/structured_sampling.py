"""The ridgeless errors of structured tasks against sampled matrices of large dimension.

The traces behind the errors are taken of sampled task covariances R_k = (1/k) sum w w^T instead of
their equivalent. Run as ``python -m benchmarks.structured_sampling --d 2000 --samples 6``.
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
    c: np.ndarray, s: np.ndarray, point: tuple[float, ...], rng: np.random.Generator
) -> tuple[float, float]:
    """Errors (e_T, e_IDG) from one sampled R_k, in the eigenbasis of C."""
    tau, alpha, kappa, rho, alpha_test, rho_test = point
    d = len(c)
    w = rng.standard_normal((round(kappa * d), d)) * np.sqrt(c)
    values, vectors = np.linalg.eigh(w.T @ w / len(w))
    values = np.maximum(values, 0)
    # Test covariance in the eigenbasis of R: only its diagonal and products with it enter.
    test = np.einsum("ij,i,ij->j", vectors, s, vectors)
    x, x_test = (c.mean() + rho) / alpha, (s.mean() + rho_test) / alpha_test
    xi = 0.0
    if tau < 1:
        xi = brentq(lambda v: np.mean((values + x) / (values + x + v)) - tau, 1e-12, 1e9)
    gamma = values / (values + x + xi)
    population = c.mean() + rho - 2 * np.mean(gamma * values) + np.mean(gamma**2 * (values + x))
    share = (values + x) / (values + x + xi)
    idg = population * tau / (tau - np.mean(share**2))
    error = s.mean() + rho_test - 2 * np.mean(gamma * test) + np.mean(gamma**2 * (test + x_test))
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
    for point in POINTS:
        for kind in ("matched", "reversed"):
            s = c if kind == "matched" else c[::-1]
            rows = np.array([sampled(c, s, point, rng) for _ in range(arguments.samples)])
            tau, alpha, kappa, rho, alpha_test, rho_test = point
            limit = structured_errors(
                *(tau, alpha, kappa, rho),
                tasks=spectrum,
                test=kind,
                alpha_test=alpha_test,
                rho_test=rho_test,
            )
            for name, column, value in zip(
                ("e_T", "e_IDG"), rows.T, (limit.icl, limit.idg), strict=True
            ):
                error = column.std(ddof=1) / np.sqrt(len(column))
                print(
                    f"{point} {kind:9} {name:6} limit {value:.6f} sampled {column.mean():.6f} "
                    f"+- {error:.6f}  z {(column.mean() - value) / error:+.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
