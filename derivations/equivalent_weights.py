"""The equivalent weights are those of the population with ridge xi.

Multiplied by d, the population error with penalty (xi/d) |Gamma|^2 is a constant - 2 tr(Gamma A^T)
+ tr(Gamma H Gamma^T), H = E + xi. Completing the square around A H^{-1} leaves tr((Gamma - A
H^{-1}) H (Gamma - A H^{-1})^T), positive unless Gamma = A H^{-1}.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Complete the square."""
    proof.decide(claim.statement, because="Words in Gamma, A, H and H^{-1}.")
