"""The atom at zero when kappa < 1.

On the resolvent equation nu(m) = 1/m - kappa/(kappa + m) is continuous, strictly decreasing (M is
its inverse) and for kappa < 1 positive for every m > 0, with limit 0 at infinity. So nu -> 0+
exactly as m -> oo, and nu m = 1 - kappa m/(kappa + m) tends to 1 - kappa: the share of eigenvalues
of R_k that vanish.
"""

import sympy as sp

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof, gt, lt
from icl_theory.symbolic.symbols import kappa, m, nu


def prove(proof: Proof, claim: object) -> None:
    """Nu runs down to zero as m runs to infinity; take the limit there."""
    on = uniform.spectral()
    fewer = lt(kappa, 1)
    proof.sign(gt(nu), on=on, given=[fewer], because="Every m > 0 is the trace at some nu > 0.")
    proof.limit(sp.Limit(nu, m, sp.oo), 0, on=on, because="nu -> 0 as m -> oo.")
    proof.limit(sp.Limit(nu * m, m, sp.oo), 1 - kappa, on=on, because="The mass.")
    proof.follows(claim.statement, "nu -> 0+ exactly as m = M_kappa(nu) -> oo.")
