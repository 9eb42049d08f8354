"""M_kappa(nu) is a positive root of the resolvent equation.

Multiplied by m (kappa + m)/kappa the equation 1/m = nu + kappa/(kappa + m) is the quadratic
(nu/kappa) m^2 + 2 b m - 1 = 0 with 2 b = nu + 1 - 1/kappa. With Delta = sqrt(b^2 + nu/kappa) the
root is 1/(b + Delta); putting it in annuls the residual identically. Multiplied above and below by
Delta - b it is the second form. Since Delta^2 - b^2 = nu/kappa > 0 and Delta > 0, Delta exceeds
|b|, so b + Delta is positive and with it the root.
"""

from icl_theory.symbolic.calculus import At
from icl_theory.symbolic.proof import Proof, gt
from icl_theory.symbolic.spectral import (
    M,
    M_conjugate,
    discriminant_root,
    half_trace,
    inv_kappa,
    resolvent_residual,
)
from icl_theory.symbolic.symbols import m, nu


def prove(proof: Proof, claim: object) -> None:
    """Put the closed form into the equation; compare the forms; decide the sign."""
    proof.identity(At(resolvent_residual, (m, M)), because="M annuls the residual.")
    proof.identity(M, M_conjugate, because="Both forms are the same root.")
    proof.identity(
        discriminant_root**2 - half_trace**2,
        nu * inv_kappa,
        because="Delta^2 - b^2 is the constant term of the quadratic.",
    )
    proof.sign(gt(nu * inv_kappa), because="so Delta^2 > b^2.")
    proof.sign(gt(discriminant_root), because="Delta is a positive square root.")
    proof.identity(1 / M, half_trace + discriminant_root, because="The denominator of M.")
    proof.follows(gt(M), "Delta > |b|, so the denominator b + Delta of M is positive.")
