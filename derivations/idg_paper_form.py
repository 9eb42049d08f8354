"""e_IDG as printed in the paper.

On the rational uniformisation both forms are rational functions of (m, xi, kappa, tau, rho); their
difference cancels to zero.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Cancel."""
    proof.decide(claim.statement, on=uniform.ridge(), because="On every state at lam > 0.")
