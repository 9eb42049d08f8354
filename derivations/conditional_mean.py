"""First moments of the features.

E[y_i x_i] = w/d, and the sum over the context gives ell, so E[g] = [w; v]. The query is
independent of the context: E[y_q x_q] = w/d multiplies E[g], which gives E[y H | w] = w [w^T,
v]/d.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Sum over pairings, component by component."""
    proof.decide(claim.statement, because="Sum over pairings with free indices a and c.")
