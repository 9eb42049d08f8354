"""Compiled programs over long arrays, a block at a time, so that results stay in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Points per block: small enough that the buffers stay in the cache, large enough that the time
#: goes into arithmetic instead of calls.
BLOCK = 16384

#: An array of one length, or a number that holds for all points.
Column = np.ndarray | float


@dataclass(frozen=True)
class Kernel:
    """A program over arrays of one length.

    Attributes
    ----------
    function
        Called as ``function(*inputs, *outputs, *buffers, *masks)`` with one-dimensional arrays:
        ``buffers`` of float64 and ``masks`` of bool are scratch space, ``outputs`` are overwritten.
    inputs, outputs
        Their names, in order.
    buffers, masks
        How many arrays of scratch space it needs.
    """

    function: Callable[..., None]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    buffers: int
    masks: int

    def run(
        self,
        inputs: Mapping[str, Column],
        outputs: Mapping[str, np.ndarray],
        buffers: np.ndarray | None = None,
        masks: np.ndarray | None = None,
    ) -> None:
        """Fill ``outputs`` from ``inputs`` of the same length.

        Raises
        ------
        ValueError
            If the outputs are not those of the program: one left out would stay unfilled.
        """
        if outputs.keys() != set(self.outputs):
            raise ValueError(
                f"the program fills {', '.join(self.outputs)}, but {', '.join(outputs)} were given"
            )
        length = len(next(iter(outputs.values())))
        if buffers is None:
            dtype = next(iter(outputs.values())).dtype
            buffers = np.empty((self.buffers, length), dtype)
        if masks is None:
            masks = np.empty((self.masks, length), bool)
        self.function(
            *(inputs[name] for name in self.inputs),
            *(outputs[name] for name in self.outputs),
            *buffers[: self.buffers, :length],
            *masks[: self.masks, :length],
        )


@dataclass(frozen=True)
class CompiledRegion:
    """A region of infinite context: comparisons of tau and kappa, and its two programs.

    A condition is (name, comparison, number or name). Numbers are rounded so that a float compares
    with them as with the exact bound.
    """

    conditions: tuple[tuple[str, str, float | str], ...]
    noisy: str
    noiseless: str


@dataclass(frozen=True)
class Compiled:
    """Everything that float64 evaluation reads: programs and numbers, without a symbol.

    Attributes
    ----------
    fields
        Sentence of documentation of every field, by name.
    checked
        The fewest fields that are NaN if any is.
    special
        Fields that the program ``threshold`` sets at lam = 0, tau = 1.
    regions
        Regions of infinite context.
    kernels
        Programs by name.
    last_step, patience, maximum, smallest_x, large_kappa
        Numbers of `icl_theory.evaluate.algorithm.RidgeIteration` and of the programs.
    """

    fields: Mapping[str, str]
    checked: tuple[str, ...]
    special: tuple[str, ...]
    regions: tuple[CompiledRegion, ...]
    kernels: Mapping[str, Kernel]
    last_step: float
    patience: int
    maximum: int
    smallest_x: float
    large_kappa: float


class Workspace:
    """The compiled programs with their scratch space for one block."""

    def __init__(
        self,
        compiled: Compiled,
        length: int,
        block: int = BLOCK,
        dtype: type[np.floating[Any]] = np.float64,
    ) -> None:
        block = min(length, block)
        self.compiled = compiled
        self.dtype = dtype
        kernels = compiled.kernels.values()
        self._buffers = np.empty((max(k.buffers for k in kernels), block), dtype)
        self._masks = np.empty((max(k.masks for k in kernels), block), bool)

    def run(
        self, program: str, inputs: Mapping[str, Column], outputs: Mapping[str, np.ndarray]
    ) -> None:
        """Fill ``outputs``, arrays of at most a block, from ``inputs`` of the same length."""
        self.compiled.kernels[program].run(inputs, outputs, self._buffers, self._masks)

    def coordinates(self, columns: Mapping[str, Column], length: int) -> dict[str, Column]:
        """Inputs of the programs from the parameters at ``length`` points."""
        found = {name: np.empty(length, self.dtype) for name in ("x", "inv_kappa")}
        self.run("coordinates", columns, found)
        kappa = np.minimum(columns["kappa"], self.compiled.large_kappa)
        return {**columns, **found, "kappa": kappa}


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
