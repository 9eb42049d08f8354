"""Skewness of the log weights of dMMSE on a fresh task.

Given the context rho log(weight) of a task w_j on the sphere is b^T w_j - w_j^T G w_j/2 with
G = X^T X and b = X^T y. Its cumulant generating function, with a source s for it and one for the
overlap w^T w_j, is an integral over a sphere. At large d it is d times the extremum over z of

    z/2 - tr log(z + s G)/(2d) + s^2 b^T (z + s G)^{-1} b/(2d) - 1/2,

z being the multiplier of the norm. Expanded to third order in s this gives the cumulants as moments
of the spectrum of G, as b = G w + X^T noise: tr G^j and b^T G^j b.

A level g moves by (g^2 - 1)/6 times the skewness (Cornish and Fisher), and the expected overlap
at level g bends by (g^2 - 1)/2 times the mixed cumulant less c times the skewness. With weights
concentrated on one task the overlap c q becomes c q - eta (Q - 1)/(2 sqrt(d)).
"""

from collections.abc import Callable

import sympy as sp

from icl_theory.claims.claim import Claim
from icl_theory.symbolic import baselines as b
from icl_theory.symbolic.proof import Proof
from icl_theory.symbolic.symbols import alpha, rho

_s, _g = sp.symbols("s g")
_MOMENTS = (sp.Integer(1), b.moment_1, b.moment_2, b.moment_3)


def prove(proof: Proof, claim: Claim) -> None:
    """Expand at the extremum, and put the moments in."""
    second, third, mixed = _cumulants()
    proof.identity(
        second, b.energy_linear + b.energy_quadratic, because="Second order in s: the variance."
    )
    proof.identity(third, b.energy_third, because="Third order in s.")
    proof.identity(mixed, b.overlap_third, because="First order in the source of the overlap.")
    proof.assume(
        None,
        "cornish1938moments",
        "Levels move by (g^2 - 1)/6 times the skewness, also at the maximum: heuristic.",
    )
    for part in claim.statement.args:
        proof.decide(part, because="moments of the context's covariance")


def _cumulants() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Cumulants per dimension: of rho log(weight), second and third, and mixed with the overlap."""
    z1, z2 = sp.symbols("z_1 z_2")
    # (z + s G)^{-1} and its square, where z = 1 + z1 s + z2 s^2.
    h = _s * (z1 + _g) + _s**2 * z2
    inverse, square = 1 - h + h**2, 1 - 2 * h + 3 * h**2
    norm = 1 - _mean(inverse, _trace, 2) - _s**2 * _mean(square, _form, 0)
    orders = [norm.coeff(_s, 1), norm.coeff(_s, 2)]
    multiplier = sp.solve(orders, [z1, z2], dict=True)[0]
    slope = (
        -_mean(_g * inverse, _trace, 2) / 2
        + _s * _mean(inverse, _form, 1)
        - _s**2 * _mean(_g * square, _form, 0) / 2
    )
    mixed = _s * _mean(inverse, _cross, 1)
    first, second = (sp.expand(slope).coeff(_s, n).subs(multiplier) for n in (1, 2))
    return first, 2 * second, 2 * sp.expand(mixed).coeff(_s, 2).subs(multiplier)


def _mean(polynomial: sp.Expr, functional: Callable[[int], sp.Expr], order: int) -> sp.Expr:
    """Apply a functional of powers of G to a polynomial in g, up to an order in s."""
    terms = sp.Poly(sp.expand(polynomial), _s, _g).terms()
    return sp.expand(sum(c * _s**i * functional(j) for (i, j), c in terms if i <= order))


def _trace(power: int) -> sp.Expr:
    """Trace of G^j per dimension."""
    return alpha**power * _MOMENTS[power]


def _form(power: int) -> sp.Expr:
    """b^T G^j b per dimension."""
    return _trace(power + 2) + rho * _trace(power + 1)


def _cross(power: int) -> sp.Expr:
    """w^T G^j b per dimension."""
    return _trace(power + 1)
