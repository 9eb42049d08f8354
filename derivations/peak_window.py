"""From 1/|1 - tau| to lam^{-1/2} at the interpolation threshold.

With lam = c (1 - tau)^2 all of xi m, tau r and 1 - tau are of the same order: with u = xi m/|1 -
tau| the balance u - v = +-1 and the product u v = c m, m = kappa/(kappa - 1), make a quadratic.
The slope of the ridge equation is u + v in these units, the root of its discriminant.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
