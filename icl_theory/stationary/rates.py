"""Derivatives of every error in every parameter, in float64 and certified."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import flint
import numpy as np

from icl_theory.algebra.precision import precision
from icl_theory.evaluate.certified import errors_certified
from icl_theory.evaluate.float64 import errors, read
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.parameters import DOMAINS, exact
from icl_theory.evaluate.result import Errors, record
from icl_theory.theory.fields import Field, table
from icl_theory.theory.fixed_point import x
from icl_theory.theory.sensitivity import derivative
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

_SYMBOLS = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
#: Digits of the state beyond those asked for, at first; doubled until the derivative has its own.
_GUARD_DIGITS = 10
#: A derivative that still has no digit with this many digits of the state is not decided.
_MAX_DIGITS = 20_000


@cache
def _program(fields: tuple[Field, ...], parameter: str) -> Any:
    """Program from the state to the derivatives of all fields in one parameter."""
    program = Formulas(())
    outputs = [derivative(field.formula, _SYMBOLS[parameter]) for field in fields]
    program.program("rates", outputs, [tau, rho, x, inv_kappa, nu, m, xi, r])
    return program["rates"]


def sensitivities(
    tau: Any, alpha: Any, kappa: Any, rho: Any, lam: Any = 0.0
) -> dict[str, Errors[Any]]:
    """First derivatives of every field of `errors` in every parameter, in float64.

    Parameters
    ----------
    tau, alpha, kappa, rho, lam
        As for `errors`, but ``alpha`` finite where ``lam`` is 0, and ``tau`` not 1 there.

    Returns
    -------
    dict of Errors
        ``sensitivities(...)["alpha"].icl`` is the derivative of ``icl`` in ``alpha``. At
        ``kappa = inf`` and ``alpha = inf`` the derivatives in these are 0; those in ``lam`` at
        ``lam = 0`` are one-sided.

    Raises
    ------
    ValueError
        If a parameter is outside of this domain.

    Notes
    -----
    Implicit differentiation of the fixed point (claims ``state-rates`` and ``error-rates``). Rates
    of the state lose no digits; where a derivative of an error changes sign, its own error is
    relative to its terms.

    Examples
    --------
    >>> round(sensitivities(0.5, 10, 0.5, 0.1)["alpha"].icl, 8)
    0.00054231
    """
    found = errors(tau, alpha, kappa, rho, lam)
    given = (tau, alpha, kappa, rho, lam)
    t, a, k, n, ridge = (read(name, value) for name, value in zip(DOMAINS, given, strict=True))
    _check(t, a, ridge)
    with np.errstate(divide="ignore", invalid="ignore"):
        # alpha = inf and kappa = inf give exact zeros.
        context = (1 + n) / a
        ratio = np.where(ridge > 0, ridge / np.asarray(found.xi), np.maximum(1 - 1 / t, 0.0))
    state = (t, n, context, 1 / k, context + found.xi, found.m, found.xi, ratio)
    scalar = isinstance(found.xi, float)
    shape = np.shape(found.xi)
    rates = {}
    for name in DOMAINS:
        values = _program(table(), name)(None, (), *state)
        arrays = (np.broadcast_to(np.asarray(value, dtype=np.float64), shape) for value in values)
        rates[name] = _record(float(value) if scalar else value.copy() for value in arrays)
    return rates


def _record(values: Iterable[Any]) -> Errors[Any]:
    """Values in the order of the table."""
    return record({field.name: value for field, value in zip(table(), values, strict=True)})


def sensitivities_certified(
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    digits: int = 16,
) -> dict[str, Errors[Any]]:
    """First derivatives of every field in every parameter, with guaranteed digits.

    Parameters
    ----------
    tau, alpha, kappa, rho, lam
        Numbers; strings are exact decimals or fractions. The domain is that of `sensitivities`.
    digits
        Decimal digits guaranteed of every derivative; one that is zero identically is exact.

    Returns
    -------
    dict of Errors
        Arb balls.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.
    ArithmeticError
        If a derivative is zero, or so close to it that its digits do not come out.
    """
    given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    values = {name: exact(name, value) for name, value in given.items()}
    _check(values["tau"], values["alpha"], values["lam"])
    needed = math.ceil(digits * math.log2(10)) + 1
    working = digits + _GUARD_DIGITS
    while working <= _MAX_DIGITS:
        found = _rates(values, working)
        balls = [ball for rate in found.values() for ball in rate.as_dict().values()]
        if all(ball.is_zero() or ball.rel_accuracy_bits() >= needed for ball in balls):
            return found
        working *= 2
    raise ArithmeticError(
        f"{digits} digits were not reached with {_MAX_DIGITS} digits of the state"
    )


def _rates(values: Mapping[str, Any], working: int) -> dict[str, Errors[Any]]:
    found = errors_certified(**values, digits=working)

    def ball(value: Any) -> flint.arb:
        return flint.arb(flint.fmpq(value.numerator, value.denominator))

    with precision(math.ceil(working * math.log2(10)) + 16):
        zero = flint.arb(0)
        t, n = ball(values["tau"]), ball(values["rho"])
        context = zero if values["alpha"] == math.inf else (1 + n) / ball(values["alpha"])
        inverse = zero if values["kappa"] == math.inf else 1 / ball(values["kappa"])
        if values["lam"] > 0:
            ratio = ball(values["lam"]) / found.xi
        else:
            ratio = (t - 1) / t if values["tau"] > 1 else zero
        state = (t, n, context, inverse, context + found.xi, found.m, found.xi, ratio)
        rates = {
            name: _record(map(flint.arb, _program(table(), name)(None, (), *state)))
            for name in DOMAINS
        }
    if values["lam"] == 0 and values["tau"] > 1:
        # The training error is at its least (claim state-rates-over).
        rates["lam"] = replace(rates["lam"], train=zero)
    return rates


def _check(tau: Any, alpha: Any, lam: Any) -> None:
    """Refuse where derivatives are infinite: ridgeless at tau = 1 or at infinite context."""
    ridgeless = np.equal(lam, 0)
    if (ridgeless & np.equal(tau, 1)).any():
        raise ValueError("tau must not be 1 where lam = 0: the errors are infinite, got 1")
    if (ridgeless & np.equal(alpha, math.inf)).any():
        raise ValueError("alpha must be finite where lam = 0, got inf")
