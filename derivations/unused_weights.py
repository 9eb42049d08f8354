"""Which weights never enter the prediction.

The prediction is in the last row of V Z (..), so the upper blocks V11 and v12 do not reach it. The
query's token has a zero in its last entry, so the last column of Q (and with it m12 and m22 in K^T
Q) multiplies zero. Setting these blocks to zero changes nothing, with v21 present or not.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """The prediction with arbitrary blocks equals the one with zeros in their place."""
    proof.decide(claim.statement, because="Words with V11, v12 or q2 cancel.")
