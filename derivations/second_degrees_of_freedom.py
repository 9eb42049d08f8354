"""Traces with the squared resolvent.

R (R + nu)^{-2} = (R + nu)^{-1} - nu (R + nu)^{-2} has trace m - nu (-M'), and is minus the
derivative of R (R + nu)^{-1}; R^2 (R + nu)^{-2} = R (R + nu)^{-1} - nu R (R + nu)^{-2} has trace D1
- nu D12. On the resolvent equation these differences are the products of positive terms that define
D12 and D2.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Each form, with nu from the resolvent equation."""
    proof.decide(claim.statement, on=uniform.spectral(), because="With nu = 1/m - t.")
