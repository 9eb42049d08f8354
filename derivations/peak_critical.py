"""The peak where all three capacities are equal, tau = kappa = 1.

Ridgeless first, xi m = tau r = (lam m)^{1/2} and then 1 - D = x m = t with m t = 1 make m =
x^{-1/2}: powers of alpha^{1/4}. Infinite context first, 1 - D = xi m = tau r = t and the product
lam m make m = lam^{-1/3}.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
