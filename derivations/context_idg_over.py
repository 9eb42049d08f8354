"""Above the interpolation threshold e_idg falls with the context length.

The slope in u is -tau (1 + kappa - 2 kappa u)/(tau - 1), without rho, and 2 kappa u is below twice
the smaller of kappa and 1, so below 1 + kappa.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="rho drops out of the slope")
