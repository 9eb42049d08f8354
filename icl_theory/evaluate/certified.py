"""Errors as balls that are guaranteed to contain the value, to any number of digits.

Arithmetic is that of Arb, through python-flint: every operation returns a midpoint and a radius that
encloses the true result. The precision grows until every field has the accuracy asked for.

At a ridge lam > 0 the balls start from an enclosure of the effective ridge: a float, two or three
Newton steps, and then a proof. Two rational numbers next to the result are shown to lie on either
side of the effective ridge, by the signs of its quartic with integer coefficients
(``icl_theory.evaluate.branch`` says why that isolates the right root). Nothing that comes before
this test has to be trusted. Everything after it is ball arithmetic on the closed forms.
"""

from __future__ import annotations

import math
import threading
from fractions import Fraction
from typing import Any

import flint

from icl_theory.evaluate import branch
from icl_theory.evaluate.digits import bits_of, checked_digits
from icl_theory.evaluate.result import FIELDS, Errors
from icl_theory.evaluate.state import (
    START_BITS,
    Point,
    System,
    limiting_values,
    ridge,
    ridgeless_regime,
    start,
    start_in_float,
    values_at,
)

#: Bits of xi beyond the accuracy asked for, against the growth of radii in the formulas.
GUARD = 16
#: Bits of arithmetic beyond those of xi, for the roundings of the Newton steps.
ROUNDING = 16
#: Precision, as a multiple of the first, from which on a gap of unknown sign is decided exactly.
EXACT_DECISION = 4

ARB = System(flint.arb, flint.arb.sqrt)

#: python-flint has one precision for the process: it is changed by one thread at a time, and restored.
_precision = threading.Lock()


def errors_certified(
    tau: object, alpha: object, kappa: object, rho: object, lam: object = 0, *, digits: int = 50
) -> Errors[Any]:
    """Errors of the pretrained linear attention with a guarantee on every digit.

    Parameters
    ----------
    tau
        Pretraining sequences per squared dimension, n/d^2; finite and > 0.
    alpha
        Context length per dimension, > 0 or infinite.
    kappa
        Task diversity, tasks per dimension, > 0 or infinite.
    rho
        Variance of the label noise, finite and >= 0.
    lam
        Ridge, finite and >= 0; 0 is the ridgeless limit.
    digits
        Significant digits guaranteed in every field, at least one.

    All parameters are scalars. A string is an exact decimal or fraction, a float the binary number
    that it is.

    Returns
    -------
    Errors
        Fields are ``flint.arb`` balls that contain the exact value and whose radius is at most
        10**-digits of their midpoint. Zeros are exact; infinite fields are ``arb("inf")``.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or ``digits`` < 1.
    TypeError
        If a parameter is not a number or a string.

    Notes
    -----
    Formulas of ``icl_theory.symbolic.errors`` at the fixed point of
    ``icl_theory.symbolic.fixed_point``. A gap whose ball keeps containing zero is decided in exact
    arithmetic, so the precision stops growing. python-flint's working precision, which is global, is
    changed during the call and restored; calls from several threads wait for each other.

    Examples
    --------
    >>> errors_certified("0.5", 10, "0.5", "0.1", digits=20).icl
    [1.17605687...]
    """
    bits = bits_of(checked_digits(digits))
    point = Point.read(flint.fmpq, tau, alpha, kappa, rho, lam)
    with _precision:
        before = flint.ctx.prec
        try:
            values = _values(point, bits)
        finally:
            flint.ctx.prec = before
    return Errors(*[values[name] for name in FIELDS])


def _values(point: Point, bits: int) -> dict[str, Any]:
    """All fields with a relative accuracy of ``bits``."""
    limits = limiting_values(point)
    if limits is not None:
        flint.ctx.prec = bits + GUARD
        return {name: _limit(value) for name, value in limits.items()}
    solver = _Ridgeless(point) if point.ridgeless else _Ridge(point)
    working = bits
    gap_is_zero = False
    while True:
        values = solver.values(working)
        if gap_is_zero:
            values["gap"] = flint.arb(0)
        missing = bits - min(_accuracy(value) for value in values.values())
        if missing <= 0:
            return values
        if working > EXACT_DECISION * bits and not gap_is_zero and values["gap"].contains(0):
            from icl_theory.evaluate.exact import gap_vanishes

            gap_is_zero = gap_vanishes(point)
        working += missing if missing < bits else working


def _accuracy(value: flint.arb) -> int:
    """Bits b such that the radius is at most 2**-b of the midpoint."""
    if value.is_finite() and not value.is_exact():
        return int(value.rel_accuracy_bits())
    return _EXACT


_EXACT = 2**62


class _Ridgeless:
    """Closed forms at lam = 0."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.programs = ridgeless_regime()

    def values(self, bits: int) -> dict[str, Any]:
        flint.ctx.prec = bits + GUARD
        numbers = self.programs.numbers(self.point, ARB)
        state = self.programs.state(self.point, numbers, ARB)
        values, _ = values_at(self.point, self.programs, numbers, ARB, state)
        if self.point.at_threshold:
            # Infinite fields.
            values = {name: flint.arb(value) for name, value in values.items()}
        return values


class _Ridge:
    """Enclosure of xi at lam > 0, refined when more bits are asked for."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.programs = ridge(point.kappa is not None)
        self.quartic = branch.quartic(point)
        self.end = branch.admissible_end(point)
        guess = start_in_float(point)
        if guess is None:
            flint.ctx.prec = 2 * START_BITS
            guess = start(point, ARB, self.programs.numbers(point, ARB)).mid()
        self.xi = flint.arb(guess)
        self.known = START_BITS

    def values(self, bits: int) -> dict[str, Any]:
        flint.ctx.prec = bits + GUARD + ROUNDING
        numbers = self.programs.numbers(self.point, ARB)
        xi = self.enclosure(numbers, bits + GUARD)
        state = self.programs.state(numbers, ARB.sqrt, xi)
        return values_at(self.point, self.programs, numbers, ARB, state)[0]

    def enclosure(self, numbers: tuple[Any, ...], bits: int) -> flint.arb:
        """Ball around xi with a radius of 2**-bits of it, proved."""
        final = flint.ctx.prec
        while True:
            while self.known < bits:
                flint.ctx.prec = min(2 * self.known + ROUNDING, final)
                self.refine(numbers)
                self.known = min(2 * self.known, flint.ctx.prec - ROUNDING // 2)
            flint.ctx.prec = final
            radius = self.xi * flint.arb(2) ** -bits
            low, high = (self.xi - radius).mid().fmpq(), (self.xi + radius).mid().fmpq()
            if branch.encloses(self.quartic, self.end, low, high):
                return flint.arb(low).union(flint.arb(high))
            # The start was worse than assumed, or the roundings were: once more, with more bits.
            final += final // 2
            self.known = bits // 2

    def refine(self, numbers: tuple[Any, ...]) -> None:
        correction = self.programs.correction(numbers, ARB.sqrt, self.xi)
        self.xi = (self.xi * (1 + correction)).mid()


def _limit(value: Fraction | float) -> flint.arb:
    if isinstance(value, Fraction):
        return flint.arb(flint.fmpq(value.numerator, value.denominator))
    return flint.arb(value)
