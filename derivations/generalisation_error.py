"""The error of any weights is a quadratic form with the conditional moments.

Expand (y - <Gamma, H>)^2 for Gamma = [Gamma_1, gamma_2] and take the expectation over context,
query and noise. Each pairing closes the chains of Gamma into words, w^T Gamma_1^T Gamma_1 w,
tr(Gamma_1^T Gamma_1), ...; the same words come out of the traces with A = [w w^T, v w] and B =
E_w, multiplied as blocks.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Pairings on the left, block products on the right."""
    proof.decide(claim.statement, because="Both sides are sums over the same words.")
