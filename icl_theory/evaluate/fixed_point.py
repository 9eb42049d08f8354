"""The fixed point in any number system.

The parameters are rational numbers. From them, one algorithm finds the state (nu, m, xi, r) in
floats, mpmath numbers, Arb balls or number fields, and one program turns the state into errors.

At a ridge lam > 0, xi is found in two stages. `Ridge.start` makes steps of
`icl_theory.evaluate.algorithm`, which climb to the root from its lower bound. `Ridge.correction` is
the Newton step in log xi: each is at most about the square of the one before, and the last one made
bounds what is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import sympy as sp

from icl_theory.algebra.numbers import to_fraction
from icl_theory.evaluate.algorithm import (
    RidgeIteration,
    branch_polynomials,
    ridge_state,
    ridgeless_state,
)
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.infinite_context import limit_values
from icl_theory.evaluate.parameters import exact_ratio
from icl_theory.theory import fixed_point, iteration, spectral, symbols
from icl_theory.theory.fields import Field, table

#: Bound on the steps of `Ridge.start`.
START_STEPS = 100
#: `Ridge.start` ends with a relative step below this, which leaves about its square.
START_STEP = 1e-7
#: Bits of xi that `Ridge.start` is counted on for.
START_BITS = 46

#: Makes a rational number from numerator and denominator: ``Fraction`` or ``flint.fmpq``.
MakeRatio = Callable[[int, int], Any]
#: Exact numbers of the programs, rounded to a number system.
Numbers = tuple[Any, ...]
#: Square root of a number system.
Sqrt = Callable[[Any], Any]


class System(NamedTuple):
    """A number system: how it rounds a rational number, its square root and its infinity."""

    convert: Callable[[Any], Any]
    sqrt: Sqrt
    infinity: Any


class Point(NamedTuple):
    """Parameters as exact rational numbers; ``kappa`` is None where it is infinite.

    ``x`` is (1 + rho)/alpha, ``inv_kappa`` 1/kappa and ``theta`` min(tau, 1).
    """

    tau: Any
    kappa: Any
    rho: Any
    lam: Any
    x: Any
    inv_kappa: Any
    theta: Any

    @classmethod
    def read(
        cls, ratio: MakeRatio, tau: object, alpha: object, kappa: object, rho: object, lam: object
    ) -> Point:
        """Read the parameters in their exact meaning, as rational numbers made by ``ratio``.

        Raises
        ------
        ValueError
            If one is outside of its domain.
        TypeError
            If one is not a number or a string.
        """
        given = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
        value: dict[str, Any] = {}
        for name, number in given.items():
            pair = exact_ratio(name, number)
            value[name] = None if pair is None else ratio(*pair)
        one = ratio(1, 1)
        # At infinite context length or task diversity these are the limits.
        x = inv_kappa = ratio(0, 1)
        if value["alpha"] is not None:
            (x,) = _derived()["x"](None, (), value["alpha"], value["rho"])
        if value["kappa"] is not None:
            (inv_kappa,) = _derived()["inv_kappa"](None, (), value["kappa"])
        theta = value["tau"] if value["tau"] < one else one
        return cls(value["tau"], value["kappa"], value["rho"], value["lam"], x, inv_kappa, theta)

    @property
    def ridgeless(self) -> bool:
        """Whether the ridgeless limit is asked for."""
        return not self.lam

    @property
    def at_threshold(self) -> bool:
        """Whether this is the ridgeless interpolation threshold, where errors are infinite."""
        return not self.lam and bool(self.tau == 1)


@cache
def _derived() -> Formulas:
    """Numbers derived from the parameters, in rational arithmetic."""
    formulas = Formulas(())
    kappa, mass = symbols.kappa, iteration.ceiling
    formulas.program("x", [fixed_point.x], [symbols.alpha, symbols.rho])
    formulas.program("inv_kappa", [spectral.inv_kappa], [kappa])
    formulas.program("excess", [spectral.excess], [kappa])
    scaled = [iteration.inv_kappa_ridgeless, iteration.excess_ridgeless]
    formulas.program("ridgeless", scaled, [kappa, mass])
    return formulas


class FieldValues(NamedTuple):
    """What the programs for the fields return.

    Attributes
    ----------
    fields
        In the order of the table.
    subtracted
        For each field what is subtracted in it, 0 where nothing is: what it may lose digits to.
    """

    fields: list[Any]
    subtracted: list[Any]


def outputs(fields: Sequence[Field]) -> list[sp.Expr]:
    """Formulas of the fields, then those of the terms that are subtracted in some of them."""
    return [f.formula for f in fields] + [
        sp.Add(*f.subtracted_terms) for f in fields if f.subtracted_terms
    ]


def sorted_out(fields: Sequence[Field], values: Sequence[Any]) -> FieldValues:
    """Values of `outputs`, taken apart."""
    rest = iter(values[len(fields) :])
    subtracted = [next(rest) if field.subtracted_terms else 0 for field in fields]
    return FieldValues(list(values[: len(fields)]), subtracted)


class Ridgeless:
    """The limit lam -> 0, where the state is in closed form."""

    def __init__(self, fields: tuple[Field, ...]) -> None:
        self.fields = fields
        inv_kappa, excess = iteration.inv_kappa_ridgeless, iteration.excess_ridgeless
        self.formulas = Formulas(
            (
                *(symbols.tau, symbols.rho, fixed_point.x, spectral.inv_kappa),
                *(iteration.ceiling, inv_kappa, excess),
            )
        )
        state = ridgeless_state()
        self.formulas.program("fields", outputs(fields), [], state)
        regular = [f.formula for f in fields if f.at_threshold(False) is None]
        self.formulas.program("threshold", regular, [], state)

    def exact(self, point: Point) -> Numbers:
        """Exact numbers of the programs at a point."""
        # At infinite kappa these are 1/kappa = 0 and 1 - 1/kappa = 1.
        inv_kappa, excess = point.inv_kappa, point.theta / point.theta
        if point.kappa is not None:
            inv_kappa, excess = _derived()["ridgeless"](None, (), point.kappa, point.theta)
        return self.formulas.exact_numbers(
            (point.tau, point.rho, point.x, point.inv_kappa, point.theta, inv_kappa, excess)
        )

    def values(self, point: Point, exact: Numbers, system: System) -> FieldValues:
        """All fields, at infinite context and at the interpolation threshold too."""
        infinities, ratio = {sp.oo: system.infinity, -sp.oo: -system.infinity}, type(point.tau)

        def number(value: sp.Expr) -> Any:
            if value in infinities:
                return infinities[value]
            return system.convert(ratio(int(value.p), int(value.q)))

        limits = None if point.x else self._at_infinite_context(point)
        if limits is not None:
            return FieldValues([number(value) for value in limits], [0] * len(limits))
        numbers = tuple(map(system.convert, exact))
        if not point.at_threshold:
            return sorted_out(self.fields, self.formulas["fields"](system.sqrt, numbers))
        regular = iter(self.formulas["threshold"](system.sqrt, numbers))
        special = [field.at_threshold(point.kappa is None) for field in self.fields]
        values = [next(regular) if value is None else number(value) for value in special]
        return FieldValues(values, [0] * len(values))

    @staticmethod
    def _at_infinite_context(point: Point) -> list[sp.Expr] | None:
        kappa = math.inf if point.kappa is None else to_fraction(point.kappa)
        limits = limit_values(to_fraction(point.tau), kappa, to_fraction(point.rho))
        return None if limits is None else list(limits.values())


class Ridge:
    """lam > 0. With infinite kappa the form of the residual that would read it is left out."""

    def __init__(self, fields: tuple[Field, ...], finite_kappa: bool) -> None:
        self.fields = fields
        given: tuple[sp.Symbol, ...] = (symbols.tau, symbols.rho, symbols.lam, fixed_point.x)
        given += (spectral.inv_kappa, spectral.excess)
        given += (symbols.kappa,) if finite_kappa else ()
        self.formulas = Formulas(given)
        state = RidgeIteration.step_state(finite_kappa)
        self.formulas.program("correction", [RidgeIteration.correction()], [symbols.xi], state)
        self.formulas.program("step", [RidgeIteration.change], [symbols.xi], state)
        self.formulas.program("fields", outputs(fields), [symbols.xi], ridge_state())
        numerator, quartic = branch_polynomials()
        low, high = RidgeIteration.low, RidgeIteration.high
        at_low, at_high = ({symbols.xi: point} for point in (low, high))
        signs = [numerator.xreplace(at_high), quartic.xreplace(at_low), quartic.xreplace(at_high)]
        self.formulas.program("signs", signs, [low, high])
        newton = quartic / sp.diff(quartic, symbols.xi)
        self.formulas.program("quartic_step", [newton], [symbols.xi])

    def exact(self, point: Point) -> Numbers:
        """Exact numbers of the programs at a point."""
        some = (point.tau, point.rho, point.lam, point.x, point.inv_kappa)
        if point.kappa is None:
            return self.formulas.exact_numbers((*some, point.tau / point.tau))
        (excess,) = _derived()["excess"](None, (), point.kappa)
        return self.formulas.exact_numbers((*some, excess, point.kappa))

    def correction(self, numbers: Numbers, sqrt: Sqrt, xi: Any) -> Any:
        """Newton step in log xi."""
        return self.formulas["correction"](sqrt, numbers, xi)[0]

    def step(self, numbers: Numbers, sqrt: Sqrt, xi: Any) -> Any:
        """Relative step towards xi from any distance, of `icl_theory.theory.iteration`."""
        return self.formulas["step"](sqrt, numbers, xi)[0]

    def values(self, numbers: Numbers, sqrt: Sqrt, xi: Any) -> FieldValues:
        """All fields."""
        return sorted_out(self.fields, self.formulas["fields"](sqrt, numbers, xi))

    def start(self, numbers: Numbers, sqrt: Sqrt) -> Any:
        """Xi to about `START_BITS` bits, in a number system no coarser than float64."""
        tau, _, lam, x = numbers[:4]
        (xi,) = _lower_bound()["xi"](sqrt, (), tau, lam, x)
        step_from = self.formulas["step"]
        for _ in range(START_STEPS):
            (step,) = step_from(sqrt, numbers, xi)
            xi = xi * (1 + step)
            if abs(step) < START_STEP:
                return xi
        raise ArithmeticError(f"xi did not settle in {START_STEPS} steps, last at {xi}")

    def start_in_float(self, exact: Numbers) -> float | None:
        """The start in float64, None where it might overflow or underflow."""
        try:
            numbers = tuple(map(float, exact))
        except OverflowError:
            return None
        low, high = _FLOAT_RANGE
        if all(
            low < abs(value) < high for value, given in zip(numbers, exact, strict=True) if given
        ):
            return float(self.start(numbers, math.sqrt))
        return None


@cache
def _lower_bound() -> Formulas:
    """Lower bound of xi. Sums of parameters are rounded here: it only is where the steps start."""
    formulas = Formulas(())
    low = RidgeIteration.low
    given = [symbols.tau, symbols.lam, fixed_point.x]
    formulas.program("xi", [low], given, {low: RidgeIteration.bracket()["low"]})
    return formulas


_ridge, _ridgeless = cache(Ridge), cache(Ridgeless)


def ridge(finite_kappa: bool) -> Ridge:
    """Programs for lam > 0 and the fields of the table as it is."""
    return _ridge(table(), finite_kappa)


def ridgeless() -> Ridgeless:
    """Programs for lam = 0 and the fields of the table as it is."""
    return _ridgeless(table())


#: Powers of two between which floats neither overflow nor underflow in `Ridge.start`.
_FLOAT_RANGE = (2.0**-200, 2.0**200)
