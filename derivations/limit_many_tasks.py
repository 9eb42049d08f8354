"""Many tasks, ridgeless.

As kappa -> oo, t -> 1 and D = m: m = min(tau, 1)/(1 + x). The gap has an explicit factor 1/kappa,
and what it multiplies tends to its value at t = 1.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
