"""Accuracy of float64 against certified evaluation.

Relative errors of every field at log-uniform points of tau, alpha, kappa, rho in [1e-6, 1e6],
without ridge and with lam in [1e-8, 1e4], and at the bank of hard points. The gap changes sign: its
error is relative to the largest of its three terms. An infinite value has to be the same infinity.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator

import flint
import numpy as np

from icl_theory.algebra.precision import precision
from icl_theory.evaluate import programs
from icl_theory.evaluate.certified import errors_certified
from icl_theory.evaluate.float64 import errors
from icl_theory.evaluate.generate import kernel
from icl_theory.evaluate.result import FIELDS, Errors
from icl_theory.theory.fields import by_name
from tests.evaluate.problems import PROBLEMS

#: No relative error may be larger.
BOUND = 4e-15
#: Digits of the reference: its own error is far below the last digit printed.
DIGITS = 25

Points = dict[str, np.ndarray]


def log_uniform(points: int, ridge: bool, seed: int) -> Points:
    draw = np.random.default_rng(seed)
    names = ("tau", "alpha", "kappa", "rho")
    drawn = {name: 10.0 ** draw.uniform(-6, 6, points) for name in names}
    drawn["lam"] = 10.0 ** draw.uniform(-8, 4, points) if ridge else np.zeros(points)
    return drawn


def bank() -> Points:
    rows = [problem.parameters for problem in PROBLEMS]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def gap_scale(where: Points, found: Errors[np.ndarray]) -> np.ndarray:
    """Largest term of the gap; to no more than float64, as a denominator it needs no more."""
    tau, alpha, kappa, rho, lam = where.values()
    scale = np.empty(len(tau))
    with np.errstate(all="ignore"):
        r = np.where(lam > 0, lam / found.xi, np.maximum(tau - 1, 0) / tau)
        inputs = {
            "tau": tau,
            "x": (1 + rho) / alpha,
            "kappa": np.minimum(kappa, programs.LARGE_KAPPA),
            "inv_kappa": 1 / kappa,
            "rho": rho,
            "m": found.m,
            "xi": found.xi,
            "r": r,
        }
        kernel(programs.scale(by_name()["gap"])).run(inputs, {"scale": scale})
    return scale


def relative_error(value: float, ball: flint.arb, scale: float) -> float:
    """Upper bound of |value - exact|/scale; the scale is the exact value where it is NaN."""
    if not ball.is_finite():
        return 0.0 if math.isinf(value) and (ball > 0) == (value > 0) else math.inf
    if not math.isfinite(value):
        return math.inf
    difference = abs(flint.arb(value) - ball)
    if difference == 0:
        return 0.0
    # Where the ball is zero, so must the value be.
    denominator = flint.arb(scale) if math.isfinite(scale) and scale else abs(ball)
    return float((difference / denominator).upper()) if denominator > 0 else math.inf


def measure(where: Points) -> dict[str, np.ndarray]:
    """Relative errors of every field at every point."""
    found = errors(**where)
    scale = gap_scale(where, found)
    wrong = {name: np.empty(len(scale)) for name in FIELDS}
    for i, point in enumerate(zip(*where.values(), strict=True)):
        reference = errors_certified(*map(float, point), digits=DIGITS)
        with precision(256):
            for name in FIELDS:
                wrong[name][i] = relative_error(
                    float(getattr(found, name)[i]),
                    getattr(reference, name),
                    float(scale[i]) if name == "gap" else math.nan,
                )
    return wrong


def table(measured: dict[str, dict[str, np.ndarray]]) -> Iterator[str]:
    sizes = [len(next(iter(wrong.values()))) for wrong in measured.values()]
    yield "relative errors in units of 1e-16"
    heads = [f"{name}, {size} points" for name, size in zip(measured, sizes, strict=True)]
    yield f"{'':22}" + "".join(f"{head:>26}" for head in heads)
    yield f"{'':22}" + f"{'99.9%':>16}{'max':>10}" * len(measured)
    for field in FIELDS:
        cells = []
        for wrong in measured.values():
            quantile = np.quantile(wrong[field], 0.999, method="higher")
            cells.append(f"{quantile / 1e-16:16.2f}{wrong[field].max() / 1e-16:10.2f}")
        yield f"{field:22}" + "".join(cells)


def main() -> int:
    """Print the table; 0 if no error exceeds the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sets = {
        "ridgeless": log_uniform(options.points, False, options.seed),
        "ridge": log_uniform(options.points, True, options.seed + 1),
        "hard points": bank(),
    }
    measured = {}
    for name, where in sets.items():
        measured[name] = measure(where)
        for field, wrong in measured[name].items():
            if not wrong.max() <= BOUND:
                worst = int(wrong.argmax())
                point = {parameter: float(values[worst]) for parameter, values in where.items()}
                print(f"{name}: {field} is off by {wrong[worst]:.2e} at {point}", file=sys.stderr)
    print("\n".join(table(measured)))
    worst = max(wrong.max() for kind in measured.values() for wrong in kind.values())
    print(f"largest {worst:.2e}, bound {BOUND:.0e}")
    return int(not worst <= BOUND)


if __name__ == "__main__":
    sys.exit(main())
