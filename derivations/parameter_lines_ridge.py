"""Each parameter moves along a rational curve of states at a ridge.

Every equation of the state is linear in the unknown that it is solved for, with m or xi free. On
each line all of them vanish, so its points where the parameters and the state are positive are
states.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """The equations of the state, on every line."""
    proof.decide(claim.statement, because="the line was solved from these equations")
