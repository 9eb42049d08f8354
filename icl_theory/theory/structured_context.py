r"""Structured tasks at infinite context without ridge: lam -> 0, and then alpha -> oo.

Without ridge the states of one (tau, kappa) are a curve in u = nu/t. With D1(u) = ⟨c/(c + u)⟩

    t = 1 - D1/kappa,     nu = t u,
    xi = 0,                          x = nu                           above the threshold,
    xi = nu (1 - tau)/(1 - D1),      x = nu (tau - D1)/(1 - D1)       below it.

x rises with u and vanishes at an end u_0 of the curve. There D1 is as large as it can be,

    D1(u_0) = g,     g = min(kappa, tau, rank C/d),

with tau = 1 above the threshold; where the rank is the least of the three, u_0 = 0. So infinite
context is the limit in which u falls to u_0, and every error is a function of u with a limit there:
a number, 0 or oo. What vanishes on the way is written in the distance g - D1, which is a sum of
positive terms,

    g - D1(u) = (u - u_0) ⟨c/((c + u_0)(c + u))⟩,

so that leading terms are found without a difference. A test at infinite context has the context of
pretraining, alpha_T = alpha -> oo, and x_T stays in the same ratio to x; at finite context x_T
stays.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.quantity import define

from .spectral import inv_kappa
from .symbols import tau

#: nu/t; the distance g - D1; 1 - D1.
u, lost, unused = sp.symbols("u delta_D delta_1", positive=True)
#: 1 - g/kappa and tau - g, either of which may be zero.
tasks_left, sequences_left = sp.symbols("delta_kappa delta_tau", nonnegative=True)

context_t = define(
    "context_t",
    tasks_left + lost * inv_kappa,
    latex=r"t_{\circ}",
    doc="The shrinkage t along the curve of ridgeless states.",
)

context_nu = define(
    "context_nu",
    context_t * u,
    latex=r"\nu_{\circ}",
    doc="The argument nu along the curve of ridgeless states.",
)

context_x = define(
    "context_x",
    context_nu * (sequences_left + lost) / unused,
    latex=r"x_{\circ}",
    doc="Noise-to-context ratio along the curve below the threshold.",
)

context_xi = define(
    "context_xi",
    context_nu * (1 - tau) / unused,
    latex=r"\xi_{\circ}",
    doc="Effective ridge along the curve below the threshold.",
)
