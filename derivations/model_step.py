"""One step of the iteration.

At xi (1 + s) the term tau r becomes tau r/(1 + s), and the model replaces h by h/(1 + q s). Cleared
of denominators its ridge equation is quadratic in s, with the residual as constant term. ``step``
and ``step_conjugate`` are the same root of it, the one that vanishes with the residual.
"""

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic.fixed_point import S, x
from icl_theory.symbolic.iteration import captured, residual, step, step_conjugate, step_root
from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.quantity import unfold
from icl_theory.symbolic.symbols import r, tau, xi


def prove(proof: Proof, claim: Claim) -> None:
    """The equation in all symbols; its roots with the coefficients in place of xi, r and F."""
    q, c, f = sp.symbols("q c f", positive=True)
    coefficients = {
        xi: q * captured / S,
        r: (c + f * (1 + q) - q * captured) / tau,
        residual: f,
    }
    on = {symbol: unfold(value, keep={x}) for symbol, value in coefficients.items()}
    for part in claim.statement.args:
        if part.has(step_root):
            proof.decide(
                gt(step_root), given=[gt(residual, 0)], because="The root of a positive number."
            )
        elif part.has(step, step_conjugate):
            proof.decide(part, on=on, because="The square root squared where it occurs.")
        else:
            proof.decide(part, because="Both sides expanded.")
