"""The programs behind the float64 evaluator: which formulas, in which variables.

The programs of an evaluation: coordinates; the ridgeless errors; the bracket and the start of the
ridge iteration; one step of it; the errors at the effective ridge it found. Each is read off
`icl_theory.symbolic` and printed in NumPy, C or JavaScript by `codegen`.

Their inputs are the parameters with two replacements. ``x`` stands for alpha. Task diversity
enters as ``inv_kappa`` = 1/kappa and as ``kappa``, which is finite: at kappa = inf the program sees
a large number instead, in the two places where kappa stands alone, (kappa - 1)/kappa and kappa t;
rounding makes the first 1, and the second is not used there.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from icl_theory.evaluate.codegen import Listing, instance, listing
from icl_theory.theory import errors, fixed_point, iteration, spectral
from icl_theory.theory.infinite_context import REGIMES
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

#: Stands for kappa = inf where kappa appears alone.
LARGE_KAPPA = 2.0**200

#: Formula of each field of the result.
FORMULAS: dict[str, sp.Expr] = {
    "icl": errors.e_icl,
    "idg": errors.e_idg,
    "gap": errors.gap,
    "noise": errors.noise,
    "bias": errors.bias,
    "context_variance": errors.context_variance,
    "pretraining_variance": errors.pretraining_variance,
    "train": errors.train,
    "xi": xi,
    "m": m,
}

#: The gap changes sign: its rounding error is measured by the largest of its terms.
GAP_TERMS = (errors.gap_diversity, errors.gap_pretraining, errors.gap_relief)

_MODEL = {
    tau: "tau",
    fixed_point.x: "x",
    kappa: "kappa",
    spectral.inv_kappa: "inv_kappa",
}


def _resolvent_trace() -> sp.Expr:
    """Resolvent trace at nu, in whichever of its two forms does not cancel."""
    return sp.Piecewise(
        (spectral.M, spectral.half_trace >= 0), (spectral.M_conjugate, True), evaluate=False
    )


def _ridgeless_state() -> dict[sp.Symbol, sp.Expr]:
    """The state (nu, m, xi, r) in the limit lam -> 0, on either side of tau = 1."""
    elsewhere = {
        nu: fixed_point.x,
        spectral.inv_kappa: iteration.inv_kappa_ridgeless,
        spectral.excess: iteration.excess_ridgeless,
    }
    formulas: dict[sp.Symbol, sp.Expr] = {}
    names = {}
    for quantity in (spectral.half_trace, spectral.M, spectral.M_conjugate):
        part = instance(quantity, elsewhere, "ridgeless")
        formulas |= part
        names[quantity] = list(part)[-1]
    trace = _resolvent_trace().xreplace(names)
    return formulas | {
        iteration.ceiling: sp.Min(tau, 1),
        m: iteration.ceiling * trace,
        xi: iteration.xi_ridgeless,
        r: iteration.r_ridgeless,
        nu: fixed_point.x + xi,
    }


def _ridge_state() -> dict[sp.Symbol, sp.Expr]:
    """The state at a given effective ridge."""
    return {nu: fixed_point.x + xi, m: _resolvent_trace(), r: lam / xi}


@cache
def coordinates() -> Listing:
    """Inputs alpha, kappa, rho; outputs x and inv_kappa."""
    return listing(
        {alpha: "alpha", kappa: "kappa", rho: "rho"},
        {"x": fixed_point.x, "inv_kappa": spectral.inv_kappa},
    )


@cache
def ridgeless_errors() -> Listing:
    """Inputs tau, x, kappa, inv_kappa, rho; outputs all fields."""
    return listing(_MODEL | {rho: "rho"}, FORMULAS, _ridgeless_state())


@cache
def ridge_start() -> Listing:
    """Inputs tau, x, kappa, inv_kappa, lam; output xi."""
    start = sp.Piecewise(
        (iteration.start, iteration.start_offset >= 0),
        (iteration.start_conjugate, True),
        evaluate=False,
    )
    return listing(_MODEL | {lam: "lam"}, {"xi": start}, _ridgeless_state())


@cache
def ridge_bracket() -> Listing:
    """Inputs tau, x, lam; outputs low and high, bounds of xi."""
    low = sp.Piecewise(
        (fixed_point.xi_lower, iteration.lower_linear >= 0),
        (iteration.xi_lower_conjugate, True),
        evaluate=False,
    )
    high = sp.Piecewise(
        (fixed_point.xi_upper, iteration.upper_linear >= 0),
        (iteration.xi_upper_conjugate, True),
        evaluate=False,
    )
    inputs = {tau: "tau", fixed_point.x: "x", lam: "lam"}
    return listing(inputs, {"low": low, "high": high})


@cache
def ridge_step() -> Listing:
    """Inputs tau, x, kappa, inv_kappa, lam, xi; outputs the residual and the relative step of xi.

    The residual is evaluated in that of its three forms which is well conditioned at the point.
    """
    residual = sp.Piecewise(
        (fixed_point.ridge_residual, fixed_point.x + spectral.t**2 >= xi),
        (fixed_point.ridge_residual_sum, spectral.t > sp.Rational(1, 2)),
        (fixed_point.ridge_residual_tasks, True),
        evaluate=False,
    )
    step = sp.Piecewise(
        (iteration.step, iteration.step_linear >= 0),
        (iteration.step_conjugate, True),
        evaluate=False,
    )
    return listing(
        _MODEL | {lam: "lam", xi: "xi"},
        {"residual": iteration.residual, "step": step},
        _ridge_state() | {iteration.residual: residual},
    )


@cache
def ridge_errors() -> Listing:
    """Inputs tau, x, kappa, inv_kappa, rho, lam, xi; outputs all fields."""
    return listing(_MODEL | {rho: "rho", lam: "lam", xi: "xi"}, FORMULAS, _ridge_state())


@cache
def gap_scale() -> Listing:
    """Inputs tau, x, kappa, inv_kappa, rho, and the state m, xi, r; output the scale of the gap."""
    state = {m: "m", xi: "xi", r: "r"}
    scale = {"scale": sp.Max(*GAP_TERMS)}
    return listing(_MODEL | {rho: "rho"} | state, scale, {nu: fixed_point.x + xi})


@cache
def infinite_context(regime: str, noisy: bool) -> Listing:
    """Inputs tau, kappa, rho; outputs all fields, by the table of limits."""
    (found,) = (r for r in REGIMES if r.name == regime)
    return listing({tau: "tau", kappa: "kappa", rho: "rho"}, found.limits(noisy))
