"""Infinite context without ridge, lam -> 0 and then alpha -> oo, where the resolvent is singular.

At x = (1 + rho)/alpha = 0 the ridgeless formulas hold as they stand while kappa > min(tau, 1). With
fewer tasks the resolvent trace m diverges, and on the line kappa = min(tau, 1) it diverges more
slowly. There every error is a rational function of m along the curve alpha -> oo, and its limit as
m -> oo is a formula, 0, or oo with its sign; it depends on whether labels are noisy. The formulas
and the regions are here, and which is the limit of which field stands in ``fields.py``.

At the interpolation threshold tau = 1 the ridgeless errors are infinite at every alpha, and so is
their limit.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from icl_theory.algebra.quantity import define

from .symbols import kappa, rho, tau

few_tasks_bias = define(
    "few_tasks_bias",
    1 - kappa,
    latex=None,
    doc="Bias at infinite context: the share of directions in which there is no task.",
)

idg_infinite_over = define(
    "idg_infinite_over",
    rho * tau / (tau - 1),
    latex=None,
    source="paper, limits of infinite context",
    doc="e_idg at infinite context for tau > 1.",
)

few_tasks_train_over = define(
    "few_tasks_train_over",
    rho * (tau - 1) / tau,
    latex=None,
    doc="Training error at infinite context for tau > 1.",
)

few_tasks_idg_under = define(
    "few_tasks_idg_under",
    rho * tau * (1 - kappa) / ((tau - kappa) * (1 - tau)),
    latex=None,
    source="paper, limits of infinite context",
    doc="e_idg at infinite context for kappa < tau < 1.",
)

few_tasks_variance_over = define(
    "few_tasks_variance_over",
    kappa * (1 - kappa) / (tau - 1),
    latex=None,
    doc="Pretraining variance at infinite context without label noise, kappa < 1 < tau.",
)

few_tasks_variance_under = define(
    "few_tasks_variance_under",
    kappa * (tau - kappa) / (1 - tau),
    latex=None,
    doc="Pretraining variance at infinite context without label noise, kappa < tau < 1.",
)

few_tasks_icl_over = define(
    "few_tasks_icl_over",
    few_tasks_bias + few_tasks_variance_over,
    latex=None,
    doc="e_icl, and the gap, at infinite context without label noise, kappa < 1 < tau.",
)

few_tasks_icl_under = define(
    "few_tasks_icl_under",
    few_tasks_bias + few_tasks_variance_under,
    latex=None,
    doc="e_icl, and the gap, at infinite context without label noise, kappa < tau < 1.",
)

balanced_gap = define(
    "balanced_gap",
    few_tasks_bias - rho / 4,
    latex=None,
    doc="Gap at infinite context for tau = kappa = 1/3, where its divergence changes sign.",
)

enough_tasks_m = define(
    "enough_tasks_m",
    kappa / (kappa - 1),
    latex=None,
    source="theory",
    doc="Resolvent trace at zero argument for kappa > 1.",
)


@dataclass(frozen=True)
class Region:
    """A region of (tau, kappa) in which the formulas do not hold as they stand at x = 0.

    Attributes
    ----------
    name
        Unique identifier.
    side
        ``"over"``, ``"under"`` or ``"threshold"``: tau above, below or at one.
    where
        Relations in tau and kappa.
    """

    name: str
    side: str
    where: tuple[sp.Rel, ...]

    @property
    def infinite_kappa(self) -> bool:
        """Whether task diversity is infinite here."""
        return any(isinstance(c, sp.Eq) and c.rhs is sp.oo for c in self.where)


_over, _under, _at = (
    sp.StrictGreaterThan(tau, 1, evaluate=False),
    sp.StrictLessThan(tau, 1, evaluate=False),
    sp.Eq(tau, 1, evaluate=False),
)
_line = sp.Eq(tau, kappa, evaluate=False)


def _above(bound: object) -> sp.Rel:
    return sp.StrictGreaterThan(kappa, bound, evaluate=False)


def _below(bound: object) -> sp.Rel:
    return sp.StrictLessThan(kappa, bound, evaluate=False)


def _equal(value: object) -> sp.Rel:
    return sp.Eq(kappa, value, evaluate=False)


_THIRD = sp.Rational(1, 3)

#: The regions do not overlap; elsewhere the formulas hold at x = 0.
REGIONS: tuple[Region, ...] = (
    Region("few-tasks-over", "over", (_over, _below(1))),
    Region("critical-over", "over", (_over, _equal(1))),
    Region("few-tasks-under", "under", (_under, _below(tau))),
    Region("critical-under-many", "under", (_under, _line, _above(_THIRD))),
    Region("critical-under-few", "under", (_under, _line, _below(_THIRD))),
    Region("critical-under-balanced", "under", (_under, _line, _equal(_THIRD))),
    Region("threshold-few", "threshold", (_at, _below(1))),
    Region("threshold-critical", "threshold", (_at, _equal(1))),
    Region("threshold-enough", "threshold", (_at, _above(1))),
    # Tasks without end: icl = idg at every ridge, so the gap is 0 before lam -> 0.
    Region("threshold-infinite", "threshold", (_at, _equal(sp.oo))),
)
