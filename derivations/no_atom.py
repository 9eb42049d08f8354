"""No atom at zero when kappa > 1.

On the resolvent equation nu(m) = 1/m - kappa/(kappa + m) vanishes at m0 = kappa/(kappa - 1) and is
positive below it, where it is strictly decreasing (M is its inverse). So nu -> 0+ exactly as m ->
m0 from below, and nu m -> 0.
"""

import sympy as sp

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof, gt, lt
from icl_theory.symbolic.symbols import kappa, m, nu


def prove(proof: Proof, claim: object) -> None:
    """Nu vanishes at m0 and nu m with it."""
    on = uniform.spectral()
    end = kappa / (kappa - 1)
    proof.sign(
        gt(nu),
        on=on,
        given=[gt(kappa, 1), lt(m, end)],
        because="nu > 0 for 0 < m < kappa/(kappa - 1).",
    )
    proof.limit(sp.Limit(nu, m, end, "-"), 0, on=on, because="nu -> 0 at the end.")
    proof.limit(sp.Limit(nu * m, m, end, "-"), 0, on=on, because="nu m -> 0 with it.")
    for part in claim.statement.args:
        proof.follows(part, "nu -> 0+ exactly as m = M_kappa(nu) -> kappa/(kappa - 1) from below.")
