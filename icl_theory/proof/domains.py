"""The domains of the theory: where the statements about its states hold.

Every domain is covered by odds, free positive coordinates (``theory/odds.py``), and rho >= 0. The
kernel decides, when a domain is first used, that the cover runs through all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from icl_theory.theory import odds
from icl_theory.theory.fixed_point import argument_residual, penalty_residual, ridge_residual, x
from icl_theory.theory.odds import a, b, c, w
from icl_theory.theory.ridgeless import M_prime, mu, mu_value
from icl_theory.theory.spectral import D1, minus_M_prime, resolvent_residual
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

from .kernel import FREE, Domain

__all__ = ["ALONG_XI", "FREE", "OVER", "PENALTY", "RIDGE", "SPECTRAL", "THRESHOLD", "UNDER"]

Equation = tuple[sp.Symbol, sp.Expr]


def _spectral() -> Iterator[Equation]:
    yield nu, resolvent_residual


def _context() -> Iterator[Equation]:
    yield x, argument_residual
    yield alpha, alpha * x - (1 + rho)


def _ridge() -> Iterator[Equation]:
    yield from _spectral()
    yield from _context()
    yield r, ridge_residual
    yield lam, penalty_residual


def _under() -> Iterator[Equation]:
    yield from _spectral()
    yield xi, xi * m - (1 - tau)
    yield from _context()
    yield r, r
    yield lam, lam
    yield mu, mu - mu_value


def _over() -> Iterator[Equation]:
    yield from _spectral()
    yield xi, xi
    yield from _context()
    yield r, ridge_residual
    yield lam, lam
    yield M_prime, M_prime + minus_M_prime


def _along() -> Iterator[Equation]:
    yield from _spectral()
    yield from _context()
    yield lam, penalty_residual


def _threshold() -> Iterator[Equation]:
    yield from _spectral()
    yield xi, xi
    yield from _context()


def _without(state: dict[sp.Symbol, sp.Expr], *left: sp.Symbol) -> dict[sp.Symbol, sp.Expr]:
    return {symbol: value for symbol, value in state.items() if symbol not in left}


def _inverse(**more: sp.Expr) -> dict[sp.Symbol, sp.Expr]:
    """The odds of a state, as quotients of positive terms."""
    return {a: D1 / (nu * m), b: m / kappa, **{odds.by_name[k]: v for k, v in more.items()}}


#: (nu, m, kappa) on the resolvent equation.
SPECTRAL = Domain("spectral", _spectral, (), odds.spectral, _inverse)
#: States at a ridge lam > 0.
RIDGE = Domain(
    "ridge",
    _ridge,
    (xi, r, lam),
    odds.ridge,
    lambda: _inverse(c=xi / x, w=tau * r / (D1 + x * m)),
)
#: States in the limit lam -> 0 below the interpolation threshold.
UNDER = Domain("ridgeless below", _under, (xi,), odds.ridgeless_under, lambda: _inverse(c=xi / x))
#: States in the limit lam -> 0 above the interpolation threshold.
OVER = Domain("ridgeless above", _over, (r,), odds.ridgeless_over, lambda: _inverse(w=tau * r))
#: States but for the ridge equation: xi is free, and nu, m and r follow.
ALONG_XI = Domain(
    "along xi",
    _along,
    (xi, r, lam),
    lambda: _without(odds.ridge(), tau) | {r: w, lam: w * odds.ridge()[xi]},
    lambda: _inverse(c=xi / x, w=r),
)
#: What both ridgeless states tend to at the interpolation threshold: nu = x.
THRESHOLD = Domain(
    "threshold",
    _threshold,
    (),
    lambda: _without(odds.ridgeless_over(), tau, r, lam, M_prime),
    _inverse,
)
#: The penalty in terms of the effective ridge, nothing else of the state.
PENALTY = Domain(
    "penalty",
    lambda: [(lam, penalty_residual)],
    (xi, r, lam),
    lambda: {xi: c, r: w, lam: c * w},
    lambda: {c: xi, w: r},
)
