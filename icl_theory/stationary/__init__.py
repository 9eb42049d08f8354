"""Minima and maxima of the errors in one parameter: best context, best ridge, where data hurt."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        is_monotone,
        optimal_context,
        optimal_context_certified,
        optimal_ridge,
        optimal_ridge_certified,
    )
    from .context import ContextOptimum, noise_edge
    from .edges import Piece, boundary
    from .profiles import Profile, StationaryPoint, profile
    from .rates import sensitivities, sensitivities_certified

_HOME = {
    "boundary": "edges",
    "Piece": "edges",
    "optimal_context": "api",
    "optimal_context_certified": "api",
    "optimal_ridge": "api",
    "optimal_ridge_certified": "api",
    "is_monotone": "api",
    "ContextOptimum": "context",
    "noise_edge": "context",
    "Profile": "profiles",
    "StationaryPoint": "profiles",
    "profile": "profiles",
    "sensitivities": "rates",
    "sensitivities_certified": "rates",
}

__all__ = [
    "ContextOptimum",
    "Piece",
    "Profile",
    "StationaryPoint",
    "boundary",
    "is_monotone",
    "noise_edge",
    "optimal_context",
    "optimal_context_certified",
    "optimal_ridge",
    "optimal_ridge_certified",
    "profile",
    "sensitivities",
    "sensitivities_certified",
]


def __getattr__(name: str) -> Any:
    # SymPy is imported when one of these is first asked for.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
