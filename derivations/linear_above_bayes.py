"""What the restriction to linear attention costs.

On the line alpha = (1 - v)(rho + v)/v the error of the best linear attention is rational in v, and
so is its excess over rho + v: positive for v < 1, 1/alpha at long context, alpha^2/(1 + rho)^3 at
short.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.baselines import v
from icl_theory.symbolic.cases import decide_cases
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Excess, its sign and its limits."""
    decide_cases(proof, claim.statement, (v,), because="everything is rational in v")
