"""g_task along tau = c alpha -> oo at fixed ridge.

tau -> oo makes tau r = tau, so r -> 1 and xi = lam; alpha -> oo leaves nu = lam. The pretraining
variance vanishes with 1/tau, and what is left is a smooth function of kappa: m is the resolvent
trace at the ridge.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
