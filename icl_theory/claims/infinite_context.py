"""Claims about infinite context without ridge, where the formulas at x = 0 are singular."""

import sympy as sp

from icl_theory.symbolic import errors
from icl_theory.symbolic.infinite_context import FIELDS, REGIMES, Regime
from icl_theory.symbolic.proof import both, eq, implies
from icl_theory.symbolic.symbols import m, rho, tau, xi

from .claim import Claim

FORMULAS = {
    "icl": errors.e_icl,
    "idg": errors.e_idg,
    "gap": errors.gap,
    "bias": errors.bias,
    "context_variance": errors.context_variance,
    "pretraining_variance": errors.pretraining_variance,
    "train": errors.train,
    "xi": xi,
    "m": m,
}

TITLES = {
    "few-tasks-over": "Infinite context with fewer tasks than dimensions, above the threshold",
    "critical-over": "Infinite context with as many tasks as dimensions, above the threshold",
    "few-tasks-under": "Infinite context with kappa < tau, below the threshold",
    "critical-under-many": "Infinite context on the line kappa = tau > 1/3: the gap rises",
    "critical-under-few": "Infinite context on the line kappa = tau < 1/3: the gap falls",
    "critical-under-balanced": "Infinite context at kappa = tau = 1/3: the gap stays finite",
}


def limit(regime: Regime, field: str, noisy: bool) -> sp.Basic:
    """One entry of the table: the limit of a field along alpha -> oo, which is m -> oo."""
    value = regime.limits(noisy)[field]
    relation = eq(sp.Limit(FORMULAS[field], m, sp.oo), value)
    conditions = [c for c in regime.where if isinstance(c, sp.Eq)]
    if not noisy:
        conditions.append(eq(rho, 0))
    return implies(both(*conditions), relation) if conditions else relation


def inequalities(regime: Regime) -> tuple[sp.Basic, ...]:
    """The open conditions of a region, in the order in which they parametrise it."""
    return tuple(c for c in regime.where if not isinstance(c, sp.Eq))


REGULAR = tuple(regime for regime in REGIMES if regime.side != "threshold")

CLAIMS = (
    *(
        Claim(
            id=f"infinite-context-{regime.name}",
            title=TITLES[regime.name],
            statement=both(
                *(limit(regime, field, noisy) for noisy in (True, False) for field in FIELDS)
            ),
            assumptions=inequalities(regime),
            rests_on=(f"ridgeless-state-{regime.side}",),
            regime=None,
        )
        for regime in REGULAR
    ),
    Claim(
        id="infinite-context-threshold",
        title="At the interpolation threshold the ridgeless errors are infinite at every context",
        statement=both(
            *(
                eq(sp.Limit(FORMULAS[field], tau, 1, side), sp.oo)
                for side in "+-"
                for field in ("icl", "idg", "gap", "pretraining_variance")
            ),
            eq(sp.Limit(errors.train, tau, 1, "+"), 0),
        ),
        rests_on=("ridgeless-state-over", "ridgeless-state-under", "positive-state"),
        regime=None,
    ),
    Claim(
        id="infinite-context-at-threshold",
        title="What the threshold leaves finite, at infinite context",
        statement=both(
            *(
                implies(both(*r.where), eq(sp.Limit(FORMULAS[field], m, target), value))
                for r in REGIMES
                if r.side == "threshold" and r.name != "threshold-infinite"
                for target in (r.limits(True)["m"],)
                for field in ("bias", "context_variance")
                for value in (r.limits(True)[field],)
            )
        ),
        rests_on=("ridgeless-state-over",),
        regime=None,
    ),
)
