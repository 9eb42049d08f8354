"""Simulation of structured tasks, inputs and tests against the finite-d prediction.

Each model is pretrained many times; each of its tests is compared with the second-order prediction
on the same tasks. Run as ``python -m benchmarks.structured_monte_carlo --runs 150``; rows are added
to ``benchmarks/results/structured_monte_carlo.csv`` as models are done, and kept.
"""

from __future__ import annotations

import argparse
import csv
import math
from pathlib import Path

import numpy as np

from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.finite.estimate import Estimate
from icl_theory.finite.run import Fit, Models, second_order
from icl_theory.finite.setup import Setup
from icl_theory.finite.shift import eigenvalues

RESULTS = Path(__file__).parent / "results" / "structured_monte_carlo.csv"

POWER, LEVELS = Spectrum.power_law("9/10"), Spectrum.spike(6, "1/4")
FLAT, SMOOTH = Spectrum.isotropic(), Spectrum.power_law("1/2")

#: Name, d, (tau, alpha, kappa, rho, lam), tasks, inputs.
MODELS: list[tuple[str, int, tuple[float, ...], Spectrum, Spectrum]] = [
    ("power law", 32, (2, 3, 0.75, 0.2, 0.01), POWER, FLAT),
    ("two levels", 32, (2, 5, 0.5, 0.1, 0.1), LEVELS, FLAT),
    ("isotropic", 24, (0.5, 4, 0.5, 0.3, 0.05), FLAT, FLAT),
    ("power law, below the threshold", 24, (0.5, 4, 1, 0.3, 0.1), POWER, FLAT),
    ("two levels, ridgeless", 24, (2.5, 2, 1.5, 0.1, 0), LEVELS, FLAT),
    ("inputs of two levels, ridgeless", 24, (2.5, 3, 1, 0.2, 0), POWER, LEVELS),
    ("inputs of a power law, ridgeless", 24, (2.5, 3, 0.75, 0.2, 0), SMOOTH, SMOOTH),
    ("power law, many tasks", 16, (3, 3, 2, 0.2, 0.05), POWER, FLAT),
    ("power law, large", 64, (1.5, 2, 0.25, 0.2, 0.1), POWER, FLAT),
]


def tests_of(c: np.ndarray, alpha: float, rho: float) -> dict[str, dict[str, object]]:
    """T = C, I, C reversed and one spike, at contexts from alpha/10 to 10 alpha; and IDG."""
    d = len(c)
    spike = np.full(d, 0.5)
    spike[d // 2] = 0.5 * (d + 1)
    seen, flat = "pretraining", [1] * d
    return {
        "IDG": {"test": seen},
        "pretraining tasks, alpha_T = 3 alpha": {
            "test": seen,
            "alpha_test": 3 * alpha,
            "rho_test": rho / 2,
        },
        "T = C": {},
        "T = I, alpha_T = alpha/10": {"test": flat, "alpha_test": alpha / 10},
        "T = C reversed, alpha_T = 10 alpha": {
            "test": c[::-1].tolist(),
            "alpha_test": 10 * alpha,
            "rho_test": 2 * rho,
        },
        "T = one spike, alpha_T = 3 alpha": {"test": spike.tolist(), "alpha_test": 3 * alpha},
    }


def errors_of(setups: dict[str, Setup], run: int) -> tuple[list[float], list[float]]:
    """Simulated errors of one run in every test, and their prediction to second order."""
    first = next(iter(setups.values()))
    fit, tasks = Fit.of(first, run), first.task_set(run)
    expansion = second_order(first, tasks, fit.models.rank)
    tests = [Models.of(setup, tasks).icl for setup in setups.values()]
    simulated = [*(fit.error(test) for test in tests), fit.training_error]
    return simulated, [*(expansion.error(test) for test in tests), expansion.train()]


def main() -> None:
    """Run the models that are not in the results, then print the table and its verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=150)
    arguments = parser.parse_args()
    done = set()
    if RESULTS.exists():
        with RESULTS.open() as file:
            done = {row["model"] for row in csv.DictReader(file)}
    for name, d, point, tasks, inputs in MODELS:
        if name in done:
            continue
        _, alpha, _, rho, _ = point
        c = eigenvalues(tasks, d)[0]
        # Equal eigenvalues would be joined to one atom, and a test is a number for each direction:
        # they are told apart by 1e-12 of their size, far below the standard errors of the runs.
        spectrum = Spectrum.atoms((c * (1 + 1e-12 * np.arange(d, 0, -1))).tolist())
        setups = {
            test: Setup.read(d, *point, tasks=spectrum, inputs=inputs, **shift)
            for test, shift in tests_of(c, alpha, rho).items()
        }
        runs = arguments.runs if d < 64 else arguments.runs // 5
        found = np.array([errors_of(setups, run) for run in range(runs)])
        new = not RESULTS.exists()
        with RESULTS.open("a") as file:
            table = csv.writer(file)
            if new:
                table.writerow(["model", "d", "runs", "test", "simulated", "predicted", "z", "se"])
            for test, (simulated, second) in zip(
                [*setups, "train"], found.transpose(2, 1, 0), strict=True
            ):
                residual, predicted = Estimate(simulated - second), float(second.mean())
                if predicted == 0:
                    continue
                table.writerow(
                    [
                        name,
                        d,
                        runs,
                        test,
                        f"{simulated.mean():.6g}",
                        f"{predicted:.6g}",
                        f"{residual.z:.3f}",
                        f"{residual.standard_error / predicted:.3g}",
                    ]
                )
        print(f"{name}: done", flush=True)
    report()


def report() -> None:
    """Print every z-score, and what a wrong formula would have given."""
    with RESULTS.open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        one = 0.01 / float(row["se"])
        print(
            f"{row['model']:34} d={row['d']:3} {row['test']:38} {row['simulated']:>9} "
            f"{row['predicted']:>9} z {float(row['z']):6.2f} 1 % = {one:.1f} se"
        )
    z = np.array([float(row["z"]) for row in rows])
    shifted = z - 0.01 / np.array([float(row["se"]) for row in rows])
    for label, scores in (("as it is", z), ("with an error of 1 %", shifted)):
        print(
            f"{label}: {len(scores)} scores, largest {np.abs(scores).max():.2f}, "
            f"root mean square {math.sqrt(float(np.mean(scores**2))):.2f}"
        )


if __name__ == "__main__":
    main()
