"""Bayes estimators that linear attention is measured against, for both priors of the tasks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bayes import bayes_error, bayes_error_certified
    from .dmmse import DmmseError, dmmse_error
    from .extremes import expected_maximum, random_energy, winning_level

_HOME = {
    "bayes_error": "bayes",
    "bayes_error_certified": "bayes",
    "DmmseError": "dmmse",
    "dmmse_error": "dmmse",
    "expected_maximum": "extremes",
    "random_energy": "extremes",
    "winning_level": "extremes",
}

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
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
