r"""Limits of the errors in their parameters, one after the other and along joint scalings.

A limit in a parameter of the model is taken with the state following and all other parameters held;
of iterated limits the first is taken first. ``Tied`` holds parameters to others along the way. The
formulas are leading coefficients: what an error tends to, or tends to after division by its rate.

Regions are named by what limits the estimator: below the interpolation threshold (``under``, tau <
1) or above it (``over``); ``few`` tasks, kappa < min(tau, 1), or ``enough``; ``line`` for kappa =
min(tau, 1).
"""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from icl_theory.algebra.quantity import Quantity, define
from icl_theory.algebra.statements import PathLimit

from .fixed_point import x
from .infinite_context import few_tasks_bias
from .spectral import D1, P, t
from .symbols import alpha, kappa, lam, m, nu, rho, tau

#: Constants of joint scalings.
c, c1 = sp.symbols("c c1", positive=True)


def iterated(expression: object, *steps: tuple[object, ...]) -> PathLimit:
    """Limits along the states at a ridge, taken one after the other, the first step first.

    A step is ``(parameter, point)`` or ``(parameter, point, side)``; what is ``Tied`` before it
    follows in this step.
    """
    moves: list[tuple[object, ...]] = []
    for step in steps:
        if isinstance(step, Tied) or len(step) == 3:
            moves.append(tuple(step))
        else:
            moves.append((step[0], sp.sympify(step[1]), "+"))
    return PathLimit(expression, "ridge", *moves)


class Tied(NamedTuple):
    """A parameter tied to others in the step of an iterated limit that follows."""

    parameter: sp.Symbol
    value: sp.Expr


def ridgeless_infinite_context(expression: object) -> PathLimit:
    """Limit lam -> 0 at finite context, then alpha -> oo."""
    return iterated(expression, (lam, 0), (alpha, sp.oo))


def infinite_context_ridgeless(expression: object) -> PathLimit:
    """Limit alpha -> oo at positive ridge, then lam -> 0."""
    return iterated(expression, (alpha, sp.oo), (lam, 0))


def _define(
    name: str, definition: object, latex: str | None, doc: str, source: str = ""
) -> Quantity:
    return define(
        name,
        definition,
        latex=latex,
        source=source or "this project",
        doc=doc,
    )


# Zero context, at every ridge and without one.

zero_context_under = _define(
    "zero_context_under",
    (1 + rho) / (1 - tau),
    r"e_{\alpha=0}^{<}",
    "Both errors at zero context, tau < 1.",
)

zero_context_over = _define(
    "zero_context_over",
    (1 + rho) * tau / (tau - 1),
    r"e_{\alpha=0}^{>}",
    "Both errors at zero context, tau > 1.",
)

# Infinite context after lam -> 0.

icl_growth_over = _define(
    "icl_growth_over",
    rho * (1 - kappa) / ((1 + rho) * (tau - 1)),
    None,
    "Growth of ridgeless e_icl with the context, kappa < 1 < tau.",
    "paper, limits of infinite context",
)

icl_growth_under = _define(
    "icl_growth_under",
    rho * (tau - kappa) / ((1 + rho) * (1 - tau)),
    None,
    "Growth of ridgeless e_icl with the context, kappa < tau < 1.",
    "paper, limits of infinite context",
)

icl_enough_over = _define(
    "icl_enough_over",
    rho * (kappa * tau - tau + 1) / ((kappa - 1) * (tau - 1)),
    None,
    "Ridgeless e_icl at infinite context, kappa > 1 and tau > 1.",
    "paper, limits of infinite context",
)

gap_enough_over = _define(
    "gap_enough_over",
    rho / ((kappa - 1) * (tau - 1)),
    None,
    "Ridgeless g_task at infinite context, kappa > 1 and tau > 1.",
)

icl_enough_under = _define(
    "icl_enough_under",
    1 - tau + rho + rho * tau * kappa / ((1 - tau) * (kappa - tau)),
    None,
    "Ridgeless e_icl at infinite context, tau < 1 and kappa > tau.",
    "paper, limits of infinite context",
)

idg_enough_under = _define(
    "idg_enough_under",
    (1 - tau) * (kappa - tau) / kappa + rho * (kappa - tau**2) / ((1 - tau) * (kappa - tau)),
    None,
    "Ridgeless e_idg at infinite context, tau < 1 and kappa > tau.",
)

gap_enough_under = _define(
    "gap_enough_under",
    tau * (1 - tau) / kappa + rho * tau * (2 * tau - 1) / ((1 - tau) * (kappa - tau)),
    None,
    "Ridgeless g_task at infinite context, tau < 1 and kappa > tau.",
)

icl_line_over = _define(
    "icl_line_over",
    rho / (sp.sqrt(1 + rho) * (tau - 1)),
    None,
    "Growth of ridgeless e_icl with the root of the context, kappa = 1 < tau.",
)

icl_line_under = _define(
    "icl_line_under",
    rho * tau / (sp.sqrt(1 + rho) * (1 - tau)),
    None,
    "Growth of ridgeless e_icl with the root of the context, kappa = tau < 1.",
)

idg_line_under = _define(
    "idg_line_under",
    rho / (2 * sp.sqrt(1 + rho)),
    None,
    "Growth of ridgeless e_idg with the root of the context, kappa = tau < 1.",
)

gap_line_under = _define(
    "gap_line_under",
    rho * (3 * tau - 1) / (2 * sp.sqrt(1 + rho) * (1 - tau)),
    None,
    "Growth of ridgeless g_task with the root of the context, kappa = tau < 1: negative below 1/3.",
)

# Infinite context before lam -> 0.

icl_few_ridge = _define(
    "icl_few_ridge",
    few_tasks_bias
    + rho * (2 * kappa**2 - kappa * tau - kappa + tau) / ((1 - kappa) * (tau - kappa)),
    None,
    "e_icl at infinite context with vanishing ridge, kappa < min(tau, 1).",
)

idg_few_ridge = _define(
    "idg_few_ridge",
    rho * tau / (tau - kappa),
    None,
    "e_idg at infinite context with vanishing ridge, kappa < min(tau, 1).",
)

gap_few_ridge = _define(
    "gap_few_ridge",
    few_tasks_bias + rho * kappa * (2 * kappa - 1) / ((1 - kappa) * (tau - kappa)),
    None,
    "g_task at infinite context with vanishing ridge, kappa < min(tau, 1).",
)

icl_ridge_line_over = _define(
    "icl_ridge_line_over",
    rho / (2 * sp.sqrt(tau * (tau - 1))),
    None,
    "Growth of e_icl at infinite context with lam^{-1/2}, kappa = 1 < tau.",
)

icl_ridge_line_under = _define(
    "icl_ridge_line_under",
    rho * sp.sqrt(tau / (1 - tau)) / 2,
    None,
    "Growth of e_icl at infinite context with lam^{-1/2}, kappa = tau < 1.",
)

idg_ridge_line_under = _define(
    "idg_ridge_line_under",
    rho * sp.sqrt((1 - tau) / tau) / 2,
    None,
    "Growth of e_idg at infinite context with lam^{-1/2}, kappa = tau < 1.",
)

# The interpolation threshold at infinite context.

icl_peak_enough = _define(
    "icl_peak_enough",
    rho * sp.sqrt(kappa / (kappa - 1)) / 2,
    None,
    "Interpolation peak of e_icl at infinite context, tau = 1 < kappa.",
)

idg_peak_enough = _define(
    "idg_peak_enough",
    rho * sp.sqrt((kappa - 1) / kappa) / 2,
    None,
    "Interpolation peak of e_idg at infinite context, tau = 1 < kappa.",
)

icl_peak_few = _define(
    "icl_peak_few",
    rho * sp.sqrt((1 - kappa) / (1 + rho)) / 2,
    None,
    "Interpolation peak of e_icl, per root of the context, kappa < 1 = tau.",
)

idg_peak_few = _define(
    "idg_peak_few",
    rho * sp.sqrt((1 + rho) / (1 - kappa)) / 2,
    None,
    "Interpolation peak of e_idg, times the root of the context, kappa < 1 = tau.",
)

icl_peak_critical = _define(
    "icl_peak_critical",
    rho / (2 * (1 + rho) ** sp.Rational(1, 4)),
    None,
    "Interpolation peak of e_icl, per fourth root of the context, kappa = 1 = tau.",
)

idg_peak_critical = _define(
    "idg_peak_critical",
    rho * (1 + rho) ** sp.Rational(1, 4) / 2,
    None,
    "Interpolation peak of e_idg, times the fourth root of the context, kappa = 1 = tau.",
)

icl_peak_context_first = _define(
    "icl_peak_context_first",
    rho / 3,
    None,
    "Peak of e_icl with lam^{-2/3} at infinite context, kappa = 1 = tau.",
)

idg_peak_context_first = _define(
    "idg_peak_context_first",
    2 * rho / 3,
    None,
    "Peak of e_idg with lam^{-1/3} at infinite context, kappa = 1 = tau.",
)

# The transition in task diversity: tau = c alpha, alpha -> oo.

transition_gap = _define(
    "transition_gap",
    (1 - kappa) * (1 + rho / ((1 + rho) * c)),
    None,
    "g_task with fewer tasks than dimensions, tau = c alpha -> oo, ridgeless.",
    "paper, task diversity transition",
)

transition_gap_critical = _define(
    "transition_gap_critical",
    sp.sqrt(1 + rho) / 2 + rho / (c * sp.sqrt(1 + rho)),
    None,
    "alpha^{1/2} g_task at kappa = 1, tau = c alpha -> oo, ridgeless.",
)

transition_gap_enough = _define(
    "transition_gap_enough",
    rho / (c * (kappa - 1)),
    None,
    "alpha g_task for kappa > 1, tau = c alpha -> oo, ridgeless.",
)

window_above = _define(
    "window_above",
    2 / (c1 + sp.sqrt(c1**2 + 4 * (1 + rho))),
    r"\mu_{+}",
    "alpha^{-1/2} m in the window kappa = 1 + c1 alpha^{-1/2}.",
)

window_below = _define(
    "window_below",
    (c1 + sp.sqrt(c1**2 + 4 * (1 + rho))) / (2 * (1 + rho)),
    r"\mu_{-}",
    "alpha^{-1/2} m in the window kappa = 1 - c1 alpha^{-1/2}.",
)


def transition_window(scale: sp.Expr) -> sp.Expr:
    """alpha^{1/2} g_task in the window around kappa = 1, for alpha^{-1/2} m = scale."""
    square = (1 + rho) * scale**2
    return scale * ((c * (1 + rho) + rho) * square + rho) / (c * (1 + square))


transition_gap_ridge = _define(
    "transition_gap_ridge",
    lam**2 * m**2 * t * (1 + t) / (kappa * P),
    None,
    "g_task for tau = c alpha -> oo at fixed ridge, where nu = lam; it does not depend on c.",
)

transition_gap_ridge_scaled = _define(
    "transition_gap_ridge_scaled",
    (1 - kappa) * (1 + rho * (1 + rho) / (c * (1 + rho + c1) ** 2)),
    None,
    "g_task with fewer tasks than dimensions, tau = c alpha -> oo and lam = c1/alpha.",
)

# One parameter at a time.

zero_predictor = _define(
    "zero_predictor",
    1 + rho,
    None,
    "Error of the predictor that is zero: the variance of a label.",
)

few_sequences_gap = _define(
    "few_sequences_gap",
    alpha * (alpha * (1 - rho) + 2 * (1 + rho)) / (kappa * (alpha + 1 + rho) ** 2),
    None,
    "g_task per tau as tau -> 0; negative for rho > 1 and alpha > 2(1 + rho)/(rho - 1).",
)

large_ridge_gap = _define(
    "large_ridge_gap",
    2 / kappa,
    None,
    "lam g_task as lam -> oo.",
)

no_context_peak = _define(
    "no_context_peak",
    (1 + rho) ** sp.Rational(3, 2) / (2 * sp.sqrt(lam)),
    None,
    "alpha^{1/2} e_icl and alpha^{1/2} e_idg as alpha -> 0, tau = 1.",
)

many_sequences_idg = _define(
    "many_sequences_idg",
    rho + x * m * t + lam * nu * m * t**2 / P,
    None,
    "e_idg as tau -> oo, where xi = lam and nu = x + lam.",
)

many_sequences_icl = _define(
    "many_sequences_icl",
    rho + nu**2 * m / P + x * m * t**2 * (nu * m / kappa + t) / P,
    None,
    "e_icl as tau -> oo, where xi = lam and nu = x + lam: no pretraining variance is left.",
)

diversity_gap_over = _define(
    "diversity_gap_over",
    2 * x**2 / (1 + x) ** 3 + (rho + x / (1 + x)) / ((tau - 1) * (1 + x) ** 2),
    r"g_{\infty}^{>}",
    "kappa g_task as kappa -> oo, ridgeless, tau > 1.",
)

diversity_gap_under = _define(
    "diversity_gap_under",
    tau
    * (
        rho * (2 * tau - 1) * (1 + x)
        + (1 - tau) ** 2
        + x * (4 * tau**2 - 6 * tau + 3)
        + 2 * x**2 * (1 - tau)
    )
    / ((1 - tau) * (1 + x) ** 3),
    r"g_{\infty}^{<}",
    "kappa g_task as kappa -> oo, ridgeless, tau < 1.",
)

one_task_icl_over = _define(
    "one_task_icl_over",
    1 + rho * (1 + tau * x) / (x * (tau - 1)),
    None,
    "Ridgeless e_icl as kappa -> 0, tau > 1.",
)

one_task_icl_under = _define(
    "one_task_icl_under",
    1 + rho * (tau + x) / (x * (1 - tau)),
    None,
    "Ridgeless e_icl as kappa -> 0, tau < 1.",
)

one_task_idg_under = _define(
    "one_task_idg_under",
    rho / (1 - tau),
    None,
    "Ridgeless e_idg as kappa -> 0, tau < 1.",
)

# The interpolation threshold.

peak_window = _define(
    "peak_window",
    rho / sp.sqrt(1 + 4 * c * kappa / (kappa - 1)),
    None,
    "|1 - tau| e_idg at infinite context with lam = c (1 - tau)^2, tau -> 1, kappa > 1: from the "
    "1/|1 - tau| law at c = 0 to the lam^{-1/2} law.",
)

peak_window_any_idg = _define(
    "peak_window_any_idg",
    (rho + x * D1) / sp.sqrt(1 + 4 * c * m),
    r"w_{\mathrm{IDG}}",
    "|1 - tau| e_idg with lam = c (1 - tau)^2, tau -> 1, m the resolvent trace at x.",
)

peak_window_any_icl = _define(
    "peak_window_any_icl",
    (1 + x) * m * peak_window_any_idg,
    r"w_{\mathrm{ICL}}",
    "|1 - tau| e_icl with lam = c (1 - tau)^2, tau -> 1, m the resolvent trace at x.",
)
