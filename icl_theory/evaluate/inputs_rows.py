"""One point with correlated inputs in double precision: the rows of Gamma and their averages.

A resolvent for each row, whose trace is a bracketed root, and so is the effective ridge; errors are
averages over rows and directions, by the formulas of `icl_theory.theory.inputs`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from icl_theory.algebra.averages import weight
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_formulas import names, special
from icl_theory.theory import inputs as theory
from icl_theory.theory.fields import Field, table
from icl_theory.theory.spectral import inv_kappa, t
from icl_theory.theory.structured import c, rho_T, x_C, x_P, x_T
from icl_theory.theory.symbols import m, r, rho, tau, xi

#: Most steps of the search for the traces of rows: each is Newton's, or halves the bracket.
STEPS = 200
#: Factor by which a lower bound of the effective ridge is sought.
LOWER = 2.0**-8
#: Smallest and largest eigenvalue of Sigma.
SMALLEST, LARGEST = Fraction(1, 10**20), Fraction(10**20)


def coupled(inputs: Spectrum, tasks: Spectrum) -> tuple[Floats, Floats, Floats, Floats]:
    """What `atoms_of` returns, in float64 and by column."""
    a, c, s, w = np.array(atoms_of(inputs, tasks), float).T
    return a, c, s, w


def atoms_of(
    inputs: Spectrum, tasks: Spectrum
) -> list[tuple[Fraction, Fraction, Fraction, Fraction]]:
    """Eigenvalues a of Sigma, c of the tasks seen through it, s of the test, and weights.

    Raises
    ------
    TypeError
        If ``inputs`` is no spectrum.
    ValueError
        If a spectrum has no atoms, or Sigma an eigenvalue of zero or far from one.
    """
    if not isinstance(inputs, Spectrum):
        raise TypeError(f"inputs must be a Spectrum, got {shown(inputs)}")
    for name, spectrum in (("inputs", inputs), ("tasks", tasks)):
        if spectrum.exponent is not None:
            raise ValueError(
                f"{name} must have atoms where inputs are given, got {shown(spectrum)}; "
                "Spectrum.power_law(p, d=...) has"
            )
    if not all(inputs.values):
        raise ValueError(f"inputs must have eigenvalues > 0, got {shown(inputs)}")
    for value in inputs.values:
        if not SMALLEST <= value <= LARGEST:
            raise ValueError(
                f"inputs must have eigenvalues from {float(SMALLEST):g} to {float(LARGEST):g}, "
                f"got {shown(str(value))}"
            )
    assert not isinstance(tasks.test, str)
    ends = [
        [sum(one.weights[:i], Fraction(0)) for i in range(len(one.weights) + 1)]
        for one in (inputs, tasks)
    ]
    cuts = sorted({*ends[0], *ends[1]})
    rows = []
    for low, high in pairwise(cuts):
        i, j = (bisect_right(one, low) - 1 for one in ends)
        a = inputs.values[i]
        rows.append((a, a * tasks.values[j], a * tasks.test[j], high - low))
    return rows


class Rows:
    """One parameter point: the rows of Gamma, each with its resolvent.

    Parameters
    ----------
    a, c, s, w
        What `coupled` returns.
    point
        Parameters by name.
    """

    def __init__(self, a: Floats, c: Floats, s: Floats, w: Floats, point: Mapping[str, float]):
        self.a, self.c, self.s, self.w, self.point = a, c, s, w, point
        self.tau, self.kappa, self.lam = (point[name] for name in ("tau", "kappa", "lam"))
        self.x = (float(w @ c) + point["rho"]) / point["alpha"]
        self.x_test = (float(w @ s) + point["rho_test"]) / point["alpha_test"]
        self.x_seen = (float(w @ c) + point["rho_test"]) / point["alpha_test"]
        self.inverse_kappa = 1 / self.kappa
        self.product = a[:, None] * a
        #: Largest factor by which the equations that were solved enlarge rounding.
        self.enlarged = 1.0

    def traces(self, xi: float) -> Floats:
        """M of every row: the root of ⟨c/(m (t c + n))⟩ = 1, which falls in m."""
        # G = 1/(t c + n) lies between its values at t = 1 and t = 0.
        level = self.x + xi / self.product
        low, high = (np.log(self.c / (t * self.c + level) @ self.w) for t in (1, 0))
        log_m = low
        # Of a few operations, and of a sum.
        rounding = (4 + math.sqrt(len(self.c))) * np.finfo(float).eps
        for _ in range(STEPS):
            m = np.exp(log_m)
            share, fall = programs()["trace"](None, (), *self.at(m, xi))
            trace = share @ self.w
            above = trace >= m
            low, high = np.where(above, log_m, low), np.where(above, high, log_m)
            enlarged = trace / (fall @ self.w)
            step = np.log(trace / m) * enlarged
            new = log_m + step
            # Beyond the bracket Newton's step is replaced by its middle.
            new = np.where((new >= low) & (new <= high), new, (low + high) / 2)
            # Roundings of log m, or of the ratio of traces as the step enlarges it.
            scale = np.maximum(np.abs(log_m), np.maximum(enlarged, 1))
            done = np.abs(new - log_m) < rounding * scale
            log_m = new
            if done.all():
                self.enlarged = float(enlarged.max())
                return np.exp(log_m)
        raise ArithmeticError(f"the rows did not settle in {STEPS} steps at xi = {xi}")

    def at(self, m: Floats, xi: float) -> tuple[Any, ...]:
        """Arguments of the programs before the averages over directions."""
        row = m[:, None], self.a[:, None]
        return (self.c, self.s, self.a, *row, self.x, xi, self.inverse_kappa)

    def excess(self, log_xi: float) -> float:
        """Residual of the ridge equation, falling in xi."""
        xi = math.exp(log_xi)
        state = self.at(self.traces(xi), xi)
        used, unused = (
            float(self.w @ part @ self.w) for part in programs()["freedom"](None, (), *state)
        )
        if used < unused:
            return used - self.tau * (1 - self.lam / xi)
        # Next to the threshold both of these are small, and what is used is not.
        return (1 - self.tau) + self.tau * self.lam / xi - unused

    def effective_ridge(self) -> tuple[float, float]:
        """Xi and r = lam/xi, between bounds of the degrees of freedom."""
        if self.lam == 0 and self.tau >= 1:
            return 0.0, (self.tau - 1) / self.tau
        from scipy.optimize import brentq

        # At xi = lam, and at x/(x + xi/a^2) = tau, what is used is too much; with G <= 1/n above it
        # is at most ⟨⟨(c + x) a_j a_i⟩⟩/xi.
        most = float(self.w @ ((self.c + self.x) * self.product) @ self.w)
        low = self.lam or self.x * (1 - self.tau) / self.tau * float(self.product.min())
        high = self.lam + most / self.tau
        if not low:
            # Infinite context without ridge: what is used tends to the less of kappa and the rank.
            low = high
            while self.excess(math.log(low)) <= 0:
                low *= LOWER
        # Either bound may be the root, up to rounding.
        if self.excess(math.log(low)) <= 0:
            return low, self.lam / low
        if self.excess(math.log(high)) >= 0:
            return high, self.lam / high
        # The least tolerances that brentq takes.
        ends, eps = (math.log(low), math.log(high)), np.finfo(float).eps
        xi = math.exp(brentq(self.excess, *ends, xtol=eps, rtol=4 * eps))
        return xi, self.lam / xi

    def fields(self, seen: bool) -> dict[str, float]:
        """All fields of a result."""
        point = self.point
        xi, r = self.effective_ridge()
        m = self.traces(xi)
        state = self.at(m, xi)
        found = programs()
        inner = [average @ self.w for average in found["row"](None, (), *state)]
        state = (*state, *(average[:, None] for average in inner))
        double = [self.w @ average @ self.w for average in found["double"](None, (), *state)]
        if xi:
            # By log xi the ridge equation falls at the slope; its terms are like the smaller size.
            sizes = [self.w @ part @ self.w for part in found["freedom"](None, (), *state[:8])]
            slope = xi * double[1] + self.tau * r
            self.enlarged = max(self.enlarged, float(min(sizes) / slope))
        own = self.c, self.s, self.a, m, self.a, self.x, xi, self.inverse_kappa, *inner
        single = [average @ self.w for average in found["diagonal"](None, (), *own)]
        outer = (
            *(self.tau, point["rho"], point["rho_test"], self.x, self.x_test, self.x_seen, xi, r),
            float(self.w @ m),
            *double,
            *single,
        )
        results = found["seen" if seen else "fresh"](None, (), *outer)
        values = dict(zip(names(), map(float, results), strict=True))
        if self.lam == 0 and self.tau == 1:
            # Both errors diverge with the same factor; the training error is 0 on both sides.
            side = double[2] + self.x_test * double[0], double[3] + self.x_seen * double[0]
            ratio = side[int(seen)] - 1
            values |= special(not self.inverse_kappa) | {"gap": math.copysign(math.inf, ratio)}
        alike = point["alpha"] == point["alpha_test"] and point["rho"] == point["rho_test"]
        # Of infinitely many tasks those of the test are among the pretraining tasks.
        if alike and (seen or (not self.inverse_kappa and np.array_equal(self.c, self.s))):
            values["gap"] = 0.0
        return values


def programs() -> Formulas:
    """The formulas of rows and directions, and of all fields from their averages, in order."""
    return _programs(table())


@cache
def _programs(fields: tuple[Field, ...]) -> Formulas:
    state = (c, weight, theory.a, m, theory.a_row, x_C, xi, inv_kappa)
    rows = theory.row_cGG, theory.row_cnGG, theory.row_scGG
    square = c * theory.row_G**2
    share = c * theory.row_G
    # How a trace exceeds m falls in log m: n G + t^2 c G is 1 - (1 - t) t c G.
    fall = share * (theory.level * theory.row_G + t**2 * share)
    formulas = Formulas(())
    formulas.program("trace", [share, fall], state)
    formulas.program("freedom", [theory.freedom_ji, theory.unused_ji], state)
    formulas.program("row", [square, theory.level * square, weight * square], state)
    formulas.program("double", list(theory.DOUBLE.values()), (*state, *rows))
    formulas.program("diagonal", list(theory.DIAGONAL.values()), (*state, *rows))
    outer = tau, rho, rho_T, x_C, x_T, x_P, xi, r, m, *theory.DOUBLE, *theory.DIAGONAL
    for seen, name in enumerate(("fresh", "seen")):
        formulas.program(
            name, [field.with_structure("inputs", bool(seen)) for field in fields], outer
        )
    return formulas
