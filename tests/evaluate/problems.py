"""Hard points: parameters named by why an evaluator may fail there, for tests and benchmarks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Problem:
    """One hard point. Values are floats, taken as the binary numbers that they are."""

    name: str
    why: str
    tau: float
    alpha: float
    kappa: float
    rho: float
    lam: float = 0.0

    @property
    def parameters(self) -> dict[str, float]:
        """Keyword arguments of the evaluators."""
        names = ("tau", "alpha", "kappa", "rho", "lam")
        return {name: float(getattr(self, name)) for name in names}


NEXT_ABOVE_ONE = math.nextafter(1.0, 2.0)
NEXT_BELOW_ONE = math.nextafter(1.0, 0.0)

#: Families of hard points: a name, the reason, and the values that each parameter runs through.
_FAMILIES: tuple[tuple[str, str, dict[str, tuple[float, ...]]], ...] = (
    (
        "beside-the-threshold",
        "tau - 1 has few digits, and the errors grow like its inverse",
        {
            "tau": (1 - 1e-12, 1 + 1e-12, 1 - 1e-6, 1 + 1e-6, NEXT_BELOW_ONE, NEXT_ABOVE_ONE),
            "alpha": (10.0, 1e6),
            "kappa": (0.3, 1.0, 3.0),
            "rho": (0.0, 0.1),
            "lam": (0.0, 1e-8, 1e-3),
        },
    ),
    (
        "at-the-threshold",
        "the ridgeless errors are infinite; with a ridge they grow like lam^{-1/2}",
        {
            "tau": (1.0,),
            "alpha": (0.1, 10.0, math.inf),
            "kappa": (0.5, 1.0, 2.0, math.inf),
            "rho": (0.0, 0.1),
            "lam": (0.0, 1e-16, 1e-8, 1.0),
        },
    ),
    (
        "as-many-tasks-as-dimensions",
        "1 - 1/kappa vanishes, and the resolvent trace turns into a square root",
        {
            "tau": (0.5, 2.0, 1e6),
            "alpha": (1.0, 1e6, 1e12),
            "kappa": (1.0, NEXT_BELOW_ONE, NEXT_ABOVE_ONE, 1 - 1e-9, 1 + 1e-9),
            "rho": (0.0, 0.1),
            "lam": (0.0, 1e-8),
        },
    ),
    (
        "tasks-as-sequences",
        "kappa = tau < 1: below the threshold the square root is here",
        {
            "tau": (0.1, 0.3, 0.7),
            "alpha": (1.0, 1e6, 1e12),
            "kappa": (0.1, 0.3, 0.7),
            "rho": (0.0, 0.1),
            "lam": (0.0, 1e-8),
        },
    ),
    (
        "infinite-context",
        "x = 0: with few tasks the resolvent trace is infinite and errors are limits",
        {
            "tau": (0.2, 0.5, NEXT_BELOW_ONE, NEXT_ABOVE_ONE, 2.0),
            "alpha": (math.inf,),
            "kappa": (0.1, 0.2, 0.5, 1.0, 2.0, math.inf),
            "rho": (0.0, 0.1),
            "lam": (0.0, 1e-8, 1.0),
        },
    ),
    (
        "infinite-diversity",
        "1/kappa = 0: the gap is exactly zero",
        {
            "tau": (0.1, NEXT_ABOVE_ONE, 10.0),
            "alpha": (1e-6, 1.0, 1e6),
            "kappa": (math.inf, 1e6, 1e20),
            "rho": (0.0, 0.1),
            "lam": (0.0, 1e-8, 1e4),
        },
    ),
    (
        "tiny-ridge",
        "the effective ridge is close to its ridgeless value, or to zero",
        {
            "tau": (0.01, 0.99, 1.01, 100.0),
            "alpha": (0.1, 1e4),
            "kappa": (0.2, 0.99, 5.0),
            "rho": (0.01,),
            "lam": (1e-8, 1e-15, 1e-25),
        },
    ),
    (
        "huge-ridge",
        "the estimator is close to zero and the training error to the label variance",
        {
            "tau": (0.01, 1.0, 100.0),
            "alpha": (0.1, 1e4),
            "kappa": (0.2, 5.0),
            "rho": (0.0, 0.01),
            "lam": (1e4, 1e12),
        },
    ),
    (
        "huge-context",
        "x is tiny, and so are the differences that it makes",
        {
            "tau": (0.3, 1e-3, 3.0),
            "alpha": (1e10, 1e25),
            "kappa": (1e-3, 0.3 * (1 + 1e-9), 0.9, 1.1),
            "rho": (0.0, 1e-6, 1e6),
            "lam": (0.0, 1e-8),
        },
    ),
    (
        "negative-gap",
        "the gap is a difference of nearly equal terms, here around its change of sign",
        {
            "tau": (0.01, 0.02),
            "alpha": (100.0,),
            "kappa": (0.1, 0.5),
            "rho": (0.0, 0.5, 1.0, 4.0),
            "lam": (0.0, 1e-4),
        },
    ),
    (
        "corners",
        "every parameter at an end of its range",
        {
            "tau": (1e-6, 1e6),
            "alpha": (1e-6, 1e6),
            "kappa": (1e-6, 1e6),
            "rho": (0.0, 1e-6, 1e6),
            "lam": (0.0, 1e-8, 1e4),
        },
    ),
)


def _bank() -> Iterator[Problem]:
    for name, why, values in _FAMILIES:
        for number, point in enumerate(product(*values.values())):
            yield Problem(f"{name}-{number}", why, **dict(zip(values, point, strict=True)))


#: All hard points.
PROBLEMS: tuple[Problem, ...] = tuple(_bank())
