import math
import re
import sqlite3

import numpy as np
import pytest
from scipy import stats

from icl_theory.finite import finite_errors, jobs, simulate
from icl_theory.finite.estimate import MEASURED, Estimate
from icl_theory.finite.grid import contents
from icl_theory.finite.operator import Design
from icl_theory.finite.population import of_fresh_tasks, of_tasks
from icl_theory.finite.run import RUNS, Pretraining
from icl_theory.finite.setup import Setup
from icl_theory.finite.solvers import RidgeProblem, solve
from icl_theory.finite.store import Store
from icl_theory.finite.tasks import draw_vectors

POINT = {"d": 8, "tau": 0.5, "alpha": 3, "kappa": 1, "rho": 0.1, "lam": 0.01}


def same(one, other):
    return all(
        np.array_equal(getattr(one, name).values, getattr(other, name).values) for name in MEASURED
    )


def test_prediction_of_a_simulation_is_that_of_finite_errors():
    for extra in ({}, {"tasks": "gaussian"}, {"assignment": "balanced"}, {"seed": 3}):
        simulation = simulate(**POINT, runs=3, **extra)
        assert same(simulation.prediction, finite_errors(**POINT, runs=3, **extra))


def test_residuals_are_paired_run_by_run():
    result = simulate(**POINT, runs=5)
    for name in MEASURED:
        simulated, predicted, residual = (
            getattr(part, name).values for part in (result, result.prediction, result.residual)
        )
        assert np.array_equal(simulated - predicted, residual)
    np.testing.assert_allclose(result.gap.values, result.icl.values - result.idg.values)


def test_a_seed_fixes_the_result_and_another_changes_it():
    assert same(simulate(**POINT, runs=3), simulate(**POINT, runs=3))
    assert not same(simulate(**POINT, runs=3), simulate(**POINT, runs=3, seed=1))


def test_more_runs_keep_the_first_ones():
    few, many = simulate(**POINT, runs=3), simulate(**POINT, runs=5)
    assert np.array_equal(few.icl.values, many.icl.values[:3])


def test_fresh_tasks_make_both_test_errors_one():
    result = simulate(8, 0.5, 3, "inf", 0.1, 0.01, runs=3)
    assert np.array_equal(result.icl.values, result.idg.values)
    assert np.all(result.gap.values == 0) and result.residual.gap.z == 0


def test_the_ridgeless_estimator_interpolates_up_to_the_threshold():
    assert np.all(simulate(8, 1, 3, 1, 0.1, runs=3).train.values == 0)
    assert np.all(simulate(8, 1.3, 3, 1, 0.1, runs=3).train.values > 0)


def test_at_the_threshold_the_prediction_is_infinite_and_says_nothing_of_z():
    result = simulate(4, 1.25, 3, 1, 0.1, runs=3)
    assert math.isinf(result.prediction.icl.mean) and math.isfinite(result.icl.mean)
    assert math.isnan(result.residual.icl.z)


def test_whole_pipeline_has_the_law_of_drawn_contexts(rng, contexts):
    d, ell, k, n, rho, lam, runs = 4, 6, 3, 12, 0.2, 0.05, 400
    fast = simulate(d, n / d**2, ell / d, k / d, rho, lam, runs=runs)
    judge = []
    for _ in range(runs):
        w = draw_vectors("sphere", k, d, rng)
        data = contexts(w[rng.integers(k, size=n)], ell, rho, rng)
        gamma = solve(RidgeProblem(Design(data.x, data.g), data.y, n / d * lam)).gamma
        judge.append(
            (of_fresh_tasks(fast.sizes, rho).error(gamma), of_tasks(w, ell, rho).error(gamma))
        )
    icl, idg = np.transpose(judge)
    assert stats.ks_2samp(fast.icl.values, icl).pvalue > 1e-4
    assert stats.ks_2samp(fast.idg.values, idg).pvalue > 1e-4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rho": -0.1}, "rho must be a finite number >= 0, got -0.1"),
        ({"lam": math.inf}, "lam must be a finite number >= 0, got inf"),
        ({"alpha": math.inf}, "alpha must be finite at finite d, got inf"),
        ({"seed": -1}, "seed must be an integer >= 0, got -1"),
        ({"seed": 1.5}, "seed must be an integer >= 0, got 1.5"),
        ({"runs": 0}, "runs must be an integer >= 1, got 0"),
        ({"workers": 0}, "workers must be an integer >= 1, got 0"),
        (
            {"tasks": "cube"},
            'tasks must be one of "sphere", "gaussian", or a Spectrum, got \'cube\'',
        ),
        ({"assignment": "x"}, 'assignment must be one of "multinomial", "balanced", got \'x\''),
    ],
)
def test_what_is_outside_of_the_domain_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        simulate(**{**POINT, **change})


def test_an_unknown_solver_is_refused():
    with pytest.raises(ValueError, match='solver must be one of "auto", "primal"'):
        simulate(**POINT, solver="magic")


def test_estimates_of_one_run_claim_nothing():
    one = Estimate(np.array([2.0]))
    assert one.mean == 2 and one.standard_error == math.inf and math.isnan(one.z)
    equal = Estimate(np.array([0.1, 0.1, 0.1]))
    assert equal.standard_error == 0 and equal.z == math.inf
    values = Estimate(np.array([1.0, 2.0, 3.0, 6.0]))
    assert values.standard_error == pytest.approx(stats.sem(values.values))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((0.62, 0.64), "0.630 ± 0.010"),
        ((1.1, 1.5, 1.6), "1.40 ± 0.15"),
        ((1200.0, 5600.0), "3400 ± 2200"),
        ((0.1, 0.1), "0.1 ± 0"),
        ((2e-12, 4e-12), "3e-12 ± 1e-12"),
    ],
)
def test_a_mean_has_the_digits_that_its_error_leaves(values, text):
    assert Estimate(np.array(values)).short == text


def test_a_store_is_read_instead_of_running_again(tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite"
    first = simulate(**POINT, runs=3, store=path)
    with Store(path) as store:
        assert len(store.all_of(RUNS)) == 3
    made = []
    simulate_run = jobs.simulate_run
    monkeypatch.setattr(
        jobs, "simulate_run", lambda setup, run: made.append(run) or simulate_run(setup, run)
    )
    again = simulate(**POINT, runs=5, store=path)
    assert sorted(made) == [3, 4]
    assert np.array_equal(first.icl.values, again.icl.values[:3])
    assert same(again, simulate(**POINT, runs=5))


@pytest.mark.parametrize(
    "change",
    [
        {"d": 9},
        {"tau": 0.6},
        {"alpha": 4},
        {"kappa": "inf"},
        {"kappa": 2},
        {"rho": 0.2},
        {"lam": 0.02},
        {"seed": 1},
        {"tasks": "gaussian"},
        {"assignment": "balanced"},
        {"solver": "direct"},
        {"precision": "float32"},
    ],
)
def test_a_store_keeps_apart_whatever_changes_the_result(change, tmp_path):
    with Store(tmp_path / "runs.sqlite") as store:
        simulate(**POINT, runs=2, store=store)
        other = Pretraining(Setup.read(**{**POINT, **change}))
        assert store.read(other, 2) == []
        simulate(**{**POINT, **change}, runs=2, store=store)
        assert len(store.read(other, 2)) == 2
        kept = contents(store)
    assert [len(results) for _, results in kept] == [2, 2]
    assert {setup for setup, _ in kept} == {Setup.read(**POINT), other.setup}


def test_a_file_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE runs (a, b)")
    connection.close()
    with pytest.raises(ValueError, match="with other columns"):
        simulate(**POINT, store=path)


@pytest.mark.slow
def test_results_do_not_depend_on_the_number_of_processes():
    one, two = (simulate(**POINT, runs=4, workers=workers) for workers in (1, 2))
    for name in MEASURED:
        np.testing.assert_allclose(getattr(one, name).values, getattr(two, name).values, rtol=1e-11)
