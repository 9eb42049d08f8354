"""Expansion of M at large nu.

nu -> oo means m -> 0: on the resolvent equation nu = 1/m - t with t <= 1, and conversely m < 1/nu.
With nu a rational function of m, the coefficients of the expansion are limits of rational functions
of m at 0. They are the moments tr 1/d = 1, tr R/d = 1 and tr R^2/d = 1 + 1/kappa with alternating
signs.
"""

import sympy as sp

from icl_theory.symbolic import uniform
from icl_theory.symbolic.proof import Proof, eq
from icl_theory.symbolic.spectral import M, inv_kappa
from icl_theory.symbolic.symbols import m, nu


def prove(proof: Proof, claim: object) -> None:
    """Three limits at m -> 0."""
    on = uniform.spectral()
    proof.limit(sp.Limit(nu, m, 0), sp.oo, on=on, because="nu -> oo exactly as m -> 0.")
    for order, (coefficient, value) in enumerate(
        [
            (lambda f: nu * f, sp.Integer(1)),
            (lambda f: nu**2 * (1 / nu - f), sp.Integer(1)),
            (lambda f: nu**3 * (f - 1 / nu + 1 / nu**2), 1 + inv_kappa),
        ]
    ):
        proof.limit(
            sp.Limit(coefficient(m), m, 0), value, on=on, because=f"Moment {order} of the spectrum."
        )
        proof.follows(
            eq(sp.Limit(coefficient(M), nu, sp.oo), value),
            "The same limit, with m = M_kappa(nu) and nu -> oo.",
        )
