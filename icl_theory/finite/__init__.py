"""The model at finite d: exact sampling, ridge solutions, exact errors and their prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .baselines import simulate_bayes_ridge, simulate_dmmse
    from .cross_validation import cross_validate
    from .grid import export, sweep
    from .monte_carlo import finite_errors, simulate

__all__ = [
    "cross_validate",
    "export",
    "finite_errors",
    "simulate",
    "simulate_bayes_ridge",
    "simulate_dmmse",
    "sweep",
]


def __getattr__(name: str) -> Any:
    # NumPy and SciPy are imported when one of these is first asked for.
    home: Any
    match name:
        case "finite_errors" | "simulate":
            from . import monte_carlo as home
        case "export" | "sweep":
            from . import grid as home
        case "cross_validate":
            from . import cross_validation as home
        case _ if name in __all__:
            from . import baselines as home
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
