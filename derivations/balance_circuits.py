"""All minimal linear relations between the terms of the balances.

Eight numbers, 1 and the seven terms that are linear in the balances, span a space of three
dimensions, 1, D1 and x m. Any four of them are dependent, and every minimal dependence is again a
balance of positive terms, with coefficients made of tau, kappa and their differences to 1 and to
each other. They are listed by linear algebra and checked here one by one, on every state.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Cancellation on every state at any ridge."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Cancellation on the states.")
