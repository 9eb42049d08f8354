"""The bounds of the effective ridge as quotients.

xi_- and xi_+ are positive roots of tau xi^2 - c xi - tau lam y = 0 with y = x and 1 + x. The
product of the roots is -lam y, so each is also -lam y over the other root, which does not cancel
for c < 0.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.fixed_point import x, xi_lower, xi_upper
from icl_theory.symbolic.iteration import (
    upper_linear,
    upper_root,
    xi_lower_conjugate,
    xi_upper_conjugate,
)
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.symbols import lam, tau

CONJUGATES = (xi_lower_conjugate, xi_upper_conjugate)


def prove(proof: Proof, claim: Claim) -> None:
    """The quotients solve the equation, and are the roots written the other way."""
    c = sp.Symbol("c", real=True)
    # The discriminants first, then the equation, then the two forms against each other.
    parts = sorted(
        claim.statement.args,
        key=lambda part: (part.has(xi_lower, xi_upper), part.has(*CONJUGATES)),
    )
    for part in parts:
        if not isinstance(part, sp.Eq):
            proof.decide(part, because="The root of a positive number.")
            continue
        # The linear coefficient in place of lam.
        y = 1 + x if part.has(upper_linear, upper_root, xi_upper_conjugate) else x
        proof.decide(
            part,
            on={lam: (c - y * (1 - tau)) / tau},
            because="Multiplied by the denominator, the root squared.",
        )
