"""The ridgeless limit lam -> 0: the state in closed form and the errors as the paper prints them.

With theta = min(tau, 1): m = theta M_{kappa/theta}(x), xi = (1 - tau)_+ / m, r = (1 - 1/tau)_+.
The printed forms are in q = x and

* ``m_over`` = M_kappa(q)           for tau > 1,
* ``mu``     = q M_{kappa/tau}(q)   for tau < 1.
"""

import sympy as sp

from icl_theory.algebra.quantity import define

from .fixed_point import x
from .symbols import kappa, m, rho, tau

#: q M_{kappa/tau}(q), primitive in the printed forms; its value is x m/tau below threshold.
mu = sp.Symbol("mu", positive=True)
#: M'_kappa(q), primitive in the printed forms.
M_prime = sp.Symbol("M'", negative=True)

xi_under = define(
    "xi_under",
    (1 - tau) / m,
    latex=r"\xi_{<}",
    doc="Ridgeless effective ridge below the interpolation threshold, tau < 1.",
)

r_over = define(
    "r_over",
    (tau - 1) / tau,
    latex=r"r_{>}",
    doc="Ridgeless lam/xi above the interpolation threshold, tau > 1.",
)

mu_value = define(
    "mu_value",
    x * m / tau,
    latex=None,
    doc="q M_{kappa/tau}(q) in terms of m = tau M_{kappa/tau}(q).",
)

e_icl_under = define(
    "e_icl_under",
    tau * (1 + x) / (1 - tau) * (1 - tau * (1 - mu) ** 2 + mu * (rho / x - 1))
    - 2 * tau * (1 - mu)
    + 1
    + rho,
    latex=r"e_{\mathrm{ICL}}^{<}",
    source="paper, ridgeless e_ICL, tau < 1",
    doc="Ridgeless e_icl below the interpolation threshold as printed.",
)

e_icl_over = define(
    "e_icl_over",
    (1 + x) * (1 - 2 * x * m - x**2 * M_prime + (rho + x - x**2 * m) * m / (tau - 1))
    - 2 * (1 - x * m)
    + 1
    + rho,
    latex=r"e_{\mathrm{ICL}}^{>}",
    source="paper, ridgeless e_ICL, tau > 1",
    doc="Ridgeless e_icl above the interpolation threshold as printed.",
)

xi_printed = define(
    "xi_printed",
    (1 - tau) * x / (tau * mu),
    latex=r"\xi",
    source="paper, ridgeless e_IDG, tau < 1",
    doc="Effective ridge in the printed variables.",
)

p_printed = define(
    "p_printed",
    1 / (1 - kappa / (1 + kappa * xi_printed / (1 - tau)) ** 2),
    latex="p",
    source="paper, ridgeless e_IDG, tau < 1",
    doc="The scalar p of the printed ridgeless e_idg.",
)

e_idg_under = define(
    "e_idg_under",
    tau
    / (1 - tau)
    * (
        tau * mu * (x + xi_printed) ** 2 / x
        + (rho + x - 2 * x * (1 - tau) * (x / xi_printed + 1)) / (1 - p_printed * (1 - tau))
    ),
    latex=r"e_{\mathrm{IDG}}^{<}",
    source="paper, ridgeless e_IDG, tau < 1",
    doc="Ridgeless e_idg below the interpolation threshold as printed.",
)

e_idg_over = define(
    "e_idg_over",
    tau * (rho + x * (1 - x * m)) / (tau - 1),
    latex=r"e_{\mathrm{IDG}}^{>}",
    source="paper, ridgeless e_IDG, tau > 1",
    doc="Ridgeless e_idg above the interpolation threshold as printed.",
)

train_over = define(
    "train_over",
    (tau - 1) / tau * (rho + x * (1 - x * m)),
    latex=r"e_{\mathrm{train}}^{>}",
    doc="Ridgeless training error above the interpolation threshold; it is zero below.",
)
