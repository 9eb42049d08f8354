"""Errors of structured tasks to any number of digits, in mpmath's arithmetic.

Newton's iteration from the float64 state, at a precision with bits to spare, until its last step is
too small to matter. For a guarantee see ``structured_certified``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
from mpmath.libmp import from_rational

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_point import (
    NEWTON,
    Parameters,
    SpectralSystem,
    StateEquations,
    threshold_fields,
)

#: Bits beyond those asked for: what the two residuals may cancel, and the roundings.
GUARD = 96


def structured_errors_mp(
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
    """Errors of structured tasks and shifted tests as mpmath numbers of ``digits`` digits.

    Parameters are those of `structured_errors`, as scalars and read exactly.

    Examples
    --------
    >>> two = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> structured_errors_mp(2, 3, "3/4", "1/5", "1/100", tasks=two, digits=30).icl
    mpf('1.2008504371796001256013152871913')
    """
    bits = bits_of(checked_digits(digits))
    point = Parameters.read(tau, alpha, kappa, rho, lam, tasks, test, alpha_test, rho_test)
    start = point.start()
    context = mpmath.MPContext()
    context.prec = bits + GUARD
    state = StateEquations(point, system_of(context))
    xi, u = context.mpf(start[0]), context.mpf(start[1])
    for _ in range(NEWTON):
        step_xi, step_u = state.step(xi, u)
        xi, u = xi * context.exp(step_xi), u * context.exp(step_u)
        if max(context.mag(step_xi), context.mag(step_u)) < -(bits + GUARD // 2) // 2:
            break
    else:
        raise ArithmeticError(f"the state did not settle in {NEWTON} steps")
    if point.over and point.tau == 1:
        found = threshold_fields(point, state.fields(xi, u, scale=True), context.inf, context.zero)
    else:
        found = state.fields(xi, u)
    context.prec = bits
    return record({name: +value for name, value in found.items()})


def system_of(context: Any) -> SpectralSystem:
    """The numbers of one of mpmath's contexts, at the precision that it has."""

    def convert(value: Fraction) -> Any:
        return context.make_mpf(
            from_rational(value.numerator, value.denominator, context.prec, "n")
        )

    return SpectralSystem(convert, lambda b, z: context.hyp2f1(1, b, 1 + b, z), lambda v: v)
