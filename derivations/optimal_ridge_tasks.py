"""With the best ridge e_icl falls with the task diversity.

Let kappa grow and keep the degrees of freedom delta = D1: on the resolvent equation both kappa and
nu = (1 - delta)/m are then functions of m, and fall with it. So m falls, nu grows, and at given x
the effective ridge xi = nu - x stays positive. e_icl falls strictly, and r = 1 - (delta + x m)/tau
grows, so that the ridge lam = xi r that this takes is not negative. So the least error over all
lam >= 0 falls strictly. That the best xi is finite is shown in `optimal_ridge_monotone`.

The signs are read off on the states delta < 1, m > delta, x < nu, tau > delta + x m, each written
as an odds.
"""

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import orthant
from icl_theory.symbolic.fixed_point import x
from icl_theory.symbolic.optimal_ridge import argument_at_degrees, delta
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.quantity import unfold
from icl_theory.symbolic.symbols import m, tau


def prove(proof: Proof, claim: Claim) -> None:
    """Decide every part of the statement."""
    a, b, c, w = orthant.a, orthant.b, orthant.c, orthant.w
    state = {delta: a / (1 + a)}
    state[m] = state[delta] * (1 + b)
    state[x] = unfold(argument_at_degrees).xreplace(state) / (1 + c)
    state[tau] = (1 + w) * (state[delta] + state[x] * state[m])
    proof.decide(claim.statement, on=state, because="signs on the orthant of states")
