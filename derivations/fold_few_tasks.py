"""The fold of e_icl for few tasks.

As kappa -> 0 at fixed leverage both the fold polynomial and kappa rho_star have limits, and the
first is the slope of the second up to a negative factor. It is negative at u = 0, positive at u = 1
and grows between: there is one root, and the fold is asymptotic to the limit of kappa rho_star
there over kappa.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="limits of rational functions")
