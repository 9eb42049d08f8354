"""Two-sided bounds of the effective ridge.

Let N = (1 - tau) xi + tau lam; the ridge equation says N = xi^2 m. The lower bound is the positive
root of q(xi) = xi^2 - (x + xi) N, the ridge equation with m = 1/nu, and the upper bound that of
Q(xi) = xi^2 - (1 + x + xi) N, with m = 1/(1 + nu). Both are quadratics with leading coefficient tau
> 0 and negative value at 0, so each has one positive root and is negative exactly below it. At the
effective ridge q = xi^2 (1 - nu m) = xi^2 D1 > 0 and Q = xi^2 (1 - (1 + nu) m) = -xi^2 m (1 - t) <
0.
"""

from icl_theory.symbolic import orthant
from icl_theory.symbolic.calculus import At, Partial
from icl_theory.symbolic.fixed_point import x, xi_lower, xi_upper
from icl_theory.symbolic.proof import Proof, gt, lt
from icl_theory.symbolic.spectral import D1, t
from icl_theory.symbolic.symbols import lam, m, tau, xi


def prove(proof: Proof, claim: object) -> None:
    """Signs of the two quadratics at xi and at 0, and their roots."""
    on = orthant.ridge()
    numerator = (1 - tau) * xi + tau * lam
    for shift, root in ((x, xi_lower), (1 + x, xi_upper)):
        quadratic = xi**2 - (shift + xi) * numerator
        proof.identity(
            root**2,
            (shift + root) * ((1 - tau) * root + tau * lam),
            because="The bound is a root of its quadratic,",
        )
        proof.identity(Partial(Partial(quadratic, xi), xi), 2 * tau, because="which opens upwards")
        proof.sign(lt(At(quadratic, (xi, 0))), because="from a negative value at 0.")
        linear = -At(Partial(quadratic, xi), (xi, 0))
        proof.identity(
            (2 * tau * root - linear) ** 2,
            linear**2 + 4 * tau * shift * tau * lam,
            because="2 tau root - linear coefficient squares to the discriminant,",
        )
        proof.sign(gt(2 * tau * root - linear), because="of which it is the positive square root,")
        proof.follows(gt(root), "and which exceeds the linear coefficient: the positive root.")
    proof.identity(
        xi**2 - (x + xi) * numerator, xi**2 * D1, on=on, because="At xi the first quadratic is"
    )
    proof.sign(gt(xi**2 * D1), because="positive,")
    proof.follows(gt(xi, xi_lower), "so xi lies above its positive root.")
    proof.identity(
        xi**2 - (1 + x + xi) * numerator,
        -(xi**2) * m * (1 - t),
        on=on,
        because="At xi the second quadratic is",
    )
    proof.sign(lt(-(xi**2) * m * (1 - t)), because="negative,")
    proof.follows(lt(xi, xi_upper), "so xi lies below its positive root.")
