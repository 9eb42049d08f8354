"""The noise-to-context ratio.

A context of ell = alpha d labels of variance 1 + rho estimates each of the d coordinates of a task
with variance (1 + rho) d/ell; in the joint limit that is x = (1 + rho)/alpha.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Put alpha = ell/d."""
    proof.decide(claim.statement, because="With alpha = ell/d.")
