"""Generalised cross-validation.

The training error is r^2 e_IDG and r = 1 - (D1 + x m)/tau is one minus the degrees of freedom per
sequence, both observable.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Cancel."""
    proof.decide(claim.statement, on=uniform.ridge(), because="On every state at lam > 0.")
