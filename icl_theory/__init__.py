"""Asymptotic theory of in-context learning by linear attention.

Evaluators of the test and training errors, all returning an `Errors` with the same fields:

* `errors` in float64, for numbers and arrays;
* `errors_mp` to any number of digits;
* `errors_certified` as balls that are guaranteed to contain the value;
* `errors_exact` as algebraic numbers.

All take structured tasks (a `Spectrum`) and tests that differ from pretraining.

What is asked of them: `limit` along any path of the parameters, `optimal_context`, `optimal_ridge`
and `is_monotone`, `sensitivities`, `allocate` for the best use of a budget, and `bayes_error` as
the floor that no in-context learner beats.

And the finite model: `simulate` runs it, `finite_errors` predicts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icl_theory.baselines import bayes_error, bayes_error_certified
    from icl_theory.budget import allocate
    from icl_theory.evaluate.general import errors, errors_certified, errors_exact, errors_mp
    from icl_theory.evaluate.result import Errors
    from icl_theory.evaluate.spectrum import Spectrum
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
    "Spectrum",
    "__version__",
    "allocate",
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


def __getattr__(name: str) -> Any:
    # NumPy, SymPy and the rest are imported with the first name used.
    home: Any
    match name:
        case "__version__":
            from importlib.metadata import version

            globals()[name] = version("icl-theory")
            return globals()[name]
        case "Errors":
            from icl_theory.evaluate import result as home
        case "Spectrum":
            from icl_theory.evaluate import spectrum as home
        case "errors" | "errors_certified" | "errors_exact" | "errors_mp":
            from icl_theory.evaluate import general as home
        case "allocate":
            from icl_theory import budget as home
        case "bayes_error" | "bayes_error_certified":
            from icl_theory import baselines as home
        case "finite_errors" | "simulate":
            from icl_theory import finite as home
        case "limit":
            from icl_theory import limits as home
        case _ if name in __all__:
            from icl_theory import stationary as home
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(home, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
