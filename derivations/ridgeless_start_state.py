"""The ridgeless state in one form for both sides of the interpolation threshold.

With theta = min(tau, 1) the positive parts of 1 - tau and tau - 1 are 1 - theta and tau - theta.
The resolvent equation for m/theta is that of task diversity kappa/theta.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Put in the value of theta on either side."""
    proof.decide(claim.statement, because="theta = tau below the threshold, 1 above.")
