r"""Structured tasks and tests that differ from pretraining.

Pretraining tasks are w ~ N(0, C) and test tasks w ~ N(0, T), tested at a context length alpha_T and
noise rho_T of their own. What enters is the joint spectrum: eigenvalues c of C and, for each, the
weight s = u^T T u of its eigenvector u in T. Angular brackets are averages over the d directions.

The state is (nu, m, xi, r) as in the isotropic theory. With u = nu/t the letter of the averages is
p = c/(c + u) = t c G, so that G = (1 - p)/nu and c G = p/t, and every average of the theory is one
of a polynomial in p. C = T = I is the isotropic theory.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import DEGREE, Average, p, weight
from icl_theory.algebra.quantity import Quantity, define

from .spectral import D1, inv_kappa, t
from .symbols import alpha, m, nu, r, rho, tau, xi

#: An eigenvalue of C; the weight s of its eigenvector in T is `algebra.averages.weight`.
c = sp.Symbol("c", positive=True)
#: Averages of c and s: variance of a label without noise, in pretraining and in the test.
theta_C, theta_T = sp.symbols("theta_C theta_T", positive=True)
#: Context length over d and label noise of the test.
alpha_T = sp.Symbol("alpha_T", positive=True)
rho_T = sp.Symbol("rho_T", nonnegative=True)

x_C = define(
    "x_C",
    (theta_C + rho) / alpha,
    latex="x",
    doc="Noise-to-context ratio of pretraining, (theta + rho)/alpha.",
    coordinate=True,
)

x_T = define(
    "x_T",
    (theta_T + rho_T) / alpha_T,
    latex="x_T",
    doc="Noise-to-context ratio of the test.",
)

x_P = define(
    "x_P",
    (theta_C + rho_T) / alpha_T,
    latex="x_P",
    doc="Noise-to-context ratio of a test on the pretraining tasks.",
)

resolvent = define(
    "G",
    1 / (t * c + nu),
    latex="G",
    doc="Deterministic equivalent of (R + nu)^{-1} in a direction of eigenvalue c.",
)

_IN_LETTER = ((c, nu / t * p / (1 - p)), (resolvent, (1 - p) / nu))


def mean(function: object, degree: int = DEGREE) -> Average:
    """Average of a function of c, s and the resolvent G over the directions."""
    return Average(function, _IN_LETTER, degree)


def _average(name: str, function: sp.Expr, latex: str | None, doc: str) -> Quantity:
    return define(name, mean(function), latex=latex, doc=doc)


mean_cG = _average("mean_cG", c * resolvent, None, "lim tr C (t C + nu)^{-1} / d, which is m.")
mean_G = _average("mean_G", resolvent, None, "lim tr (R + nu)^{-1} / d.")
mean_GG = _average("mean_GG", resolvent**2, None, "Average of G^2.")
mean_cGG = _average("mean_cGG", c * resolvent**2, r"q", "Average of c G^2.")
mean_ccGG = _average("mean_ccGG", c**2 * resolvent**2, None, "Average of c^2 G^2.")
mean_sGG = _average("mean_sGG", weight * resolvent**2, None, "Average of s G^2.")
mean_scGG = _average("mean_scGG", weight * c * resolvent**2, None, "Average of s c G^2.")

#: The averages that evaluators take, each with what is averaged.
AVERAGES: dict[Quantity, sp.Expr] = {
    mean_cG: c * resolvent,
    mean_G: resolvent,
    mean_GG: resolvent**2,
    mean_cGG: c * resolvent**2,
    mean_ccGG: c**2 * resolvent**2,
    mean_sGG: weight * resolvent**2,
    mean_scGG: weight * c * resolvent**2,
}

silverstein_residual = define(
    "silverstein_residual",
    m - mean_cG,
    latex=r"\mathcal{R}_C",
    source="Silverstein (1995)",
    doc="Zero where m solves Silverstein's equation for tasks of covariance C.",
)

gamma_C = define(
    "gamma_C",
    t**2 * inv_kappa * mean_ccGG,
    latex=r"\gamma",
    doc="Share by which fluctuations of R feed back on themselves, below one.",
)

inflated = define(
    "inflated",
    t / (1 + nu * mean_cGG * inv_kappa),
    latex=r"\hat{t}",
    doc="t^2/(1 - gamma), with 1 - gamma = t (1 + nu q/kappa) free of cancellation.",
)

D12_C = define(
    "D12_C",
    inflated * mean_cGG,
    latex=r"D_{12}",
    doc="lim tr R (R + nu)^{-2} / d.",
)

square_1 = define(
    "square_1",
    mean_GG + mean_cGG * D12_C * inv_kappa,
    latex=r"\Theta_{1}",
    doc="lim tr (R + nu)^{-2} / d.",
)

square_s = define(
    "square_s",
    mean_sGG + mean_scGG * D12_C * inv_kappa,
    latex=r"\Theta_{s}",
    doc="lim tr T (R + nu)^{-2} / d.",
)

D2_C = define(
    "D2_C",
    t**2 * mean_ccGG + nu**2 * D12_C * mean_cGG * inv_kappa,
    latex="D_2",
    doc="lim tr R^2 (R + nu)^{-2} / d.",
)

ridge_residual_C = define(
    "ridge_residual_C",
    tau * r + D1 + x_C * mean_G - tau,
    latex=r"\mathcal{F}",
    doc="Ridge equation as degrees of freedom.",
)

S_C = define(
    "S_C",
    x_C * square_1 + D12_C,
    latex="S",
    doc="Rate at which D1 + x ⟨G⟩ falls in xi, also lim tr (x + R)(R + nu)^{-2} / d.",
)

slope_C = define(
    "slope_C",
    tau * r + xi * S_C,
    latex=r"\mathcal{F}'",
    doc="Rate at which the ridge residual falls in log xi.",
)

e_idg_per_tau_C = define(
    "e_idg_per_tau_C",
    (rho + x_C * D1 + xi * nu * D12_C) / slope_C,
    latex=sp.Symbol(r"e_{\mathrm{IDG}}") / tau,
    doc="e_idg/tau, what pretraining variance is proportional to.",
)

e_idg_C = define(
    "e_idg_C",
    tau * e_idg_per_tau_C,
    latex=r"e_{\mathrm{IDG}}",
    doc="In-distribution generalisation error: fresh sequences from the pretraining tasks.",
)

bias_T = define(
    "bias_T",
    nu**2 * square_s,
    latex=r"e_{\mathrm{bias}}",
    doc="Bias on test tasks of covariance T.",
)

context_T = define(
    "context_T",
    x_T * D2_C,
    latex=r"e_{\mathrm{context}}",
    doc="Variance from the test's finite context.",
)

S_T = define(
    "S_T",
    x_C * (square_s + x_T * square_1) + inflated * (mean_scGG + x_T * mean_cGG),
    latex="S_T",
    doc="lim tr (x + R)(T + x_T)-weighted (R + nu)^{-2} / d: what pretraining variance costs.",
)

pretraining_T = define(
    "pretraining_T",
    S_T * e_idg_per_tau_C,
    latex=r"e_{\mathrm{pretraining}}",
    doc="Variance from the finite number of pretraining sequences, on test tasks.",
)

e_test = define(
    "e_test",
    rho_T + bias_T + context_T + pretraining_T,
    latex=r"e_T",
    doc="Error on fresh tasks of covariance T at context alpha_T and noise rho_T.",
)

bias_P = define(
    "bias_P",
    nu**2 * D12_C,
    latex=r"e_{\mathrm{bias},P}",
    doc="Bias on the pretraining tasks.",
)

context_P = define(
    "context_P",
    x_P * D2_C,
    latex=r"e_{\mathrm{context},P}",
    doc="Variance from the test's finite context, on the pretraining tasks.",
)

pretraining_P = define(
    "pretraining_P",
    (D2_C + x_C * D12_C + x_P * S_C) * e_idg_per_tau_C,
    latex=r"e_{\mathrm{pretraining},P}",
    doc="Variance from the finite number of pretraining sequences, on the pretraining tasks.",
)

e_seen = define(
    "e_seen",
    rho_T + bias_P + context_P + pretraining_P,
    latex=r"e_P",
    doc="Error on fresh sequences of the pretraining tasks at context alpha_T and noise rho_T.",
)

train_C = define(
    "train_C",
    r**2 * e_idg_C,
    latex=r"e_{\mathrm{train}}",
    doc="Mean squared residual on the pretraining set.",
)

# How much test tasks in one direction cost.

context_price = define(
    "context_price",
    D2_C + e_idg_per_tau_C * S_C,
    latex=r"\mathcal{P}",
    doc="Derivative of the error in x_T: what a unit of the test's noise-to-context ratio costs.",
)

gap_P = define(
    "gap_P",
    rho_T - rho + (x_P - x_C) * context_price,
    latex=r"g_P",
    doc="Error on the pretraining tasks less that on the pretraining distribution itself.",
)

alignment_level = define(
    "alignment_level",
    nu**2 + e_idg_per_tau_C * x_C,
    latex=r"\mathcal{A}",
    doc="Coefficient of G^2 in the alignment weight.",
)

alignment_slope = define(
    "alignment_slope",
    alignment_level * D12_C * inv_kappa + e_idg_per_tau_C * inflated,
    latex=r"\mathcal{B}",
    doc="Coefficient of c G^2 in the alignment weight.",
)

alignment_weight = define(
    "alignment_weight",
    (alignment_level + alignment_slope * c) * resolvent**2 + context_price / alpha_T,
    latex="h(c)",
    doc="Error per unit of test variance in a direction of eigenvalue c.",
)

hardest = define(
    "hardest",
    nu / t - 2 * alignment_level / alignment_slope,
    latex=r"c_\star",
    doc="Eigenvalue whose direction costs a test most, where positive; else it is the smallest.",
)

# Pretraining on the tasks of the test, with unlimited sequences.

matched_excess = define(
    "matched_excess",
    nu * (D1 + nu * D12_C * (1 - t**2) / t**2),
    latex=r"\mathcal{X}",
    doc="Error above the noise of matched tasks: tau = oo, no ridge, tested as pretrained, nu = x.",
)

# How the state moves with nu.

m_rate = define(
    "m_rate",
    -mean_cGG / (1 - gamma_C),
    latex=r"m'",
    doc="Slope of m in nu along Silverstein's equation.",
)


def along_nu(function: sp.Expr) -> sp.Expr:
    """d⟨f⟩/dnu of a function of c, s and G, as m follows nu."""
    turned = sp.diff(function, resolvent) * -(resolvent**2)
    return mean(turned) + mean(turned * c) * sp.diff(t.definition, m) * m_rate
