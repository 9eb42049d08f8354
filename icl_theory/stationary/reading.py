"""What the functions of this package are given: names from lists, and arrays of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from icl_theory.algebra.shown import shown
from icl_theory.evaluate.columns import columns_of
from icl_theory.evaluate.float64 import read_all
from icl_theory.evaluate.parameters import RANGES

#: What the ridgeless limit does not have, in one sentence each.
INFINITE_AT_THRESHOLD = "tau must not be 1 where lam = 0: the errors are infinite, got 1"
ENDLESS = "alpha must be finite where lam = 0, got inf"
NO_NOISE_LINE = "alpha must be finite where rho moves, got inf"


def one_of(name: str, value: object, allowed: Iterable[str]) -> str:
    """A word from a list.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    words = tuple(allowed)
    if isinstance(value, str) and value in words:
        return value
    raise ValueError(f"{name} must be one of {', '.join(words)}, got {shown(value)}")


def parameters_beside(variable: object, given: Mapping[str, object]) -> dict[str, object]:
    """The parameters that stay while one moves, in their order; ``lam`` is 0 if it is not given.

    Raises
    ------
    ValueError
        If the one that moves is none, or of the others one is missing or superfluous.
    """
    moving = one_of("variable", variable, RANGES)
    needed = [name for name in RANGES if name != moving]
    known = ({"lam": 0} if moving != "lam" else {}) | dict(given)
    for name in known:
        if name not in needed:
            raise ValueError(
                f"only {', '.join(needed)} can be given while {moving} moves, got {shown(name)}"
            )
    for name in needed:
        if name not in known:
            raise ValueError(
                f"{name} must be given: only {moving} moves, got {shown(', '.join(known))}"
            )
    return {name: known[name] for name in needed}


def arrays(given: Mapping[str, Any]) -> tuple[tuple[int, ...], dict[str, np.ndarray]]:
    """Parameters as flat arrays of float64 of one length, and the shape they broadcast to.

    Raises
    ------
    TypeError, ValueError
        If a value is no number of its domain, or the shapes do not broadcast.
    """
    columns, shape = columns_of(read_all(given))
    return shape, columns


def check_lines(point: Mapping[str, np.ndarray]) -> None:
    """Refuse lines on which turns are not defined.

    Raises
    ------
    ValueError
        If somewhere ``lam`` is 0, and ``tau`` is 1 or ``alpha`` is ``inf``; or if ``rho`` moves,
        and ``alpha`` is ``inf``.
    """
    if "rho" not in point and np.isinf(point["alpha"]).any():
        raise ValueError(NO_NOISE_LINE)
    ridgeless = point["lam"] == 0 if "lam" in point else np.zeros(1, dtype=bool)
    if "tau" in point and (ridgeless & (point["tau"] == 1)).any():
        raise ValueError(INFINITE_AT_THRESHOLD)
    if "alpha" in point and (ridgeless & np.isinf(point["alpha"])).any():
        raise ValueError(ENDLESS)
