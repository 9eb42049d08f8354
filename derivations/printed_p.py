"""The scalars of the printed ridgeless e_IDG.

With mu = x m/tau the printed xi is (1 - tau)/m, the ridgeless effective ridge. Then kappa xi/(1 -
tau) = kappa/m, so the square in p is (kappa/(1 + kappa/m))^2/kappa = D1^2/kappa = gamma.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """On the ridgeless states below the threshold."""
    proof.decide(claim.statement, on=uniform.ridgeless_under(), because="With mu = x m/tau.")
