"""Ridgeless errors at infinite context, kappa > 1 and tau > 1.

After lam -> 0, xi = 0. As x -> 0 the capacity 1 is the smallest: D -> 1, kappa t = kappa - 1, and
m = 1/t stays finite. Everything is continuous there.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
