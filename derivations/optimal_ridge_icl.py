"""The best ridge for e_icl.

The slope of e_icl in xi at fixed tau is linear in rho and has the sign of rho_star(xi) - rho. Where
rho_star is positive, or zero, it grows strictly: its rate, times a positive factor, exceeds a
nonnegative multiple of rho_star itself. So rho_star passes every rho >= 0 at most once, upwards:
e_icl first falls and then rises with lam, or rises from the start, and there is one best ridge.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(claim.statement, on=orthant.ridge(), because="signs on the orthant of states")
