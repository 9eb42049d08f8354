"""Selection from the table of limits at alpha = inf without ridge, for numbers of any kind."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.theory.infinite_context import REGIMES, Regime
from icl_theory.theory.symbols import kappa, rho, tau


def regime(tau_value: Fraction | float, kappa_value: Fraction | float) -> Regime | None:
    """The region of the table that contains a point, None where the formulas hold as they stand.

    Parameters
    ----------
    tau_value, kappa_value
        Exact rational numbers, or floats as the binary numbers that they are; kappa may be inf.
    """
    for candidate in REGIMES:
        if inside(candidate, tau_value, kappa_value):
            return candidate
    return None


def limit_values(
    tau_value: Fraction | float, kappa_value: Fraction | float, rho_value: Fraction | float
) -> dict[str, sp.Expr] | None:
    """All fields at alpha = inf and lam = 0, where they are not what the formulas give at x = 0.

    Parameters
    ----------
    tau_value, kappa_value, rho_value
        Exact rational numbers, or floats as the binary numbers that they are; kappa may be inf.

    Returns
    -------
    dict or None
        For every field its limit: a rational number, or ``oo`` with its sign. None where the
        formulas hold as they stand, with x = 0.
    """
    found = regime(tau_value, kappa_value)
    if found is None:
        return None
    values = {
        symbol: sp.Rational(*Fraction(value).as_integer_ratio())
        for symbol, value in ((tau, tau_value), (kappa, kappa_value), (rho, rho_value))
        if value != float("inf")
    }
    return {
        field: unfold(limit).xreplace(values)
        for field, limit in found.limits(noisy=rho_value > 0).items()
    }


def inside(candidate: Regime, tau_value: Any, kappa_value: Any) -> Any:
    """Whether points lie in a region: a bool, or an array of bool for arrays of float64."""
    values = {tau: tau_value, kappa: kappa_value}
    result: Any = True
    for relation in candidate.where:
        left = values[relation.lhs]
        right = values.get(relation.rhs, relation.rhs)
        result = result & _compare(type(relation), left, right)
    return result


def _compare(relation: type[sp.Rel], left: Any, right: Any) -> Any:
    """Exact comparison with a number, which need not be a float, or with other values."""
    if isinstance(right, sp.Rational):
        right = Fraction(int(right.p), int(right.q))
    elif right is sp.oo:
        right = float("inf")
    if isinstance(left, np.ndarray) and isinstance(right, Fraction):
        symbol, right = float_test(relation, right)
        return _TESTS[symbol](left, right)
    return _TESTS[_SYMBOLS[relation]](left, right)


_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
_SYMBOLS = {sp.StrictGreaterThan: ">", sp.StrictLessThan: "<", sp.Equality: "=="}


def float_test(relation: type[sp.Rel], bound: Fraction) -> tuple[str, float]:
    """A comparison of floats with a rational number, as one with a float.

    Between a rational number and the float nearest to it there is no other float, so a float is
    compared with the latter, which may itself lie on either side.
    """
    nearest = float(bound)
    if relation is sp.StrictGreaterThan:
        return (">=" if nearest > bound else ">"), nearest
    if relation is sp.StrictLessThan:
        return ("<=" if nearest < bound else "<"), nearest
    # No float equals a number that is not one.
    return "==", nearest if nearest == bound else float("nan")
