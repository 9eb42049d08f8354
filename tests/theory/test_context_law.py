"""The two short ways to draw a sequence's features have the law of the long one."""

import numpy as np
import pytest
import sympy as sp
from scipy.stats import ks_2samp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.gaussian import ExponentialMean, LogMean, integrate_normal
from icl_theory.algebra.quantity import unfold
from icl_theory.proof.kernel import ProofFailed, identity
from icl_theory.theory import context_law
from icl_theory.theory.context_law import z
from icl_theory.theory.moments import label_variance
from icl_theory.verify.simulated import number

D, ELL, COUNT = 4, 6, 60_000
w = np.array([1.0, -0.5, 0.3, 1.2])


def task(theta):
    return w * theta * np.sqrt(D) / np.linalg.norm(w)


def drawn(rng, theta, rho):
    """Features from their definition, contexts drawn token by token."""
    x = rng.standard_normal((COUNT, ELL, D)) / np.sqrt(D)
    y = x @ task(theta) + np.sqrt(rho) * rng.standard_normal((COUNT, ELL))
    return np.einsum("ni,nij->nj", y, x), (y**2).sum(1)


def sampled(rng, theta, rho):
    values = {"d": D, "theta": theta, "rho": rho}
    along, across, shrink = (
        number(q, **values) for q in (context_law.along, context_law.across, context_law.shrink)
    )
    t = task(theta)
    square = number(label_variance, **values) * rng.chisquare(ELL, COUNT)
    g = rng.standard_normal((COUNT, D))
    rest = g - shrink * np.outer(g @ t, t)
    return along * square[:, None] * t + across * np.sqrt(square)[:, None] * rest, square


def rotated(rng, theta, rho):
    assert theta == 1
    symbols = (context_law.s, context_law.a, context_law.q)
    projection, length = (
        sp.lambdify(symbols, unfold(q), "numpy")
        for q in (context_law.rotated_projection, context_law.rotated_square)
    )
    s = np.sqrt(rho * rng.chisquare(ELL, COUNT))
    values = s, rng.standard_normal(COUNT), rng.chisquare(ELL - 1, COUNT)
    square = length(*values)
    unit = task(1) / np.sqrt(D)
    G = rng.standard_normal((COUNT, D))
    G -= np.outer(G @ unit, unit)
    return (np.outer(projection(*values), unit) + np.sqrt(square)[:, None] * G) / np.sqrt(D), square


@pytest.mark.parametrize("rho", [0.0, 0.3, 4.0])
@pytest.mark.parametrize(
    ("short", "theta"),
    [(sampled, 1.0), (sampled, 0.3), (rotated, 1.0)],
    ids=["sampled", "sampled, small task", "rotated"],
)
def test_short_forms_have_the_law_of_the_definition(short, theta, rho):
    """Along and across the task, and jointly with the square, by two-sample tests."""
    vector, square = drawn(np.random.default_rng(1), theta, rho)
    other, other_square = short(np.random.default_rng(2), theta, rho)
    across = np.array([w[1], -w[0], 0.0, 0.0])
    statistics = [
        (square, other_square),
        (vector @ w, other @ w),
        (vector @ across, other @ across),
        (vector @ (w + across) - square, other @ (w + across) - other_square),
        (vector @ across * square, other @ across * other_square),
        ((vector**2).sum(1) / square, (other**2).sum(1) / other_square),
    ]
    for one, two in statistics:
        assert ks_2samp(one, two).pvalue > 1e-4


def test_a_wrong_coefficient_would_be_noticed():
    vector, _ = drawn(np.random.default_rng(1), 1.0, 0.3)
    other, other_square = sampled(np.random.default_rng(2), 1.0, 0.3)
    wrong = other * np.sqrt(1.05)
    assert ks_2samp(vector @ w, wrong @ w).pvalue < 1e-4
    assert other_square.min() > 0


@pytest.mark.parametrize("linear", [0.0, 0.7])
@pytest.mark.parametrize("square", [-1.0, 0.2])
def test_gaussian_integrals_agree_with_quadrature(square, linear):
    factor, rest = integrate_normal(square * z**2 + linear * z, z)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    total = (weights * np.exp(square * nodes**2 + linear * nodes)).sum() / np.sqrt(2 * np.pi)
    assert float(factor) ** -0.5 * np.exp(float(rest)) == pytest.approx(total, rel=1e-6)


def test_exponents_that_are_not_quadratic_are_refused():
    with pytest.raises(UndecidedError, match="not quadratic"):
        integrate_normal(z**3, z)
    with pytest.raises(UndecidedError, match="not a quadratic form"):
        ExponentialMean(z + 1, z).value()
    with pytest.raises(UndecidedError, match="not linear"):
        LogMean(z**2, z).value()


def test_a_mean_that_may_be_infinite_is_in_no_theorem():
    c, positive = sp.Symbol("c", real=True), sp.Symbol("c", positive=True)
    with pytest.raises((ProofFailed, UndecidedError)):
        # At c > 1/2 the left side is 0.
        identity(ExponentialMean(c * z**2, z) ** -2, 1 - 2 * c)
    with pytest.raises((ProofFailed, UndecidedError)):
        identity(At(ExponentialMean(c * z**2, z), (c, positive)) ** -2, 1 - 2 * positive)
    with pytest.raises((ProofFailed, UndecidedError)):
        # Two factors, -1 each.
        identity(ExponentialMean(z**2 + context_law.h**2, context_law.h, z), 1)
    assert identity(ExponentialMean(-positive * z**2, z) ** -2, 1 + 2 * positive)
    assert identity(At(ExponentialMean(c * z**2, z), (c, -positive)) ** -2, 1 + 2 * positive)


def test_a_transform_next_to_where_it_is_infinite_is_refused():
    exponent, *normals = context_law.token_transform().args
    b, b_perp, b_square = context_law.b, context_law.b_perp, context_law.b_square
    opposite = {b_square: -2 * b_square - b**2 - b_perp**2}
    opened = ExponentialMean(exponent.xreplace(opposite), *normals)
    with pytest.raises((ProofFailed, UndecidedError)):
        identity(opened, opened)
    assert identity(context_law.token_transform(), context_law.token_transform())
