"""Ridgeless errors on the line kappa = tau < 1.

The capacities tau and kappa are equal, so tau - D = x m and kappa - D = kappa t are the same
number. With D -> tau, m t -> tau it follows that x m^2 -> tau^2: m grows like x^{-1/2} while xi m
= 1 - tau. The slope xi S of the ridge equation vanishes like xi, so here e_IDG grows as well. The
gap's constant changes sign at tau = 1/3.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
