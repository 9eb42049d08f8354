"""Ridgeless errors at infinite context, tau < 1 and kappa > tau.

After lam -> 0, tau r = 0. As x -> 0 the capacity tau is the smallest: D -> tau, kappa t = kappa -
tau, m = D/t is finite and xi m = 1 - tau. The errors follow by substitution.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
