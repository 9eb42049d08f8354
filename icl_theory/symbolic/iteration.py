r"""One step towards the effective ridge, and where the iteration starts.

The ridge equation reads ``tau r + h = tau`` with ``r = lam/xi`` and ``h = D1 + x m``. As a
function of xi, ``h = lim tr (R + x)(R + x + xi)^{-1} / d`` is a Stieltjes function, so ``1/h`` is
concave: the model ``h (1 + q s)^{-1}`` at ``xi (1 + s)``, which agrees with h in value and slope at
s = 0, lies below h everywhere. With the pole of ``r`` kept as it is, the model equation is
quadratic in s. Its root never passes the fixed point, from whichever side the step is made, and
the following steps increase towards it.

The start is such a step from the ridgeless fixed point, where h = min(tau, 1) is known exactly.
"""

from sympy import Symbol, sqrt

from .fixed_point import S, ridge_log_slope, x
from .quantity import define
from .spectral import D1
from .symbols import kappa, lam, m, r, tau, xi

#: Value of the ridge residual, in whichever of its forms.
residual = Symbol("F", real=True)
#: min(tau, 1), the value of h at the ridgeless fixed point.
ceiling = Symbol("vartheta", positive=True)

inv_kappa_ridgeless = define(
    "inv_kappa_ridgeless",
    ceiling / kappa,
    latex=r"\vartheta\kappa^{-1}",
    source="this project",
    doc="1/kappa of the ridgeless resolvent equation, whose task diversity is kappa/min(tau, 1).",
    module=__name__,
    positive=True,
)

excess_ridgeless = define(
    "excess_ridgeless",
    (kappa - ceiling) / kappa,
    latex=r"(1 - \vartheta\kappa^{-1})",
    source="this project",
    doc="1 - min(tau, 1)/kappa, negative when tasks are fewer than dimensions and sequences allow.",
    module=__name__,
)

xi_ridgeless = define(
    "xi_ridgeless",
    (1 - ceiling) / m,
    latex=r"\xi_{(0)}",
    source="this project",
    doc="Ridgeless effective ridge on either side of the interpolation threshold.",
    module=__name__,
    nonnegative=True,
)

r_ridgeless = define(
    "r_ridgeless",
    (tau - ceiling) / tau,
    latex=r"r_{(0)}",
    source="this project",
    doc="Ridgeless lam/xi on either side of the interpolation threshold.",
    module=__name__,
    nonnegative=True,
)

captured = define(
    "captured",
    D1 + x * m,
    latex="h",
    source="this project",
    doc="h = D1 + x m = lim tr (R + x)(R + nu)^{-1} / d, also 1 - xi m.",
    module=__name__,
    positive=True,
)

pole_weight = define(
    "pole_weight",
    xi * S / captured,
    latex="q",
    source="this project",
    doc="-d(log h)/d(log xi), between 0 and 1.",
    module=__name__,
    positive=True,
)

step_linear = define(
    "step_linear",
    ridge_log_slope - residual * (1 + pole_weight),
    latex="c",
    source="this project",
    doc="Linear coefficient of the model equation q tau s^2 + c s - F = 0.",
    module=__name__,
)

step_root = define(
    "step_root",
    sqrt(step_linear**2 + 4 * pole_weight * tau * residual),
    latex=r"\sqrt{c^2 + 4 q \tau F}",
    source="this project",
    doc="Square root of the discriminant of the model equation.",
    module=__name__,
)

step = define(
    "step",
    2 * residual / (step_linear + step_root),
    latex="s",
    source="this project",
    doc="Relative step of xi, for c >= 0.",
    module=__name__,
)

step_conjugate = define(
    "step_conjugate",
    (step_root - step_linear) / (2 * pole_weight * tau),
    latex=r"\widetilde{s}",
    source="this project",
    doc="The same step in the form for c < 0.",
    module=__name__,
)

start_pole = define(
    "start_pole",
    ceiling / S,
    latex="w",
    source="this project",
    doc="Position of the model's pole: h (1 + (xi - xi_0)/w)^{-1} around the ridgeless xi_0.",
    module=__name__,
    positive=True,
)

start_offset = define(
    "start_offset",
    (xi + r * start_pole - lam) / 2,
    latex="B",
    source="this project",
    doc="Half the linear coefficient of the equation (xi - xi_0)^2 + 2 B (xi - xi_0) = lam w.",
    module=__name__,
)

start_root = define(
    "start_root",
    sqrt(start_offset**2 + lam * start_pole),
    latex=r"\sqrt{B^2 + \lambda w}",
    source="this project",
    doc="Square root of a quarter of the discriminant of the model equation at the start.",
    module=__name__,
    positive=True,
)

start = define(
    "start",
    xi + lam * start_pole / (start_offset + start_root),
    latex=r"\xi_{(1)}",
    source="this project",
    doc="Start of the iteration, in the ridgeless state (m, xi, r), for B >= 0: below xi.",
    module=__name__,
    positive=True,
)

start_conjugate = define(
    "start_conjugate",
    xi + start_root - start_offset,
    latex=r"\widetilde{\xi}_{(1)}",
    source="this project",
    doc="The same start in the form for B < 0.",
    module=__name__,
    positive=True,
)

lower_linear = define(
    "lower_linear",
    x * (1 - tau) + tau * lam,
    latex=r"c_-",
    source="this project",
    doc="Linear coefficient of the quadratic tau xi^2 - c xi - tau lam x of the lower bound.",
    module=__name__,
)

lower_root = define(
    "lower_root",
    sqrt(lower_linear**2 + 4 * tau**2 * lam * x),
    latex=r"\sqrt{c_-^2 + 4\tau^2\lambda x}",
    source="this project",
    doc="Square root of the discriminant of the lower bound.",
    module=__name__,
    positive=True,
)

xi_lower_conjugate = define(
    "xi_lower_conjugate",
    2 * tau * lam * x / (lower_root - lower_linear),
    latex=r"\widetilde{\xi}_-",
    source="this project",
    doc="The lower bound of xi in the form for c < 0.",
    module=__name__,
    positive=True,
)

upper_linear = define(
    "upper_linear",
    (1 + x) * (1 - tau) + tau * lam,
    latex=r"c_+",
    source="this project",
    doc="Linear coefficient of the quadratic of the upper bound.",
    module=__name__,
)

upper_root = define(
    "upper_root",
    sqrt(upper_linear**2 + 4 * tau**2 * lam * (1 + x)),
    latex=r"\sqrt{c_+^2 + 4\tau^2\lambda(1 + x)}",
    source="this project",
    doc="Square root of the discriminant of the upper bound.",
    module=__name__,
    positive=True,
)

xi_upper_conjugate = define(
    "xi_upper_conjugate",
    2 * tau * lam * (1 + x) / (upper_root - upper_linear),
    latex=r"\widetilde{\xi}_+",
    source="this project",
    doc="The upper bound of xi in the form for c < 0.",
    module=__name__,
    positive=True,
)
