"""Label noise hurts, ridgeless below the interpolation threshold.

On the face of the orthant with r = 0 the derivatives still have positive coefficients.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    why = "signs on the orthant of states"
    proof.decide(claim.statement, on=orthant.ridgeless_under(), because=why)
