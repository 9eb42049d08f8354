"""Structured tasks at infinite context without ridge, in any number system.

The states are a curve in u that ends at u_0 (`icl_theory.theory.structured_context`). Near its end
every quantity is a power of a small number times a series: u = u_0 (1 + eps), or u = eps where u_0
is zero. The formulas of the errors, which are sums of positive terms, are evaluated on the leading
terms; where the two terms of a gap cancel there, on as many as it takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, partial
from typing import Any, Protocol

from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.structured_formulas import fields, special
from icl_theory.evaluate.structured_point import (
    Parameters,
    SpectralSystem,
    StateEquations,
    sign_of,
    threshold_side,
)
from icl_theory.evaluate.truncated_series import TruncatedSeries, UnknownTerm
from icl_theory.theory import structured_context as theory
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import tau


@cache
def _programs() -> Formulas:
    """The curve above and below the threshold: t, nu, x and xi."""
    exact = (tau, inv_kappa, theory.tasks_left, theory.sequences_left)
    formulas = Formulas(exact)
    along = (theory.u, theory.lost, theory.unused)
    above = [theory.context_t, theory.context_nu]
    formulas.program("over", above, along)
    formulas.program("under", [*above, theory.context_x, theory.context_xi], along)
    return formulas


def end_of(point: Parameters) -> Fraction:
    """D1 at the end of the curve, the least of kappa, tau and the rank of C over d."""
    bounds = [point.spectrum.rank]
    if point.kappa is not None:
        bounds.append(point.kappa)
    if not point.over:
        bounds.append(point.tau)
    return min(bounds)


def ends_inside(point: Parameters) -> bool:
    """Whether the curve ends at u_0 > 0."""
    return end_of(point) < point.spectrum.rank


class Averages(Protocol):
    """What the leading terms read of a spectrum, in numbers of one kind."""

    def squares(self, u: Any) -> tuple[Any, ...]:
        """⟨(1 - p)^2⟩, ⟨p (1 - p)⟩, ⟨p^2⟩, ⟨s (1 - p)^2⟩, ⟨s p (1 - p)⟩ at u."""

    def moments(self) -> tuple[Any, ...]:
        """Averages where c = 0 of 1 and s; where c > 0 of 1/c, 1/c^2, s/c and s/c^2."""


class RidgelessCurve:
    """The ridgeless states of one point as alpha grows.

    Parameters
    ----------
    point
        A point with alpha = oo, lam = 0.
    system
        Numbers.
    averages
        Averages over the spectrum.
    root
        u_0 where it is positive, else None.
    """

    def __init__(
        self, point: Parameters, system: SpectralSystem, averages: Averages, root: Any
    ) -> None:
        self.point, self.system, self.averages, self.root = point, system, averages, root
        self.end = end_of(point)
        self.threshold = point.over and point.tau == 1
        self.one, self.zero = system.convert(Fraction(1)), system.convert(Fraction(0))
        self.unit: tuple[Any, ...] = (self.one,)

    def _number(self, value: Fraction) -> TruncatedSeries:
        return self._constant(self.system.convert(value))

    def _constant(self, value: Any) -> TruncatedSeries:
        return TruncatedSeries.constant(value, self.unit)

    def _leading(self) -> tuple[TruncatedSeries, ...]:
        """u, g - D1, 1 - D1, D1 and the averages of squares, to leading order."""
        if self.root is not None:
            u = self._constant(self.root)
            squares = [self._constant(value) for value in self.averages.squares(self.root)]
            # D1 falls in log u at the rate ⟨p (1 - p)⟩.
            lost = squares[1].times_power(1)
        else:
            u = self._constant(self.one).times_power(1)
            none, none_s, inverse, inverse_2, s_inverse, s_inverse_2 = map(
                self._constant, self.averages.moments()
            )
            squares = [
                none + inverse_2.times_power(2),
                inverse.times_power(1),
                self._number(self.end),
                none_s + s_inverse_2.times_power(2),
                s_inverse.times_power(1),
            ]
            lost = squares[1]
        return u, lost, self._number(1 - self.end), self._number(self.end), *squares

    def _series(self, count: int) -> tuple[TruncatedSeries, ...]:
        """The same to so many terms, for spectra of atoms."""
        spectrum = self.point.spectrum
        assert not isinstance(spectrum.test, str)
        self.unit = (self.one, *[self.zero] * (count - 1))
        if self.root is not None:
            step = self._constant(self.root).times_power(1)
            start = self._constant(self.root)
            u = start + step
        else:
            start = self._constant(self.zero)
            u = step = self._constant(self.one).times_power(1)
        lost = unused = freedom = self._constant(self.zero)
        squares = [self._constant(self.zero)] * 5
        for c, w, s in zip(spectrum.values, spectrum.weights, spectrum.test, strict=True):
            value, share, test = map(self._number, (c, w, s))
            inverse = 1 / (value + u)
            p, q = value * inverse, u * inverse
            freedom, unused = freedom + share * p, unused + share * q
            if c:
                lost = lost + share * p / (value + start) * step
            terms = (q * q, p * q, p * p, test * q * q, test * p * q)
            squares = [a + share * b for a, b in zip(squares, terms, strict=True)]
        return u, lost, unused, freedom, *squares

    def fields(self, count: int = 1) -> dict[str, TruncatedSeries]:
        """All fields along the curve, to so many terms; at the threshold as if tau r were one.

        Parameters
        ----------
        count
            Number of terms; more than one for spectra of atoms.
        """
        point = self.point
        u, lost, unused, freedom, *squares = self._leading() if count == 1 else self._series(count)
        inverse = Fraction(0) if point.kappa is None else 1 / point.kappa
        exact = (point.tau, inverse, 1 - self.end * inverse, point.tau - self.end)
        numbers = tuple(map(self._number, _programs().exact_numbers(exact)))
        t, nu, *rest = _programs()["over" if point.over else "under"](
            None, numbers, u, lost, unused
        )
        x, xi = rest or (nu, self._constant(self.zero))
        used = 1 / point.tau if self.threshold else max(1 - 1 / point.tau, Fraction(0))
        # A test at infinite context has the context of pretraining.
        theta, theta_test = point.thetas
        x_test, x_seen = (
            x * self._number((mean + point.rho_test) / (theta + point.rho))
            if point.endless_test
            else self._number(ratio)
            for mean, ratio in ((theta_test, point.x_test), (theta, point.x_seen))
        )
        tau_, rho, rho_test, kappa, r = map(
            self._number, (point.tau, point.rho, point.rho_test, inverse, used)
        )
        per = (nu * nu, t * nu, t * t, nu * nu, t * nu)
        averages = tuple(a / b for a, b in zip(squares, per, strict=True))
        state = (tau_, rho, rho_test, x, x_test, x_seen, kappa, freedom / t, nu, r, xi)
        found = fields(point.seen, state, averages)
        if point.trivial_gap:
            found["gap"] = self._constant(self.zero)
        return found

    def alike(self, found: Mapping[str, TruncatedSeries], small: float) -> bool:
        """Whether the gap is the difference of diverging terms that agree up to rounding.

        Parameters
        ----------
        found
            Fields, as `fields` returns them.
        small
            Bound on their relative difference.
        """
        one, other = found["pretraining_variance" if self.threshold else "icl"], found["idg"]
        if self.point.seen or one.order != other.order:
            return False
        diverge = self.threshold or one.order < 0
        return diverge and bool(abs(one.terms[0] - other.terms[0]) <= small * other.terms[0])

    def limits(
        self,
        found: Mapping[str, TruncatedSeries],
        infinity: Any,
        sign: Callable[[Any], int] = sign_of,
        gap: Any = None,
    ) -> dict[str, Any]:
        """What every field tends to.

        Parameters
        ----------
        found
            Fields, as `fields` returns them.
        infinity
            That number.
        sign
            The sign of a number, which may raise what says that it is not decided.
        gap
            The gap, where it is known.

        Raises
        ------
        UnknownTerm
            If so few terms do not decide the gap.
        """
        known = {} if gap is None else {"gap": gap}
        if self.threshold:
            numbers = {0.0: self.zero, math.inf: infinity, -math.inf: -infinity}
            values = special(self.point.kappa is None)
            known = {name: numbers[value] for name, value in values.items()} | known
            if gap is None:
                excess = found["pretraining_variance"] - found["idg"]
                side = threshold_side(self.point, excess, partial(_leading_sign, sign))
                known |= {} if side is None else {"gap": numbers[side]}
        return {
            name: known[name] if name in known else value.limit(self.zero, infinity, sign)
            for name, value in found.items()
        }


def _leading_sign(sign: Callable[[Any], int], series: TruncatedSeries) -> int:
    if not series.terms and series.order < math.inf:
        raise UnknownTerm
    return sign(series.terms[0]) if series.terms else 0


class StateAverages:
    """Averages by the equations of the state, over their numbers."""

    def __init__(self, state: StateEquations) -> None:
        self.state = state

    def squares(self, u: Any) -> tuple[Any, ...]:
        """See `Averages`."""
        return self.state.squares(u, self.state.freedom(u))

    def moments(self) -> tuple[Any, ...]:
        """See `Averages`."""
        state = self.state
        spectrum = state.point.spectrum
        if spectrum.exponent is not None:
            # ⟨c^-k⟩ of the continuous power law.
            first, second = (
                state.order / (state.order + state.system.convert(Fraction(k))) / state.floor**k
                for k in (1, 2)
            )
            tested = (first, second) if spectrum.test == "isotropic" else (state.one, first)
            return (state.zero, state.zero, first, second, *tested)
        sums = [state.zero] * 6
        for c, w, s, value in zip(state.c, state.w, state.s, spectrum.values, strict=True):
            if value:
                share = w / c
                terms = (state.zero, state.zero, share, share / c, s * share, s * share / c)
            else:
                terms = (w, w * s, *[state.zero] * 4)
            sums = [a + b for a, b in zip(sums, terms, strict=True)]
        return tuple(sums)
