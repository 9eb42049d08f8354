"""Vanishing ridge and infinite context commute for kappa > min(tau, 1).

With kappa above the smaller of 1 and tau, D tends to that smaller capacity and m = D/t stays
bounded in both orders, so the balances reach the same state. Every region of (tau, kappa) is
compared by itself.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
