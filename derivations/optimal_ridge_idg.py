"""The best ridge for e_idg.

The slope of e_idg in xi at fixed tau has the sign of tau - tau_star(xi), and tau_star falls
strictly. So e_idg first falls and then rises with lam, or rises from the start: one best ridge,
which is zero exactly where tau_star is at most tau already at the ridgeless xi. Behind this is an
association inequality: T_2/T_E averages s^2/(s + x)^2, which grows with s, and a larger xi shifts
the weights (s + x)^2/(s + nu)^3 to larger s.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    proof.decide(claim.statement, on=orthant.ridge(), because="signs on the orthant of states")
