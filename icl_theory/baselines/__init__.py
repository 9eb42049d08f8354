"""Bayes estimators that linear attention is measured against, for both priors of the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bayes import bayes_error, bayes_error_certified
    from .dmmse import DmmseError, dmmse_error
    from .extremes import expected_maximum, random_energy, winning_level

__all__ = [
    "DmmseError",
    "bayes_error",
    "bayes_error_certified",
    "dmmse_error",
    "expected_maximum",
    "random_energy",
    "winning_level",
]


def __getattr__(name: str) -> Any:
    # SciPy and SymPy are imported when one of these is first asked for.
    home: Any
    match name:
        case "bayes_error" | "bayes_error_certified":
            from . import bayes as home
        case "DmmseError" | "dmmse_error":
            from . import dmmse as home
        case _ if name in __all__:
            from . import extremes as home
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
