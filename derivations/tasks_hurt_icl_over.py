"""Where more tasks hurt on new ones, ridgeless above the interpolation threshold.

x and with it the argument of the spectral function stay, and e_icl is linear in rho at given x.
So is its slope in kappa, whose sign changes with rho once.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    why = "signs on the orthant of states"
    proof.decide(claim.statement, on=orthant.ridgeless_over(), because=why)
