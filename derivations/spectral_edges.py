"""Edges of the Marchenko-Pastur law.

The polynomial under the square root of `spread`, nu^2 + 2 nu (1 + 1/kappa) + (1 - 1/kappa)^2, is
the discriminant of the quadratic of M. It factors with the roots -(1 -+ kappa^{-1/2})^2: minus the
edges of the bulk of the spectrum are the branch points of M. The edges lie 4 kappa^{-1/2} apart.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Expand."""
    proof.decide(claim.statement, because="Expand.")
