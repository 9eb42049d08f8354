"""The state of structured tasks as balls that are guaranteed to contain it.

The state is enclosed by signs, with nothing before them to be trusted. With T(nu, u) = kappa nu/u +
D1(u) - kappa, decreasing in u and increasing in nu, and F(xi, D1) = tau lam/xi + D1 + (x/nu) (1 -
D1) - tau, decreasing in xi and increasing in D1, which decreases in u:

* T(x + xi, u) <= 0 and F(xi, D1(u)) > 0 put the root above xi, for then u is above the u of xi;
* T(x + xi, u) >= 0 and F(xi, D1(u)) < 0 put it below;
* and once xi is between two numbers, T at the lower one with T >= 0 bounds u from below, and T at
  the upper one with T <= 0 bounds it from above.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import flint
from flint import arb

from icl_theory.evaluate.structured_context import end_of
from icl_theory.evaluate.structured_context_float64 import root_of
from icl_theory.evaluate.structured_point import (
    NEWTON,
    Parameters,
    SpectralSystem,
    StateEquations,
)


def _convert(value: Fraction) -> arb:
    return arb(flint.fmpq(value.numerator, value.denominator))


ARB = SpectralSystem(
    _convert, lambda b, z: z.hypgeom_2f1(arb(1), b, 1 + b), lambda number: number.mid()
)


class UndecidedSign(ArithmeticError):
    """A sign that is not decided at this precision."""


def enclose(
    state: StateEquations, start: tuple[float, float], bits: int, spare: int
) -> tuple[arb, arb]:
    """Balls of relative radius 2**-bits around the effective ridge and u.

    The arithmetic has ``spare`` bits more. Half of them go into telling u from its neighbours
    where the sign of the ridge equation depends on it.

    Raises
    ------
    Undecided
        If a sign is not decided at the precision that is set.
    """
    xi, u = arb(start[0]), arb(start[1])
    small = arb(2) ** (-(bits + spare) // 2)
    for _ in range(NEWTON):
        step_xi, step_u = state.step(xi, u)
        xi, u = (xi * step_xi.exp()).mid(), (u * step_u.exp()).mid()
        if bool(abs(step_xi) < small) and bool(abs(step_u) < small):
            break
    else:
        raise UndecidedSign
    width, narrow = arb(2) ** -bits, arb(2) ** (-bits - spare // 2)
    if state.point.over:
        return arb(0), _around(*_tasks_bracket(state, state.x, state.x, u, width))
    low, high = (xi * (1 - width)).mid(), (xi * (1 + width)).mid()
    _, right = _tasks_bracket(state, state.x + low, state.x + low, u, narrow)
    if not bool(state.ridge_residual(low, state.freedom(right)) > 0):
        raise UndecidedSign
    left, _ = _tasks_bracket(state, state.x + high, state.x + high, u, narrow)
    if not bool(state.ridge_residual(high, state.freedom(left)) < 0):
        raise UndecidedSign
    return _around(low, high), _around(
        *_tasks_bracket(state, state.x + low, state.x + high, u, width)
    )


def enclose_end(point: Parameters, bits: int) -> arb:
    """Ball of relative radius 2**-bits around the u_0 > 0 at which alpha is infinite.

    Raises
    ------
    UndecidedSign
        If a sign is not decided at the precision that is set.
    """
    state = StateEquations(replace(point, kappa=end_of(point)), ARB)
    nothing = arb(0)
    start = arb(root_of(point))
    return _around(*_tasks_bracket(state, nothing, nothing, start, arb(2) ** -bits))


def _tasks_bracket(
    state: StateEquations, nu_low: arb, nu_high: arb, u: arb, room: arb
) -> tuple[arb, arb]:
    """Numbers below the u of ``nu_low`` and above that of ``nu_high``, ``room`` away from both.

    ``u`` is an approximation between them, from which Newton's steps lead to each: one is enough
    where its square is below the room.
    """
    if state.kappa is None:
        return nu_low, nu_high
    first = state.freedom(u)
    ends = []
    for nu, sign in ((nu_low, -1), (nu_high, 1)):
        end, freedom = u, first
        for _ in range(NEWTON):
            slope = state.kappa * nu / end + state.spread(end, freedom)
            offset = state.tasks_residual(nu, end, freedom) / slope
            end = (end * (1 + offset)).mid()
            if bool(offset**2 < room / 4):
                break
            freedom = state.freedom(end)
        ends.append((end * (1 + sign * room)).mid())
    low, high = ends
    if not bool(state.tasks_residual(nu_low, low, state.freedom(low)) >= 0):
        raise UndecidedSign
    if not bool(state.tasks_residual(nu_high, high, state.freedom(high)) <= 0):
        raise UndecidedSign
    return low, high


def _around(low: arb, high: arb) -> arb:
    return low.union(high)
