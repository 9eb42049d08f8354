"""The gap without cancellation.

e_ICL - e_IDG and the factored form are rational functions on the uniformisation; their difference
cancels to zero. The factor 1/kappa in front is the 1/kappa law; the only negative term is
proportional to xi.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Cancel."""
    proof.decide(claim.statement, on=uniform.ridge(), because="On every state at lam > 0.")
