"""Claims about infinite context without ridge, where the formulas at x = 0 are singular."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from icl_theory.algebra.relations import both, eq, gt, implies
from icl_theory.proof.claim import Claim, Derivation, claim
from icl_theory.proof.domains import OVER, UNDER
from icl_theory.proof.proof import Proof
from icl_theory.theory import errors
from icl_theory.theory.fields import TABLE, Field, by_name
from icl_theory.theory.fixed_point import x
from icl_theory.theory.infinite_context import REGIONS, Region
from icl_theory.theory.odds import c, w
from icl_theory.theory.special_values import BETWEEN
from icl_theory.theory.symbols import kappa, m, rho, tau

#: Label noise is no limit.
FIELDS = tuple(field for field in TABLE if field.name != "noise")
#: Infinite at the threshold, and finite there.
INFINITE = tuple(by_name()[name] for name in ("icl", "idg", "gap", "pretraining_variance"))
FINITE = tuple(by_name()[name] for name in ("bias", "context_variance"))
TRACE = by_name()["m"]


def limit(region: Region, field: Field, noisy: bool) -> sp.Basic:
    """One entry of the table: the limit of a field along alpha -> oo, which is m -> oo."""
    value = field.at_infinite_context(region, noisy)
    relation = eq(sp.Limit(field.formula, m, sp.oo), value)
    conditions = [c for c in region.where if isinstance(c, sp.Eq)]
    if not noisy:
        conditions.append(eq(rho, 0))
    return implies(both(*conditions), relation) if conditions else relation


def inequalities(region: Region) -> tuple[sp.Basic, ...]:
    """The open conditions of a region, in the order in which they parametrise it."""
    return tuple(c for c in region.where if not isinstance(c, sp.Eq))


def decide_region(proof: Proof, name: str) -> None:
    """Decide that m -> oo is alpha -> oo in a region, then the limit of every field there."""
    (region,) = (region for region in REGIONS if region.name == name)
    given = () if region.name in BETWEEN else inequalities(region)
    state = OVER if region.side == "over" else UNDER
    fixed = {c.lhs: sp.sympify(c.rhs) for c in region.where if isinstance(c, sp.Eq)}
    if region.name in BETWEEN:
        fixed[kappa] = BETWEEN[region.name]
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
            value = field.at_infinite_context(region, noisy)
            because = "Leading behaviour of a rational function of m."
            proof.limit(
                sp.Limit(field.formula, m, sp.oo), value, on=on, given=given, because=because
            )
            proof.follows(
                limit(region, field, noisy),
                "The states of that step are those that satisfy the conditions.",
            )


def _at(
    state: dict[sp.Symbol, sp.Expr], fixed: dict[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """A state on the line or at the point that the equations of a region fix."""
    return {symbol: value.xreplace(fixed) for symbol, value in state.items()} | fixed


def _region(name: str, title: str) -> Callable[[Derivation], Claim]:
    """Claim about every entry of the table in one region."""
    (region,) = (region for region in REGIONS if region.name == name)
    return claim(
        title=title,
        statement=both(
            *(limit(region, field, noisy) for noisy in (True, False) for field in FIELDS)
        ),
        assumptions=inequalities(region),
        rests_on=(f"ridgeless-state-{region.side}",),
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
    decide_region(proof, "few-tasks-over")


@_region("critical-over", "Infinite context with as many tasks as dimensions, above the threshold")
def infinite_context_critical_over(proof: Proof) -> None:
    """Infinite context, kappa = 1 < tau, without ridge.

    On the line kappa = 1, x = 1/(m (1 + m)): m grows like alpha^{1/2} instead of alpha. Nothing of
    the bias is left, and without label noise no error is.
    """
    decide_region(proof, "critical-over")


@_region("few-tasks-under", "Infinite context with kappa < tau, below the threshold")
def infinite_context_few_tasks_under(proof: Proof) -> None:
    """Infinite context, kappa < tau < 1, without ridge.

    Below the threshold xi = (1 - tau)/m and x = tau/m - kappa/(kappa + m), which for kappa < tau is
    positive for every m > 0 and vanishes as m -> oo. With rho > 0 the pretraining variance grows
    like m while e_idg stays finite.
    """
    decide_region(proof, "few-tasks-under")


@_region("critical-under-many", "Infinite context on the line kappa = tau > 1/3: the gap rises")
def infinite_context_critical_under_many(proof: Proof) -> None:
    """Infinite context, kappa = tau between 1/3 and 1, without ridge.

    On the line kappa = tau, x = kappa^2/(m (kappa + m)): m grows like alpha^{1/2}. With label noise
    both errors grow like m, e_icl by the larger coefficient while 3 kappa > 1.
    """
    decide_region(proof, "critical-under-many")


@_region("critical-under-few", "Infinite context on the line kappa = tau < 1/3: the gap falls")
def infinite_context_critical_under_few(proof: Proof) -> None:
    """Infinite context, kappa = tau < 1/3, without ridge.

    As for kappa = tau > 1/3, but here e_idg grows by the larger coefficient: fresh tasks cost less
    than the tasks seen in pretraining.
    """
    decide_region(proof, "critical-under-few")


@_region("critical-under-balanced", "Infinite context at kappa = tau = 1/3: the gap stays finite")
def infinite_context_critical_under_balanced(proof: Proof) -> None:
    """Infinite context, kappa = tau = 1/3, without ridge.

    The coefficients of m in e_icl and e_idg agree here, and the gap, which is their difference,
    tends to a finite value.
    """
    decide_region(proof, "critical-under-balanced")


@claim(
    title="At the interpolation threshold the ridgeless errors are infinite at every context",
    statement=both(
        *(eq(sp.Limit(field.formula, tau, 1, side), sp.oo) for side in "+-" for field in INFINITE),
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
        for field in INFINITE:
            proof.limit(
                sp.Limit(field.formula, distance, 0, "+"),
                sp.oo,
                on=on,
                because="A positive numerator over a vanishing slope.",
            )
            proof.follows(
                eq(sp.Limit(field.formula, tau, 1, side), sp.oo),
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
            implies(both(*r.where), eq(sp.Limit(field.formula, m, target), value))
            for r in REGIONS
            if r.side == "threshold" and r.name != "threshold-infinite"
            for target in (TRACE.at_infinite_context(r, noisy=True),)
            for field in FINITE
            for value in (field.at_infinite_context(r, noisy=True),)
        )
    ),
    domain=OVER,
)
def infinite_context_at_threshold(proof: Proof) -> None:
    """Bias and context variance at tau = 1 and infinite context, without ridge.

    Both depend on (m, kappa) alone once xi = 0. For kappa <= 1 infinite context is m -> oo; for
    kappa > 1 it is m -> kappa/(kappa - 1), where x = 1/m - kappa/(kappa + m) vanishes.
    """
    for region in REGIONS:
        if region.side != "threshold" or region.name == "threshold-infinite":
            continue
        target = TRACE.at_infinite_context(region, noisy=True)
        fixed = {c.lhs: sp.sympify(c.rhs) for c in region.where if isinstance(c, sp.Eq)}
        fixed = {symbol: value for symbol, value in fixed.items() if symbol == kappa}
        state = {s: v.xreplace(fixed) for s, v in OVER.items()} | fixed
        for field in FINITE:
            value = field.at_infinite_context(region, noisy=True)
            relation = eq(sp.Limit(field.formula, m, target), value)
            proof.limit(
                relation.lhs, value, on=state, because="A rational function of m at xi = 0."
            )
            proof.follows(
                implies(both(*region.where), relation),
                "With xi = 0 both are free of tau.",
            )
