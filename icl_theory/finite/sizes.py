"""The integers of the finite model, rounded once from d and the parameters of the limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from icl_theory.algebra.exchange import Written

from .parameters import read, shown

#: Integers up to this one are exact in float64, and so are the effective parameters' numerators.
LARGEST = 2**53


@dataclass(frozen=True)
class Sizes(Written, kind="sizes"):
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
        size = read("d", d)
        n = int(_rounded("tau", tau, size * size, "n = tau d^2"))
        return cls(size, context_length(size, alpha), task_number(size, kappa), n)

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


def context_length(d: int, alpha: object) -> int:
    """The context length ell = alpha d, rounded; errors as in `Sizes.rounded`."""
    ell = _rounded("alpha", alpha, d, "ell = alpha d")
    if math.isinf(ell):
        raise ValueError("alpha must be finite at finite d, got inf")
    return int(ell)


def task_number(d: int, kappa: object) -> int | float:
    """The number of tasks k = kappa d, rounded, or ``inf``; errors as in `Sizes.rounded`."""
    return _rounded("kappa", kappa, d, "k = kappa d")


def _rounded(name: str, value: object, scale: int, what: str) -> int | float:
    """The nearest integer to a ratio times ``scale``, halves up: the product is exact."""
    ratio = read(name, value)
    if isinstance(ratio, float):
        return ratio
    count = math.floor(ratio * scale + Fraction(1, 2))
    if count < 1:
        raise ValueError(
            f"{name} is too small at this d: {what} must round to >= 1, got {shown(value)}"
        )
    if count > LARGEST:
        raise ValueError(
            f"{name} is too large at this d: {what} must be at most 2^53, got {shown(value)}"
        )
    return count
