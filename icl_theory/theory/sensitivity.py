r"""How the state and the errors move with the parameters: exact first derivatives.

The state (nu, m, xi, r) is differentiated implicitly. Every rate below is one product of positive
terms with a sign, so it loses no digits, is finite at kappa = oo and in the ridgeless limit off
the interpolation threshold, and says at a glance which way the state moves. The errors follow by
the chain rule (`derivative`).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import Quantity, define, unfold
from icl_theory.algebra.unevaluated import OPERATOR, Unevaluated

from .errors import bias
from .fixed_point import S, degrees_used, ridge_log_slope, x
from .optimal_ridge import cube_0, cube_1, cube_2
from .spectral import D1, D2, D12, P, inv_kappa, minus_M_prime, t
from .symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

xi_lam = define(
    "xi_lam",
    tau / ridge_log_slope,
    latex=r"\partial_\lambda \xi",
    doc="Rate of the effective ridge in lam: positive.",
)

xi_tau = define(
    "xi_tau",
    -xi * degrees_used / (tau * ridge_log_slope),
    latex=r"\partial_\tau \xi",
    doc="Rate of the effective ridge in tau: negative.",
)

xi_x = define(
    "xi_x",
    xi**2 * m / (P * ridge_log_slope),
    latex=r"\partial_x \xi",
    doc="Rate of the effective ridge in x: positive.",
)

xi_kappa = define(
    "xi_kappa",
    (xi * m * t * inv_kappa) ** 2 / (P * ridge_log_slope),
    latex=r"\partial_\kappa \xi",
    doc="Rate of the effective ridge in kappa: positive.",
)

r_lam = define(
    "r_lam",
    S / ridge_log_slope,
    latex=r"\partial_\lambda r",
    doc="Rate of lam/xi in lam: positive.",
)

r_tau = define(
    "r_tau",
    r * degrees_used / (tau * ridge_log_slope),
    latex=r"\partial_\tau r",
    doc="Rate of lam/xi in tau: positive.",
)

r_x = define(
    "r_x",
    -r * xi * m / (P * ridge_log_slope),
    latex=r"\partial_x r",
    doc="Rate of lam/xi in x: negative.",
)

r_kappa = define(
    "r_kappa",
    -r * xi * (m * t * inv_kappa) ** 2 / (P * ridge_log_slope),
    latex=r"\partial_\kappa r",
    doc="Rate of lam/xi in kappa: negative.",
)

m_nu = define(
    "m_nu",
    -m / P,
    latex=r"\partial_\nu m",
    doc="Rate of the resolvent trace in nu at fixed kappa: negative.",
)

m_kappa = define(
    "m_kappa",
    -((m * t * inv_kappa) ** 2) / P,
    latex=r"\partial_\kappa m",
    doc="Rate of the resolvent trace in kappa at fixed nu: negative.",
)

#: Spectral traces with their derivatives in nu along m = M(nu), which are single traces again.
SPECTRAL = {
    D1: -D12,
    D12: -2 * cube_1,
    D2: -2 * cube_2,
    minus_M_prime: -2 * cube_0,
    S: -2 * (cube_1 + x * cube_0),
    bias: 2 * nu * cube_1,
}

#: Rates of (xi, r) with each of what the fixed point reads.
_RATES = {lam: (xi_lam, r_lam), tau: (xi_tau, r_tau), x: (xi_x, r_x), kappa: (xi_kappa, r_kappa)}


def state_rates(parameter: sp.Symbol) -> dict[sp.Symbol, sp.Expr]:
    """Derivatives of nu, m, xi, r, x and 1/kappa in a parameter.

    Parameters
    ----------
    parameter
        ``tau``, ``alpha``, ``kappa``, ``rho`` or ``lam``.

    Returns
    -------
    dict
        Folded expressions in the state, x, 1/kappa, tau and rho.
    """
    zero = sp.Integer(0)
    # x = (1 + rho)/alpha is all that the fixed point reads of alpha and rho.
    per_x = {alpha: -(x**2) / (1 + rho), rho: x / (1 + rho)}.get(parameter, zero)
    read = x if parameter in {alpha, rho} else parameter
    factor = per_x if read == x else sp.Integer(1)
    d_xi, d_r = (rate * factor for rate in _RATES[read])
    d_nu = per_x + d_xi
    return {
        nu: d_nu,
        m: m_nu * d_nu + (m_kappa if parameter == kappa else zero),
        xi: d_xi,
        r: d_r,
        x: per_x,
        inv_kappa: -(inv_kappa**2) if parameter == kappa else zero,
    }


def derivative(quantity: Quantity | sp.Symbol, parameter: sp.Symbol) -> sp.Expr:
    """Total derivative of a quantity of the theory in a parameter, along the fixed point.

    Parameters
    ----------
    quantity
        A quantity, or a symbol of the state.
    parameter
        ``tau``, ``alpha``, ``kappa``, ``rho`` or ``lam``.

    Returns
    -------
    sympy.Expr
        In the state, x, 1/kappa, tau, rho and folded rates.
    """
    rates = state_rates(parameter)
    formula = unfold(quantity, keep={x, inv_kappa, *SPECTRAL})
    if quantity in SPECTRAL:
        formula = quantity
    for trace in formula.free_symbols & set(SPECTRAL):
        rates[trace] = _spectral_rate(trace, parameter, rates)
    moved = sum(sp.diff(formula, symbol) * rate for symbol, rate in rates.items())
    return moved + sp.diff(formula, parameter)


def _spectral_rate(
    trace: Quantity, parameter: sp.Symbol, rates: dict[sp.Symbol, sp.Expr]
) -> sp.Expr:
    """Rate of a spectral trace: its derivative in nu does not cancel, that in kappa is partial."""
    rate = SPECTRAL[trace] * rates[nu]
    formula = unfold(trace, keep={x, inv_kappa})
    rate += sp.diff(formula, x) * rates[x]
    if parameter == kappa:
        rate += sp.diff(formula, m) * m_kappa + sp.diff(formula, inv_kappa) * rates[inv_kappa]
    return rate


class Rate(Unevaluated):
    """Total derivative of a quantity in a parameter, by the rates of this module."""

    precedence = OPERATOR
    reaches = "right"

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        moved, parameter = map(printer._print, self.args)
        body = moved if self.args[0].is_Symbol else rf"\left({moved}\right)"
        return rf"D_{{{parameter}}} {body}"

    def value(self) -> sp.Expr:
        """Write the chain rule out."""
        return derivative(*self.args)
