"""The start of the iteration.

Around the ridgeless state, where h = theta = min(tau, 1), the model is h = theta/(1 + s/w) with
s = xi - xi_0. Its ridge equation is quadratic in s; ``start`` and ``start_conjugate`` are xi_0 plus
its positive root.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.fixed_point import S, x
from icl_theory.symbolic.iteration import ceiling
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.quantity import unfold


def prove(proof: Proof, claim: Claim) -> None:
    """The equation on either side; its roots with the position w of the pole in place of theta."""
    w = sp.Symbol("w", positive=True)
    on = {ceiling: unfold(w * S, keep={x})}
    for part in claim.statement.args:
        if part.has(At):
            proof.decide(part, because="Both sides expanded.")
        else:
            proof.decide(part, on=on, because="The square root squared where it occurs.")
