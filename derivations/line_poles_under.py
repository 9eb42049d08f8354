"""Poles of the ridgeless errors at infinite context on kappa = tau < 1.

A third limit after lam -> 0 and alpha -> oo. From above, kappa t = kappa - tau becomes the small
capacity and m = tau/t diverges; from below, x m = tau - kappa does. The pole of e_IDG has the
same constant on both sides.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
