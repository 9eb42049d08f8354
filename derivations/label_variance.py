"""Variance of a label.

y = <x, w> + eps with x ~ N(0, I/d): pairing x with itself closes w^T w/d = theta^2, pairing eps
gives rho.
"""

from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """One pairing each."""
    proof.decide(claim.statement, because="Sum over pairings.")
