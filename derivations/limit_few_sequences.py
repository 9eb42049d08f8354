"""Few pretraining sequences.

As tau -> 0 the capacity tau is the smallest: D and x m share it in the ratio 1 : x, m = tau/(1 +
x), t -> 1, and xi m -> 1. The error is that of the zero predictor. Both parts of the gap are of
order tau, of opposite signs.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
