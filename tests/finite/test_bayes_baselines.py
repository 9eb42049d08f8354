"""The simulated Bayes estimators against loops that draw contexts, queries and labels."""

import math
import re

import numpy as np
import pytest
from scipy import stats
from scipy.special import softmax

from icl_theory.finite import simulate, simulate_bayes_ridge, simulate_dmmse
from icl_theory.finite.baselines.contexts import draw_designs, draw_eigenvalues
from icl_theory.finite.baselines.dmmse import (
    DmmseSetup,
    Tasks,
    context_errors,
    posterior,
)
from icl_theory.finite.run import RUNS
from icl_theory.finite.seeds import streams
from icl_theory.finite.setup import Setup
from icl_theory.finite.store import Store
from icl_theory.finite.tasks import draw_vectors

#: Significance of a single test.
LEVEL = 1e-5


def judge_dmmse(d, ell, k, rho, law, runs, contexts, rng):
    """Mean errors of each run, array (runs, 2): one query and label for each context."""
    found = np.empty((runs, contexts, 2))
    for run in range(runs):
        tasks = draw_vectors(law, k, d, rng)
        for context in range(contexts):
            own = tasks[rng.integers(k)]
            for column, true in enumerate((draw_vectors(law, 1, d, rng)[0], own)):
                x = rng.standard_normal((ell + 1, d)) / math.sqrt(d)
                y = x @ true + math.sqrt(rho) * rng.standard_normal(ell + 1)
                energies = ((y[:ell, None] - x[:ell] @ tasks.T) ** 2).sum(axis=0) / (2 * rho)
                weights = np.exp(energies.min() - energies)
                prediction = x[ell] @ (weights @ tasks) / weights.sum()
                found[run, context, column] = (y[ell] - prediction) ** 2
    return found.mean(axis=1)


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
@pytest.mark.parametrize(
    ("d", "ell", "k", "rho"), [(4, 6, 3, 0.3), (4, 6, 9, 0.3), (5, 2, 7, 0.5), (5, 2, 3, 1.0)]
)
def test_dmmse_errs_as_much_as_where_everything_is_drawn(law, d, ell, k, rho, rng):
    fast = simulate_dmmse(d, ell / d, k / d, rho, runs=400, contexts=24, tasks=law)
    judge = judge_dmmse(d, ell, k, rho, law, 200, 8, rng)
    for estimate, values in ((fast.icl, judge[:, 0]), (fast.idg, judge[:, 1])):
        test = stats.ttest_ind(estimate.values, values, equal_var=False)
        assert test.pvalue > LEVEL


POINT = {"d": 6, "alpha": 2, "kappa": 1.5, "rho": 0.2, "runs": 3, "contexts": 40}


def same(one, other):
    return np.array_equal(one.icl.values, other.icl.values) and np.array_equal(
        one.idg.values, other.idg.values
    )


def test_dmmse_runs_are_found_in_a_store_beside_those_of_pretraining(tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite"
    simulate(6, 0.5, 2, 1.5, 0.2, 0.1, runs=2, store=path)
    first = simulate_dmmse(**POINT, store=path)
    made = []
    run = DmmseSetup.simulate
    monkeypatch.setattr(DmmseSetup, "simulate", lambda s, i: made.append(i) or run(s, i))
    assert same(first, simulate_dmmse(**POINT, store=path)) and made == []
    more = simulate_dmmse(**{**POINT, "runs": 5}, store=path)
    assert sorted(made) == [3, 4]
    assert same(more, simulate_dmmse(**{**POINT, "runs": 5}))
    with Store(path) as store:
        assert len(store.all_of(RUNS)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"d": 7},
        {"alpha": 3},
        {"kappa": 1},
        {"rho": 0.3},
        {"contexts": 41},
        {"seed": 1},
        {"tasks": "gaussian"},
    ],
)
def test_a_store_keeps_dmmse_setups_apart(change, tmp_path):
    with Store(tmp_path / "runs.sqlite") as store:
        first = simulate_dmmse(**POINT, store=store)
        assert not same(first, simulate_dmmse(**{**POINT, **change}, store=store))


@pytest.mark.parametrize(("ell", "r"), [(3, 3), (5, 3), (40, 4), (2, 4), (1, 1)])
def test_designs_have_the_gram_matrices_of_drawn_tokens(ell, r, rng):
    count = 8000
    fast = draw_designs(count, ell, r, 0.3, rng)
    x = math.sqrt(0.3) * rng.standard_normal((count, ell, r))
    assert fast.shape == (count, min(ell, r), r)
    directions = rng.standard_normal((2, r))
    for statistic in (
        lambda x: np.square(x @ directions[0]).sum(axis=1),
        lambda x: np.einsum("nir,nis->nrs", x, x)[:, 0, -1],
        lambda x: np.sum((x @ directions[0]) * (x @ directions[1]), axis=1),
        lambda x: np.square(np.einsum("nir,nis->nrs", x, x)).sum(axis=(1, 2)),
    ):
        assert stats.ks_2samp(statistic(fast), statistic(x)).pvalue > LEVEL


@pytest.mark.parametrize(("ell", "d"), [(3, 3), (9, 3), (3, 9), (1, 4), (4, 1), (1, 1)])
def test_eigenvalues_have_the_law_of_those_of_drawn_tokens(ell, d, rng):
    count = 8000
    fast = draw_eigenvalues(count, ell, d, 0.3, rng)
    x = math.sqrt(0.3) * rng.standard_normal((count, ell, d))
    judge = np.linalg.svd(x, compute_uv=False)[:, ::-1] ** 2
    assert fast.shape == judge.shape
    for column in range(min(ell, d)):
        assert stats.ks_2samp(fast[:, column], judge[:, column]).pvalue > LEVEL


def draw_context(true, ell, rho, rng):
    """Tokens and labels of a context, from the definition of the model."""
    x = rng.standard_normal((ell, len(true))) / math.sqrt(len(true))
    return x, x @ true + math.sqrt(rho) * rng.standard_normal(ell)


@pytest.mark.parametrize(("d", "ell", "k"), [(5, 8, 3), (5, 8, 7), (5, 3, 4), (6, 2, 8)])
def test_errors_of_contexts_have_the_law_of_drawn_ones(d, ell, k, rng):
    rho, count = 0.4, 4000
    setup = DmmseSetup.read(d, ell / d, k / d, rho)
    vectors = draw_vectors("sphere", k, d, rng)
    fast = context_errors(setup, Tasks.of(vectors), count, 1, rng)
    judge = np.empty((count, 2))
    for context in range(count):
        fresh = draw_vectors("sphere", 1, d, rng)[0]
        for column, true in enumerate((fresh, vectors[rng.integers(k)])):
            x, y = draw_context(true, ell, rho, rng)
            weights = softmax(-((y[:, None] - x @ vectors.T) ** 2).sum(axis=0) / (2 * rho))
            distance = np.square(weights @ vectors - true).sum()
            variance = weights @ np.square(vectors - weights @ vectors).sum(axis=1)
            judge[context, column] = rho + (variance if column else distance) / d
    for column in range(2):
        assert stats.ks_2samp(fast[column].ravel(), judge[:, column]).pvalue > LEVEL


def test_contexts_that_share_tokens_have_the_same_law(rng):
    setup = DmmseSetup.read(4, 2, 1.5, 0.4)
    tasks = Tasks.of(draw_vectors("sphere", 6, 4, rng))
    alone = context_errors(setup, tasks, 4000, 1, rng)
    # Of contexts with the same tokens, only the last.
    shared = context_errors(setup, tasks, 4000, 5, rng)
    for column in range(2):
        assert stats.ks_2samp(alone[column][:, 0], shared[column][:, -1]).pvalue > LEVEL


def test_averaging_the_query_over_its_law_cuts_the_variance_as_often_as_twice_d(rng):
    # A squared error of Gaussian predictions has twice the square of its mean as variance; what
    # is left, |mean task - task|^2/d, concentrates.
    d, k, rho = 100, 50, 0.1
    setup = DmmseSetup.read(d, 2, k / d, rho)
    tasks = Tasks.of(draw_vectors("sphere", k, d, rng))
    errors = context_errors(setup, tasks, 200, 16, rng)[0].ravel()
    drawn = errors * rng.chisquare(1, len(errors))
    assert drawn.var() / errors.var() > d


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
@pytest.mark.parametrize(("ell", "d"), [(2, 5), (7, 5)])
def test_bayes_ridge_errs_as_much_as_where_everything_is_drawn(law, ell, d, rng):
    rho, count = 0.3, 5000
    judge = np.empty(count)
    for context, true in enumerate(draw_vectors(law, count, d, rng)):
        x, y = draw_context(true, ell, rho, rng)
        found = np.linalg.solve(x.T @ x + rho * np.eye(d), x.T @ y)
        query = rng.standard_normal(d) / math.sqrt(d)
        judge[context] = (query @ (true - found) + math.sqrt(rho) * rng.standard_normal()) ** 2
    fast = simulate_bayes_ridge(d, ell / d, rho, runs=50, contexts=50)
    assert stats.ttest_ind(fast.icl.values, judge, equal_var=False).pvalue > LEVEL
    assert fast.icl.standard_error < judge.std() / math.sqrt(count)


def test_without_label_noise_the_weights_go_to_the_nearest_task():
    point = {"d": 10, "alpha": 2, "kappa": 2, "runs": 5}
    limit, near = (simulate_dmmse(**point, rho=rho) for rho in (0, 1e-12))
    assert np.all(limit.idg.values < 1e-15)
    np.testing.assert_allclose(near.icl.values, limit.icl.values, rtol=1e-3)
    # Tasks of one dimension are +1 and -1, several of them equal.
    assert simulate_dmmse(1, 1, 5, 0, runs=3).idg.mean < 1e-15


@pytest.mark.parametrize(("alpha", "effective"), [(0.5, 0.5), (0.7, 0.75), (1.3, 1.25)])
def test_the_context_length_of_ridge_is_that_of_whole_tokens(alpha, effective):
    found = simulate_bayes_ridge(4, alpha, 0.1, runs=1, contexts=1)
    assert found.alpha == effective == found.ell / 4


def test_without_label_noise_ridge_errs_on_directions_unseen():
    assert simulate_bayes_ridge(8, 0.5, 0, runs=2).icl.mean == 0.5
    assert simulate_bayes_ridge(8, 1, 0, runs=2).icl.mean == 0


def test_large_log_weights_neither_overflow_nor_lose_their_sum():
    scores = np.array([[1e300, 1e300, -1e300], [-1e300, -1e300, -1e305]])
    for rho in (1e-3, 1e-300):
        found = posterior(scores.copy(), rho)
        np.testing.assert_array_equal(found, [[0.5, 0.5, 0], [0.5, 0.5, 0]])
    np.testing.assert_allclose(posterior(np.array([3.0, 1.0]), 0.5), softmax([6, 2]), rtol=1e-15)
    # Weights keep their digits until they underflow.
    np.testing.assert_allclose(posterior(np.array([0.0, -700.0]), 1.0)[1], math.exp(-700))
    assert posterior(np.array([0.0, -745.1]), 1.0)[1] == math.exp(-745.1) == 5e-324
    assert posterior(np.array([0.0, -745.2]), 1.0)[1] == math.exp(-745.2) == 0
    # Rows are apart from each other, however far.
    rows = posterior(np.array([[0.0, -1.0], [1e4, 1e4 - 1]]), 1.0)
    np.testing.assert_allclose(rows, [softmax([0, -1])] * 2, rtol=1e-15)


def test_one_task_is_always_the_answer():
    result = simulate_dmmse(7, 1, 1 / 7, 0.3, runs=50)
    assert np.all(result.idg.values == 0.3)
    # The distance of two independent points of the sphere.
    assert abs(result.icl.mean - 2.3) < 5 * result.icl.standard_error


def test_more_dmmse_runs_keep_the_first_ones_and_a_seed_fixes_them():
    few, many = simulate_dmmse(**POINT), simulate_dmmse(**{**POINT, "runs": 5})
    assert np.array_equal(few.icl.values, many.icl.values[:3])
    assert same(few, simulate_dmmse(**POINT))
    assert not same(few, simulate_dmmse(**POINT, seed=1))


@pytest.mark.slow
def test_dmmse_does_not_depend_on_the_number_of_processes():
    assert same(simulate_dmmse(**POINT), simulate_dmmse(**POINT, workers=2))


def test_the_tasks_of_a_run_are_those_of_pretraining():
    setup = Setup.read(6, 0.5, 2, 1.5, 0.2)
    drawn = draw_vectors("sphere", 9, 6, streams(0, 4).tasks)
    assert np.array_equal(setup.task_set(4).vectors, drawn)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kappa": math.inf}, "kappa must be finite for dMMSE, got inf"),
        ({"alpha": "inf"}, "alpha must be finite at finite d, got inf"),
        ({"rho": -1}, "rho must be a finite number >= 0, got -1"),
        ({"kappa": 0.01}, "kappa is too small at this d: k = kappa d must round to >= 1, got 0.01"),
        ({"contexts": 0}, "contexts must be an integer >= 1, got 0"),
        ({"runs": 1.5}, "runs must be an integer >= 1, got 1.5"),
        ({"tasks": "cube"}, 'tasks must be one of "sphere", "gaussian", got \'cube\''),
    ],
)
def test_what_is_outside_of_the_domain_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        simulate_dmmse(**{**POINT, **change})
