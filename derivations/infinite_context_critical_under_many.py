"""Infinite context, kappa = tau between 1/3 and 1, without ridge.

On the line kappa = tau, x = kappa^2/(m (kappa + m)): m grows like alpha^{1/2}. With label noise
both errors grow like m, e_icl by the larger coefficient while 3 kappa > 1.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof

from .infinite_context import decide_regime


def prove(proof: Proof, claim: Claim) -> None:
    """Every entry of the table, for rho > 0 and for rho = 0."""
    decide_regime(proof, "critical-under-many")
