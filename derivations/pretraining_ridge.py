"""Pretraining is ridge regression.

Move from G to G + D. The loss changes by a quadratic form in D plus a linear one; the linear one
vanishes for all D exactly if (F^T F + penalty) G = F^T Y. Then every move D != 0 raises the loss
by at least penalty |D|^2, so the solution of the normal equations is the only minimum.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Complete the square."""
    proof.decide(claim.statement, because="The loss is a quadratic polynomial in the weights.")
