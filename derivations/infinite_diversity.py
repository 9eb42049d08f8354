"""The limit of infinitely many tasks.

On the resolvent equation m - 1/(1 + nu) = m D1/(kappa (1 + nu)): the excess is positive and, since
m < 1/nu and D1 < 1, below 1/(kappa nu (1 + nu)). At fixed nu it vanishes as kappa -> oo.
"""

import sympy as sp

from icl_theory.symbolic import orthant, uniform
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.proof import Proof, eq, gt, lt
from icl_theory.symbolic.spectral import D1, M, inv_kappa
from icl_theory.symbolic.symbols import kappa, m, nu


def prove(proof: Proof, claim: object) -> None:
    """An exact excess, squeezed to zero."""
    excess = m * D1 * inv_kappa / (1 + nu)
    bound = inv_kappa / (nu * (1 + nu))
    proof.identity(m - 1 / (1 + nu), excess, on=uniform.spectral(), because="The excess, exactly.")
    proof.identity(M - 1 / (1 + nu), At(excess, (m, M)), because="The same for the closed form.")
    proof.sign(gt(excess), because="It is positive")
    proof.sign(lt(excess, bound), on=orthant.spectral(), because="and bounded at fixed nu")
    proof.limit(sp.Limit(bound, kappa, sp.oo), 0, because="by what vanishes as kappa -> oo.")
    proof.follows(
        eq(sp.Limit(M, kappa, sp.oo), 1 / (1 + nu)), "m = M_kappa(nu) is squeezed to 1/(1 + nu)."
    )
