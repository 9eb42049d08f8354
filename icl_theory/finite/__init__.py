"""The model at finite d: exact sampling, ridge solutions, exact errors and their prediction."""

from .baselines import simulate_bayes_ridge, simulate_dmmse
from .grid import export, sweep
from .monte_carlo import finite_errors, simulate

__all__ = [
    "export",
    "finite_errors",
    "simulate",
    "simulate_bayes_ridge",
    "simulate_dmmse",
    "sweep",
]
