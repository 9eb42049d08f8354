"""Claims about the iteration that computes the effective ridge."""

import sympy as sp

from icl_theory.symbolic.calculus import At, Total
from icl_theory.symbolic.fixed_point import (
    S,
    ridge_log_slope,
    ridge_residual_sum,
    x,
    xi_lower,
    xi_upper,
)
from icl_theory.symbolic.iteration import (
    captured,
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
    step_root,
    upper_linear,
    upper_root,
    xi_lower_conjugate,
    xi_ridgeless,
    xi_upper_conjugate,
)
from icl_theory.symbolic.proof import both, eq, ge, gt, implies, le, lt
from icl_theory.symbolic.ridgeless import r_over, xi_under
from icl_theory.symbolic.spectral import excess, inv_kappa
from icl_theory.symbolic.symbols import kappa, lam, m, r, tau, xi

from .claim import Claim

#: A relative step of xi, free.
s = sp.Symbol("s", positive=True)


def _solves(unknown: sp.Expr) -> sp.Eq:
    """The model equation of the step."""
    return eq(pole_weight * tau * unknown**2 + step_linear * unknown - residual, 0)


def _starts(value: sp.Expr) -> sp.Eq:
    """The model equation of the start."""
    move = value - xi
    return eq(move**2 + 2 * start_offset * move - lam * start_pole, 0)


def _start_model(*state: tuple[sp.Symbol, object]) -> sp.Eq:
    """The ridge equation of the model around a ridgeless state, cleared of denominators."""
    equation = tau * lam / (xi + s) + ceiling * start_pole / (start_pole + s) - tau
    quadratic = s**2 + 2 * start_offset * s - lam * start_pole
    cleared = (xi + s) * (start_pole + s) * equation
    return eq(At(cleared, *state), At(-tau * quadratic, *state))


def _bound(value: sp.Expr, linear: sp.Expr, scale: sp.Expr) -> sp.Eq:
    """The quadratic equation of a bound."""
    return eq(tau * value**2 - linear * value - tau * lam * scale, 0)


CLAIMS = (
    Claim(
        id="captured-share",
        title="h = 1 - xi m, its slope in log xi, and the residual as tau r + h - tau",
        statement=both(
            eq(captured, 1 - xi * m),
            eq(pole_weight * captured, -xi * Total(captured, xi)),
            eq(ridge_residual_sum, tau * r + captured - tau),
            gt(pole_weight, 0),
            lt(pole_weight, 1),
        ),
        rests_on=("ridge-slope",),
    ),
    Claim(
        id="captured-concave",
        title="1/h is concave in the effective ridge, so a step never passes the fixed point",
        statement=lt(Total(Total(1 / captured, xi), xi)),
        rests_on=("captured-share",),
    ),
    Claim(
        id="log-curvature",
        title="In log xi the residual curves at most as much as it falls",
        statement=both(
            le(xi * Total(ridge_log_slope, xi), ridge_log_slope),
            ge(xi * Total(ridge_log_slope, xi), -ridge_log_slope),
        ),
        rests_on=("ridge-slope",),
    ),
    Claim(
        id="model-step",
        title="The step solves the ridge equation of the one-pole model",
        statement=both(
            eq(
                (1 + s)
                * (1 + pole_weight * s)
                * (tau * r / (1 + s) + captured / (1 + pole_weight * s) - tau),
                At(
                    residual - step_linear * s - pole_weight * tau * s**2,
                    (residual, ridge_residual_sum),
                ),
            ),
            _solves(step),
            _solves(step_conjugate),
            eq(step_conjugate, step),
            implies(gt(residual, 0), gt(step_root)),
        ),
        rests_on=("captured-share",),
        regime=None,
    ),
    Claim(
        id="model-start",
        title="The start solves the one-pole model made at the ridgeless state, in either form",
        statement=both(
            _start_model((r, 0), (ceiling, tau)),
            _start_model((xi, 0), (r, r_over), (ceiling, 1)),
            gt(start_root),
            _starts(start),
            _starts(start_conjugate),
            eq(start_conjugate, start),
        ),
        regime=None,
    ),
    Claim(
        id="ridgeless-start-state",
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
        regime=None,
    ),
    Claim(
        id="bounds-conjugate",
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
        rests_on=("effective-ridge-bounds",),
        regime="free",
    ),
)
