"""Time of questions asked at many points at once, and of the first number.

Processor time of all threads, which depends less on what else the machine does than a clock on the
wall; the load of the machine is printed with it. The first number is what a new process needs for
it, start and imports included.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from icl_theory import errors, is_monotone, optimal_context, optimal_ridge

POINTS = 100_000
SIDE = 200
STARTS = 5

PARAMETERS = ("tau", "alpha", "kappa", "rho")
HERE = ("--tau", "0.5", "--alpha", "10", "--kappa", "0.5", "--rho", "0.1")
FIRST = {
    "Python": (sys.executable, "-c", "from icl_theory import errors; errors(.5, 10, .5, .1)"),
    "shell": (sys.executable, "-P", "-m", "icl_theory", "errors", *HERE),
}


def questions() -> Iterator[tuple[str, float, Callable[[], object]]]:
    """What is asked, the seconds that it may take, and how."""
    draw = np.random.default_rng(0)
    where = {name: 10.0 ** draw.uniform(-2, 2, POINTS) for name in PARAMETERS}
    many = f"{POINTS:,} points"

    def without(name: str) -> dict[str, np.ndarray]:
        return {other: column for other, column in where.items() if other != name}

    yield f"errors at lam = 1e-31, {many}", 2, lambda: errors(**where, lam=1e-31)
    yield f"optimal_ridge, {many}", 10, lambda: optimal_ridge("icl", **where)
    for lam in (0.0, 1e-6, 0.01):
        text = f"at lam = {lam:g}, {many}"
        yield (
            f"optimal_context {text}",
            10,
            lambda lam=lam: optimal_context("icl", **without("alpha"), lam=lam),
        )
        for name in ("alpha", "kappa", "tau"):
            yield (
                f"is_monotone in {name} {text}",
                10,
                lambda name=name, lam=lam: is_monotone("icl", name, **without(name), lam=lam),
            )
    tau = np.geomspace(0.1, 10, SIDE)[:, None]
    other = np.geomspace(0.1, 100, SIDE)
    size = f"{SIDE} x {SIDE} points"
    yield (
        f"map of the best ridge, {size}",
        5,
        lambda: optimal_ridge("icl", tau=tau, alpha=other, kappa=0.5, rho=0.1),
    )
    yield (
        f"map of the best context, {size}",
        5,
        lambda: optimal_context("icl", tau=tau, kappa=other, rho=0.1),
    )


def of_a_process(command: tuple[str, ...]) -> float:
    """Processor time of a process, the least of several."""
    found = []
    for _ in range(STARTS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def main() -> int:
    """Print the table; 0 if nothing takes longer than it may."""
    within = True

    def row(what: str, seconds: float, allowed: float) -> None:
        nonlocal within
        within = within and seconds <= allowed
        print(f"{what:54} {seconds:7.2f} {allowed:7.2f} {os.getloadavg()[0]:5.1f}", flush=True)

    print(f"{'processor time in seconds':54} {'':>7} {'allowed':>7} {'load':>5}")
    for name, command in FIRST.items():
        row(f"first number, {name}", of_a_process(command), 0.25)
    for what, allowed, ask in questions():
        begin = time.process_time()
        ask()
        row(what, time.process_time() - begin, allowed)
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
