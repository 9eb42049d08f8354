"""The ridgeless state for tau < 1.

xi increases in lam and exceeds its lower bound, which exceeds x (1 - tau)/tau > 0 at every lam; so
xi tends to a limit xi0 > 0 as lam -> 0, m = M_kappa(x + xi) to M_kappa(x + xi0) by continuity, and
r = lam/xi to 0. The ridge equation in the limit reads xi0 m = 1 - tau. With this xi the resolvent
equation at nu = x + xi is the resolvent equation of m/tau at kappa/tau and x, so m/tau =
M_{kappa/tau}(x), since that has one positive root.
"""

import sympy as sp

from icl_theory.symbolic import uniform
from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.fixed_point import ridge_residual, x, xi_lower
from icl_theory.symbolic.proof import Proof, eq, gt
from icl_theory.symbolic.ridgeless import mu_value, xi_under
from icl_theory.symbolic.spectral import M, resolvent_residual
from icl_theory.symbolic.symbols import kappa, lam, m, nu, r, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """A positive lower bound, the limit equation, and its solution."""
    rescaled = At(M, (kappa, kappa / tau), (nu, x))
    proof.sign(
        gt(2 * tau * xi_lower, x * (1 - tau)),
        because="xi > xi_lower stays away from zero as lam -> 0.",
    )
    proof.limit(sp.Limit(lam / xi, lam, 0), 0, because="At xi away from zero, lam/xi -> 0.")
    proof.follows(eq(sp.Limit(r, lam, 0), 0), "r = lam/xi.")
    proof.identity(
        At(ridge_residual, (r, 0), (xi, xi_under)),
        0,
        because="The ridge equation at r = 0 is linear in xi with this solution.",
    )
    proof.follows(
        eq(sp.Limit(xi, lam, 0), xi_under),
        "xi decreases to a limit, where the ridge equation holds with r = 0.",
    )
    on = uniform.ridgeless_under()
    proof.identity(
        At(resolvent_residual, (m, m / tau), (kappa, kappa / tau), (nu, x)),
        0,
        on=on,
        because="m/tau solves the resolvent equation at kappa/tau and x.",
    )
    proof.follows(eq(m, tau * rescaled), "That equation has one positive root.")
    proof.identity(mu_value, x * (m / tau), because="The paper's mu in terms of m.")
    proof.follows(eq(mu_value, x * rescaled), "m/tau is the rescaled M.")
