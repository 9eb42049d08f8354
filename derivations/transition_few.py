"""g_task along tau = c alpha -> oo for kappa < 1.

After lam -> 0, xi = 0. kappa < 1 leaves 1 - D = 1 - kappa to x m, so nu m = 1 - kappa is the bias
of the directions without a task, and the pretraining variance, m e_IDG/tau, is finite because tau
grows like alpha, as m does.
"""

from icl_theory.claims.claim import Claim
from icl_theory.limits.prove import decide_limits
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Leading terms of the balances, then of the errors."""
    decide_limits(proof, claim, "Dominant balances along the path, by exact algebra.")
