"""g_task along tau = c alpha -> oo at kappa = 1.

x m = t and m t -> 1 make m = x^{-1/2}; bias and pretraining variance fall like m/alpha.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
