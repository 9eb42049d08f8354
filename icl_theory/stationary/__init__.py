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
    from .profile import Profile, StationaryPoint, profile
    from .sensitivities import sensitivities, sensitivities_certified

_HOME = {
    "optimal_context": "api",
    "optimal_context_certified": "api",
    "optimal_ridge": "api",
    "optimal_ridge_certified": "api",
    "is_monotone": "api",
    "ContextOptimum": "context",
    "noise_edge": "context",
    "Profile": "profile",
    "StationaryPoint": "profile",
    "profile": "profile",
    "sensitivities": "sensitivities",
    "sensitivities_certified": "sensitivities",
}

__all__ = [
    "ContextOptimum",
    "Profile",
    "StationaryPoint",
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
