"""Claims about infinite context without ridge, where the formulas at x = 0 are singular."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from icl_theory.algebra.relations import both, eq, gt, implies
from icl_theory.proof.claim import Claim, Derivation, claim
from icl_theory.proof.domains import OVER, UNDER
from icl_theory.proof.proof import Proof
from icl_theory.theory import errors
from icl_theory.theory.fixed_point import x
from icl_theory.theory.infinite_context import FIELDS, REGIMES, Regime
from icl_theory.theory.odds import c, w
from icl_theory.theory.symbols import kappa, m, rho, tau, xi

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


#: kappa on a segment of the line kappa = tau < 1, by a parameter that runs through (0, oo).
u = sp.Symbol("u", positive=True)
BETWEEN = {
    "critical-under-many": (sp.Rational(1, 3) + u) / (1 + u),
    "critical-under-few": sp.Rational(1, 3) * u / (1 + u),
}


def decide_regime(proof: Proof, name: str) -> None:
    """Decide that m -> oo is alpha -> oo in a region, then the limit of every field there."""
    (regime,) = (regime for regime in REGIMES if regime.name == name)
    given = () if regime.name in BETWEEN else inequalities(regime)
    state = OVER if regime.side == "over" else UNDER
    fixed = {c.lhs: sp.sympify(c.rhs) for c in regime.where if isinstance(c, sp.Eq)}
    if regime.name in BETWEEN:
        fixed[kappa] = BETWEEN[regime.name]
    # tau = kappa fixes tau by way of kappa.
    fixed = {symbol: value.xreplace(fixed) for symbol, value in fixed.items()}
    proof.sign(
        gt(x), on=_at(state, fixed), given=given, because="Every m > 0 belongs to some alpha,"
    )
    proof.limit(
        sp.Limit(x, m, sp.oo), 0, on=_at(state, fixed), because="and alpha -> oo as m -> oo."
    )
    for noisy in (True, False):
        on = _at(state, fixed if noisy else fixed | {rho: sp.Integer(0)})
        for field in FIELDS:
            value = regime.limits(noisy)[field]
            because = "Leading behaviour of a rational function of m."
            proof.limit(
                sp.Limit(FORMULAS[field], m, sp.oo), value, on=on, given=given, because=because
            )
            proof.follows(
                limit(regime, field, noisy),
                "The states of that step are those that satisfy the conditions.",
            )


def _at(
    state: dict[sp.Symbol, sp.Expr], fixed: dict[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """A state on the line or at the point that the equations of a region fix."""
    return {symbol: value.xreplace(fixed) for symbol, value in state.items()} | fixed


def _region(name: str, title: str) -> Callable[[Derivation], Claim]:
    """Claim about every entry of the table in one region."""
    (regime,) = (regime for regime in REGIMES if regime.name == name)
    return claim(
        title=title,
        statement=both(
            *(limit(regime, field, noisy) for noisy in (True, False) for field in FIELDS)
        ),
        assumptions=inequalities(regime),
        rests_on=(f"ridgeless-state-{regime.side}",),
        regime=None,
    )


@_region("few-tasks-over", "Infinite context with fewer tasks than dimensions, above the threshold")
def infinite_context_few_tasks_over(proof: Proof) -> None:
    """Infinite context, kappa < 1 < tau, without ridge.

    Above the threshold xi = 0 and x = 1/m - kappa/(kappa + m), which for kappa < 1 is positive for
    every m > 0 and vanishes as m -> oo: the limit alpha -> oo is the limit m -> oo of rational
    functions. With rho > 0 the pretraining variance grows like m; without label noise it stays
    finite.
    """
    decide_regime(proof, "few-tasks-over")


@_region("critical-over", "Infinite context with as many tasks as dimensions, above the threshold")
def infinite_context_critical_over(proof: Proof) -> None:
    """Infinite context, kappa = 1 < tau, without ridge.

    On the line kappa = 1, x = 1/(m (1 + m)): m grows like alpha^{1/2} instead of alpha. Nothing of
    the bias is left, and without label noise no error is.
    """
    decide_regime(proof, "critical-over")


@_region("few-tasks-under", "Infinite context with kappa < tau, below the threshold")
def infinite_context_few_tasks_under(proof: Proof) -> None:
    """Infinite context, kappa < tau < 1, without ridge.

    Below the threshold xi = (1 - tau)/m and x = tau/m - kappa/(kappa + m), which for kappa < tau is
    positive for every m > 0 and vanishes as m -> oo. With rho > 0 the pretraining variance grows
    like m while e_idg stays finite.
    """
    decide_regime(proof, "few-tasks-under")


@_region("critical-under-many", "Infinite context on the line kappa = tau > 1/3: the gap rises")
def infinite_context_critical_under_many(proof: Proof) -> None:
    """Infinite context, kappa = tau between 1/3 and 1, without ridge.

    On the line kappa = tau, x = kappa^2/(m (kappa + m)): m grows like alpha^{1/2}. With label noise
    both errors grow like m, e_icl by the larger coefficient while 3 kappa > 1.
    """
    decide_regime(proof, "critical-under-many")


@_region("critical-under-few", "Infinite context on the line kappa = tau < 1/3: the gap falls")
def infinite_context_critical_under_few(proof: Proof) -> None:
    """Infinite context, kappa = tau < 1/3, without ridge.

    As for kappa = tau > 1/3, but here e_idg grows by the larger coefficient: fresh tasks cost less
    than the tasks seen in pretraining.
    """
    decide_regime(proof, "critical-under-few")


@_region("critical-under-balanced", "Infinite context at kappa = tau = 1/3: the gap stays finite")
def infinite_context_critical_under_balanced(proof: Proof) -> None:
    """Infinite context, kappa = tau = 1/3, without ridge.

    The coefficients of m in e_icl and e_idg agree here, and the gap, which is their difference,
    tends to a finite value.
    """
    decide_regime(proof, "critical-under-balanced")


@claim(
    title="At the interpolation threshold the ridgeless errors are infinite at every context",
    statement=both(
        *(
            eq(sp.Limit(FORMULAS[field], tau, 1, side), sp.oo)
            for side in "+-"
            for field in ("icl", "idg", "gap", "pretraining_variance")
        ),
        eq(sp.Limit(errors.train, tau, 1, "+"), 0),
    ),
    domain=UNDER,
)
def infinite_context_threshold(proof: Proof) -> None:
    """The interpolation threshold tau = 1 without ridge, approached from both sides.

    In the odds (a, b, c, w) the ridgeless states above the threshold have tau = 1 + w, and those
    below have tau = (1 + a + a c)/(1 + a + a c + c), with tau -> 1 as c -> 0. Held at the other
    odds, the denominator of e_idg vanishes and nothing else does: the errors grow without bound at
    every context length, while the training error vanishes with the distance.
    """
    sides = (("+", w, OVER), ("-", c, UNDER))
    for side, distance, on in sides:
        proof.limit(sp.Limit(tau, distance, 0, "+"), 1, on=on, because="The threshold is reached.")
        for field in ("icl", "idg", "gap", "pretraining_variance"):
            proof.limit(
                sp.Limit(FORMULAS[field], distance, 0, "+"),
                sp.oo,
                on=on,
                because="A positive numerator over a vanishing slope.",
            )
            proof.follows(
                eq(sp.Limit(FORMULAS[field], tau, 1, side), sp.oo),
                "The other odds, functions of the parameters, stay inside their range.",
            )
    proof.limit(
        sp.Limit(errors.train, w, 0, "+"),
        0,
        on=OVER,
        because="r^2 vanishes faster than e_idg grows.",
    )
    proof.follows(eq(sp.Limit(errors.train, tau, 1, "+"), 0), "By the same argument.")


@claim(
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
    domain=OVER,
)
def infinite_context_at_threshold(proof: Proof) -> None:
    """Bias and context variance at tau = 1 and infinite context, without ridge.

    Both depend on (m, kappa) alone once xi = 0. For kappa <= 1 infinite context is m -> oo; for
    kappa > 1 it is m -> kappa/(kappa - 1), where x = 1/m - kappa/(kappa + m) vanishes.
    """
    for regime in REGIMES:
        if regime.side != "threshold" or regime.name == "threshold-infinite":
            continue
        limits = regime.limits(noisy=True)
        fixed = {c.lhs: sp.sympify(c.rhs) for c in regime.where if isinstance(c, sp.Eq)}
        fixed = {symbol: value for symbol, value in fixed.items() if symbol == kappa}
        state = {s: v.xreplace(fixed) for s, v in OVER.items()} | fixed
        proof.limit(sp.Limit(x, m, limits["m"]), 0, on=state, because="This m is infinite context.")
        for field in ("bias", "context_variance"):
            relation = eq(sp.Limit(FORMULAS[field], m, limits["m"]), limits[field])
            proof.limit(
                relation.lhs, limits[field], on=state, because="A rational function of m at xi = 0."
            )
            proof.follows(
                implies(both(*regime.where), relation),
                "With xi = 0 both are free of tau.",
            )
