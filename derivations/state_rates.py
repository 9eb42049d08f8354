"""Rates of the state, by the implicit function theorem.

The four residuals of the fixed point, differentiated, are a linear system for the rates. Its
solution is one product each: the determinant is -d(ridge residual)/d(log xi) times a factor that
cancels.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(
        claim.statement, on=uniform.ridge(), because="implicit differentiation of the fixed point"
    )
