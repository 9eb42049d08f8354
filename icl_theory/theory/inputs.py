r"""Correlated inputs in the limit: every row of Gamma is regularised in its own way.

Inputs are x ~ N(0, Sigma/d), with eigenvalues a. In coordinates of isotropic inputs tasks have
covariance Sigma^{1/2} C Sigma^{1/2}, whose eigenvectors are taken to be those of Sigma: its
eigenvalues are c, and s is the weight of test tasks there. The penalty |Gamma|^2 becomes
sum_ji Gamma_ji^2/(a_j a_i), so that row j has the equivalent

    Gamma_j = e_j^T R (R + N_j)^{-1},     N_j = diag_i n_ji,     n_ji = x + xi/(a_j a_i),

and a resolvent G_ji = 1/(t_j c_i + n_ji) with m_j = ⟨c G_j⟩ of its own. Averages over directions i
are letters here; errors are averages over rows j of what is written, and, where it depends on i,
over both.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.averages import weight
from icl_theory.algebra.quantity import define

from .spectral import inv_kappa, t
from .structured import c, rho_T, x_C, x_P, x_T
from .symbols import r, rho, tau, xi

#: Eigenvalues of Sigma: of the row, and of the direction.
a_row, a = sp.symbols("a_j a_i", positive=True)
#: Averages over the directions of a row: of c G^2, c n G^2 and s c G^2.
row_cGG, row_cnGG, row_scGG = sp.symbols("q_j q_nj q_sj", positive=True)
#: Averages over rows and directions of `transfer_ji`, alone and with factors 1/(a_j a_i) and s.
mean_transfer, penalised_transfer, weighted_transfer = sp.symbols("M M_a M_s", positive=True)
#: Averages over rows of what is on the diagonal, and of `row_squared`.
mean_own, mean_context, mean_bias, mean_squared = sp.symbols("W_R W_x W_s Q_R", positive=True)

level = define(
    "level",
    x_C + xi / (a_row * a),
    latex=r"n_{ji}",
    doc="What is added to R in direction i of row j.",
)

row_G = define(
    "row_G",
    1 / (t * c + level),
    latex=r"G_{ji}",
    doc="Deterministic equivalent of (R + N_j)^{-1} in a direction of eigenvalue c.",
)

row_inflated = define(
    "row_inflated",
    t / (1 + row_cnGG * inv_kappa),
    latex=r"\hat{t}_j",
    doc="t^2/(1 - gamma) of a row, free of cancellation.",
)

sampled_ji = define(
    "sampled_ji",
    row_inflated * c * row_G**2,
    latex=None,
    doc="Equivalent of H R H in direction i, H = (R + N_j)^{-1}.",
)

square_ji = define(
    "square_ji",
    row_G**2 * (1 + c * row_inflated * row_cGG * inv_kappa),
    latex=None,
    doc="Equivalent of H H in direction i.",
)

tested_ji = define(
    "tested_ji",
    row_G**2 * (weight + c * row_inflated * row_scGG * inv_kappa),
    latex=None,
    doc="Equivalent of H T H in direction i.",
)

transfer_ji = define(
    "transfer_ji",
    x_C * square_ji + sampled_ji,
    latex=r"M_{ji}",
    doc="Equivalent of H (x + R) H in direction i.",
)

row_squared = define(
    "row_squared",
    c * row_G**2 * (t**2 * c + level * row_inflated * row_cnGG * inv_kappa) + x_C * sampled_ji,
    latex=None,
    doc="Its average over directions is lim tr R H (x + R) H/d.",
)

own_j = define(
    "own_j",
    level**2 * sampled_ji,
    latex=None,
    doc="Bias of row j on the pretraining tasks; direction and row are the same.",
)

context_j = define(
    "context_j",
    (t * c * row_G) ** 2 + level**2 * row_G**2 * c * row_inflated * row_cGG * inv_kappa,
    latex=None,
    doc="Squared norm of row j; direction and row are the same.",
)

bias_j = define(
    "bias_j",
    level**2 * tested_ji,
    latex=None,
    doc="Bias of row j on test tasks; direction and row are the same.",
)

freedom_ji = define(
    "freedom_ji",
    t * c * row_G + x_C * row_G,
    latex=None,
    doc="Degrees of freedom: its average is tau (1 - lam/xi).",
)

unused_ji = define(
    "unused_ji",
    xi / (a_row * a) * row_G,
    latex=None,
    doc="What degrees of freedom leave to one.",
)

idg_per_tau = define(
    "idg_per_tau",
    (rho + mean_own + x_C * mean_context) / (tau * r + xi * penalised_transfer),
    latex=sp.Symbol(r"e_{\mathrm{IDG}}") / tau,
    doc="e_idg/tau with correlated inputs.",
)

#: The two variances of a test on fresh tasks, and on the pretraining tasks.
VARIANCES = x_T * mean_context, idg_per_tau * (weighted_transfer + x_T * mean_transfer)
VARIANCES_SEEN = x_P * mean_context, idg_per_tau * (mean_squared + x_P * mean_transfer)

e_inputs = define(
    "e_inputs",
    rho_T + mean_bias + sp.Add(*VARIANCES),
    latex=r"e_T",
    doc="Error on fresh test tasks with correlated inputs.",
)

e_inputs_seen = define(
    "e_inputs_seen",
    rho_T + mean_own + sp.Add(*VARIANCES_SEEN),
    latex=r"e_P",
    doc="Error on fresh sequences of the pretraining tasks with correlated inputs.",
)

#: Averages over rows and directions, and over rows alone: each with what is averaged.
DOUBLE: dict[sp.Symbol, sp.Expr] = {
    mean_transfer: transfer_ji,
    penalised_transfer: transfer_ji / (a_row * a),
    weighted_transfer: weight * transfer_ji,
    mean_squared: row_squared,
}
DIAGONAL: dict[sp.Symbol, sp.Expr] = {
    mean_own: own_j,
    mean_context: context_j,
    mean_bias: bias_j,
}
