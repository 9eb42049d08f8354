"""Speed of the finite-model engine at the paper's size, against a dense reference in the same run.

The reference is the straightforward program: all n features as rows of a matrix, the p x p normal
matrix, p = d (d + 1), by one BLAS product, a Cholesky solution; it gets as many BLAS threads as the
engine has threads. Both are timed from the seed to the errors, on the same data; runs of the engine
come before and after each run of the reference, and their median counts. The ratio of processor
times stands beside, for machines with other work to do. A seed gives other numbers in float32:
those runs are timed on data of the same sizes, and judged by the engine's own solution to 1e-12.

Formulas are compiled beforehand. Memory is the peak of a process of its own, interpreter and
libraries included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import linalg

from icl_theory.finite import population, threads
from icl_theory.finite.estimate import MEASURED
from icl_theory.finite.jobs import simulate_run
from icl_theory.finite.operator import Design
from icl_theory.finite.parameters import Precision
from icl_theory.finite.run import Pretraining
from icl_theory.finite.sampler import draw_sequences
from icl_theory.finite.seeds import streams
from icl_theory.finite.setup import Setup
from icl_theory.finite.sizes import Sizes

ALPHA, KAPPA, RHO, LAM = 10, 0.5, 0.01, 1e-5
D, LARGE = 100, 400
#: tau and the least ratio of the reference's time to the engine's: to a relative residual of 1e-10
#: in float64, and to 1e-6 with data in float32.
RATIOS = {0.5: (50, 100), 2.0: (25, 60)}
#: How far the errors may be from those of their judge.
AGREEMENT = (1e-8, 1e-5)
#: tau, the solver for its side of the threshold, and the most iterations to 1e-10.
ITERATIONS = {
    0.5: ("dual", 75),
    0.85: ("dual", 290),
    1.15: ("primal", 340),
    2.0: ("primal", 75),
    20.0: ("primal", 18),
}
#: Least rate of the engine's product over that of a product of matrices.
RATE = 0.5
#: Peak memory allowed: a multiple of the data's, and what an interpreter with libraries takes.
MULTIPLE, BASE = 1.5, 150e6
#: Seconds allowed for a run at d = 400.
SECONDS = 36.0
ROUNDS = 3


class Loose(Setup):
    """A set-up whose solver stops at a residual of 1e-6."""

    @property
    def tolerance(self) -> float:
        return 1e-6


class Tight(Setup):
    """A set-up whose solver stops at a residual of 1e-12."""

    @property
    def tolerance(self) -> float:
        return 1e-12


def setup_of(
    tau: float, d: int = D, precision: Precision = "float64", solver: str = "auto"
) -> Setup:
    sizes = Sizes.rounded(d, tau, ALPHA, KAPPA)
    return Setup(sizes, RHO, LAM, precision=precision, solver=solver)


def timed(function: Callable[[], np.ndarray]) -> tuple[float, float, np.ndarray]:
    """Seconds by the clock and of processors, and the result."""
    begin, used = time.perf_counter(), time.process_time()
    result = function()
    return time.perf_counter() - begin, time.process_time() - used, result


def reference(setup: Setup) -> np.ndarray:
    """Errors of run 0 by the normal matrix, in the order of `MEASURED`."""
    sizes, tasks = setup.sizes, setup.task_set(0)
    data = draw_sequences(sizes, setup.rho, tasks, streams(setup.seed, 0).sequences)
    rows = (data.x[:, :, None] * data.g[:, None, :]).reshape(sizes.n, -1)
    with threads.blas():
        normal = rows.T @ rows
        normal[np.diag_indices(len(normal))] += setup.penalty
        right = rows.T @ data.y
        gamma = linalg.solve(normal, right, assume_a="pos", overwrite_a=True, check_finite=False)
        residuals = data.y - rows @ gamma
    gamma = gamma.reshape(sizes.d, sizes.d + 1)
    icl = population.of_fresh_tasks(sizes, setup.rho).error(gamma)
    idg = population.of_tasks(tasks.vectors, sizes.ell, setup.rho).error(gamma)
    values = {"icl": icl, "idg": idg, "gap": icl - idg, "train": np.mean(residuals**2)}
    return np.array([values[name] for name in MEASURED])


def against_reference() -> bool:
    """Ratios of times, and whether they are large enough and the errors the same."""
    print(f"end to end, d = {D}: seconds, and ratio to the reference")
    print(f"{'tau':>5} {'reference':>10} {'solved to':>15} {'engine':>8} {'ratio':>7}", end="")
    print(f" {'least':>6} {'processor':>10} {'apart':>8} {'load':>6}")
    good = True
    for tau, bounds in RATIOS.items():
        setup = setup_of(tau)
        single = Loose(**{**vars(setup), "precision": "float32"})
        variants = {"float64, 1e-10": setup, "float32, 1e-6": single}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in variants}
        errors = {}

        def engine(variants=variants, times=times, errors=errors) -> None:
            for _ in range(ROUNDS):
                for name, variant in variants.items():
                    experiment = Pretraining(variant)
                    *both, errors[name] = timed(lambda e=experiment: simulate_run(e, 0).simulated)
                    times[name].append(tuple(both))

        engine()
        dense, dense_used, expected = timed(lambda setup=setup: reference(setup))
        engine()
        judges = (expected, simulate_run(Pretraining(Tight(**vars(single))), 0).simulated)
        for name, least, agreement, judge in zip(variants, bounds, AGREEMENT, judges, strict=True):
            seconds, used = (statistics.median(part) for part in zip(*times[name], strict=True))
            # The training error may be rounding.
            apart = float(np.max(np.abs(errors[name][:2] / judge[:2] - 1)))
            print(f"{tau:5} {dense:10.1f} {name:>15} {seconds:8.3f} {dense / seconds:7.1f}", end="")
            print(f" {least:6} {dense_used / used:10.1f} {apart:8.1e}", end="")
            print(f" {os.getloadavg()[0]:6.1f}", flush=True)
            good &= dense / seconds >= least and apart < agreement
    return good


def iterations(quick: bool) -> bool:
    """Iterations to 1e-10, two runs each."""
    print(f"\niterations to 1e-10, d = {D}")
    print(f"{'tau':>5} {'solver':>8} {'run 0':>6} {'run 1':>6} {'most':>5} {'seconds':>8}")
    good = True
    for tau, (solver, most) in ITERATIONS.items():
        if quick and tau > 2:
            continue
        rows = [simulate_run(Pretraining(setup_of(tau, solver=solver)), run) for run in range(2)]
        counts = [row.iterations for row in rows]
        seconds = statistics.mean(row.seconds for row in rows)
        print(
            f"{tau:5} {solver:>8} {counts[0]:6} {counts[1]:6} {most:5} {seconds:8.2f}", flush=True
        )
        good &= max(counts) <= most and max(row.residual for row in rows) <= 1e-10
    return good


def rates() -> bool:
    """Rate of Gamma -> adjoint(predict(Gamma)) over that of a product of square matrices."""
    print(f"\nproduct, d = {D}, billions of operations a second, best of several")
    print(f"{'n':>6} {'type':>8} {'product':>8} {'gemm':>8} {'ratio':>6} {'least':>6}")
    rng = np.random.default_rng(0)
    good = True
    for n in (5000, 20000):
        for dtype in (np.float64, np.float32):
            design = Design(
                rng.standard_normal((n, D)).astype(dtype),
                rng.standard_normal((n, D + 1)).astype(dtype),
            )
            gamma = rng.standard_normal((D, D + 1)).astype(dtype)
            square = rng.standard_normal((1500, 1500)).astype(dtype)
            ours, gemm = [], []
            for _ in range(ROUNDS):
                with threads.blas():
                    gemm += [timed(lambda a=square: a @ a)[0] for _ in range(2)]
                # Threads of BLAS wait for more work for a while, at the cost of the first products.
                with threads.blas(1):
                    ours += [timed(lambda a=design, b=gamma: a.normal(b))[0] for _ in range(50)]
            rate = 4 * n * D * (D + 1) / min(ours) / 1e9
            most = 2 * len(square) ** 3 / min(gemm) / 1e9
            print(f"{n:6} {np.dtype(dtype).name:>8} {rate:8.1f} {most:8.1f}", end="")
            print(f" {rate / most:6.2f} {RATE:6}", flush=True)
            good &= rate >= RATE * most
    return good


def child(tau: float, d: int, precision: Precision) -> None:
    """One run; print what it took."""
    row = simulate_run(Pretraining(setup_of(tau, d, precision)), 0)
    print(json.dumps({"solver": row.solver, "seconds": row.seconds, "peak": peak_memory()}))


def peak_memory() -> int:
    """Most bytes this program had in memory."""
    status = Path("/proc/self/status")
    if status.exists():
        # What rusage says of a new process counts the memory of the one that started it.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory(quick: bool) -> bool:
    """Peak memory of runs in processes of their own, and the time of the largest."""
    print("\nprocesses of their own: peak memory in MB, seconds")
    print(f"{'d':>4} {'tau':>5} {'type':>8} {'solver':>7} {'peak':>7} {'most':>7}", end="")
    print(f" {'seconds':>8} {'most':>6}")
    cases: list[tuple[float, int, Precision, float | None]] = [
        (0.5, D, "float64", None),
        (2.0, D, "float64", None),
        (2.0, D, "float32", None),
    ]
    if not quick:
        cases += [(20.0, D, "float64", None), (20.0, D, "float32", None)]
        cases += [(0.5, LARGE, "float64", SECONDS)]
    good = True
    for tau, d, precision, allowed in cases:
        command = [
            sys.executable,
            "-m",
            "benchmarks.finite",
            "--child",
            str(tau),
            str(d),
            precision,
        ]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        n = Sizes.rounded(d, tau, ALPHA, KAPPA).n
        most = MULTIPLE * (2 * d + 2) * n * np.dtype(precision).itemsize + BASE
        seconds = found["seconds"]
        print(
            f"{d:4} {tau:5} {precision:>8} {found['solver']:>7} {found['peak'] / 1e6:7.0f}", end=""
        )
        print(f" {most / 1e6:7.0f} {seconds:8.1f} {allowed or '':>6}", flush=True)
        good &= found["peak"] <= most and (allowed is None or seconds <= allowed)
    return good


def main() -> int:
    """Print the tables; 0 if every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="no reference, tau = 20 or d = 400")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        tau, d, precision = options.child
        child(float(tau), int(d), precision)
        return 0
    print(f"{threads.count()} threads, load {os.getloadavg()[0]:.1f}")
    # Formulas are compiled when they are first needed.
    simulate_run(Pretraining(setup_of(0.5, 10)), 0)
    good = [options.quick or against_reference(), iterations(options.quick), rates()]
    good.append(memory(options.quick))
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
