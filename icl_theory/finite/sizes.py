"""The integers of the finite model, rounded once from d and the parameters of the limit."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from typing import SupportsIndex, cast

from icl_theory.evaluate.parameters import exact


@dataclass(frozen=True)
class Sizes:
    """Dimensions of one finite model.

    Everything downstream, simulation and prediction alike, uses these integers and the effective
    parameters computed from them, never the values that were asked for.

    Attributes
    ----------
    d
        Token dimension.
    ell
        Context length.
    k
        Number of pretraining tasks; ``inf`` for a fresh task in every sequence.
    n
        Number of pretraining sequences.
    """

    d: int
    ell: int
    k: int | float
    n: int

    @classmethod
    def rounded(cls, d: object, tau: object, alpha: object, kappa: object) -> Sizes:
        """Nearest integers to ``ell = alpha d``, ``k = kappa d`` and ``n = tau d**2``, halves up.

        Parameters
        ----------
        d
            Integer >= 1.
        tau, alpha, kappa
            Numbers or strings in the domain of the limit, except that ``alpha`` is finite.

        Raises
        ------
        ValueError
            If a parameter is outside of its domain or rounds to zero.
        """
        d = dimension(d)
        tau, alpha, kappa = (
            float(exact(name, value))
            for name, value in (("tau", tau), ("alpha", alpha), ("kappa", kappa))
        )
        if math.isinf(alpha):
            raise ValueError(f"alpha must be finite at finite d, got {alpha!r}")
        return cls(
            d=d,
            ell=_at_least_one("alpha", alpha, d, "ell = alpha d"),
            k=kappa if math.isinf(kappa) else _at_least_one("kappa", kappa, d, "k = kappa d"),
            n=_at_least_one("tau", tau, d * d, "n = tau d^2"),
        )

    @property
    def alpha(self) -> float:
        """Effective ``ell / d``."""
        return self.ell / self.d

    @property
    def kappa(self) -> float:
        """Effective ``k / d``."""
        return self.k / self.d

    @property
    def tau(self) -> float:
        """Effective ``n / d**2``."""
        return self.n / self.d**2

    @property
    def p(self) -> int:
        """Number of parameters, d (d + 1); the ridgeless interpolation threshold is at n = p."""
        return self.d * (self.d + 1)


def dimension(d: object) -> int:
    """Read the token dimension.

    Raises
    ------
    ValueError
        If it is not an integer >= 1.
    """
    try:
        value = operator.index(cast(SupportsIndex, d))
    except TypeError:
        raise ValueError(f"d must be an integer >= 1, got {d!r}") from None
    if isinstance(d, bool) or value < 1:
        raise ValueError(f"d must be an integer >= 1, got {d!r}")
    return value


def _at_least_one(name: str, value: float, scale: int, what: str) -> int:
    count = math.floor(value * scale + 0.5)
    if count < 1:
        raise ValueError(f"{name} is too small at this d: {what} must round to >= 1, got {value!r}")
    return count
