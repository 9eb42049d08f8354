"""Speed of float64 evaluation of arrays against a loop in C, which runs in one thread.

The C program is printed from the same formulas, compiled with ``gcc -O3 -march=native``, and runs
the same iteration point by point. It reads and writes the same arrays, as many of them: both sides
allocate their results anew. Rounds of the two alternate in one process, and the fastest round of
each counts. Processor time is that of all threads; by the clock arrays gain from as many threads as
there are processors, if these are free: the ratio by the clock is judged where nothing else runs.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from icl_theory.evaluate import scalar
from icl_theory.evaluate.float64 import errors
from icl_theory.evaluate.result import FIELDS, Errors
from icl_theory.evaluate.straight_line import C
from icl_theory.theory.fields import TABLE

POINTS = 1_000_000
ROUNDS = 7
#: Arrays may take this many times as long as C.
ALLOWED = {"ridgeless": 4.0, "ridge": 10.0}
#: The same by the clock, with two threads, on a machine whose load is below this.
ALLOWED_BY_CLOCK, FREE = {"ridgeless": 1.2, "ridge": 1.2}, 0.5
FLAGS = ("-O3", "-march=native")

Points = dict[str, np.ndarray]


def source() -> str:
    """The whole C program."""
    assign = "out_{name}[i] = {value};"
    arguments = {
        "ridgeless": ("tau", "alpha", "kappa", "rho"),
        "ridge": ("tau", "alpha", "kappa", "rho", "lam"),
    }
    bodies = {
        "ridgeless": scalar.ridgeless(TABLE, C, assign),
        "ridge": scalar.ridge(TABLE, C, assign, failed="return 1;"),
    }
    lines = ["#include <math.h>"]
    for name, inputs in arguments.items():
        pointers = [f"const double *restrict in_{p}" for p in inputs]
        pointers += [f"double *restrict out_{field}" for field in FIELDS]
        lines += [f"int {name}(long length, {', '.join(pointers)}) {{"]
        lines += ["  for (long i = 0; i < length; i++) {"]
        lines += [f"    double {p} = in_{p}[i];" for p in inputs]
        lines += [f"    {line}" for line in bodies[name]]
        lines += ["  }", "  return 0;", "}"]
    return "\n".join(lines) + "\n"


def compiled(folder: Path) -> ctypes.CDLL:
    code, library = folder / "loop.c", folder / "loop.so"
    code.write_text(source())
    compiler = os.environ.get("CC", "gcc")
    command = [compiler, *FLAGS, "-shared", "-fPIC", "-o", str(library), str(code), "-lm"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(library))


def in_c(library: ctypes.CDLL, name: str, where: Points) -> Errors[np.ndarray]:
    """Evaluate with the C program."""
    length = len(where["tau"])
    results = {field: np.empty(length) for field in FIELDS}
    arrays = [*where.values(), *results.values()]
    pointers = [array.ctypes.data_as(ctypes.POINTER(ctypes.c_double)) for array in arrays]
    if getattr(library, name)(ctypes.c_long(length), *pointers):
        raise ArithmeticError("the C program did not converge")
    return Errors(**results)


def seconds(evaluate: Callable[[], object]) -> tuple[float, float]:
    """Processor time, and time by the clock."""
    begin, clock = time.process_time(), time.perf_counter()
    evaluate()
    return time.process_time() - begin, time.perf_counter() - clock


def main() -> int:
    """Print the table; 0 if both ratios are small enough and both programs agree."""
    draw = np.random.default_rng(0)
    names = ("tau", "alpha", "kappa", "rho")
    ridgeless = {name: 10.0 ** draw.uniform(-6, 6, POINTS) for name in names}
    ridge = ridgeless | {"lam": 10.0 ** draw.uniform(-8, 4, POINTS)}
    within = True
    load = os.getloadavg()[0]
    judged = load < FREE and len(os.sched_getaffinity(0)) >= 2
    print(f"seconds for {POINTS} points, fastest of {ROUNDS} rounds, gcc {' '.join(FLAGS)}")
    print(f"load {load:.1f}: times by the clock are {'judged' if judged else 'not judged'}")
    print(
        f"{'':10} {'C':>8} {'arrays':>8} {'ratio':>6} {'allowed':>8}"
        f" {'by clock: C':>12} {'arrays':>8} {'ratio':>6} {'disagree':>9}"
    )
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(Path(folder))
        for name, where in (("ridgeless", ridgeless), ("ridge", ridge)):
            ours, theirs = errors(**where), in_c(library, name, where)
            # The gap is a difference, and C may contract products into it.
            apart = max(
                float(np.nanmax(np.abs(a - b) / np.where(b == 0, 1, np.abs(b))))
                for field in FIELDS
                if field != "gap"
                for a, b in ((getattr(ours, field), getattr(theirs, field)),)
            )
            del ours, theirs
            rounds = [
                (
                    seconds(lambda where=where, name=name: in_c(library, name, where)),
                    seconds(lambda where=where: errors(**where)),
                )
                for _ in range(ROUNDS)
            ]
            (loop, loop_clock), (arrays, arrays_clock) = (
                tuple(min(times) for times in zip(*side, strict=True))
                for side in zip(*rounds, strict=True)
            )
            ratio, by_clock = arrays / loop, arrays_clock / loop_clock
            print(
                f"{name:10} {loop:8.4f} {arrays:8.4f} {ratio:6.2f} {ALLOWED[name]:8.1f}"
                f" {loop_clock:12.4f} {arrays_clock:8.4f} {by_clock:6.2f} {apart:9.1e}"
            )
            within = within and ratio <= ALLOWED[name] and apart < 1e-14
            within = within and (not judged or by_clock <= ALLOWED_BY_CLOCK[name])
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
