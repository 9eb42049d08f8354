"""Training: AdamW on the squared error, many runs in one program, until the training error settles.

Runs of one model and dimension are lanes of a program that is mapped over them: seeds, and numbers
of sequences, which are padded to the largest. An iteration is a pass over the training set in ten
batches of floor(n/10), in a new order each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from .data import Sequences, Source
from .layers import Weights
from .models import MODELS, Features, Model

#: Batches of an iteration.
BATCHES = 10
#: Sequences whose predictions are computed at a time when errors are measured.
BLOCK = 2000


class Lanes(NamedTuple):
    """Training sets of all lanes, padded to the longest; the first axis of each array is lanes."""

    features: Features
    labels: Array
    size: Array
    batch: Array
    key: Array


class TrainingState(NamedTuple):
    """What training changes; the first axis of each array is lanes, except of the iteration."""

    weights: Weights
    optimiser: Any
    iteration: Array


@dataclass(frozen=True)
class TrainingProgram:
    """Compiled training of one model.

    Attributes
    ----------
    model
        What is trained.
    optimiser
        Steps of AdamW.
    largest
        Largest batch of any lane.
    """

    model: Model
    optimiser: optax.GradientTransformation
    largest: int

    def start(self, lanes: Lanes, d: int) -> TrainingState:
        """Initial weights, from the keys of the lanes."""
        weights = jax.vmap(lambda key: self.model.initial(key, d))(lanes.key)
        return TrainingState(
            weights, jax.vmap(self.optimiser.init)(weights), jnp.zeros((), jnp.int32)
        )

    # The old state's memory is taken for the new one.
    @partial(jax.jit, static_argnums=0, donate_argnums=1)
    def run(self, state: TrainingState, lanes: Lanes, iterations: Array) -> TrainingState:
        """Train for a number of iterations."""

        def one(weights: Weights, optimiser: Any, lane: Lanes) -> tuple[Weights, Any]:
            def iterate(i: Array, carry: tuple[Weights, Any]) -> tuple[Weights, Any]:
                return self._iterate(*carry, lane, state.iteration + i)

            return jax.lax.fori_loop(0, iterations, iterate, (weights, optimiser))

        weights, optimiser = jax.vmap(one)(state.weights, state.optimiser, lanes)
        return TrainingState(weights, optimiser, state.iteration + iterations)

    def _iterate(
        self, weights: Weights, optimiser: Any, lane: Lanes, iteration: Array
    ) -> tuple[Weights, Any]:
        """One pass over the training set of one lane."""
        size = lane.labels.shape[0]
        rank = jax.random.uniform(jax.random.fold_in(lane.key, iteration), (size,))
        # Padding comes last, and no batch reaches it.
        order = jnp.argsort(jnp.where(jnp.arange(size) < lane.size, rank, jnp.inf))
        order = jnp.concatenate([order, jnp.zeros(self.largest, order.dtype)])
        share = jnp.where(jnp.arange(self.largest) < lane.batch, 1 / lane.batch, 0.0)

        def step(i: Array, carry: tuple[Weights, Any]) -> tuple[Weights, Any]:
            weights, optimiser = carry
            index = jax.lax.dynamic_slice(order, (i * lane.batch,), (self.largest,))
            features = {name: array[index] for name, array in lane.features.items()}
            gradient = jax.grad(self.loss)(weights, features, lane.labels[index], share)
            updates, optimiser = self.optimiser.update(gradient, optimiser, weights)
            return optax.apply_updates(weights, updates), optimiser

        return jax.lax.fori_loop(0, BATCHES, step, (weights, optimiser))

    def loss(self, weights: Weights, features: Features, labels: Array, share: Array) -> Array:
        """Squared error, averaged with the given shares."""
        return share @ jnp.square(self.model.predict(weights, features) - labels)

    @partial(jax.jit, static_argnums=0)
    def squared_errors(self, weights: Weights, features: Features, labels: Array) -> Array:
        """Squared errors (lanes, n) on sequences of each lane."""
        return jnp.square(jax.vmap(self.model.predict)(weights, features) - labels)

    @partial(jax.jit, static_argnums=0)
    def features(self, tokens: Array) -> Features:
        """Features of tokens (lanes, n, ...)."""
        return jax.vmap(self.model.features)(tokens)


def lanes_of(program: TrainingProgram, sources: Sequence[Source]) -> Lanes:
    """Draw the training sets of all lanes, and pad them."""
    longest = max(source.sizes.n for source in sources)
    drawn = [source.train() for source in sources]
    tokens = np.stack([_padded(one.tokens, longest) for one in drawn])
    counts = np.array([source.sizes.n for source in sources], dtype=np.int32)
    return Lanes(
        features=program.features(jnp.asarray(tokens)),
        labels=jnp.asarray(np.stack([_padded(one.labels, longest) for one in drawn])),
        size=jnp.asarray(counts),
        batch=jnp.asarray(counts // BATCHES),
        key=jnp.stack([jax.random.key(source.key()) for source in sources]),
    )


def _padded(array: np.ndarray, length: int) -> np.ndarray:
    room = [(0, length - len(array))] + [(0, 0)] * (array.ndim - 1)
    return np.pad(array, room)


class Tests:
    """Test sequences that are measured on again and again."""

    def __init__(self, program: TrainingProgram, draws: Sequence[Sequences]) -> None:
        self._program = program
        self._features = program.features(jnp.asarray(np.stack([one.tokens for one in draws])))
        self._labels = jnp.asarray(np.stack([one.labels for one in draws]))

    def squared_errors(self, weights: Weights) -> np.ndarray:
        """Squared errors, array (lanes, n) in float64."""
        found = self._program.squared_errors(weights, self._features, self._labels)
        return np.asarray(found, dtype=np.float64)


def training_errors(program: TrainingProgram, weights: Weights, lanes: Lanes) -> np.ndarray:
    """Mean squared errors on the training sets, array (lanes,)."""
    size = lanes.labels.shape[1]
    total = np.zeros(len(lanes.size))
    for begin in range(0, size, BLOCK):
        part = slice(begin, begin + BLOCK)
        features = {name: array[:, part] for name, array in lanes.features.items()}
        found = program.squared_errors(weights, features, lanes.labels[:, part])
        real = np.arange(begin, min(begin + BLOCK, size)) < np.asarray(lanes.size)[:, None]
        total += np.where(real, np.asarray(found, dtype=np.float64), 0).sum(1)
    return total / np.asarray(lanes.size)


def adamw(rate: float, schedule: str, iterations: int) -> optax.GradientTransformation:
    """AdamW with the defaults of the authors' runs: b1 = .9, b2 = .999, eps = 1e-8, decay 1e-4.

    Parameters
    ----------
    rate
        Learning rate, at the start where it is scheduled.
    schedule
        ``"constant"``, or ``"cosine"``: down to zero over all iterations.
    iterations
        Number of iterations that the schedule is for.
    """
    rates: float | Callable[[Any], Any] = rate
    if schedule == "cosine":
        rates = optax.cosine_decay_schedule(rate, BATCHES * iterations)
    return optax.adamw(rates, b1=0.9, b2=0.999, eps=1e-8, weight_decay=1e-4)


def squared_errors(model: str, named: Mapping[str, np.ndarray], sequences: Sequences) -> np.ndarray:
    """Squared errors (n,) of a model whose weights are given by the names of their places."""
    weights: Weights = {}
    for name, array in named.items():
        *places, last = name.split(".")
        layer = weights
        for place in places:
            layer = layer.setdefault(place, {})
        layer[last] = jnp.asarray(array)
    found = MODELS[model].predict(weights, MODELS[model].features(jnp.asarray(sequences.tokens)))
    return np.square(np.asarray(found, dtype=float) - sequences.labels)
