"""Infinite context without ridge, lam -> 0 and then alpha -> oo, where the resolvent is singular.

At x = (1 + rho)/alpha = 0 the ridgeless formulas hold as they stand while kappa > min(tau, 1). With
fewer tasks the resolvent trace m diverges, and on the line kappa = min(tau, 1) it diverges more
slowly. There every error is a rational function of m along the curve alpha -> oo, and its limit as
m -> oo is given here: a formula, 0, or oo with its sign. They depend on whether labels are noisy.

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
    latex=r"(1 - \kappa)",
    doc="Bias at infinite context: the share of directions in which there is no task.",
    positive=True,
)

idg_infinite_over = define(
    "idg_infinite_over",
    rho * tau / (tau - 1),
    latex=r"\frac{\rho\tau}{\tau - 1}",
    source="paper, limits of infinite context",
    doc="e_idg at infinite context for tau > 1.",
    nonnegative=True,
)

few_tasks_train_over = define(
    "few_tasks_train_over",
    rho * (tau - 1) / tau,
    latex=r"\frac{\rho(\tau - 1)}{\tau}",
    doc="Training error at infinite context for tau > 1.",
    nonnegative=True,
)

few_tasks_idg_under = define(
    "few_tasks_idg_under",
    rho * tau * (1 - kappa) / ((tau - kappa) * (1 - tau)),
    latex=r"\frac{\rho\tau(1 - \kappa)}{(\tau - \kappa)(1 - \tau)}",
    source="paper, limits of infinite context",
    doc="e_idg at infinite context for kappa < tau < 1.",
    nonnegative=True,
)

few_tasks_variance_over = define(
    "few_tasks_variance_over",
    kappa * (1 - kappa) / (tau - 1),
    latex=r"\frac{\kappa(1 - \kappa)}{\tau - 1}",
    doc="Pretraining variance at infinite context without label noise, kappa < 1 < tau.",
    positive=True,
)

few_tasks_variance_under = define(
    "few_tasks_variance_under",
    kappa * (tau - kappa) / (1 - tau),
    latex=r"\frac{\kappa(\tau - \kappa)}{1 - \tau}",
    doc="Pretraining variance at infinite context without label noise, kappa < tau < 1.",
    positive=True,
)

few_tasks_icl_over = define(
    "few_tasks_icl_over",
    few_tasks_bias + few_tasks_variance_over,
    latex=r"(1 - \kappa) + \frac{\kappa(1 - \kappa)}{\tau - 1}",
    doc="e_icl, and the gap, at infinite context without label noise, kappa < 1 < tau.",
    positive=True,
)

few_tasks_icl_under = define(
    "few_tasks_icl_under",
    few_tasks_bias + few_tasks_variance_under,
    latex=r"(1 - \kappa) + \frac{\kappa(\tau - \kappa)}{1 - \tau}",
    doc="e_icl, and the gap, at infinite context without label noise, kappa < tau < 1.",
    positive=True,
)

balanced_gap = define(
    "balanced_gap",
    few_tasks_bias - rho / 4,
    latex=r"(1 - \kappa) - \frac{\rho}{4}",
    doc="Gap at infinite context for tau = kappa = 1/3, where its divergence changes sign.",
)

enough_tasks_m = define(
    "enough_tasks_m",
    kappa / (kappa - 1),
    latex=r"\frac{\kappa}{\kappa - 1}",
    source="theory",
    doc="Resolvent trace at zero argument for kappa > 1.",
    positive=True,
)

#: Fields of the result, apart from the label noise, in this order in `Regime.noisy`.
FIELDS = (
    "icl",
    "idg",
    "gap",
    "bias",
    "context_variance",
    "pretraining_variance",
    "train",
    "xi",
    "m",
)


@dataclass(frozen=True)
class Regime:
    """Limits of all fields in one region of (tau, kappa).

    Attributes
    ----------
    name
        Unique identifier.
    side
        ``"over"``, ``"under"`` or ``"threshold"``: tau above, below or at one.
    where
        The region, relations in tau and kappa.
    noisy, noiseless
        Limit of each of `FIELDS` for rho > 0 and for rho = 0.
    """

    name: str
    side: str
    where: tuple[sp.Basic, ...]
    noisy: tuple[sp.Expr, ...]
    noiseless: tuple[sp.Expr, ...]

    def limits(self, noisy: bool) -> dict[str, sp.Expr]:
        """Limit of every field, the label noise among them."""
        values = self.noisy if noisy else self.noiseless
        return dict(zip(FIELDS, map(sp.sympify, values), strict=True)) | {
            "noise": rho if noisy else sp.Integer(0)
        }


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


def _threshold(
    name: str, where: tuple[sp.Rel, ...], bias: object, m: object, gap: object = sp.oo
) -> Regime:
    values = (sp.oo, sp.oo, gap, bias, 0, sp.oo, 0, 0, m)
    return Regime(name, "threshold", (_at, *where), values, values)


def _critical_under(name: str, where: sp.Rel, gap: object) -> Regime:
    return Regime(
        name,
        "under",
        (_under, _line, where),
        (sp.oo, sp.oo, gap, few_tasks_bias, 0, sp.oo, 0, 0, sp.oo),
        (few_tasks_bias, 0, few_tasks_bias, few_tasks_bias, 0, 0, 0, 0, sp.oo),
    )


#: Every region in which the formulas do not hold as they stand at x = 0. They do not overlap.
REGIMES: tuple[Regime, ...] = (
    Regime(
        "few-tasks-over",
        "over",
        (_over, _below(1)),
        (
            sp.oo,
            idg_infinite_over,
            sp.oo,
            few_tasks_bias,
            0,
            sp.oo,
            few_tasks_train_over,
            0,
            sp.oo,
        ),
        (
            few_tasks_icl_over,
            0,
            few_tasks_icl_over,
            few_tasks_bias,
            0,
            few_tasks_variance_over,
            0,
            0,
            sp.oo,
        ),
    ),
    Regime(
        "critical-over",
        "over",
        (_over, _equal(1)),
        (sp.oo, idg_infinite_over, sp.oo, 0, 0, sp.oo, few_tasks_train_over, 0, sp.oo),
        (0, 0, 0, 0, 0, 0, 0, 0, sp.oo),
    ),
    Regime(
        "few-tasks-under",
        "under",
        (_under, _below(tau)),
        (sp.oo, few_tasks_idg_under, sp.oo, few_tasks_bias, 0, sp.oo, 0, 0, sp.oo),
        (
            few_tasks_icl_under,
            0,
            few_tasks_icl_under,
            few_tasks_bias,
            0,
            few_tasks_variance_under,
            0,
            0,
            sp.oo,
        ),
    ),
    _critical_under("critical-under-many", _above(_THIRD), sp.oo),
    _critical_under("critical-under-few", _below(_THIRD), -sp.oo),
    _critical_under("critical-under-balanced", _equal(_THIRD), balanced_gap),
    _threshold("threshold-few", (_below(1),), few_tasks_bias, sp.oo),
    _threshold("threshold-critical", (_equal(1),), 0, sp.oo),
    _threshold("threshold-enough", (_above(1), _below(sp.oo)), 0, enough_tasks_m),
    # Tasks without end: icl = idg at every ridge, so the gap is 0 before lam -> 0.
    _threshold("threshold-infinite", (_equal(sp.oo),), 0, 1, gap=0),
)
