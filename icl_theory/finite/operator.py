"""The design of pretraining as a linear operator: rows x g^T that are never formed."""

from __future__ import annotations

import numpy as np

#: Rows handled at a time, so that intermediate products stay in cache.
_ROWS = 2048


class Design:
    """The map Gamma -> (<Gamma, x_i g_i^T>)_i and what is built from it.

    Parameters
    ----------
    x, g
        Arrays (n, d) and (n, d + 1) of one floating type, which all results have.
    """

    def __init__(self, x: np.ndarray, g: np.ndarray) -> None:
        self.x = x
        self.g = g

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.x)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of Gamma."""
        return self.x.shape[1], self.g.shape[1]

    @property
    def dtype(self) -> np.dtype:
        """Floating type of the data."""
        return self.x.dtype

    def astype(self, dtype: type) -> Design:
        """The same design in another floating type (itself if it has it already)."""
        if self.dtype == dtype:
            return self
        return Design(self.x.astype(dtype), self.g.astype(dtype))

    def _chunks(self) -> list[slice]:
        return [slice(low, min(low + _ROWS, self.n)) for low in range(0, self.n, _ROWS)]

    def predict(self, gamma: np.ndarray) -> np.ndarray:
        """Row-wise ``x_i^T Gamma g_i``, array (n,)."""
        out = np.empty(self.n, self.dtype)
        for rows in self._chunks():
            np.einsum("ij,ij->i", self.x[rows] @ gamma, self.g[rows], out=out[rows])
        return out

    def adjoint(self, weights: np.ndarray) -> np.ndarray:
        """``sum_i weights_i x_i g_i^T``, array (d, d + 1)."""
        out = np.zeros(self.shape, self.dtype)
        for rows in self._chunks():
            out += self.x[rows].T @ (weights[rows, None] * self.g[rows])
        return out

    def normal(self, gamma: np.ndarray) -> np.ndarray:
        """``adjoint(predict(gamma))`` in one pass over the data."""
        out = np.zeros(self.shape, self.dtype)
        for rows in self._chunks():
            x, g = self.x[rows], self.g[rows]
            weights = np.einsum("ij,ij->i", x @ gamma, g)
            out += x.T @ (weights[:, None] * g)
        return out

    def kernel(self, rows: slice = slice(None)) -> np.ndarray:
        """Gram matrix of some rows: the entrywise product of the Gram matrices of x and g."""
        x, g = self.x[rows], self.g[rows]
        gram = x @ x.T
        gram *= g @ g.T
        return gram

    def dense(self) -> np.ndarray:
        """The design as a matrix (n, d (d + 1)), for the judges in the tests."""
        return (self.x[:, :, None] * self.g[:, None, :]).reshape(self.n, -1)
