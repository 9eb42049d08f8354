r"""One step towards the effective ridge, and where the iteration starts.

The ridge equation reads ``tau r + h = tau`` with ``r = lam/xi`` and the degrees of freedom ``h =
D1 + x m``. As a function of xi, ``h = lim tr (R + x)(R + x + xi)^{-1} / d`` is a Stieltjes
function, so ``1/h`` is concave: the model ``h (1 + q s)^{-1}`` at ``xi (1 + s)``, which agrees with
h in value and slope at s = 0, lies below h everywhere. With the pole of ``r`` kept as it is, the
model equation is quadratic in s. Its root never passes the fixed point, from whichever side the
step is made, and the following steps increase towards it.

The start is such a step from the ridgeless fixed point, where h = min(tau, 1) is known exactly.
"""

from sympy import Symbol, sqrt

from icl_theory.algebra.quantity import define

from .fixed_point import S, degrees_used, ridge_log_slope, x
from .symbols import kappa, lam, m, r, tau, xi

#: Value of the ridge residual, in whichever of its forms.
residual = Symbol("F", real=True)
#: min(tau, 1), the value of h at the ridgeless fixed point.
ceiling = Symbol("vartheta", positive=True)

inv_kappa_ridgeless = define(
    "inv_kappa_ridgeless",
    ceiling / kappa,
    latex=None,
    doc="1/kappa of the ridgeless resolvent equation, whose task diversity is kappa/min(tau, 1).",
)

excess_ridgeless = define(
    "excess_ridgeless",
    (kappa - ceiling) / kappa,
    latex=None,
    doc="1 - min(tau, 1)/kappa, negative when tasks are fewer than dimensions and sequences allow.",
)

xi_ridgeless = define(
    "xi_ridgeless",
    (1 - ceiling) / m,
    latex=r"\xi_{(0)}",
    doc="Ridgeless effective ridge on either side of the interpolation threshold.",
)

r_ridgeless = define(
    "r_ridgeless",
    (tau - ceiling) / tau,
    latex=r"r_{(0)}",
    doc="Ridgeless lam/xi on either side of the interpolation threshold.",
)

pole_weight = define(
    "pole_weight",
    xi * S / degrees_used,
    latex="q",
    doc="-d(log h)/d(log xi), between 0 and 1.",
)

step_linear = define(
    "step_linear",
    ridge_log_slope - residual * (1 + pole_weight),
    latex="c",
    doc="Linear coefficient of the model equation q tau s^2 + c s - F = 0.",
)

step_root = define(
    "step_root",
    sqrt(step_linear**2 + 4 * pole_weight * tau * residual),
    latex=r"\delta_{s}",
    doc="Square root of the discriminant of the model equation.",
)

step = define(
    "step",
    2 * residual / (step_linear + step_root),
    latex="s",
    doc="Relative step of xi, for c >= 0.",
)

step_conjugate = define(
    "step_conjugate",
    (step_root - step_linear) / (2 * pole_weight * tau),
    latex=r"\widetilde{s}",
    doc="The same step in the form for c < 0.",
)

start_pole = define(
    "start_pole",
    ceiling / S,
    latex="w",
    doc="Position of the model's pole: h (1 + (xi - xi_0)/w)^{-1} around the ridgeless xi_0.",
)

start_offset = define(
    "start_offset",
    (xi + r * start_pole - lam) / 2,
    latex="B",
    doc="Half the linear coefficient of the equation (xi - xi_0)^2 + 2 B (xi - xi_0) = lam w.",
)

start_root = define(
    "start_root",
    sqrt(start_offset**2 + lam * start_pole),
    latex=r"\delta_{(1)}",
    doc="Square root of a quarter of the discriminant of the model equation at the start.",
)

start = define(
    "start",
    xi + lam * start_pole / (start_offset + start_root),
    latex=r"\xi_{(1)}",
    doc="Start of the iteration, in the ridgeless state (m, xi, r), for B >= 0: below xi.",
)

start_conjugate = define(
    "start_conjugate",
    xi + start_root - start_offset,
    latex=r"\widetilde{\xi}_{(1)}",
    doc="The same start in the form for B < 0.",
)

lower_linear = define(
    "lower_linear",
    x * (1 - tau) + tau * lam,
    latex=r"c_-",
    doc="Linear coefficient of the quadratic tau xi^2 - c xi - tau lam x of the lower bound.",
)

lower_root = define(
    "lower_root",
    sqrt(lower_linear**2 + 4 * tau**2 * lam * x),
    latex=r"\delta_{-}",
    doc="Square root of the discriminant of the lower bound.",
)

xi_lower_conjugate = define(
    "xi_lower_conjugate",
    2 * tau * lam * x / (lower_root - lower_linear),
    latex=r"\widetilde{\xi}_-",
    doc="The lower bound of xi in the form for c < 0.",
)

upper_linear = define(
    "upper_linear",
    (1 + x) * (1 - tau) + tau * lam,
    latex=r"c_+",
    doc="Linear coefficient of the quadratic of the upper bound.",
)

upper_root = define(
    "upper_root",
    sqrt(upper_linear**2 + 4 * tau**2 * lam * (1 + x)),
    latex=r"\delta_{+}",
    doc="Square root of the discriminant of the upper bound.",
)

xi_upper_conjugate = define(
    "xi_upper_conjugate",
    2 * tau * lam * (1 + x) / (upper_root - upper_linear),
    latex=r"\widetilde{\xi}_+",
    doc="The upper bound of xi in the form for c < 0.",
)
