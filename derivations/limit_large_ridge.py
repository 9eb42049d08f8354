"""Infinite ridge.

As lam -> oo, tau r -> tau and xi = lam/r dominates nu = x + xi, so m -> 1/xi, t -> 1, D -> 0.
Bias and e_IDG tend to 1 + rho, the variances vanish. Of the gap the two leading terms are of
order 1/lam, and the relief cancels nothing of the first, 2 nu^2 m^2/(kappa lam).
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
