"""Every solver against a certified solution of the dense normal equations, on the same data.

The judge solves the p x p system, p = d (d + 1), in ball arithmetic on the very numbers of the data
(the n x n one where the ridgeless solution of smallest norm is meant). Float64 would not do: in the
worst of these regimes it loses nine digits of the p x p system, see the last test. Distances are
Frobenius norms, relative to the judge's.
"""

import functools
import math

import flint
import numpy as np
import pytest

from icl_theory.finite import solvers, threads
from icl_theory.finite.operator import Design
from icl_theory.finite.run import Models
from icl_theory.finite.sampler import draw_sequences
from icl_theory.finite.seeds import streams
from icl_theory.finite.setup import Setup
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.solvers.iteration import LIMIT

D = 12
P = D * (D + 1)
INF = math.inf

# tau, alpha, kappa, rho, lam: each named by why it is hard. The threshold is at n = p, where
# tau = 1 + 1/d.
REGIMES = {
    "tau = 0.99: nearly square, hardly a ridge": (0.99, 10, 0.5, 0.1, 1e-8),
    "tau = 1.01: nearly square, hardly a ridge": (1.01, 10, 0.5, 0.1, 1e-8),
    "n = p - 1: the smallest singular value nearly vanishes": ((P - 1) / D**2, 10, 0.5, 0.1, 1e-8),
    "n = p: square": (P / D**2, 10, 0.5, 0.1, 1e-8),
    "n = p + 1: the smallest singular value nearly vanishes": ((P + 1) / D**2, 10, 0.5, 0.1, 1e-8),
    "one task: E is of rank one but for x": (0.7, 10, 1 / D, 0.1, 1e-8),
    "one task, many sequences": (2, 10, 1 / D, 0.1, 1e-8),
    "one task without noise: E is singular": (0.7, 10, 1 / D, 0, 1e-8),
    "one task without noise, many sequences": (2, 10, 1 / D, 0, 1e-8),
    "kappa = 50: blocks of no or one sequence": (0.5, 10, 50, 0.1, 1e-5),
    "kappa = 50, many sequences": (2, 10, 50, 0.1, 1e-5),
    "fresh tasks: no blocks": (0.5, 10, INF, 0.1, 1e-5),
    "fresh tasks, many sequences": (2, 10, INF, 0.1, 1e-5),
    "no noise": (0.5, 10, 0.5, 0, 1e-8),
    "no noise, many sequences": (2, 10, 0.5, 0, 1e-8),
    "few tasks, no noise, long context: x is tiny": (0.9, 1000, 0.25, 0, 1e-8),
    "few tasks, no noise, long context, many sequences": (2, 1000, 0.25, 0, 1e-8),
    "context of one token: features are far from normal": (0.5, 1 / D, 0.5, 0.1, 1e-5),
    "context of one token, many sequences": (2, 1 / D, 0.5, 0.1, 1e-5),
    "very long context": (0.5, 1e4, 0.5, 0.1, 1e-5),
    "very long context, many sequences": (2, 1e4, 0.5, 0.1, 1e-5),
    "tau = 0.2: few sequences": (0.2, 10, 0.5, 0.1, 1e-5),
    "tau = 20: many sequences": (20, 10, 0.5, 0.1, 1e-8),
    "tau = 20, noise above all": (20, 10, 0.5, 100, 1e-5),
    "lam = 10: the ridge is above all": (0.5, 10, 0.5, 0.1, 10),
    "lam = 10, many sequences": (2, 10, 0.5, 0.1, 10),
    "lam = 0, below the threshold: many solutions": (0.5, 10, 0.5, 0.1, 0),
    "lam = 0, above the threshold": (2, 10, 0.5, 0.1, 0),
}
#: Bits of the judge.
BITS = 160


@functools.cache
def case(name, precision):
    """Problem, its certified solution, the test populations, and the setup."""
    tau, alpha, kappa, rho, lam = REGIMES[name]
    setup = Setup(Sizes.rounded(D, tau, alpha, kappa), rho, lam, precision=precision)
    tasks = setup.task_set(0)
    models = Models.of(setup, tasks)
    rng, dtype = streams(0, 0).sequences, np.dtype(precision).type
    data = draw_sequences(setup.sizes, rho, tasks, rng, dtype=dtype)
    design = Design(data.x, data.g).double()
    problem = solvers.RidgeProblem(design, data.y, setup.penalty, data.starts, models.equivalent)
    return problem, certified(problem), (models.icl, models.idg), setup


def certified(problem):
    """Ridge solution to double precision, proved by ball arithmetic.

    The products x g^T are made of balls as well: in float64 they would be rounded, which a solver
    without a matrix never does.
    """
    x, g, n = problem.design.x, problem.design.g, problem.design.n
    with flint.ctx.workprec(BITS):
        left, right = ([[flint.arb(float(v)) for v in row] for row in part] for part in (x, g))
        rows = flint.arb_mat(
            [[a * b for a in one for b in two] for one, two in zip(left, right, strict=True)]
        )
        y = flint.arb_mat([[float(value)] for value in problem.y])
        dual = problem.penalty == 0 and n < P
        matrix = rows * rows.transpose() if dual else rows.transpose() * rows
        for i in range(matrix.nrows()):
            matrix[i, i] += flint.arb(problem.penalty)
        balls = rows.transpose() * matrix.solve(y) if dual else matrix.solve(rows.transpose() * y)
        values = [balls[i, 0] for i in range(P)]
        scale = max(abs(float(value.mid())) for value in values)
        assert max(float(value.rad()) for value in values) < 1e-16 * scale
        return np.array([float(value.mid()) for value in values]).reshape(D, D + 1)


def applicable(problem):
    """Solvers by name, each on its side of the threshold; direct ones on both."""
    own = ["dual", "cholesky"] if problem.design.n <= problem.capacity else ["primal"]
    return [*own, "direct", "auto"]


def sharpest(problem, solver, tolerance):
    """What a solver comes to, be it above the tolerance: rounding sets a floor to residuals."""
    name = solvers.choose(problem, tolerance) if solver == "auto" else solver
    with threads.blas(1):
        return solvers.SOLVERS[name](problem, tolerance)


def distance(gamma, expected):
    return np.linalg.norm(gamma - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("name", REGIMES)
def test_every_solver_is_within_1e_8_of_the_certified_solution(name):
    problem, expected, _, _ = case(name, "float64")
    for solver in applicable(problem):
        found = sharpest(problem, solver, 1e-13)
        assert distance(found.gamma, expected) < 1e-8, (solver, found.residual)


@pytest.mark.parametrize("name", REGIMES)
def test_no_solver_iterates_in_vain(name):
    # Rounding sets a floor to the residual, which is where iterations have to end.
    problem, *_ = case(name, "float64")
    for solver in applicable(problem):
        assert sharpest(problem, solver, 1e-17).iterations < LIMIT / 5, solver


@pytest.mark.parametrize("name", REGIMES)
def test_single_precision_leaves_the_errors_right_to_1e_5(name):
    problem, expected, populations, setup = case(name, "float32")
    # Where E has an empty direction, what single precision puts there is the rounding of the data,
    # which a ridge of 1e-8 does not suppress: it stays out of the comparison.
    spectrum = problem.equivalent.spectrum
    seen = spectrum.vectors * (spectrum.values > 0) @ spectrum.vectors.T
    for solver in applicable(problem):
        gamma = solvers.solve(problem, solver, setup.tolerance).gamma
        for population in populations:
            right = population.error(expected @ seen)
            assert abs(population.error(gamma @ seen) - right) < 1e-5 * right, solver


def test_a_large_ridge_lets_every_solver_work_on_both_sides():
    for name in ("lam = 10: the ridge is above all", "lam = 10, many sequences"):
        problem, expected, *_ = case(name, "float64")
        for solver in solvers.SOLVERS:
            assert distance(sharpest(problem, solver, 1e-13).gamma, expected) < 1e-8, solver


def test_the_judge_notices_an_error_of_1e_7():
    problem, expected, *_ = case("tau = 0.2: few sequences", "float64")
    wrong = solvers.RidgeProblem(problem.design, problem.y, problem.penalty * 1.01, problem.starts)
    assert distance(solvers.solve(wrong, "direct").gamma, expected) > 1e-8
    loose = solvers.solve(problem, "dual", tolerance=1e-6)
    assert distance(loose.gamma, expected) > 1e-8


def test_float64_alone_loses_the_dense_system_where_it_is_hardest():
    def dense(name):
        problem, expected, *_ = case(name, "float64")
        rows = problem.design.dense()
        normal = rows.T @ rows + problem.penalty * np.eye(P)
        return distance(np.linalg.solve(normal, rows.T @ problem.y).reshape(D, D + 1), expected)

    assert dense("kappa = 50, many sequences") < 1e-12
    assert dense("one task without noise, many sequences") > 1e-9
