"""dMMSE on a fresh task.

Given the context the log weights are independent over the k tasks. Taken as normal, which is
heuristic, they are the levels of a random-energy model at inverse temperature beta of order
sqrt(d), while it freezes at sqrt(2 log k): one task has nearly all weight. The overlap of task j
with the fresh task is c g_j/sqrt(d) plus an independent part, different tasks are orthogonal up to
O(d^{-1/2}), so the estimator W p misses the fresh task w by d - 2 sqrt(d) c q + d Y with q = E sum
p_j g_j and Y = E sum p_j^2. Gaussian integration by parts, from the derivative of a weight in its
own level, gives q = beta (1 - Y). Frozen, Y = 1 and q is the expected maximum of k normals.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: Claim) -> None:
    """Algebra of the weights; the law of the levels is quoted."""
    proof.assume(
        None,
        "derrida1981random",
        "The log weights are taken as independent normals, a random-energy model: heuristic.",
    )
    for part in claim.statement.args:
        proof.decide(part, because="weights p = z/(z + Z) with z = exp(beta g)")
