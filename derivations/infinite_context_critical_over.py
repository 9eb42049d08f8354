"""Infinite context, kappa = 1 < tau, without ridge.

On the line kappa = 1, x = 1/(m (1 + m)): m grows like alpha^{1/2} instead of alpha. Nothing of the
bias is left, and without label noise no error is.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof

from .infinite_context import decide_regime


def prove(proof: Proof, claim: Claim) -> None:
    """Every entry of the table, for rho > 0 and for rho = 0."""
    decide_regime(proof, "critical-over")
