"""The lam^{-1/2} law at the interpolation threshold, kappa > 1.

At tau = 1 the capacities 1 and tau are equal, so xi m = tau r, and their product lam m makes each
(lam m)^{1/2}. m = kappa/(kappa - 1) at infinite context, in whatever order the limits are taken.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
