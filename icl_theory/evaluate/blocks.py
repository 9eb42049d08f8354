"""Programs over long arrays, a block at a time, so that intermediate results stay in the cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

from icl_theory.evaluate import listings
from icl_theory.evaluate.codegen import BlockKernel, Listing, numpy_source

#: Points per block: small enough that the buffers stay in the cache, large enough that the time
#: goes into arithmetic instead of calls.
BLOCK = 16384

#: An array of one length, or a number that holds for all points.
Column = np.ndarray | float


class Kernels:
    """The compiled programs of an evaluation, with their scratch space for one block."""

    def __init__(self, length: int, block: int = BLOCK) -> None:
        block = min(length, block)
        kernels = _compiled()
        self._buffers = np.empty((max(k.buffers for k in kernels.values()), block))
        self._masks = np.empty((max(k.masks for k in kernels.values()), block), bool)

    def run(
        self, program: str, inputs: Mapping[str, Column], outputs: Mapping[str, np.ndarray]
    ) -> None:
        """Fill ``outputs``, arrays of at most a block, from ``inputs`` of the same length."""
        listed, kernel = _listings()[program], _compiled()[program]
        length = len(next(iter(outputs.values())))
        kernel.run(
            *(inputs[name] for name in listed.inputs),
            *(outputs[name] for name in listed.outputs),
            *self._buffers[: kernel.buffers, :length],
            *self._masks[: kernel.masks, :length],
        )

    def coordinates(self, columns: Mapping[str, Column], length: int) -> dict[str, Column]:
        """Inputs of the programs from the parameters at ``length`` points."""
        found = {name: np.empty(length) for name in ("x", "inv_kappa")}
        self.run("coordinates", columns, found)
        return {**columns, **found, "kappa": np.minimum(columns["kappa"], listings.LARGE_KAPPA)}


def blocks(length: int, block: int = BLOCK) -> Iterator[slice]:
    """Slices that cover ``range(length)``."""
    for begin in range(0, length, block):
        yield slice(begin, min(begin + block, length))


def part(columns: Mapping[str, Column], where: slice | np.ndarray) -> dict[str, Column]:
    """The columns at some of the points."""
    return {
        name: column[where] if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }


@cache
def _listings() -> dict[str, Listing]:
    return {
        "coordinates": listings.coordinates(),
        "ridgeless_errors": listings.ridgeless_errors(),
        "ridge_bracket": listings.ridge_bracket(),
        "ridge_start": listings.ridge_start(),
        "ridge_step": listings.ridge_step(),
        "ridge_errors": listings.ridge_errors(),
    }


@cache
def _compiled() -> dict[str, BlockKernel]:
    return {name: numpy_source(listed, name) for name, listed in _listings().items()}
