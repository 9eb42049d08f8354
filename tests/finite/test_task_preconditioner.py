"""The preconditioner by tasks against dense matrices, and what it saves."""

import itertools

import numpy as np
import pytest
from scipy import linalg

from icl_theory.finite import solvers
from icl_theory.finite.run import Fit
from icl_theory.finite.setup import Setup
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.solvers import tasks as by_tasks


@pytest.fixture
def coupled(monkeypatch):
    """Use the coupling of tasks at every size."""
    monkeypatch.setattr(by_tasks, "_LARGE", 1)
    monkeypatch.setattr(by_tasks, "_MANY", 1)


def problem_of(d, tau, alpha, kappa, rho, lam):
    return Fit.of(Setup(Sizes.rounded(d, tau, alpha, kappa), rho, lam), 0).problem


def matrices(problem):
    """B, C, and the eigenvalues of the matrix of cosines between mean features."""
    design, starts = problem.design, np.unique(problem.starts)
    kernel = design.kernel()
    task = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    same = task[:, None] == task
    means = np.array([design.g[low:high].mean(axis=0) for low, high in itertools.pairwise(starts)])
    along = np.einsum("ij,ij->i", design.g, means[task]) / (means[task] ** 2).sum(axis=1)
    features = along[:, None] * means[task]
    blocks = np.where(same, kernel, 0) + problem.penalty * np.eye(design.n)
    between = np.where(same, 0, (design.x @ design.x.T) * (features @ features.T))
    unit = means / np.linalg.norm(means, axis=1)[:, None]
    return blocks, between, np.linalg.eigvalsh(unit @ unit.T)


#: tau, alpha, kappa, rho: fewer tasks than dimensions and more, exact and noisy contexts.
CASES = [(0.5, 10, 0.5, 0.1), (0.5, 1000, 0.5, 0.0), (0.9, 0.5, 2, 1.0), (0.6, 10, 5, 0.1)]


@pytest.mark.parametrize("case", CASES)
def test_cosines_of_tasks_bound_the_spectrum(case):
    blocks, between, cosines = matrices(problem_of(16, *case, 1e-5))
    values = linalg.eigh(blocks + between, blocks, eigvals_only=True)
    assert max(cosines[0], 0) - 1e-9 < values[0] and values[-1] < cosines[-1] + 1e-9


@pytest.mark.parametrize("case", CASES)
def test_preconditioner_is_the_first_polynomial_of_chebyshev(case, coupled, rng):
    problem = problem_of(16, *case, 1e-2)
    preconditioner = by_tasks.Preconditioner(problem)
    blocks, between, cosines = matrices(problem)
    reach = max(cosines[0], 0) + (1 + by_tasks._MARGIN) * cosines[-1]
    assert preconditioner.coupling.reach == pytest.approx(reach, rel=1e-5)
    residual = rng.standard_normal(problem.design.n)
    first = np.linalg.solve(blocks, residual)
    expected = reach * first - np.linalg.solve(blocks, (blocks + between) @ first)
    ranges = list(itertools.chain.from_iterable(preconditioner.blocks))
    application = preconditioner.application()
    for rows in ranges:
        application.put(rows, problem.fast.x[rows], residual[rows].astype(np.float32))
    application.couple()
    found = np.concatenate([application.take(rows, problem.fast.x[rows]) for rows in ranges])
    # Single precision, times the condition of a block with this ridge.
    assert np.linalg.norm(found - expected) < 1e-4 * np.linalg.norm(expected)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("lam", [0.0, 1e-5])
def test_coupled_solver_finds_the_direct_solution(case, lam, coupled):
    problem = problem_of(16, *case, lam)
    expected = solvers.solve(problem, "direct").gamma
    solution = solvers.solve(problem, "dual", tolerance=1e-13)
    assert np.linalg.norm(solution.gamma - expected) < 1e-8 * np.linalg.norm(expected)


def test_coupling_saves_a_sixth_of_the_iterations_at_least(monkeypatch):
    problem = problem_of(40, 0.5, 10, 0.5, 0.01, 1e-5)
    alone = solvers.solve(problem, "dual").iterations
    monkeypatch.setattr(by_tasks, "_LARGE", 1)
    assert 6 * solvers.solve(problem, "dual").iterations <= 5 * alone
