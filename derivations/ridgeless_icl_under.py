"""Ridgeless e_ICL below the interpolation threshold, as printed in the paper.

As lam -> 0 the state tends to the ridgeless state, where no denominator of the error vanishes; so
the error tends to its value there. On the rational uniformisation of ridgeless states that value
and the printed form cancel.
"""

from icl_theory.symbolic.errors import e_icl
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.ridgeless import e_icl_under
from icl_theory.symbolic.steps import ridgeless_limit


def prove(proof: Proof, claim: object) -> None:
    """Continuity at the limit state, and an identity there."""
    ridgeless_limit(proof, e_icl, e_icl_under, under=True)
