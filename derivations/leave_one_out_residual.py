"""Training residuals and residuals left out.

Without the sample, the weights are S^{-1} c with S the penalised Gram matrix and c = sum of the
others' y f. With it they are (S + f f^T)^{-1} (c + Y f). By Sherman-Morrison f^T (S + f f^T)^{-1}
= f^T S^{-1}/(1 + chi), so the residual is (Y (1 + chi) - f^T S^{-1} c - Y chi)/(1 + chi).
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Words again."""
    proof.decide(claim.statement, because="Words in S^{-1}, f and c.")
