"""The domain as a positive orthant.

Given a state, the odds a = D1/(1 - D1), b = m/kappa, c = xi/x and w = r/(1 - r) are determined.
Conversely any positive (a, b, c, w, rho) give a state: m and kappa from (a, b), nu from the
resolvent equation, x and xi from the split nu = x + xi, tau from tau (1 - r) = D1 + x m, then lam =
r xi and alpha = (1 + rho)/x. The identities say that the second map inverts the first; the signs
that it lands in the domain.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """Invert, and read the signs off the coefficients."""
    proof.decide(claim.statement, on=orthant.ridge(), because="In the odds.")
