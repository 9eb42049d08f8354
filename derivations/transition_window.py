"""The transition at kappa = 1 is a window of width alpha^{-1/2}.

With kappa = 1 +- c1 alpha^{-1/2} the balance x m = t -+ c1 alpha^{-1/2} and m t -> 1 make mu =
alpha^{-1/2} m the positive root of (1 + rho) mu^2 +- c1 mu = 1. At c1 -> 0 it is the point kappa
= 1, at c1 -> oo the window joins the two sides.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
