"""The best use of a budget against brute force at random budgets.

Run as ``python -m benchmarks.budget --points 500``.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
from scipy.optimize import minimize

from icl_theory.budget import allocate
from icl_theory.evaluate.general import errors

TOLERANCE = 1e-5
#: Relative error of the float64 evaluator that brute force goes by.
ROUNDING = 4e-15


def random_problem(rng: np.random.Generator) -> dict[str, object]:
    """A budget with its prices and test."""
    budget, rho = 10 ** rng.uniform(0, 3), 10 ** rng.uniform(-2, 0.3)
    problem: dict[str, object] = {"budget": float(budget), "rho": float(rho)}
    problem["kappa"] = math.inf if rng.uniform() < 0.3 else float(10 ** rng.uniform(-0.3, 1))
    problem["ridge"] = "best" if rng.uniform() < 0.3 else "none"
    if rng.uniform() < 0.5:
        problem["alpha_test"] = float(10 ** rng.uniform(-0.5, 1.5))
    if rng.uniform() < 0.3:
        problem["price_sequence"] = float(10 ** rng.uniform(-1, 0.5))
    return problem


def brute(problem: dict[str, object]) -> float:
    """Least error on a grid, refined from its best points, by the float64 evaluator."""
    budget, rho, kappa = (float(problem[name]) for name in ("budget", "rho", "kappa"))  # type: ignore[arg-type]
    price = float(problem.get("price_sequence", 0))  # type: ignore[arg-type]
    test = problem.get("alpha_test")

    def value(log_tau: np.ndarray, log_lam: np.ndarray | None) -> np.ndarray:
        tau = np.exp(log_tau)
        alpha = (budget - price * tau) / tau
        good = alpha > 0
        lam = 0.0 if log_lam is None else np.exp(log_lam)
        found = errors(tau, np.where(good, alpha, 1.0), kappa, rho, lam, alpha_test=test).icl
        return np.where(good, found, np.inf)

    logs = np.linspace(math.log(1e-4), math.log(1e5), 4001)
    if problem["ridge"] == "none":
        coarse = value(logs, None)
        best = int(np.argmin(coarse))
        fine = np.linspace(logs[max(best - 2, 0)], logs[min(best + 2, 4000)], 4001)
        return float(value(fine, None).min())
    ridges = np.linspace(math.log(1e-8), math.log(1e4), 120)
    grid = value(*np.meshgrid(logs[::20], ridges, indexing="ij"))
    i, j = np.unravel_index(np.argmin(grid), grid.shape)
    start = np.array([logs[::20][i], ridges[j]])
    found = minimize(
        lambda v: float(value(np.array(v[0]), np.array(v[1]))),
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2000},
    )
    return float(found.fun)


def main() -> None:
    """Compare at random points and print the worst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    begin, compared, worst, below = time.perf_counter(), 0, 0.0, 0.0
    for index in range(arguments.points):
        problem = random_problem(rng)
        least = brute(problem)
        try:
            found = allocate(**problem, tolerance=TOLERANCE)  # type: ignore[arg-type]
        except ValueError as error:
            # Predicting zero is as good, within the tolerance: brute force finds nothing better.
            if least < (1 + float(problem["rho"])) * (1 - TOLERANCE):  # type: ignore[arg-type]
                print(f"{index}: {problem}: {error}, but {least}", flush=True)
            continue
        compared += 1
        worst = max(worst, found.error / least - 1)
        below = max(below, found.at_least / least - 1)
        # Both searches may stop TOLERANCE above the best; a bound may lie above by rounding alone.
        if found.error > least * (1 + 2 * TOLERANCE) or found.at_least > least * (1 + ROUNDING):
            print(f"{index}: {problem}: {found} against {least}", flush=True)
    print(f"{arguments.points} budgets, {compared} of use, {time.perf_counter() - begin:.0f} s")
    print(f"error above brute force at most {worst:.2e}, certified bound above it {below:.2e}")


if __name__ == "__main__":
    main()
