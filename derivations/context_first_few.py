"""Infinite context first, then vanishing ridge, kappa < min(tau, 1).

At x = 0 and lam > 0 the context variance is gone, and 1 - D is carried by xi m. As lam -> 0, D ->
kappa, so that xi m = 1 - kappa and tau r = tau - kappa stay, and xi = lam/r vanishes like lam.
The divergence with alpha of the other order, which came from x m, does not appear: the two limits
do not commute.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
