"""Ridge solvers, by name."""

from __future__ import annotations

from collections.abc import Callable

from . import direct
from .problem import Problem, Solution

__all__ = ["SOLVERS", "Problem", "Solution", "choose", "solve"]

SOLVERS: dict[str, Callable[[Problem, float], Solution]] = {"direct": direct.solve}


def choose(problem: Problem) -> str:
    """Name of the solver that suits a problem."""
    return "direct"


def solve(problem: Problem, solver: str = "auto", tolerance: float = 1e-10) -> Solution:
    """Solve a ridge problem.

    Parameters
    ----------
    problem
        The ridge problem.
    solver
        A name in `SOLVERS`, or ``"auto"`` to choose by regime.
    tolerance
        Relative residual at which iterative solvers stop.
    """
    return SOLVERS[choose(problem) if solver == "auto" else solver](problem, tolerance)
