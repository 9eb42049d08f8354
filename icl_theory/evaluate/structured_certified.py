"""Errors of structured tasks as balls that are guaranteed to contain the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import arb

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.algebra.precision import precision, set_precision
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_context import RidgelessCurve, StateAverages, ends_inside
from icl_theory.evaluate.structured_enclosed import ARB, UndecidedSign, enclose, enclose_end
from icl_theory.evaluate.structured_point import (
    Parameters,
    StateEquations,
    sign_of,
    threshold_fields,
)
from icl_theory.evaluate.truncated_series import UnknownTerm

#: Bits of the state's enclosure beyond those asked for, and of the arithmetic beyond these: what
#: an attempt adds, and what it doubles.
GUARD, ROUNDING = 16, 64
#: Attempts until every field is accurate enough.
ATTEMPTS = 9
#: Bits of the arithmetic beyond those of the enclosure, after which the sign of a difference is
#: decided exactly.
PATIENCE = 256


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
    return certified_at(point, digits)


def certified_at(point: Parameters, digits: int) -> Errors[Any]:
    """Errors as balls at a point."""
    if point.endless:
        return certify(digits, lambda bits, spare: _endless(point, bits, spare))
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


def _evaluate(
    point: Parameters, start: tuple[float, float], bits: int, spare: int
) -> dict[str, Any]:
    state = StateEquations(point, ARB)
    xi, u = enclose(state, start, bits, spare)
    if point.over and point.tau == 1:
        # With tau r = 1 in place of zero the terms that diverge have the scale one.
        return threshold_fields(point, state.fields(xi, u, scale=True), arb("inf"), arb(0))
    return state.fields(xi, u)


def _endless(point: Parameters, bits: int, spare: int) -> dict[str, Any]:
    """All fields at infinite context without ridge."""
    root = enclose_end(point, bits) if ends_inside(point) else None
    curve = RidgelessCurve(point, ARB, StateAverages(StateEquations(point, ARB)), root)
    found = curve.fields()
    try:
        return curve.limits(found, arb("inf"), _decided)
    except (UndecidedSign, UnknownTerm):
        if spare <= PATIENCE:
            raise UndecidedSign from None
    return curve.limits(found, arb("inf"), gap=_exact_gap(point, bits))


def _decided(number: arb) -> int:
    if number.contains(0):
        raise UndecidedSign
    return sign_of(number)


def _exact_gap(point: Parameters, bits: int) -> arb:
    """The gap where balls do not tell its diverging terms apart, by exact numbers."""
    if point.spectrum.exponent is not None:
        raise UndecidedSign
    from icl_theory.evaluate.structured_exact import exact_at

    gap = exact_at(point).gap
    return arb(gap) if isinstance(gap, float) else gap.approximation(bits)


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
