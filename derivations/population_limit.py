"""The population moments in the limit.

With ell = alpha d the block of E on the features is x + R_k, and that of B for fresh tasks 1 + x.
The last row and column of E and B have bounded entries and norm, so they change E by finite rank;
a trace of a bounded function divided by d changes by O(1/d), and so do the traces with the last
column of A, whose norm is bounded.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Three limits of rational functions of d."""
    proof.decide(claim.statement, because="ell = alpha d, theta = 1, d to infinity.")
