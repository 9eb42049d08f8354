import numpy as np
import pytest

from icl_theory.finite.population import of_fresh_tasks, of_pretraining, of_tasks, rank
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.tasks import TaskSet, draw_vectors


def z_score(samples, expected):
    return (samples.mean() - expected) / (samples.std(ddof=1) / np.sqrt(len(samples)))


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
def test_error_of_any_gamma_is_its_mean_squared_error_on_drawn_contexts(law, rng, contexts):
    d, ell, rho, count = 4, 6, 0.2, 100_000
    gamma = rng.standard_normal((d, d + 1)) / 3
    tasks = draw_vectors(law, 5, d, rng)
    weights = np.array([0.1, 0.3, 0.0, 0.4, 0.2])
    seen = {
        "equal": (tasks[rng.integers(5, size=count)], of_tasks(tasks, ell, rho)),
        "weighted": (tasks[rng.choice(5, count, p=weights)], of_tasks(tasks, ell, rho, weights)),
        "fresh": (
            draw_vectors(law, count, d, rng),
            of_fresh_tasks(Sizes(d=d, ell=ell, k=5, n=1), rho, law),
        ),
    }
    for w, population in seen.values():
        data = contexts(w, ell, rho, rng)
        prediction = np.einsum("nd,de,ne->n", data.x, gamma, data.g)
        squares = (data.y - prediction) ** 2
        assert abs(z_score(squares, population.error(gamma))) < 4


def test_fresh_tasks_of_another_covariance(rng, contexts):
    d, ell, rho, count = 3, 5, 0.1, 100_000
    root = rng.standard_normal((d, d))
    covariance = root @ root.T
    covariance = (covariance + covariance.T) / 2
    gamma = rng.standard_normal((d, d + 1)) / 3
    population = of_fresh_tasks(Sizes(d=d, ell=ell, k=5, n=1), rho, "gaussian", covariance)
    data = contexts(rng.standard_normal((count, d)) @ root.T, ell, rho, rng)
    prediction = np.einsum("nd,de,ne->n", data.x, gamma, data.g)
    assert abs(z_score((data.y - prediction) ** 2, population.error(gamma))) < 4


def test_many_tasks_are_like_fresh_ones(rng):
    sizes = Sizes(d=3, ell=4, k=1, n=1)
    for law in ("sphere", "gaussian"):
        many = of_tasks(draw_vectors(law, 400_000, 3, rng), 4, 0.3)
        fresh = of_fresh_tasks(sizes, 0.3, law)
        np.testing.assert_allclose(many.b, fresh.b, atol=0.03)
        np.testing.assert_allclose(many.a, fresh.a, atol=0.03)


def test_pretraining_population_weighs_tasks_by_their_sequences(rng):
    w = draw_vectors("sphere", 3, 4, rng)
    sizes = Sizes(d=4, ell=6, k=3, n=10)
    population = of_pretraining(TaskSet(w, np.array([5, 0, 5])), sizes, 0.1)
    expected = of_tasks(w[[0, 2]], 6, 0.1)
    np.testing.assert_allclose(population.b, expected.b, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("counts", "rho", "expected"),
    [([4, 0, 0], 0.0, 5), ([4, 1, 0], 0.0, 6), ([4, 0, 0], 1e-9, 6), (None, 0.0, 6)],
)
def test_second_moments_lose_a_rank_for_one_noiseless_task(counts, rho, expected, rng):
    if counts is None:
        tasks = TaskSet(None, None)
        matrix = of_fresh_tasks(Sizes(d=5, ell=3, k=np.inf, n=4), rho).b
    else:
        tasks = TaskSet(draw_vectors("gaussian", 3, 5, rng), np.array(counts))
        matrix = of_pretraining(tasks, Sizes(d=5, ell=3, k=3, n=sum(counts)), rho).b
    assert rank(tasks, 5, rho) == expected
    assert np.linalg.matrix_rank(matrix, hermitian=True, tol=1e-12) == expected


def test_a_covariance_that_makes_no_sense_is_refused():
    sizes = Sizes(d=2, ell=3, k=1, n=1)
    with pytest.raises(ValueError, match=r"must be a symmetric \(2, 2\) matrix"):
        of_fresh_tasks(sizes, 0.1, "gaussian", np.array([[1.0, 0.5], [0.0, 1.0]]))


def test_tasks_of_the_sphere_may_get_a_covariance():
    # Averages over a circle of trigonometric polynomials are those over eight of its points.
    angles = np.arange(8) * np.pi / 4
    vectors = np.sqrt(2) * np.column_stack([np.cos(angles), np.sin(angles)]) * np.sqrt([3, 0.5])
    found = of_fresh_tasks(Sizes(2, 5, np.inf, 9), 0.3, "sphere", np.diag([3, 0.5]))
    expected = of_tasks(vectors, 5, 0.3)
    np.testing.assert_allclose(found.a, expected.a, atol=1e-14)
    np.testing.assert_allclose(found.b, expected.b, atol=1e-14)
    assert found.variance == pytest.approx(expected.variance)
