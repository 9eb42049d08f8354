"""The best use of a budget against brute force at random budgets.

Run as ``python -m benchmarks.budget --points 500``.
"""

from __future__ import annotations

import argparse
import math
import time
from typing import Any

import numpy as np
from scipy.optimize import minimize

from icl_theory.budget import allocate
from icl_theory.evaluate.general import errors

TOLERANCE = 1e-5
#: Relative error of the float64 evaluator that brute force goes by.
ROUNDING = 4e-15


def random_problem(rng: np.random.Generator) -> dict[str, Any]:
    """A budget with its prices and test; the number of tasks is often left to choose."""
    problem: dict[str, Any] = {
        "budget": 10 ** rng.uniform(0, 3),
        "rho": 10 ** rng.uniform(-2, 0.3),
        "kappa": math.inf if rng.uniform() < 0.3 else 10 ** rng.uniform(-0.3, 1),
        "ridge": "best" if rng.uniform() < 0.5 else "none",
    }
    if rng.uniform() < 0.5:
        problem["alpha_test"] = 10 ** rng.uniform(-0.5, 1.5)
    if rng.uniform() < 0.3:
        problem["rho_test"] = 10 ** rng.uniform(-2, 0.3)
    if rng.uniform() < 0.3:
        problem["price_sequence"] = 10 ** rng.uniform(-1, 2)
    if rng.uniform() < 0.5:
        problem |= {"kappa": None, "price_task": 10 ** rng.uniform(-3, 2)}
        problem["price_token"] = 10 ** rng.uniform(-3, 1)
    return problem


def brute(problem: dict[str, Any]) -> float:
    """Least error on a grid, refined from its best points, by the float64 evaluator."""
    budget, rho = problem["budget"], problem["rho"]
    token, each, task = (
        problem.get(name, default)
        for name, default in (("price_token", 1.0), ("price_sequence", 0.0), ("price_task", 0.0))
    )
    test = {name: problem.get(name) for name in ("alpha_test", "rho_test")}
    chosen, ridge = problem["kappa"] is None, problem["ridge"] == "best"

    def value(logs: tuple[np.ndarray, ...], ridge: bool) -> np.ndarray:
        tau, *others = map(np.exp, logs)
        kappa = others[-1] if chosen else np.full_like(tau, problem["kappa"])
        spent = each * tau + (task * kappa if task else 0)
        good = spent < budget
        alpha = np.where(good, budget - spent, 1.0) / (token * tau)
        found = errors(tau, alpha, kappa, rho, others[0] if ridge else 0.0, **test).icl
        return np.where(good, found, np.inf)

    ends = (
        math.log(budget / (token + each)) + np.array([-25, 12]),
        np.array([-18.0, 10.0]),
        math.log(budget / task) + np.array([-10, 0]) if chosen else None,
    )
    least = math.inf
    # A ridge may be best at none, which no logarithm reaches.
    for some in {ridge, False}:
        used = [e for e, there in zip(ends, (True, some, chosen), strict=True) if there]
        sizes = {1: (20_000,), 2: (600, 300), 3: (150, 50, 60)}[len(used)]
        lines = [np.linspace(*e, size) for e, size in zip(used, sizes, strict=True)]
        grid = [part.ravel() for part in np.meshgrid(*lines, indexing="ij")]
        coarse = value(tuple(grid), some)
        # There may be a minimum on either side of the peak.
        for side in (grid[0] < 0, grid[0] >= 0):
            best = int(np.where(side, coarse, math.inf).argmin())
            found = minimize(
                lambda v, some=some: float(value(tuple(np.array(v)[:, None]), some)[0]),
                np.array([part[best] for part in grid]),
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 4000, "maxfev": 4000},
            )
            least = min(least, float(found.fun))
    return least


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
            found = allocate(**problem, tolerance=TOLERANCE)
        except ValueError as error:
            # Predicting zero is as good, within the tolerance: brute force finds nothing better.
            zero = 1 + problem.get("rho_test", problem["rho"])
            if least < zero * (1 - TOLERANCE):
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
