"""Minima and maxima of the errors in one parameter: best context, best ridge, where data hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import (
        ContextOptimum,
        is_monotone,
        optimal_context,
        optimal_context_certified,
        optimal_ridge,
        optimal_ridge_certified,
    )
    from .context import noise_edge
    from .edges import BoundaryPiece, boundary
    from .profiles import Profile, StationaryPoint, profile
    from .rates import sensitivities, sensitivities_certified

__all__ = [
    "BoundaryPiece",
    "ContextOptimum",
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
    home: Any
    match name:
        case "BoundaryPiece" | "boundary":
            from . import edges as home
        case "noise_edge":
            from . import context as home
        case "Profile" | "StationaryPoint" | "profile":
            from . import profiles as home
        case "sensitivities" | "sensitivities_certified":
            from . import rates as home
        case _ if name in __all__:
            from . import api as home
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
