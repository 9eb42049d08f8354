"""The models: shapes, fast forms, gradients."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from icl_theory.finite.sizes import Sizes
from icl_theory.transformers.data import Source
from icl_theory.transformers.models import MODELS, count
from icl_theory.transformers.ridge import features_of
from icl_theory.transformers.setup import MODEL_NAMES

COUNTS = {
    "linear": (1_341, 5_081, 19_761),
    "gamma": (420, 1_640, 6_480),
    "softmax": (1_741, 6_681, 26_161),
    "two-blocks": (3_861, 14_921, 58_641),
    "three-blocks": (5_561, 21_521, 84_641),
    "two-blocks-gelu": (3_861, 14_921, 58_641),
}


def sequences(d, n=40, kappa=math.inf):
    return Source(Sizes(d, d, kappa, n), 0.01, seed=1, copy=0).train()


def weights_of(name, d, seed=0):
    """Initial weights with biases moved off zero, so that every term shows."""
    weights = MODELS[name].initial(jax.random.key(seed), d)
    leaves, tree = jax.tree.flatten(weights)
    keys = jax.random.split(jax.random.key(seed + 1), len(leaves))
    moved = [
        leaf + 0.2 * jax.random.normal(key, leaf.shape, leaf.dtype)
        for key, leaf in zip(keys, leaves, strict=True)
    ]
    return jax.tree.unflatten(tree, moved)


def fast_form(model):
    return lambda weights, tokens: model.predict(weights, model.features(tokens))


def test_every_model_has_a_name():
    assert tuple(MODELS) == MODEL_NAMES == tuple(COUNTS)
    assert all(model.name == name for name, model in MODELS.items())


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_number_of_parameters(name):
    # Shapes alone: nothing is computed.
    initial = [
        jax.eval_shape(lambda key, d=d: MODELS[name].initial(key, d), jax.random.key(0))
        for d in (20, 40, 80)
    ]
    assert tuple(map(count, initial)) == COUNTS[name]


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_the_form_that_trains_equals_the_definition(name):
    model, drawn = MODELS[name], sequences(7)
    with jax.enable_x64(True):
        weights = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), weights_of(name, 7))
        tokens = jnp.asarray(drawn.tokens, jnp.float64)
        slow = np.asarray(jax.jit(model.straightforward)(weights, tokens))
        fast = np.asarray(jax.jit(fast_form(model))(weights, tokens))
    assert np.abs(slow).max() > 0.05
    np.testing.assert_allclose(fast, slow, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", ["linear", "softmax"])
def test_in_single_precision_the_fast_forms_differ_by_rounding_at_the_paper_s_size(name):
    model, drawn = MODELS[name], sequences(40)
    weights = model.initial(jax.random.key(0), 40)
    slow = jax.jit(model.straightforward)(weights, drawn.tokens)
    fast = jax.jit(fast_form(model))(weights, drawn.tokens)
    scale = float(jnp.abs(slow).max())
    assert 0 < float(jnp.abs(fast - slow).max()) < 20 * np.finfo(np.float32).eps * scale


# The others are made of the same code.
@pytest.mark.parametrize("name", ["linear", "softmax", "two-blocks-gelu"])
def test_gradients_are_those_of_finite_differences(name):
    model, drawn = MODELS[name], sequences(4, n=12)
    with jax.enable_x64(True):
        weights = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), weights_of(name, 4))
        features = model.features(jnp.asarray(drawn.tokens, jnp.float64))
        labels = jnp.asarray(drawn.labels, jnp.float64)

        @jax.jit
        def loss(weights):
            return jnp.square(model.predict(weights, features) - labels).mean()

        leaves, tree = jax.tree.flatten(weights)
        rng = np.random.default_rng(0)
        way = jax.tree.unflatten(tree, [jnp.asarray(rng.standard_normal(x.shape)) for x in leaves])
        gradient = jax.tree.leaves(jax.jit(jax.grad(loss))(weights))
        along = sum(
            np.vdot(one, by) for one, by in zip(gradient, jax.tree.leaves(way), strict=True)
        )

        def moved(step):
            return float(loss(jax.tree.map(lambda one, by: one + step * by, weights, way)))

        # Fourth order; the step balances its error with rounding.
        h = 1e-3
        difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
    assert abs(difference) > 1e-3
    np.testing.assert_allclose(along, difference, rtol=1e-7)


def test_the_solvable_model_is_gamma_against_the_features():
    drawn = sequences(5)
    gamma = np.random.default_rng(0).standard_normal((5, 6))
    found = MODELS["gamma"].straightforward(
        {"gamma": jnp.asarray(gamma, jnp.float32)}, jnp.asarray(drawn.tokens)
    )
    expected = np.tensordot(features_of(drawn), gamma, axes=2)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5)
