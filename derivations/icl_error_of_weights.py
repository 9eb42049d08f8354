"""The error of any weights on fresh tasks.

A task uniform on the sphere of radius sqrt(d) has E[w] = 0, and E[w w^T] = I: it is a multiple of
the identity by symmetry, with trace d. The error is affine in the two, so it is that of second
moment I and mean 0.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Put the two moments in."""
    proof.decide(claim.statement, because="E[w w^T] = I and E[w] = 0 in the blocks of A and B.")
