"""Infinite context, kappa = tau = 1/3, without ridge.

The coefficients of m in e_icl and e_idg agree here, and the gap, which is their difference, tends
to a finite value.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof

from .infinite_context import decide_regime


def prove(proof: Proof, claim: Claim) -> None:
    """Every entry of the table, for rho > 0 and for rho = 0."""
    decide_regime(proof, "critical-under-balanced")
