"""Ridgeless above the interpolation threshold, more pretraining sequences never hurt.

There the state does not depend on tau: with nu = x, m = M_kappa(x). The errors are sums of a part
without tau and a positive multiple of 1/(tau - 1).
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="the state does not read tau")
