"""Arrays of parameters as columns of one length."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Shape = tuple[int, ...]


def common_shape(arrays: Mapping[str, Floats]) -> Shape:
    """The shape to which arrays broadcast.

    Raises
    ------
    ValueError
        If there is none.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {a.shape}" for name, a in arrays.items() if a.ndim)
        raise ValueError(f"shapes of the parameters must broadcast, got {shapes}") from None


def columns_of(arrays: Mapping[str, Floats]) -> tuple[dict[str, Floats], Shape]:
    """Arrays as contiguous columns of one length, and the shape to which they broadcast.

    Raises
    ------
    ValueError
        If they do not broadcast.

    Examples
    --------
    >>> columns, shape = columns_of({"tau": np.array([[1.0], [2.0]]), "rho": np.array([0.0, 3.0])})
    >>> columns["tau"].tolist(), columns["rho"].tolist(), shape
    ([1.0, 1.0, 2.0, 2.0], [0.0, 3.0, 0.0, 3.0], (2, 2))
    """
    shape = common_shape(arrays)
    columns = {
        name: np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(-1)
        for name, array in arrays.items()
    }
    return columns, shape
