"""The layers of the models, as functions of their weights.

A layer's weights are a dictionary of arrays; kernels have shape (in, out). Initial kernels are
LeCun-normal, biases zero, scales one.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

#: Weights of a model: dictionaries of dictionaries of arrays.
Weights = dict[str, Any]
Layer = dict[str, Array]

#: Added to the variance in layer normalisation: part of the layer as it is defined and used.
LAYER_NORM_OFFSET = 1e-6

_kernel = jax.nn.initializers.lecun_normal()


def dense(key: Array, inputs: int, outputs: int, bias: bool = True) -> Layer:
    """Initial weights of a dense layer."""
    kernel = _kernel(key, (inputs, outputs), jnp.float32)
    return {"kernel": kernel, "bias": jnp.zeros(outputs)} if bias else {"kernel": kernel}


def apply_dense(layer: Layer, x: Array) -> Array:
    """A dense layer on the last axis."""
    found = x @ layer["kernel"]
    return found + layer["bias"] if "bias" in layer else found


def norm(width: int) -> Layer:
    """Initial weights of a layer normalisation."""
    return {"scale": jnp.ones(width), "bias": jnp.zeros(width)}


def apply_norm(layer: Layer, x: Array) -> Array:
    """Layer normalisation over the last axis."""
    centred = x - x.mean(-1, keepdims=True)
    variance = jnp.square(centred).mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt(variance + LAYER_NORM_OFFSET) * layer["scale"] + layer["bias"]


def causal_attention(query: Array, key: Array, value: Array) -> Array:
    """Softmax attention, each token to itself and those before it; arrays (..., tokens, width)."""
    scores = query @ jnp.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
    seen = jnp.tri(query.shape[-2], dtype=bool)
    return jax.nn.softmax(jnp.where(seen, scores, -jnp.inf), axis=-1) @ value


def attention_of_last(query: Array, tokens: Array, width: int) -> Array:
    """Mean token that the last attends to, for queries (..., size) folded onto tokens of that size.

    ``width`` is that of the queries before they were folded: it scales the scores.
    """
    scores = jnp.einsum("...d,...td->...t", query, tokens) / math.sqrt(width)
    return jnp.einsum("...t,...td->...d", jax.nn.softmax(scores, axis=-1), tokens)
