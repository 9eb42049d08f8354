"""Linear attention without the value block v21 is linear in H_Z.

The last row of V Z reads only labels when v21 = 0, so it is v22 (y^T, 0): the query's own label is
masked and drops out. The query's column of Q Z is Q1 x_q for the same reason. What remains is

    v22/ell (y^T X^T K1^T + y^T y k2^T) Q1 x_q,

bilinear in the query and in (X y, y^T y), which are the features up to their scales. Comparing
with <Gamma, H_Z> = g^T Gamma^T x_q gives Gamma = v22 [M11^T/d, m21] for M11 = K1^T Q1 and m21 =
Q1^T k2. The blocks are multiplied as words, so the sizes d, ell and that of the heads stay
symbols.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Expand both sides into words."""
    proof.decide(claim.statement, because="Both sides expanded into words of the blocks.")
