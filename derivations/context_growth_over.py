"""Growth of the ridgeless errors with the context, kappa < 1 < tau.

As lam -> 0 with tau > 1, xi m = 1 - D - x m vanishes and tau r = tau - 1 stays. As x -> 0, kappa
< 1 keeps D below kappa, so that 1 - D >= 1 - kappa must be carried by x m: m = (1 - kappa)/x
diverges, t = D/m vanishes, and D -> kappa. The pretraining variance (1 + x) S e_IDG/tau with S ->
m then grows like alpha; all other terms stay finite.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
