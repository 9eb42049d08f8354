"""The slope of the ridge equation at the threshold.

The errors have the slope tau r + xi S in their denominator. Ridgeless it is xi S with xi = (1 -
tau)/m below the threshold and tau - 1 above: both vanish at tau = 1, where the errors diverge, and
nowhere else.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.fixed_point import S, ridge_log_slope
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.symbols import m, tau


def prove(proof: Proof, claim: object) -> None:
    """The slope on both sides, and its limits."""
    under, over = uniform.ridgeless_under(), uniform.ridgeless_over()
    proof.identity(
        ridge_log_slope, (1 - tau) * S / m, on=under, because="The slope below the threshold."
    )
    proof.identity(ridge_log_slope, tau - 1, on=over, because="The slope above it.")
    for part in claim.statement.args:
        below = str(part.lhs.args[3]) == "-"
        proof.decide(part, on=under if below else over, because="It vanishes at the threshold.")
