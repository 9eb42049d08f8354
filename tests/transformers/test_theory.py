"""What trained models are in the theory's terms, and the theory of early stopping."""

from __future__ import annotations

import math

import numpy as np
import pytest

from icl_theory import errors
from icl_theory.finite.population import of_fresh_tasks
from icl_theory.finite.prediction import equivalent
from icl_theory.finite.sizes import Sizes
from icl_theory.transformers.collapse import Collapse
from icl_theory.transformers.data import Source
from icl_theory.transformers.dimensions import dimension, measured_dimension
from icl_theory.transformers.flow import effective_ridges, finite_error, limit_error
from icl_theory.transformers.ridge import Decomposition, features_of


def source(d=6, tau=2.0, kappa=math.inf, copy=0, rho=0.01):
    return Source(Sizes.rounded(d, tau, 1, kappa), rho, seed=7, copy=copy)


def linear_weights(d, *, v21, biases):
    rng = np.random.default_rng(5)
    named = {}
    for part, shape in {"query": (d + 1, d), "key": (d + 1, d), "value": (d + 1, d)}.items():
        named[f"{part}.kernel"] = rng.standard_normal(shape)
        named[f"{part}.bias"] = biases * rng.standard_normal(d)
    named["readout.kernel"] = rng.standard_normal((d, 1))
    named["readout.bias"] = np.zeros(1)
    named["value.kernel"][:d] *= v21
    return named


def full_prediction(named, tokens):
    """By the definition, in float64."""
    query, key, value = (
        tokens @ named[f"{part}.kernel"] + named[f"{part}.bias"]
        for part in ("query", "key", "value")
    )
    scores = query @ key.swapaxes(1, 2) / math.sqrt(query.shape[-1])
    return (scores @ value @ named["readout.kernel"])[:, -1, 0] + named["readout.bias"]


def test_without_v21_and_biases_linear_attention_is_its_gamma():
    named, drawn = linear_weights(5, v21=0.0, biases=0.0), source(5).icl(50, 0)
    seen = Collapse.of(named, ell=5)
    expected = full_prediction(named, drawn.tokens.astype(float))
    np.testing.assert_allclose(
        np.tensordot(features_of(drawn), seen.gamma, axes=2), expected, rtol=1e-11, atol=1e-12
    )
    assert not seen.extra.any() and seen.value_ratio == 0


def test_what_v21_adds_beyond_its_part_of_gamma_contains_no_label():
    named, drawn = linear_weights(5, v21=1.0, biases=0.0), source(5).icl(50, 0)
    seen = Collapse.of(named, ell=5)
    tokens = drawn.tokens.astype(float)

    def rest(labels):
        changed = tokens.copy()
        changed[..., 5] *= labels
        sequences = type(drawn)(changed, drawn.labels)
        whole = np.tensordot(features_of(sequences), seen.gamma + seen.extra, axes=2)
        return full_prediction(named, changed) - whole

    assert np.abs(rest(1.0)).max() > 0.1
    np.testing.assert_allclose(rest(1.0), rest(-3.0), rtol=1e-9, atol=1e-10)


def test_the_exact_error_of_gamma_is_that_of_fresh_sequences():
    one = source(6)
    gamma = Decomposition.of(one).ridge(0.3)
    test = one.icl(40_000, 3)
    squares = np.square(test.labels - np.tensordot(features_of(test), gamma, axes=2))
    exact = of_fresh_tasks(one.sizes, one.rho, "gaussian").error(gamma)
    z = (squares.mean() - exact) / (squares.std() / math.sqrt(len(squares)))
    assert abs(z) < 4
    # One percent would be seen.
    assert 0.01 * exact > squares.std() / math.sqrt(len(squares)) * 0.9


def test_filters_give_least_squares_ridge_and_flow():
    one = source(4, tau=3.0)
    exact = Decomposition.of(one)
    d, n = one.sizes.d, one.sizes.n
    features = features_of(one.train()).reshape(n, -1)
    labels = one.train().labels.astype(float)
    curvature, pull = d / n * features.T @ features, d / n * features.T @ labels
    ridge = np.linalg.solve(curvature + 0.2 * np.eye(len(curvature)), pull)
    np.testing.assert_allclose(exact.ridge(0.2).ravel(), ridge, rtol=1e-9, atol=1e-12)
    least = np.linalg.lstsq(features, labels)[0]
    np.testing.assert_allclose(exact.minimum_norm().ravel(), least, rtol=1e-8, atol=1e-10)
    # Gradient flow by many small steps of Euler's rule, extrapolated to steps of zero.
    found = []
    for steps in (4_000, 8_000):
        gamma = np.zeros(len(pull))
        for _ in range(steps):
            gamma += 1.5 / steps * (pull - curvature @ gamma)
        found.append(gamma)
    np.testing.assert_allclose(
        exact.flow(1.5).ravel(), 2 * found[1] - found[0], rtol=1e-5, atol=1e-7
    )
    for gamma, spectral in (
        (exact.ridge(0.2), lambda s: s / (s + 0.2)),
        (exact.minimum_norm(), np.ones_like),
    ):
        residual = labels - features @ gamma.ravel()
        assert exact.train(spectral) == pytest.approx(np.mean(residual**2), rel=1e-9)


def test_the_nearest_ridge_of_a_ridge_solution_is_its_own():
    exact = Decomposition.of(source(5, tau=0.8))
    found = exact.nearest_ridge(exact.ridge(0.05))
    assert found.lam == pytest.approx(0.05, rel=1e-3)
    assert found.distance < 1e-9


def test_gradient_flow_in_the_limit_begins_at_zero_and_ends_ridgeless():
    for tau in (0.4, 0.9, 1.2, 5.0):
        begin, end = limit_error(tau, 1.5, 0.1, np.array([0.0, 1e7]))
        assert begin == pytest.approx(1.1, rel=1e-12)
        assert end == pytest.approx(errors(tau, 1.5, math.inf, 0.1).icl, rel=1e-9)


def test_gradient_flow_at_finite_size_ends_at_the_ridgeless_prediction():
    for tau in (0.5, 2.0):
        sizes = Sizes.rounded(12, tau, 1, math.inf)
        population = of_fresh_tasks(sizes, 0.01, "gaussian")
        [found] = finite_error(population, population, sizes, 13, np.array([400.0]))
        expected = equivalent(population, sizes, 0.0, 13).error(population)
        assert found == pytest.approx(expected, rel=1e-3)


def test_complex_ridges_continue_the_real_ones():
    sizes = Sizes.rounded(8, 1.5, 2, math.inf)
    s = np.linspace(0.5, 3, 9)
    lams = np.array([0.3, 2.0, 0.3 + 1j, -0.5 + 0.2j])
    xi = effective_ridges(s, sizes, lams)
    share = (s / (s + xi[:, None])).sum(1) / sizes.d / sizes.tau
    np.testing.assert_allclose(xi * (1 - share), lams, rtol=1e-10)
    assert (xi[:2].imag == 0).all() and (xi[2:].imag > 0).all()


def test_times_beyond_the_contour_are_refused():
    sizes = Sizes.rounded(8, 1.5, 2, math.inf)
    population = of_fresh_tasks(sizes, 0.01, "gaussian")
    with pytest.raises(ValueError, match=r"times must be at most .* here, got 1000000000.0"):
        finite_error(population, population, sizes, 9, np.array([1e9]))


@pytest.mark.slow
@pytest.mark.parametrize("tau", [0.5, 2.0])
def test_the_error_along_gradient_flow_is_that_of_the_equivalent(tau):
    """At moderate times the relative deviation is c/d, with one c for two dimensions."""
    times = np.array([0.1, 0.3, 1.0, 3.0])
    scaled, errors_of = [], []
    for d, runs in ((8, 160), (16, 60)):
        sizes = Sizes.rounded(d, tau, 1, math.inf)
        population = of_fresh_tasks(sizes, 0.01, "gaussian")
        predicted = finite_error(population, population, sizes, d + 1, times)
        found = []
        for copy in range(runs):
            exact = Decomposition.of(source(d, tau, copy=copy))
            found.append([population.error(exact.flow(t)) for t in times])
        scaled.append(d * (np.mean(found, axis=0) / predicted - 1))
        errors_of.append(d * np.std(found, axis=0, ddof=1) / predicted / math.sqrt(runs))
    scores = (scaled[0] - scaled[1]) / np.hypot(*errors_of)
    assert np.abs(scores).max() < 3


@pytest.mark.slow
@pytest.mark.parametrize("d", [3, 4, 6])
@pytest.mark.parametrize("model", ["linear", "softmax", "two-blocks"])
def test_attention_has_as_many_dimensions_as_are_counted(model, d):
    pytest.importorskip("jax")
    assert measured_dimension(model, d, seed=d) == dimension(model, d)


def test_a_dimension_is_asked_of_a_known_model():
    with pytest.raises(ValueError, match="model must be one of linear, softmax, two-blocks, not"):
        dimension("gamma", 3)
