"""The errors in terms of the variance inflation 1/(1 - gamma).

On the resolvent equation 1 - gamma = m P; every form with 1 - gamma in it is the one with P.
Decided on the rational uniformisation.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Cancel."""
    proof.decide(claim.statement, on=uniform.ridge(), because="On every state at lam > 0.")
