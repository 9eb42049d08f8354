"""Posterior variance of a fresh task in the limit.

X^T X is alpha times the sample covariance of ell = alpha d vectors, of the law of R with kappa
replaced by alpha. So v = lim tr (I + X^T X/rho)^{-1}/d = (rho/alpha) m, where m solves the
resolvent equation at kappa = alpha, nu = rho/alpha. That equation is quadratic in v and linear in
alpha: it is alpha = (1 - v)(rho + v)/v, which falls from infinity to 0 as v runs from 0 to 1.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.baselines import v
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """The resolvent equation in v, its solution, and limits."""
    decide_cases(proof, claim.statement, (v,), because="everything is rational in v")
