"""The design of pretraining as a linear operator: rows x g^T that are never formed."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import numpy as np

from . import threads

#: Ranges of rows, in parts.
Slices = list[list[slice]]

#: Rows of one product at most, but for whole tasks: its intermediate results stay in cache.
_ROWS = 1280
#: Most parts that the rows are cut into for threads; their results are added part by part.
_PARTS = 16


class Design:
    """The map Gamma -> (<Gamma, x_i g_i^T>)_i and what is built from it.

    A product takes 2 n d (d + 1) floating-point operations, nearly all of them in BLAS. Callers
    give BLAS one thread (see `icl_theory.finite.threads`).

    Parameters
    ----------
    x, g
        Arrays (n, d) and (n, d + 1) of one floating type.
    dtype
        Floating type of products and their results; by default, that of the data.
    """

    def __init__(self, x: np.ndarray, g: np.ndarray, dtype: type | None = None) -> None:
        self.x = x
        self.g = g
        self.dtype = np.dtype(dtype or x.dtype)
        self._local = threading.local()

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.x)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of Gamma."""
        return self.x.shape[1], self.g.shape[1]

    def astype(self, dtype: type) -> Design:
        """The same data converted to another floating type (itself if they have it already)."""
        if self.x.dtype == dtype:
            return self if self.dtype == dtype else Design(self.x, self.g)
        return Design(self.x.astype(dtype), self.g.astype(dtype))

    def double(self) -> Design:
        """The same data with products in double precision; nothing is copied."""
        return Design(self.x, self.g, float)

    def predict(self, gamma: np.ndarray) -> np.ndarray:
        """Row-wise ``x_i^T Gamma g_i``, array (n,)."""
        out = np.empty(self.n, self.dtype)

        def use(rows: slice, x: np.ndarray, values: np.ndarray) -> None:
            out[rows] = values

        self.visit(gamma, use, self.blocks())
        return out

    def adjoint(self, weights: np.ndarray) -> np.ndarray:
        """``sum_i weights_i x_i g_i^T``, array (d, d + 1)."""
        return self.gather(lambda rows, x: weights[rows], self.blocks())

    def normal(self, gamma: np.ndarray) -> np.ndarray:
        """``adjoint(predict(gamma))`` in one pass over the data."""
        return self.sandwich(gamma, lambda rows, values: values, self.blocks())

    def visit(
        self,
        gamma: np.ndarray,
        use: Callable[[slice, np.ndarray, np.ndarray], None],
        blocks: Slices,
    ) -> None:
        """`predict` one range of rows after another.

        Parameters
        ----------
        gamma
            Array (d, d + 1).
        use
            Takes a range of rows, their x, and the values predicted for them. Several threads call
            it.
        blocks
            Ranges of rows, from `blocks`.
        """
        gamma = gamma.astype(self.dtype, copy=False)

        def part(blocks: list[slice]) -> None:
            for rows in blocks:
                x, g = self._rows(rows)
                use(rows, x, self._values(x, g, gamma))

        threads.share(part, blocks)

    def gather(
        self, weigh: Callable[[slice, np.ndarray], np.ndarray], blocks: Slices
    ) -> np.ndarray:
        """`adjoint` with weights that are made for one range of rows after another.

        Parameters
        ----------
        weigh
            Takes a range of rows and their x, and returns their weights. Several threads call it.
        blocks
            Ranges of rows, from `blocks`.
        """

        def product(rows: slice) -> np.ndarray:
            x, g = self._rows(rows)
            return self._weighted(x, g, weigh(rows, x))

        return self._sum(product, blocks)

    def sandwich(
        self,
        gamma: np.ndarray,
        weigh: Callable[[slice, np.ndarray], np.ndarray],
        blocks: Slices,
    ) -> np.ndarray:
        """`predict` and `adjoint` in one pass over the data.

        Parameters
        ----------
        gamma
            Array (d, d + 1).
        weigh
            Takes a range of rows and the values predicted for them, and returns their weights.
            Several threads call it.
        blocks
            Ranges of rows, from `blocks`.
        """
        gamma = gamma.astype(self.dtype, copy=False)

        def product(rows: slice) -> np.ndarray:
            x, g = self._rows(rows)
            return self._weighted(x, g, weigh(rows, self._values(x, g, gamma)))

        return self._sum(product, blocks)

    def kernel(self, rows: slice = slice(None)) -> np.ndarray:
        """Gram matrix of some rows: the entrywise product of the Gram matrices of x and g."""
        x, g = self._rows(rows)
        gram = x @ x.T
        for block in pieces(slice(0, len(x)), _ROWS):
            gram[block] *= g[block] @ g.T
        return gram

    def dense(self, rows: slice = slice(None)) -> np.ndarray:
        """Rows of the design as a matrix with d (d + 1) columns: for small models."""
        x, g = self._rows(rows)
        return (x[:, :, None] * g[:, None, :]).reshape(len(x), -1)

    def blocks(self, starts: np.ndarray | None = None) -> Slices:
        """Ranges of rows that products go through, in parts for threads.

        Parameters
        ----------
        starts
            Ascending from 0 to n: a range begins and ends at some of these. By default, anywhere.
        """
        count = -(-self.n // _ROWS)
        if count > 1:
            # Alike in size and a multiple of four in number: threads have the same to do.
            count = 4 * -(-count // 4)
        edges = np.linspace(0, self.n, count + 1).round().astype(int)
        if starts is not None:
            edges = starts[np.searchsorted(starts, edges)]
        edges = np.unique(edges).tolist()
        rows = [slice(low, high) for low, high in itertools.pairwise(edges)]
        size = -(-len(rows) // _PARTS)
        return [rows[low : low + size] for low in range(0, len(rows), size)]

    def _rows(self, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Rows of x and g in the type of products."""
        dtype = self.dtype
        return self.x[rows].astype(dtype, copy=False), self.g[rows].astype(dtype, copy=False)

    def _values(self, x: np.ndarray, g: np.ndarray, gamma: np.ndarray) -> np.ndarray:
        """Predictions of a few rows."""
        return np.vecdot(np.matmul(x, gamma, out=self._scratch(len(x))), g)

    def _weighted(self, x: np.ndarray, g: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Weighted sum of x g^T over a few rows."""
        weights = weights.astype(self.dtype, copy=False)
        return x.T @ np.multiply(weights[:, None], g, out=self._scratch(len(x)))

    def _scratch(self, count: int) -> np.ndarray:
        """Room for what a product makes of some rows, kept by each thread."""
        # New pages for every product would cost more than what is done with them.
        kept = getattr(self._local, "scratch", None)
        if kept is None or len(kept) < count:
            kept = self._local.scratch = np.empty((count, self.g.shape[1]), self.dtype)
        return kept[:count]

    def _sum(self, product: Callable[[slice], np.ndarray], blocks: Slices) -> np.ndarray:
        def part(blocks: list[slice]) -> np.ndarray:
            total = product(blocks[0])
            for rows in blocks[1:]:
                total += product(rows)
            return total

        first, *others = threads.share(part, blocks)
        for other in others:
            first += other
        return first


def pieces(rows: slice, size: int) -> Iterator[slice]:
    """Cut a range of rows into pieces of a size; the last may be smaller."""
    for low in range(rows.start, rows.stop, size):
        yield slice(low, min(low + size, rows.stop))
