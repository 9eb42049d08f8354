"""More tasks are harder to learn, ridgeless above the interpolation threshold.

There e_idg and the training error are rho + x D1 up to a factor of tau, and the degrees of freedom
D1 grow with kappa.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    why = "signs on the orthant of states"
    proof.decide(claim.statement, on=orthant.ridgeless_over(), because=why)
