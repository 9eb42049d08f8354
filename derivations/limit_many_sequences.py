"""Many pretraining sequences.

As tau -> oo, tau r = tau - D - x m makes r -> 1, so xi -> lam: the empirical second moments
become those of the population, and m is the resolvent trace at x + lam. The pretraining variance
(1 + x) S e_IDG/tau vanishes.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
