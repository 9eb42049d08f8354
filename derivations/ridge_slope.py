"""Slope of the ridge equation.

Let xi move at fixed x, kappa, lam and let nu = x + xi, m and r = lam/xi follow. The degrees of
freedom D1 + x m fall at rate D12 + x (-M') = m (t^2 + x)/P = S, and tau r falls at rate tau r/xi.
So the residual falls at rate tau r + xi S per unit of log xi.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Implicit differentiation, on the state."""
    proof.decide(claim.statement, on=uniform.ridge(), because="Implicit differentiation.")
