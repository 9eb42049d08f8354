"""Existence of the effective ridge.

F(xi) = tau lam/xi + D1 + x m - tau, with m = M_kappa(x + xi), is continuous on xi > 0. It exceeds
tau lam/xi - tau, which tends to +oo at xi -> 0. It is below tau lam/xi + (1 + x)/(x + xi) - tau,
since D1 + x m < (1 + x) m (t < 1) and m < 1/nu, and above tau lam/xi - tau; both tend to -tau < 0
at xi -> oo. By the intermediate value theorem F vanishes somewhere.
"""

import sympy as sp

from icl_theory.symbolic import orthant
from icl_theory.symbolic.fixed_point import ridge_residual_sum, x
from icl_theory.symbolic.proof import Proof, gt, lt
from icl_theory.symbolic.symbols import lam, nu, r, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """Squeeze the residual between rational functions of xi."""
    on = orthant.spectral()
    proof.sign(gt(ridge_residual_sum, tau * r - tau), because="D1 + x m > 0 bounds F from below.")
    proof.sign(
        lt(ridge_residual_sum, tau * r + (1 + x) / nu - tau),
        on=on,
        because="D1 < m < 1/nu bounds F from above.",
    )
    below = tau * lam / xi - tau
    above = tau * lam / xi + (1 + x) / (x + xi) - tau
    proof.limit(sp.Limit(below, xi, 0), sp.oo, because="The lower bound starts at +oo.")
    proof.limit(sp.Limit(below, xi, sp.oo), -tau, because="The lower bound ends at -tau,")
    proof.limit(sp.Limit(above, xi, sp.oo), -tau, because="and so does the upper.")
    for part in claim.statement.args:
        proof.follows(part, "Squeezed; F is continuous, so it vanishes at some xi > 0.")
