"""Infinite context, kappa = tau < 1/3, without ridge.

As for kappa = tau > 1/3, but here e_idg grows by the larger coefficient: fresh tasks cost less than
the tasks seen in pretraining.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof

from .infinite_context import decide_regime


def prove(proof: Proof, claim: Claim) -> None:
    """Every entry of the table, for rho > 0 and for rho = 0."""
    decide_regime(proof, "critical-under-few")
