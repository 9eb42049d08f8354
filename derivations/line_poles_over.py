"""Pole of the ridgeless errors at infinite context on kappa = 1 < tau.

A third limit after lam -> 0 and alpha -> oo: kappa t = kappa - 1 is the small capacity, m = 1/t
diverges. e_IDG does not depend on kappa there.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
