"""The context length that minimises a ridgeless error, in float64 over whole arrays.

With the leverage u of a task as coordinate, the stationary points are where the curve rho_star(u)
of ``icl_theory.theory.stationary`` meets the label noise. The curve is monotone, or, above the
interpolation threshold with few tasks, climbs to one maximum and falls (claims
``context-minimum-icl-under``, ``context-minimum-idg-under``, ``context-minimum-icl-over`` and
``context-fold``), so each branch meets a value once, and bisection and Newton's iteration find it.

The coordinate is v > 0, u = (end of the line) v/(1 + v), and differences such as kappa - tau are
parameters of their own: in these terms the coefficients of the curve have one sign wherever it is
monotone, and nothing cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from icl_theory.algebra.decide import canonical, fraction_field
from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import Floats
from icl_theory.theory import stationary as curves
from icl_theory.theory.symbols import kappa, rho, tau

from .reading import INFINITE_AT_THRESHOLD, arrays, one_of

_v, _a, _b = sp.symbols("v a b", positive=True)
#: log v is searched in this interval; at its ends alpha is beyond 1e150 from 1.
_REACH = 350.0
#: Bisections, after which Newton's iteration starts from within 1e-4 of the root in log v.
_BISECTIONS = 23
#: Newton steps: the error squares, 1e-4, 1e-8, 1e-16, and one more.
_NEWTON_STEPS = 4


@dataclass(frozen=True)
class _Side:
    """One order of the parameters: substitution by positive ones, and their values."""

    point: dict[sp.Symbol, sp.Expr]
    values: Callable[[Floats, Floats], tuple[Floats, Floats]]


_share = _v / (1 + _v)
_BRANCHES = {
    # tau < 1, kappa <= tau
    ("under", "few"): _Side(
        {kappa: _a / (1 + _a + _b), tau: (_a + _b) / (1 + _a + _b), curves.u: _share},
        lambda t, k: (k / (1 - t), (t - k) / (1 - t)),
    ),
    # tau < 1, kappa > tau
    ("under", "many"): _Side(
        {
            kappa: _b / (1 + _b) + _a,
            tau: _b / (1 + _b),
            curves.u: _share * _b / (1 + _b) / (_b / (1 + _b) + _a),
        },
        lambda t, k: (k - t, t / (1 - t)),
    ),
    # tau > 1, kappa < 1
    ("over", "few"): _Side(
        {kappa: _a / (1 + _a), tau: 1 + _b, curves.u: _share},
        lambda t, k: (k / (1 - k), t - 1),
    ),
    # tau > 1, kappa >= 1
    ("over", "many"): _Side(
        {kappa: 1 + _a, tau: 1 + _b, curves.u: _share / (1 + _a)},
        lambda t, k: (k - 1, t - 1),
    ),
}
_CURVES = {
    ("icl", "under"): curves.rho_star_icl_under,
    ("idg", "under"): curves.rho_star_idg_under,
    ("icl", "over"): curves.rho_star_icl_over,
}
_CONTEXTS = {"under": curves.context_under, "over": curves.context_over}
_EDGES = {
    ("icl", "under", "many"): curves.rho_edge_icl_under,
    ("idg", "under", "few"): curves.rho_edge_idg_few,
    ("idg", "under", "many"): curves.rho_edge_idg_many,
    ("icl", "over", "many"): curves.rho_edge_icl_over,
}


class ContextTurns(NamedTuple):
    """Where a ridgeless error turns in the context length: arrays of one shape.

    Attributes
    ----------
    minimum, maximum
        Context lengths of the interior minimum and maximum; NaN where there is none.
    direction
        -1 where the error falls with the context length throughout, 1 where it rises throughout, 0
        where it turns.
    """

    minimum: Floats
    maximum: Floats
    direction: np.ndarray[Any, np.dtype[np.int8]]


def ridgeless_turns(error: str, tau: Any, kappa: Any, rho: Any) -> ContextTurns:
    """Minimum and maximum of a ridgeless error in the context length.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    tau, kappa, rho
        Numbers or arrays that broadcast; ``tau`` > 0 and not 1, ``kappa`` > 0 or ``inf``, ``rho``
        >= 0.

    Returns
    -------
    ContextTurns
        Arrays of the broadcast shape.

    Raises
    ------
    ValueError
        If a parameter is outside of its domain, or ``tau`` is 1, or they are so far apart that
        float64 does not hold the curve.
    """
    shape, point = _read(error, tau=tau, kappa=kappa, rho=rho)
    with _in_float64(point):
        minimum, maximum, direction = _ridgeless_turns(error, point)
    return ContextTurns(minimum.reshape(shape), maximum.reshape(shape), direction.reshape(shape))


def _ridgeless_turns(error: str, point: dict[str, Floats]) -> tuple[Floats, Floats, Any]:
    t, k, noise = point["tau"], point["kappa"], point["rho"]
    minimum, maximum = np.full(t.shape, np.nan), np.full(t.shape, np.nan)
    direction = np.full(t.shape, -1, dtype=np.int8)
    for side in ("under", "over"):
        if (error, side) not in _CURVES:
            continue  # claim context-idg-over: it falls at every label noise
        end = np.minimum(t, 1.0)
        on_side = ((t < 1) if side == "under" else (t > 1)) & np.isfinite(k)
        few = (k <= end) if side == "under" else (k < end)
        for order, chosen in (("few", on_side & few), ("many", on_side & ~few)):
            if chosen.any():
                with np.errstate(over="ignore", invalid="ignore"):
                    found = _turns(error, side, order, t[chosen], k[chosen], noise[chosen])
                minimum[chosen], maximum[chosen], direction[chosen] = found
    return minimum, maximum, direction


def noise_edge(error: str, tau: Any, kappa: Any) -> tuple[Floats, Floats]:
    """The label noise between which a ridgeless error turns in the context length.

    Parameters
    ----------
    error
        ``"icl"`` or ``"idg"``.
    tau, kappa
        Numbers or arrays that broadcast; ``tau`` not 1, ``kappa`` finite.

    Returns
    -------
    lower, upper : ndarray
        The error has an interior minimum exactly for ``lower < rho < upper``; both are ``inf``
        where there is none at any noise. Below ``lower`` the error falls, from ``upper`` on it
        rises.

    Raises
    ------
    ValueError
        As `ridgeless_turns`.
    """
    shape, point = _read(error, tau=tau, kappa=kappa)
    with _in_float64(point):
        lower, upper = _noise_edge(error, point["tau"], point["kappa"])
    return lower.reshape(shape), upper.reshape(shape)


def _noise_edge(error: str, t: Floats, k: Floats) -> tuple[Floats, Floats]:
    lower, upper = np.full(t.shape, np.inf), np.full(t.shape, np.inf)
    for side in ("under", "over"):
        if (error, side) not in _CURVES:
            continue
        on_side = ((t < 1) if side == "under" else (t > 1)) & np.isfinite(k)
        few = (k <= t) if side == "under" else (k < 1)
        for order, chosen in (("few", on_side & few), ("many", on_side & ~few)):
            if not chosen.any():
                continue
            lower[chosen] = _edge(error, side, order)(t[chosen], k[chosen])
            if (side, order) == ("over", "few"):
                curve = _NoiseCurve(error, side, order, t[chosen], k[chosen])
                top = _top(error, t[chosen], k[chosen])
                peak = curve.at(np.where(np.isnan(top), 0.0, top))[0]
                upper[chosen] = np.where(np.isnan(top), np.inf, peak)
    return lower, upper


@contextmanager
def _in_float64(point: dict[str, Floats]) -> Iterator[None]:
    """Refuse parameters whose curve leaves float64: the sentence has those furthest apart."""
    try:
        yield
    except FloatingPointError:
        with np.errstate(divide="ignore"):
            sizes = [np.abs(np.log(value)) for value in point.values()]
        far = np.max([np.where(np.isfinite(size), size, 0.0) for size in sizes], axis=0).argmax()
        given = ", ".join(f"{name}={shown(float(value[far]))}" for name, value in point.items())
        raise ValueError(
            f"{', '.join(point)} must be so close that float64 holds the curve on which errors "
            f"turn, got {given}"
        ) from None


def _raising() -> np.errstate:
    """Arithmetic that does not go on where float64 overflows."""
    return np.errstate(over="raise", divide="raise", invalid="raise")


def _read(error: str, **given: Any) -> tuple[tuple[int, ...], dict[str, Floats]]:
    one_of("error", error, ("icl", "idg"))
    shape, point = arrays(given)
    if (point["tau"] == 1).any():
        raise ValueError(INFINITE_AT_THRESHOLD)
    return shape, point


def _turns(
    error: str, side: str, order: str, t: Floats, k: Floats, noise: Floats
) -> tuple[Floats, Floats, Any]:
    """Minimum, maximum and direction on one branch."""
    curve = _NoiseCurve(error, side, order, t, k)
    size = t.shape
    low, high = np.full(size, -_REACH), np.full(size, _REACH)
    turns = noise > _edge(error, side, order)(t, k)
    peaks = np.zeros(size, dtype=bool)
    rises = np.zeros(size, dtype=bool)
    maximum = np.full(size, np.nan)
    if (side, order) == ("over", "few"):
        top = _top(error, t, k)
        folded = ~np.isnan(top)
        peak = np.where(folded, curve.at(np.where(folded, top, 0.0))[0], np.inf)
        rises = folded & (noise >= peak)
        peaks = folded & ~rises
        turns = turns & ~rises
        if peaks.any():
            at = curve.solve(noise, low, np.where(folded, top, high), peaks, rising=True)
            maximum = np.where(peaks, curve.context(at) * (1 + noise), np.nan)
        low = np.where(folded, top, low)
    minimum = np.full(size, np.nan)
    if turns.any():
        at = curve.solve(noise, low, high, turns, rising=False)
        minimum = np.where(turns, curve.context(at) * (1 + noise), minimum)
    direction = np.where(turns | peaks, 0, np.where(rises, 1, -1))
    return minimum, maximum, direction


def _top(error: str, t: Floats, k: Floats) -> Floats:
    """Maximum, in log v, of rho_star above the threshold; NaN where it falls throughout."""
    folded = t * (1 - k) > 2
    top = np.full(t.shape, np.nan)
    if folded.any():
        # On a grid the same curve returns at every label noise.
        pairs, back = np.unique(np.stack([t[folded], k[folded]]), axis=1, return_inverse=True)
        curve = _NoiseCurve(error, "over", "few", *pairs)
        low, high = np.full(pairs.shape[1], -_REACH), np.full(pairs.shape[1], _REACH)
        # The fold polynomial changes sign once, from minus to plus, at the maximum.
        for _ in range(3 * _BISECTIONS):
            middle = (low + high) / 2
            positive = curve.fold(middle) > 0
            low, high = np.where(positive, low, middle), np.where(positive, middle, high)
        top[folded] = ((low + high) / 2)[back]
    return top


@cache
def _edge(error: str, side: str, order: str) -> Callable[[Floats, Floats], Any]:
    edge = _EDGES.get((error, side, order))
    if edge is None:
        return lambda t, k: np.zeros_like(t)
    branch = _BRANCHES[side, order]
    point = {symbol: value for symbol, value in branch.point.items() if symbol != curves.u}
    formula = sp.factor(canonical(unfold(edge).xreplace(point)))
    function = sp.lambdify([_a, _b], formula, "numpy")

    def values(t: Floats, k: Floats) -> Any:
        with _raising():
            return function(*branch.values(t, k))

    return values


@cache
def _polynomials(error: str, side: str, order: str) -> Callable[..., Any]:
    """Coefficients of numerator and denominator of rho_star in v, as functions of (a, b)."""
    return _coefficients(_CURVES[error, side], side, order)


@cache
def _coefficients(formula: Quantity, side: str, order: str) -> Callable[..., Any]:
    quotient = fraction_field(unfold(formula).xreplace(_BRANCHES[side, order].point))
    rows = [_by_degree(part) for part in (quotient.numer, quotient.denom)]
    return sp.lambdify([_a, _b], rows, "numpy", cse=True)


def _by_degree(polynomial: Any) -> list[sp.Expr]:
    """Coefficients in v, from the lowest, of a polynomial in v, a and b."""
    symbols = polynomial.ring.symbols
    rows: list[list[sp.Expr]] = [[]]
    for exponents, coefficient in polynomial.terms():
        powers = dict(zip(symbols, exponents, strict=True))
        degree = powers.pop(_v)
        rows += [[] for _ in range(degree + 1 - len(rows))]
        number = sp.Rational(coefficient.numerator, coefficient.denominator)
        rows[degree].append(number * sp.Mul(*(s**e for s, e in powers.items())))
    return [sp.Add(*row) for row in rows]


@cache
def _context(side: str, order: str) -> Callable[..., Any]:
    """alpha/(1 + rho) as a function of (v, a, b)."""
    expression = unfold(_CONTEXTS[side]) / (1 + rho)
    formula = sp.factor(canonical(expression.xreplace(_BRANCHES[side, order].point)))
    return sp.lambdify([_v, _a, _b], formula, "numpy")


class _NoiseCurve:
    """rho_star on one branch for arrays of parameters, as a function of log v."""

    def __init__(self, error: str, side: str, order: str, t: Floats, k: Floats) -> None:
        self.side, self.order = side, order
        self.parameters = _BRANCHES[side, order].values(t, k)
        self.over, self.under = self._rows(_polynomials(error, side, order))

    def _rows(self, coefficients: Callable[..., Any]) -> tuple[list[Floats], list[Floats]]:
        shape = self.parameters[0].shape
        with _raising():
            over, under = coefficients(*self.parameters)
        return (
            [np.broadcast_to(c, shape) for c in over],
            [np.broadcast_to(c, shape) for c in under],
        )

    def at(self, s: Floats) -> tuple[Floats, Floats]:
        """rho_star and its derivative in s = log v."""
        return _quotient(self.over, self.under, s)

    def fold(self, s: Floats) -> Floats:
        """The fold polynomial, up to a positive factor."""
        if not hasattr(self, "_fold"):
            self._fold = self._rows(_coefficients(curves.fold, self.side, self.order))
        return _quotient(*self._fold, s)[0]

    def context(self, s: Floats) -> Floats:
        """alpha/(1 + rho)."""
        return _context(self.side, self.order)(np.exp(s), *self.parameters)

    def solve(self, noise: Floats, low: Floats, high: Floats, asked: Any, rising: bool) -> Floats:
        """Root in log v: where rho_star, monotone between ``low`` and ``high``, is ``noise``.

        Entries that are not ``asked`` for may be anything.
        """
        low, high = low.copy(), high.copy()
        middle = (low + high) / 2
        for _ in range(_BISECTIONS):
            beyond = (self.at(middle)[0] > noise) == rising
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
            middle = (low + high) / 2
        for _ in range(_NEWTON_STEPS):
            value, slope = self.at(middle)
            with np.errstate(divide="ignore"):
                step = (noise - value) / slope
            middle = np.clip(np.where(np.isfinite(step), middle + step, middle), low, high)
        if (np.abs(middle[asked]) > _REACH - 1).any():
            raise FloatingPointError("a stationary context length is out of the range of float64")
        return middle


def _quotient(over: list[Floats], under: list[Floats], s: Floats) -> tuple[Floats, Floats]:
    """A quotient of polynomials in v = exp(s) and its derivative in s, without overflow."""
    small = s <= 0
    v = np.exp(-np.abs(s))
    n, n_slope = _horner(over, v, small)
    d, d_slope = _horner(under, v, small)
    with _raising():
        value = n / d
    slope = n_slope / d - value * (d_slope / d)
    # For v > 1 both polynomials were evaluated in 1/v.
    order = len(over) - len(under)
    slope = np.where(small, slope, order * value - slope)
    with np.errstate(over="ignore", invalid="ignore"):
        scale = np.exp(np.where(small, 0.0, order * s))
        return scale * value, scale * slope


def _horner(coefficients: list[Floats], v: Floats, small: Any) -> tuple[Floats, Floats]:
    """Polynomial and v times its derivative; with reversed coefficients where not ``small``."""
    value, slope = np.zeros_like(v), np.zeros_like(v)
    for low, high in zip(coefficients, coefficients[::-1], strict=True):
        slope = slope * v + value
        value = value * v + np.where(small, high, low)
    return value, slope * v
