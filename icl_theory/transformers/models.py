"""The four attention models of the paper's figures 5 and 6, and the solvable one.

All see a sequence as tokens (x; y) with the last y set to 0, have width d, one head and no
positional encoding, and read the prediction off the last token with a dense layer. A model is a
frozen description; its weights are a dictionary of arrays that its functions take.

Each has two forms that give the same numbers. `Model.straightforward` is the definition. The one
that trains, `Model.predict`, computes what reaches the last token and nothing else; for the first
two models it takes O(d^2) operations a sequence instead of O(d^3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import jax
import jax.numpy as jnp
from jax import Array

from icl_theory.finite import formulas

from . import layers
from .layers import Layer, Weights, apply_dense, apply_norm, attention_of_last, causal_attention

#: What `predict` reads of sequences; the first axis of each array runs over them.
Features = Mapping[str, Array]


class Model(Protocol):
    """What training needs of a model."""

    @property
    def name(self) -> str:
        """Name on the command line and in stores."""
        ...

    def initial(self, key: Array, d: int) -> Weights:
        """Random weights for token dimension d."""
        ...

    def straightforward(self, weights: Weights, tokens: Array) -> Array:
        """Predictions for tokens (n, length, d + 1), by the definition."""
        ...

    def features(self, tokens: Array) -> Features:
        """What `predict` reads of tokens (n, length, d + 1), whatever the weights."""
        ...

    def predict(self, weights: Weights, features: Features) -> Array:
        """Predictions, computing only what reaches the last token."""
        ...


@dataclass(frozen=True)
class Linear:
    """Full linear attention: dense Q, K and V with biases on the tokens, no mask, no residual.

    With S = sum z z^T and s = sum z over the L tokens of a sequence, q the query of its last,
    u = K q, e = b_K . q, a = V r and c = b_V . r for the readout r, the prediction is

        (u^T S a + c u^T s + e a^T s + e c L)/sqrt(d) + b_r.
    """

    name: str = "linear"

    def initial(self, key: Array, d: int) -> Weights:
        """Random weights for token dimension d."""
        keys = jax.random.split(key, 4)
        parts = ("query", "key", "value")
        weights: Weights = {
            part: layers.dense(one, d + 1, d) for part, one in zip(parts, keys, strict=False)
        }
        return {**weights, "readout": layers.dense(keys[3], d, 1)}

    def straightforward(self, weights: Weights, tokens: Array) -> Array:
        """Predictions for tokens (n, length, d + 1), by the definition."""
        query, key, value = (
            apply_dense(weights[part], tokens) for part in ("query", "key", "value")
        )
        scores = query @ jnp.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
        return apply_dense(weights["readout"], scores @ value)[:, -1, 0]

    def features(self, tokens: Array) -> Features:
        """Sums of tokens and of their outer products, and the last token."""
        return {
            "squares": jnp.einsum("nti,ntj->nij", tokens, tokens),
            "sums": tokens.sum(1),
            "last": tokens[:, -1],
            "length": jnp.full(tokens.shape[0], float(tokens.shape[1])),
        }

    def predict(self, weights: Weights, features: Features) -> Array:
        """Predictions in O(d^2) a sequence."""
        query = apply_dense(weights["query"], features["last"])
        key, value, readout = (weights[part] for part in ("key", "value", "readout"))
        u, e = query @ key["kernel"].T, query @ key["bias"]
        a, c = value["kernel"] @ readout["kernel"][:, 0], value["bias"] @ readout["kernel"][:, 0]
        n, p = features["last"].shape
        # One product of a tall matrix with a vector, instead of n small ones.
        pooled = (features["squares"].reshape(n * p, p) @ a).reshape(n, p)
        pooled = pooled + c * features["sums"]
        constant = e * (features["sums"] @ a + c * features["length"])
        found = ((u * pooled).sum(-1) + constant) / math.sqrt(query.shape[-1])
        return found + readout["bias"][0]


@dataclass(frozen=True)
class Collapsed:
    """The model of the theory: <Gamma, H> with a free matrix Gamma, which starts from zero."""

    name: str = "gamma"

    def initial(self, key: Array, d: int) -> Weights:
        """Zero, whatever the key."""
        return {"gamma": jnp.zeros((d, d + 1))}

    def straightforward(self, weights: Weights, tokens: Array) -> Array:
        """Predictions for tokens (n, length, d + 1)."""
        return self.predict(weights, self.features(tokens))

    def features(self, tokens: Array) -> Features:
        """The vector g of the context, and the query."""
        d, ell = tokens.shape[2] - 1, tokens.shape[1] - 1
        # The query's label is 0: it adds nothing.
        moments = jnp.einsum("nl,nli->ni", tokens[..., d], tokens)
        factors = (
            jnp.full(d + 1, formulas.feature_scale(d, ell)).at[d].set(formulas.square_scale(d, ell))
        )
        return {"g": moments * factors, "query": tokens[:, -1, :d]}

    def predict(self, weights: Weights, features: Features) -> Array:
        """Predictions in O(d^2) a sequence."""
        return (features["query"] @ weights["gamma"] * features["g"]).sum(-1)


@dataclass(frozen=True)
class Softmax:
    """One block of causal softmax attention on embedded tokens, without an MLP.

    x <- attention(x) + x, then x <- x + LN(x), then x <- LN(x). Only the last token is read, and it
    sees all. Its scores are products of one folded query vector with the tokens themselves (what
    the embedding's bias adds is the same for all tokens and drops out of the softmax), and its
    attention is the embedding of a mean token.
    """

    name: str = "softmax"

    def initial(self, key: Array, d: int) -> Weights:
        """Random weights for token dimension d."""
        keys = jax.random.split(key, 5)
        return {
            "embedding": layers.dense(keys[0], d + 1, d),
            "query": layers.dense(keys[1], d, d, bias=False),
            "key": layers.dense(keys[2], d, d, bias=False),
            "value": layers.dense(keys[3], d, d, bias=False),
            "norm_1": layers.norm(d),
            "norm_2": layers.norm(d),
            "readout": layers.dense(keys[4], d, 1),
        }

    def straightforward(self, weights: Weights, tokens: Array) -> Array:
        """Predictions for tokens (n, length, d + 1), by the definition."""
        x = apply_dense(weights["embedding"], tokens)
        parts = (apply_dense(weights[part], x) for part in ("query", "key", "value"))
        return self._rest(weights, causal_attention(*parts) + x)[:, -1]

    def features(self, tokens: Array) -> Features:
        """The tokens themselves."""
        return {"tokens": tokens}

    def predict(self, weights: Weights, features: Features) -> Array:
        """Predictions in O(d^2) a sequence."""
        tokens = features["tokens"]
        embedding = weights["embedding"]
        last = apply_dense(embedding, tokens[:, -1])
        folded = apply_dense(weights["query"], last) @ weights["key"]["kernel"].T
        mean = attention_of_last(folded @ embedding["kernel"].T, tokens, last.shape[-1])
        attention = apply_dense(weights["value"], apply_dense(embedding, mean))
        return self._rest(weights, attention + last)

    def _rest(self, weights: Weights, x: Array) -> Array:
        x = x + apply_norm(weights["norm_1"], x)
        return apply_dense(weights["readout"], apply_norm(weights["norm_2"], x))[..., 0]


Activation = Callable[[Array], Array]
#: Activations of the dense layer by name. The authors' runs have none.
ACTIVATIONS: dict[str, Activation] = {"none": lambda x: x, "gelu": jax.nn.gelu}


@dataclass(frozen=True)
class Blocks:
    """Blocks of causal softmax attention, each followed by one dense layer, on embedded tokens.

    In each block p = LN(attention(x) + x), then x <- LN(Dense(p) + p). In the last block only the
    last token is computed; the blocks before need all.
    """

    name: str
    blocks: int
    activation: str = "none"

    def initial(self, key: Array, d: int) -> Weights:
        """Random weights for token dimension d."""
        first, last, *rest = jax.random.split(key, 2 + self.blocks)
        weights: Weights = {"embedding": layers.dense(first, d + 1, d)}
        for i, one in enumerate(rest):
            keys = jax.random.split(one, 4)
            weights[f"block_{i}"] = {
                "query": layers.dense(keys[0], d, d, bias=False),
                "key": layers.dense(keys[1], d, d, bias=False),
                "value": layers.dense(keys[2], d, d, bias=False),
                "norm_1": layers.norm(d),
                "dense": layers.dense(keys[3], d, d),
                "norm_2": layers.norm(d),
            }
        return {**weights, "readout": layers.dense(last, d, 1)}

    def straightforward(self, weights: Weights, tokens: Array) -> Array:
        """Predictions for tokens (n, length, d + 1), by the definition."""
        x = apply_dense(weights["embedding"], tokens)
        for i in range(self.blocks):
            x = self._block(weights[f"block_{i}"], x)
        return apply_dense(weights["readout"], x)[:, -1, 0]

    def features(self, tokens: Array) -> Features:
        """The tokens themselves."""
        return {"tokens": tokens}

    def predict(self, weights: Weights, features: Features) -> Array:
        """Predictions, with the last token alone in the last block."""
        x = apply_dense(weights["embedding"], features["tokens"])
        for i in range(self.blocks - 1):
            x = self._block(weights[f"block_{i}"], x)
        block = weights[f"block_{self.blocks - 1}"]
        last = x[:, -1]
        # Keys and values are folded as in `Softmax`.
        folded = apply_dense(block["query"], last) @ block["key"]["kernel"].T
        attention = apply_dense(block["value"], attention_of_last(folded, x, last.shape[-1]))
        return apply_dense(weights["readout"], self._rest(block, attention + last))[:, 0]

    def _block(self, block: Mapping[str, Layer], x: Array) -> Array:
        kernels = [block[part]["kernel"] for part in ("query", "key", "value")]
        parts = jnp.split(x @ jnp.concatenate(kernels, axis=1), 3, axis=-1)
        return self._rest(block, causal_attention(*parts) + x)

    def _rest(self, block: Mapping[str, Layer], x: Array) -> Array:
        p = apply_norm(block["norm_1"], x)
        activated = ACTIVATIONS[self.activation](apply_dense(block["dense"], p))
        return apply_norm(block["norm_2"], activated + p)


#: All models by name. The last is what a reader expects of an MLP.
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Linear(),
        Collapsed(),
        Softmax(),
        Blocks("two-blocks", 2),
        Blocks("three-blocks", 3),
        Blocks("two-blocks-gelu", 2, "gelu"),
    )
}


def count(weights: Weights) -> int:
    """Number of parameters."""
    return sum(leaf.size for leaf in jax.tree.leaves(weights))
