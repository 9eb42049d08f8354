r"""The law of a sequence's features in O(d) random numbers, at any d, ell and |w|^2 = theta^2 d.

Sampling form. With C ~ chi^2_ell and g ~ N(0, I_d) independent and Y = sqrt(v C), v = theta^2 +
rho,

    sum y_i^2   = Y^2,
    sum y_i x_i = along Y^2 w + across Y (g - shrink <w, g> w).

Given the labels, <x_i, w> is its regression on y_i plus an independent rest of variance theta^2
rho/v; the map g -> g - shrink <w, g> w shrinks the component of g along w to that variance.

Rotated form, for theta = 1. With s^2 ~ rho chi^2_ell, a ~ N(0, 1), q ~ chi^2_{ell-1} and G ~ N(0,
I_d), independent, and u = w/sqrt(d),

    sum y_i^2   = rotated_square,
    sum y_i x_i = (rotated_projection u + Y (I - u u^T) G)/sqrt(d).

Both are proved by equality of Laplace transforms, which are Gaussian integrals: every one is a
product of factors (1 - 2c)^{-1/2}, so the laws agree if polynomials do. The transforms are taken
where all of them are finite: with b, b_2 > 0 at (-b, b_perp) for sqrt(d) sum y_i x_i along w and
orthogonal to it, and at -(b^2 + b_perp^2 + b_2)/2 for sum y_i^2.
"""

from __future__ import annotations

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.gaussian import ExponentialMean, LogMean
from icl_theory.algebra.quantity import define

from .model import label_variance
from .symbols import d, rho, theta

#: Length of the last feature, Y = (sum y_i^2)^{1/2}.
Y = sp.Symbol("Y", positive=True)
#: Primitive variables of the rotated form.
s, a, q = sp.symbols("s a q", positive=True)
#: Standard normal variables.
z, z_perp, eta, g, g_perp, h = sp.symbols(r"z z_\perp eta g g_\perp h", real=True)
#: What the transforms are taken at: along w with its sign turned, and orthogonal to it.
b, b_perp = sp.Symbol("b", positive=True), sp.Symbol(r"b_\perp", real=True)
#: What sum y_i^2 has besides b^2 + b_perp^2, both turned and halved.
b_square = sp.Symbol("b_2", positive=True)
#: What the transforms of sum y_i^2 are taken at: there all of them are finite.
dual_square = -(b**2 + b_perp**2 + b_square) / 2

along = define(
    "along",
    1 / (label_variance * d),
    latex=r"c_{\parallel}",
    doc="Coefficient of Y^2 w in sum y_i x_i: the regression of x_i on y_i.",
)

across = define(
    "across",
    1 / sp.sqrt(d),
    latex=r"c_{\perp}",
    doc="Coefficient of Y g in sum y_i x_i.",
)

shrink = define(
    "shrink",
    1 / (d * (label_variance + sp.sqrt(rho * label_variance))),
    latex=r"c_{w}",
    doc="Coefficient of <w, g> w that is taken from g: what the labels already fix along w.",
)

rotated_projection = define(
    "rotated_projection",
    s * a + a**2 + q,
    latex=r"r_{yx}",
    doc="sum y_i <x_i, w> after rotating the context along its noise, theta = 1.",
)

rotated_square = define(
    "rotated_square",
    s**2 + 2 * s * a + a**2 + q,
    latex=r"r_{yy}",
    doc="sum y_i^2 after rotating the context along its noise, theta = 1.",
)


def token_transform() -> sp.Expr:
    """E exp(y <(-b, b_perp), sqrt(d) x> + dual_square y^2) of one token, as the model defines it.

    In an orthonormal frame whose first vector is w/|w|: sqrt(d) x = (z, z_perp, ..).
    """
    y = theta * z + sp.sqrt(rho) * eta
    return ExponentialMean(y * (b_perp * z_perp - b * z) + dual_square * y**2, z_perp, eta, z)


def sampled_exponent(length: sp.Expr) -> sp.Expr:
    """The same exponent in the sampling form, given Y = ``length``."""
    # |w| = theta sqrt(d): <w, g> times the component along w is -theta^2 d g b, and so on.
    noise = b_perp * g_perp - (1 - shrink * theta**2 * d) * b * g
    return length**2 * (dual_square - along * theta * d * b) + length * across * sp.sqrt(d) * noise


def sampled_transform() -> sp.Expr:
    """The same expectation in the sampling form with ell = 1, so that Y = sqrt(v) |h|."""
    length = sp.sqrt(label_variance) * h
    return ExponentialMean(LogMean(sampled_exponent(length), g, g_perp), h)


def rotated_exponent() -> sp.Expr:
    """The same exponent in the rotated form, averaged over G."""
    spread = LogMean(Y * b_perp * g_perp, g_perp)
    return rotated_square * (dual_square + spread / Y**2) - rotated_projection * b


def rotated_transform() -> sp.Expr:
    """The same expectation in the rotated form with ell = 1: q = 0 and s = sqrt(rho) |h|."""
    return ExponentialMean(At(rotated_exponent(), (s, sp.sqrt(rho) * h), (q, 0)), a, h)


def rotated_square_transform() -> sp.Expr:
    """What a^2 contributes to the transform where s = 0."""
    return ExponentialMean(At(rotated_exponent(), (s, 0), (q, 0)), a)


def rotated_rest_transform() -> sp.Expr:
    """What each of the ell - 1 normals in q contributes to the transform."""
    return ExponentialMean(At(rotated_exponent(), (s, 0), (a, 0), (q, h**2)), h)
