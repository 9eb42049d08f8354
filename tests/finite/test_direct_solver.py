import math

import numpy as np
import pytest

from icl_theory.finite.operator import Design
from icl_theory.finite.sampler import draw_sequences
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.solvers import RidgeProblem, direct, solve
from icl_theory.finite.tasks import TaskSet, draw_vectors

REGIMES = [
    # d, ell, k, n, rho, lam, tolerance of Gamma
    (6, 12, 3, 20, 0.1, 0.0),
    (6, 12, 3, 20, 0.1, 1e-2),
    (6, 12, 3, 41, 0.1, 0.0),
    (6, 12, 3, 42, 0.1, 1e-8),
    (6, 12, 3, 43, 0.1, 1e-8),
    (6, 12, 3, 43, 0.1, 0.0),
    (6, 12, 3, 100, 0.1, 0.0),
    (6, 12, 3, 100, 0.1, 3.0),
    (6, 12, 1, 100, 0.0, 0.0),
    (6, 12, 1, 39, 0.0, 0.0),
    (6, 600, 300, 30, 0.1, 0.0),
    (1, 3, 1, 1, 0.1, 0.0),
    (1, 3, 1, 5, 0.0, 0.5),
]


def drawn(d, ell, k, n, rho, lam, rng):
    tasks = TaskSet(draw_vectors("sphere", k, d, rng), rng.multinomial(n, np.full(k, 1 / k)))
    data = draw_sequences(Sizes(d=d, ell=ell, k=k, n=n), rho, tasks, rng)
    return RidgeProblem(Design(data.x, data.g), data.y, n / d * lam, data.starts)


def least_squares(problem):
    """Ridge regression as least squares with extra rows, by singular values."""
    rows = problem.design.dense()
    p = rows.shape[1]
    if problem.penalty > 0:
        rows = np.vstack([rows, math.sqrt(problem.penalty) * np.eye(p)])
    right = np.concatenate([problem.y, np.zeros(len(rows) - len(problem.y))])
    return np.linalg.lstsq(rows, right, rcond=1e-12)[0].reshape(problem.design.shape)


@pytest.mark.parametrize("regime", REGIMES)
def test_direct_solution_is_that_of_singular_values(regime, rng):
    problem = drawn(*regime, rng)
    expected = least_squares(problem)
    solution = solve(problem, "direct")
    assert np.linalg.norm(solution.gamma - expected) < 1e-8 * np.linalg.norm(expected)
    assert solution.residual < 1e-10 and solution.iterations == 0


def test_products_with_the_design_are_those_of_its_matrix(rng):
    problem = drawn(5, 10, 2, 5000, 0.1, 0.0, rng)
    design, dense = problem.design, problem.design.dense()
    gamma, weights = rng.standard_normal((5, 6)), rng.standard_normal(5000)
    np.testing.assert_allclose(design.predict(gamma), dense @ gamma.ravel(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(design.adjoint(weights).ravel(), dense.T @ weights, rtol=1e-10)
    np.testing.assert_allclose(
        design.normal(gamma).ravel(), dense.T @ (dense @ gamma.ravel()), rtol=1e-10
    )
    # The same by ranges of whole tasks, with something in between.
    blocks = design.blocks(problem.starts)
    edges = [rows.start for part in blocks for rows in part]
    assert len(edges) > 1 and set(edges) <= set(problem.starts.tolist())
    np.testing.assert_allclose(
        design.sandwich(gamma, lambda rows, values: values * weights[rows], blocks).ravel(),
        dense.T @ (weights * (dense @ gamma.ravel())),
        rtol=1e-10,
    )
    np.testing.assert_allclose(
        design.gather(lambda rows, x: weights[rows] * x[:, 0], blocks).ravel(),
        dense.T @ (weights * design.x[:, 0]),
        rtol=1e-10,
    )
    part = slice(10, 30)
    np.testing.assert_allclose(design.kernel(part), dense[part] @ dense[part].T, rtol=1e-10)


@pytest.mark.parametrize(
    ("n", "count"), [(1, 1), (1280, 1), (1281, 4), (5120, 4), (5121, 8), (9 * 1280, 12)]
)
def test_products_go_through_ranges_that_threads_can_share(n, count):
    blocks = Design(np.zeros((n, 2)), np.zeros((n, 3))).blocks()
    ranges = [(rows.start, rows.stop) for part in blocks for rows in part]
    assert len(ranges) == count
    assert [0, *(high for _, high in ranges)] == [*(low for low, _ in ranges), n]
    sizes = {high - low for low, high in ranges}
    assert max(sizes) <= 1280 and max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(
    ("ranges", "parts"), [(4, [1] * 4), (16, [1] * 16), (20, [2] * 10), (40, [3] * 13 + [1])]
)
def test_ranges_are_dealt_out_in_sixteen_parts_at_most(ranges, parts):
    n = 1280 * ranges
    blocks = Design(np.zeros((n, 1)), np.zeros((n, 2))).blocks()
    assert [len(part) for part in blocks] == parts
    # With tasks of their own lengths a range is whole tasks.
    starts = np.array([0, 100, 100, 1281, n])
    edges = [(rows.start, rows.stop) for part in Design(*[np.zeros((n, 1))] * 2).blocks(starts)
             for rows in part]  # fmt: skip
    assert edges == [(0, 1281), (1281, n)]


def test_what_does_not_fit_in_memory_is_refused(rng, monkeypatch):
    monkeypatch.setattr(direct, "LARGEST", 10)
    with pytest.raises(ValueError, match='solver "direct" takes min'):
        solve(drawn(5, 10, 2, 50, 0.1, 0.0, rng), "direct")


def test_the_residual_is_relative_whatever_the_unit_of_the_labels(rng):
    problem = drawn(3, 4, 2, 20, 0.1, 0.01, rng)
    small = RidgeProblem(problem.design, problem.y * 1e-9, problem.penalty)
    assert 0 < direct.solve(small, 1e-9).residual < 1e-12
