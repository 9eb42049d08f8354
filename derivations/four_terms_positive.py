"""Positivity of the errors.

In the odds (a, b, c, w) and rho every term is a quotient of polynomials with positive coefficients,
and so are the excesses of both test errors over the label noise.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Read the signs off the coefficients."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
