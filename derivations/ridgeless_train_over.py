"""Ridgeless training error above the threshold.

The training error is r^2 e_IDG with r = (tau - 1)/tau and e_IDG = tau (rho + x D1)/(tau - 1) in the
limit.
"""

from icl_theory.symbolic.errors import train
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.ridgeless import train_over
from icl_theory.symbolic.steps import ridgeless_limit


def prove(proof: Proof, claim: object) -> None:
    """Continuity at the limit state, and an identity there."""
    ridgeless_limit(proof, train, train_over, under=False)
