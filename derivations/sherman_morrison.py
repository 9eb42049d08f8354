"""One more sample in a resolvent.

Multiply out (S + f f^T)(S^{-1} - S^{-1} f f^T S^{-1}/(1 + chi)) with chi = f^T S^{-1} f: the terms
in f f^T S^{-1} add up to 1 - 1/(1 + chi) - chi/(1 + chi) = 0. The other two follow by multiplying
with f.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Words with S S^{-1} = 1 and scalars commuting."""
    proof.decide(claim.statement, because="Words in S, S^{-1} and f; S S^{-1} = 1.")
