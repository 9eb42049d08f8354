"""A negative gap.

At tau = 1/100, alpha = 100, kappa = 1/2, rho = 4 the ridgeless m is tau M_{kappa/tau}(x), a number
p + q sqrt(c). It solves the equations of the state, and the gap, of the same form, is compared with
zero exactly.
"""

from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.errors import gap
from icl_theory.symbolic.fixed_point import argument_residual, ridge_residual, x
from icl_theory.symbolic.proof import Proof, gt, lt
from icl_theory.symbolic.quantity import unfold
from icl_theory.symbolic.ridgeless import xi_under
from icl_theory.symbolic.spectral import M, resolvent_residual
from icl_theory.symbolic.symbols import kappa, lam, m, nu, r, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """Exact arithmetic with one square root."""
    point = {condition.lhs: condition.rhs for condition in claim.assumptions}
    point[x] = unfold(x).xreplace(point)
    rescaled = At(M, (kappa, kappa / tau), (nu, x))
    point[m] = (tau * rescaled.value()).xreplace(point)
    point[xi] = unfold(xi_under).xreplace(point)
    point |= {nu: point[x] + point[xi], r: 0 * point[m], lam: 0 * point[m]}
    for residual in (resolvent_residual, argument_residual, ridge_residual):
        proof.identity(residual, 0, on=point, because="The point is a ridgeless state:")
    proof.sign(gt(m), on=point, because="its trace is the positive root.")
    proof.sign(lt(gap), on=point, because="The gap is negative there.")
    proof.follows(claim.statement, "The claim is about this point.")
