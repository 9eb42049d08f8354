"""Claims about infinite context without ridge, where the formulas at x = 0 are singular."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from icl_theory.algebra.relations import both, eq, gt, implies
from icl_theory.proof.claim import Claim, Derivation, claim
from icl_theory.proof.domains import THRESHOLD
from icl_theory.proof.proof import Proof
from icl_theory.theory import errors
from icl_theory.theory.fields import TABLE, Field, by_name
from icl_theory.theory.infinite_context import REGIONS, Region
from icl_theory.theory.limits import ridgeless_infinite_context
from icl_theory.theory.symbols import m, rho

from .paths import prove_limits
from .ridgeless import M_AT_X, OVER_EQUATION, peak

#: Label noise is no limit.
LISTED = tuple(field for field in TABLE if field.name != "noise")
#: Infinite at the threshold, and finite there.
INFINITE = tuple(by_name()[name] for name in ("icl", "idg", "gap", "pretraining_variance"))
STAYS_FINITE = tuple(by_name()[name] for name in ("bias", "context_variance"))
TRACE = by_name()["m"]
#: With label noise, or without.
NOISE = {True: gt(rho, 0), False: eq(rho, 0)}


def entry(region: Region, field: Field, noisy: bool) -> sp.Basic:
    """One entry of the table: the limit of a field, first ridgeless, then along alpha -> oo."""
    value = field.at_infinite_context(region, noisy)
    return implies(NOISE[noisy], eq(ridgeless_infinite_context(field.formula), value))


def _region(name: str, title: str) -> Callable[[Derivation], Claim]:
    """Claim about every entry of the table in one region."""
    (region,) = (region for region in REGIONS if region.name == name)
    return claim(
        title=title,
        statement=both(
            *(entry(region, field, noisy) for noisy in (True, False) for field in LISTED)
        ),
        assumptions=region.where,
    )


@_region(
    "few-tasks-over",
    r"The state and all errors at infinite context, ridgeless, $\kappa < 1 < \tau$",
)
def infinite_context_few_tasks_over(proof: Proof) -> None:
    """Infinite context, kappa < 1 < tau, without ridge.

    Above the threshold xi = 0 and x = 1/m - kappa/(kappa + m), which for kappa < 1 is positive for
    every m > 0 and vanishes as m -> oo: the limit alpha -> oo is the limit m -> oo of rational
    functions. With rho > 0 the pretraining variance grows like m; without label noise it stays
    finite.
    """
    prove_limits(proof)


@_region(
    "critical-over", r"The state and all errors at infinite context, ridgeless, $\kappa = 1 < \tau$"
)
def infinite_context_critical_over(proof: Proof) -> None:
    """Infinite context, kappa = 1 < tau, without ridge.

    On the line kappa = 1, x = 1/(m (1 + m)): m grows like alpha^{1/2} instead of alpha. Nothing of
    the bias is left, and without label noise no error is.
    """
    prove_limits(proof)


@_region(
    "few-tasks-under",
    r"The state and all errors at infinite context, ridgeless, $\kappa < \tau < 1$",
)
def infinite_context_few_tasks_under(proof: Proof) -> None:
    """Infinite context, kappa < tau < 1, without ridge.

    Below the threshold xi = (1 - tau)/m and x = tau/m - kappa/(kappa + m), which for kappa < tau is
    positive for every m > 0 and vanishes as m -> oo. With rho > 0 the pretraining variance grows
    like m while e_idg stays finite.
    """
    prove_limits(proof)


@_region(
    "critical-under-many",
    r"The state and all errors at infinite context, ridgeless, $1/3 < \kappa = \tau < 1$",
)
def infinite_context_critical_under_many(proof: Proof) -> None:
    """Infinite context, kappa = tau between 1/3 and 1, without ridge.

    On the line kappa = tau, x = kappa^2/(m (kappa + m)): m grows like alpha^{1/2}. With label noise
    both errors grow like m, e_icl by the larger coefficient while 3 kappa > 1.
    """
    prove_limits(proof)


@_region(
    "critical-under-few",
    r"The state and all errors at infinite context, ridgeless, $\kappa = \tau < 1/3$",
)
def infinite_context_critical_under_few(proof: Proof) -> None:
    """Infinite context, kappa = tau < 1/3, without ridge.

    As for kappa = tau > 1/3, but here e_idg grows by the larger coefficient: fresh tasks cost less
    than the tasks seen in pretraining.
    """
    prove_limits(proof)


@_region(
    "critical-under-balanced",
    r"The state and all errors at infinite context, ridgeless, $\kappa = \tau = 1/3$: a finite gap",
)
def infinite_context_critical_under_balanced(proof: Proof) -> None:
    """Infinite context, kappa = tau = 1/3, without ridge.

    The coefficients of m in e_icl and e_idg agree here, and the gap, which is their difference,
    tends to a finite value.
    """
    prove_limits(proof)


@claim(
    title="At the interpolation threshold the ridgeless errors are infinite at every context",
    statement=both(
        *(eq(peak(field.formula, side), sp.oo) for side in "+-" for field in INFINITE),
        *(eq(peak(errors.train, side), 0) for side in "+-"),
        eq(m, M_AT_X),
    ),
    domain=THRESHOLD,
)
def infinite_context_threshold(proof: Proof) -> None:
    """The interpolation threshold tau = 1 without ridge, approached from both sides.

    As tau -> 1 the ridgeless states of both sides tend to one state, with m = M_kappa(x) and
    without an effective ridge. The denominator of e_idg vanishes there and nothing else does: the
    errors grow without bound at every context length. The training error vanishes with the
    distance above the threshold, and is zero below.
    """
    proof.same_root(proof.one_root(OVER_EQUATION, m), m, M_AT_X, on=THRESHOLD)
    prove_limits(proof)


@claim(
    title=r"Bias, context variance and $m$ at infinite context, ridgeless, at $\tau = 1$",
    statement=both(
        *(
            implies(both(*r.where), eq(ridgeless_infinite_context(field.formula), value))
            for r in REGIONS
            if r.side == "threshold" and r.name != "threshold-infinite"
            for field in (*STAYS_FINITE, TRACE)
            for value in (field.at_infinite_context(r, noisy=True),)
        )
    ),
)
def infinite_context_at_threshold(proof: Proof) -> None:
    """Bias and context variance at tau = 1 and infinite context, without ridge.

    Both depend on (m, kappa) alone once xi = 0. As alpha -> oo, m grows without bound for kappa <=
    1; for kappa > 1 it tends to kappa/(kappa - 1), from below, since x > 0.
    """
    prove_limits(proof)
