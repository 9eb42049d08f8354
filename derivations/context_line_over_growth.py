"""Ridgeless errors on the line kappa = 1 < tau.

The capacities 1 and kappa are equal, so 1 - D = x m and kappa - D = kappa t are the same number.
With D -> 1, m t -> 1 it follows that x m^2 -> 1: m grows like x^{-1/2}, and with it the
pretraining variance. e_IDG does not see it.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
