"""Exact sampling of a sequence's features without its context.

The tokens are independent, so the generating function of (sum y_i x_i, sum y_i^2) is the ell-th
power of that of one token, and chi^2_ell is a sum of ell squares of normals, so the same holds for
the sampling form: given C, the exponent is a multiple of C after the normals g are integrated out.
It is enough to compare one factor. Both are Gaussian integrals, computed one normal at a time by
completing the square. Generating functions that are finite around zero determine the law.

The generating function fixes (1 - shrink theta^2 d)^2 = rho/v; of the two roots the sampling form
takes the one that shrinks g along w without reflecting it, and the one positive scale of g.
"""

import sympy as sp

from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.representation import integrate_normal


def prove(proof: Proof, claim: object) -> None:
    """Complete the square, then compare one factor of the generating functions."""
    square, linear, normal = sp.symbols("c_2 c_1 z", real=True)
    exponent = square * normal**2 + linear * normal
    factor, rest = integrate_normal(exponent, normal)
    proof.identity(
        exponent - normal**2 / 2,
        rest - factor * (normal - linear / factor) ** 2 / 2,
        because="E exp(c2 z^2 + c1 z) integrates a shifted Gaussian of precision 1 - 2 c2.",
    )
    proof.decide(
        claim.statement, because="One factor of the generating functions, and the choice of roots."
    )
