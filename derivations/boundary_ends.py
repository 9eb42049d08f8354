"""End points and asymptotes of the boundary where it is a rational curve.

The label noise from which an error has a minimum is a rational function of kappa. Its limits at the
ends of each piece are those of rational functions. For kappa < tau < 1 the edge of e_idg falls with
kappa, from infinity to zero.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa), because="limits of rational functions")
