"""Errors to any number of digits with mpmath.

The working precision is that of the digits asked for and a fixed guard: every formula but the gap
is a sum of positive terms, and the parameters enter it as rational numbers rounded once. A field in
which something is subtracted, as the gap, makes the precision grow by the bits that it loses. Exact
arithmetic is that of `fractions.Fraction`: no arithmetic is shared with the certified evaluator,
except where a difference that looks like zero is decided exactly.
"""

from __future__ import annotations

import math
import threading
from fractions import Fraction
from functools import partial
from typing import Any

import mpmath
from mpmath.libmp import from_rational

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.exchange import mp_context
from icl_theory.evaluate.fixed_point import (
    START_BITS,
    FieldValues,
    Point,
    System,
    ridge,
    ridgeless,
)
from icl_theory.evaluate.result import Errors, record
from icl_theory.theory.fields import table

#: Bits beyond the digits asked for. The formulas lose fewer than ten, in roundings and in xi.
GUARD = 24
#: Bits of the guard left to roundings in the solution for xi.
ROUNDING = 10
#: Bound on the Newton steps for xi: doubling START_BITS this often exceeds any precision.
STEPS = 60
#: Bits that a difference may lose out of the guard.
SLACK = 12
#: Multiple of the first precision from which on a difference still not seen is decided exactly.
EXACT_DECISION = 4


class _Local(threading.local):
    """One working context per thread: its precision changes while a result is computed."""

    def __init__(self) -> None:
        self.context = mpmath.MPContext()


_local = _Local()


def errors_mp(
    tau: object, alpha: object, kappa: object, rho: object, lam: object = 0, *, digits: int = 50
) -> Errors[Any]:
    """Errors of the pretrained linear attention to any number of digits.

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
        Significant digits of every field, at least one.

    All parameters are scalars. A string is an exact decimal or fraction, a float the binary number
    that it is.

    Returns
    -------
    Errors
        Fields are mpmath ``mpf`` of a context of their own with ``digits`` digits; infinite fields
        are ``inf``. mpmath's global precision is neither read nor changed.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or ``digits`` < 1.
    TypeError
        If a parameter is not a number or a string.

    Notes
    -----
    Formulas of ``icl_theory.theory.errors`` at the fixed point of
    ``icl_theory.theory.fixed_point``.

    Examples
    --------
    >>> errors_mp("0.5", 10, "0.5", "0.1", digits=30).icl
    mpf('1.17605687...')
    """
    digits = checked_digits(digits)
    point = Point.read(Fraction, tau, alpha, kappa, rho, lam)
    working = _local.context
    before = working.prec
    try:
        values = _values(point, working, bits_of(digits) + GUARD)
    finally:
        working.prec = before
    # Rounded to the digits asked for, in the context of the results.
    results = mp_context(digits)
    return record({f.name: results.mpf(v) for f, v in zip(table(), values, strict=True)})


def _values(point: Point, context: mpmath.MPContext, first: int) -> list[Any]:
    """All fields, in the order of the table, with ``first - GUARD`` good bits."""
    precision = first
    system = System(partial(nearest, context), context.sqrt, context.inf)
    while True:
        context.prec = precision
        values, subtracted = _evaluate(point, context, system)
        wanted = precision
        for index, (value, taken) in enumerate(zip(values, subtracted, strict=True)):
            if not taken or math.isinf(value):
                continue
            lost = context.mag(taken) - context.mag(value) if value else precision
            if lost <= SLACK + precision - first:
                continue
            if lost < precision - GUARD:
                wanted = max(wanted, first + lost)
            elif precision < EXACT_DECISION * first:
                wanted = max(wanted, 2 * precision)
            else:
                from icl_theory.evaluate.exact import vanishes

                if vanishes(point, index):
                    values[index] = context.zero
                else:
                    wanted = max(wanted, 2 * precision)
        if wanted == precision:
            return values
        precision = wanted


def _evaluate(point: Point, context: mpmath.MPContext, system: System) -> FieldValues:
    if point.ridgeless:
        below = ridgeless()
        return below.values(point, below.exact(point), system)
    programs = ridge(point.kappa is not None)
    exact = programs.exact(point)
    numbers = tuple(map(system.convert, exact))
    final = context.prec
    # From float64, Newton steps at twice the bits of the one before, until one at full precision is
    # too small to matter.
    xi = programs.start_in_float(exact)
    if xi is None:
        context.prec = 2 * START_BITS
        xi = programs.start(numbers, system.sqrt)
    xi, precision = context.mpf(xi), START_BITS
    for _ in range(STEPS):
        precision = min(2 * precision + ROUNDING, final)
        context.prec = precision
        correction = programs.correction(numbers, system.sqrt, xi)
        xi = xi * (1 + correction)
        if precision == final and context.mag(correction) < ROUNDING - final:
            break
    else:
        raise ArithmeticError(f"xi did not settle in {STEPS} steps, last at {xi}")
    context.prec = final
    return programs.values(numbers, system.sqrt, xi)


def nearest(context: mpmath.MPContext, value: Fraction) -> Any:
    """A fraction as a number of one of mpmath's contexts, at the precision that it has."""
    return context.make_mpf(from_rational(value.numerator, value.denominator, context.prec, "n"))
