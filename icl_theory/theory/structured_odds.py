"""The domain of the structured theory as a positive orthant.

Free coordinates, each in (0, oo): the averages of Bernstein's basis up to a factor, as ``f1`` and
``f2``; those with the test's weight; ``b`` = m/kappa, ``u`` = nu/t, ``y`` = xi/x and ``w`` = r/(1 -
r); and rho, rho_T, alpha_T, theta_C. They run through every spectrum, as far as averages of degree
two tell spectra apart, and through every state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from icl_theory.algebra.averages import basis, mass, weight
from icl_theory.algebra.calculus import At
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.unevaluated import evaluated

from . import structured
from .fixed_point import penalty_residual
from .spectral import D1
from .structured import mean, theta_C, theta_T, x_C
from .symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

#: Averages of the basis over that of (1 - p)^2; m/kappa, nu/t, xi/x and r/(1 - r).
f1, f2, b, u, y, w = sp.symbols("f_1 f_2 b_m u y_x w_r", positive=True)

Equation = tuple[sp.Symbol, sp.Expr]


def spectral_equations() -> Iterator[Equation]:
    """The measure has mass one and m solves Silverstein's equation."""
    outer, inner, _ = basis()
    yield outer, mass() - 1
    yield inner, structured.silverstein_residual
    yield theta_T, theta_T - mean(weight)


def ridge_equations() -> Iterator[Equation]:
    """The state at a ridge lam > 0."""
    yield from spectral_equations()
    yield x_C, nu - x_C - xi
    yield alpha, alpha * x_C - (theta_C + rho)
    yield r, structured.ridge_residual_C
    yield lam, penalty_residual


def under_equations() -> Iterator[Equation]:
    """The ridgeless state below the threshold."""
    yield from spectral_equations()
    yield x_C, nu - x_C - xi
    yield alpha, alpha * x_C - (theta_C + rho)
    yield r, r
    yield tau, D1 + x_C * structured.mean_G - tau
    yield lam, lam


def over_equations() -> Iterator[Equation]:
    """The ridgeless state above the threshold."""
    yield from spectral_equations()
    yield xi, xi
    yield x_C, nu - x_C
    yield alpha, alpha * x_C - (theta_C + rho)
    yield r, structured.ridge_residual_C
    yield lam, lam


def _plain(expression: object, state: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    """An expression at a state, unfolded."""
    written, before = sp.sympify(expression), None
    while written != before:
        before, written = written, unfold(evaluated(unfold(written, keep={x_C})), keep={x_C})
    return written.xreplace(state)


def spectral() -> dict[sp.Symbol, sp.Expr]:
    """The averages and (m, kappa, nu) in the coordinates (f1, f2, b, u)."""
    outer, inner, full = basis()
    total = 1 + 2 * f1 + f2
    state = {outer: 1 / total, inner: f1 / total, full: f2 / total}
    state[m] = (f1 + f2) / total * (1 + b)
    state[kappa] = state[m] / b
    state[nu] = u / (1 + b)
    state[theta_T] = _plain(mean(weight), {})
    return state


def ridge() -> dict[sp.Symbol, sp.Expr]:
    """The state at a ridge lam > 0."""
    state = spectral()
    state[xi] = y / (1 + y) * state[nu]
    state[x_C] = state[nu] / (1 + y)
    used = _plain(D1 + x_C * structured.mean_G, state)
    state[tau] = sp.factor((1 + w) * used)
    state[r] = w / (1 + w)
    state[lam] = state[r] * state[xi]
    state[alpha] = (theta_C + rho) / state[x_C]
    return state


def under() -> dict[sp.Symbol, sp.Expr]:
    """The ridgeless state below the threshold: the face w = 0."""
    return {symbol: value.subs(w, 0) for symbol, value in ridge().items()}


def over() -> dict[sp.Symbol, sp.Expr]:
    """The ridgeless state above the threshold: the face y = 0."""
    return {symbol: value.subs(y, 0) for symbol, value in ridge().items()}


def inverse(**more: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """The coordinates in terms of a state, as quotients of positive terms."""
    outer, inner, full = basis()
    found = {f1: inner / outer, f2: full / outer, b: m / kappa, u: nu * (1 + m / kappa)}
    return found | {{"y": y, "w": w}[name]: value for name, value in more.items()}


def at_isotropic(letter: sp.Expr = D1) -> tuple[tuple[sp.Symbol, sp.Expr], ...]:
    """C = T = I: one eigenvalue, with the letter t/(t + nu), and a test like pretraining.

    At a state the letter is D1.
    """
    outer = (1 - letter) ** 2, letter * (1 - letter), letter**2
    averages = tuple(
        (symbol, value)
        for weighted in (0, 1)
        for symbol, value in zip(basis(weighted=weighted), outer, strict=True)
    )
    ones = (theta_C, sp.Integer(1)), (theta_T, sp.Integer(1))
    return (*averages, *ones, (structured.alpha_T, alpha), (structured.rho_T, rho))


def at(expression: sp.Expr, coordinates: Mapping[sp.Symbol, object]) -> sp.Expr:
    """A formula at one state of the domain of a ridge lam > 0, given by its coordinates."""
    place = {symbol: sp.sympify(value) for symbol, value in coordinates.items()}
    values = {symbol: sp.nsimplify(value.xreplace(place)) for symbol, value in ridge().items()}
    return At(expression, *values.items(), *place.items())


def written(expression: sp.Expr, state: Mapping[sp.Symbol, sp.Expr]) -> At:
    """A formula in the coordinates of a state."""
    return At(expression, *state.items())
