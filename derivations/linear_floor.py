"""The least error of linear attention, whatever the pretraining.

At infinite task diversity and without pretraining noise e_icl = rho + x/(1+x). Above it stand the
pretraining variance, the variance of the shrinkage s/(s + nu) over the spectrum of the tasks'
covariance, D2 - D1^2, and the squared distance of its mean from the best shrinkage 1/(1+x).
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Completing the square."""
    proof.decide(claim.statement, on=orthant.ridge(), because="bias = 1 - 2 D1 + D2")
