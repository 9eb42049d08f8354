"""Moments of the spectrum of a sample covariance.

nu (1 - nu m) is the trace of nu R (R + nu)^{-1}, which tends to tr R/d; once more, nu times the
difference tends to tr R^2/d. Large nu is small m.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Expand the resolvent at large argument."""
    proof.decide(claim.statement, on=uniform.spectral(), because="moments of the spectrum")
