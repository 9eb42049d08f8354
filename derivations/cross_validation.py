"""Generalised cross-validation.

The training error of the limit is that of finite d in the limit, and e_IDG/(1 + chi)^2. Its factor
r = 1/(1 + chi) is 1 - df/n: df = d tr E (E + xi)^{-1} are the degrees of freedom of the fit, n =
tau d^2. So the training error over r^2, which needs no test data, is e_IDG: at finite d as its
prediction, and in the limit.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """On the uniformised state."""
    proof.decide(claim.statement, on=uniform.ridge(), because="On the uniformised state.")
