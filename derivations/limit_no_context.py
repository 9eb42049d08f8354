"""Vanishing context length.

As x -> oo, m = O(1/x), t -> 1 and D -> 0: features are label noise without a signal. Ridge
regression on pure noise has variance 1/(1 - tau) or tau/(tau - 1) at any fixed ridge, for which
the features, of size x, are too large; at tau = 1, xi m = tau r and their product lam m make the
square root.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
