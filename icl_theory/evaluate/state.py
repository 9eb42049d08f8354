r"""The fixed point in any number system.

The parameters are rational numbers. From them, one algorithm finds the state (nu, m, xi, r) in
floats, mpmath numbers, Arb balls or number fields, and one program turns the state into errors.

At a ridge lam > 0, xi is found in two stages. `Ridge.start` makes steps of
`icl_theory.symbolic.iteration`, which climb to the root from anywhere. `Ridge.correction` is the
Newton step in log xi, where every term of the ridge residual F is a logistic function or an
exponential, so that \|F''\| <= \|F'\|: each correction is at most about the square of the one before,
and the last one made bounds what is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import sympy as sp

from icl_theory.evaluate.parameters import exact
from icl_theory.evaluate.program import Formulas
from icl_theory.evaluate.result import FIELDS
from icl_theory.symbolic import errors, fixed_point, iteration, ridgeless, spectral, symbols
from icl_theory.symbolic.uniform import solve_linear

#: Quantities behind the fields of the result that are not part of the state, in the order of `fields`.
FORMULAS: dict[str, sp.Expr] = {
    "icl": errors.e_icl,
    "idg": errors.e_idg,
    "gap": errors.gap,
    "noise": errors.noise,
    "bias": errors.bias,
    "context_variance": errors.context_variance,
    "pretraining_variance": errors.pretraining_variance,
    "train": errors.train,
}
#: Those that stay finite at the ridgeless interpolation threshold.
FINITE_AT_THRESHOLD = ("noise", "bias", "context_variance")

#: Bound on the steps of `Ridge.start`.
START_STEPS = 100
#: `Ridge.start` ends with a relative step below this, which leaves about its square.
START_STEP = 1e-7
#: Bits of xi that `Ridge.start` is counted on for.
START_BITS = 44

#: Makes a rational number from numerator and denominator: ``Fraction`` or ``Any``.
Ratio = Callable[[int, int], Any]


#: Exact numbers of a `Regime`, rounded to a number system.
Numbers = tuple[Any, ...]
#: Square root of a number system.
Sqrt = Callable[[Any], Any]


class System(NamedTuple):
    """A number system: how it rounds a rational number, and its square root."""

    convert: Callable[[Any], Any]
    sqrt: Sqrt


class State(NamedTuple):
    """The fixed point: nu = x + xi, m = M(nu), xi, r = lam/xi."""

    nu: Any
    m: Any
    xi: Any
    r: Any


class Point(NamedTuple):
    """Parameters as exact rational numbers; ``kappa`` is None where it is infinite.

    ``x`` is (1 + rho)/alpha, ``inv_kappa`` 1/kappa, ``excess`` 1 - 1/kappa and ``theta``
    min(tau, 1).
    """

    tau: Any
    kappa: Any
    rho: Any
    lam: Any
    x: Any
    inv_kappa: Any
    excess: Any
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
        t, a, k, p, h = (
            None if number == math.inf else ratio(number.numerator, number.denominator)
            for number in (
                exact("tau", tau),
                exact("alpha", alpha),
                exact("kappa", kappa),
                exact("rho", rho),
                exact("lam", lam),
            )
        )
        one = ratio(1, 1)
        # At infinite context length or task diversity these are the limits.
        x = inv_kappa = ratio(0, 1)
        excess = one
        if a is not None:
            (x,) = _derived()["x"](None, (), a, p)
        if k is not None:
            inv_kappa, excess = _derived()["spectrum"](None, (), k)
        return cls(t, k, p, h, x, inv_kappa, excess, t if t < 1 else one)

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
    formulas = Formulas(())
    formulas.program("x", [fixed_point.x], [symbols.alpha, symbols.rho])
    formulas.program("spectrum", [spectral.inv_kappa, spectral.excess], [symbols.kappa])
    return formulas


@cache
def _resolvent() -> Formulas:
    """The positive root m of the resolvent quadratic, in two forms."""
    formulas = Formulas(())
    nu, inv_kappa = symbols.nu, spectral.inv_kappa
    formulas.program("half_trace", [spectral.half_trace], [nu, spectral.excess])
    formulas.program("direct", [spectral.M], [nu, inv_kappa, spectral.half_trace])
    formulas.program("conjugate", [spectral.M_conjugate], [nu, inv_kappa, spectral.half_trace])
    return formulas


def resolvent(sqrt: Sqrt, nu: Any, inv_kappa: Any, half_trace: Any) -> Any:
    """M in the form that does not cancel; both forms are the same number."""
    name = "direct" if half_trace >= 0 else "conjugate"
    return _resolvent()[name](sqrt, (), nu, inv_kappa, half_trace)[0]


class Regime:
    """Programs at a ridge or in the ridgeless limit.

    Parameters
    ----------
    parameters
        Symbols of the exact parameters; their names are the attributes of `Point`.
    """

    def __init__(self, parameters: tuple[sp.Symbol, ...]) -> None:
        self.formulas = Formulas(parameters)
        self.names = ["lam" if s is symbols.lam else s.name for s in parameters]
        state = [symbols.nu, symbols.m, symbols.xi, symbols.r]
        # The subtracted term of the gap tells how much the gap cancels.
        self.formulas.program("fields", [*FORMULAS.values(), errors.gap_relief], state)
        finite = [FORMULAS[name] for name in FINITE_AT_THRESHOLD]
        self.formulas.program("finite_at_threshold", finite, state)

    def numbers(self, point: Point, system: System) -> Numbers:
        """The exact numbers that the programs read, each rounded once."""
        exact_numbers = self.formulas.exact_numbers(tuple(getattr(point, n) for n in self.names))
        return tuple(map(system.convert, exact_numbers))


class Ridgeless(Regime):
    """The limit lam -> 0, where the state is in closed form."""

    def __init__(self) -> None:
        super().__init__((symbols.tau, symbols.rho, fixed_point.x, spectral.inv_kappa))
        self.formulas.program("under", [ridgeless.xi_under], [symbols.m])
        self.formulas.program("over", [ridgeless.r_over])

    def state(self, point: Point, numbers: Numbers, system: System) -> State:
        """The state, from M_{kappa/theta}(x) with theta = min(tau, 1)."""
        x, theta = system.convert(point.x), point.theta
        inv_kappa, excess = point.inv_kappa, point.excess
        if point.kappa is not None and theta != 1:
            inv_kappa, excess = _derived()["spectrum"](None, (), point.kappa / theta)
        (half_trace,) = _resolvent()["half_trace"](None, (), point.x, excess)
        m = system.convert(theta) * resolvent(
            system.sqrt, x, system.convert(inv_kappa), system.convert(half_trace)
        )
        zero = system.convert(point.lam)
        if point.tau < 1:
            (xi,) = self.formulas["under"](system.sqrt, numbers, m)
            return State(x + xi, m, xi, zero)
        (r,) = self.formulas["over"](system.sqrt, numbers)
        return State(x, m, zero, r)


class Ridge(Regime):
    """lam > 0. With infinite kappa the program that would read it is left out."""

    def __init__(self, finite_kappa: bool) -> None:
        given = (symbols.tau, symbols.rho, symbols.lam, fixed_point.x, spectral.inv_kappa)
        given += (spectral.excess, *((symbols.kappa,) if finite_kappa else ()))
        super().__init__(given)
        self._finite_kappa = finite_kappa
        self._x, self._inv_kappa = map(given.index, (fixed_point.x, spectral.inv_kappa))
        add = self.formulas.program
        xi, nu, m, r = symbols.xi, symbols.nu, symbols.m, symbols.r
        state = [nu, m, xi, r]

        mass, offset = iteration.ridgeless_mass, iteration.start_offset
        add("lower", [fixed_point.xi_lower])
        add("start_offset", [offset], [*state, mass])
        add("start", [iteration.start], [*state, mass, offset])
        add("start_conjugate", [iteration.start_conjugate], [*state, mass, offset])

        nu_of_xi = solve_linear(fixed_point.argument_residual.definition, nu)
        r_of_xi = solve_linear(fixed_point.penalty_residual.definition, r)
        half_trace = spectral.half_trace.definition.xreplace({nu: nu_of_xi})
        add("argument", [nu_of_xi, half_trace, r_of_xi], [xi])
        add("weights", [spectral.t, fixed_point.x + spectral.t**2], [m])

        residuals = [fixed_point.ridge_residual, fixed_point.ridge_residual_sum]
        residuals += [fixed_point.ridge_residual_tasks] if finite_kappa else []
        for residual in residuals:
            at = [*state, spectral.t]
            add(f"{residual}_correction", [residual / fixed_point.ridge_log_slope], at)
            add(str(residual), [residual], at)
        at = [*state, iteration.residual]
        add("step_linear", [iteration.step_linear], at)
        add("step", [iteration.step], [*at, iteration.step_linear])
        add("step_conjugate", [iteration.step_conjugate], [*at, iteration.step_linear])

    def state(self, numbers: Numbers, sqrt: Sqrt, xi: Any) -> State:
        """The state that belongs to a value of xi."""
        nu, half_trace, r = self.formulas["argument"](sqrt, numbers, xi)
        return State(nu, resolvent(sqrt, nu, numbers[self._inv_kappa], half_trace), xi, r)

    def _residual(self, numbers: Numbers, sqrt: Sqrt, state: State, kind: str = "") -> Any:
        """Ridge residual, in the form that is well conditioned at the state."""
        t, weight = self.formulas["weights"](sqrt, numbers, state.m)
        if state.xi <= weight:
            name = "ridge_residual"
        elif 2 * t > 1 or not self._finite_kappa:
            name = "ridge_residual_sum"
        else:
            name = "ridge_residual_tasks"
        return self.formulas[name + kind](sqrt, numbers, *state, t)[0]

    def correction(self, numbers: Numbers, sqrt: Sqrt, xi: Any) -> Any:
        """Newton step in log xi."""
        return self._residual(numbers, sqrt, self.state(numbers, sqrt, xi), "_correction")

    def start(self, numbers: Numbers, sqrt: Sqrt, ridgeless: State, theta: Any) -> Any:
        """Xi to about `START_BITS` bits.

        Parameters
        ----------
        numbers, sqrt
            The number system, which has at least the precision of float64.
        ridgeless
            State of the same parameters at lam = 0.
        theta
            min(tau, 1).
        """
        run = self.formulas
        if numbers[self._x]:
            (offset,) = run["start_offset"](sqrt, numbers, *ridgeless, theta)
            name = "start" if offset >= 0 else "start_conjugate"
            (xi,) = run[name](sqrt, numbers, *ridgeless, theta, offset)
        else:
            # The ridgeless state may be singular; the lower bound is then lam.
            (xi,) = run["lower"](sqrt, numbers)
        for _ in range(START_STEPS):
            state = self.state(numbers, sqrt, xi)
            residual = self._residual(numbers, sqrt, state)
            (linear,) = run["step_linear"](sqrt, numbers, *state, residual)
            name = "step" if linear >= 0 else "step_conjugate"
            (step,) = run[name](sqrt, numbers, *state, residual, linear)
            xi = xi * (1 + step)
            if abs(step) < START_STEP:
                return xi
        raise ArithmeticError(f"xi did not settle in {START_STEPS} steps, last at {xi}")


ridge = cache(Ridge)
ridgeless_regime = cache(Ridgeless)


def to_float(value: Any) -> float:
    """Nearest float64 of a rational number; inf or 0 beyond its range."""
    try:
        return int(value.numerator) / int(value.denominator)
    except OverflowError:
        return math.inf


FLOAT = System(to_float, math.sqrt)
#: Powers of two within which floats neither overflow nor underflow in `Ridge.start`.
_FLOAT_RANGE = (2.0**-160, 2.0**160)


def start_in_float(point: Point) -> float | None:
    """Start of xi in float64, None where float64 might overflow or underflow."""
    low, high = _FLOAT_RANGE
    given = (point.tau, point.lam, point.x, point.inv_kappa)
    if not all(value == 0 or low < value < high for value in map(to_float, given)):
        return None
    programs = ridge(point.kappa is not None)
    return start(point, FLOAT, programs.numbers(point, FLOAT))


def start(point: Point, system: System, numbers: Numbers) -> Any:
    """Xi to about `START_BITS` bits, in a number system."""
    below = ridgeless_regime()
    ridgeless_state = below.state(point, below.numbers(point, system), system) if point.x else None
    theta = system.convert(point.theta)
    return ridge(point.kappa is not None).start(numbers, system.sqrt, ridgeless_state, theta)


def limiting_values(point: Point) -> dict[str, Fraction | float] | None:
    """All fields where the formulas do not hold as they stand: ridgeless with infinite context.

    Returns
    -------
    dict or None
        Rational numbers and infinities; None where the formulas hold.
    """
    if not point.ridgeless or point.x:
        return None
    from icl_theory.evaluate.infinite_context import limit_values

    kappa = math.inf if point.kappa is None else to_fraction(point.kappa)
    limits = limit_values(to_fraction(point.tau), kappa, to_fraction(point.rho))
    if limits is None:
        return None
    return {
        name: Fraction(int(value.p), int(value.q)) if value.is_Rational else float(value)
        for name, value in limits.items()
    }


def values_at(
    point: Point, programs: Regime, numbers: Numbers, system: System, state: State
) -> tuple[dict[str, Any], Any]:
    """All fields at a state, and the term that is subtracted in the gap.

    At the ridgeless interpolation threshold infinite fields are the float ``inf``.
    """
    fixed = {"xi": state.xi, "m": state.m}
    if point.at_threshold:
        finite = programs.formulas["finite_at_threshold"](system.sqrt, numbers, *state)
        zero = system.convert(point.lam)
        values = dict.fromkeys(FIELDS, math.inf) | {"train": zero} | fixed
        if point.kappa is None:
            values["gap"] = zero
        return values | dict(zip(FINITE_AT_THRESHOLD, finite, strict=True)), zero
    *fields, relief = programs.formulas["fields"](system.sqrt, numbers, *state)
    return dict(zip(FORMULAS, fields, strict=True)) | fixed, relief


def to_fraction(value: Any) -> Fraction:
    """The same rational number as a `Fraction`."""
    return Fraction(int(value.numerator), int(value.denominator))
