"""Structured tasks, inputs and tests at finite d: sampling, prediction, their limit, the store."""

from __future__ import annotations

import csv
import math
import pickle
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from icl_theory import Spectrum, errors
from icl_theory.cli import main
from icl_theory.finite import (
    cross_validate,
    export,
    finite_errors,
    jobs,
    simulate,
    simulate_dmmse,
    sweep,
)
from icl_theory.finite.estimate import Estimate
from icl_theory.finite.population import of_fresh_tasks, of_pretraining
from icl_theory.finite.run import RUNS, SHIFTED, Fit, Models, Pretraining, setup_of
from icl_theory.finite.setup import Setup
from icl_theory.finite.shift import eigenvalues

POWER, LEVELS = Spectrum.power_law("9/10"), Spectrum.spike(4, "1/2")
POINT = (12, 2, 3, 1, 0.2, 0.1)
WIDE = {"test": "isotropic", "alpha_test": 9, "rho_test": 0.1}


def relative(found):
    return found.residual.icl.mean / found.prediction.icl.mean


def test_eigenvalues_are_quantiles():
    values, weights = eigenvalues(POWER, 40)
    assert values.mean() == pytest.approx(1)
    assert np.all(np.diff(values) < 0)
    assert np.all(values == weights)
    two, _ = eigenvalues(LEVELS, 8)
    assert np.all(two == np.repeat([1.6, 0.4], 4))


@pytest.mark.parametrize(
    ("point", "structure"),
    [
        ((2, 3, 0.75, 0.2, 0.01), {"tasks": POWER, **WIDE}),
        pytest.param((0.5, 4, 1, 0.3, 0.1), {"tasks": POWER}, marks=pytest.mark.slow),
        ((2.5, 3, 1, 0.2, 0), {"tasks": POWER, "inputs": LEVELS, **WIDE}),
        pytest.param((2, 3, 0.75, 0.2, 0.01), WIDE, marks=pytest.mark.slow),
        ((2, 3, 1, 0.2, 0.05), {"tasks": LEVELS, "test": "pretraining", "alpha_test": 9}),
    ],
    ids=["ridge", "below the threshold", "inputs, ridgeless", "test alone", "pretraining tasks"],
)
def test_simulation_agrees_with_the_second_order(point, structure):
    found = simulate(12, *point, **structure, runs=40)
    second = finite_errors(12, *point, **structure, runs=40, order=2)
    for name in ("icl", "idg", "train"):
        predicted = getattr(second, name)
        residual = Estimate(getattr(found, name).values - predicted.values)
        assert abs(residual.z) < 4, name
        # What the agreement is worth: an error of 24 % would be seen.
        assert residual.standard_error < 0.06 * predicted.mean


def test_a_ridge_sees_the_covariance_of_inputs():
    # Deviations of the first order fall with d; without the rows' own ridges they do not.
    point = (2, 3, 0.75, 0.2, 1.0)
    right = simulate(16, *point, tasks=POWER, inputs=LEVELS, runs=60)
    assert abs(relative(right)) < 0.04
    wrong = finite_errors(16, *point, tasks=POWER, runs=60)
    assert abs(right.icl.mean - wrong.icl.mean) > 5 * right.icl.standard_error


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
def test_laws_of_tasks_with_correlated_inputs(law):
    for kappa in (1, "inf"):
        found = simulate(16, 2, 3, kappa, 0.2, 0.1, tasks=law, inputs=LEVELS, runs=40)
        assert abs(relative(found)) < 0.1


def test_the_prediction_tends_to_the_limit():
    point = (2, 3, 0.75, 0.2, 0.05)
    limit = errors(*point, tasks=LEVELS, **WIDE)
    deviations = []
    for d in (32, 128):
        found = finite_errors(d, *point, tasks=LEVELS, **WIDE, runs=256 // d)
        deviations.append(found.icl.mean / limit.icl - 1)
    assert abs(deviations[1]) < 0.5 * abs(deviations[0]) + 0.005
    assert abs(deviations[1]) < 0.02


def test_rows_with_ridges_of_their_own_are_the_equivalent_where_they_are_equal():
    setup = Setup.read(10, 2, 3, 1, 0.2, 0.1, tasks=POWER, test="isotropic", alpha_test=5)
    tasks = setup.task_set(0)
    plain = Models.of(setup, tasks)
    for size in (1, 1.0000001):
        # A number of its own, so that it is not taken for the identity.
        inputs = Spectrum.atoms([size, 1], [1, 10**9])
        rows = Models.of(replace(setup, inputs=inputs), tasks)
        np.testing.assert_allclose(rows.predicted, plain.predicted, rtol=1e-6)


@pytest.mark.parametrize("lam", [0, 1e-9, 0.3, 1e6])
@pytest.mark.parametrize("alpha", [0.1, 1000])
@pytest.mark.parametrize("tau", ["1/100", "1/10", 1, "21/20"])
def test_the_effective_ridge_is_found_wherever_it_lies(tau, alpha, lam):
    # With long contexts all eigenvalues of E are nearly one, with short ones they are large.
    setup = Setup.read(10, tau, alpha, math.inf, 0.2, lam)
    tasks = setup.task_set(0)
    inputs = Spectrum.atoms([1.0000001, 1], [1, 10**9])
    rows = Models.of(replace(setup, inputs=inputs), tasks)
    np.testing.assert_allclose(rows.predicted, Models.of(setup, tasks).predicted, rtol=1e-5)
    assert rows.equivalent.xi * rows.equivalent.r == pytest.approx(lam, rel=1e-12)


@pytest.mark.parametrize("inputs", [None, LEVELS])
@pytest.mark.parametrize("lam", [0, 0.1])
def test_a_direction_that_is_empty_stays_out_of_the_preconditioner(inputs, lam):
    # A single task without noise: E has a direction without data, w' and the square minus it.
    setup = Setup.read(5, 2, 4, "1/5", 0, lam, inputs=inputs)
    tasks = setup.task_set(0)
    scale = np.ones(5) if inputs is None else setup.input_variances
    empty = np.append(-tasks.vectors[0] / 5 / np.sqrt(scale), 1.0)
    equivalent = Models.of(setup, tasks).equivalent
    # What is along it goes, and what is across is kept.
    across = np.linalg.qr(np.column_stack([empty, np.eye(6)[:, :5]]))[0][:, 1:]
    apply = equivalent.preconditioner()
    np.testing.assert_allclose(apply(np.tile(empty, (5, 1))), 0, atol=1e-9)
    found = apply(np.tile(across.T[0], (5, 1)))
    assert np.all(np.linalg.norm(found, axis=1) > 1e-3)
    np.testing.assert_allclose(found @ empty, 0, atol=1e-9)


@pytest.mark.parametrize("lam", [0.2, 0])
@pytest.mark.parametrize("tau", [0.5, 2.5])
def test_solvers_agree_with_correlated_inputs(tau, lam):
    setup = Setup.read(9, tau, 3, 1, 0.2, lam, tasks=POWER, inputs=LEVELS)
    direct = Fit.of(replace(setup, solver="direct"), 0).solution.gamma
    for name in ("dual", "cholesky") if tau < 1 else ("primal",):
        gamma = Fit.of(replace(setup, solver=name), 0).solution.gamma
        np.testing.assert_allclose(gamma, direct, rtol=1e-6, atol=1e-7)


def test_the_preconditioner_knows_the_inputs():
    steep = Spectrum.atoms([10, "1/10"], [1, 10])
    setup = Setup.read(16, 3, 3, 1, 0.2, 0.1, inputs=steep, solver="primal", tasks=POWER)
    fit = Fit.of(setup, 0)
    plain = Fit.of(replace(setup, inputs=None), 0)
    # Directions with little data cost iterations where the preconditioner is not told of them.
    assert fit.solution.iterations < 1.5 * plain.solution.iterations


def test_a_fresh_task_in_every_sequence():
    found = simulate(12, 1.5, 3, math.inf, 0.2, 0.1, tasks=POWER, runs=40)
    assert np.array_equal(found.icl.values, found.idg.values)
    assert abs(relative(found)) < 0.15


def test_what_a_test_is():
    one = simulate(*POINT, tasks=POWER, **WIDE, runs=6)
    assert one.rows.tolist() == simulate(*POINT, tasks=POWER, **WIDE, runs=6).rows.tolist()
    same = simulate(*POINT, tasks=POWER, test="pretraining", runs=6)
    assert np.array_equal(same.icl.values, same.idg.values)
    # Neither sequences nor the estimator depend on the test.
    assert np.array_equal(one.idg.values, same.idg.values)
    assert np.array_equal(one.train.values, same.train.values)
    gaussian = simulate(*POINT, tasks="gaussian", runs=3)
    isotropic = simulate(*POINT, tasks=Spectrum.isotropic(), runs=3)
    assert gaussian.setup == isotropic.setup
    assert gaussian.rows.tolist() == isotropic.rows.tolist()
    plain = simulate(*POINT, test="matched", alpha_test=3, rho_test=0.2, tasks=None, runs=1)
    assert plain.setup == simulate(*POINT, runs=1).setup


def test_the_error_of_a_test_is_that_of_an_explicit_population():
    setup = Setup.read(*POINT, tasks=POWER, inputs=LEVELS, **WIDE)
    fit = Fit.of(setup, 0)
    a = eigenvalues(LEVELS, 12)[0]
    root = np.append(np.sqrt(a), 1)
    population = of_fresh_tasks(replace(setup.sizes, ell=108), 0.1, "gaussian", np.diag(a))
    gamma = np.sqrt(a)[:, None] * fit.solution.gamma * root
    assert Pretraining(setup).simulate(0).simulated[0] == pytest.approx(population.error(gamma))


CASES = {
    "tasks": {"tasks": POWER},
    "atoms": {"tasks": Spectrum.atoms([2, "1/3"], [1, 2], test=[1, 4])},
    "inputs": {"inputs": LEVELS},
    "test": {"test": "pretraining", "rho_test": 0},
    "shift": {"tasks": LEVELS, **WIDE},
}


@pytest.mark.parametrize("name", CASES)
def test_runs_are_found_in_a_store(name, tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite"
    call = {"d": 6, "tau": 1, "alpha": 3, "kappa": 1, "rho": 0.2, "lam": 0.1, **CASES[name]}
    made = simulate(**call, runs=2, store=path)
    simulate(**{**call, "seed": 5}, runs=1, store=path)
    more = simulate(**call, runs=3, store=path)
    assert np.array_equal(more.rows[:2], made.rows)
    monkeypatch.setattr(jobs, "simulate_run", lambda *_: pytest.fail("a run was made"))
    assert np.array_equal(simulate(**call, runs=3, store=path).rows, more.rows)
    experiment = Pretraining(made.setup)
    assert setup_of(experiment.table, experiment.key()) == made.setup
    assert experiment.table is (RUNS if name == "tasks" else SHIFTED)
    assert pickle.loads(pickle.dumps(made.setup)) == made.setup


def test_tests_do_not_share_stored_runs(tmp_path):
    path = tmp_path / "runs.sqlite"
    calls = [*CASES.values(), {}, {"tasks": LEVELS}, {"tasks": LEVELS, **WIDE, "alpha_test": 8}]
    for call in calls:
        simulate(6, 1, 3, 1, 0.2, 0.1, **call, runs=1, store=path)
    with closing(sqlite3.connect(path)) as connection, connection:
        counts = [
            connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in ("runs", "shifted_runs")
        ]
    connection.close()
    assert counts == [3, 5]
    assert export(path, tmp_path / "runs.csv") == 8
    with (tmp_path / "runs.csv").open() as file:
        tests = [row["test"] for row in csv.DictReader(file)]
    assert tests.count("matched") == 4 and tests.count("pretraining") == 1


def test_workers_make_the_same_runs():
    call = {"tasks": LEVELS, "inputs": POWER, **WIDE, "runs": 3}
    here, there = simulate(*POINT, **call), simulate(*POINT, **call, workers=2)
    np.testing.assert_allclose(there.rows, here.rows, rtol=1e-9)


def test_a_sweep_has_the_test_in_its_table():
    result = sweep(6, [0.5, 1], 3, 1, 0.2, 0.1, tasks=LEVELS, **WIDE, runs=2)
    record = result.records()[1]
    assert record["ell_test"] == 54 and record["rho_test"] == 0.1
    assert Spectrum.from_json(record["tasks"]) == LEVELS
    alone = simulate(6, 1, 3, 1, 0.2, 0.1, tasks=LEVELS, **WIDE, runs=2)
    assert record["simulated_icl"] == alone.icl.mean
    plain = sweep(6, 1, 3, 1, 0.2, 0.1, runs=1).records()[0]
    assert "test" not in plain and plain["tasks"] == "sphere"


def test_cross_validation_takes_structured_tasks():
    found = cross_validate(10, 2, 5, 1, 0.1, 0.1, tasks=POWER, runs=10)
    assert abs(found.residual.mean) < 0.3 * found.idg.mean
    with pytest.raises(TypeError, match="no argument named 'alpha_test'"):
        cross_validate(10, 2, 5, 1, 0.1, 0.1, alpha_test=3)


def test_the_command_line_takes_spectra():
    point = ["--d=6", "--tau=1", "--alpha=3", "--kappa=1", "--rho=0.2", "--lam=0.1", "--runs=2"]
    options = ["--tasks=spike:4,1/2", "--inputs=power_law:1/2", "--test=isotropic"]
    shift = ["--alpha-test=9", "--rho-test=1/10"]
    result = CliRunner().invoke(main, ["simulate", *point, *options, *shift, "--json"])
    assert result.exit_code == 0, result.output
    found = simulate(
        *(6, 1, 3, 1, 0.2, 0.1), tasks=LEVELS, inputs=Spectrum.power_law("1/2"), **WIDE, runs=2
    )
    assert f'"mean": {found.icl.mean!r}' in result.output
    wrong = CliRunner().invoke(main, ["simulate", *point, "--tasks=spike:4"])
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("Error: tasks must be isotropic, power_law:P")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": Spectrum.atoms([1, 0])}, "inputs must have a positive covariance"),
        ({"inputs": 3}, "inputs must be a Spectrum or None, got 3"),
        ({"tasks": "cube"}, 'tasks must be one of "sphere", "gaussian", or a Spectrum, got'),
        ({"tasks": 3}, 'tasks must be one of "sphere", "gaussian", or a Spectrum, got'),
        (
            {"tasks": Spectrum.atoms([1, 0], [1, 99])},
            r"d must leave a direction with an eigenvalue > 0 to Spectrum.atoms\(.*, got ",
        ),
        (
            {"inputs": Spectrum.atoms([1e61])},
            r"inputs must have variances of at most 1e\+60, those",
        ),
        ({"tasks": Spectrum.atoms([1e61])}, r"tasks must have variances of at most 1e\+60, those"),
        (
            {"inputs": Spectrum.atoms([1e40]), "tasks": Spectrum.atoms([1e40])},
            r"tasks must have variances of at most 1e\+60, those of the inputs included, got Spec",
        ),
        (
            {"inputs": Spectrum.atoms([1e50]), "tasks": Spectrum.atoms([1e300])},
            r"tasks must have variances of at most 1e\+60, those of the inputs included, got Spec",
        ),
        (
            {"test": Spectrum.atoms([1e61])},
            r"test must have variances of at most 1e\+60, those of the inputs included, got Spec",
        ),
        ({"test": "other"}, "test must be 'pretraining', 'matched', 'isotropic' or 'reversed'"),
        ({"alpha_test": 0}, "alpha_test must be a number > 0, or inf, got 0"),
        ({"alpha_test": "inf"}, "alpha_test must be finite at finite d, got inf"),
        ({"alpha_test": 0.01}, "alpha_test is too small at this d"),
        ({"rho_test": -1}, "rho_test must be a finite number >= 0, got -1"),
    ],
)
@pytest.mark.parametrize("function", [simulate, finite_errors])
def test_what_cannot_be_simulated_is_refused(function, change, message):
    with pytest.raises((ValueError, TypeError), match=message) as error:
        function(*POINT, **change)
    assert "\n" not in str(error.value)


def test_the_second_order_says_where_it_is_not_known():
    with pytest.raises(ValueError, match="order must be 1 with correlated inputs, but for lam = 0"):
        finite_errors(8, 2, 3, 1, 0.2, 0.1, inputs=LEVELS, runs=1, order=2)
    with pytest.raises(ValueError, match="order must be 1 with structure and a fresh task"):
        finite_errors(8, 2, 3, math.inf, 0.2, 0.1, tasks=LEVELS, runs=1, order=2)
    with pytest.raises(ValueError, match='tasks must be one of "sphere", "gaussian", got'):
        simulate_dmmse(8, 3, 1, 0.1, runs=1, tasks=LEVELS)


@pytest.mark.parametrize(("tau", "lam"), [(0.5, 0.2), (0.5, 0), (2.5, 0.2), (2.5, 0), (9 / 8, 0)])
@pytest.mark.parametrize("rho", [0, 0.2])
def test_rows_satisfy_the_equations_of_their_equivalent(tau, lam, rho):
    setup = Setup.read(8, tau, 3, 1, rho, lam, tasks=POWER, inputs=LEVELS)
    models = Models.of(setup, setup.task_set(0))
    found, inputs, n = models.equivalent, models.inputs, setup.sizes.n
    moments = of_pretraining(setup.task_set(0), setup.sizes, rho).scaled(inputs)
    e = moments.b
    assert found.top == pytest.approx(np.linalg.eigvalsh(e)[-1] * 1.6)
    assert found.xi * found.r == pytest.approx(lam, rel=1e-12)
    each = [np.linalg.inv(e + found.xi / a * np.eye(9)) for a in inputs]
    used = sum(np.trace(e @ inverse) for inverse in each)
    assert n * (1 - found.r) == pytest.approx(used if lam or n < 72 else 72, rel=1e-9)
    for row, one, inverse in zip(found.gamma, moments.a, each, strict=True):
        np.testing.assert_allclose(row, one @ inverse, rtol=1e-6, atol=1e-9)
    load = sum(np.trace(e @ inverse @ e @ inverse) for inverse in each) / n
    assert found.load == pytest.approx(load, rel=1e-6)
    if n == 72 and lam == 0:
        assert (found.xi, found.r, found.train) == (0, 0, 0)
        assert found.pretraining == math.inf == found.error(moments)
        return
    assert found.pretraining == pytest.approx(moments.error(found.gamma) / (1 - load), rel=1e-6)
    assert found.train == pytest.approx(found.r**2 * found.pretraining)
    test = of_fresh_tasks(setup.sizes, 0.7, "gaussian", np.diag(np.arange(1.0, 9))).scaled(inputs)
    spread = sum(np.trace(e @ inverse @ test.b @ inverse) for inverse in each) / n
    expected = test.error(found.gamma) + found.pretraining * spread
    assert found.error(test) == pytest.approx(expected, rel=1e-6)
    # On what it was trained on, that is the error of pretraining.
    assert found.error(moments) == pytest.approx(found.pretraining, rel=1e-6)
    apply, gamma = found.preconditioner(), np.arange(1.0, 73).reshape(8, 9)
    for row, given, a in zip(apply(gamma), gamma, inputs, strict=True):
        np.testing.assert_allclose(row @ (a * e + found.xi * np.eye(9)), given, rtol=1e-6)


def test_a_setup_is_described_in_the_words_of_its_parameters():
    plain = Setup.read(6, 0.5, "5/2", 0.5, 0.1, 0.01, seed=3)
    record = {
        **{"d": 6, "ell": 15, "k": 3, "n": 18, "rho": 0.1, "lam": 0.01, "tasks": "sphere"},
        **{"assignment": "multinomial", "seed": 3, "solver": "auto", "precision": "float64"},
    }
    assert plain.record() == record and list(plain.record()) == list(record)
    sizes = {name: record.pop(name) for name in ("d", "ell", "k", "n")}
    described = {**sizes, "tau": 0.5, "alpha": 2.5, "kappa": 0.5, **record}
    isotropic = Spectrum.isotropic().to_json()
    test = {"inputs": isotropic, "test": "matched", "ell_test": 15, "rho_test": 0.1}
    assert list(plain.describe().items()) == list(described.items())
    assert list(plain.describe(shift=True).items()) == list({**described, **test}.items())
    assert not plain.shifted and plain.tolerance == 1e-10 and plain.penalty == 18 / 6 * 0.01
    assert Setup.read(6, 0.5, 3, 1, 0.1, precision="float32").tolerance == 1e-8
    moved = Setup.read(
        *(6, 0.5, "5/2", 0.5, 0.1, 0.01),
        **{"seed": 3, "inputs": LEVELS, "test": "pretraining", "alpha_test": 4, "rho_test": 0.3},
    )
    test = {"inputs": LEVELS.to_json(), "test": "pretraining", "ell_test": 24, "rho_test": 0.3}
    assert moved.shifted and list(moved.describe().items()) == list({**described, **test}.items())
    assert list(moved.describe(shift=False).items()) == list(described.items())
    tasks = Setup.read(6, 0.5, 3, 1, 0.1, tasks=LEVELS)
    assert tasks.record()["tasks"] == LEVELS.to_json() and not tasks.shifted
    assert tasks.law == "gaussian" and plain.law == "sphere" and plain.task_scale is None
    np.testing.assert_allclose(tasks.task_scale, np.repeat([1.6, 0.4], 3) ** 0.5)
    np.testing.assert_allclose(moved.task_scale, np.repeat([1.6, 0.4], 3) ** 0.5)
    both = Setup.read(6, 0.5, 3, 1, 0.1, tasks=LEVELS, inputs=LEVELS)
    np.testing.assert_allclose(both.task_scale, np.repeat([1.6, 0.4], 3))
