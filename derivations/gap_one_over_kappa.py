"""The 1/kappa law of the gap.

kappa g_task = m^2 t/P (nu^2 (1 + t) + (e_IDG/tau)(x + t^2 - t xi)). As kappa -> oo at fixed
parameters xi increases and is bounded by its upper bound, so the state converges, and t -> 1, m P
-> 1 - gamma -> 1. The difference to the constant is a rational function that tends to zero at every
(m, xi), with positive denominators.
"""

from icl_theory.symbolic import orthant, uniform
from icl_theory.symbolic.fixed_point import ridge_log_slope
from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.spectral import P


def prove(proof: Proof, claim: object) -> None:
    """A limit of a rational function with denominators that stay positive."""
    on = orthant.ridge()
    proof.sign(gt(P), on=on, because="No denominator vanishes:")
    proof.sign(gt(ridge_log_slope), on=on, because="nor does the slope.")
    proof.decide(claim.statement, on=uniform.ridge(), because="At held (m, xi), which converge.")
