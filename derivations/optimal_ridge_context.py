"""With the best ridge both errors fall with the context length.

Contexts add the noise x = (1 + rho)/alpha to the spectrum, a ridge adds xi, and the errors see the
spectrum through nu = x + xi. Let x fall and keep nu: the ridge takes over. Both errors fall
strictly, and r = 1 - df_1/tau grows, so that the ridge lam = xi r that this takes is not negative.
So the least error over all lam >= 0 falls strictly: the best nu of a shorter context, kept, is
already better. That the best xi is finite is shown in `optimal_ridge_monotone`.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(claim.statement, on=orthant.ridge(), because="signs on the orthant of states")
