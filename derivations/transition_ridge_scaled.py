"""g_task along tau = c alpha -> oo with lam = c1/alpha.

r -> 1 makes xi = lam, of the order of x. With kappa < 1, (x + xi) m = 1 - kappa: the ridge adds
to the noise-to-context ratio in m, while the bias stays 1 - kappa.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
