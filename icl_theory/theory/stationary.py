r"""Where a ridgeless error has its minimum in the context length.

Along the ridgeless theory at fixed (tau, kappa, rho) the leverage of a task, u = 1 - t = D1/kappa,
runs from 0 to min(1, theta/kappa), theta = min(tau, 1), as the context length runs from 0 to
infinity, and everything is rational in u. The slope of an error is a positive weight times

    rho - rho_star(u),

so the error rises exactly where the label noise exceeds the curve rho_star. One curve per error
and side of the interpolation threshold therefore holds all minima and maxima, for every rho at
once.
"""

import sympy as sp

from icl_theory.algebra.quantity import define, unfold
from icl_theory.algebra.unevaluated import OPERATOR, Unevaluated, evaluated

from . import uniformisation
from .spectral import t
from .symbols import kappa, m, rho, tau

#: Leverage of a task, the free parameter of the line of context lengths.
u = sp.Symbol("u", positive=True)

task_leverage = define(
    "task_leverage",
    1 - t,
    latex=r"u(m)",
    doc="Leverage of one task, m/(kappa + m) = D1/kappa: the free parameter of the context line.",
)

SIDE_UNDER, SIDE_OVER = sp.Symbol("under"), sp.Symbol("over")


def context_line(side: sp.Symbol) -> dict[sp.Symbol, sp.Expr]:
    """Substitution of the ridgeless state and alpha by (u, kappa, tau, rho).

    Parameters
    ----------
    side
        `SIDE_UNDER` for tau < 1, `SIDE_OVER` for tau > 1.
    """
    state = {SIDE_UNDER: uniformisation.ridgeless_under, SIDE_OVER: uniformisation.ridgeless_over}[
        side
    ]()
    value = uniformisation.solve_linear(unfold(task_leverage) - u, m)
    return {symbol: sp.cancel(e.subs(m, value)) for symbol, e in state.items()} | {m: value}


class OnContextLine(Unevaluated, text="{0}|{1}"):
    """A formula of the theory on the ridgeless line of context lengths, a function of u."""

    precedence = OPERATOR
    reaches = "left"

    def value(self) -> sp.Expr:
        """Write the formula in u, kappa, tau and rho."""
        expression, side = self.args
        return sp.cancel(uniformisation.uniformise(evaluated(expression), context_line(side)))

    def _latex(self, printer: object) -> str:
        sign = "<" if self.args[1] == SIDE_UNDER else ">"
        return rf"\left. {printer._print(self.args[0])} \right|_{{\tau {sign} 1}}"


context_under = define(
    "context_under",
    (1 + rho) * kappa * u / ((1 - u) * (tau - kappa * u)),
    latex=r"\alpha_{<}(u)",
    doc="Context length at leverage u, ridgeless below the interpolation threshold.",
)

context_over = define(
    "context_over",
    (1 + rho) * kappa * u / ((1 - u) * (1 - kappa * u)),
    latex=r"\alpha_{>}(u)",
    doc="Context length at leverage u, ridgeless above the interpolation threshold.",
)

# e_icl below the interpolation threshold.

weight_icl_under = define(
    "weight_icl_under",
    kappa * u * (2 - u) / ((1 - tau) * (1 - u) ** 2),
    latex=r"\omega_{\mathrm{ICL}}^{<}",
    doc="Slope of e_icl in u per unit of rho - rho_star, tau < 1.",
)

rho_star_icl_under = define(
    "rho_star_icl_under",
    (1 - u) ** 2
    * (3 * kappa**2 * u**2 - 2 * kappa * (1 + tau) * u + (2 - tau) * kappa + tau)
    / (kappa * u * (2 - u)),
    latex=r"\rho^\star_{\mathrm{ICL},<}(u)",
    doc="Label noise at which e_icl is stationary in the context length at leverage u, tau < 1.",
)

rho_edge_icl_under = define(
    "rho_edge_icl_under",
    (kappa - tau) ** 2
    * (2 * kappa - kappa * tau - tau + tau**2)
    / (kappa * tau * (2 * kappa - tau)),
    latex=r"\rho^{\mathrm{edge}}_{\mathrm{ICL},<}",
    doc="Label noise above which e_icl has a minimum in alpha, tau < 1 and kappa > tau.",
)

# e_idg below the interpolation threshold; above it, e_idg falls with the context length.

weight_idg_under = define(
    "weight_idg_under",
    2 * kappa * tau * u / (tau - kappa * u**2) ** 2,
    latex=r"\omega_{\mathrm{IDG}}^{<}",
    doc="Slope of e_idg in u per unit of rho - rho_star, tau < 1.",
)

rho_star_idg_under = define(
    "rho_star_idg_under",
    (
        tau * (1 + kappa) * (2 - tau)
        - 2 * u * (kappa + tau * (1 - tau) * (1 + 3 * kappa))
        + 2 * kappa * u**2 * (1 + kappa + tau - 2 * kappa * tau - 3 * tau**2)
        + 4 * kappa**2 * tau * u**3
        + kappa**2 * (kappa + 2 * tau - 1) * u**4
        - 2 * kappa**3 * u**5
    )
    / (2 * kappa * (1 - tau) * u),
    latex=r"\rho^\star_{\mathrm{IDG},<}(u)",
    doc="Label noise at which e_idg is stationary in the context length at leverage u, tau < 1.",
)

rho_edge_idg_few = define(
    "rho_edge_idg_few",
    (1 - kappa) * (tau - kappa) ** 2 / (2 * kappa * (1 - tau)),
    latex=r"\rho^{\mathrm{edge}}_{\mathrm{IDG},\kappa<\tau}",
    doc="Label noise above which e_idg has a minimum in the context length, kappa < tau < 1.",
)

rho_edge_idg_many = define(
    "rho_edge_idg_many",
    (kappa - tau) ** 2 * ((2 - tau) * kappa - tau) / (2 * kappa**2 * (1 - tau)),
    latex=r"\rho^{\mathrm{edge}}_{\mathrm{IDG},\kappa>\tau}",
    doc="Label noise above which e_idg has a minimum in the context length, tau < 1, kappa > tau.",
)

slope_idg_over = define(
    "slope_idg_over",
    -tau * (1 + kappa - 2 * kappa * u) / (tau - 1),
    latex=r"\partial_u e_{\mathrm{IDG}}^{>}",
    doc="Slope of e_idg in u above the interpolation threshold, at any label noise: negative.",
)

# e_icl above the interpolation threshold.

weight_icl_over = define(
    "weight_icl_over",
    kappa * u * (2 - u) / ((tau - 1) * (1 - u) ** 2),
    latex=r"\omega_{\mathrm{ICL}}^{>}",
    doc="Slope of e_icl in u per unit of rho - rho_star, tau > 1.",
)

rho_star_icl_over = define(
    "rho_star_icl_over",
    (1 - u) ** 2
    * (
        (1 + kappa - 4 * kappa * u + 3 * kappa**2 * u**2)
        + (tau - 1)
        / (1 - kappa * u**2) ** 2
        * (
            kappa
            - 1
            + 2 * (1 + 3 * kappa) * u
            - 2 * kappa * (5 + 4 * kappa) * u**2
            + 8 * kappa**2 * u**3
            + 3 * kappa**2 * (1 + kappa) * u**4
            - 4 * kappa**3 * u**5
        )
    )
    / (kappa * u * (2 - u)),
    latex=r"\rho^\star_{\mathrm{ICL},>}(u)",
    doc="Label noise at which e_icl is stationary in the context length at leverage u, tau > 1.",
)

rho_edge_icl_over = define(
    "rho_edge_icl_over",
    (kappa - 1) ** 2 * (1 + tau * (kappa - 1)) / (kappa * (2 * kappa - 1)),
    latex=r"\rho^{\mathrm{edge}}_{\mathrm{ICL},>}",
    doc="Label noise above which e_icl has a minimum in the context length, tau > 1 and kappa > 1.",
)

fold_base = define(
    "fold_base",
    (1 - kappa * u**2) ** 3
    * (
        1
        + kappa
        - 3 * kappa * (2 + kappa) * u**2
        + kappa * (2 + 9 * kappa) * u**3
        - 3 * kappa**2 * u**4
    ),
    latex=r"f_0",
    doc="Part of the fold polynomial that does not depend on tau.",
)

fold_slope = define(
    "fold_slope",
    kappa
    - 1
    + 3 * (1 + 8 * kappa + kappa**2) * u**2
    - (1 + 47 * kappa + 58 * kappa**2) * u**3
    + 3 * kappa * (7 + 30 * kappa + 5 * kappa**2) * u**4
    - 3 * kappa * (1 + 11 * kappa + 2 * kappa**2) * u**5
    + kappa**2 * (4 - 19 * kappa - 3 * kappa**2) * u**6
    + 6 * kappa**3 * u**7
    + 6 * kappa**4 * u**8
    - 2 * kappa**4 * u**9,
    latex=r"f_1",
    doc="Part of the fold polynomial that is multiplied by tau - 1.",
)

fold = define(
    "fold",
    fold_base + (tau - 1) * fold_slope,
    latex=r"f",
    doc="Polynomial in u whose root is the maximum of rho_star of e_icl, tau > 1, kappa < 1.",
)

weight_fold = define(
    "weight_fold",
    2 * (1 - u) / (kappa * u**2 * (2 - u) ** 2 * (1 - kappa * u**2) ** 3),
    latex=r"\omega_f",
    doc="Fall of rho_star of e_icl in u per unit of the fold polynomial, tau > 1.",
)
