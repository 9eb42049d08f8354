import math

import numpy as np
import pytest

from icl_theory.finite import simulate, solvers, threads
from icl_theory.finite.operator import Design
from icl_theory.finite.run import Models
from icl_theory.finite.sampler import draw_sequences
from icl_theory.finite.seeds import streams
from icl_theory.finite.setup import Setup
from icl_theory.finite.sizes import Sizes

# Each regime with the reason why it is there.
REGIMES = {
    "few sequences": (10, 0.2, 10, 0.5, 0.1, 1e-5),
    "few sequences, ridgeless": (10, 0.5, 10, 0.5, 0.1, 0),
    "below the threshold": (10, 0.99, 10, 0.5, 0.1, 1e-8),
    "above the threshold": (10, 1.11, 10, 0.5, 0.1, 1e-8),
    "above p, ridgeless": (10, 1.3, 10, 0.5, 0.1, 0),
    "many sequences": (10, 20, 10, 0.5, 0.1, 1e-5),
    "one task": (10, 0.7, 10, 0.1, 0.1, 1e-5),
    "one task without noise, few": (10, 0.9, 10, 0.1, 0, 0),
    "one task without noise, between d^2 and p": (10, 1.05, 10, 0.1, 0, 0),
    "one task without noise, many": (10, 2, 10, 0.1, 0, 0),
    "many tasks": (10, 0.5, 10, 50, 0.1, 1e-5),
    "fresh tasks": (10, 0.6, 2, math.inf, 0.1, 1e-5),
    "fresh tasks, many sequences": (10, 3, 2, math.inf, 0.1, 0),
    "no noise": (10, 0.5, 10, 0.5, 0, 1e-3),
    "large ridge": (10, 0.5, 10, 0.5, 0.1, 10.0),
    "long context": (10, 0.5, 1000, 0.5, 0.1, 1e-5),
    "context of one": (10, 0.5, 0.1, 0.5, 0.1, 1e-3),
    "one dimension": (1, 5, 3, 2, 0.1, 0.1),
}


def problem_of(d, tau, alpha, kappa, rho, lam, precision="float64"):
    setup = Setup(Sizes.rounded(d, tau, alpha, kappa), rho, lam)
    tasks = setup.task_set(0)
    models = Models.of(setup, tasks)
    rng = streams(0, 0).sequences
    data = draw_sequences(setup.sizes, rho, tasks, rng, dtype=np.dtype(precision).type)
    design = Design(data.x, data.g).double()
    return solvers.RidgeProblem(
        design, data.y, setup.penalty, data.starts, models.equivalent
    ), models


def judge(problem):
    """Ridge regression by singular values of the design, which squares no condition number."""
    u, s, v = np.linalg.svd(problem.design.dense(), full_matrices=False)
    # What a rank that E does not have leaves is the rounding of the data.
    empty = 1e2 * np.finfo(problem.design.x.dtype).eps
    kept = s > empty * s[0] if problem.penalty == 0 else slice(None)
    shrink = s[kept] / (s[kept] ** 2 + problem.penalty)
    return (v[kept].T @ (shrink * (u[:, kept].T @ problem.y))).reshape(problem.design.shape)


def sharpest(problem, solver, tolerance):
    """What a solver comes to, be it above the tolerance: rounding sets a floor to residuals."""
    name = solvers.choose(problem, tolerance) if solver == "auto" else solver
    with threads.blas(1):
        return solvers.SOLVERS[name](problem, tolerance)


def suitable(problem):
    below = problem.design.n <= problem.capacity
    if below:
        return ["dual", "cholesky", "direct", "auto"]
    return ["primal", "direct", "auto"]


@pytest.mark.parametrize("name", REGIMES)
def test_every_solver_finds_the_solution_of_singular_values(name):
    problem, _ = problem_of(*REGIMES[name])
    expected = judge(problem)
    for solver in suitable(problem):
        solution = sharpest(problem, solver, 1e-13)
        distance = np.linalg.norm(solution.gamma - expected) / np.linalg.norm(expected)
        assert distance < 1e-8, (solver, distance)


@pytest.mark.parametrize("name", REGIMES)
def test_default_tolerance_leaves_the_errors_right_to_seven_digits(name):
    problem, models = problem_of(*REGIMES[name])
    expected = judge(problem)
    for solver in suitable(problem):
        solution = solvers.solve(problem, solver)
        for population in (models.icl, models.idg):
            assert population.error(solution.gamma) == pytest.approx(
                population.error(expected), rel=1e-7
            ), solver


@pytest.mark.parametrize("name", REGIMES)
def test_single_precision_leaves_the_errors_right_to_five_digits(name):
    problem, models = problem_of(*REGIMES[name], precision="float32")
    expected = judge(problem)
    for solver in suitable(problem):
        solution = solvers.solve(problem, solver, tolerance=1e-8)
        for population in (models.icl, models.idg):
            assert population.error(solution.gamma) == pytest.approx(
                population.error(expected), rel=1e-5
            ), solver


def test_with_a_ridge_all_solvers_agree_on_both_sides_of_the_threshold():
    for tau in (0.6, 1.3):
        problem, _ = problem_of(10, tau, 5, 1, 0.1, 0.01)
        expected = judge(problem)
        for solver in solvers.SOLVERS:
            gamma = sharpest(problem, solver, 1e-12).gamma
            assert np.linalg.norm(gamma - expected) < 1e-8 * np.linalg.norm(expected)


@pytest.mark.parametrize(
    ("tau", "solver", "most"),
    [(0.5, "dual", 75), (0.85, "dual", 290), (1.15, "primal", 340), (2, "primal", 75)],
)
def test_iterations_do_not_grow_with_the_dimension(tau, solver, most):
    for d in (16, 32):
        # The number depends on n/p, which differs from tau by 1/d.
        problem, _ = problem_of(d, tau * (1 + 1 / d), 10, 0.5, 0.01, 1e-5)
        assert solvers.solve(problem, solver).iterations <= most


def test_products_in_single_precision_cost_no_iterations():
    problem, _ = problem_of(24, 0.6, 10, 0.5, 0.1, 1e-5)
    mixed = solvers.solve(problem, "dual")
    vars(problem)["fast"] = problem.design
    double = solvers.solve(problem, "dual")
    assert mixed.iterations <= double.iterations + 2
    assert np.linalg.norm(mixed.gamma - double.gamma) < 1e-8 * np.linalg.norm(double.gamma)


def test_numbers_do_not_depend_on_the_number_of_threads(monkeypatch):
    results = []
    for count in (1, 3):
        monkeypatch.setattr(threads, "_count", count)
        results.append(simulate(48, 4, 2, 0.5, 0.1, 0.01, runs=1, solver="primal").icl.mean)
    assert results[0] == results[1]


def test_the_choice_follows_the_regime():
    def choice(*point):
        return solvers.choose(problem_of(*point)[0], 1e-10)

    assert choice(10, 0.5, 10, 0.5, 0.1, 1e-5) == "direct"
    assert choice(60, 0.3, 10, 0.5, 0.1, 1e-5) == "dual"
    assert choice(40, 0.98, 10, 0.5, 0.1, 1e-5) == "cholesky"
    assert choice(40, 3, 10, 0.5, 0.1, 1e-5) == "primal"


def test_labels_that_are_zero_need_no_iteration():
    problem, _ = problem_of(10, 0.5, 5, 1, 0.1, 0.1)
    zero = solvers.RidgeProblem(
        problem.design, 0 * problem.y, problem.penalty, problem.starts, problem.equivalent
    )
    for solver in solvers.SOLVERS:
        solution = solvers.solve(zero, solver)
        assert not solution.gamma.any() and solution.residual == 0


@pytest.mark.parametrize("tolerance", [0.0, 1.0, -1e-3, math.nan])
def test_tolerance_outside_its_domain_is_refused(tolerance):
    problem, _ = problem_of(10, 0.5, 5, 1, 0.1, 0.1)
    with pytest.raises(ValueError, match="tolerance must lie in"):
        solvers.solve(problem, "dual", tolerance)


def test_a_space_of_one_dimension_is_searched_again_where_rounding_left_something():
    # All directions are used up after one step, whose product was in single precision.
    point = {"runs": 1, "seed": 496, "precision": "float32"}
    found, expected = (
        simulate(1, 1, 3, 1, 1, 0.010625, solver=solver, **point)
        for solver in ("cholesky", "direct")
    )
    assert found.icl.mean == pytest.approx(expected.icl.mean, rel=1e-6)


@pytest.mark.parametrize(("d", "copied"), [(199, True), (200, False)])
def test_large_data_is_not_copied_to_single_precision(d, copied):
    design = Design(np.ones((2, d)), np.ones((2, d + 1)))
    fast = solvers.RidgeProblem(design, np.ones(2), 0.1).fast
    assert np.shares_memory(fast.x, design.x) != copied
    # Either way products are in single precision.
    np.testing.assert_allclose(fast.predict(np.ones((d, d + 1))), d * (d + 1.0), rtol=1e-6)
