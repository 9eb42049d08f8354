"""Errors of structured tasks as algebraic numbers, for spectra of few rational eigenvalues.

With r eigenvalues above zero D1(u) is a rational function of u of degree r, nu and xi follow from
it, and what is left of the equations of the state is one polynomial in u. The factor that has the
state's u as a root defines the field in which every error is a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import flint

from icl_theory.algebra.algebraic import Algebraic
from icl_theory.algebra.precision import precision
from icl_theory.evaluate.exact import NumberField, as_result
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_context import (
    RidgelessCurve,
    StateAverages,
    end_of,
    ends_inside,
)
from icl_theory.evaluate.structured_enclosed import ARB, UndecidedSign, enclose, enclose_end
from icl_theory.evaluate.structured_point import (
    Parameters,
    SpectralSystem,
    StateEquations,
    threshold_fields,
)
from icl_theory.evaluate.truncated_series import UnknownTerm

#: Largest degree of the polynomial of u.
LARGEST = 40
#: Terms of a series that are tried until they decide the gap.
TERMS = (1, 2, 4, 8, 16)


def structured_errors_exact(
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
) -> Errors[Algebraic | float]:
    """Errors of structured tasks and shifted tests as algebraic numbers.

    Parameters are those of `structured_errors`, as scalars and read exactly. The spectrum has
    atoms, and few of them. At tau = 1 without a ridge the diverging fields are the float ``inf``.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, the spectrum is continuous, or the polynomial of
        the state has a degree above `LARGEST`.

    Examples
    --------
    >>> two = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> print(structured_errors_exact(2, 3, "inf", 0, tasks=two).icl)
    16/35
    """
    point = Parameters.read(tau, alpha, kappa, rho, lam, tasks, test, alpha_test, rho_test)
    if point.spectrum.exponent is not None:
        raise ValueError("tasks must have atoms for exact errors, got a continuous spectrum")
    return exact_at(point)


def exact_at(point: Parameters) -> Errors[Algebraic | float]:
    """Errors as algebraic numbers at a point whose spectrum has atoms."""
    if point.endless:
        found = _endless(point)
        return record({name: as_result(value) for name, value in found.items()})
    if point.over and point.kappa is None:
        u: Any = rational(point.x)
    else:
        u = field_of(_polynomial(point), lambda bits: _ball(point, bits)).root()
    state = StateEquations(point, RATIONAL)
    nu = u
    if state.kappa is not None:
        nu = u * (1 - state.freedom(u) / state.kappa)
    xi = rational(Fraction(0)) if point.over else nu - state.x
    if point.over and point.tau == 1:
        # With tau r = 1 in place of zero the terms that diverge have the scale one.
        scaled = state.fields(xi, u, scale=True)
        found = threshold_fields(point, scaled, math.inf, rational(Fraction(0)), _sign)
    else:
        found = state.fields(xi, u)
    return record({name: as_result(value) for name, value in found.items()})


def _endless(point: Parameters) -> dict[str, Any]:
    """All fields at infinite context without ridge."""
    root = None
    if ends_inside(point):
        _check_degree(_levels(point))
        below, above = _freedom(point)
        polynomial = above - below * rational(end_of(point))
        root = field_of(polynomial, lambda bits: _end_ball(point, bits)).root()
    curve = RidgelessCurve(point, RATIONAL, StateAverages(StateEquations(point, RATIONAL)), root)
    for count in TERMS:
        try:
            return curve.limits(curve.fields(count), math.inf, _sign)
        except UnknownTerm:
            continue
    raise ArithmeticError(
        f"the gap at infinite context is not decided by {TERMS[-1]} terms of its series"
    )


def _end_ball(point: Parameters, bits: int) -> flint.arb:
    """Ball around u_0."""
    return enclosed(bits, lambda spare: enclose_end(point, bits))


def _sign(number: Any) -> int:
    exact = as_result(number)
    assert isinstance(exact, Algebraic)  # finite at the scale one
    return exact.sign


def _no_function(*_: Any) -> Any:
    raise TypeError(
        "only continuous spectra need special functions, and these have no exact numbers"
    )


def rational(value: Fraction) -> flint.fmpq:
    """The same number in FLINT."""
    return flint.fmpq(value.numerator, value.denominator)


RATIONAL = SpectralSystem(rational, _no_function, lambda number: number)


def _check_degree(degree: int) -> None:
    if degree > LARGEST:
        raise ValueError(
            f"tasks must have fewer eigenvalues for exact errors: their polynomial has the degree "
            f"{degree}, above {LARGEST}"
        )


def _levels(point: Parameters) -> int:
    """How many eigenvalues are above zero."""
    return sum(1 for value in point.spectrum.values if value)


def _freedom(point: Parameters) -> tuple[flint.fmpq_poly, flint.fmpq_poly]:
    """Denominator and numerator of D1(u)."""
    spectrum = point.spectrum
    pairs = [
        (rational(c), rational(w))
        for c, w in zip(spectrum.values, spectrum.weights, strict=True)
        if c
    ]
    factors = [flint.fmpq_poly([c, 1]) for c, _ in pairs]
    below = reduce(lambda a, b: a * b, factors)
    above = sum(
        ((below // factor) * (c * w) for factor, (c, w) in zip(factors, pairs, strict=True)),
        flint.fmpq_poly([0]),
    )
    return below, above


def _polynomial(point: Parameters) -> flint.fmpq_poly:
    """Polynomial that u annuls: the state's equations with nu and xi put in."""
    _check_degree(_levels(point) + 1 if point.over else 2 * _levels(point) + 2)
    below, above = _freedom(point)
    u = flint.fmpq_poly([0, 1])
    # nu = spent/below, xi = ridge/below.
    spent = u * below
    if point.kappa is not None:
        spent = spent - u * above / rational(point.kappa)
    x, tau, lam = map(rational, (point.x, point.tau, point.lam))
    ridge = spent - below * x
    if point.over:
        return ridge
    # tau lam/xi + (x + xi D1)/nu - tau, times xi nu below^3/below.
    return (
        spent * below * below * (tau * lam)
        + ridge * (below * below * x + ridge * above)
        - ridge * spent * below * tau
    )


def _ball(point: Parameters, bits: int) -> flint.arb:
    """Ball around u."""
    start = point.start()
    return enclosed(bits, lambda spare: enclose(StateEquations(point, ARB), start, bits, spare)[1])


def enclosed(bits: int, enclosure: Callable[[int], flint.arb]) -> flint.arb:
    """A ball of so many bits, by arithmetic with as many bits to spare as its signs take.

    Raises
    ------
    ArithmeticError
        If they stay undecided.
    """
    for spare in (64, 256, 1024, 4096):
        try:
            with precision(bits + spare):
                return enclosure(spare)
        except UndecidedSign:
            continue
    raise ArithmeticError(f"the state was not enclosed to {bits} bits")


def field_of(polynomial: flint.fmpq_poly, ball: Callable[[int], flint.arb]) -> NumberField:
    """The field of the factor with the root that balls enclose, told from the others by them."""
    factors = [factor for factor, _ in polynomial.factor()[1]]
    bits = 128
    while len(factors) > 1:
        with precision(2 * bits):
            near = ball(bits)
            factors = [factor for factor in factors if _at(factor, near).contains(0)]
        bits *= 2
    return NumberField(flint.fmpq_poly(factors[0]), ball)


def _at(factor: Any, point: flint.arb) -> flint.arb:
    return flint.fmpq_poly(factor).numer()(point)
