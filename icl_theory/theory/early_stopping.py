r"""Early stopping: gradient flow on Gamma from zero, in place of a ridge.

Both filter the eigenvalues s of the curvature (d/n) sum H H^T: a ridge by s/(s + lam), gradient
flow from zero for a time t by 1 - exp(-t s). With a fresh task in every sequence (kappa = oo) the
second moment of the features is isotropic in the limit, the curvature has the Marchenko-Pastur law,
scaled by 1 + x, and a filter f has the error

    noise + signal int (1 - f(s))^2 dmu(s) + (power noise/tau) int f(s)^2/s dmu(s).
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import Partial
from icl_theory.algebra.quantity import define

from .baselines import e_linear
from .fixed_point import x
from .symbols import lam, tau, xi

#: An eigenvalue of the curvature, and the time of gradient flow.
s = sp.Symbol("s", positive=True)
t = sp.Symbol("t", positive=True)

ridge_filter = define(
    "ridge_filter",
    s / (s + lam),
    latex=r"f_\lambda(s)",
    source="ridge regression",
    doc="Share of the least-squares solution that a ridge keeps along an eigenvalue s.",
)

flow_filter = define(
    "flow_filter",
    1 - sp.exp(-t * s),
    latex=r"f_t(s)",
    source="gradient flow from zero",
    doc="Share of the least-squares solution that gradient flow has reached after a time t.",
)

feature_power = define(
    "feature_power",
    1 + x,
    latex=r"b_\infty",
    source="Corollary 1 in the limit",
    doc="Second moment of the features for fresh tasks, in the limit.",
)

signal = define(
    "signal",
    1 / feature_power,
    latex=r"b_0",
    source="power of the population's best Gamma",
    doc="Power of the best weights' prediction for fresh tasks in the limit.",
)

#: I_0 = int (1 - f)^2 dmu and I_1 = int f^2/s dmu.
missed = sp.Symbol("I_0", positive=True)
gained = sp.Symbol("I_1", positive=True)

filtered_error = define(
    "filtered_error",
    e_linear + signal * missed + feature_power * e_linear * gained / tau,
    latex=r"e_f",
    source="isotropic deterministic equivalent",
    doc="Error of a spectral filter, for fresh tasks in the limit.",
)

# Ridge regression as a special case, by its effective ridge xi.

isotropic_ridge = define(
    "isotropic_ridge",
    xi * (1 - feature_power / (feature_power + xi) / tau),
    latex=r"\lambda_\infty",
    source="effective ridge, isotropic",
    doc="Ridge whose effective ridge is xi, for fresh tasks in the limit.",
)

isotropic_trace = define(
    "isotropic_trace",
    1 / (xi + feature_power * (tau - 1) / tau),
    latex=r"m_\mu",
    source="Marchenko-Pastur equation",
    doc="int 1/(s + lam) dmu(s), the Stieltjes transform of the curvature's law.",
)


def ridge_moments() -> dict[sp.Symbol, sp.Expr]:
    """`missed` and `gained` for the ridge's filter, by the transform and its derivative in lam."""
    slope = Partial(isotropic_trace, xi) / Partial(isotropic_ridge, xi)
    return {
        missed: -(isotropic_ridge**2) * slope,
        gained: isotropic_trace + isotropic_ridge * slope,
    }
