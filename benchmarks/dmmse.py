"""Speed of simulating dMMSE at the paper's dimension against a straightforward loop, in one thread.

The loop draws every context, query and label and squares the error of the prediction. Rounds of the
two alternate in one process, and the fastest round of each counts. Both make as many contexts; as
the engine averages over queries without drawing them, it also needs fewer for the same standard
error: the second ratio is that of the times to the same standard error on fresh tasks, from the
variance over task sets and contexts of each.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.special import logsumexp

from icl_theory.finite import simulate_dmmse, threads

DIMENSION, RHO = 100, 0.01
#: Context lengths and numbers of tasks over d.
PLACES = ((1, 0.5), (1, 2), (1, 10), (10, 0.5), (10, 2), (10, 10))
ROUNDS, RUNS, CONTEXTS = 5, 4, 32
#: The loop has to take this many times as long.
REQUIRED = 12.0
#: Task sets for the variances, by the engine and by the loop; contexts in each.
SPREAD_RUNS = (60, 60)
SPREAD_CONTEXTS = 8


def loop(d: int, alpha: float, kappa: float, rho: float, runs: int, contexts: int) -> np.ndarray:
    """Mean squared errors on fresh tasks and on its own, array (runs, 2)."""
    rng = np.random.default_rng(0)
    ell, k = round(alpha * d), round(kappa * d)
    found = np.empty((runs, contexts, 2))
    for run in range(runs):
        tasks = rng.standard_normal((k, d))
        tasks *= math.sqrt(d) / np.linalg.norm(tasks, axis=1, keepdims=True)
        for context in range(contexts):
            fresh = rng.standard_normal(d)
            fresh *= math.sqrt(d) / np.linalg.norm(fresh)
            for column, task in enumerate((fresh, tasks[rng.integers(k)])):
                x = rng.standard_normal((ell + 1, d)) / math.sqrt(d)
                y = x @ task + math.sqrt(rho) * rng.standard_normal(ell + 1)
                residuals = y[:ell, None] - x[:ell] @ tasks.T
                energies = -np.sum(residuals**2, axis=0) / (2 * rho)
                weights = np.exp(energies - logsumexp(energies))
                found[run, context, column] = (y[ell] - x[ell] @ (weights @ tasks)) ** 2
    return found.mean(axis=1)


def seconds(simulate: Callable[[], object]) -> float:
    begin = time.process_time()
    simulate()
    return time.process_time() - begin


def variance(values: np.ndarray) -> float:
    return float(np.var(values, ddof=1))


def main() -> int:
    """Print the table; 0 if the loop takes long enough and both agree."""
    # The engine's helpers would not be counted fairly.
    threads.use(1)
    within = True
    pairs = RUNS * CONTEXTS
    load = os.getloadavg()[0]
    print(f"d = {DIMENSION}, rho = {RHO}, fastest of {ROUNDS} rounds, load {load:.1f}")
    print("microseconds for a context of a fresh task and one of a pretraining task; icl and idg")
    print(
        f"{'alpha':>6}{'kappa':>6}{'loop':>9}{'engine':>9}{'ratio':>8}{'required':>9}"
        f"{'same error':>12}{'z icl':>8}{'z idg':>8}"
    )
    for alpha, kappa in PLACES:
        place = (DIMENSION, alpha, kappa, RHO)

        def engine(runs: int, contexts: int, place: tuple = place, seed: int = 0):
            return simulate_dmmse(*place, runs=runs, contexts=contexts, seed=seed, progress=False)

        rounds = []
        with threads.blas(1):
            for _ in range(ROUNDS):
                slow = seconds(lambda place=place: loop(*place, RUNS, CONTEXTS))
                rounds.append((slow, seconds(lambda engine=engine: engine(RUNS, CONTEXTS))))
            judge = loop(*place, SPREAD_RUNS[1], SPREAD_CONTEXTS)
        slow, fast = (min(times) / pairs for times in zip(*rounds, strict=True))
        found = engine(SPREAD_RUNS[0], SPREAD_CONTEXTS, seed=1)
        scores = [
            (values.mean() - estimate.mean)
            / math.hypot(estimate.standard_error, math.sqrt(variance(values) / len(values)))
            for estimate, values in ((found.icl, judge[:, 0]), (found.idg, judge[:, 1]))
        ]
        gain = variance(judge[:, 0]) / variance(found.icl.values)
        ratio = slow / fast
        print(
            f"{alpha:>6}{kappa:>6}{1e6 * slow:>9.0f}{1e6 * fast:>9.0f}{ratio:>8.1f}{REQUIRED:>9.0f}"
            f"{ratio * gain:>12.0f}{scores[0]:>8.1f}{scores[1]:>8.1f}"
        )
        within = within and ratio >= REQUIRED and max(map(abs, scores)) < 5
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
