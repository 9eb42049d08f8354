"""The bounds of the effective ridge as quotients.

xi_- and xi_+ are positive roots of tau xi^2 - c xi - tau lam y = 0 with y = x and 1 + x. The
product of the roots is -lam y, so each is also -lam y over the other root, which does not cancel
for c < 0.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Identities with one square root."""
    proof.decide(claim.statement, because="Multiplied by the denominator, the root squared.")
