"""e_icl in the context length above the interpolation threshold with kappa < 1.

The slope of rho_star has the sign of -f, f = f_0 + (tau - 1) f_1 with f_0 > 0. Where f_1 >= 0, f >
0. Where f_1 < 0, f has the sign of -f_0/f_1 - (tau - 1), and -f_0/f_1 grows with u there: its rate
is a positive multiple of f_2, and (1 - kappa) f_2 > -f_1 > 0. The leverages with f_1 < 0 are one
interval that starts at 0: at the left end of another one -f_0/f_1 would come down from infinity.
So f changes sign at most once, from minus to plus, and does so exactly if it is negative at u = 0,
that is for tau (1 - kappa) > 2.

* tau (1 - kappa) <= 2: rho_star falls to 0, and e_icl has one minimum for every rho > 0.
* tau (1 - kappa) > 2: rho_star climbs from minus infinity to a maximum and falls to 0. For rho > 0
  below the maximum e_icl has one maximum, then one minimum; from the maximum on it rises
  throughout: more context only hurts.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="signs of the fold polynomial")
