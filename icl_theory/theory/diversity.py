r"""Where more tasks hurt: the errors in the task diversity, ridgeless above the threshold.

At a given state the slope of e_icl in kappa is a positive weight times rho_star - rho, as in the
context length: more tasks hurt exactly where the label noise is below rho_star.
"""

from icl_theory.algebra.quantity import define

from .spectral import D1, t
from .stationary import task_leverage
from .symbols import tau

weight_tasks = define(
    "weight_tasks",
    task_leverage**2 * (t + D1 * task_leverage) / ((tau - 1) * t * (1 - D1 * task_leverage)),
    latex=r"\omega_\kappa",
    doc="Slope of e_icl in kappa per unit of rho_star - rho, ridgeless, tau > 1.",
)

tasks_polynomial = define(
    "tasks_polynomial",
    (1 - task_leverage) * (1 - 2 * task_leverage)
    + D1 * task_leverage * (6 - 5 * task_leverage)
    - D1**2 * task_leverage**2 * (3 - 2 * task_leverage),
    latex=r"q_\kappa",
    doc="Polynomial in the degrees of freedom and the leverage that multiplies tau - 1.",
)

rho_star_tasks = define(
    "rho_star_tasks",
    (1 - D1)
    * t
    / D1
    * (
        1
        - 2 * D1
        - (tau - 1)
        * (1 - D1)
        * tasks_polynomial
        / ((1 - D1 * task_leverage) ** 2 * (t + D1 * task_leverage))
    ),
    latex=r"\rho^\star_\kappa",
    doc="Label noise at which e_icl is stationary in kappa, ridgeless, tau > 1.",
)
