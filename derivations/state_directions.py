"""Which way the state moves.

Every rate is a product of positive terms with a sign in front.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(claim.statement, on=orthant.ridge(), because="signs on the orthant of states")
