"""The errors with (xi, tau) in place of (lam, tau).

The fixed point reads tau r = tau - df_1. In e_idg = tau N/(tau r + xi S) it turns the denominator
into tau - df_2 with df_2 = df_1 - xi S, and neither N nor df_2 reads tau.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(claim.statement, on=uniform.ridge(), because="the fixed point solved for r")
