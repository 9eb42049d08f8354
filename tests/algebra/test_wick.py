"""Expectations by pairings, against known moments and against sums over explicit indices."""

from itertools import product

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Indexed, IndexedBase, MatrixSymbol, Sum

from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.wick import Rules, component, delta, expectation
from icl_theory.theory.symbols import d, ell, rho, theta

a, b, c, e = sp.symbols("a b c e", positive=True)
i, j = sp.symbols("i j", positive=True)
x, w, noise, gamma = map(IndexedBase, ("x", "w", "eps", "G"))
h = sp.Symbol("h")
w_matrix, G = MatrixSymbol("w", d, 1), MatrixSymbol("G", d, d)
PAIRINGS = Rules(
    variance={x: 1 / d, noise: rho, h: sp.Integer(1)},
    fixed={w: w_matrix, gamma: G},
    norms={w_matrix.T * w_matrix: theta**2 * d},
)


def mean(expression):
    return expectation(sp.sympify(expression), PAIRINGS)


def same(one, other):
    return sp.cancel(sp.sympify(one) - sp.sympify(other)) == 0


def over(term, *indices):
    sizes = {i: ell, j: ell}
    return Sum(term, *((index, 1, sizes.get(index, d)) for index in indices))


def sample_covariance(row, column):
    return over(x[i, row] * x[i, column], i) / ell


def test_odd_moments_vanish():
    assert mean(h**3) == 0
    assert mean(x[i, a]) == 0
    assert mean(over(x[i, a] * noise[i] ** 2, i)) == 0


@pytest.mark.parametrize(("power", "value"), [(2, 1), (4, 3), (6, 15), (8, 105)])
def test_moments_of_one_normal_count_pairings(power, value):
    assert mean(h**power) == value


def test_moments_of_the_norm_of_a_token():
    square = over(x[i, a] ** 2, a)
    assert same(mean(square), 1)
    assert same(mean(square**2), 1 + 2 / d)
    assert same(mean(square**3), (1 + 2 / d) * (1 + 4 / d))


def test_moments_of_a_projection():
    projection = over(x[i, a] * w[a], a)
    assert same(mean(projection**2), theta**2)
    assert same(mean(projection**4), 3 * theta**4)


def test_components_with_free_indices():
    assert same(mean(x[i, a] * x[i, b]), delta(a, b) / d)
    assert same(mean(x[i, a] * over(x[i, b] * w[b], b)), component(w_matrix, a) / d)
    assert same(mean(x[i, a] ** 4), 3 / d**2)
    assert mean(x[i, a] * x[j, b]).has(delta(i, j))


def test_first_and_second_moment_of_a_sample_covariance():
    assert same(mean(sample_covariance(a, b)), delta(a, b) / d)
    square = over(sample_covariance(a, c) * sample_covariance(c, b), c)
    assert same(mean(square), delta(a, b) / d**2 * (1 + (d + 1) / ell))


def test_moments_of_the_trace_of_powers_of_a_sample_covariance():
    """Known moments of a Wishart matrix W with ell degrees of freedom, W = ell d S."""
    S = sample_covariance
    cube = over(S(a, b) * S(b, c) * S(c, a), a, b, c)
    known = d * ell * (ell**2 + d**2 + 3 * ell * d + 3 * ell + 3 * d + 4)
    assert same(mean(cube) * (ell * d) ** 3, known)
    trace_squared = over(S(a, a), a) ** 2
    assert same(mean(trace_squared) * (ell * d) ** 2, (ell * d) ** 2 + 2 * ell * d)


def test_fourth_moment_of_a_sample_covariance_has_the_marchenko_pastur_limit():
    S = sample_covariance
    fourth = over(S(a, b) * S(b, c) * S(c, e) * S(e, a), a, b, c, e)
    alpha = sp.Symbol("alpha", positive=True)
    limit = sp.limit(sp.cancel(mean(fourth).subs(ell, alpha * d) * d**3), d, sp.oo)
    narayana = 1 + 6 / alpha + 6 / alpha**2 + 1 / alpha**3
    assert same(limit, narayana)


def test_fixed_matrices_close_into_words():
    form = over(x[i, a] * gamma[a, b] * x[i, b], a, b)
    assert same(mean(form), Trace(G).value() / d)
    square = Trace(G).value() ** 2 + Trace(G * G).value() + Trace(G * G.T).value()
    assert same(mean(form**2), square / d**2)
    assert same(
        mean(over(w[a] * gamma[a, b] * x[i, b], a, b) * over(x[i, c] * w[c], c)),
        Trace(w_matrix.T * G * w_matrix).value() / d,
    )


def test_components_of_words_do_not_depend_on_how_they_are_written():
    image = mean(over(gamma[a, b] * x[i, b], b) * over(x[i, c] * gamma[e, c], c))
    assert same(image, component(G * G.T, a, e) / d)
    assert same(mean(over(gamma[b, a] * w[b], b)), component(G.T * w_matrix, a))


def test_a_sum_over_a_fixed_matrix_runs_through_its_side():
    assert same(mean(Sum(w[a] ** 2, (a, 1, d))), theta**2 * d)
    for outside in (Sum(w[a] ** 2, (a, 1, ell)), Sum(gamma[a, a], (a, 1, ell))):
        with pytest.raises(ValueError, match=r"a sum over \{ell\}"):
            mean(outside)


def test_free_indices_are_letters():
    """Of several the names could not be told apart: delta_a,bc and delta_ab,c."""
    long = sp.Symbol("bc", positive=True)
    for several in (x[i, a] * x[i, long], gamma[a, long], w[long]):
        with pytest.raises(ValueError, match="a free index is a letter"):
            mean(several)


def test_contractions_without_meaning_are_refused():
    with pytest.raises(ValueError, match="occurs 1 times"):
        mean(over(w[a], a))
    with pytest.raises(ValueError, match="occurs 3 times"):
        mean(over(w[a] ** 3, a))
    with pytest.raises(ValueError, match="no rule"):
        mean(IndexedBase("unknown")[a])
    with pytest.raises(ValueError, match="not a polynomial"):
        mean(1 / h)
    with pytest.raises(ValueError, match="ranges"):
        mean(over(x[i, a], i) * Sum(x[a, b], (a, 1, d)))
    with pytest.raises(ValueError, match="starts at 0"):
        mean(Sum(x[i, a], (i, 0, ell)))


def explicit(expression, size, length, task, weights):
    """Expectation as a sum over explicit indices and the moments of scalar normals."""
    numbers = {d: size, ell: length}
    powers = sp.Poly(
        sp.expand(_spelled_out(expression, numbers, task, weights)), *_normals(size, length)
    )
    variances = [sp.Rational(1, size)] * (size * length) + [rho] * length
    total = sp.Integer(0)
    for exponents, coefficient in powers.terms():
        term = coefficient
        for exponent, variance in zip(exponents, variances, strict=True):
            moment = 0 if exponent % 2 else sp.factorial2(exponent - 1) if exponent else 1
            term *= moment * variance ** sp.Rational(exponent, 2)
        total += term
    return sp.expand(total)


def _normals(size, length):
    tokens = [sp.Symbol(f"x_{p}_{q}") for p in range(1, length + 1) for q in range(1, size + 1)]
    return tokens + [sp.Symbol(f"eps_{p}") for p in range(1, length + 1)]


def _spelled_out(expression, numbers, task, weights):
    if isinstance(expression, Sum):
        *outer, (index, _, high) = expression.limits
        inner = Sum(expression.function, *outer) if outer else expression.function
        values = range(1, int(high.subs(numbers)) + 1)
        return sp.Add(
            *(_spelled_out(inner.subs(index, value), numbers, task, weights) for value in values)
        )
    if isinstance(expression, Indexed):
        name, at = str(expression.base), [int(k) for k in expression.indices]
        if name == "w":
            return task[at[0] - 1]
        if name == "G":
            return weights[at[0] - 1][at[1] - 1]
        return sp.Symbol("_".join([name, *map(str, at)]))
    if expression.args:
        parts = (_spelled_out(part, numbers, task, weights) for part in expression.args)
        return expression.func(*parts)
    return expression.subs(numbers)


TERMS = {
    "y x": over((over(x[i, a] * w[a], a) + noise[i]) * over(x[i, b] * w[b], b), i),
    "y^2": over((over(x[i, a] * w[a], a) + noise[i]) ** 2, i),
    "x G x": over(x[i, a] * gamma[a, b] * x[i, b], i, a, b),
    "cross": over(over(x[i, a] * x[j, a], a) ** 2, i, j),
    "noise": over(noise[i], i) ** 2,
}


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(sorted(TERMS)), min_size=1, max_size=2),
    st.sampled_from(list(product((1, 2), (1, 2)))),
)
def test_pairings_agree_with_sums_over_explicit_indices(names, sizes):
    size, length = sizes
    task = [sp.Integer(2), sp.Integer(-1)][:size]
    weights = [[sp.Integer(1), sp.Integer(3)], [sp.Integer(-2), sp.Integer(5)]]
    weights = [row[:size] for row in weights[:size]]
    expression = sp.Mul(*(TERMS[name] for name in names), evaluate=False)
    numeric_w, numeric_G = sp.Matrix(task), sp.Matrix(weights)
    words = {
        Trace(G).value(): numeric_G.trace(),
        Trace(G * G).value(): (numeric_G**2).trace(),
        Trace(G * G.T).value(): (numeric_G * numeric_G.T).trace(),
        Trace(w_matrix.T * G * w_matrix).value(): (numeric_w.T * numeric_G * numeric_w)[0],
        theta: sp.sqrt(sum(t**2 for t in task) / sp.Integer(size)),
        d: sp.Integer(size),
        ell: sp.Integer(length),
    }
    assert sp.expand(mean(expression).subs(words)) == explicit(
        expression, size, length, task, weights
    )


def test_a_moment_agrees_with_simulation():
    """E[(x' G x)(sum y^2)] with numbers, within four standard errors."""
    rng = np.random.default_rng(5)
    size, length, count = 3, 4, 40_000
    task, weights = np.array([1.0, -0.5, 2.0]), rng.standard_normal((3, 3))
    tokens = rng.standard_normal((count, length, size)) / np.sqrt(size)
    labels = tokens @ task + np.sqrt(0.3) * rng.standard_normal((count, length))
    forms = np.einsum("nia,ab,nib->n", tokens, weights, tokens) * (labels**2).sum(1)
    value = mean(sp.Mul(TERMS["x G x"], TERMS["y^2"], evaluate=False)).subs(
        {
            Trace(G).value(): np.trace(weights),
            Trace(w_matrix.T * G * w_matrix).value(): task @ weights @ task,
            theta: np.sqrt(task @ task / size),
            rho: 0.3,
            d: size,
            ell: length,
        }
    )
    assert abs(forms.mean() - float(value)) < 4 * forms.std() / np.sqrt(count)
