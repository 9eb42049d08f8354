"""Infinite context, kappa < tau < 1, without ridge.

Below the threshold xi = (1 - tau)/m and x = tau/m - kappa/(kappa + m), which for kappa < tau is
positive for every m > 0 and vanishes as m -> oo. With rho > 0 the pretraining variance grows like m
while e_idg stays finite.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof

from .infinite_context import decide_regime


def prove(proof: Proof, claim: Claim) -> None:
    """Every entry of the table, for rho > 0 and for rho = 0."""
    decide_regime(proof, "few-tasks-under")
