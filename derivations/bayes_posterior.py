"""The Bayes estimator of a fresh Gaussian task.

With prior N(0, I) and labels y = X w + noise of variance rho, the posterior covariance C has the
inverse I + X^T X/rho, and the posterior mean, which has the least expected squared error of all
estimators, is C X^T y/rho. It errs by C w - C X^T noise/rho, as C X^T X/rho = I - C. The expected
square is tr of C C + C X^T X C/rho, which is tr C; a fresh label adds rho.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Expected square of the error of the posterior mean."""
    proof.decide(claim.statement, because="X^T X = rho (C^{-1} - I)")
