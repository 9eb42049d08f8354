"""Errors as balls that are guaranteed to contain the value, to any number of digits.

Arithmetic is that of Arb, through python-flint: every operation returns a midpoint and a radius
that encloses the true result. The precision grows until every field has the accuracy asked for.

At a ridge lam > 0 the balls start from a proved enclosure of the effective ridge
(``icl_theory.evaluate.enclosed_ridge``). Everything after it is ball arithmetic on the closed
forms.
"""

from __future__ import annotations

from typing import Any

import flint

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.precision import precision, set_precision
from icl_theory.evaluate.enclosed_ridge import ARB, GUARD, EnclosedRidge
from icl_theory.evaluate.fixed_point import (
    FieldValues,
    Point,
    ridgeless,
)
from icl_theory.evaluate.result import Errors, record
from icl_theory.theory.fields import table

#: Precision, as a multiple of the first, from which on a difference of unknown sign is decided
#: exactly.
EXACT_DECISION = 4
_accuracy = flint.arb.rel_accuracy_bits


def errors_certified(
    tau: object, alpha: object, kappa: object, rho: object, lam: object = 0, *, digits: int = 50
) -> Errors[Any]:
    """Errors of the pretrained linear attention with a guarantee on every digit.

    Parameters are those of `icl_theory.evaluate.multiprecision.errors_mp`, and read as there;
    ``digits`` are guaranteed in every field.

    Returns
    -------
    Errors
        Fields are ``flint.arb`` balls that contain the exact value and whose radius is at most
        10**-digits of their midpoint. Zeros are exact; infinite fields are ``arb("inf")``.

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
    return errors_to_bits(tau, alpha, kappa, rho, lam, bits_of(checked_digits(digits)))


def errors_to_bits(
    tau: object, alpha: object, kappa: object, rho: object, lam: object, bits: int
) -> Errors[Any]:
    """Balls as those of `errors_certified`, with a relative accuracy of 2**-bits."""
    point = Point.read(flint.fmpq, tau, alpha, kappa, rho, lam)
    with precision(bits):
        values = _values(point, bits)
    return record({f.name: v for f, v in zip(table(), values, strict=True)})


def _values(point: Point, bits: int) -> list[flint.arb]:
    """All fields, in the order of the table, with a relative accuracy of ``bits``."""
    solver = EnclosedRidge(point) if point.lam else _Ridgeless(point)
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


class _Ridgeless:
    """Closed forms at lam = 0."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.exact = ridgeless().exact(point)

    def values(self, bits: int) -> FieldValues:
        set_precision(bits + GUARD)
        return ridgeless().values(self.point, self.exact, ARB)
