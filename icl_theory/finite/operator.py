"""The design of pretraining as a linear operator: rows x g^T that are never formed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from . import threads

#: Most rows of one product: its intermediate results stay in cache.
_ROWS = 1024
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
        gamma = gamma.astype(self.dtype, copy=False)
        out = np.empty(self.n, self.dtype)

        def part(rows: slice) -> None:
            scratch = self._scratch()
            for block in pieces(rows, _ROWS):
                x, g = self._block(block)
                product = np.matmul(x, gamma, out=scratch[: len(x)])
                np.einsum("ij,ij->i", product, g, out=out[block])

        threads.share(part, self._parts())
        return out

    def adjoint(self, weights: np.ndarray) -> np.ndarray:
        """``sum_i weights_i x_i g_i^T``, array (d, d + 1)."""
        weights = weights.astype(self.dtype, copy=False)

        def part(rows: slice) -> np.ndarray:
            out, scratch = np.zeros(self.shape, self.dtype), self._scratch()
            for block in pieces(rows, _ROWS):
                x, g = self._block(block)
                out += x.T @ np.multiply(weights[block, None], g, out=scratch[: len(x)])
            return out

        return self._sum(part)

    def normal(self, gamma: np.ndarray) -> np.ndarray:
        """``adjoint(predict(gamma))`` in one pass over the data."""
        gamma = gamma.astype(self.dtype, copy=False)

        def part(rows: slice) -> np.ndarray:
            out, scratch = np.zeros(self.shape, self.dtype), self._scratch()
            for block in pieces(rows, _ROWS):
                x, g = self._block(block)
                product = np.matmul(x, gamma, out=scratch[: len(x)])
                weights = np.einsum("ij,ij->i", product, g)
                out += x.T @ np.multiply(weights[:, None], g, out=product)
            return out

        return self._sum(part)

    def kernel(self, rows: slice = slice(None)) -> np.ndarray:
        """Gram matrix of some rows: the entrywise product of the Gram matrices of x and g."""
        x, g = self._block(rows)
        gram = x @ x.T
        for block in pieces(slice(0, len(x)), _ROWS):
            gram[block] *= g[block] @ g.T
        return gram

    def dense(self, rows: slice = slice(None)) -> np.ndarray:
        """Rows of the design as a matrix with d (d + 1) columns: for small models."""
        x, g = self._block(rows)
        return (x[:, :, None] * g[:, None, :]).reshape(len(x), -1)

    def _block(self, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Rows of x and g in the type of products."""
        dtype = self.dtype
        return self.x[rows].astype(dtype, copy=False), self.g[rows].astype(dtype, copy=False)

    def _scratch(self) -> np.ndarray:
        """Room for what a product makes of one block of rows."""
        return np.empty((min(_ROWS, self.n), self.g.shape[1]), self.dtype)

    def _parts(self) -> list[slice]:
        # A multiple of four, all of one size, so that threads have the same to do.
        quarters = -(-self.n // (4 * _ROWS))
        count = min(4 * quarters, _PARTS) if self.n > _ROWS else 1
        return list(pieces(slice(0, self.n), -(-self.n // count)))

    def _sum(self, part: Callable[[slice], np.ndarray]) -> np.ndarray:
        total = np.zeros(self.shape, self.dtype)
        for result in threads.share(part, self._parts()):
            total += result
        return total


def pieces(rows: slice, size: int) -> Iterator[slice]:
    """Cut a range of rows into pieces of a size; the last may be smaller."""
    for low in range(rows.start, rows.stop, size):
        yield slice(low, min(low + size, rows.stop))
