"""Degrees of freedom of the ridge estimator.

Solve the ridge equation tau = tau r + D1 + x m for r. Here D1 + x m is the number of degrees of
freedom per d^2, tau that of pretraining sequences, so r is the factor 1 - df/n of generalised
cross-validation.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """On the state."""
    proof.decide(claim.statement, on=uniform.ridge(), because="On the state.")
