"""Labels that are mostly noise, ridgeless.

As rho -> oo, x -> oo with it: the noise inside of the context and the noise of the last label
grow together, and the errors are those of regression on pure noise, per rho.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
