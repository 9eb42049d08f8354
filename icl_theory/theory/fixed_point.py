r"""The effective ridge xi: its equation in three forms, its quartic and its bounds.

The state of the theory is (nu, m, xi, r) with

    nu = x + xi,   1/m = nu + t,   tau r = tau - 1 + xi m,   r xi = lam.

The ridge equation is written three times, algebraically equal (proved in
``derivations/ridge_residuals_agree.py``) but rounded differently: at every point of the domain one
of them is a difference of terms that are at most four times its own logarithmic derivative.
"""

from sympy import sqrt

from icl_theory.algebra.quantity import define

from .spectral import D1, minus_M_prime, t
from .symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

x = define(
    "x",
    (1 + rho) / alpha,
    latex="x",
    source="paper, section on the joint limit",
    doc="Noise-to-context ratio (1 + rho)/alpha.",
    coordinate=True,
)

argument_residual = define(
    "argument_residual",
    nu - x - xi,
    latex=r"\mathcal{A}",
    source="paper, fixed point of Proposition on pretraining",
    doc="Zero when nu = x + xi.",
)

tau_minus_one = define(
    "tau_minus_one",
    tau - 1,
    latex=None,
    source="theory",
    doc="Distance from the interpolation threshold, a quantity so that one subtraction forms it.",
)

tau_minus_kappa = define(
    "tau_minus_kappa",
    tau - kappa,
    latex=None,
    source="theory",
    doc="Pretraining sequences less tasks, in units of d^2 and d, formed by one subtraction.",
)

ridge_residual = define(
    "ridge_residual",
    tau * r - tau_minus_one - xi * m,
    latex=r"\mathcal{F}_1",
    source="paper, fixed point of xi",
    doc="Paper's equation xi M(xi + x) - tau lam/xi = 1 - tau, well conditioned at xi <= x + t^2.",
)

ridge_residual_sum = define(
    "ridge_residual_sum",
    tau * r + x * m + D1 - tau,
    latex=r"\mathcal{F}_0",
    doc="Ridge equation as degrees of freedom, well conditioned where xi > x + t^2 and t > 1/2.",
)

ridge_residual_tasks = define(
    "ridge_residual_tasks",
    tau * r + x * m - kappa * t - tau_minus_kappa,
    latex=r"\mathcal{F}_\kappa",
    doc="Ridge equation measured from kappa, well conditioned where xi > x + t^2 and t <= 1/2.",
)

degrees_used = define(
    "degrees_used",
    D1 + x * m,
    latex=r"\mathrm{df}_1",
    doc="Degrees of freedom of the pretraining ridge regression over d^2, tr E(E + xi)^{-1} / d.",
)

penalty_residual = define(
    "penalty_residual",
    r * xi - lam,
    latex=r"\mathcal{L}",
    doc="Zero when r = lam/xi.",
)

S = define(
    "S",
    (x + t**2) * minus_M_prime,
    latex="S",
    doc="Rate at which D1 + x m falls in xi, also lim tr (x + R)(R + nu)^{-2} / d.",
)

ridge_log_slope = define(
    "ridge_log_slope",
    tau * r + xi * S,
    latex=r"\mathcal{F}'",
    doc="Rate at which the ridge residual falls in log xi: positive, so the fixed point is unique.",
)

quartic = define(
    "quartic",
    (kappa * xi**2 + (1 - tau) * xi + tau * lam) * (xi**2 - (x + xi) * ((1 - tau) * xi + tau * lam))
    - kappa * ((1 - tau) * xi + tau * lam) * xi**2,
    latex="Q",
    doc="Polynomial of degree four in xi that the effective ridge annuls.",
)

xi_lower = define(
    "xi_lower",
    ((x * (1 - tau) + tau * lam) + sqrt((x * (1 - tau) + tau * lam) ** 2 + 4 * tau**2 * lam * x))
    / (2 * tau),
    latex=r"\xi_-",
    doc="Lower bound of xi: the fixed point without the tasks' own spectrum, m = 1/nu.",
)

xi_upper = define(
    "xi_upper",
    (
        ((1 + x) * (1 - tau) + tau * lam)
        + sqrt(((1 + x) * (1 - tau) + tau * lam) ** 2 + 4 * tau**2 * lam * (1 + x))
    )
    / (2 * tau),
    latex=r"\xi_+",
    doc="Upper bound of xi: the fixed point at kappa = oo, m = 1/(1 + nu).",
)
