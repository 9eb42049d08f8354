"""The theory as one module of JavaScript, printed from the symbols.

Nothing in the explorer's own modules is a formula of the theory: what they compute with is listed
here, and printed by `icl_theory.evaluate.javascript`.
"""

from __future__ import annotations

import re
from functools import cache

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.evaluate import structured_javascript
from icl_theory.evaluate.algorithm import CEILING, R, RidgeIteration, either, ridge_state
from icl_theory.evaluate.javascript import (
    javascript,
    javascript_formulas,
    javascript_point,
)
from icl_theory.theory import (
    baselines,
    boundary,
    density,
    errors,
    fixed_point,
    iteration,
    optimal_ridge,
    sensitivity,
    spectral,
    stationary,
)
from icl_theory.theory.infinite_context import few_tasks_bias
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

#: What panels show of the state, besides the fields of `errors`.
STATE: dict[str, sp.Expr] = {
    "x": fixed_point.x,
    "nu": nu,
    "t": spectral.t,
    "m": m,
    "xi": xi,
    "r": r,
    "D1": spectral.D1,
    "D2": spectral.D2,
    "gamma": spectral.gamma,
    "context_degrees": fixed_point.x * m,
    "degrees_used": fixed_point.degrees_used,
}
#: What changes its sign at the best ridge, for each error.
BALANCES = {"icl": optimal_ridge.balance_icl, "idg": optimal_ridge.balance_idg}
#: Parameters by name, with their symbols.
PARAMETERS = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
#: Parameters in which slopes are evaluated; that in the ridge is `BALANCES`.
SLOPES = ("tau", "alpha", "kappa", "rho")
#: rho_star on a side of the threshold, its end at infinite context and the context length at u.
TURNS = {
    "icl_under": (stationary.rho_star_icl_under, stationary.context_under),
    "idg_under": (stationary.rho_star_idg_under, stationary.context_under),
    "icl_over": (stationary.rho_star_icl_over, stationary.context_over),
}
#: Label noise above which an error has a minimum in the context length; 0 for those left out.
EDGES = {
    "icl_under_many": stationary.rho_edge_icl_under,
    "idg_under_few": stationary.rho_edge_idg_few,
    "idg_under_many": stationary.rho_edge_idg_many,
    "icl_over_many": stationary.rho_edge_icl_over,
}


@cache
def functions() -> dict[str, str]:
    """Source of every function by its name."""
    names = {symbol: name for name, symbol in PARAMETERS.items()}
    model = {symbol: names[symbol] for symbol in (tau, alpha, kappa, rho)}
    found = {"errors": javascript("errors")}
    found["point"] = javascript_point("point", STATE)
    found["balances"] = javascript_point("balances", BALANCES)
    found["slopes"] = javascript_point(
        "slopes",
        {
            f"{error}_{name}": sensitivity.derivative(formula, PARAMETERS[name])
            for error, formula in (("icl", errors.e_icl), ("idg", errors.e_idg))
            for name in SLOPES
        },
    )

    def add(
        name: str,
        inputs: dict[sp.Symbol, str],
        outputs: dict[str, sp.Expr],
        state: dict[sp.Symbol, sp.Expr] | None = None,
    ) -> None:
        found[name] = javascript_formulas(name, inputs, outputs, state)

    at_ridge = {"D1": spectral.D1, "degrees_used": fixed_point.degrees_used}
    at_ridge["lam"] = xi * optimal_ridge.penalty_share
    add("at_ridge", {**model, xi: "xi"}, at_ridge, ridge_state())
    bounds = {tau: "tau", alpha: "alpha", rho: "rho", lam: "lam"}
    add("bounds", bounds, RidgeIteration.bracket())
    # The ridge equation solved for the degrees of freedom, `degrees_used` = tau (1 - r).
    supply = unfold(fixed_point.ridge_residual_sum - fixed_point.degrees_used, keep={r})
    add("supply", {tau: "tau", lam: "lam", xi: "xi"}, {"supply": -sp.expand(supply)}, {r: R})
    # Directions without a task are those whose eigenvalue is zero, and all of the bias at the end.
    add(
        "spectrum",
        {kappa: "kappa"},
        {"lower": spectral.edge_lower, "upper": spectral.edge_upper, "zero": few_tasks_bias},
    )
    add("density", {density.s: "s", kappa: "kappa"}, {"density": density.task_density})
    add("shrinkage", {density.s: "s", nu: "nu"}, {"kept": density.shrinkage})
    variance = either(
        baselines.bayes_linear, baselines.bayes_variance, baselines.bayes_variance_conjugate
    )
    add(
        "floors",
        {alpha: "alpha", rho: "rho"},
        {"bayes": baselines.e_bayes, "linear": baselines.e_linear},
        {baselines.v: variance},
    )
    add(
        "lines",
        {tau: "tau", kappa: "kappa"},
        {
            "threshold": fixed_point.tau_minus_one,
            "diversity": kappa - CEILING[iteration.ceiling],
            "end": CEILING[iteration.ceiling] / kappa,
            "fold": boundary.fold_end_kappa - kappa,
        },
    )
    add(
        "ridge_many", {tau: "tau", alpha: "alpha", rho: "rho"}, {"lam": optimal_ridge.lam_best_many}
    )
    u = stationary.u
    for name, (curve, context) in TURNS.items():
        inputs = {u: "u", tau: "tau", kappa: "kappa", rho: "rho"}
        add(f"turn_{name}", inputs, {"rho": curve, "alpha": context})
    add("fold", {u: "u", tau: "tau", kappa: "kappa"}, {"fold": stationary.fold})
    for name, formula in EDGES.items():
        add(f"edge_{name}", {tau: "tau", kappa: "kappa"}, {"rho": formula})
    return found | structured_javascript.functions()


def module() -> str:
    """Source of the module ``theory.js``."""
    return "\n".join(re.sub("^function", "export function", text) for text in functions().values())
