"""No training error below the threshold.

The training error is r^2 e_IDG, r tends to 0 and e_IDG to a finite value.
"""

import sympy as sp

from icl_theory.symbolic.errors import train
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.steps import ridgeless_limit


def prove(proof: Proof, claim: object) -> None:
    """Continuity at the limit state, and zero there."""
    ridgeless_limit(proof, train, sp.Integer(0), under=True)
