"""The model at finite d: exact sampling, ridge solutions, exact errors and their prediction."""

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
