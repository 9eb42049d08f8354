"""Figure 3 against brute force, and its time.

At random points of the three panels the verdict (falls, turns) and the best context length from the
exact curves are compared with a search: the paper's printed ridgeless errors in 300-bit arithmetic
on a grid of context lengths over 22 decades, each turn refined by golden section. No point may
disagree.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import flint
import numpy as np

from icl_theory.algebra.precision import precision
from icl_theory.figures import figure3
from icl_theory.stationary import optimal_context

#: Points per panel.
POINTS = 1000
#: Context lengths searched: 12 a decade from 1e-6 to 1e16.
DECADES = (-6, 16)
PER_DECADE = 12
BITS = 300
#: A golden section on a smooth minimum finds half of the digits: its own error is far below this.
AGREEMENT = 1e-12
SECONDS = 20.0


def printed_error(error: str, tau: float, kappa: float, rho: float):
    """The ridgeless error as the paper prints it, a function of log10 alpha in ball arithmetic."""
    t, k, r = (flint.arb(value) for value in (tau, kappa, rho))
    one = flint.arb(1)

    def resolvent(kk, s):
        half = (s + one - one / kk) / 2
        root = (half * half + s / kk).sqrt()
        return one / (half + root) if half > 0 else (root - half) * kk / s

    def under(alpha):
        q = (one + r) / alpha
        mu = q * resolvent(k / t, q)
        if error == "icl":
            bracket = one - t * (one - mu) ** 2 + mu * (r / q - one)
            return t * (one + q) / (one - t) * bracket - 2 * t * (one - mu) + one + r
        xi = (one - t) * q / (t * mu)
        p = one / (one - k / (one + k * xi / (one - t)) ** 2)
        last = (r + q - 2 * q * (one - t) * (q / xi + one)) / (one - p * (one - t))
        return t / (one - t) * (t * mu * (q + xi) ** 2 / q + last)

    def over(alpha):
        q = (one + r) / alpha
        m = resolvent(k, q)
        # The quadratic q m^2/k + (q + 1 - 1/k) m = 1, differentiated.
        slope = -(m * m / k + m) / (2 * q * m / k + q + one - one / k)
        if error == "idg":
            return t * (r + q * (one - q * m)) / (t - one)
        bracket = one - 2 * q * m - q * q * slope + (r + q - q * q * m) * m / (t - one)
        return (one + q) * bracket - 2 * (one - q * m) + one + r

    function = under if tau < 1 else over
    return lambda decade: function((decade * flint.arb(10).log()).exp())


def search(error: str, tau: float, kappa: float, rho: float) -> tuple[int, list[float]]:
    """Direction (0 where it turns) and context lengths of the minima, by brute force."""
    with precision(BITS):
        value = printed_error(error, tau, kappa, rho)
        low, high = DECADES
        decades = [
            flint.arb(flint.fmpq(i, PER_DECADE))
            for i in range(low * PER_DECADE, high * PER_DECADE + 1)
        ]
        values = [value(d).mid() for d in decades]
        signs = [1 if b > a else -1 for a, b in pairwise(values)]
        minima = []
        for i in range(len(signs) - 1):
            if signs[i] < 0 < signs[i + 1]:
                best = golden(value, decades[i], decades[i + 2])
                minima.append(float((best * flint.arb(10).log()).exp()))
        direction = signs[0] if len(set(signs)) == 1 else 0
        return direction, minima


def golden(value, low, high):
    """Golden section for a minimum between two context lengths."""
    ratio = (flint.arb(5).sqrt() - 1) / 2
    a, b = low, high
    c, d = (b - ratio * (b - a)).mid(), (a + ratio * (b - a)).mid()
    at_c, at_d = value(c).mid(), value(d).mid()
    for _ in range(110):
        if at_c < at_d:
            b, d, at_d = d, c, at_c
            c = (b - ratio * (b - a)).mid()
            at_c = value(c).mid()
        else:
            a, c, at_c = c, d, at_d
            d = (a + ratio * (b - a)).mid()
            at_d = value(d).mid()
    return ((a + b) / 2).mid()


def compare(panel: figure3.ContextPanel, points: int, seed: int) -> tuple[int, int, float]:
    """Disagreements, points that turn, and the largest relative distance of the best contexts."""
    rng = np.random.default_rng(seed)
    kappas = rng.uniform(0, figure3.KAPPA_MAX, points)
    rhos = rng.uniform(0, figure3.RHO_MAX, points)
    found = optimal_context(panel.error, panel.tau, kappas, rhos)
    wrong, turning, worst = 0, 0, 0.0
    for i, (kappa, rho) in enumerate(zip(kappas, rhos, strict=True)):
        direction, minima = search(panel.error, panel.tau, kappa, rho)
        has = bool(np.isfinite(found.minimum[i]) and found.minimum[i] > 0)
        if direction != found.direction[i] or has != bool(minima) or len(minima) > 1:
            wrong += 1
            print(f"  disagree at kappa = {kappa!r}, rho = {rho!r}: {found.minimum[i]} {minima}")
        elif has:
            turning += 1
            worst = max(worst, abs(found.minimum[i] / minima[0] - 1))
    return wrong, turning, worst


def main() -> int:
    """Time the figure and compare every panel."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=POINTS, help="random points per panel")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        figure3.draw(Path(folder))
    seconds = time.perf_counter() - start
    print(f"figure 3 on {figure3.SHAPE[0]} x {figure3.SHAPE[1]} points: {seconds:.1f} s")
    good = seconds < SECONDS
    heading = "largest distance of alpha*"
    print(f"{'panel':>6} {'points':>7} {'turn':>6} {'disagree':>9} {heading:>27}")
    for panel in figure3.PANELS:
        wrong, turning, worst = compare(panel, options.points, options.seed)
        good &= wrong == 0 and worst < AGREEMENT
        print(f"{panel.label:>6} {options.points:>7} {turning:>6} {wrong:>9} {worst:>27.1e}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
