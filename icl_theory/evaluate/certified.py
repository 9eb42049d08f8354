"""Errors as balls that are guaranteed to contain the value, to any number of digits.

Arithmetic is that of Arb, through python-flint: every operation returns a midpoint and a radius
that encloses the true result. The precision grows until every field has the accuracy asked for.

At a ridge lam > 0 the balls start from an enclosure of the effective ridge: a float, a few Newton
steps on its quartic, and then a proof. Two numbers next to the result are shown to lie on either
side of the effective ridge, by signs of the quartic (``icl_theory.evaluate.quartic`` says why that
isolates the right root). Nothing that comes before this test has to be trusted. Everything after it
is ball arithmetic on the closed forms.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import flint
import mpmath

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.precision import precision, set_precision
from icl_theory.evaluate import quartic
from icl_theory.evaluate.fixed_point import (
    START_BITS,
    Numbers,
    Point,
    System,
    Values,
    limiting_values,
    ridge,
    ridgeless,
)
from icl_theory.evaluate.result import Errors, record
from icl_theory.theory.fields import table

#: Bits of xi beyond the accuracy asked for, against the growth of radii in the formulas.
GUARD = 16
#: Bits of arithmetic beyond those of xi, for the roundings of the formulas.
ROUNDING = 16
#: Bits that the quartic may lose to cancellation in Newton's iteration before it takes more steps.
CANCELLATION = 64
#: Precision, as a multiple of the first, from which on a difference of unknown sign is decided
#: exactly.
EXACT_DECISION = 4
#: Bound on the doublings of precision until xi is enclosed.
ATTEMPTS = 16
#: Binary places of the parameters, times this, are bits with which the start has to be found.
LOSSES = 16
#: What `START_BITS` leave to Newton's first step is far below this.
SMALL_STEP = flint.arb(2.0**-36)

_accuracy = flint.arb.rel_accuracy_bits

ARB = System(flint.arb, flint.arb.sqrt, flint.arb("inf"))


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
    Formulas of ``icl_theory.theory.errors`` at the fixed point of
    ``icl_theory.theory.fixed_point``. A gap whose ball keeps containing zero is decided in exact
    arithmetic, so the precision stops growing. python-flint's working precision, which is global,
    is changed during the call and restored; calls from several threads wait for each other. A ball
    prints with the digits of ``flint.ctx``; ``ball.str(50)`` shows more.

    Examples
    --------
    >>> errors_certified("0.5", 10, "0.5", "0.1", digits=20).icl
    [1.17605687...]
    """
    bits = bits_of(checked_digits(digits))
    point = Point.read(flint.fmpq, tau, alpha, kappa, rho, lam)
    with precision(bits):
        values = _values(point, bits)
    return record({f.name: v for f, v in zip(table(), values, strict=True)})


def _values(point: Point, bits: int) -> list[flint.arb]:
    """All fields, in the order of the table, with a relative accuracy of ``bits``."""
    limits = limiting_values(point)
    if limits is not None:
        set_precision(bits + GUARD)
        return [_limit(value) for value in limits]
    solver = _Ridge(point) if point.lam else _Ridgeless(point)
    working = bits
    zeros: set[int] = set()
    while True:
        values, subtracted = solver.values(working)
        for index in zeros:
            values[index] = flint.arb(0)
        # Exact values, infinite ones among them, count as more accurate than any ball.
        missing = bits - min(map(_accuracy, values))
        if missing <= 0:
            return values
        if working > EXACT_DECISION * bits:
            from icl_theory.evaluate.exact import vanishes

            zeros |= {
                index
                for index, (value, taken) in enumerate(zip(values, subtracted, strict=True))
                if index not in zeros
                and not isinstance(taken, int)
                and value.contains(0)
                and vanishes(point, index)
            }
        working += missing if missing < bits else working


def enclosed_ridge(point: Point, bits: int) -> flint.arb:
    """Ball around the effective ridge at lam > 0, with a radius of about 2**-bits of it."""
    with precision(bits):
        solver = _Ridge(point)
        set_precision(bits + CANCELLATION)
        return solver.enclosure(tuple(map(flint.arb, solver.exact)), bits)


class _Ridgeless:
    """Closed forms at lam = 0."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.exact = ridgeless().exact(point)

    def values(self, bits: int) -> Values:
        set_precision(bits + GUARD)
        return ridgeless().values(self.point, self.exact, ARB)


class _Ridge:
    """Enclosure of xi at lam > 0, refined when more bits are asked for."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.programs = ridge(point.kappa is not None)
        self.exact = self.programs.exact(point)
        guess = self.programs.start_in_float(self.exact)
        if guess is None:
            guess = self._start(2 * START_BITS)
        self.xi = flint.arb(guess)
        self.known = START_BITS

    def _start(self, bits: int) -> flint.arb:
        """The start in plain numbers with so many bits: where balls would widen to nothing.

        With more, where the steps lose them: by cancellation they lose a multiple of the number of
        binary places between the largest parameter and the smallest.
        """
        context = _plain_numbers()
        places = max(
            int(part).bit_length() for v in self.exact for part in (v.numerator, v.denominator)
        )
        while True:
            context.prec = bits
            numbers = tuple(
                context.mpf(int(value.numerator)) / int(value.denominator) for value in self.exact
            )
            try:
                return flint.arb(self.programs.start(numbers, context.sqrt))
            except ArithmeticError:
                # A division by zero, or steps that do not settle.
                if bits > LOSSES * places:
                    raise
            bits *= 2

    def values(self, bits: int) -> Values:
        set_precision(bits + GUARD + CANCELLATION)
        numbers = tuple(map(flint.arb, self.exact))
        xi = self.enclosure(numbers, bits + GUARD)
        set_precision(bits + GUARD + ROUNDING)
        return self.programs.values(numbers, ARB.sqrt, xi)

    def enclosure(self, numbers: Numbers, bits: int) -> flint.arb:
        """Ball around xi with a radius of about 2**-bits of it, proved."""
        step_from = self.programs.formulas["quartic_step"]
        while self.known < bits:
            # Newton's iteration on the quartic, each step with twice the bits of the last.
            self.known = min(2 * self.known, bits)
            set_precision(self.known + CANCELLATION)
            (step,) = step_from(None, numbers, self.xi)
            xi = self.xi - step
            if not (abs(step) < SMALL_STEP * xi and xi.rel_accuracy_bits() >= self.known):
                # Another root is close, or the quartic cancels: the ridge equation does neither.
                xi = self.xi * (1 + self.programs.step(numbers, ARB.sqrt, self.xi))
            self.xi = xi.mid()
        set_precision(bits + CANCELLATION)
        low, high = around = self.around(bits)
        tried = bits
        for _ in range(ATTEMPTS):
            if self.encloses(numbers, low, high):
                # Not smaller than asked for, so that balls for more digits lie inside.
                return around[0].union(around[1])
            # Another root lies between the two points, or Newton's iteration on the quartic was
            # misled by one.
            tried *= 2
            self.climb(tried + CANCELLATION // 2)
            numbers = tuple(map(flint.arb, self.exact))
            around = self.around(bits)
            low, high = self.around(tried)
        raise ArithmeticError(f"xi was not enclosed with {tried} bits, last at {self.xi}")

    def climb(self, bits: int) -> None:
        """Find xi anew, slowly and safely: from its lower bound, on the ridge equation alone."""
        set_precision(bits + CANCELLATION)
        numbers = tuple(map(flint.arb, self.exact))
        self.xi = self._start(bits + CANCELLATION)
        self.known = START_BITS
        while self.known < bits:
            step = self.programs.step(numbers, ARB.sqrt, self.xi)
            self.xi = (self.xi * (1 + step)).mid()
            self.known *= 2

    def around(self, bits: int) -> tuple[flint.arb, flint.arb]:
        """Two points 2**-bits of xi below and above it."""
        below, above = _factors(bits)
        return (self.xi * below).mid(), (self.xi * above).mid()

    def encloses(self, numbers: Numbers, low: flint.arb, high: flint.arb) -> bool:
        """Whether two points lie on either side of the effective ridge, by `quartic`."""
        if not (low > 0 and high.is_finite()):
            return False
        # N is linear and N(0) > 0, so it is positive at both points if it is at the upper one.
        numerator, below, above = self.programs.formulas["signs"](None, numbers, low, high)
        if numerator > 0 and below < 0 < above:
            return True
        # False, or the balls are too wide to tell: rational arithmetic.
        return (
            quartic.side(self.point, low.fmpq()) == -1
            and quartic.side(self.point, high.fmpq()) == 1
        )


@cache
def _plain_numbers() -> mpmath.MPContext:
    """Numbers of mpmath. One thread computes at a time, inside `precision`."""
    return mpmath.MPContext()


@lru_cache(maxsize=64)
def _factors(bits: int) -> tuple[flint.arb, flint.arb]:
    """1 - 2**-bits and 1 + 2**-bits."""
    with precision(bits + 2):
        small = flint.arb(flint.fmpq(1, 1 << bits))
        return 1 - small, 1 + small


def _limit(value: Fraction | float) -> flint.arb:
    if isinstance(value, Fraction):
        return flint.arb(flint.fmpq(value.numerator, value.denominator))
    return flint.arb(value)
