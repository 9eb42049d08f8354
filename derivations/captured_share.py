"""The share h of directions that pretraining sequences capture, and its slope.

By the resolvent equation nu m + D1 = 1, so h = D1 + x m = 1 - (nu - x) m = 1 - xi m: the ridge
equation tau r - (tau - 1) - xi m = 0 reads tau r + h = tau. The slope of h in xi is -S, and
q = xi S/h lies between 0 and 1.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part in the odds, where it is a rational function."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
