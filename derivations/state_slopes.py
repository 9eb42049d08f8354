"""Normalisation of the residuals that define the state.

The residual of the argument has slope 1 in nu and that of the penalty slope xi in r; at a state
both vanish.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Differentiate, and put the state in."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
