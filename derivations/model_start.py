"""The start of the iteration.

Around the ridgeless state, where h = min(tau, 1), the model is h = theta/(1 + (xi - xi_0)/w). Its
ridge equation is quadratic in xi - xi_0; ``start`` and ``start_conjugate`` are its positive root.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.fixed_point import S, x
from icl_theory.symbolic.iteration import ceiling
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.quantity import unfold


def prove(proof: Proof, claim: Claim) -> None:
    """Identities with one square root, and the position w of the pole in place of theta."""
    w = sp.Symbol("w", positive=True)
    proof.decide(
        claim.statement,
        on={ceiling: unfold(w * S, keep={x})},
        because="The square root squared where it occurs.",
    )
