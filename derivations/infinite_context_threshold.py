"""The interpolation threshold tau = 1 without ridge, approached from both sides.

In the odds (a, b, c, w) the ridgeless states above the threshold have tau = 1 + w, and those below
have tau = (1 + a + a c)/(1 + a + a c + c), with tau -> 1 as c -> 0. Held at the other odds, the
denominator of e_idg vanishes and nothing else does: the errors grow without bound at every context
length, while the training error vanishes with the distance.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.claims.infinite_context import FORMULAS
from icl_theory.symbolic import errors, orthant
from icl_theory.symbolic.orthant import c, w
from icl_theory.symbolic.proof import Proof, eq
from icl_theory.symbolic.symbols import tau


def prove(proof: Proof, claim: Claim) -> None:
    """Limits at held odds, from above (w -> 0) and from below (c -> 0)."""
    sides = (("+", w, orthant.ridgeless_over()), ("-", c, orthant.ridgeless_under()))
    for side, odds, on in sides:
        proof.limit(sp.Limit(tau, odds, 0, "+"), 1, on=on, because="The threshold is reached.")
        for field in ("icl", "idg", "gap", "pretraining_variance"):
            proof.limit(
                sp.Limit(FORMULAS[field], odds, 0, "+"),
                sp.oo,
                on=on,
                because="A positive numerator over a vanishing slope.",
            )
            proof.follows(
                eq(sp.Limit(FORMULAS[field], tau, 1, side), sp.oo),
                "The other odds, functions of the parameters, stay inside their range.",
            )
    proof.limit(
        sp.Limit(errors.train, w, 0, "+"),
        0,
        on=orthant.ridgeless_over(),
        because="r^2 vanishes faster than e_idg grows.",
    )
    proof.follows(eq(sp.Limit(errors.train, tau, 1, "+"), 0), "By the same argument.")
