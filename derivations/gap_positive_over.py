"""The gap above the interpolation threshold.

Ridgeless xi = 0 for tau > 1, and the only negative term of the gap is proportional to xi. In the
odds every coefficient is positive.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Read the sign off the coefficients."""
    proof.decide(claim.statement, on=orthant.ridgeless_over(), because="In the odds (a, b, w).")
