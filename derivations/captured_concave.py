"""Concavity of 1/h in the effective ridge.

h = lim tr (R + x)(R + x + xi)^{-1}/d is a mixture of functions of xi with one pole each, and the
reciprocal of such a mixture is concave. Here it is decided directly: the second derivative of 1/h
along the state is a quotient of polynomials in the odds with coefficients of one sign.

A tangent of a concave function lies above it. So the one-pole model, whose reciprocal is the
tangent of 1/h, lies below h; with the same term tau r its ridge equation is solved at or before the
fixed point, and from there on the iterates increase.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Read the sign off the coefficients."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
