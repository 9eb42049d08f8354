"""Errors of structured tasks as balls that are guaranteed to contain the value.

The state is enclosed by signs, with nothing before them to be trusted. With T(nu, u) = kappa nu/u +
D1(u) - kappa, decreasing in u and increasing in nu, and F(xi, D1) = tau lam/xi + D1 + (x/nu) (1 -
D1) - tau, decreasing in xi and increasing in D1, which decreases in u:

* T(x + xi, u) <= 0 and F(xi, D1(u)) > 0 put the root above xi, for then u is above the u of xi;
* T(x + xi, u) >= 0 and F(xi, D1(u)) < 0 put it below;
* and once xi is between two numbers, T at the lower one with T >= 0 bounds u from below, and T at
  the upper one with T <= 0 bounds it from above.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import flint
from flint import arb

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.precision import precision, set_precision
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_point import (
    NEWTON,
    Parameters,
    SpectralSystem,
    StateEquations,
    threshold_fields,
)

#: Bits of the state's enclosure beyond those asked for, and of the arithmetic beyond these: what
#: an attempt adds, and what it doubles.
GUARD, ROUNDING = 16, 64
#: Attempts until every field is accurate enough.
ATTEMPTS = 9


def _convert(value: Fraction) -> arb:
    return arb(flint.fmpq(value.numerator, value.denominator))


ARB = SpectralSystem(
    _convert, lambda b, z: z.hypgeom_2f1(arb(1), b, 1 + b), lambda number: number.mid()
)


class UndecidedSign(ArithmeticError):
    """A sign that is not decided at this precision."""


def structured_errors_certified(
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    tasks: Spectrum | None = None,
    test: object = None,
    alpha_test: object = None,
    rho_test: object = None,
    digits: int = 50,
) -> Errors[Any]:
    """Errors of structured tasks and shifted tests with a guarantee on every digit.

    Parameters are those of `structured_errors`, as scalars and read exactly. Radii are at most
    10**-digits of the midpoint; that of the gap, of the larger of ``icl`` and ``idg``.

    Examples
    --------
    >>> two = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> found = structured_errors_certified(2, 3, "3/4", "1/5", tasks=two, digits=20)
    >>> bool(found.icl > found.noise)
    True
    """
    checked_digits(digits)
    point = Parameters.read(tau, alpha, kappa, rho, lam, tasks, test, alpha_test, rho_test)
    start = point.start()
    return certify(digits, lambda bits, spare: _evaluate(point, start, bits, spare))


def certify(digits: int, evaluate: Callable[[int, int], Mapping[str, Any]]) -> Errors[Any]:
    """Fields accurate to ``digits`` digits, evaluated with ever more bits.

    Parameters
    ----------
    digits
        Number of digits, checked.
    evaluate
        From the bits of the state's enclosure, and how many the arithmetic has beyond them, to all
        fields. May raise `UndecidedSign`.

    Raises
    ------
    ArithmeticError
        If the last attempt is not accurate enough.
    """
    bits = bits_of(checked_digits(digits))
    with precision(bits):
        for attempt in range(ATTEMPTS):
            grown, spare = bits + (attempt + 1) * GUARD, ROUNDING << attempt
            set_precision(grown + spare)
            try:
                found = evaluate(grown, spare)
            except UndecidedSign:
                continue
            if _accurate(found, bits):
                return record(found)
    raise ArithmeticError(f"{digits} digits were not reached with {grown + spare} bits")


def enclose(
    state: StateEquations, start: tuple[float, float], bits: int, spare: int
) -> tuple[arb, arb]:
    """Balls of relative radius 2**-bits around the effective ridge and u.

    The arithmetic has ``spare`` bits more. Half of them go into telling u from its neighbours
    where the sign of the ridge equation depends on it.

    Raises
    ------
    Undecided
        If a sign is not decided at the precision that is set.
    """
    xi, u = arb(start[0]), arb(start[1])
    small = arb(2) ** (-(bits + spare) // 2)
    for _ in range(NEWTON):
        step_xi, step_u = state.step(xi, u)
        xi, u = (xi * step_xi.exp()).mid(), (u * step_u.exp()).mid()
        if bool(abs(step_xi) < small) and bool(abs(step_u) < small):
            break
    else:
        raise UndecidedSign
    width, narrow = arb(2) ** -bits, arb(2) ** (-bits - spare // 2)
    if state.point.over:
        return arb(0), _around(*_tasks_bracket(state, state.x, state.x, u, width))
    low, high = (xi * (1 - width)).mid(), (xi * (1 + width)).mid()
    _, right = _tasks_bracket(state, state.x + low, state.x + low, u, narrow)
    if not bool(state.ridge_residual(low, state.freedom(right)) > 0):
        raise UndecidedSign
    left, _ = _tasks_bracket(state, state.x + high, state.x + high, u, narrow)
    if not bool(state.ridge_residual(high, state.freedom(left)) < 0):
        raise UndecidedSign
    return _around(low, high), _around(
        *_tasks_bracket(state, state.x + low, state.x + high, u, width)
    )


def _tasks_bracket(
    state: StateEquations, nu_low: arb, nu_high: arb, u: arb, room: arb
) -> tuple[arb, arb]:
    """Numbers below the u of ``nu_low`` and above that of ``nu_high``, ``room`` away from both.

    ``u`` is an approximation between them, from which Newton's steps lead to each: one is enough
    where its square is below the room.
    """
    if state.kappa is None:
        return nu_low, nu_high
    first = state.freedom(u)
    ends = []
    for nu, sign in ((nu_low, -1), (nu_high, 1)):
        end, freedom = u, first
        for _ in range(NEWTON):
            slope = state.kappa * nu / end + state.spread(end, freedom)
            offset = state.tasks_residual(nu, end, freedom) / slope
            end = (end * (1 + offset)).mid()
            if bool(offset**2 < room / 4):
                break
            freedom = state.freedom(end)
        ends.append((end * (1 + sign * room)).mid())
    low, high = ends
    if not bool(state.tasks_residual(nu_low, low, state.freedom(low)) >= 0):
        raise UndecidedSign
    if not bool(state.tasks_residual(nu_high, high, state.freedom(high)) <= 0):
        raise UndecidedSign
    return low, high


def _around(low: arb, high: arb) -> arb:
    return low.union(high)


def _evaluate(
    point: Parameters, start: tuple[float, float], bits: int, spare: int
) -> dict[str, Any]:
    state = StateEquations(point, ARB)
    xi, u = enclose(state, start, bits, spare)
    if point.over and point.tau == 1:
        # With tau r = 1 in place of zero the terms that diverge have the scale one.
        return threshold_fields(point, state.fields(xi, u, scale=True), arb("inf"), arb(0))
    return state.fields(xi, u)


def _accurate(found: Mapping[str, Any], bits: int) -> bool:
    for name, value in found.items():
        if not value.is_finite() or value.is_zero():
            if value.is_nan():
                return False
            continue
        if name == "gap":
            limit = found["icl"].mid().max(found["idg"].mid()) * arb(2) ** -bits
            if not bool(value.rad() <= limit):
                return False
        elif value.rel_accuracy_bits() < bits:
            return False
    return True
