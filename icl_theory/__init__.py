"""Asymptotic theory of in-context learning by linear attention.

Evaluators of the test and training errors, all returning an `Errors` with the same fields:

* `errors` in float64, for numbers and arrays;
* `errors_mp` to any number of digits;
* `errors_certified` as balls that are guaranteed to contain the value;
* `errors_exact` as algebraic numbers.

What is asked of them: `limit` along any path of the parameters, `optimal_context`, `optimal_ridge`
and `is_monotone`, `sensitivities`, and `bayes_error` as the floor that no in-context learner beats.

And the finite model: `simulate` runs it, `finite_errors` predicts it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icl_theory.baselines import bayes_error, bayes_error_certified
    from icl_theory.evaluate.certified import errors_certified
    from icl_theory.evaluate.exact import errors_exact
    from icl_theory.evaluate.float64 import errors
    from icl_theory.evaluate.multiprecision import errors_mp
    from icl_theory.evaluate.result import Errors
    from icl_theory.finite import finite_errors, simulate
    from icl_theory.limits import limit
    from icl_theory.stationary import (
        is_monotone,
        optimal_context,
        optimal_context_certified,
        optimal_ridge,
        optimal_ridge_certified,
        sensitivities,
        sensitivities_certified,
    )

    __version__: str

__all__ = [
    "Errors",
    "__version__",
    "bayes_error",
    "bayes_error_certified",
    "errors",
    "errors_certified",
    "errors_exact",
    "errors_mp",
    "finite_errors",
    "is_monotone",
    "limit",
    "optimal_context",
    "optimal_context_certified",
    "optimal_ridge",
    "optimal_ridge_certified",
    "sensitivities",
    "sensitivities_certified",
    "simulate",
]

#: Where each public name lives. SymPy, NumPy and the rest are imported with the first name used.
_HOMES = {
    "Errors": "icl_theory.evaluate.result",
    "bayes_error": "icl_theory.baselines",
    "bayes_error_certified": "icl_theory.baselines",
    "errors": "icl_theory.evaluate.float64",
    "errors_certified": "icl_theory.evaluate.certified",
    "errors_exact": "icl_theory.evaluate.exact",
    "errors_mp": "icl_theory.evaluate.multiprecision",
    "finite_errors": "icl_theory.finite",
    "is_monotone": "icl_theory.stationary",
    "limit": "icl_theory.limits",
    "optimal_context": "icl_theory.stationary",
    "optimal_context_certified": "icl_theory.stationary",
    "optimal_ridge": "icl_theory.stationary",
    "optimal_ridge_certified": "icl_theory.stationary",
    "sensitivities": "icl_theory.stationary",
    "sensitivities_certified": "icl_theory.stationary",
    "simulate": "icl_theory.finite",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("icl-theory")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
