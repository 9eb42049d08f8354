"""M is convex in nu.

Differentiate -m/P once more along the resolvent equation; in the odds (a, b) every coefficient of
the second derivative is positive. It is 2 lim tr (R + nu)^{-3}/d.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Read the sign off the coefficients."""
    proof.decide(claim.statement, on=orthant.spectral(), because="In the odds (a, b).")
