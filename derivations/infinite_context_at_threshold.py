"""Bias and context variance at tau = 1 and infinite context, without ridge.

Both depend on (m, kappa) alone once xi = 0. For kappa <= 1 infinite context is m -> oo; for
kappa > 1 it is m -> kappa/(kappa - 1), where x = 1/m - kappa/(kappa + m) vanishes.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.claims.infinite_context import FORMULAS
from icl_theory.symbolic import uniform
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.infinite_context import REGIMES
from icl_theory.symbolic.proof import Proof, both, eq, implies
from icl_theory.symbolic.symbols import kappa, m


def prove(proof: Proof, claim: Claim) -> None:
    """Fewer tasks than dimensions, as many, and more."""
    for regime in REGIMES:
        if regime.side != "threshold" or regime.name == "threshold-infinite":
            continue
        limits = regime.limits(noisy=True)
        fixed = {c.lhs: sp.sympify(c.rhs) for c in regime.where if isinstance(c, sp.Eq)}
        fixed = {symbol: value for symbol, value in fixed.items() if symbol == kappa}
        state = {s: v.xreplace(fixed) for s, v in uniform.ridgeless_over().items()} | fixed
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
