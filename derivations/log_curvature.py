"""Curvature of the ridge residual in log xi.

Each eigenvalue s of R contributes (s + x)/(s + x + xi) to h, a logistic function of log xi, for
which |f''| <= |f'|, and tau r = tau lam/xi is an exponential, for which f'' = -f'. Here both bounds
are decided for the sum: the differences are quotients of polynomials with coefficients of one sign.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Read the signs off the coefficients."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
