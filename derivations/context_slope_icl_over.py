"""Slope of e_icl along the line of context lengths, above the interpolation threshold.

On the line e_icl is linear in rho; so is its slope, which vanishes at one rho for every u.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="the slope is linear in rho")
