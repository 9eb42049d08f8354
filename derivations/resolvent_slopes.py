"""Slopes of the resolvent residual R(m, nu) = 1/m - nu - t.

In nu the slope is -1. In m it is -1/m^2 + t^2/kappa, which on the resolvent equation is -P/m, the
reciprocal of M': minus the ratio of the slopes is the derivative of the root.
"""

from icl_theory.symbolic import uniform
from icl_theory.symbolic.calculus import Partial
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.spectral import minus_M_prime, resolvent_residual
from icl_theory.symbolic.symbols import m, nu


def prove(proof: Proof, claim: object) -> None:
    """Differentiate the residual in each variable."""
    proof.identity(Partial(resolvent_residual, nu), -1, because="nu enters with slope -1.")
    proof.identity(
        Partial(resolvent_residual, m),
        -1 / minus_M_prime,
        on=uniform.spectral(),
        because="The slope in m, on the resolvent equation.",
    )
