"""A vanishing number of tasks per dimension, ridgeless.

As kappa -> 0 the capacity kappa is the smallest: D -> 0, kappa t -> 0, and x m carries 1 (tau >
1) or tau (tau < 1). The directions of the tasks have no weight in the limit: the bias of a fresh
task is 1.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
