"""Errors with correlated inputs to any number of digits, in mpmath's arithmetic.

Newton's iteration from the float64 state, at a precision with bits to spare. For a guarantee see
``inputs_certified``.
"""

from __future__ import annotations

from typing import Any

import mpmath

from icl_theory.algebra.digits import bits_of, checked_digits
from icl_theory.evaluate.inputs_point import InputPoint, RowEquations
from icl_theory.evaluate.result import Errors, record
from icl_theory.evaluate.structured_multiprecision import GUARD, endless_mp, system_of


def input_errors_mp(point: InputPoint, digits: int) -> Errors[Any]:
    """Errors with inputs of covariance Sigma as mpmath numbers of ``digits`` digits.

    Examples
    --------
    >>> from icl_theory.evaluate.spectrum import Spectrum
    >>> levels = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> given = dict(tau="5/2", alpha=3, kappa="3/4", rho="1/5", lam="1/2")
    >>> point = InputPoint.read(levels, levels, None, **given, alpha_test=None, rho_test=None)
    >>> input_errors_mp(point, digits=20).icl
    mpf('0.70994514...')
    """
    bits = bits_of(checked_digits(digits))
    if point.is_tasks:
        return endless_mp(point.parameters, digits)
    xi, traces = point.start()
    context = mpmath.MPContext()
    context.prec = bits + GUARD
    equations = RowEquations(point, system_of(context))
    small = context.ldexp(1, -(bits + GUARD // 2) // 2)
    state = equations.solve(context.mpf(xi), [*map(context.mpf, traces.values())], small)
    found = equations.fields(*state)
    context.prec = bits
    return record({name: +value for name, value in found.items()})
