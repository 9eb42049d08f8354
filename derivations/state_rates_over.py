"""The rates in the ridgeless limit above the interpolation threshold.

There xi = 0 and r = (tau - 1)/tau. The rates satisfy the differentials of both. The
training error is at its least there, so a small ridge does not move it to first order.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(
        claim.statement, on=uniform.ridgeless_over(), because="differentials of the ridgeless state"
    )
