"""The bounds of the effective ridge as quotients.

xi_- and xi_+ are positive roots of tau xi^2 - c xi - tau lam y = 0 with y = x and 1 + x. The
product of the roots is -lam y, so each is also -lam y over the other root, which does not cancel
for c < 0.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.fixed_point import xi_lower, xi_upper
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """The quotients solve the equation, and are the roots written the other way."""
    parts = sorted(claim.statement.args, key=lambda part: part.has(xi_lower, xi_upper))
    for part in parts:
        proof.decide(part, because="Multiplied by the denominator, the root squared.")
