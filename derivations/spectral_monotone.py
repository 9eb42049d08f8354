"""M and the degrees of freedom decrease in nu.

Their derivatives along the resolvent equation are -m/P and -D12; in the odds (a, b) every
coefficient of numerator and denominator has one sign.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Read the signs off the coefficients."""
    proof.decide(claim.statement, on=orthant.spectral(), because="In the odds (a, b).")
