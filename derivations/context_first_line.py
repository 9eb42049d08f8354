"""Infinite context first, on the line kappa = min(tau, 1).

At x = 0 the product (xi m)(tau r) = tau lam m and two equal capacities give m of order
lam^{-1/2}: for kappa = 1 < tau, xi m = t and tau r = tau - 1; for kappa = tau < 1, tau r = kappa
t and xi m = 1 - tau.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
