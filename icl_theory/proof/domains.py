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
from icl_theory.theory.structured_odds import Equation
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

from .kernel import FREE, Domain

__all__ = [
    "ALONG_XI",
    "ALONG_XI_AT_CONTEXT",
    "AT_CONTEXT",
    "AT_SEQUENCES",
    "AT_SEQUENCES_AND_CONTEXT",
    "AT_TASKS",
    "AT_THRESHOLD",
    "ENOUGH_OVER",
    "ENOUGH_UNDER",
    "FEW_UNDER",
    "FREE",
    "OVER",
    "PENALTY",
    "RIDGE",
    "SPECTRAL",
    "THRESHOLD",
    "UNDER",
]


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


def _at_threshold() -> Iterator[Equation]:
    yield from _threshold()
    yield tau, tau - 1


def _at_context() -> Iterator[Equation]:
    yield from _spectral()
    yield xi, xi - nu
    yield r, ridge_residual
    yield lam, penalty_residual


def _cover_at_context() -> dict[sp.Symbol, sp.Expr]:
    state = odds.spectral()
    residual = w / (1 + w)
    moving = {tau: (1 + w) * a / (1 + a), xi: state[nu], r: residual, lam: residual * state[nu]}
    return state | moving


def _along_at_context() -> Iterator[Equation]:
    yield from _spectral()
    yield xi, xi - nu
    yield lam, penalty_residual


def _cover_along_at_context() -> dict[sp.Symbol, sp.Expr]:
    state = odds.spectral()
    return state | {xi: state[nu], r: w, lam: w * state[nu]}


def _at_sequences() -> Iterator[Equation]:
    yield from _spectral()
    yield from _context()
    yield r, r - 1
    yield lam, penalty_residual


def _cover_at_sequences() -> dict[sp.Symbol, sp.Expr]:
    state = _without(odds.ridge(), tau)
    return state | {r: sp.Integer(1), lam: state[xi]}


def _at_sequences_and_context() -> Iterator[Equation]:
    yield from _spectral()
    yield lam, lam - nu


def _cover_at_sequences_and_context() -> dict[sp.Symbol, sp.Expr]:
    state = odds.spectral()
    return state | {lam: state[nu]}


def _at_tasks() -> Iterator[Equation]:
    yield nu, 1 / m - nu - 1
    yield from _context()
    yield r, ridge_residual
    yield lam, penalty_residual


def _cover_at_tasks() -> dict[sp.Symbol, sp.Expr]:
    return _without({s: sp.cancel(v.subs(b, 0)) for s, v in odds.ridge().items() if s != kappa})


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
#: The threshold itself: what the states at tau = 1 tend to as lam -> 0.
AT_THRESHOLD = Domain(
    "at the threshold",
    _at_threshold,
    (),
    lambda: _without(odds.ridgeless_over(), r, lam, M_prime) | {tau: sp.Integer(1)},
    _inverse,
)
#: What the states at a ridge tend to as alpha -> oo: x = 0.
AT_CONTEXT = Domain(
    "infinite context",
    _at_context,
    (xi, r, lam),
    _cover_at_context,
    lambda: _inverse(w=tau * r / D1),
)
#: The same but for the ridge equation: xi is free, and nu, m and r follow.
ALONG_XI_AT_CONTEXT = Domain(
    "infinite context, along xi",
    _along_at_context,
    (xi, r, lam),
    _cover_along_at_context,
    lambda: _inverse(w=r),
)
#: What the states at a ridge tend to as tau -> oo: xi = lam.
AT_SEQUENCES = Domain(
    "infinitely many sequences",
    _at_sequences,
    (xi, lam),
    _cover_at_sequences,
    lambda: _inverse(c=xi / x),
)
#: What the states at a ridge tend to as tau -> oo and alpha -> oo: nu = lam.
AT_SEQUENCES_AND_CONTEXT = Domain(
    "infinitely many sequences, infinite context",
    _at_sequences_and_context,
    (lam,),
    _cover_at_sequences_and_context,
    _inverse,
)
#: What the states at a ridge tend to as kappa -> oo: t = 1.
AT_TASKS = Domain(
    "infinitely many tasks",
    _at_tasks,
    (xi, r, lam),
    _cover_at_tasks,
    lambda: {a: m / (nu * m), c: xi / x, w: tau * r / (m + x * m)},
)
#: 1 - tau, tau - 1, and by how much kappa exceeds min(tau, 1), or falls short of it.
room, beyond, surplus, lack = sp.symbols("room beyond surplus lack", positive=True)
#: Parameters with tau < 1 and kappa > tau.
ENOUGH_UNDER = Domain(
    "enough tasks below",
    lambda: [(room, room - (1 - tau)), (surplus, surplus - (kappa - tau))],
    (),
    lambda: {tau: c / (1 + c), room: 1 / (1 + c), kappa: c / (1 + c) + w, surplus: w},
    lambda: {c: tau / room, w: surplus},
)
#: Parameters with kappa < tau < 1.
FEW_UNDER = Domain(
    "few tasks below",
    lambda: [(room, room - (1 - tau)), (lack, lack - (tau - kappa))],
    (),
    lambda: {
        tau: c / (1 + c),
        room: 1 / (1 + c),
        kappa: c * w / ((1 + c) * (1 + w)),
        lack: c / ((1 + c) * (1 + w)),
    },
    lambda: {c: tau / room, w: kappa / lack},
)
#: Parameters with tau > 1 and kappa > 1.
ENOUGH_OVER = Domain(
    "enough tasks above",
    lambda: [(beyond, beyond - (tau - 1)), (surplus, surplus - (kappa - 1))],
    (),
    lambda: {tau: 1 + c, beyond: c, kappa: 1 + w, surplus: w},
    lambda: {c: beyond, w: surplus},
)
