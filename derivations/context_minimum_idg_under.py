"""e_idg in the context length below the interpolation threshold: one minimum, or none.

rho_star falls strictly, from infinity at u = 0 to rho_edge at the end of the line, which is zero
only at kappa = tau (and at kappa = 1 among kappa < tau, where there is none). So for rho up to
rho_edge the slope of e_idg is negative throughout; above it the slope changes sign once, from
minus to plus.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="rho_star falls strictly")
