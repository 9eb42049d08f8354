"""Errors with correlated inputs to any number of digits, in mpmath's arithmetic.

Newton's iteration from the float64 state, at a precision with bits to spare. For a guarantee see
``inputs_certified``.
"""

from __future__ import annotations

from typing import Any

import mpmath

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.evaluate.inputs_point import InputPoint, RowEquations
from icl_theory.evaluate.result import FIELDS, Errors
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_multiprecision import GUARD, system_of


def input_errors_mp(
    tau: object,
    alpha: object,
    kappa: object,
    rho: object,
    lam: object = 0,
    *,
    inputs: Spectrum,
    tasks: Spectrum | None = None,
    test: object = None,
    alpha_test: object = None,
    rho_test: object = None,
    digits: int = 50,
) -> Errors[Any]:
    """Errors with inputs of covariance Sigma as mpmath numbers of ``digits`` digits.

    Parameters are those of `input_errors`, as scalars and read exactly.

    Examples
    --------
    >>> levels = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> input_errors_mp("5/2", 3, "3/4", "1/5", "1/2", inputs=levels, tasks=levels, digits=20).icl
    mpf('0.70994514...')
    """
    bits = bits_of(checked_digits(digits))
    point = InputPoint.read(tau, alpha, kappa, rho, lam, inputs, tasks, test, alpha_test, rho_test)
    xi, traces = point.start()
    context = mpmath.MPContext()
    context.prec = bits + GUARD
    equations = RowEquations(point, system_of(context))
    small = context.ldexp(1, -(bits + GUARD // 2) // 2)
    state = equations.solve(context.mpf(xi), [*map(context.mpf, traces.values())], small)
    found = equations.fields(*state)
    context.prec = bits
    return Errors(**{name: +found[name] for name in FIELDS})
