"""Formulas of the finite model as functions of numbers, generated from their definitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

import numpy as np

Function = Callable[..., "float | np.ndarray"]


@cache
def function(module: str, name: str, *arguments: str) -> Function:
    """A quantity of the theory as a function of numbers or arrays.

    Parameters
    ----------
    module, name
        Module of `icl_theory.symbolic` and name of the quantity.
    *arguments
        Names of what the function takes, in this order: primitive symbols, or quantities, which
        then stay folded. Those that the formula does not contain are ignored.
    """
    import sympy as sp

    expression = _formula(module, name, arguments)
    return sp.lambdify(_symbols(expression, arguments), expression, "numpy")


@cache
def powers_of_norm(module: str, name: str, *arguments: str) -> tuple[Function, ...]:
    """Coefficients of a quantity that is polynomial in theta^2 = |w|^2/d, lowest power first.

    They turn a formula for one task into its average over tasks of random norm.
    """
    import sympy as sp

    from icl_theory.symbolic.symbols import theta

    polynomial = sp.Poly(_formula(module, name, arguments), theta)
    if any(exponent % 2 for (exponent,) in polynomial.monoms()):
        raise ValueError(f"{name} is not a polynomial in theta^2")
    parts = (
        polynomial.coeff_monomial(theta**power) for power in range(0, polynomial.degree() + 1, 2)
    )
    return tuple(sp.lambdify(_symbols(part, arguments), part, "numpy") for part in parts)


def _formula(module: str, name: str, arguments: tuple[str, ...]) -> object:
    from icl_theory.symbolic.quantity import quantities, unfold

    quantity = getattr(import_module(f"icl_theory.symbolic.{module}"), name)
    return unfold(
        quantity.definition, keep=[other for other in quantities() if other.name in arguments]
    )


def _symbols(expression: object, arguments: tuple[str, ...]) -> list[object]:
    import sympy as sp

    found = {symbol.name: symbol for symbol in expression.free_symbols}
    return [found.get(name, sp.Dummy(name)) for name in arguments]


def moment(name: str, d: int, ell: int, theta: float | np.ndarray, rho: float) -> np.ndarray:
    """A coefficient of Lemma 1 given the norms of tasks, of the shape of ``theta``."""
    value = function("moments", name, "d", "ell", "theta", "rho")(d, ell, theta, rho)
    return np.broadcast_to(value, np.shape(theta))


def mean_moment(name: str, d: int, ell: int, rho: float, norms: tuple[float, float]) -> float:
    """A coefficient of Lemma 1 averaged over tasks with given means of theta^2 and theta^4."""
    parts = powers_of_norm("moments", name, "d", "ell", "rho")
    means = (1.0, *norms)[: len(parts)]
    return float(sum(part(d, ell, rho) * mean for part, mean in zip(parts, means, strict=True)))


def weights_error(variance: float, overlap: float, power: float) -> float:
    """Error of a predictor of given overlap and power, for labels of given variance."""
    arguments = ("label_variance", "overlap", "power")
    return float(function("generalisation", "weights_error", *arguments)(variance, overlap, power))


def sampling(d: int, ell: int, theta: np.ndarray, rho: float) -> dict[str, float | np.ndarray]:
    """Coefficients of the law of a sequence's features, for tasks of norm theta sqrt(d)."""
    names = {
        "representation": ("along", "across", "shrink"),
        "model": ("feature_scale", "square_scale"),
        "moments": ("label_variance",),
    }
    return {
        name: function(module, name, "d", "ell", "theta", "rho")(d, ell, theta, rho)
        for module, group in names.items()
        for name in group
    }


def penalty(n: int, d: int, lam: float) -> float:
    """Coefficient of |Gamma|^2 in the sum of squares that pretraining minimises."""
    return float(function("model", "penalty", "n", "d", "lambda")(n, d, lam))
