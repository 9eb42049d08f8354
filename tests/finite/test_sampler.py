import numpy as np
import pytest
from scipy import stats

from icl_theory.finite.formulas import sampling
from icl_theory.finite.population import of_fresh_tasks, of_tasks
from icl_theory.finite.sampler import SAMPLER_VERSION, draw_sequences
from icl_theory.finite.seeds import streams
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.tasks import TaskSet, draw_tasks, draw_vectors

# Significance of a single test: over all of them a false alarm has probability below 1e-4.
LEVEL = 1e-6


def largest_z(samples, expected):
    """Largest z-score of the means of samples (count, ...) against what is expected."""
    error = samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
    return np.max(np.abs(samples.mean(axis=0) - expected) / error)


def threshold(tests):
    return stats.norm.isf(LEVEL / tests / 2)


def one_task(d, law, rng):
    return draw_vectors(law, 1, d, rng)


def sample(w, ell, rho, count, rng, dtype=np.float64):
    sizes = Sizes(d=w.shape[1], ell=ell, k=1, n=count)
    return draw_sequences(sizes, rho, TaskSet(w, np.array([count])), rng, dtype=dtype)


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
@pytest.mark.parametrize(("d", "ell", "rho"), [(3, 5, 0.3), (4, 1, 1.0), (1, 3, 0.1), (3, 40, 0)])
def test_features_have_the_moments_of_lemma_1(law, d, ell, rho, rng):
    w = one_task(d, law, rng)
    population = of_tasks(w, ell, rho)
    data = sample(w, ell, rho, 40_000, rng)
    first = data.y[:, None, None] * data.x[:, :, None] * data.g[:, None, :]
    features = (data.x[:, :, None] * data.g[:, None, :]).reshape(len(data.y), -1)
    second = features[:, :, None] * features[:, None, :]
    assert largest_z(first, population.a / d) < threshold(first[0].size)
    expected = np.kron(np.eye(d), population.b) / d
    # Entries that vanish by symmetry are estimated too; none of them is constant.
    assert largest_z(second, expected) < threshold(second[0].size)
    assert largest_z(data.y**2, population.variance) < threshold(1)


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
@pytest.mark.parametrize(("d", "ell", "rho"), [(3, 2, 0.2), (5, 8, 0.5), (2, 1, 0), (1, 4, 0.3)])
def test_features_have_the_law_of_drawn_contexts(law, d, ell, rho, rng, contexts):
    w = one_task(d, law, rng)
    count = 20_000
    fast = sample(w, ell, rho, count, rng)
    judge = contexts(np.repeat(w, count, axis=0), ell, rho, rng)
    directions = rng.standard_normal((3, d + 1))
    statistics = [
        lambda data: data.g @ np.append(w[0], 0.0),
        lambda data: data.g[:, d],
        *(lambda data, u=u: data.g @ u for u in directions),
        lambda data: np.sum(data.g[:, :d] ** 2, axis=1),
        # Joint laws: a product of each pair that the regression sees.
        lambda data: data.g[:, 0] * data.g[:, d],
        lambda data: data.y * data.x[:, 0],
        lambda data: data.y * np.einsum("nd,nd->n", data.x, data.g[:, :d]),
    ]
    for statistic in statistics:
        assert stats.ks_2samp(statistic(fast), statistic(judge)).pvalue > LEVEL


def test_single_precision_samples_have_the_same_law(rng):
    w = one_task(4, "sphere", rng)
    single = sample(w, 6, 0.2, 20_000, rng, dtype=np.float32)
    double = sample(w, 6, 0.2, 20_000, rng)
    assert single.x.dtype == single.g.dtype == single.y.dtype == np.float32
    for column in range(5):
        assert stats.ks_2samp(single.g[:, column], double.g[:, column]).pvalue > LEVEL
    assert stats.ks_2samp(single.y, double.y).pvalue > LEVEL


@pytest.mark.parametrize("law", ["sphere", "gaussian"])
def test_fresh_tasks_have_the_moments_of_their_population(law, rng):
    sizes = Sizes(d=3, ell=4, k=np.inf, n=40_000)
    data = draw_sequences(sizes, 0.3, TaskSet(None, None), rng, law=law)
    population = of_fresh_tasks(sizes, 0.3, law)
    first = data.y[:, None, None] * data.x[:, :, None] * data.g[:, None, :]
    second = data.g[:, :, None] * data.g[:, None, :]
    assert largest_z(first, population.a / 3) < threshold(first[0].size)
    assert largest_z(second, population.b) < threshold(second[0].size)


def test_without_label_noise_the_square_feature_is_a_combination_of_the_others(rng):
    w = one_task(5, "sphere", rng)
    data = sample(w, 7, 0, 100, rng)
    np.testing.assert_allclose(data.g[:, 5], data.g[:, :5] @ w[0] / 5, rtol=1e-12)


def test_sequences_come_in_the_order_of_their_tasks(rng):
    sizes = Sizes(d=4, ell=400, k=3, n=3000)
    tasks = TaskSet(draw_vectors("sphere", 3, 4, rng), np.array([1000, 0, 2000]))
    data = draw_sequences(sizes, 0.01, tasks, rng)
    assert data.starts.tolist() == [0, 1000, 1000, 3000]
    for task in (0, 2):
        mean = data.g[data.starts[task] : data.starts[task + 1], :4].mean(axis=0)
        assert np.linalg.norm(mean - tasks.vectors[task]) < 0.1


def test_balanced_assignment_deals_out_evenly_and_multinomial_does_not():
    sizes = Sizes(d=10, ell=5, k=7, n=100)
    for run in range(20):
        stream = streams(0, run)
        balanced = draw_tasks(sizes, "sphere", "balanced", stream.tasks, stream.counts).counts
        assert balanced.sum() == 100 and sorted(set(balanced)) == [14, 15]
    counts = np.array(
        [
            draw_tasks(sizes, "sphere", "multinomial", *streams(0, run)[:2]).counts
            for run in range(2000)
        ]
    )
    assert np.all(counts.sum(axis=1) == 100)
    # Variance n p (1 - p) of each count.
    assert largest_z((counts - 100 / 7) ** 2, 100 / 7 * 6 / 7) < threshold(7)


def test_tasks_on_the_sphere_have_norm_sqrt_d(rng):
    w = draw_vectors("sphere", 50, 9, rng)
    np.testing.assert_allclose(np.linalg.norm(w, axis=1), 3, rtol=1e-14)


def test_runs_are_independent_and_reproducible():
    first, again, other = (streams(5, run).sequences.random(4) for run in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.any(first == other)


def test_coefficients_of_the_law_keep_their_last_bit():
    """Products, sums and roots are the same on every machine; other bits are another version."""
    found = sampling(8, 24, np.sqrt(np.array([0.9, 1.0, 1.1])), 0.1)
    assert SAMPLER_VERSION == 1
    assert [float(value).hex() for value in found.shrink] == [
        "0x1.84fd8c966104dp-4",
        "0x1.65a04e1754becp-4",
        "0x1.4b16e2632d17ep-4",
    ]
    assert [float(value).hex() for value in found.along] == [
        "0x1.0000000000001p-3",
        "0x1.d1745d1745d17p-4",
        "0x1.aaaaaaaaaaaaap-4",
    ]
