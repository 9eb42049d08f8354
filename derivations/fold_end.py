"""Where the fold of e_icl ends.

The fold is the root u of f, and f(0) = 2 - tau (1 - kappa) vanishes at kappa = 1 - 2/tau. There f
also has slope zero in u, and grows with kappa: f is, to leading order, c_f u^2 - tau (kappa_f -
kappa), so the root is sqrt(tau (kappa_f - kappa)/c_f), and the fold approaches its end with the
slope of rho_star in u times that root. On the line kappa = kappa_f the curve rho_star falls from
the end point: for larger noise there is no minimum on the line and one right of it, so the line is
the boundary from the end point on.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.stationary import u
from icl_theory.symbolic.symbols import kappa, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    decide_cases(proof, claim.statement, (tau, kappa, u), because="Taylor coefficients at u = 0")
