r"""The ridge that minimises an error, with the effective ridge as the free parameter.

At fixed x and kappa let the effective ridge xi be free and lam follow. Everything that the spectrum
decides is then a function of xi alone, and tau enters only through

    e_idg = tau N(xi) / (tau - D(xi)),    tau r = tau - (D1 + x m).

The best ridge is therefore explicit the other way round: for every xi there is one tau at which xi
is the effective ridge of the best lam.
"""

import sympy as sp

from icl_theory.algebra.quantity import define

from .fixed_point import S, degrees_used, ridge_log_slope, x
from .spectral import D1, D12, P, inv_kappa, t
from .symbols import m, nu, rho, tau, xi

#: Degrees of freedom D1, held while the task diversity moves.
delta = sp.Symbol("delta", positive=True)

degrees_squared = define(
    "degrees_squared",
    degrees_used - xi * S,
    latex=r"\mathrm{df}_2",
    doc="tr E^2 (E + xi)^{-2} / d, which inflates the error of pretraining.",
)

population_error = define(
    "population_error",
    rho + x * D1 + xi * nu * D12,
    latex=r"e_{\mathrm{pop}}",
    doc="Error on the pretraining tasks of the deterministic equivalent of the estimator.",
)

cube_0 = define(
    "cube_0",
    m * (nu + t**2 * (2 - t)) / P**3,
    latex=r"T_0",
    doc="lim tr (R + nu)^{-3} / d.",
)

cube_1 = define(
    "cube_1",
    t**3 / P**3,
    latex=r"T_1",
    doc="lim tr R (R + nu)^{-3} / d.",
)

cube_2 = define(
    "cube_2",
    m * t**2 * (nu**2 * m * t * inv_kappa + nu * t**2 + t**4) / P**3,
    latex=r"T_2",
    doc="lim tr R^2 (R + nu)^{-3} / d.",
)

cube_features = define(
    "cube_features",
    cube_2 + 2 * x * cube_1 + x**2 * cube_0,
    latex=r"T_E",
    doc="lim tr E^2 (E + xi)^{-3} / d, with E = R + x the covariance of the features.",
)

tau_best_idg = define(
    "tau_best_idg",
    degrees_squared + population_error * cube_features / (xi * cube_2),
    latex=r"\tau^\star_{\mathrm{IDG}}(\xi)",
    doc="The tau at which xi is the effective ridge of the lam that minimises e_idg.",
)

lam_best_many = define(
    "lam_best_many",
    (1 + x) * (rho * (1 + x) + x) / tau,
    latex=r"\lambda^\star_{\kappa=\infty}",
    doc="Ridge that minimises both errors at infinite task diversity.",
)

penalty_share = define(
    "penalty_share",
    1 - degrees_used / tau,
    latex=r"r(\xi, \tau)",
    doc="lam/xi at a given effective ridge: lam >= 0 where it is not negative.",
)

variance_share = define(
    "variance_share",
    (1 + x) * S / (tau - degrees_squared),
    latex=r"G",
    doc="Pretraining variance of e_icl per unit of population error.",
)

variance_fall = define(
    "variance_fall",
    2
    * (1 + x)
    * (
        (cube_1 + x * cube_0) / (tau - degrees_squared)
        + S * cube_features / (tau - degrees_squared) ** 2
    ),
    latex=-sp.Symbol(r"G'{}"),
    doc="Rate at which the variance share falls with the effective ridge.",
)

rho_best_icl = define(
    "rho_best_icl",
    2 * (nu * cube_1 - x * cube_2 + xi * variance_share * cube_2) / variance_fall
    - (population_error - rho),
    latex=r"\rho^\star_{\mathrm{ICL}}(\xi)",
    doc="Label noise at which xi is the effective ridge of the lam that minimises e_icl.",
)

diversity_at_degrees = define(
    "diversity_at_degrees",
    delta * m / (m - delta),
    latex=r"\kappa(\delta, m)",
    doc="Task diversity at which m leaves delta degrees of freedom; it falls with m.",
)

argument_at_degrees = define(
    "argument_at_degrees",
    (1 - delta) / m,
    latex=r"\nu(\delta, m)",
    doc="Argument of the spectral function at which m leaves delta degrees of freedom.",
)

balance_idg = define(
    "balance_idg",
    xi * cube_2 * ridge_log_slope - population_error * cube_features,
    latex=r"\mathcal{B}_{\mathrm{IDG}}",
    doc="What a ridge costs e_idg less what it saves: a positive multiple of the slope in lam.",
)

balance_icl = define(
    "balance_icl",
    nu * cube_1
    + xi * cube_2 * (1 + x) * S / ridge_log_slope
    - x * cube_2
    - population_error
    * (1 + x)
    * ((cube_1 + x * cube_0) / ridge_log_slope + S * cube_features / ridge_log_slope**2),
    latex=r"\mathcal{B}_{\mathrm{ICL}}",
    doc="What a ridge costs e_icl less what it saves: a positive multiple of the slope in lam.",
)

lam_best_long = define(
    "lam_best_long",
    rho / tau,
    latex=r"\lambda^\star_{\alpha=\infty}",
    doc="Ridge that minimises both errors at infinite context, at every task diversity.",
)
