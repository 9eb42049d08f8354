"""Selection from the table of limits at alpha = inf without ridge, for numbers of any kind."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.theory.fields import table
from icl_theory.theory.infinite_context import REGIONS, Region
from icl_theory.theory.symbols import kappa, rho, tau


def region(tau_value: Fraction | float, kappa_value: Fraction | float) -> Region | None:
    """The region of the table that contains a point, None where the formulas hold as they stand.

    Parameters
    ----------
    tau_value, kappa_value
        Exact rational numbers, or floats as the binary numbers that they are; kappa may be inf.
    """
    for candidate in REGIONS:
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
    here = region(tau_value, kappa_value)
    if here is None:
        return None
    values = {
        symbol: sp.Rational(*Fraction(value).as_integer_ratio())
        for symbol, value in ((tau, tau_value), (kappa, kappa_value), (rho, rho_value))
        if value != float("inf")
    }
    return {
        field.name: unfold(field.at_infinite_context(here, rho_value > 0)).xreplace(values)
        for field in table()
    }


def inside(candidate: Region, tau_value: Any, kappa_value: Any) -> bool:
    """Whether a point lies in a region, decided exactly."""
    values = {tau: tau_value, kappa: kappa_value}
    # Relations of the theory are between finite numbers, unless they name the infinite one.
    if kappa_value == float("inf") and not candidate.infinite_kappa:
        return False
    return all(
        _TESTS[type(relation)](
            values[relation.lhs], _number(values.get(relation.rhs, relation.rhs))
        )
        for relation in candidate.where
    )


def _number(value: Any) -> Any:
    if isinstance(value, sp.Rational):
        return Fraction(int(value.p), int(value.q))
    return float("inf") if value is sp.oo else value


_TESTS: dict[type[sp.Rel], Callable[[Any, Any], bool]] = {
    sp.StrictGreaterThan: operator.gt,
    sp.StrictLessThan: operator.lt,
    sp.Equality: operator.eq,
}
_SYMBOLS = {sp.StrictGreaterThan: ">", sp.StrictLessThan: "<", sp.Equality: "=="}


def float_conditions(candidate: Region) -> tuple[tuple[str, str, float | str], ...]:
    """Conditions of a region for floats: name, comparison, number or name."""
    found: list[tuple[str, str, float | str]] = []
    for relation in candidate.where:
        right = _number(relation.rhs)
        symbol = _SYMBOLS[type(relation)]
        if isinstance(right, Fraction):
            symbol, right = float_test(type(relation), right)
        found.append((relation.lhs.name, symbol, right if isinstance(right, float) else right.name))
    if not candidate.infinite_kappa and any(
        c[:2] in {("kappa", ">"), ("kappa", ">=")} for c in found
    ):
        found.append(("kappa", "<", float("inf")))
    return tuple(found)


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
