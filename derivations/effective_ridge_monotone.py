"""Monotonicity of the effective ridge in every parameter.

Differentiate the four equations of the state implicitly. In the odds (a, b, c, w) the derivative of
xi in each parameter is a quotient of polynomials whose coefficients have one sign.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Read the signs off the coefficients."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
