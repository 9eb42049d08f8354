"""The lam^{-1/2} law at the interpolation threshold, kappa < 1.

At tau = 1, xi m = tau r = (lam m)^{1/2}. As x -> 0, 1 - D -> 1 - kappa is carried by x m, so m =
(1 - kappa)/x grows with the context: e_ICL grows like m^{1/2} and e_IDG falls like m^{-1/2}.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
