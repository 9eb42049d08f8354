"""The limit of the finite-d prediction of e_IDG.

Gamma_eq becomes R (R + nu)^{-1}, A becomes R and E becomes x + R, so every trace is the mean of a
rational function with poles at -nu. Partial fractions reduce them to m and -M', the derivative by
the resolvent equation.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """On the uniformised state."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Partial fractions in s + nu.")
