"""Balls around the effective ridge, proved by signs of its quartic.

A float, a few Newton steps on the quartic, and then a proof: two numbers next to the result are
shown to lie on either side of the effective ridge (``icl_theory.evaluate.quartic`` says why that
isolates the right root). Nothing that comes before this test has to be trusted.
"""

from __future__ import annotations

from functools import cache, lru_cache

import flint
import mpmath

from icl_theory.algebra.precision import precision, set_precision
from icl_theory.evaluate import quartic
from icl_theory.evaluate.fixed_point import START_BITS, FieldValues, Numbers, Point, System, ridge

#: Bits of xi beyond the accuracy asked for, against the growth of radii in the formulas.
GUARD = 16
#: Bits of arithmetic beyond those of xi, for the roundings of the formulas.
ROUNDING = 16
#: Bits that the quartic may lose to cancellation in Newton's iteration before it takes more steps.
CANCELLATION = 64
#: Bound on the doublings of precision until xi is enclosed.
ATTEMPTS = 16
#: Binary places of the parameters, times this, are bits with which the start has to be found.
LOSSES = 16
#: What `START_BITS` leave to Newton's first step is far below this.
SMALL_STEP = flint.arb(2.0**-36)

ARB = System(flint.arb, flint.arb.sqrt, flint.arb("inf"))


class EnclosedRidge:
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

    def values(self, bits: int) -> FieldValues:
        """All fields, from xi to so many bits."""
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


def enclosed_ridge(point: Point, bits: int) -> flint.arb:
    """Ball around the effective ridge at lam > 0, with a radius of about 2**-bits of it."""
    with precision(bits):
        solver = EnclosedRidge(point)
        set_precision(bits + CANCELLATION)
        return solver.enclosure(tuple(map(flint.arb, solver.exact)), bits)
