"""The limit of the finite-d prediction of e_ICL.

As for e_IDG, with A = 1 and B = 1 + x for fresh tasks.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """On the uniformised state."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Partial fractions in s + nu.")
