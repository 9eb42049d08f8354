"""The law of a sequence's features in O(d) random numbers."""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.gaussian import integrate_normal
from icl_theory.algebra.relations import both, eq, gt
from icl_theory.proof.claim import claim
from icl_theory.proof.proof import Proof
from icl_theory.theory import context_law as law
from icl_theory.theory import moments
from icl_theory.theory.symbols import d, rho, theta

_v = moments.label_variance


@claim(
    title=r"The features of a sequence from one $\chi^2_\ell$ and $d$ normals",
    statement=both(
        eq(law.sampled_transform() ** -2, law.token_transform() ** -2),
        eq(1 - law.shrink * theta**2 * d, sp.sqrt(rho / _v)),
        gt(law.across),
    ),
)
def context_law(proof: Proof) -> None:
    """Exact sampling of a sequence's features without its context.

    The tokens are independent, so the Laplace transform of sum_i y_i x_i and sum_i y_i^2 is the
    power ell of that of one token, and chi^2_ell is a sum of ell squares of normals, so the same
    holds for the sampling form: given C, the exponent is a multiple of C after the normals g are
    integrated out. It is enough to compare one factor. Both are Gaussian integrals, computed one
    normal at a time by completing the square. They are finite for all b, b_2 > 0 and b_perp, which
    is an open set of arguments: transforms that are equal there determine the law.

    The transform fixes (1 - c_w theta^2 d)^2 = rho/v; of the two roots the sampling
    form takes the one that shrinks g along w without reflecting it, and the one positive scale of
    g.
    """
    square, linear, normal = sp.symbols("c_2 c_1 z", real=True)
    exponent = square * normal**2 + linear * normal
    factor, rest = integrate_normal(exponent, normal)
    proof.identity(
        exponent - normal**2 / 2,
        rest - factor * (normal - linear / factor) ** 2 / 2,
        given=(sp.Ne(factor, 0),),
        because="E exp(c2 z^2 + c1 z) integrates a shifted Gaussian of precision 1 - 2 c2.",
    )
    proof.decide(because="One factor of the transforms, and the choice of roots.")


@claim(
    title="The features of a sequence after rotating its context along the noise",
    statement=both(
        eq(
            law.rotated_transform() ** -2,
            At(law.token_transform(), (theta, 1)) ** -2,
        ),
        eq(
            law.rotated_square_transform() ** -2,
            law.rotated_rest_transform() ** -2,
        ),
    ),
)
def context_law_rotated(proof: Proof) -> None:
    """The rotated form of the features' law.

    With theta = 1, y_i = z_i + epsilon_i with z_i = <x_i, w>. Rotate the context so that its first
    axis is along the noise: s = |epsilon|, and z has the component a on that axis and q as the
    square of the rest, so sum_i y_i z_i = s a + a^2 + q and sum_i y_i^2 = (s + a)^2 + q. That this
    is the right law is seen from Laplace transforms. With ell = 1 there is no q, and the function
    of (a, s) equals that of one token. Each further context token adds a normal to s^2 and one to
    q; with q = h^2 it contributes what a = h does at s = 0. So the function for ell tokens is the
    power ell of that of one.
    """
    proof.decide(because="Factors of the transforms, inverse squared.")
