import math

import numpy as np
import pytest

from icl_theory import Spectrum
from icl_theory.finite import finite_errors, monte_carlo, second_order, simulate
from icl_theory.finite.population import of_fresh_tasks
from icl_theory.finite.run import predict_run
from icl_theory.finite.second_order import Mixture, MixtureEquivalent
from icl_theory.finite.setup import Setup
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.tasks import TaskSet, draw_vectors
from icl_theory.verify import simulated

POINTS = {
    "below": (0.5, 10, 0.5, 0.1, 0),
    "above": (2, 10, 0.5, 0.1, 0),
    "ridge": (0.8, 3, 2, 0.3, 0.1),
    "fresh": (0.6, 3, math.inf, 0.2, 0.05),
}


@pytest.mark.parametrize("name", POINTS)
def test_the_step_to_second_order_is_of_relative_size_one_over_d(name):
    steps = []
    for d in (20, 40):
        first, second = (finite_errors(d, *POINTS[name], runs=2, order=order) for order in (1, 2))
        steps.append((second.icl.mean - first.icl.mean) / first.icl.mean)
    assert 1.6 < steps[0] / steps[1] < 2.4


@pytest.mark.parametrize("name", POINTS)
def test_the_state_satisfies_its_equations(name):
    setup = Setup.read(12, *POINTS[name])
    tasks, sizes = setup.task_set(0), setup.sizes
    mixture = Mixture.of(tasks, sizes, setup.rho, "sphere")
    state = MixtureEquivalent.of(mixture, setup.lam, 13)
    second = np.tensordot(mixture.share * state.phi, mixture.second, axes=1)
    np.testing.assert_allclose(
        state.inverse @ (second + state.xi * np.eye(13)), np.eye(13), atol=1e-10
    )
    traces = np.einsum("jab,ba->j", mixture.second, state.inverse)
    np.testing.assert_allclose(1 / state.phi, state.r + 12 / sizes.n * traces, rtol=1e-10)
    assert math.isclose(mixture.share @ state.phi, 1, rel_tol=1e-12)
    assert math.isclose(state.r * state.xi, setup.lam, rel_tol=1e-10, abs_tol=1e-15)


def test_the_first_order_of_equal_tasks_is_the_deterministic_equivalent():
    # With fresh tasks on the sphere all responses are equal, and only fluctuations are left.
    setup = Setup.read(10, *POINTS["fresh"])
    mixture = Mixture.of(setup.task_set(0), setup.sizes, setup.rho, "sphere")
    expansion = second_order.SecondOrder(mixture, setup.lam, 11)
    population = of_fresh_tasks(setup.sizes, setup.rho)
    assert math.isclose(
        expansion._first(population, expansion.state), predict_run(setup, 0)[0], rel_tol=1e-12
    )


def test_derivatives_do_not_depend_on_the_steps(monkeypatch):
    values = []
    for factor in (1, 0.1):
        monkeypatch.setattr(second_order, "_STEP", 1e-4 * factor)
        monkeypatch.setattr(second_order, "_LOG_STEP", 1e-3 * factor)
        values.append(finite_errors(10, *POINTS["ridge"], runs=2, order=2).rows)
    np.testing.assert_allclose(values[0], values[1], rtol=1e-5)


def test_many_equally_likely_tasks_come_close_to_fresh_ones():
    # Here nearly every sequence has a task of its own: mixtures of 80 tasks and of one meet.
    many, fresh = (
        finite_errors(12, 0.6, 3, kappa, 0.2, 0.05, runs=4, order=2).icl.mean
        for kappa in (60, math.inf)
    )
    assert math.isclose(many, fresh, rel_tol=0.005)


def test_training_error_of_the_ridgeless_limit_vanishes_below_the_threshold():
    assert finite_errors(10, *POINTS["below"], runs=2, order=2).train.mean == 0


def test_the_threshold_is_infinite_to_second_order_too():
    result = finite_errors(10, 1.1, 4, 2, 0.1, runs=2, order=2)
    assert math.isinf(result.icl.mean)


def test_too_many_tasks_are_refused(monkeypatch):
    monkeypatch.setattr(second_order, "LARGEST", 100)
    with pytest.raises(ValueError, match="order 2 keeps a"):
        finite_errors(10, *POINTS["below"], runs=2, order=2)


def test_another_order_is_refused(monkeypatch):
    with pytest.raises(ValueError, match="order must be one of 1, 2, got 3"):
        finite_errors(10, *POINTS["below"], order=3)
    found = simulate(8, *POINTS["below"], runs=2)
    with pytest.raises(ValueError, match="order must be one of 1, 2, got 3"):
        found.beside(3)
    # Before anything is run.
    monkeypatch.setattr(monte_carlo, "complete", lambda *_, **__: pytest.fail("was run"))
    with pytest.raises(ValueError, match="order must be one of 1, 2, got 3"):
        simulate(10, *POINTS["below"], order=3)
    with pytest.raises(ValueError, match="order must be 1 with structure and a fresh task"):
        simulate(8, 2, 3, math.inf, 0.2, 0.1, tasks=Spectrum.power_law("1/2", d=8), order=2)


@pytest.mark.parametrize("kappa", [1, math.inf])
def test_simulated_runs_are_held_against_the_order_that_is_asked_for(kappa):
    setup = {"d": 8, "tau": 2, "alpha": 3, "kappa": kappa, "rho": 0.2, "lam": 0.1, "seed": 3}
    first, second = simulate(**setup, runs=3), simulate(**setup, runs=3, order=2)
    np.testing.assert_array_equal(first.rows, second.rows)
    for order, found in ((1, first), (2, second)):
        predicted = finite_errors(**setup, runs=3, order=order)
        assert found.prediction.order == predicted.order == order
        np.testing.assert_array_equal(found.prediction.rows, predicted.rows)
        np.testing.assert_array_equal(found.residual.rows, found.rows - predicted.rows)
    assert (first.prediction.rows[:, :2] != second.prediction.rows[:, :2]).all()
    for one in (second, second.prediction):
        assert type(one).from_json(one.to_json()) == one


@pytest.mark.parametrize("name", ["below", "above", "ridge"])
def test_an_iteration_that_does_not_settle_is_no_result(name, monkeypatch):
    monkeypatch.setattr(second_order, "_ITERATIONS", 2)
    monkeypatch.setattr(second_order, "_CONVERGED", 1e-30)
    with pytest.raises(ArithmeticError, match="did not settle in 2 iterations at d = 10"):
        finite_errors(10, *POINTS[name], runs=1, order=2)


def test_steps_to_second_order_are_those_of_the_first_release():
    """Computed at the first release, which had these formulas in code of its own."""
    kept = {
        "below": [1.3645628050908416, 0.6322253125845743, 0.7323374925062673, 0.0],
        "above": [2.5106344309956303, 0.3719523758735208, 2.1386820551221097, 0.06531431530286666],
        "ridge": [1.7483814438359158, 1.566681163610998, 0.1817002802249177, 0.03788061694048081],
        "fresh": [1.4577323743588861, 1.4577323743588861, 0.0, 0.0034115143952456115],
    }
    for name, values in kept.items():
        found = finite_errors(10, *POINTS[name], runs=2, order=2).rows[1]
        np.testing.assert_allclose(found, values, rtol=1e-9)


def test_the_evidence_for_the_second_order_notices_that_it_is_missing(monkeypatch):
    assert simulated.second_order(0)[0]
    monkeypatch.setattr(simulated, "predict_run", lambda setup, run, order: predict_run(setup, run))
    assert not simulated.second_order(0)[0]


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
def test_fresh_tasks_have_the_moments_of_their_law(law):
    sizes = Sizes(d=5, ell=4, k=math.inf, n=30)
    mixture = Mixture.of(TaskSet(None, None), sizes, 0.3, law)
    expected = of_fresh_tasks(sizes, 0.3, law)
    np.testing.assert_allclose(np.tensordot(mixture.share, mixture.second, 1), expected.b)
    np.testing.assert_allclose(np.tensordot(mixture.share, mixture.first, 1), expected.a)
    assert mixture.share @ mixture.variance == pytest.approx(expected.variance)
    # Norms of chi^2 over d: of mean one, and of variance 2/d.
    norms = (mixture.vectors**2).sum(axis=1) / 5
    assert mixture.share @ norms == pytest.approx(1)
    variance = mixture.share @ (norms - 1) ** 2
    assert variance == pytest.approx(0.4 if law == "gaussian" else 0, abs=1e-15)


def test_moments_of_each_task_are_those_of_its_contexts(contexts, rng):
    sizes, rho, count = Sizes(d=2, ell=3, k=3, n=10), 0.2, 200_000
    tasks = TaskSet(draw_vectors("gaussian", 3, 2, rng), np.array([4, 0, 6]))
    mixture = Mixture.of(tasks, sizes, rho, "gaussian")
    np.testing.assert_array_equal(mixture.share, [0.4, 0.6])
    np.testing.assert_array_equal(mixture.vectors, tasks.vectors[[0, 2]])
    drawn = contexts(np.repeat(tasks.vectors[2:], count, axis=0), 3, rho, rng)
    found = np.einsum("ni,nj->nij", drawn.g, drawn.g)
    for samples, expected in ((drawn.g, mixture.mean[1]), (found, mixture.second[1])):
        error = samples.std(axis=0) / math.sqrt(count)
        assert np.all(np.abs(samples.mean(axis=0) - expected) < 6 * error)
    # Given its size c = sum y^2 over its mean, g has the mean c E[g] and the covariance c spread.
    size = drawn.g[:, 2] / mixture.mean[1, 2]
    centred = drawn.g - size[:, None] * mixture.mean[1]
    samples = np.einsum("ni,nj->nij", centred[:, :2], centred[:, :2])
    error = samples.std(axis=0) / math.sqrt(count)
    assert np.all(np.abs(samples.mean(axis=0) - mixture.spread[1, :2, :2]) < 6 * error)
    np.testing.assert_allclose(mixture.spread[:, 2], 0, atol=1e-12)
    np.testing.assert_allclose(mixture.spread[:, :, 2], 0, atol=1e-12)


@pytest.mark.parametrize(("largest", "refused"), [(5 * 121, False), (5 * 121 - 1, True)])
def test_room_is_needed_for_a_matrix_of_each_task(largest, refused, monkeypatch):
    monkeypatch.setattr(second_order, "LARGEST", largest)
    setup = Setup.read(10, 2, 10, 0.5, 0.1, 0.1, assignment="balanced")
    if refused:
        with pytest.raises(ValueError, match=r"matrix for each task, 5 of them at d = 10, which"):
            predict_run(setup, 0, 2)
    else:
        assert np.isfinite(predict_run(setup, 0, 2)).all()
