"""Derivatives of every error in every parameter, in float64 and certified."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import flint
import numpy as np

import icl_theory.algebra.picklable  # noqa: F401  balls are returned as they are
from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.exchange import mp_context
from icl_theory.algebra.numbers import to_fmpq
from icl_theory.algebra.precision import precision
from icl_theory.evaluate.certified import errors_to_bits
from icl_theory.evaluate.columns import columns_of
from icl_theory.evaluate.exact import elements
from icl_theory.evaluate.fixed_point import Point
from icl_theory.evaluate.float64 import errors, evaluate_long, read_all
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.multiprecision import errors_mp
from icl_theory.evaluate.pairs import Pair
from icl_theory.evaluate.parameters import RANGES, exact
from icl_theory.evaluate.result import Errors, record
from icl_theory.theory.fields import Field, by_name, table
from icl_theory.theory.fixed_point import x
from icl_theory.theory.sensitivity import derivative
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

_SYMBOLS = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
#: Digits of the state beyond those asked for, at first; doubled until the derivative has its own.
_GUARD_DIGITS = 10
#: Longer floats have at most this relative rounding error, or are not used.
_LONG_EPS = 2.0**-62
#: Two results in floats of both lengths may differ by so much: the error of the longer one is
#: smaller in the ratio of their precisions, 2**11. That leaves a factor of 600 for chance, by which
#: the shorter one may be nearer than its digits warrant.
_TRUST = 3e-14
_MOST_DIGITS_MP = 1300
#: Newton's steps that give the state in longer floats all the digits of a pair.
_PAIR_STEPS = 2
#: A derivative that still has no digit with this many digits of the state is zero or not decided.
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
    Implicit differentiation of the fixed point (claims ``state-rates`` and ``error-rates``). Every
    derivative has a relative error below 1e-14, also where it changes its sign
    (``benchmarks/sensitivities.py``): points are evaluated in float64 and in longer floats, where
    the two differ by more than the longer ones make good, in pairs of these, and the rest in
    multiprecision.

    Examples
    --------
    >>> round(sensitivities(0.5, 10, 0.5, 0.1)["alpha"].icl, 8)
    0.00054231
    """
    given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    arrays = read_all(given)
    columns, shape = columns_of(arrays)
    _check(columns["tau"], columns["alpha"], columns["lam"])
    length = len(columns["tau"])
    found = errors(**columns)
    rough = _float_rates(columns, found.xi, found.m)
    long = evaluate_long(columns, length)
    fine = _float_rates({n: np.longdouble(c) for n, c in columns.items()}, long["xi"], long["m"])
    lost = np.full(length, np.finfo(np.longdouble).eps > _LONG_EPS)
    rates = {}
    with np.errstate(all="ignore"):
        for name, values in fine.items():
            for one, other in zip(values, rough[name], strict=True):
                lost |= ~(np.abs(one - other) <= _TRUST * np.abs(one))
            rates[name] = [value.astype(np.float64) for value in values]
    rest = np.flatnonzero(lost)
    if len(rest):
        point = {name: column[rest] for name, column in columns.items()}
        start = {name: column[rest] for name, column in long.items()}
        paired, seen = _paired_rates(
            point, start, {n: [v[rest] for v in f] for n, f in fine.items()}
        )
        for name, values in rates.items():
            for value, better in zip(values, paired[name], strict=True):
                value[rest] = better
        rest = rest[~seen]
    for place in rest:
        row = _rates_mp({name: float(column[place]) for name, column in columns.items()})
        for name, ones in row.items():
            for result, number in zip(rates[name], ones, strict=True):
                result[place] = number
    if all(array.ndim == 0 for array in arrays.values()):
        return {name: _record(float(v[0]) for v in values) for name, values in rates.items()}
    return {name: _record(v.reshape(shape) for v in values) for name, values in rates.items()}


def _float_rates(
    columns: Mapping[str, Any], xi: np.ndarray, m: np.ndarray
) -> dict[str, list[np.ndarray]]:
    """Derivatives of all fields in every parameter at a state, in the floats of the state."""
    tau, alpha, kappa, rho, lam = (columns[name] for name in RANGES)
    with np.errstate(all="ignore"):
        # alpha = inf and kappa = inf give exact zeros.
        x = (1 + rho) / alpha
        ridgeless = np.where(tau > 1, (tau - 1) / tau, 0)
        r = np.where(lam > 0, lam / xi, ridgeless)
        state = (tau, rho, x, 1 / kappa, x + xi, m, xi, r)
        found = {
            name: [np.array(np.broadcast_to(v, xi.shape)) for v in _derivatives(name, state)]
            for name in RANGES
        }
    _settle(found, lam == 0)
    return found


def _paired_rates(
    columns: Mapping[str, np.ndarray],
    found: Mapping[str, np.ndarray],
    fine: Mapping[str, list[np.ndarray]],
) -> tuple[dict[str, list[np.ndarray]], np.ndarray]:
    """Derivatives with twice the digits of longer floats, and where that is seen to be enough."""
    tau, rho, lam = (Pair(columns[name]) for name in ("tau", "rho", "lam"))
    finite = {name: np.isfinite(columns[name]) for name in ("alpha", "kappa")}
    with np.errstate(all="ignore"):
        x, inv_kappa = (
            _where(finite[name], over / Pair(np.where(finite[name], columns[name], 1)), Pair(0))
            for name, over in (("alpha", 1 + rho), ("kappa", Pair(1.0)))
        )
        ridgeless = columns["lam"] == 0
        over = ridgeless & (columns["tau"] > 1)
        above, xi, m = tau - 1, Pair(found["xi"]), Pair(found["m"])
        for _ in range(_PAIR_STEPS):
            # Newton's step for both equations of the fixed point, from residuals in pairs.
            t = 1 / (1 + m * inv_kappa)
            first = 1 / m - (x + xi) - t
            penalty = _where(ridgeless, Pair(0), tau * lam / _where(ridgeless, Pair(1.0), xi))
            second = penalty - above - xi * m
            slope = t.high**2 * inv_kappa.high - 1 / m.high**2
            pole = np.where(ridgeless, 0, (tau * lam).high / np.where(ridgeless, 1, xi.high) ** 2)
            # d(first) = slope dm - dxi, d(second) = -xi dm - (m + pole) dxi.
            weight = m.high + pole
            determinant = slope * weight + xi.high
            dm = (second.high - first.high * weight) / determinant
            dxi = (slope * second.high + xi.high * first.high) / determinant
            # Above the threshold without ridge xi is 0, and m solves the first.
            m = m + np.where(over, -first.high / slope, dm)
            xi = xi + np.where(over, 0, dxi)
        r = _where(
            over, above / tau, _where(ridgeless, Pair(0), lam / _where(ridgeless, Pair(1.0), xi))
        )
        state = (tau, rho, x, inv_kappa, x + xi, m, xi, r)
        shape = xi.high.shape
        rates, seen = {}, np.ones(shape, bool)
        settled = {
            n: [np.broadcast_to(_high(v), shape).copy() for v in _derivatives(n, state)]
            for n in RANGES
        }
        _settle(settled, ridgeless)
        for name, values in settled.items():
            for value, rough in zip(values, fine[name], strict=True):
                # Longer floats have a digit left: pairs have twenty.
                seen &= np.abs(value - rough) <= 0.5 * np.abs(value)
            rates[name] = [value.astype(np.float64) for value in values]
    return rates, seen


def _high(value: Any) -> Any:
    return value.high + value.low if isinstance(value, Pair) else np.longdouble(value)


def _where(test: np.ndarray, one: Pair, other: Pair) -> Pair:
    return Pair(np.where(test, one.high, other.high), np.where(test, one.low, other.low))


def _derivatives(parameter: str, state: tuple[Any, ...]) -> list[Any]:
    return list(_program(table(), parameter)(None, (), *state))


def _settle(found: Mapping[str, list[Any]], least: Any) -> None:
    """Without ridge the training error is at its least in lam.

    Claims ``state-rates-under`` and ``state-rates-over``.
    """
    place = list(by_name()).index("train")
    found["lam"][place] = np.where(least, 0, found["lam"][place])


def _rates_mp(point: Mapping[str, float]) -> dict[str, list[float]]:
    """Derivatives at one point, with more digits until float64 does not change any more."""
    digits, before = 40, None
    while digits <= _MOST_DIGITS_MP:
        context = mp_context(digits)
        state = errors_mp(**point, digits=digits)
        tau, alpha, kappa, rho, lam = (context.mpf(point[name]) for name in RANGES)
        xi, m = context.mpf(state.xi), context.mpf(state.m)
        x = (1 + rho) / alpha
        r = lam / xi if lam else max((tau - 1) / tau, context.zero)
        values = (tau, rho, x, 1 / kappa, x + xi, m, xi, r)
        now = {name: [context.mpf(v) for v in _derivatives(name, values)] for name in RANGES}
        if not lam:
            now["lam"][list(by_name()).index("train")] = context.zero
        if before is not None and all(
            abs(one - context.mpf(other)) <= 1e-17 * abs(one)
            for name, ones in now.items()
            for one, other in zip(ones, before[name], strict=True)
        ):
            return {name: [float(v) for v in ones] for name, ones in now.items()}
        digits, before = 2 * digits, now
    raise ArithmeticError(
        f"a derivative is zero or too close to it: its digits do not come out at {dict(point)}"
    )


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
        Decimal digits guaranteed of every derivative; one that is zero is exact.

    Returns
    -------
    dict of Errors
        Arb balls.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain.
    ArithmeticError
        If a derivative is so close to zero that its digits do not come out.

    Examples
    --------
    >>> rates = sensitivities_certified(2, 10, 1, "1/10")
    >>> rates["rho"].icl
    [3.90204515991036 +/- ...]
    """
    given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    values = {name: exact(name, value) for name, value in given.items()}
    _check(values["tau"], values["alpha"], values["lam"])
    needed = bits_of(checked_digits(digits))
    working = digits + _GUARD_DIGITS
    while True:
        found = _rates(values, working)
        undecided = {
            (name, field)
            for name, rate in found.items()
            for field, ball in rate.as_dict().items()
            if not (ball.is_zero() or ball.rel_accuracy_bits() >= needed)
        }
        if not undecided:
            return found
        if 2 * working > _MAX_DIGITS:
            break
        working *= 2
    # Exact algebra is slow, and seldom needed.
    if undecided <= _zeros(values):
        for name, field in undecided:
            found[name] = replace(found[name], **{field: flint.arb(0)})
        return found
    raise ArithmeticError(f"{digits} digits were not reached with {working} digits of the state")


def _zeros(values: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Which derivatives are zero, by exact algebra: pairs of a parameter and a field."""
    point = Point.read(flint.fmpq, *(values[name] for name in RANGES))
    fields = dict(zip(by_name(), elements(point).fields, strict=True))
    xi, m = fields["xi"], fields["m"]
    over = point.ridgeless and point.tau > 1
    r = point.lam / xi if point.lam else (point.tau - 1) / point.tau if over else flint.fmpq(0)
    state = (point.tau, point.rho, point.x, point.inv_kappa, point.x + xi, m, xi, r)
    return {
        (name, field)
        for name in RANGES
        for field, value in zip(by_name(), _derivatives(name, state), strict=True)
        if not value
    }


def _rates(values: Mapping[str, Any], working: int) -> dict[str, Errors[Any]]:
    found = errors_to_bits(**values, bits=bits_of(working))

    def ball(value: Any) -> flint.arb:
        return flint.arb(to_fmpq(value))

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
            for name in RANGES
        }
    if values["lam"] == 0:
        # The training error is at its least (`_settle`).
        rates["lam"] = replace(rates["lam"], train=zero)
    return rates


def _check(tau: Any, alpha: Any, lam: Any) -> None:
    """Refuse where derivatives are infinite: ridgeless at tau = 1 or at infinite context."""
    ridgeless = np.equal(lam, 0)
    if (ridgeless & np.equal(tau, 1)).any():
        raise ValueError("tau must not be 1 where lam = 0: the errors are infinite, got 1")
    if (ridgeless & np.equal(alpha, math.inf)).any():
        raise ValueError("alpha must be finite where lam = 0, got inf")
