r"""The second order at finite d: what fluctuations of a sequence's response to itself change.

The deterministic equivalent takes the response of every sequence to itself for one number. At
finite d it varies: by a relative 1/sqrt(d) from task to task, from query to query (|x|^2) and from
context to context. Two things more are kept.

* Each task has a response of its own: the equivalent of a mixture with given numbers of sequences,

      M = (sum_j pi_j phi_j E_j + xi)^{-1},   1/phi_j = r + (d/n) tr E_j M,   sum_j pi_j phi_j = 1,

  where E_j is the second moment of task j and pi_j its share of the sequences.

* The expectation of log det of the Gram matrix changes by a sum over tasks of `log_det_change`:
  repeated scattering within a task, and the fourth cumulant of its features, which is the variance
  of their response less what it would be were they normal with the same covariance.

Labels enter log det as one more coordinate whose weight is raised from zero: the minimum of the
penalised loss is the derivative there, and `fluctuation_step` what fluctuations add to it.

This is the leading correction of an expansion, in the symbols of one task; it is checked by
simulation. What is claimed of it says how far it is proved.
"""

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.quantity import define

from .deterministic import freedom
from .symbols import d, ell, n, r, rho, tau

#: Share of the sequences that a task has, and weight of its moment, 1 where all tasks are alike.
share, weight = sp.symbols("pi_j phi_j", positive=True)
#: tr E_j M and tr (E_j M)^2.
trace, twice = sp.symbols("T_j Q_j", positive=True)
#: Variance over contexts of g^T M g.
spread = sp.Symbol("V_j", nonnegative=True)
#: Their rates as labels get weight; that of the trace is the rate of the response with its label.
trace_rate, twice_rate, spread_rate = sp.symbols(r"\dot{T}_j \dot{Q}_j \dot{V}_j", real=True)
#: Weight of the labels.
label_weight = sp.Symbol("s_y", real=True)

task_response_sum = define(
    "task_response_sum",
    r + d / n * trace,
    latex=r"\psi_j",
    doc="r + (d/n) tr E_j M, one over the weight of a task in the equivalent of the mixture.",
)

weight_rate = define(
    "weight_rate",
    -d / n * weight**2 * trace_rate,
    latex=r"\dot\phi_j",
    doc="Rate of a task's weight as labels get weight.",
)

repeated = define(
    "repeated",
    d / n * share * weight**2 * twice,
    latex=r"K_j",
    doc="Repeated scattering within a task.",
)

repeated_rate = define(
    "repeated_rate",
    d / n * share * weight**2 * (twice_rate - 2 * d / n * weight * trace_rate * twice),
    latex=r"\dot K_j",
    doc="Rate of repeated scattering as labels get weight.",
)

cumulant = define(
    "cumulant",
    2 / d * (trace**2 - twice) + spread,
    latex=r"\kappa_j",
    doc="Fourth cumulant of a task's features in the metric M, to leading order.",
)

cumulant_rate = define(
    "cumulant_rate",
    4 / d * trace * (trace_rate - rho) - 2 / d * twice_rate + spread_rate,
    latex=r"\dot\kappa_j",
    doc="Rate of the fourth cumulant as labels get weight; noise does not grow with the query.",
)

log_det_change = define(
    "log_det_change",
    sp.log(1 - repeated) / 2 - n * share * weight**2 * (d / n) ** 2 * cumulant / 2,
    latex=r"\Delta_j \log\det",
    doc="What fluctuations within a task change in the expectation of log det.",
)

fluctuation_step = define(
    "fluctuation_step",
    -n / d * repeated_rate / (2 * (1 - repeated))
    + share * weight**2 * (d**2 / n * weight * trace_rate * cumulant - d / 2 * cumulant_rate),
    latex=r"\Delta_j",
    doc="What fluctuations within a task change in the minimum of the loss, over r.",
)

# The context: g = c E[g] + sqrt(c) z with z normal and c = chi^2_ell/ell.

#: Quadratic form and trace of the metric: m^T M m and tr M Sigma for z ~ N(0, Sigma).
square_of_mean, trace_of_spread = sp.symbols("a_M s_M", real=True)
#: The same for the form g^T P g - 2 b^T g, and the linear term b^T m.
other_square, other_trace, linear = sp.symbols("a_P s_P b_P", real=True)
#: tr M Sigma P Sigma and m^T M Sigma (P m - b).
crossed, along = sp.symbols("X_1 X_2", real=True)
#: Relative size of sum y_i^2.
size = sp.Symbol("c", positive=True)

growth = define(
    "growth",
    2 * square_of_mean + trace_of_spread,
    latex=r"\dot g_M",
    doc="How the mean of g^T M g grows with sum y_i^2.",
)

other_growth = define(
    "other_growth",
    2 * (other_square - linear) + other_trace,
    latex=r"\dot g_P",
    doc="How the mean of g^T P g - 2 b^T g grows with sum y_i^2.",
)

size_variance = define(
    "size_variance",
    2 / ell,
    latex=None,
    doc="Relative variance of sum y_i^2 over contexts.",
)

context_covariance = define(
    "context_covariance",
    2 * crossed + 4 * along + size_variance * growth * other_growth,
    latex=r"\operatorname{Cov}_g",
    doc="Covariance over contexts of g^T M g and g^T P g - 2 b^T g, to leading order in 1/ell.",
)


def sized_mean() -> sp.Expr:
    """Mean of g^T M g for a context whose sum y_i^2 is ``size`` times its mean."""
    return size**2 * square_of_mean + size * trace_of_spread


def other_sized_mean() -> sp.Expr:
    """Mean of g^T P g - 2 b^T g for such a context."""
    return size**2 * other_square + size * other_trace - 2 * size * linear


def rate_of(expression: sp.Expr) -> sp.Expr:
    """Derivative as labels get weight, all parts moving at their rates."""
    moving = {
        weight: weight + label_weight * weight_rate,
        trace: trace + label_weight * trace_rate,
        twice: twice + label_weight * twice_rate,
        spread: spread + label_weight * spread_rate,
    }
    moved = At(expression, *moving.items())
    return At(Partial(moved, label_weight), (label_weight, sp.Integer(0)))


def of_equal_tasks(expression: sp.Expr) -> sp.Expr:
    """``expression`` where all tasks have the same moment E: tr E M is d times the freedom."""
    return At(expression, (weight, sp.Integer(1)), (trace, d * freedom), (n, tau * d**2))
