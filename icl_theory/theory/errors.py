"""Test and training errors in the limit, in the form without cancellation and as printed.

All are functions of the state (nu, m, xi, r) of the fixed point and hold at any ridge; ridgeless
they hold with the limits of the state (``ridgeless.py``).
"""

import sympy as sp

from icl_theory.algebra.quantity import define

from .fixed_point import S, ridge_log_slope, x
from .spectral import D1, D2, D12, inv_kappa, minus_M_prime, t
from .symbols import m, nu, r, rho, tau, xi

e_idg_per_tau = define(
    "e_idg_per_tau",
    (rho + x * D1 + xi * nu * D12) / ridge_log_slope,
    latex=sp.Symbol(r"e_{\mathrm{IDG}}") / tau,
    doc="e_idg/tau, what pretraining variance is proportional to; -c in the paper's notation.",
)

e_idg = define(
    "e_idg",
    tau * e_idg_per_tau,
    latex=r"e_{\mathrm{IDG}}",
    doc="In-distribution generalisation error: fresh sequences from the pretraining tasks.",
)

noise = define(
    "noise",
    rho,
    latex=r"e_{\mathrm{noise}}",
    doc="Label noise, the first of the four terms of e_icl.",
)

bias = define(
    "bias",
    nu**2 * minus_M_prime,
    latex=r"e_{\mathrm{bias}}",
    doc="Bias from tasks not seen in pretraining and from the effective ridge.",
)

context_variance = define(
    "context_variance",
    x * D2,
    latex=r"e_{\mathrm{context}}",
    doc="Variance from the finite context.",
)

pretraining_variance = define(
    "pretraining_variance",
    (1 + x) * S * e_idg_per_tau,
    latex=r"e_{\mathrm{pretraining}}",
    doc="Variance from the finite number of pretraining sequences.",
)

e_icl = define(
    "e_icl",
    noise + bias + context_variance + pretraining_variance,
    latex=r"e_{\mathrm{ICL}}",
    doc="In-context learning error: a fresh task in every sequence.",
)

leverage = define(
    "leverage",
    m * t * inv_kappa * minus_M_prime,
    latex=None,
    doc="Common factor of the three terms of g_task: zero at infinite task diversity.",
)

gap_diversity = define(
    "gap_diversity",
    leverage * nu**2 * (1 + t),
    latex=r"g_{\mathrm{bias}}",
    doc="Part of g_task that does not depend on the number of pretraining sequences' noise.",
)

gap_pretraining = define(
    "gap_pretraining",
    leverage * e_idg_per_tau * (x + t**2),
    latex=r"g_{\mathrm{pretraining}}",
    doc="Part of g_task by which pretraining variance hurts fresh tasks more.",
)

gap_relief = define(
    "gap_relief",
    leverage * e_idg_per_tau * t * xi,
    latex=r"g_{\mathrm{relief}}",
    doc="Part of g_task that is subtracted: pretraining variance along the seen tasks.",
)

gap = define(
    "gap",
    gap_diversity + gap_pretraining - gap_relief,
    latex=r"g_{\mathrm{task}}",
    doc="Task-generalisation gap e_icl - e_idg.",
)

train = define(
    "train",
    r**2 * e_idg,
    latex=r"e_{\mathrm{train}}",
    doc="Mean squared residual of the estimator on its own pretraining set.",
)

objective = define(
    "objective",
    r * (rho + nu * D1),
    latex=r"\mathcal{V}",
    doc="Minimum of the ridge objective per pretraining sequence, in the limit.",
)

# The paper's printed form at any ridge.

c_paper = define(
    "c_paper",
    (rho + nu - nu**2 * m - xi * (1 - 2 * nu * m + nu**2 * minus_M_prime))
    / (1 - 2 * xi * m + xi**2 * minus_M_prime - tau),
    latex="c",
    source="paper, theorem on the ICL error",
    doc="The scalar c of the paper's ridge formulas; e_idg = -tau c.",
)

e_idg_paper = define(
    "e_idg_paper",
    -tau * c_paper,
    latex=r"e_{\mathrm{IDG}}^{\mathrm{paper}}",
    source="paper, theorem on the IDG error",
    doc="e_idg as printed in the paper.",
)

e_icl_paper = define(
    "e_icl_paper",
    (1 + x) * (1 - 2 * nu * m + nu**2 * minus_M_prime - c_paper * (m - xi * minus_M_prime))
    - 2 * (1 - nu * m)
    + 1
    + rho,
    latex=r"e_{\mathrm{ICL}}^{\mathrm{paper}}",
    source="paper, theorem on the ICL error",
    doc="e_icl as printed in the paper.",
)
