"""Uniqueness of the effective ridge.

The residual falls at rate tau r + xi S per unit of log xi, a sum of positive terms. A strictly
decreasing function vanishes at most once; by existence it vanishes exactly once.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.calculus import Total
from icl_theory.symbolic.fixed_point import ridge_log_slope, ridge_residual
from icl_theory.symbolic.proof import Proof, gt, lt
from icl_theory.symbolic.symbols import lam, r, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """The slope has one sign, along xi at any point, not only at the solution."""
    proof.sign(gt(ridge_log_slope), because="A sum of positive terms.")
    # tau is not tied to xi here: the slope is negative at every xi, not only at the solution.
    state = {k: v for k, v in orthant.ridge().items() if k not in {tau, r, lam}}
    proof.sign(
        lt(Total(ridge_residual, xi)),
        on=state,
        because="The residual decreases at every xi > 0, so it vanishes at most once.",
    )
