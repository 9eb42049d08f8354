"""The ridgeless state for tau > 1.

The ridge equation gives tau r = tau - 1 + xi m > tau - 1, so xi = lam/r < lam tau/(tau - 1) tends
to 0 with lam. Then nu -> x, m -> M_kappa(x) by continuity, and, m being bounded by 1/x, r -> (tau -
1)/tau.
"""

import sympy as sp

from icl_theory.symbolic import orthant, uniform
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.fixed_point import ridge_residual, x
from icl_theory.symbolic.proof import Proof, eq, gt, lt
from icl_theory.symbolic.ridgeless import r_over
from icl_theory.symbolic.spectral import M, resolvent_residual
from icl_theory.symbolic.symbols import lam, m, nu, r, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """An upper bound that vanishes, then the limit equation."""
    proof.sign(gt(r, (tau - 1) / tau), on=orthant.ridge(), because="r stays above its limit,")
    proof.limit(
        sp.Limit(lam * tau / (tau - 1), lam, 0), 0, because="so xi = lam/r is squeezed to zero."
    )
    proof.follows(eq(sp.Limit(xi, lam, 0), 0), "0 < xi < lam tau/(tau - 1).")
    proof.sign(lt(m, 1 / x), on=orthant.ridge(), because="m is bounded, so xi m -> 0.")
    proof.identity(
        At(ridge_residual, (xi, 0), (r, r_over)),
        0,
        because="The ridge equation at xi m = 0 has this solution r.",
    )
    proof.follows(eq(sp.Limit(r, lam, 0), r_over), "r in the limit of the ridge equation.")
    proof.identity(
        At(resolvent_residual, (nu, x)),
        0,
        on=uniform.ridgeless_over(),
        because="m solves the resolvent equation at x.",
    )
    proof.follows(eq(m, At(M, (nu, x))), "That equation has one positive root.")
