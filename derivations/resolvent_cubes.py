"""Traces with the cube of the resolvent, by differentiating those with its square.

d/dnu of (R + nu)^{-2} is -2 (R + nu)^{-3}; along m = M_kappa(nu) the left-hand sides are implicit
derivatives of formulas already known.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    why = "implicit differentiation along m = M(nu)"
    proof.decide(claim.statement, on=uniform.spectral(), because=why)
