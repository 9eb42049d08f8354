"""One point of the structured theory in any number system, at the precision that is set.

The same steps serve mpmath and Arb: only ``+ - * /`` and comparisons of the numbers are used, and
one special function for the continuous power law. Precision replaces the careful forms of the
float64 evaluator: who calls this sets more bits than are asked for, and checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from icl_theory.evaluate.parameters import exact, read_as
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured_formulas import fields, special
from icl_theory.evaluate.structured_state import Solver, beyond, joint, nodes_of

#: Newton steps until the bits of float64 have grown to any number asked for.
NEWTON = 64


@dataclass(frozen=True)
class SpectralSystem:
    """A number system.

    Attributes
    ----------
    convert
        From `Fraction` to a number.
    hypergeometric
        Gauss's 2F1(1, b; 1 + b; z) for b > 0, z < 0.
    middle
        A number that is exact, near to a given one.
    """

    convert: Callable[[Fraction], Any]
    hypergeometric: Callable[[Any, Any], Any]
    middle: Callable[[Any], Any]


@dataclass(frozen=True)
class Parameters:
    """Exact parameters of one point; None stands for infinity.

    Attributes
    ----------
    spectrum, seen
        Joint spectrum, and whether the test is on the pretraining tasks, as fresh ones of the same
        law are where there is no end of them.
    x, x_test, x_seen
        Noise-to-context ratios of pretraining, of fresh test tasks and of a test on the pretraining
        tasks.
    endless, endless_test
        Whether alpha is infinite without ridge, and whether the context of the test is infinite.
    trivial_gap
        Whether the test is the pretraining distribution itself.
    """

    spectrum: Spectrum
    seen: bool
    tau: Fraction
    kappa: Fraction | None
    rho: Fraction
    lam: Fraction
    rho_test: Fraction
    x: Fraction
    x_test: Fraction
    x_seen: Fraction
    endless: bool
    endless_test: bool
    trivial_gap: bool

    @classmethod
    def read(
        cls,
        tau: object,
        alpha: object,
        kappa: object,
        rho: object,
        lam: object,
        tasks: Spectrum | None,
        test: object,
        alpha_test: object,
        rho_test: object,
    ) -> Parameters:
        """Read and check the parameters of a call.

        Raises
        ------
        ValueError
            If one is outside of its domain.
        """
        spectrum, seen = joint(tasks, test)
        given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
        read = {name: exact(name, value) for name, value in given.items()}
        for name, like, value in (
            ("alpha_test", "alpha", alpha_test),
            ("rho_test", "rho", rho_test),
        ):
            read[name] = read[like] if value is None else read_as(exact, name, like, value)
        return cls.at(spectrum, seen, read)

    @classmethod
    def at(
        cls, spectrum: Spectrum, seen: bool, values: Mapping[str, Fraction | float]
    ) -> Parameters:
        """The point with these values, read and checked; alpha and kappa may be ``inf``."""
        finite = {n: None if v == math.inf else Fraction(v) for n, v in values.items()}
        theta, theta_test = means(spectrum)

        def ratio(mean: Fraction, noise: str, context: str) -> Fraction:
            length = finite[context]
            return Fraction(0) if length is None else (mean + _given(finite[noise])) / length

        same = all(finite[name] == finite[f"{name}_test"] for name in ("alpha", "rho"))
        # With tasks without end the pretraining distribution is that of fresh tasks.
        seen = seen or (finite["kappa"] is None and spectrum.matched)
        return cls(
            spectrum,
            seen,
            tau=_given(finite["tau"]),
            kappa=finite["kappa"],
            rho=_given(finite["rho"]),
            lam=_given(finite["lam"]),
            rho_test=_given(finite["rho_test"]),
            x=ratio(theta, "rho", "alpha"),
            x_test=ratio(theta_test, "rho_test", "alpha_test"),
            x_seen=ratio(theta, "rho_test", "alpha_test"),
            endless=finite["alpha"] is None and finite["lam"] == 0,
            endless_test=finite["alpha_test"] is None,
            trivial_gap=seen and same,
        )

    @property
    def thetas(self) -> tuple[Fraction, Fraction]:
        """Means of c and s."""
        return means(self.spectrum)

    @property
    def over(self) -> bool:
        """Whether the state is the ridgeless one at or above the threshold, where xi = 0."""
        return self.lam == 0 and self.tau >= 1

    def start(self) -> tuple[float, float]:
        """Effective ridge and u in float64.

        Raises
        ------
        ValueError
            If a parameter is too far from 1 for the state to be found.
        """
        nodes = nodes_of(self.spectrum)
        try:
            kappa = np.inf if self.kappa is None else float(self.kappa)
            numbers = (float(self.tau), float(self.x), kappa, float(self.lam))
        except OverflowError:
            raise self.beyond() from None
        with np.errstate(all="ignore"):
            solver = Solver(nodes, *(np.array([number]) for number in numbers))
            xi, u = (float(found[0]) for found in solver.solve())
        if not (0 < u < np.inf and (0 < xi < np.inf or self.over)):
            raise self.beyond()
        return xi, u

    def beyond(self) -> Exception:
        """What is raised where the state is not found in float64."""
        alpha = (self.spectrum.theta + self.rho) / self.x if self.x else math.inf
        kappa = math.inf if self.kappa is None else self.kappa
        return beyond(
            {"tau": self.tau, "alpha": alpha, "kappa": kappa, "rho": self.rho, "lam": self.lam}
        )


@lru_cache(maxsize=64)
def means(spectrum: Spectrum) -> tuple[Fraction, Fraction]:
    """Means of c and s."""
    return spectrum.theta, spectrum.theta_test


def _given(value: Fraction | None) -> Fraction:
    assert value is not None  # only alpha and kappa may be infinite
    return value


class StateEquations:
    """The equations of the state over a number system, at the precision that is set now."""

    def __init__(self, point: Parameters, system: SpectralSystem) -> None:
        self.point, self.system = point, system
        convert = system.convert
        spectrum = point.spectrum
        self.tau, self.x, self.lam, self.rho, self.rho_test, self.x_test, self.x_seen = map(
            convert,
            (
                point.tau,
                point.x,
                point.lam,
                point.rho,
                point.rho_test,
                point.x_test,
                point.x_seen,
            ),
        )
        self.kappa = None if point.kappa is None else convert(point.kappa)
        self.zero, self.one = convert(Fraction(0)), convert(Fraction(1))
        if spectrum.exponent is None:
            assert not isinstance(spectrum.test, str)
            self.c, self.w, self.s = (
                [convert(number) for number in numbers]
                for numbers in (spectrum.values, spectrum.weights, spectrum.test)
            )
        else:
            self.order = convert(1 / spectrum.exponent)
            self.floor = convert(1 - spectrum.exponent)

    def freedom(self, u: Any) -> Any:
        """D1 = ⟨c/(c + u)⟩."""
        if self.point.spectrum.exponent is not None:
            return self.system.hypergeometric(self.order, -u / self.floor)
        return sum((w * c / (c + u) for c, w in zip(self.c, self.w, strict=True)), self.zero)

    def spread(self, u: Any, freedom: Any) -> Any:
        """V = ⟨c u/(c + u)^2⟩."""
        if self.point.spectrum.exponent is not None:
            # From the differential equation of 2F1(1, b; 1 + b; z), which is of first order.
            return self.order * (freedom - self.floor / (self.floor + u))
        total = self.zero
        for c, w in zip(self.c, self.w, strict=True):
            inverse = 1 / (c + u)
            total = total + w * c * u * inverse * inverse
        return total

    def tasks_residual(self, nu: Any, u: Any, freedom: Any) -> Any:
        """Residual kappa nu/u + D1 - kappa, decreasing in u and increasing in nu."""
        return self.kappa * nu / u + freedom - self.kappa

    def ridge_residual(self, xi: Any, freedom: Any) -> Any:
        """Residual of the ridge equation, decreasing in xi and increasing in D1."""
        return self.tau * self.lam / xi + (self.x + xi * freedom) / (self.x + xi) - self.tau

    def step(self, xi: Any, u: Any) -> tuple[Any, Any]:
        """Newton's steps of log xi and log u."""
        nu = self.x + xi
        freedom = self.freedom(u)
        spread = self.spread(u, freedom)
        if self.kappa is None:
            offset, moved = (nu - u) / u, xi / u
        else:
            slope_u = self.kappa * nu / u + spread
            offset = self.tasks_residual(nu, u, freedom) / slope_u
            moved = self.kappa * xi / u / slope_u
        if self.point.over:
            return self.zero, offset
        share = xi / nu
        slope = self.tau * self.lam / xi + share * (self.x / nu * (1 - freedom) + spread * moved)
        step_xi = (self.ridge_residual(xi, freedom) - spread * share * offset) / slope
        return step_xi, offset + moved * step_xi

    def fields(self, xi: Any, u: Any, *, scale: bool = False) -> dict[str, Any]:
        """All fields at the state; with ``scale`` set, as if tau r were one."""
        nu = self.x + xi
        shrinkage = nu / u
        freedom = self.freedom(u)
        squares = self.squares(u, freedom)
        per = (nu * nu, shrinkage * nu, shrinkage * shrinkage, nu * nu, shrinkage * nu)
        averages = tuple(a / b for a, b in zip(squares, per, strict=True))
        if scale:
            r = 1 / self.tau
        elif self.point.lam == 0:
            r = self.system.convert(max(self.point.tau - 1, Fraction(0)) / self.point.tau)
        else:
            r = self.lam / xi
        inverse = self.zero if self.kappa is None else 1 / self.kappa
        state = (self.tau, self.rho, self.rho_test, self.x, self.x_test, self.x_seen, inverse)
        found = fields(self.point.seen, (*state, freedom / shrinkage, nu, r, xi), averages)
        if self.point.trivial_gap:
            found["gap"] = self.zero
        return found

    def squares(self, u: Any, freedom: Any) -> tuple[Any, ...]:
        """⟨(1 - p)^2⟩, ⟨p (1 - p)⟩, ⟨p^2⟩, ⟨s (1 - p)^2⟩, ⟨s p (1 - p)⟩."""
        if self.point.spectrum.exponent is not None:
            spread = self.spread(u, freedom)
            plain = 1 - freedom - spread, spread, freedom - spread
            if self.point.spectrum.test == "isotropic":
                return (*plain, plain[0], plain[1])
            return (*plain, u * spread, u * plain[2])
        sums = [self.zero] * 5
        for c, w, s in zip(self.c, self.w, self.s, strict=True):
            inverse = 1 / (c + u)
            used, unused = c * inverse, u * inverse
            outer, inner = w * unused * unused, w * used * unused
            for i, term in enumerate((outer, inner, w * used * used, s * outer, s * inner)):
                sums[i] = sums[i] + term
        return tuple(sums)


def sign_of(number: Any) -> int:
    """Sign of a number, 0 of a ball around zero."""
    return int(bool(number > 0)) - int(bool(number < 0))


def threshold_fields(
    point: Parameters,
    found: Mapping[str, Any],
    infinity: Any,
    zero: Any,
    sign: Callable[[Any], int] = sign_of,
) -> dict[str, Any]:
    """Fields at the ridgeless threshold tau = 1, from those with scale one of the variance."""
    numbers = {0.0: zero, math.inf: infinity, -math.inf: -infinity}
    side = threshold_side(point, found["pretraining_variance"] - found["idg"], sign)
    return {
        **found,
        **{name: numbers[value] for name, value in special(point.kappa is None).items()},
        "gap": found["gap"] if side is None else numbers[side],
    }


def threshold_side(point: Parameters, excess: Any, sign: Callable[[Any], int]) -> float | None:
    """What the gap is at the ridgeless threshold: 0 or an infinity, None where it is as it stands.

    Parameters
    ----------
    point
        The point.
    excess
        Difference of the two diverging terms of the gap.
    sign
        Sign of such a number.
    """
    if point.trivial_gap:
        return 0.0
    if point.seen:
        # The two differ by the context's price, which diverges, times a difference of ratios.
        ratio = point.x_seen - point.x
        if point.endless and point.endless_test:
            ratio = point.rho_test - point.rho
        return math.copysign(math.inf, ratio) if ratio else None
    side = sign(excess)
    return math.copysign(math.inf, side) if side else 0.0
