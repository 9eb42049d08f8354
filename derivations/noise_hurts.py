"""Label noise hurts at every ridge.

The derivatives of both errors in rho are quotients of polynomials with positive coefficients on
the orthant of states.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    why = "signs on the orthant of states"
    proof.decide(claim.statement, on=orthant.ridge(), because=why)
