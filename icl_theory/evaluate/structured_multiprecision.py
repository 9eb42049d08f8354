"""Errors of structured tasks to any number of digits, in mpmath's arithmetic.

Newton's iteration from the float64 state, at a precision with bits to spare, until its last step is
too small to matter. For a guarantee see ``structured_certified``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import mpmath

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.evaluate.multiprecision import nearest
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_context import (
    RidgelessCurve,
    StateAverages,
    end_of,
    ends_inside,
)
from icl_theory.evaluate.structured_context_float64 import root_of
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
    if point.endless:
        return endless_mp(point, digits)
    context = mpmath.MPContext()
    context.prec = bits + GUARD
    start = point.start()
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


def endless_mp(point: Parameters, digits: int) -> Errors[Any]:
    """Errors as mpmath numbers at infinite context without ridge."""
    bits = bits_of(digits)
    context = mpmath.MPContext()
    context.prec = bits + GUARD
    system, root = system_of(context), None
    if ends_inside(point):
        # D1 = kappa at nu = 0 is the equation of u_0.
        state = StateEquations(replace(point, kappa=end_of(point)), system)
        root = context.mpf(root_of(point))
        for _ in range(NEWTON):
            freedom = state.freedom(root)
            step = state.tasks_residual(0, root, freedom) / state.spread(root, freedom)
            root = root * context.exp(step)
            if context.mag(step) < -(bits + GUARD // 2) // 2:
                break
        else:
            raise ArithmeticError(f"the state did not settle in {NEWTON} steps")
    curve = RidgelessCurve(point, system, StateAverages(StateEquations(point, system)), root)
    found, gap = curve.fields(), None
    if curve.alike(found, context.mpf(2) ** -bits):
        from icl_theory.evaluate.structured_certified import certified_at

        middle = certified_at(point, digits + 1).gap.mid()
        if middle.is_finite():
            mantissa, exponent = map(int, middle.man_exp())
            gap = context.ldexp(context.mpf(mantissa), exponent)
        else:
            gap = context.mpf(float(middle))
    values = curve.limits(found, context.inf, gap=gap)
    context.prec = bits
    return record({name: +value for name, value in values.items()})


def system_of(context: Any) -> SpectralSystem:
    """The numbers of one of mpmath's contexts, at the precision that it has."""
    return SpectralSystem(
        partial(nearest, context), lambda b, z: context.hyp2f1(1, b, 1 + b, z), lambda v: v
    )
