"""Which solver is taken, which is refused, and the factors that they begin with."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from icl_theory.finite import solvers, threads
from icl_theory.finite.operator import Design
from icl_theory.finite.solvers import RidgeProblem, cholesky, direct, dual, primal
from icl_theory.finite.solvers import tasks as by_tasks


def sized(d, n, lam=1e-3, starts=None, equivalent=None):
    """A problem of some size whose data nobody looks at."""
    room = np.broadcast_to(1.0, (n, 1))
    design = Design(np.broadcast_to(room, (n, d)), np.broadcast_to(room, (n, d + 1)))
    return RidgeProblem(design, np.broadcast_to(1.0, n), n / d * lam, starts, equivalent)


def drawn(d, n, penalty, rng, starts=None):
    design = Design(rng.standard_normal((n, d)), rng.standard_normal((n, d + 1)))
    return RidgeProblem(design, rng.standard_normal(n), penalty, starts)


def iterations(n, p, tolerance):
    """Conjugate gradients on a spectrum between the edges (1 -+ sqrt(n/p))^2."""
    s = math.sqrt(min(min(n, p) / max(n, p), 1 - 1e-6))
    condition = ((1 + s) / (1 - s)) ** 2
    return max(1.0, math.sqrt(condition) * math.log(2 / tolerance) / 2)


@pytest.mark.parametrize(("n", "p"), [(10, 90), (90, 10), (90, 90), (1, 10**9), (50, 72)])
def test_iterations_are_those_of_the_edges_of_the_spectrum(n, p):
    d = round((math.sqrt(4 * p + 1) - 1) / 2)
    expected = iterations(n, d * (d + 1), 1e-10)
    assert solvers._iterations(sized(d, n), 1e-10) == pytest.approx(expected, rel=1e-12)


def test_a_ridge_makes_the_spectrum_narrower():
    ridge = SimpleNamespace(load=0.04, spectrum=SimpleNamespace(freedom=lambda xi: 10))
    s = 0.2
    expected = math.log(2 / 1e-8) / 2 * (1 + s) / (1 - s)
    found = solvers._iterations(sized(9, 90, equivalent=ridge), 1e-8)
    assert found == pytest.approx(expected, rel=1e-12)
    # One iteration at least.
    assert solvers._iterations(sized(1000, 1), 0.9) == 1.0


def quickest(d, n, starts=None):
    """The counts of operations that the choice is made of, from those of textbooks.

    A product of Gamma with all features is 2 n d (d + 1) operations there and as many back, taken
    as 1.6 times as slow as BLAS, of which half is saved by single precision; a Cholesky factor
    n^3/3; an inverse of a block n^3; a Gram matrix 2 n^2 d twice; all but these are overheads.
    """
    p = d * (d + 1)
    product, steps = 1.6 * 4 * n * p / 2, iterations(n, p, 1e-10)
    sizes = np.ones(1) if starts is None else np.diff(starts).astype(float)
    times = {}
    if n <= p:
        times["dual"] = steps * (product + 1e6) + (sizes**3).sum()
        times["cholesky"] = n**3 / 3 + 4 * d * n**2 + 10 * product + 50 * n**2
        times["direct"] = n**3 + 4 * d * n**2
        if n > 24_000:
            del times["cholesky"]
        if n > 20_000:
            del times["direct"]
    else:
        times["primal"] = steps * (product + 1e6)
        times["direct"] = n * p**2 + p**3
        if p > 20_000:
            del times["direct"]
    return times


def test_the_quickest_solver_is_chosen():
    chosen = set()
    for d in (4, 10, 14, 20, 25, 30, 45, 60, 90, 160, 300):
        for n in np.unique(np.geomspace(1, 20 * d * (d + 1), 60).round().astype(int)).tolist():
            for tasks in (1, max(1, n // 40), None):
                starts = None if tasks is None else np.linspace(0, n, tasks + 1).round().astype(int)
                times = quickest(d, n, starts)
                best, *others = sorted(times, key=times.__getitem__)
                # A tie may be broken by rounding.
                if not others or times[others[0]] > times[best] * (1 + 1e-9):
                    found = solvers.choose(sized(d, n, starts=starts), 1e-10)
                    assert found == best, (d, n, tasks)
                    chosen.add(best)
    assert chosen == set(solvers.SOLVERS)


def test_what_is_too_large_is_not_chosen(monkeypatch):
    n, d = 30, 6
    choice = solvers.choose(sized(d, n), 1e-10)
    assert choice == "direct"
    for largest, expected in ((30, "direct"), (29, "cholesky")):
        monkeypatch.setattr(direct, "LARGEST", largest)
        assert solvers.choose(sized(d, n), 1e-10) == expected
    for largest, expected in ((30, "cholesky"), (29, "dual")):
        monkeypatch.setattr(cholesky, "LARGEST", largest)
        assert solvers.choose(sized(d, n), 1e-10) == expected
    for largest, expected in ((42, "direct"), (41, "primal")):
        monkeypatch.setattr(direct, "LARGEST", largest)
        assert solvers.choose(sized(d, 50), 1e-10) == expected


def test_bounds_of_sizes_are_those_of_their_memory():
    gigabyte = 1e9
    assert 8 * direct.LARGEST**2 / gigabyte == 3.2
    assert round(4 * cholesky.LARGEST**2 / gigabyte, 1) == 2.3


@pytest.mark.parametrize(
    ("name", "n", "penalty", "refused"),
    [
        # d = 3: twelve parameters, and so the threshold.
        ("dual", 12, 0.0, False),
        ("dual", 13, 0.0, True),
        ("dual", 13, 1.0, False),
        ("cholesky", 12, 0.0, False),
        ("cholesky", 13, 0.0, True),
        ("primal", 12, 0.0, False),
        ("primal", 11, 0.0, True),
        ("primal", 11, 1.0, False),
        ("primal", 13, 0.0, False),
        ("direct", 11, 0.0, False),
        ("direct", 13, 0.0, False),
    ],
)
def test_a_solver_without_a_ridge_is_for_one_side_of_the_threshold(name, n, penalty, refused):
    problem = sized(3, n, penalty * 3 / n)
    assert solvers.hopeless(name, problem, 1e-10) is refused
    if refused:
        right = '"primal"' if n > 12 else '"dual", "cholesky"'
        with pytest.raises(ValueError, match=f'^solver must be {right}, "direct" or "auto" for n'):
            solvers.solve(problem, name)


def test_a_ridge_must_be_seen_beside_the_largest_eigenvalue():
    # Rounding leaves eps times the largest eigenvalue, n top/d, of the kernel matrix.
    ridge = SimpleNamespace(top=2.0, spectrum=SimpleNamespace(freedom=lambda xi: 4))
    n, d, tolerance = 30, 3, 1e-8
    least = np.finfo(float).eps * (n * 2.0 / d) / (30 * tolerance)
    for factor, refused in ((1.01, False), (0.99, True)):
        problem = sized(d, n, least * factor * d / n, equivalent=ridge)
        assert solvers.hopeless("dual", problem, tolerance) == refused
        assert not solvers.hopeless("primal", problem, tolerance)


def test_a_residual_above_the_tolerance_is_no_result(monkeypatch, rng):
    problem = drawn(3, 8, 0.1, rng)
    poor = solvers.Solution(np.zeros((3, 4)), "dual", 1, 1e-3)
    monkeypatch.setattr(solvers, "SOLVERS", {"dual": lambda *_: poor, "direct": direct.solve})
    monkeypatch.setattr(solvers, "choose", lambda *_: "dual")
    sentence = r'got "dual", which comes to a relative residual of 1\.0e-03, not 9\.0e-04$'
    with pytest.raises(ValueError, match=sentence):
        solvers.solve(problem, "dual", 9e-4)
    assert solvers.solve(problem, "dual", 1e-3) is poor
    # What was chosen is replaced, where that takes no more than there is.
    monkeypatch.setattr(direct, "LARGEST", 8)
    assert solvers.solve(problem, "auto", 9e-4).solver == "direct"
    monkeypatch.setattr(direct, "LARGEST", 7)
    with pytest.raises(ValueError, match=sentence):
        solvers.solve(problem, "auto", 9e-4)
    # One BLAS thread is what products expect.
    seen = []
    monkeypatch.setattr(threads, "blas", lambda n: seen.append(n) or threads._turns.shared())
    solvers.solve(problem, "dual", 1e-3)
    assert seen == [1]


@pytest.mark.parametrize("rows", [4, 1024])
def test_the_factor_is_that_of_the_kernel_matrix(rows, monkeypatch, rng):
    monkeypatch.setattr(cholesky, "_ROWS", rows)
    problem = drawn(4, 15, 0.5, rng)
    factor = np.tril(cholesky._factor(problem.design.astype(np.float32), 0.5)).astype(float)
    expected = problem.design.kernel() + 0.5 * np.eye(15)
    assert np.linalg.norm(factor @ factor.T - expected) < 1e-6 * np.linalg.norm(expected)


def test_the_diagonal_of_a_singular_matrix_is_raised_no_more_than_has_to_be(rng):
    # 40 sequences, and features in 6 dimensions.
    design = drawn(2, 40, 0.0, rng).design
    kernel = design.kernel()
    factor = np.tril(cholesky._factor(design.astype(np.float32), 0.0)).astype(float)
    raised = np.diagonal(factor @ factor.T - kernel) / kernel.diagonal().max()
    # Four units of rounding, or eight or 64 times as many; and the rounding of the factor.
    steps = 4 * np.finfo(np.float32).eps * np.array([1, 8, 64])
    assert np.abs(steps - raised.mean()).min() < np.finfo(np.float32).eps * 3
    assert np.linalg.eigvalsh(kernel)[0] < 1e-12


def test_few_iterations_correct_a_factor_in_single_precision(rng):
    for n in (20, 41):
        found = cholesky.solve(drawn(6, n, 1e-3, rng), 1e-12)
        assert found.solver == "cholesky" and found.iterations <= 6 and found.residual <= 1e-12


def test_a_factor_too_large_is_refused(monkeypatch, rng):
    problem = drawn(3, 8, 0.1, rng)
    monkeypatch.setattr(cholesky, "LARGEST", 8)
    assert cholesky.solve(problem, 1e-10).residual <= 1e-10
    monkeypatch.setattr(cholesky, "LARGEST", 7)
    with pytest.raises(ValueError, match=r'^solver "cholesky" takes n <= 7, got 8; use "auto"$'):
        cholesky.solve(problem, 1e-10)
    monkeypatch.setattr(direct, "LARGEST", 8)
    assert direct.solve(problem).iterations == 0
    monkeypatch.setattr(direct, "LARGEST", 7)
    with pytest.raises(ValueError, match=r"min\(n, d \(d \+ 1\)\) <= 7, got 8; use \"auto\"$"):
        direct.solve(problem)
    monkeypatch.setattr(direct, "LARGEST", 12)
    assert direct.solve(drawn(3, 50, 0.1, rng)).iterations == 0


@pytest.mark.parametrize(("shared", "expected"), [(8, 3), (9, 1)])
def test_a_large_factor_is_made_by_several_threads(shared, expected, monkeypatch, rng):
    monkeypatch.setattr(cholesky, "_SHARED", shared)
    monkeypatch.setattr(threads, "_count", 3)
    seen = []
    monkeypatch.setattr(threads, "blas", lambda n: seen.append(n) or threads._turns.shared())
    cholesky.solve(drawn(3, 8, 0.1, rng), 1e-8)
    assert set(seen) == {expected}


def test_inverses_by_tasks_are_those_of_the_blocks(rng):
    starts = np.array([3, 5, 6, 11])
    problem = drawn(4, 14, 0.3, rng)
    inverse = by_tasks.Inverse(problem.fast, starts, 0.3)
    right = rng.standard_normal(8).astype(np.float32)
    kernel = problem.design.kernel() + 0.3 * np.eye(14)
    expected = np.concatenate(
        [
            np.linalg.solve(kernel[low:high, low:high], right[low - 3 : high - 3])
            for low, high in ((3, 5), (5, 6), (6, 11))
        ]
    )
    np.testing.assert_allclose(inverse(right), expected, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("d", "tasks", "n", "coupled"),
    [(5, 2, 40, True), (4, 2, 40, False), (5, 1, 40, False), (5, 4, 40, True), (5, 5, 40, False)],
)
def test_tasks_are_coupled_where_that_pays(d, tasks, n, coupled, monkeypatch, rng):
    monkeypatch.setattr(by_tasks, "_LARGE", 5)
    monkeypatch.setattr(by_tasks, "_MANY", 8)
    starts = np.linspace(0, n, tasks + 1).astype(int)
    found = by_tasks.Preconditioner(drawn(d, n, 0.1, rng, starts))
    assert (found.coupling is not None) is coupled


def test_fresh_tasks_have_blocks_of_one(rng):
    problem = drawn(4, 7, 0.3, rng)
    found = by_tasks.Preconditioner(problem).inverses[0]
    expected = 1 / (problem.design.kernel().diagonal() + 0.3)
    np.testing.assert_allclose(found(np.ones(7, np.float32)), expected, rtol=1e-5)
    assert dual.solve(problem, 1e-10).residual <= 1e-10


def test_directions_that_see_no_data_are_resolved(rng):
    # n below p: with a small ridge the normal equations hardly say which solution is meant.
    problem = drawn(4, 12, 1e-2, rng)
    expected = direct.solve(problem).gamma
    found = primal.solve(problem, 1e-10)
    assert np.linalg.norm(found.gamma - expected) < 1e-6 * np.linalg.norm(expected)
    # The bound on the error that is left, a hundred times the tolerance.
    right = problem.design.adjoint(problem.y)
    left = found.residual * np.linalg.norm(right)
    assert left / (problem.penalty * np.linalg.norm(found.gamma)) <= 1e-8
    nothing = primal.solve(replace(problem, y=np.zeros(12)), 1e-10)
    assert not nothing.gamma.any() and nothing.iterations == 0
    with pytest.raises(ValueError, match=r'^solver must be "dual", "cholesky", .* got "primal"$'):
        primal.solve(drawn(4, 12, 1e-13, rng), 1e-10)


def test_what_is_raised_of_a_diagonal_is_four_units_of_rounding():
    # Kernel diag(1, 1e-20, 1e-20), to which that is added: no less, and no more than has to be.
    x = np.diag([1.0, 1e-10, 1e-10])
    design = Design(x, np.column_stack([np.eye(3), np.zeros(3)])).astype(np.float32)
    unit = 2.0**-23
    for penalty, raised in ((0.0, 4 * unit), (3.9 * unit, 4 * unit), (1e-3, 1e-3)):
        factor = np.tril(cholesky._factor(design, penalty))
        np.testing.assert_allclose(factor.diagonal()[1:] ** 2, raised, rtol=1e-5)
        inverse = by_tasks.Inverse(design, np.array([0, 3]), penalty)
        found = inverse(np.array([0, 1, 2], np.float32))
        np.testing.assert_allclose(found, np.array([0, 1, 2]) / raised, rtol=1e-5, atol=1e-6)


def test_a_diagonal_is_raised_until_the_matrix_is_definite(monkeypatch):
    from scipy import linalg

    seen = []
    factorise = linalg.lapack.spotrf

    def fail_twice(matrix, **options):
        seen.append(matrix.diagonal().copy())
        factor, failed = factorise(matrix, **options)
        return factor, len(seen) if len(seen) < 3 else failed

    monkeypatch.setattr(linalg.lapack, "spotrf", fail_twice)
    x = np.diag([1.0, 1e-10])
    cholesky._factor(Design(x, np.column_stack([np.eye(2), np.zeros(2)])).astype(np.float32), 1e-2)
    np.testing.assert_allclose([one[1] for one in seen], [1e-2, 8e-2, 64e-2], rtol=1e-6)
