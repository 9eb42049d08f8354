"""The model at finite d: exact sampling, ridge solutions, exact errors and their prediction."""

from .grid import export, sweep
from .monte_carlo import finite_errors, simulate

__all__ = ["export", "finite_errors", "simulate", "sweep"]
