"""The rates in the ridgeless limit below the interpolation threshold.

There r = 0 and xi = (1 - tau)/m. The rates satisfy the differentials of both.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(
        claim.statement,
        on=uniform.ridgeless_under(),
        because="differentials of the ridgeless state",
    )
