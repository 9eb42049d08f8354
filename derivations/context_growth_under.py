"""Growth of the ridgeless errors with the context, kappa < tau < 1.

As lam -> 0 with tau < 1, tau r vanishes and tau - D is carried by x m alone. As x -> 0, D ->
kappa < tau, so m = (tau - kappa)/x diverges, with xi m = 1 - tau. The slope of the ridge equation
tends to xi S with S = (D1^2 + x m^2)/(1 - gamma), which fixes e_IDG, and e_ICL grows through S.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
