"""Claims about the iteration that computes the effective ridge."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import RIDGE
from icl_theory.proof.proof import Proof
from icl_theory.theory.fixed_point import (
    S,
    degrees_used,
    ridge_log_slope,
    ridge_residual_sum,
    x,
    xi_lower,
    xi_upper,
)
from icl_theory.theory.iteration import (
    ceiling,
    excess_ridgeless,
    inv_kappa_ridgeless,
    lower_linear,
    lower_root,
    pole_weight,
    r_ridgeless,
    residual,
    start,
    start_conjugate,
    start_offset,
    start_pole,
    start_root,
    step,
    step_conjugate,
    step_linear,
    upper_linear,
    upper_root,
    xi_lower_conjugate,
    xi_ridgeless,
    xi_upper_conjugate,
)
from icl_theory.theory.ridgeless import r_over, xi_under
from icl_theory.theory.spectral import excess, inv_kappa
from icl_theory.theory.state import total
from icl_theory.theory.symbols import kappa, lam, m, r, tau, xi

#: A relative step of xi, free.
s = sp.Symbol("s", positive=True)
#: Values of q, and of the slope of the residual or of S: the model does not read more of the state.
weight, slope = sp.symbols("q sigma", positive=True)


def _in_step(formula: sp.Expr) -> At:
    """A formula of the step as a function of q and of the slope of the residual."""
    return At(formula, (pole_weight, weight), (ridge_log_slope, slope))


def _in_start(formula: sp.Expr) -> At:
    """A formula of the start as a function of S."""
    return At(formula, (S, slope))


def _solves(unknown: sp.Expr) -> sp.Eq:
    """The model equation of the step."""
    return eq(_in_step(pole_weight * tau * unknown**2 + step_linear * unknown - residual), 0)


def _starts(value: sp.Expr) -> sp.Eq:
    """The model equation of the start."""
    move = value - xi
    return eq(_in_start(move**2 + 2 * start_offset * move - lam * start_pole), 0)


def _start_model(*state: tuple[sp.Symbol, object]) -> sp.Eq:
    """The ridge equation of the model around a ridgeless state, cleared of denominators."""
    equation = tau * lam / (xi + s) + ceiling * start_pole / (start_pole + s) - tau
    quadratic = s**2 + 2 * start_offset * s - lam * start_pole
    cleared = (xi + s) * (start_pole + s) * equation
    return eq(At(cleared, *state), At(-tau * quadratic, *state))


def _bound(value: sp.Expr, linear: sp.Expr, scale: sp.Expr) -> sp.Eq:
    """The quadratic equation of a bound."""
    return eq(tau * value**2 - linear * value - tau * lam * scale, 0)


@claim(
    title=r"$h = 1 - \xi m$, its slope in $\log\xi$, and the residual as $\tau r + h - \tau$",
    statement=both(
        eq(degrees_used, 1 - xi * m),
        eq(pole_weight * degrees_used, -xi * total(degrees_used, xi)),
        eq(ridge_residual_sum, tau * r + degrees_used - tau),
        gt(pole_weight, 0),
        lt(pole_weight, 1),
    ),
    domain=RIDGE,
)
def captured_share(proof: Proof) -> None:
    """The share h of directions that pretraining sequences capture, and its slope.

    By the resolvent equation nu m + D1 = 1, so h = D1 + x m = 1 - (nu - x) m = 1 - xi m: the ridge
    equation tau r - (tau - 1) - xi m = 0 reads tau r + h = tau. The slope of h in xi is -S, and
    q = xi S/h lies between 0 and 1.
    """
    proof.decide()


@claim(
    title="$1/h$ is concave in the effective ridge, so a step never passes the fixed point",
    statement=lt(total(total(1 / degrees_used, xi), xi)),
    domain=RIDGE,
)
def captured_concave(proof: Proof) -> None:
    """Concavity of 1/h in the effective ridge.

    h = lim tr (R + x)(R + x + xi)^{-1}/d is a mixture of functions of xi with one pole each, and
    the reciprocal of such a mixture is concave. Here it is decided directly: the second derivative
    of 1/h along the state is a quotient of polynomials in the odds with coefficients of one sign.

    A tangent of a concave function lies above it. So the one-pole model, whose reciprocal is the
    tangent of 1/h, lies below h; with the same term tau r its ridge equation is solved at or before
    the fixed point, and from there on the iterates increase.
    """
    proof.decide()


@claim(
    title=r"In $\log\xi$ the residual curves at most as much as it falls",
    statement=both(
        le(xi * total(ridge_log_slope, xi), ridge_log_slope),
        ge(xi * total(ridge_log_slope, xi), -ridge_log_slope),
    ),
    domain=RIDGE,
)
def log_curvature(proof: Proof) -> None:
    """Curvature of the ridge residual in log xi.

    Each eigenvalue s of R contributes (s + x)/(s + x + xi) to h, a logistic function of log xi, for
    which |f''| <= |f'|, and tau r = tau lam/xi is an exponential, for which f'' = -f'. Here both
    bounds are decided for the sum: the differences are quotients of polynomials with coefficients
    of one sign.
    """
    proof.decide()


@claim(
    title="Below the fixed point the step solves the one-pole model's ridge equation, forwards",
    statement=both(
        eq(
            (1 + s)
            * (1 + pole_weight * s)
            * (tau * r / (1 + s) + degrees_used / (1 + pole_weight * s) - tau),
            At(
                residual - step_linear * s - pole_weight * tau * s**2,
                (residual, ridge_residual_sum),
            ),
        ),
        *(
            implies(gt(residual, 0), part)
            for part in (
                _solves(step),
                _solves(step_conjugate),
                eq(_in_step(step_conjugate), _in_step(step)),
                gt(_in_step(step)),
            )
        ),
    ),
    assumptions=(gt(xi, 0),),
)
def model_step(proof: Proof) -> None:
    """One step of the iteration.

    At xi (1 + s) the term tau r becomes tau r/(1 + s), and the model replaces h by h/(1 + q s).
    Cleared of denominators its ridge equation is quadratic in s, with the residual as constant
    term. ``step`` and ``step_conjugate`` are the same root of it, the one that vanishes with the
    residual.
    """
    proof.decide()


@claim(
    title="The start solves the one-pole model made at the ridgeless state, in either form",
    statement=both(
        _start_model((r, 0), (ceiling, tau)),
        _start_model((xi, 0), (r, r_over), (ceiling, 1)),
        gt(_in_start(start_root)),
        _starts(start),
        _starts(start_conjugate),
        eq(_in_start(start_conjugate), _in_start(start)),
        gt(_in_start(start), xi),
    ),
    assumptions=(gt(lam, 0),),
)
def model_start(proof: Proof) -> None:
    """The start of the iteration.

    Around the ridgeless state, where h = theta = min(tau, 1), the model is h = theta/(1 + s/w) with
    s = xi - xi_0. Its ridge equation is quadratic in s; ``start`` and ``start_conjugate`` are xi_0
    plus its positive root.
    """
    proof.decide()


@claim(
    title="The ridgeless state in one form for both sides of the interpolation threshold",
    statement=both(
        eq(At(xi_ridgeless, (ceiling, tau)), xi_under),
        eq(At(r_ridgeless, (ceiling, tau)), 0),
        eq(At(xi_ridgeless, (ceiling, 1)), 0),
        eq(At(r_ridgeless, (ceiling, 1)), r_over),
        eq(inv_kappa_ridgeless, At(inv_kappa, (kappa, kappa / ceiling))),
        eq(excess_ridgeless, At(excess, (kappa, kappa / ceiling))),
        eq(start_pole * S, ceiling),
    ),
)
def ridgeless_start_state(proof: Proof) -> None:
    """The ridgeless state in one form for both sides of the interpolation threshold.

    With theta = min(tau, 1) the positive parts of 1 - tau and tau - 1 are 1 - theta and tau -
    theta. The resolvent equation for m/theta is that of task diversity kappa/theta.
    """
    proof.decide()


@claim(
    title="The bounds of the effective ridge in the form for a negative linear coefficient",
    statement=both(
        eq(lower_root**2, lower_linear**2 + 4 * tau * (tau * lam * x)),
        eq(upper_root**2, upper_linear**2 + 4 * tau * (tau * lam * (1 + x))),
        _bound(xi_lower_conjugate, lower_linear, x),
        _bound(xi_upper_conjugate, upper_linear, 1 + x),
        gt(lower_root),
        gt(upper_root),
        eq(xi_lower_conjugate, xi_lower),
        eq(xi_upper_conjugate, xi_upper),
    ),
    assumptions=(gt(lam, 0),),
)
def bounds_conjugate(proof: Proof) -> None:
    """The bounds of the effective ridge as quotients.

    xi_- and xi_+ are positive roots of tau xi^2 - c xi - tau lam y = 0 with y = x and 1 + x. The
    product of the roots is -lam y, so each is also -lam y over the other root, which does not
    cancel for c < 0.
    """
    proof.decide()
