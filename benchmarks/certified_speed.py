"""Certified evaluation against mpmath's at 50 digits, at a ridge and in the ridgeless limit.

Both evaluate the same points, all different, with parameters given as strings. Rounds of the two
alternate in one process, and the fastest round of each counts: what else the machine does slows
single rounds down. Compiling the programs is not timed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from icl_theory.evaluate.certified import errors_certified
from icl_theory.evaluate.multiprecision import errors_mp

DIGITS = 50
POINTS = 10
ROUNDS = 100
#: Certified evaluation is at least this many times faster.
REQUIRED = 5.0

Point = tuple[str, ...]


def points(ridge: bool, seed: int = 1) -> list[Point]:
    """Log-uniform parameters with four significant digits, within three decades of one."""
    draw = random.Random(seed)

    def number() -> str:
        return f"{10 ** draw.uniform(-3, 3):.3e}"

    return [(*(number() for _ in range(4)), number() if ridge else "0") for _ in range(POINTS)]


def seconds(evaluate: Callable[..., Any], where: Sequence[Point], passes: int) -> float:
    """Processor time of one round, per point."""
    begin = time.process_time()
    for _ in range(passes):
        for point in where:
            evaluate(*point, digits=DIGITS)
    return (time.process_time() - begin) / (passes * len(where))


def main() -> int:
    """Print the table; 0 if both ratios are large enough."""
    print(f"microseconds per point at {DIGITS} digits, {POINTS} points, fastest of {ROUNDS} rounds")
    print(f"{'':10} {'mpmath':>8} {'certified':>10} {'ratio':>6}")
    enough = True
    for name, ridge in (("ridge", True), ("ridgeless", False)):
        where = points(ridge)
        for evaluate in (errors_mp, errors_certified):
            evaluate(*where[0], digits=DIGITS)
        # Rounds of the two take about as long, so that neither finds colder caches.
        rounds = [
            (seconds(errors_mp, where, 1), seconds(errors_certified, where, 5))
            for _ in range(ROUNDS)
        ]
        slow, fast = (min(times) for times in zip(*rounds, strict=True))
        print(f"{name:10} {1e6 * slow:8.0f} {1e6 * fast:10.0f} {slow / fast:6.1f}")
        enough = enough and slow >= REQUIRED * fast
    print(f"required: {REQUIRED:g}")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
