"""g_task along tau = c alpha -> oo for kappa > 1.

D -> 1 and m = kappa/(kappa - 1) is finite. The bias falls like x^2, the pretraining variance like
1/tau = 1/(c alpha), so that the second leads.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
