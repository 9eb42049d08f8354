"""The model at finite d: exact sampling, ridge solutions, exact errors and their prediction."""

from .monte_carlo import finite_errors, simulate

__all__ = ["finite_errors", "simulate"]
