"""Random streams of a run: they depend on the seed and the run's number, and on nothing else."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Streams(NamedTuple):
    """Independent generators for the parts of one run."""

    tasks: np.random.Generator
    counts: np.random.Generator
    sequences: np.random.Generator
    contexts: np.random.Generator
    probes: np.random.Generator


def streams(seed: int, run: int) -> Streams:
    """Generators of run number ``run``.

    The prediction of a run draws its tasks and counts from the same streams as the simulation, so
    the two see the same tasks without being told of each other.
    """
    children = np.random.SeedSequence(seed, spawn_key=(run,)).spawn(len(Streams._fields))
    return Streams(*(np.random.default_rng(child) for child in children))
