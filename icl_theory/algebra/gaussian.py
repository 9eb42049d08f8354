"""Gaussian integrals of exponentials of quadratic forms."""

from __future__ import annotations

from typing import Any

import sympy as sp

from .decide import UndecidedError, is_zero
from .quantity import unfold
from .unevaluated import OPERATOR, Unevaluated, evaluated


def integrate_normal(exponent: sp.Expr, normal: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Integrate a standard normal out of the exponential of a quadratic polynomial.

    Returns
    -------
    factor, rest
        E exp(exponent) = factor**(-1/2) * exp(rest), where factor is positive.

    Raises
    ------
    UndecidedError
        If ``exponent`` is not a polynomial of degree at most two in ``normal``.
    """
    for power in exponent.atoms(sp.Pow):
        # A root has a kink where what stands under it is a square that vanishes.
        if power.has(normal) and not power.exp.is_Integer:
            raise UndecidedError(f"not a polynomial in {normal}: {exponent}")
    # The coefficients are the derivatives at 0.
    slope = sp.diff(exponent, normal)
    curvature = sp.diff(slope, normal)
    if curvature.has(normal) and not is_zero(sp.diff(curvature, normal)):
        raise UndecidedError(f"not quadratic in {normal}: {exponent}")
    at_zero = {normal: sp.Integer(0)}
    constant, linear = exponent.subs(at_zero), slope.subs(at_zero)
    factor = 1 - curvature.subs(at_zero)
    return factor, constant + linear**2 / (2 * factor)


def _mean_latex(mean: Unevaluated, printer: Any) -> str:
    """E exp(exponent), with the normals that it is over as a subscript."""
    exponent, *normals = map(printer._print, mean.args)
    return rf"\mathbb{{E}}_{{{', '.join(normals)}}}\left[e^{{{exponent}}}\right]"


class ExponentialMean(Unevaluated, text="E[exp({0})]"):
    """E exp(exponent) over independent standard normals, for a quadratic form in them."""

    read_in_place = True

    def value(self) -> sp.Expr:
        """Inverse square root of a rational expression."""
        return sp.Mul(*self._factors()) ** sp.Rational(-1, 2)

    def powers(self) -> set[sp.Expr]:
        """Of factors that are positive where the mean is finite, one of each normal in its turn."""
        return {factor ** sp.Rational(-1, 2) for factor in self._factors()}

    def own(self) -> set[sp.Basic]:
        """The normals."""
        return set(self.args[1:])

    def _factors(self) -> list[sp.Expr]:
        factors, exponent = [], unfold(evaluated(self.args[0]))
        for normal in self.args[1:]:
            factor, exponent = integrate_normal(exponent, normal)
            factors.append(factor)
        if not is_zero(exponent):
            raise UndecidedError(f"not a quadratic form in the normals: {exponent} is left")
        return factors

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        return _mean_latex(self, printer)


class LogMean(Unevaluated, text="log E[exp({0})]"):
    """log E exp(exponent) over independent standard normals in which the exponent is linear."""

    read_in_place = True
    precedence = OPERATOR
    reaches = "right"

    def value(self) -> sp.Expr:
        """Polynomial in the remaining variables."""
        exponent = unfold(evaluated(self.args[0]))
        for normal in self.args[1:]:
            factor, exponent = integrate_normal(exponent, normal)
            if not is_zero(factor - 1):
                raise UndecidedError(f"the exponent is not linear in {normal}")
        return exponent

    def own(self) -> set[sp.Basic]:
        """The normals."""
        return set(self.args[1:])

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        return rf"\log{_mean_latex(self, printer)}"
