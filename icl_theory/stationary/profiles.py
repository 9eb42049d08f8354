"""How an error moves with one parameter: every minimum and maximum, none missed.

Along the line on which one parameter moves, the error's derivative is a quotient of polynomials in
one variable (``icl_theory.theory.lines``). Its real roots, and the ends of the line, are
isolated with certainty; between them signs are decided at rational points. What comes out is a
proof by computation for the parameters given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import flint
import sympy as sp

from icl_theory.algebra.algebraic import Algebraic, real_roots, samples
from icl_theory.algebra.digits import checked_digits
from icl_theory.algebra.exchange import Portable
from icl_theory.algebra.numbers import to_fmpq
from icl_theory.algebra.precision import precision
from icl_theory.algebra.quotient import Quotient, Quotients
from icl_theory.evaluate.generic import Formulas
from icl_theory.evaluate.parameters import check_length, exact
from icl_theory.theory import errors as formulas
from icl_theory.theory import lines
from icl_theory.theory.fixed_point import x
from icl_theory.theory.spectral import inv_kappa
from icl_theory.theory.symbols import alpha, lam, rho, tau

from .reading import ENDLESS, INFINITE_AT_THRESHOLD, NO_NOISE_LINE, one_of, parameters_beside

#: Errors whose stationary points are found, by the name of the field of a result.
ERRORS = {
    "icl": formulas.e_icl,
    "idg": formulas.e_idg,
    "gap": formulas.gap,
    "bias": formulas.bias,
    "context_variance": formulas.context_variance,
    "pretraining_variance": formulas.pretraining_variance,
    "train": formulas.train,
}
_MOVING = {"tau": tau, "alpha": alpha, "kappa": inv_kappa, "rho": rho, "lam": lam}
#: Functions along a line are quotients of polynomials in its free variable.
_FREE = sp.Symbol("s")
_FUNCTIONS = Quotients((_FREE,))
#: Decimal exponents of the parameters, and digits of their numerators and denominators, with which
#: the roots of a slope are isolated in a second or two. At a ridge its degree is up to 32, else 18.
_LONGEST, _LONGEST_AT_RIDGE = (100, 400), (40, 100)
#: Bits beyond the digits asked for; doubled until these are reached.
_GUARD_BITS = 32
_MAX_BITS = 1 << 20


@dataclass(frozen=True, eq=False)
class StationaryPoint(Portable, kind="stationary-point"):
    """A value of the moving parameter at which the derivative of the error vanishes.

    Attributes
    ----------
    kind
        ``"minimum"``, ``"maximum"`` or ``"inflection"``.
    value, error
        The parameter and the error there, Arb balls with the digits asked for.
    """

    kind: str
    value: flint.arb
    error: flint.arb


@dataclass(frozen=True, eq=False)
class Profile(Portable, kind="profile"):
    """All stationary points of an error as one parameter runs through its domain.

    Attributes
    ----------
    points
        In increasing order of the parameter.
    directions
        Before the first point, between neighbours and after the last: 1 where the error rises with
        the parameter, -1 where it falls, 0 where it is constant.
    """

    points: tuple[StationaryPoint, ...]
    directions: tuple[int, ...]

    @property
    def monotone(self) -> bool:
        """Whether the error never turns: it falls, rises or is constant throughout."""
        return len(set(self.directions)) == 1

    @property
    def minima(self) -> tuple[StationaryPoint, ...]:
        """The minima, in increasing order of the parameter."""
        return tuple(point for point in self.points if point.kind == "minimum")

    @property
    def maxima(self) -> tuple[StationaryPoint, ...]:
        """The maxima, in increasing order of the parameter."""
        return tuple(point for point in self.points if point.kind == "maximum")


def profile(error: str, variable: str, *, digits: int = 16, **parameters: object) -> Profile:
    """Find every stationary point of an error in one parameter, with certainty.

    Parameters
    ----------
    error
        One of `ERRORS`.
    variable
        The parameter that moves: ``tau``, ``alpha``, ``kappa``, ``rho`` or ``lam``. It runs
        through the open domain: (0, oo), except that ridgeless ``tau`` runs through (0, 1).
    digits
        Decimal digits guaranteed of every value.
    **parameters
        The other four parameters; ``lam`` is 0 where it is not given. Strings are exact decimals
        or fractions, floats the binary numbers that they are; ``kappa`` may be ``inf``, and
        ``alpha`` where ``lam`` is not 0.

    Returns
    -------
    Profile

    Raises
    ------
    ValueError
        If a name is unknown, a parameter is missing, superfluous, outside of its domain or, unless
        it is 0 or ``inf``, not between 1e-40 and 1e40 (1e-100 and 1e100 where ``lam`` is 0), or
        longer than 100 digits (400); or if the line is not one on which this is decided: ridgeless
        at tau = 1, where errors are infinite, or where rho moves, or ridgeless, at infinite context
        length.

    Notes
    -----
    Ridgeless above the interpolation threshold every error but the training error falls with tau
    (claim ``data-helps-over``), so the line of tau ends at 1.
    """
    one_of("error", error, ERRORS)
    digits = checked_digits(digits)
    given = parameters_beside(variable, parameters)
    values = {name: exact(name, value) for name, value in given.items()}
    kind = _kind(variable, values)
    size, length = _LONGEST_AT_RIDGE if kind == lines.ON_RIDGE else _LONGEST
    for name, value in given.items():
        check_length(name, value, size, length, "turns to be decided exactly")
    curve = _ErrorCurve(error, variable, kind, values)
    return curve.profile(digits)


def _kind(variable: str, values: Mapping[str, Fraction | float]) -> str:
    if variable == "rho" and values["alpha"] == math.inf:
        raise ValueError(NO_NOISE_LINE)
    if variable == "lam" or values["lam"] > 0:
        return lines.ON_RIDGE
    if values.get("alpha") == math.inf:
        raise ValueError(ENDLESS)
    if variable == "tau":
        return lines.ON_UNDER
    if values["tau"] == 1:
        raise ValueError(INFINITE_AT_THRESHOLD)
    return lines.ON_UNDER if values["tau"] < 1 else lines.ON_OVER


@cache
def _line(variable: str, kind: str) -> tuple[tuple[Any, ...], Formulas]:
    """Symbols that stay on a line, and the program from them to state and parameter."""
    line = lines.line(_MOVING[variable], kind)
    outputs = [line.values.get(symbol, symbol) for symbol in lines.STATE]
    outputs += [line.values[line.parameter], *line.positive]
    used = set().union(*(output.free_symbols for output in outputs))
    staying = [s for s in (tau, rho, x, inv_kappa, lam, alpha) if s in used]
    program = Formulas(())
    program.program("line", outputs, [*staying, line.free])
    return tuple(staying), program


@cache
def _error(name: str) -> Formulas:
    program = Formulas(())
    program.program("error", [ERRORS[name]], lines.STATE)
    return program


class _ErrorCurve:
    """An error and the parameter that moves as functions of the free variable of a line."""

    def __init__(
        self, error: str, variable: str, kind: str, values: Mapping[str, Fraction | float]
    ) -> None:
        staying, program = _line(variable, kind)
        known = {name: v for name, v in values.items() if v != math.inf}
        numbers: dict[Any, flint.fmpq] = {
            symbol: to_fmpq(known[name])
            for name, symbol in _MOVING.items()
            if name in known and name != "kappa"
        }
        if variable != "kappa":
            numbers[inv_kappa] = to_fmpq(1 / known["kappa"]) if "kappa" in known else flint.fmpq(0)
        if "rho" in known:
            noise = 1 + known["rho"]
            numbers[x] = to_fmpq(noise / known["alpha"]) if "alpha" in known else flint.fmpq(0)
        constants = [_FUNCTIONS.number(numbers[symbol]) for symbol in staying]
        outputs = program["line"](None, (), *constants, _FUNCTIONS.generator(_FREE))
        functions = [_function(value) for value in outputs]
        state, rest = functions[: len(lines.STATE)], functions[len(lines.STATE) :]
        self.parameter, self.positive = rest[0], rest[1:]
        if variable == "kappa":
            self.parameter = 1 / self.parameter
        self.error = _function(_error(error)["error"](None, (), *state)[0])
        self.slope = self.error.derivative(_FREE)
        self.pace = self.parameter.derivative(_FREE)

    def profile(self, digits: int) -> Profile:
        """Stationary points and directions along the line."""
        if self.slope.is_zero:
            return Profile((), (0,))
        conditions = [p for f in self.positive for p in (f.over, f.under)]
        poles = [self.error.under, self.parameter.under, self.pace.over]
        slope = _FUNCTIONS.univariate(self.slope.over)
        polynomials = map(_FUNCTIONS.univariate, [*conditions, *poles])
        roots = real_roots([*polynomials, slope])
        cells = samples(roots)
        inside = [all(f.sign(point) > 0 for f in self.positive) for point in cells]
        where = [i for i, value in enumerate(inside) if value]
        if not where or where != list(range(where[0], where[-1] + 1)):
            raise ArithmeticError("the domain of the line is not an interval")
        pace = {self.pace.sign(cells[i]) for i in where}
        if len(pace) != 1:
            raise ArithmeticError("the parameter is not monotone along the line")
        (forward,) = pace
        order = where if forward > 0 else where[::-1]
        signs = [self.slope.sign(cells[i]) * forward for i in order]
        points, directions = [], signs[:1]
        for (i, before), (j, after) in pairwise(zip(order, signs, strict=True)):
            root = roots[min(i, j)]
            if slope % flint.fmpz_poly(list(root.polynomial)) == 0:
                points.append(self._point(root, before, after, digits))
                directions.append(after)
        return Profile(tuple(points), tuple(directions))

    def _point(self, root: Algebraic, before: int, after: int, digits: int) -> StationaryPoint:
        kind = {(-1, 1): "minimum", (1, -1): "maximum"}.get((before, after), "inflection")
        return StationaryPoint(
            kind, _digits(self.parameter, root, digits), _digits(self.error, root, digits)
        )


def _function(value: Quotient | int) -> Quotient:
    return value if isinstance(value, Quotient) else _FUNCTIONS.number(value)


def _digits(function: Quotient, root: Algebraic, digits: int) -> flint.arb:
    """Value of a function at an algebraic number, to a number of decimal digits."""
    needed = math.ceil(digits * math.log2(10)) + 1
    bits = needed + _GUARD_BITS
    while bits <= _MAX_BITS:
        ball = root.ball(bits)
        with precision(bits):
            value = function(ball)
            if value.is_finite() and value.rel_accuracy_bits() >= needed:
                return value
        bits *= 2
    raise ArithmeticError(f"{digits} digits were not reached with {_MAX_BITS} bits")
