r"""The fixed point in any number system.

The parameters are rational numbers. From them, one algorithm finds the state (nu, m, xi, r) in
floats, mpmath numbers, Arb balls or number fields, and one program turns the state into errors.

At a ridge lam > 0, xi is found in two stages. `Ridge.start` makes steps of
`icl_theory.theory.iteration`, which climb to the root from its lower bound. `Ridge.correction` is
the Newton step in log xi, where every term of the ridge residual F is a logistic function or an
exponential, so that \|F''\| <= \|F'\|: each correction is at most about the square of the one
before, and the last one made bounds what is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.evaluate.parameters import exact_ratio
from icl_theory.evaluate.program import Formulas
from icl_theory.evaluate.result import FIELDS
from icl_theory.theory import errors, fixed_point, iteration, spectral, symbols
from icl_theory.theory.uniformisation import solve_linear

#: Formula of each field of the result.
FORMULAS = errors.FIELDS
#: Those that stay finite at the ridgeless interpolation threshold.
FINITE_AT_THRESHOLD = ("noise", "bias", "context_variance")

#: Bound on the steps of `Ridge.start`.
START_STEPS = 100
#: `Ridge.start` ends with a relative step below this, which leaves about its square.
START_STEP = 1e-7
#: Bits of xi that `Ridge.start` is counted on for.
START_BITS = 46

#: Makes a rational number from numerator and denominator: ``Fraction`` or ``Any``.
Ratio = Callable[[int, int], Any]


#: Exact numbers of a `Regime`, rounded to a number system.
Numbers = tuple[Any, ...]
#: Square root of a number system.
Sqrt = Callable[[Any], Any]


class System(NamedTuple):
    """A number system: how it rounds a rational number, its square root and its infinity."""

    convert: Callable[[Any], Any]
    sqrt: Sqrt
    infinity: Any


_NU = solve_linear(fixed_point.argument_residual.definition, symbols.nu)


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
        cls, ratio: Ratio, tau: object, alpha: object, kappa: object, rho: object, lam: object
    ) -> Point:
        """Read the parameters in their exact meaning, as rational numbers made by ``ratio``.

        Raises
        ------
        ValueError
            If one is outside of its domain.
        TypeError
            If one is not a number or a string.
        """
        pairs = (
            exact_ratio("tau", tau),
            exact_ratio("alpha", alpha),
            exact_ratio("kappa", kappa),
            exact_ratio("rho", rho),
            exact_ratio("lam", lam),
        )
        values: list[Any] = [None if pair is None else ratio(*pair) for pair in pairs]
        t, a, k, p, h = values
        one = ratio(1, 1)
        # At infinite context length or task diversity these are the limits.
        x = inv_kappa = ratio(0, 1)
        if a is not None:
            (x,) = _derived()["x"](None, (), a, p)
        if k is not None:
            (inv_kappa,) = _derived()["inv_kappa"](None, (), k)
        return cls(t, k, p, h, x, inv_kappa, t if t < one else one)

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


#: Outputs of the programs for the fields; the last one is the term subtracted in the gap.
OUTPUTS = [FORMULAS[name] for name in FIELDS] + [errors.gap_relief]


class Ridgeless:
    """The limit lam -> 0, where the state is in closed form: m = theta M_{kappa/theta}(x)."""

    def __init__(self) -> None:
        mass, inv_kappa = iteration.ceiling, iteration.inv_kappa_ridgeless
        excess, x = iteration.excess_ridgeless, fixed_point.x
        self.formulas = Formulas(
            (symbols.tau, symbols.rho, x, spectral.inv_kappa, mass, inv_kappa, excess)
        )
        half_trace, root = sp.symbols("half_trace_ridgeless discriminant_root_ridgeless")
        at = {symbols.nu: x, spectral.inv_kappa: inv_kappa, spectral.excess: excess}
        at |= {spectral.half_trace: half_trace}
        resolvent = [
            (mass * form.definition.xreplace({**at, spectral.discriminant_root: root}), condition)
            for form, condition in (
                (spectral.M, half_trace >= 0),
                (spectral.M_conjugate, True),
            )
        ]
        state = {
            half_trace: spectral.half_trace.definition.xreplace(at),
            root: spectral.discriminant_root.definition.xreplace(at),
            symbols.m: sp.Piecewise(*resolvent, evaluate=False),
            symbols.nu: _NU,
        }
        state |= {symbols.xi: iteration.xi_ridgeless, symbols.r: iteration.r_ridgeless}
        self.formulas.program("fields", OUTPUTS, [], state)
        finite = [FORMULAS[name] for name in FINITE_AT_THRESHOLD]
        self.formulas.program("threshold", [*finite, symbols.m], [], state)

    def exact(self, point: Point) -> Numbers:
        """Exact numbers of the programs at a point."""
        # At infinite kappa these are 1/kappa = 0 and 1 - 1/kappa = 1.
        inv_kappa, excess = point.inv_kappa, point.theta / point.theta
        if point.kappa is not None:
            inv_kappa, excess = _derived()["ridgeless"](None, (), point.kappa, point.theta)
        return self.formulas.exact_numbers(
            (point.tau, point.rho, point.x, point.inv_kappa, point.theta, inv_kappa, excess)
        )

    def values(self, point: Point, exact: Numbers, system: System) -> list[Any]:
        """All fields in the order of `FIELDS`, and the term that is subtracted in the gap."""
        numbers = tuple(map(system.convert, exact))
        if not point.at_threshold:
            return list(self.formulas["fields"](system.sqrt, numbers))
        *finite, m = self.formulas["threshold"](system.sqrt, numbers)
        zero = system.convert(point.lam)
        values = dict.fromkeys(FIELDS, system.infinity) | {"train": zero, "xi": zero, "m": m}
        if point.kappa is None:
            values["gap"] = zero
        values |= dict(zip(FINITE_AT_THRESHOLD, finite, strict=True))
        return [*(values[name] for name in FIELDS), zero]


class Ridge:
    """lam > 0. With infinite kappa the form of the residual that would read it is left out."""

    def __init__(self, finite_kappa: bool) -> None:
        given: tuple[sp.Symbol, ...] = (symbols.tau, symbols.rho, symbols.lam, fixed_point.x)
        given += (spectral.inv_kappa, spectral.excess)
        given += (symbols.kappa,) if finite_kappa else ()
        self.formulas = Formulas(given)
        state = {
            symbols.nu: _NU,
            symbols.m: _either(spectral.half_trace, spectral.M, spectral.M_conjugate),
            symbols.r: solve_linear(fixed_point.penalty_residual.definition, symbols.r),
        }
        residual = [
            (fixed_point.ridge_residual, fixed_point.x + spectral.t**2 >= symbols.xi),
            (fixed_point.ridge_residual_sum, spectral.t > sp.Rational(1, 2)),
            (fixed_point.ridge_residual_tasks, True),
        ]
        if not finite_kappa:
            # t = 1 at infinite kappa.
            residual[1:] = [(fixed_point.ridge_residual_sum, True)]
        found = state | {iteration.residual: sp.Piecewise(*residual, evaluate=False)}
        correction = iteration.residual / fixed_point.ridge_log_slope
        self.formulas.program("correction", [correction], [symbols.xi], found)

        step = sp.Symbol("step_chosen")
        found[step] = _either(iteration.step_linear, iteration.step, iteration.step_conjugate)
        self.formulas.program("step", [step], [symbols.xi], found)
        self.formulas.program("fields", OUTPUTS, [symbols.xi], state)
        numerator, quartic = branch_polynomials()
        low, high = sp.symbols("low high")
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

    def values(self, numbers: Numbers, sqrt: Sqrt, xi: Any) -> list[Any]:
        """All fields, and the term that is subtracted in the gap."""
        return list(self.formulas["fields"](sqrt, numbers, xi))

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
def branch_polynomials() -> tuple[sp.Expr, sp.Expr]:
    """N and Q of ``icl_theory.evaluate.branch``: m xi^2, and the quartic divided by kappa."""
    kappa, xi = symbols.kappa, symbols.xi
    residual = unfold(fixed_point.ridge_residual).xreplace(
        {symbols.r: solve_linear(fixed_point.penalty_residual.definition, symbols.r)}
    )
    numerator = sp.collect(sp.cancel(solve_linear(residual, symbols.m) * xi**2), xi)
    # The quartic is linear in kappa: division by kappa leaves a polynomial in 1/kappa.
    quartic = unfold(fixed_point.quartic, keep={fixed_point.x})
    at_zero = quartic.xreplace({kappa: sp.Integer(0)})
    return numerator, sp.diff(quartic, kappa) + spectral.inv_kappa * at_zero


@cache
def _lower_bound() -> Formulas:
    """Lower bound of xi. Sums of parameters are rounded here: it only is where the steps start."""
    formulas = Formulas(())
    bound = sp.Symbol("bound")
    low = _either(iteration.lower_linear, fixed_point.xi_lower, iteration.xi_lower_conjugate)
    given = [symbols.tau, symbols.lam, fixed_point.x]
    formulas.program("xi", [bound], given, {bound: low})
    return formulas


ridge = cache(Ridge)
ridgeless_regime = cache(Ridgeless)

#: Powers of two between which floats neither overflow nor underflow in `Ridge.start`.
_FLOAT_RANGE = (2.0**-200, 2.0**200)


def _either(test: sp.Expr, form: sp.Expr, conjugate: sp.Expr) -> sp.Piecewise:
    """Of two forms of one number the one that does not cancel."""
    return sp.Piecewise((form, test >= 0), (conjugate, True), evaluate=False)


def limiting_values(point: Point) -> list[Fraction | float] | None:
    """All fields where the formulas do not hold as they stand: ridgeless with infinite context.

    Returns
    -------
    list or None
        Rational numbers and infinities in the order of `FIELDS`; None where the formulas hold.
    """
    if not point.ridgeless or point.x:
        return None
    from icl_theory.evaluate.infinite_context import limit_values

    kappa = math.inf if point.kappa is None else to_fraction(point.kappa)
    limits = limit_values(to_fraction(point.tau), kappa, to_fraction(point.rho))
    if limits is None:
        return None
    return [
        Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)
        for value in (limits[name] for name in FIELDS)
    ]


def to_fraction(value: Any) -> Fraction:
    """The same rational number as a `Fraction`."""
    return Fraction(int(value.numerator), int(value.denominator))


GAP = FIELDS.index("gap")
