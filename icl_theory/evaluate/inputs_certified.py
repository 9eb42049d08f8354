"""Errors with correlated inputs as balls that are guaranteed to contain the value.

The state is enclosed by signs, with nothing before them to be trusted. The trace of a row is the
only m at which ⟨c G⟩ = m, since ⟨c G⟩/m falls in m; as it falls in xi too, so does the trace. With
the traces of xi the residual of the ridge equation falls in xi, at a rate that is a sum of positive
terms (claims ``row-ridges`` and ``row-resolvents``). Hence

* ⟨c G⟩ >= m puts the trace of a row at m or above, and ⟨c G⟩ <= m at m or below;
* a residual that is positive for all traces within such bounds puts the root above xi, and a
  negative one below;
* and once xi is between two numbers, the trace is between a lower bound at the higher of them and
  an upper bound at the lower.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb

from icl_theory.algebra.digits import checked_digits
from icl_theory.evaluate.inputs_point import InputPoint, RowEquations
from icl_theory.evaluate.result import Errors
from icl_theory.evaluate.structured_certified import certified_at, certify
from icl_theory.evaluate.structured_enclosed import ARB, UndecidedSign


def input_errors_certified(point: InputPoint, digits: int) -> Errors[Any]:
    """Errors with inputs of covariance Sigma with a guarantee on every digit.

    Radii are as in `structured_errors_certified`. What is guaranteed is the value of the formulas:
    with a ridge the limit itself rests on a hypothesis.

    Examples
    --------
    >>> from icl_theory.evaluate.spectrum import Spectrum
    >>> levels = Spectrum.atoms([2, "1/2"], [1, 2])
    >>> given = dict(tau=2, alpha=3, kappa="3/4", rho="1/5", lam=1)
    >>> point = InputPoint.read(levels, None, None, **given, alpha_test=None, rho_test=None)
    >>> found = input_errors_certified(point, digits=20)
    >>> bool(found.icl > found.noise)
    True
    """
    checked_digits(digits)
    if point.is_tasks:
        return certified_at(point.parameters, digits)
    start = point.start()

    def evaluate(bits: int, spare: int) -> dict[str, Any]:
        equations = RowEquations(point, ARB)
        xi, traces = arb(start[0]), [*map(arb, start[1].values())]
        return equations.fields(*enclose(equations, xi, traces, bits, spare))

    return certify(digits, evaluate)


def enclose(
    equations: RowEquations, xi: arb, traces: Sequence[arb], bits: int, spare: int
) -> tuple[arb, list[arb]]:
    """Balls around the effective ridge, of relative radius 2**-bits, and around the traces.

    The arithmetic has ``spare`` bits more. Half of them go into telling a trace from its neighbours
    where the sign of the ridge equation depends on it.

    Raises
    ------
    UndecidedSign
        If a sign is not decided at the precision that is set.
    """
    small = arb(2) ** (-(bits + spare // 2) // 2)
    width, narrow = arb(2) ** -bits, arb(2) ** (-bits - spare // 2)
    try:
        xi, traces = equations.solve(xi, traces, small)
        if equations.point.over:
            return arb(0), bracket(equations, arb(0), traces, width)
        low, high = (xi * (1 - width)).mid(), (xi * (1 + width)).mid()
        above, below = (
            bracket(equations, end, equations.settled(end, traces, small), narrow)
            for end in (low, high)
        )
    except ArithmeticError:
        # Newton's steps end at the rounding of the arithmetic.
        raise UndecidedSign from None
    if not bool(equations.excess(low, above) > 0) or not bool(equations.excess(high, below) < 0):
        raise UndecidedSign
    return low.union(high), [x.union(y) for x, y in zip(above, below, strict=True)]


def bracket(equations: RowEquations, xi: arb, traces: Sequence[arb], room: arb) -> list[arb]:
    """Balls that contain the traces of all rows at an effective ridge."""
    found = []
    for row, m in enumerate(traces):
        low, high = (m * (1 - room)).mid(), (m * (1 + room)).mid()
        if not bool(equations.trace(row, low, xi) >= low):
            raise UndecidedSign
        if not bool(equations.trace(row, high, xi) <= high):
            raise UndecidedSign
        found.append(low.union(high))
    return found
