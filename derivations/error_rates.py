"""Derivatives of the errors.

The chain rule through the rates of the state gives the same as differentiating the errors and the
residuals of the fixed point together.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(claim.statement, on=uniform.ridge(), because="the chain rule")
