"""The limit of the equation of the effective ridge.

(1/d) tr E (E + xi)^{-1} becomes the mean of (x + s)/(s + nu) over the spectrum of R, nu = x + xi.
Partial fractions leave 1 and m; on the resolvent equation this is x m + D1.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof


def prove(proof: Proof, claim: object) -> None:
    """With nu from the resolvent equation, and xi = nu - x."""
    proof.decide(claim.statement, on=uniform.spectral(), because="Partial fractions in s + nu.")
