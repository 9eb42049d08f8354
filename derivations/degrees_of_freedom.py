"""Degrees of freedom on the resolvent equation.

Multiply 1/m = nu + t by m: 1 = nu m + m t, so D1 = m t = 1 - nu m. This is the trace of
R (R + nu)^{-1} = 1 - nu (R + nu)^{-1}.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Both forms, with nu from the resolvent equation."""
    proof.decide(claim.statement, on=uniform.spectral(), because="With nu = 1/m - t.")
