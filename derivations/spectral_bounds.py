"""Bounds of the spectral function.

With the odds a = D1/(1 - D1) and b = m/kappa free and positive, m, nu and kappa are quotients of
polynomials with positive coefficients, and so is each difference: 1 - D1 = 1/(1 + a), kappa - D1, 1
- gamma, 1/nu - m = D1/nu and (1 + nu) m - 1 = m (1 - t).
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Read the signs off the coefficients."""
    proof.decide(claim.statement, on=orthant.spectral(), because="In the odds (a, b).")
