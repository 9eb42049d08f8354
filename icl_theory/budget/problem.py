"""What a budget buys, and the error of it, as an objective to search.

The error is enclosed on boxes of (x, nu) or, ridgeless, of x alone, and of the odds of sequences to
tasks where the number of tasks is chosen: there the state is explicit, and every box can be paid
for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.generic import Program

from .interval import Interval, Jet
from .search import Objective, points

RidgeChoice = Literal["best", "none"]
#: An amount on boxes, or a number.
Amount = TypeVar("Amount", Jet, float)


@dataclass(frozen=True)
class BoxState:
    """The state of the theory on boxes, as far as they lie in the domain.

    Attributes
    ----------
    tau, x
        Sequences over d^2, noise-to-context ratio.
    kappa, inverse
        Tasks over d, and what is 1 over that.
    m, nu, xi, scaled_r
        The fixed point; ``scaled_r`` is tau r.
    freedom
        Degrees of freedom D1.
    inside, outside
        Which boxes lie in the domain whole, and which not at all.
    """

    tau: Jet
    x: Jet
    kappa: Jet | float
    inverse: Jet | float
    m: Jet
    nu: Jet
    xi: Jet
    scaled_r: Jet
    freedom: Jet
    inside: npt.NDArray[np.bool_]
    outside: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """A budget with its prices, and the test."""

    budget: float
    rho: float
    kappa: float | None
    alpha_test: float | None
    rho_test: float
    price_token: float
    price_sequence: float
    price_task: float
    ridge: RidgeChoice

    def objective(self, under: bool) -> Objective:
        """Enclosure of the error on boxes; ``under`` is the ridgeless side of the threshold."""
        programs = _programs()

        def enclose(variables: tuple[Jet, ...]) -> tuple[Jet, npt.NDArray[np.bool_]]:
            at = self.state(variables, under)
            noise, noise_test = (Interval.of(1.0) + one for one in (self.rho, self.rho_test))
            x_test = at.x * (noise_test / noise)
            test = x_test
            if self.alpha_test is not None:
                test = at.x.constant(noise_test / self.alpha_test)
            r = at.scaled_r / at.tau
            state = (at.tau, self.rho, self.rho_test, at.x, test, at.inverse, at.m, at.nu, r, at.xi)
            (error,) = programs["error"](None, (), *state)
            # Where m and nu are far from one, their product varies much more than what it leaves.
            (other,) = programs["error_by_freedom"](None, (), *state, at.freedom)
            error = error.meet(other)
            # The formula's range is wide where few sequences meet few tasks; the bias alone is not.
            kappa = at.kappa.value.high if isinstance(at.kappa, Jet) else at.kappa
            most = np.minimum(np.minimum(at.tau.value.high, 1.0), (1 / (1 + at.nu.value)).high)
            most = np.minimum(most, kappa)
            (least,) = programs["floor"](None, (), self.rho_test, Interval(most, most))
            error = error.within(least.low, np.inf)
            low = np.where(at.outside, np.inf, error.value.low)
            high = np.where(at.outside, np.inf, error.value.high)
            return Jet(Interval(low, high), error.slopes), at.inside & ~at.outside

        return enclose

    def state(self, variables: tuple[Jet, ...], under: bool) -> BoxState:
        """The state at (x, nu), or at x alone where there is no ridge, and at the odds."""
        programs = _programs()
        x = variables[0]
        tau, kappa = self.bought(x, variables[-1] if self.kappa is None else None)
        inverse = _inverse(kappa)
        zero, one = x.constant(0.0), x.constant(1.0)
        if under:
            m = resolvent(tau, x, kappa)
            xi = (1.0 - tau) / m
            nu = x + xi.within(0, np.inf)
            # The trace at nu is 1/(nu + t), which is the same number.
            scaled_r = zero
        else:
            nu = variables[1] if self.ridge == "best" else x
            xi = nu - x if self.ridge == "best" else zero
            m = resolvent(one, nu, kappa)
            (scaled_r,) = programs["scaled_r"](None, (), tau, m, xi.within(0, np.inf))
        # D1 = m t, with m written once: its range on a box is exact.
        freedom = 1.0 / (1.0 / m + inverse)
        if self.ridge == "best":
            (other,) = programs["scaled_r_by_freedom"](None, (), tau, x, m, freedom)
            scaled_r = scaled_r.meet(other)
        # With a ridge the search knows of the edge xi = 0.
        inside = (xi if under else scaled_r).value.low >= 0
        outside = (xi.value.high < 0) | (scaled_r.value.high < 0)
        xi, scaled_r = xi.within(0, np.inf), scaled_r.within(0, np.inf)
        return BoxState(tau, x, kappa, inverse, m, nu, xi, scaled_r, freedom, inside, outside)

    def bought(self, x: Amount, odds: Amount | None) -> tuple[Amount, Amount | float]:
        """Sequences and tasks at a noise-to-context ratio and, where tasks are chosen, at odds."""
        prices = self.budget, self.price_token, self.price_sequence, self.price_task, self.rho
        budget, token, sequence, task, rho = (
            x.constant(one) if isinstance(x, Jet) else one for one in prices
        )
        programs = _programs()
        kappa: Amount | float
        if odds is not None:
            kappa, left = programs["at_odds"](None, (), budget, task, odds)
        else:
            assert self.kappa is not None
            kappa, left = self.kappa, budget
            if self.price_task:
                (left,) = programs["left"](None, (), budget, task, kappa)
        (tau,) = programs["tau"](None, (), left, token, sequence, rho, x)
        return tau, kappa

    def use(self, point: Floats) -> tuple[float, float, float, float]:
        """What is bought at a point of the search, and the ridge: tau, alpha, kappa, lam."""
        x = float(point[0])
        tau, kappa = self.bought(x, float(point[-1]) if self.kappa is None else None)
        return tau, (1 + self.rho) / x, kappa, self.lam(point)

    def lam(self, point: Floats) -> float:
        """Ridge strength at a point of the search."""
        if self.ridge == "none":
            return 0.0
        with np.errstate(all="ignore"):
            at = self.state(points(point[None]), under=False)
            found = (at.scaled_r / at.tau * at.xi).value
        return float((found.low[0] + found.high[0]) / 2)


@cache
def _programs() -> Mapping[str, Program]:
    from icl_theory.algebra.quantity import unfold
    from icl_theory.evaluate.generic import Formulas
    from icl_theory.theory.budget import (
        affordable_kappa,
        affordable_tau,
        budget,
        e_by_freedom,
        e_shifted,
        floor,
        left,
        left_at_odds,
        odds,
        price_sequence,
        price_task,
        price_token,
        x_test,
    )
    from icl_theory.theory.fixed_point import ridge_residual, ridge_residual_sum, x
    from icl_theory.theory.spectral import D1, inv_kappa
    from icl_theory.theory.structured import rho_T
    from icl_theory.theory.symbols import kappa, m, nu, r, rho, tau, xi

    # Both residuals are tau r less what it is at the fixed point.
    scaled_r = tau * r - unfold(ridge_residual)
    by_freedom = tau * r - unfold(ridge_residual_sum, keep=[x, D1])
    state = (tau, rho, rho_T, x, x_test, inv_kappa, m, nu, r, xi)
    formulas = Formulas(())
    formulas.program("left", [left], (budget, price_task, kappa))
    formulas.program("at_odds", [affordable_kappa, left_at_odds], (budget, price_task, odds))
    formulas.program("tau", [affordable_tau], (left, price_token, price_sequence, rho, x))
    formulas.program("scaled_r", [scaled_r], (tau, m, xi))
    formulas.program("scaled_r_by_freedom", [by_freedom], (tau, x, m, D1))
    formulas.program("error", [e_shifted], state)
    formulas.program("error_by_freedom", [e_by_freedom], (*state, D1))
    # The error by its bias alone falls in D1 to where it is 1.
    formulas.program("floor", [floor], (rho_T, D1))
    return formulas


def _inverse(kappa: Jet | float) -> Jet | float:
    return 1 / kappa if isinstance(kappa, Jet) or math.isfinite(kappa) else 0.0


def resolvent(level: Jet, argument: Jet, kappa: Jet | float) -> Jet:
    """The positive root m of level/m = argument + kappa/(kappa + m).

    It grows with the level and falls with the argument and with kappa, so that its range on a box
    is between two corners; its slopes are level' : argument' : kappa' = 1 : -m : -(m/(kappa + m))^2
    over argument + t^2.
    """
    if not isinstance(kappa, Jet) and math.isinf(kappa):
        return level / (argument + 1.0)
    of = kappa.value if isinstance(kappa, Jet) else Interval.of(kappa)
    low = _corner(level.value.low, argument.value.high, of.high)
    high = _corner(level.value.high, argument.value.low, of.low)
    m = Interval(low.low, high.high).within(0, np.inf)
    t = 1 / (1 + m / of)
    scale = (argument.value + t * t).inverse()
    falls = (m / (of + m)) * (m / (of + m))
    slopes = []
    for index, (a, b) in enumerate(zip(level.slopes, argument.slopes, strict=True)):
        slope = a - m * b
        if isinstance(kappa, Jet):
            slope = slope - falls * kappa.slopes[index]
        slopes.append(slope * scale)
    return Jet(m, tuple(slopes))


def _corner(level: Any, argument: Any, kappa: Any) -> Interval:
    """The root at single points, in both of its forms."""
    level, argument, kappa = (Interval(v, v) for v in map(np.asarray, (level, argument, kappa)))
    share = level / kappa
    half = argument + 1.0 - share
    root = (half * half + 4.0 * argument * share).sqrt()
    direct = 2.0 * level / (half + root)
    conjugate = kappa * (root - half) / (2.0 * argument)
    return Interval(np.fmax(direct.low, conjugate.low), np.fmin(direct.high, conjugate.high))
