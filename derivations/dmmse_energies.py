"""Spread of the log weights of dMMSE on a fresh task.

rho times the log weight of task j is, up to a constant, y^T X w_j - |X w_j|^2/2. Given the context
the tasks w_j are independent, uniform on the sphere. The first term has variance |X^T y|^2, per
dimension alpha^2 mu_2 + rho alpha mu_1 as X^T y = X^T X w + X^T noise and X^T X/alpha has moments
mu_1, mu_2. The second has half the variance of the spectrum of X^T X, by Wick's theorem with the
norm of w_j fixed. The covariance of the first with w^T w_j is w^T X^T y = alpha d; dividing by the
standard deviations, alpha d sqrt(..) and sqrt(d), gives the correlation c.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Put the moments of the context's covariance in."""
    proof.assume(
        None,
        "silverstein1995empirical",
        "Quadratic forms in the context concentrate: |X^T y|^2/d and w^T X^T y/d on their means.",
    )
    for part in claim.statement.args:
        proof.decide(part, because="moments 1 and 1 + 1/alpha of the context's covariance")
