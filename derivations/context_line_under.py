"""Below the interpolation threshold the context lengths are a rational line in the leverage u.

Ridgeless, xi = (1 - tau)/m, so m alone is free; t = 1 - u gives m = kappa u/(1 - u) and alpha = (1
+ rho) kappa u/((1 - u)(tau - kappa u)). This grows from 0 to infinity as u runs from 0 to min(1,
tau/kappa): every context length has one leverage, and an error moves with alpha as with u.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="everything is rational in u")
