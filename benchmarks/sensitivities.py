"""Accuracy of derivatives in float64 against certified ones.

Relative errors of the derivative of every field in every parameter at log-uniform points of tau,
alpha, kappa, rho in [1e-6, 1e6], without ridge and with lam in [1e-8, 1e4]. The error is relative
to the derivative itself, also where that changes its sign. A zero has to be zero.
"""

from __future__ import annotations

import argparse
import sys
import time

import flint
import numpy as np

from benchmarks.accuracy import log_uniform
from icl_theory.algebra.precision import precision
from icl_theory.evaluate.parameters import RANGES
from icl_theory.stationary import sensitivities, sensitivities_certified

#: No relative error may be larger.
BOUND = 1e-14
DIGITS = 22


def relative_error(value: float, ball: flint.arb) -> float:
    if ball.is_zero():
        return 0.0 if value == 0 else np.inf
    return float((abs(flint.arb(value) - ball) / abs(ball)).upper())


def measure(where: dict[str, np.ndarray]) -> dict[str, float]:
    """Largest relative error of the derivatives in each parameter."""
    found = sensitivities(**where)
    worst = dict.fromkeys(RANGES, 0.0)
    for place in range(len(where["tau"])):
        point = {name: float(column[place]) for name, column in where.items()}
        reference = sensitivities_certified(**point, digits=DIGITS)
        with precision(200):
            for parameter, rates in reference.items():
                for field, ball in rates.as_dict().items():
                    value = float(getattr(found[parameter], field)[place])
                    error = relative_error(value, ball)
                    if not error <= BOUND:
                        print(f"{parameter}, {field}: {error:.1e} at {point}", file=sys.stderr)
                    worst[parameter] = max(worst[parameter], error)
    return worst


def main() -> int:
    """Print the table; 0 if no error exceeds the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("largest relative error of a derivative, in units of 1e-16, and seconds for all points")
    print(f"{'':12}" + "".join(f"{name:>8}" for name in RANGES) + f"{'seconds':>10}")
    within = True
    for name, ridge in (("ridgeless", False), ("ridge", True)):
        where = log_uniform(options.points, ridge, options.seed + ridge)
        begin = time.process_time()
        sensitivities(**where)
        seconds = time.process_time() - begin
        worst = measure(where)
        cells = "".join(f"{value / 1e-16:8.2f}" for value in worst.values())
        print(f"{name:12}{cells}{seconds:10.2f}")
        within = within and max(worst.values()) <= BOUND
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
