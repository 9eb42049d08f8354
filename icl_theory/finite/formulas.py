"""Formulas of the finite model as functions of numbers, generated from their definitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

Function = Callable[..., "float | np.ndarray"]


@cache
def function(module: str, name: str, *arguments: str) -> Function:
    """A quantity of the theory as a function of numbers or arrays.

    Parameters
    ----------
    module, name
        Module of `icl_theory.theory` and name of the quantity.
    *arguments
        Names of what the function takes, in this order: primitive symbols, or quantities, which
        then stay folded. Those that the formula does not contain are ignored.
    """
    import sympy as sp

    expression = _formula(module, name, arguments)
    return sp.lambdify(_symbols(expression, arguments), expression, "numpy")


def _formula(module: str, name: str, arguments: tuple[str, ...]) -> Any:
    from icl_theory.algebra.quantity import quantities, unfold

    quantity = getattr(import_module(f"icl_theory.theory.{module}"), name)
    return unfold(
        quantity.definition, keep=[other for other in quantities() if other.name in arguments]
    )


def _symbols(expression: Any, arguments: tuple[str, ...]) -> list[object]:
    import sympy as sp

    found = {symbol.name: symbol for symbol in expression.free_symbols}
    return [found.get(name, sp.Dummy(name)) for name in arguments]


class MomentBlocks(NamedTuple):
    """Coefficients of the blocks of E_w in Lemma 1."""

    feature_scale: float
    E_tasks: float
    E_cross: float
    E_corner: float


def moment_blocks(d: int, ell: int) -> MomentBlocks:
    """Coefficients of Lemma 1 at given sizes."""
    return MomentBlocks(
        *(float(function("moments", name, "d", "ell")(d, ell)) for name in MomentBlocks._fields)
    )


def label_variance(theta: float | np.ndarray, rho: float) -> float | np.ndarray:
    """Variance v of a label, for tasks of norm theta sqrt(d)."""
    return function("moments", "label_variance", "theta", "rho")(theta, rho)


def weights_error(variance: float, overlap: float, power: float) -> float:
    """Error of a predictor of given overlap and power, for labels of given variance."""
    arguments = ("label_variance", "overlap", "power")
    return float(function("generalisation", "weights_error", *arguments)(variance, overlap, power))


def sampling(d: int, ell: int, theta: np.ndarray, rho: float) -> dict[str, float | np.ndarray]:
    """Coefficients of the law of a sequence's features, for tasks of norm theta sqrt(d)."""
    names = {
        "context_law": ("along", "across", "shrink"),
        "model": ("feature_scale", "square_scale"),
    }
    return {
        name: function(module, name, "d", "ell", "theta", "rho")(d, ell, theta, rho)
        for module, group in names.items()
        for name in group
    }


def penalty(n: int, d: int, lam: float) -> float:
    """Coefficient of |Gamma|^2 in the sum of squares that pretraining minimises."""
    return float(function("model", "penalty", "n", "d", "lambda")(n, d, lam))


def equivalent(name: str, *arguments: str) -> Function:
    """A formula of the finite-d equivalent, as a function of traces and errors of Gamma_eq."""
    return function("deterministic", name, *arguments)
