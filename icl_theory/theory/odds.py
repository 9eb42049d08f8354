"""The domain of the theory as a positive orthant: where signs are read off coefficients.

Four odds describe a state (nu, m, xi, r), each free in (0, oo):

* ``a`` = D1/(1 - D1), degrees of freedom used to unused,
* ``b`` = m/kappa, so that t = 1/(1 + b),
* ``c`` = xi/x, effective ridge to noise-to-context ratio,
* ``w`` = r/(1 - r) with r = lam/xi.

With rho they run through every state of the interior of the domain exactly once, and every
parameter is a quotient of polynomials with positive coefficients
(``derivations/positive_state.py``). The ridgeless limit is the face w = 0 below the interpolation
threshold and the face c = 0 above it.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.quantity import remembered, unfold

from .fixed_point import argument_residual, penalty_residual, ridge_residual, x
from .ridgeless import M_prime, mu, mu_value
from .spectral import D1, minus_M_prime, resolvent_residual
from .symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi
from .uniformisation import solve_linear

a, b, c, w = sp.symbols("a b c w", positive=True)
by_name = {symbol.name: symbol for symbol in (a, b, c, w)}


@remembered
def spectral() -> dict[sp.Symbol, sp.Expr]:
    """Substitution of (m, kappa, nu) by the odds (a, b)."""
    state = {m: a * (1 + b) / (1 + a)}
    state[kappa] = sp.cancel(state[m] / b)
    state[nu] = solve_linear(unfold(resolvent_residual).xreplace(state), nu)
    return state


@remembered
def ridge() -> dict[sp.Symbol, sp.Expr]:
    """Substitution of the state and all parameters but rho by the odds, at any ridge lam > 0."""
    state = dict(spectral())
    state[xi] = sp.cancel(c / (1 + c) * state[nu])
    state[x] = solve_linear(unfold(argument_residual, keep={x}).xreplace(state), x)
    used = unfold(D1 + x * m, keep={x}).xreplace(state)
    state[tau] = sp.cancel((1 + w) * used)
    state[r] = solve_linear(unfold(ridge_residual).xreplace(state), r)
    state[lam] = solve_linear(unfold(penalty_residual).xreplace(state), lam)
    state[alpha] = sp.cancel((1 + rho) / state[x])
    return state


@remembered
def ridgeless_under() -> dict[sp.Symbol, sp.Expr]:
    """Substitution by (a, b, c, rho) in the limit lam -> 0 for tau < 1."""
    state = {symbol: sp.cancel(value.subs(w, 0)) for symbol, value in ridge().items()}
    state[mu] = sp.cancel(unfold(mu_value, keep={x}).xreplace(state))
    return state


@remembered
def ridgeless_over() -> dict[sp.Symbol, sp.Expr]:
    """Substitution by (a, b, w, rho) in the limit lam -> 0 for tau > 1."""
    state = {symbol: sp.cancel(value.subs(c, 0)) for symbol, value in ridge().items()}
    state[M_prime] = sp.cancel(-unfold(minus_M_prime).xreplace(state))
    return state
