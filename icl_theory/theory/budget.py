r"""What pretraining costs, and the error of a test of its own, for isotropic tasks.

Sequences cost their tokens and something each, tasks something each; in units of d^3 tokens the
price of n sequences of length ell from k tasks is tau (p_t alpha + p_s) + p_k kappa.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.quantity import define

from .errors import bias, e_idg_per_tau
from .fixed_point import S, x
from .limits import c, c1
from .spectral import D1, D2, gamma
from .structured import rho_T
from .symbols import alpha, kappa, rho, tau

#: Budget, and prices of a token, a sequence and a task.
budget = sp.Symbol("B", positive=True)
price_token = sp.Symbol("p_t", positive=True)
price_sequence, price_task = sp.symbols("p_s p_k", nonnegative=True)

#: What a budget spends on sequences, over what it spends on tasks.
odds = sp.Symbol("o", positive=True)

#: Noise-to-context ratio of an isotropic test; x itself where the test's context is that of
#: pretraining.
x_test = sp.Symbol("x_T", positive=True)

cost = define(
    "cost",
    tau * (price_token * alpha + price_sequence) + price_task * kappa,
    latex=r"\mathcal{C}",
    doc="Price of pretraining.",
)

left = define(
    "left",
    budget - price_task * kappa,
    latex=r"B_{\mathrm{seq}}",
    doc="What tasks leave of a budget to sequences.",
)

affordable_tau = define(
    "affordable_tau",
    left / (price_token * (1 + rho) / x + price_sequence),
    latex=r"\tau_B",
    doc="Sequences over d^2 that are paid for at a noise-to-context ratio, and so at a length.",
)

affordable_kappa = define(
    "affordable_kappa",
    budget / (price_task * (1 + odds)),
    latex=r"\kappa_B",
    doc="Tasks over d that a budget pays for at given odds of sequences to tasks.",
)

left_at_odds = define(
    "left_at_odds",
    budget / (1 + 1 / odds),
    latex=None,
    doc="What is left to sequences at these odds, without a difference.",
)

price_of_context = define(
    "price_of_context",
    D2 + S * e_idg_per_tau,
    latex=r"\mathcal{P}",
    doc="What a unit of the test's noise-to-context ratio costs: |Gamma|^2/d.",
)

e_shifted = define(
    "e_shifted",
    rho_T + bias + S * e_idg_per_tau + x_test * price_of_context,
    latex=r"e_T",
    doc="ICL error of isotropic tasks at the test's own context length and noise.",
)

e_by_freedom = define(
    "e_by_freedom",
    rho_T + (1 - D1) ** 2 / (1 - gamma) + S * e_idg_per_tau + x_test * price_of_context,
    latex=None,
    doc="The same error by its degrees of freedom, which are few where a budget is small.",
)

floor = define(
    "floor",
    rho_T + (1 - D1) ** 2,
    latex=r"e_{\mathrm{floor}}",
    doc="A lower bound of the error by the bias alone.",
)

# Constants of the laws of large budgets: what the error at long contexts is above its limit, times
# a power of the context length alpha, where tau or tau/alpha is c times alpha.

few_tasks_excess = define(
    "few_tasks_excess",
    kappa * (1 + rho) + (1 - kappa) * rho / ((1 + rho) * c),
    latex=None,
    doc="Of the ridgeless error over 1/alpha at tau = c alpha^2, kappa < 1.",
)

many_tasks_excess = define(
    "many_tasks_excess",
    1 + rho + rho * kappa / ((kappa - 1) * c),
    latex=None,
    doc="Of the ridgeless error over 1/alpha at tau = c alpha, kappa > 1.",
)

few_tasks_ridge_excess = define(
    "few_tasks_ridge_excess",
    kappa * (1 + rho)
    + rho * kappa**2 / ((1 - kappa) * c)
    + (kappa * c1 / (1 - kappa)) ** 2 * kappa / (1 - kappa)
    + (1 - kappa) * rho * (1 + rho) / (c * c1**2),
    latex=None,
    doc="Of the error over 1/alpha at tau = c alpha and lam = c1/sqrt(alpha), kappa < 1.",
)
