"""1 - gamma without cancellation.

On the resolvent equation 1 = m (nu + t), and gamma = m^2 t^2/kappa = m t^2 (1 - t)/t = m t (1 - t),
so 1 - gamma = m (nu + t - t + t^2) = m P. For the product form compare squares, which are rational:
both sides are positive (m P is a sum of positive terms, m t spread a product of them), so equal
squares make them equal.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof, eq, gt
from icl_theory.symbolic.spectral import P, gamma, minus_M_prime, one_minus_gamma
from icl_theory.symbolic.symbols import m


def prove(proof: Proof, claim: object) -> None:
    """An identity, an identity of squares, and two signs."""
    on = uniform.spectral()
    proof.identity(1 - gamma, m * P, on=on, because="With nu = 1/m - t.")
    proof.identity(
        (1 - gamma) ** 2, one_minus_gamma**2, on=on, because="The squares are rational and agree."
    )
    proof.sign(gt(m * P), because="m P > 0, so 1 - gamma > 0.")
    proof.sign(gt(one_minus_gamma), because="The product is positive.")
    proof.follows(eq(1 - gamma, one_minus_gamma), "Positive numbers with equal squares are equal.")
    proof.identity(
        minus_M_prime, m**2 / (1 - gamma), on=on, because="The derivative in terms of gamma."
    )
