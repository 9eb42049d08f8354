"""Generalised cross-validation against the exact error on the pretraining tasks."""

import math
import re

import numpy as np
import pytest

from icl_theory.finite import cross_validate, cross_validation, simulate
from icl_theory.finite.cross_validation import Validation, ValidationRun, degrees_of_freedom
from icl_theory.finite.run import Fit
from icl_theory.finite.setup import Setup
from icl_theory.finite.store import Store

PLACES = {
    "under": {"tau": 0.5, "alpha": 5, "kappa": 1, "rho": 0.2, "lam": 0.1},
    "over": {"tau": 2, "alpha": 5, "kappa": 1, "rho": 0.2, "lam": 0.1},
}
POINT = {"d": 6, **PLACES["over"], "runs": 3}
#: Exceeded by chance once in ten thousand.
LIMIT = 3.9


def fit(d, place, run=0, **settings):
    setup = Setup.read(d, **place, **settings)
    return Fit.of(setup, run), setup


@pytest.mark.parametrize("side", PLACES)
def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(side):
    found, setup = fit(5, PLACES[side])
    features = found.problem.design.dense()
    gram = features.T @ features + setup.penalty * np.eye(features.shape[1])
    hat = features @ np.linalg.solve(gram, features.T)
    exact, left, unit = degrees_of_freedom(found, setup, "exact", 0)
    assert left * unit == pytest.approx(1 - exact / found.problem.design.n, rel=1e-12)
    assert exact == pytest.approx(np.trace(hat), rel=1e-10)
    residuals = found.problem.y - hat @ found.problem.y
    assert found.training_error == pytest.approx(np.mean(residuals**2), rel=1e-8)


@pytest.mark.parametrize("side", PLACES)
def test_random_signs_estimate_the_trace(side):
    runs = 100
    exact, drawn = (
        cross_validate(6, **PLACES[side], runs=runs, trace=t) for t in ("exact", "random")
    )
    assert np.array_equal(exact.idg.values, drawn.idg.values)
    apart = drawn.freedom.values - exact.freedom.values
    assert abs(apart.mean()) < LIMIT * apart.std(ddof=1) / math.sqrt(runs)
    # The bound on the variance of four probes.
    assert apart.var(ddof=1) < 2 * exact.sizes.n / 4


def test_without_ridge_all_parameters_are_free():
    place = {**PLACES["over"], "lam": 0}
    found, setup = fit(5, place)
    n = found.problem.design.n
    assert degrees_of_freedom(found, setup, "exact", 0) == (30, (n - 30) / n, 1)
    result = cross_validate(5, **place, runs=2)
    n = result.sizes.n
    np.testing.assert_allclose(result.validated.values, result.train.values / (1 - 30 / n) ** 2)


@pytest.mark.parametrize(
    "trace", ["exact", pytest.param("random", marks=pytest.mark.slow), "theory"]
)
@pytest.mark.parametrize("side", PLACES)
def test_the_estimate_is_right_up_to_order_one_over_d(side, trace):
    first, second = (
        cross_validate(d, **PLACES[side], runs=150, assignment="balanced", trace=trace)
        for d in (6, 12)
    )
    left = 2 * second.residual.mean - first.residual.mean
    error = math.hypot(2 * second.residual.standard_error, first.residual.standard_error)
    assert abs(left) < LIMIT * error
    # Training residuals as they are would not do.
    train = second.train.values - second.idg.values
    assert train.mean() < -LIMIT * train.std(ddof=1) / math.sqrt(150)


@pytest.mark.slow
def test_an_error_of_five_percent_in_the_degrees_of_freedom_would_be_noticed():
    found = [cross_validate(d, **PLACES["over"], runs=1000, assignment="balanced") for d in (6, 12)]

    def score(factor):
        off = []
        for one in found:
            r = 1 - one.freedom.values / one.sizes.n
            wrong = 1 - factor * one.freedom.values / one.sizes.n
            off.append(one.validated.values * (r / wrong) ** 2 - one.idg.values)
        (one, one_error), (two, two_error) = (
            (np.mean(values), np.std(values, ddof=1) / math.sqrt(1000)) for values in off
        )
        return (2 * two - one) / math.hypot(2 * two_error, one_error)

    assert abs(score(1.0)) < LIMIT < min(abs(score(0.95)), abs(score(1.05)))


def test_runs_are_those_of_a_simulation_and_kept_beside_them(tmp_path, monkeypatch):
    path = tmp_path / "runs.sqlite"
    simulated = simulate(**POINT, store=path)
    first = cross_validate(**POINT, store=path)
    np.testing.assert_array_equal(first.idg.values, simulated.idg.values)
    np.testing.assert_array_equal(first.train.values, simulated.train.values)
    monkeypatch.setattr(Validation, "simulate", lambda *_: pytest.fail("a run was made"))
    again = cross_validate(**POINT, store=path)
    np.testing.assert_array_equal(first.validated.values, again.validated.values)
    with Store(path) as store:
        assert len(store.all_of(Validation.table)) == 3
        other = Validation(Setup.read(6, **PLACES["over"]), "theory")
        assert store.read(other, 3) == []


def test_single_precision_data_gives_the_same_estimate():
    single = cross_validate(**POINT, precision="float32")
    assert np.all(np.isfinite(single.validated.values))
    found, setup = fit(6, PLACES["over"], precision="float32")
    features = found.problem.design.dense()
    values = np.linalg.eigvalsh(features.T @ features)
    expected = np.sum(values / (values + setup.penalty))
    used, *_ = degrees_of_freedom(found, setup, "exact", 0)
    assert used == pytest.approx(expected, rel=1e-10)


def test_an_interpolating_estimator_is_refused_in_a_sentence():
    sentence = (
        "lam must be > 0 for cross-validation of 18 sequences, which an estimator without ridge "
        "fits exactly, got 0"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        cross_validate(6, 0.5, 5, 1, 0.2, 0)
    # Without noise two tasks, of which the first run's sequences have one: 4 parameters, not 6.
    given = {"d": 2, "tau": "5/4", "alpha": 3, "kappa": 1, "rho": 0, "lam": 0, "seed": 6}
    assert np.isfinite(cross_validate(**given, runs=1).validated.mean)
    with pytest.raises(ValueError, match=r"^lam must be > 0 for cross-validation of 5 sequences"):
        cross_validate(**given, runs=2)
    with pytest.raises(ValueError, match='trace must be one of "auto", "exact", "random"'):
        cross_validate(**POINT, trace="magic")


@pytest.mark.parametrize(
    ("d", "n", "trace"),
    # The smaller of n and d (d + 1): 1980 of 44, 2070 of 45.
    [(45, 2000, "exact"), (45, 2001, "random"), (44, 5000, "exact"), (45, 5000, "random")],
)
def test_eigenvalues_are_computed_of_gram_matrices_up_to_2000(d, n, trace, monkeypatch):
    asked = []

    def complete(points, **_):
        asked.extend(points)
        return [[ValidationRun(run, 1.5, 1.0, 0.5, 7.0) for run in range(points[0][1])]]

    monkeypatch.setattr(cross_validation, "complete", complete)
    found = cross_validate(d, n / d**2, 2, 1, 0.1, 0.1)
    ((experiment, runs),) = asked
    assert (found.trace, experiment.trace, runs, found.sizes.n) == (trace, trace, 20, n)
    means = [getattr(found, x).mean for x in ("validated", "idg", "residual", "train", "freedom")]
    assert means == [1.5, 1.0, 0.5, 0.5, 7.0] and len(found.residual.values) == 20
    assert cross_validate(d, n / d**2, 2, 1, 0.1, 0.1, trace="theory").trace == "theory"


def test_an_estimator_that_just_does_not_interpolate_is_validated():
    # Four dimensions: twenty parameters.
    for n, refused in ((19, True), (20, True), (21, False)):
        if refused:
            with pytest.raises(ValueError, match=f"cross-validation of {n} sequences, which an "):
                cross_validate(4, f"{n}/16", 2, 1, 0.1, 0, runs=1)
        else:
            assert cross_validate(4, f"{n}/16", 2, 1, 0.1, 0, runs=1).freedom.mean == 20
