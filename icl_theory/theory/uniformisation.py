"""Rational uniformisation: every quantity as a rational function of free parameters.

With (m, xi) free, nu, x and r follow rationally from the residuals of the fixed point, so
identities are decided by cancellation and limits are limits of rational functions. Ridgeless, m
alone is free.
"""

from collections.abc import Mapping

import sympy as sp

from icl_theory.algebra.quantity import remembered, unfold

from .fixed_point import argument_residual, penalty_residual, ridge_residual, x
from .ridgeless import M_prime, mu, mu_value, r_over, xi_under
from .spectral import minus_M_prime, resolvent_residual
from .symbols import alpha, lam, nu, r, rho, xi


def solve_linear(residual: sp.Expr, unknown: sp.Symbol) -> sp.Expr:
    """Solve ``residual = 0`` for ``unknown``, in which its numerator is linear."""
    numerator = sp.Poly(sp.fraction(sp.together(residual))[0], unknown)
    if numerator.degree() != 1:
        raise ValueError(f"the relation is not linear in {unknown}")
    slope, intercept = numerator.all_coeffs()
    return sp.cancel(-intercept / slope)


@remembered
def spectral() -> dict[sp.Symbol, sp.Expr]:
    """Substitution of nu by (m, kappa), for statements about the spectral function alone."""
    return {nu: solve_linear(unfold(resolvent_residual), nu)}


@remembered
def ridge() -> dict[sp.Symbol, sp.Expr]:
    """Substitution to (m, xi, kappa, tau, rho), at any ridge lam > 0."""
    state = dict(spectral())
    state[x] = solve_linear(unfold(argument_residual, keep={x}).xreplace(state), x)
    state[r] = solve_linear(unfold(ridge_residual), r)
    state[lam] = solve_linear(unfold(penalty_residual).xreplace(state), lam)
    state[alpha] = sp.cancel((1 + rho) / state[x])
    return state


@remembered
def ridgeless_under() -> dict[sp.Symbol, sp.Expr]:
    """Substitution to (m, kappa, tau, rho) in the limit lam -> 0 for tau < 1."""
    state = _restrict(ridge(), {xi: unfold(xi_under)})
    state[mu] = unfold(mu_value, keep={x}).xreplace(state)
    return state


@remembered
def ridgeless_over() -> dict[sp.Symbol, sp.Expr]:
    """Substitution to (m, kappa, tau, rho) in the limit lam -> 0 for tau > 1."""
    state = _restrict(ridge(), {xi: sp.Integer(0)})
    state[r] = unfold(r_over)
    state[M_prime] = -uniformise(minus_M_prime, state)
    return state


def _restrict(
    state: Mapping[sp.Symbol, sp.Expr], values: Mapping[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    return {key: sp.cancel(value.xreplace(values)) for key, value in state.items()} | dict(values)


def uniformise(expression: object, state: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """Unfold ``expression`` and write it in the free parameters of ``state``."""
    return unfold(expression, keep={x}).xreplace(dict(state))
