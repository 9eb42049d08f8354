r"""The spectral function of the task covariance and the traces that follow from it.

`M` is :math:`M_\kappa(\nu) = \lim \frac1d \mathrm{tr}\,(R_k + \nu)^{-1}` for
:math:`R_k = \frac1k \sum_j w_j w_j^\top`: the Stieltjes transform of the Marchenko-Pastur law. All
other formulas are written in its value ``m`` and are sums of positive terms.

The two combinations of kappa that would cancel, 1/kappa and 1 - 1/kappa, are quantities of their
own, so that an evaluator can compute each without loss (and at kappa = oo).
"""

import sympy as sp
from sympy import sqrt

from icl_theory.algebra.quantity import define

from .symbols import kappa, m, nu

inv_kappa = define(
    "inv_kappa",
    1 / kappa,
    latex=None,
    source="theory",
    doc="Inverse task diversity 1/kappa.",
)

excess = define(
    "excess",
    (kappa - 1) / kappa,
    latex=None,
    source="theory",
    doc="1 - 1/kappa, negative when there are fewer tasks than dimensions.",
)

t = define(
    "t",
    1 / (1 + m * inv_kappa),
    latex="t",
    source="paper, section on the asymptotics of the resolvent",
    doc="t = kappa/(kappa + m): shrinkage of one task's leverage by its own presence.",
)

resolvent_residual = define(
    "resolvent_residual",
    1 / m - nu - t,
    latex=r"\mathcal{R}",
    source="Marchenko and Pastur (1967)",
    doc="Zero exactly when m solves the resolvent equation 1/m = nu + kappa/(kappa + m).",
)

half_trace = define(
    "half_trace",
    (nu + excess) / 2,
    latex="b",
    doc="Half the linear coefficient of the quadratic (nu/kappa) m^2 + 2 b m - 1 = 0.",
)

discriminant_root = define(
    "discriminant_root",
    sqrt(half_trace**2 + nu * inv_kappa),
    latex=r"\Delta",
    doc="Square root of a quarter of the discriminant of the quadratic of m.",
)

M = define(
    "M",
    1 / (half_trace + discriminant_root),
    latex=r"M_\kappa(\nu)",
    source="paper, definition of M_kappa",
    doc="Positive root of the resolvent equation, in the form without cancellation for b >= 0.",
)

M_conjugate = define(
    "M_conjugate",
    (discriminant_root - half_trace) / (nu * inv_kappa),
    latex=r"\widetilde{M}_\kappa(\nu)",
    doc="The same root in the form without cancellation for b < 0.",
)

D1 = define(
    "D1",
    m * t,
    latex="D_1",
    doc="Degrees of freedom, lim tr R (R + nu)^{-1} / d.",
)

P = define(
    "P",
    nu + t**2,
    latex="P",
    doc="P = nu + t^2; the variance inflation 1/(1 - gamma) is 1/(m P).",
)

gamma = define(
    "gamma",
    D1**2 * inv_kappa,
    latex=r"\gamma",
    doc="gamma = D1^2/kappa, below one.",
)

minus_M_prime = define(
    "minus_M_prime",
    m / P,
    latex=-sp.Symbol(r"M_{\kappa}'(\nu)"),
    doc="Slope of M in nu with the sign turned, lim tr (R + nu)^{-2} / d.",
)

D12 = define(
    "D12",
    t**2 * minus_M_prime,
    latex="D_{12}",
    doc="lim tr R (R + nu)^{-2} / d.",
)

D2 = define(
    "D2",
    D12 * (nu * m * inv_kappa + t),
    latex="D_2",
    doc="lim tr R^2 (R + nu)^{-2} / d.",
)

spread = define(
    "spread",
    sqrt(nu**2 + 2 * nu * (1 + inv_kappa) + excess**2),
    latex=None,
    doc="sqrt((nu + a_-)(nu + a_+)) with a_-, a_+ the edges of the Marchenko-Pastur law.",
)

one_minus_gamma = define(
    "one_minus_gamma",
    m * t * spread,
    latex=1 - gamma,
    doc="1 - gamma as a product of positive terms.",
)

edge_lower = define(
    "edge_lower",
    (1 - sqrt(inv_kappa)) ** 2,
    latex="a_-",
    source="Marchenko and Pastur (1967)",
    doc="Lower edge of the bulk of the spectrum of R_k.",
)

edge_upper = define(
    "edge_upper",
    (1 + sqrt(inv_kappa)) ** 2,
    latex="a_+",
    source="Marchenko and Pastur (1967)",
    doc="Upper edge of the bulk of the spectrum of R_k.",
)
