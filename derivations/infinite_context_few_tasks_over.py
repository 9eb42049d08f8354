"""Infinite context, kappa < 1 < tau, without ridge.

Above the threshold xi = 0 and x = 1/m - kappa/(kappa + m), which for kappa < 1 is positive for
every m > 0 and vanishes as m -> oo: the limit alpha -> oo is the limit m -> oo of rational
functions. With rho > 0 the pretraining variance grows like m; without label noise it stays finite.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof

from .infinite_context import decide_regime


def prove(proof: Proof, claim: Claim) -> None:
    """Every entry of the table, for rho > 0 and for rho = 0."""
    decide_regime(proof, "few-tasks-over")
