import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icl_theory.finite import finite_errors
from icl_theory.finite.population import of_fresh_tasks, of_tasks
from icl_theory.finite.prediction import Eigensystem, effective_ridge, equivalent
from icl_theory.finite.sizes import Sizes
from icl_theory.finite.tasks import draw_vectors

sizes_drawn = st.builds(
    Sizes,
    d=st.integers(1, 12),
    ell=st.integers(1, 200),
    k=st.integers(1, 30),
    n=st.integers(1, 3000),
)


def drawn_population(sizes, rho):
    rng = np.random.default_rng(sizes.n)
    return of_tasks(draw_vectors("sphere", sizes.k, sizes.d, rng), sizes.ell, rho)


@settings(max_examples=200)
@given(sizes_drawn, st.floats(1e-6, 1e4), st.floats(1e-8, 1e4))
def test_effective_ridge_solves_its_equation(sizes, rho, lam):
    spectrum = Eigensystem.of(drawn_population(sizes, rho), sizes.d + 1)
    xi, r = effective_ridge(spectrum, sizes, lam)
    assert xi >= lam and r == lam / xi
    # Terms of the equation are known to rounding, and so is their balance.
    terms = sizes.tau * r, np.sum(spectrum.values / (spectrum.values + xi)) / sizes.d
    assert math.isclose(sum(terms), sizes.tau, rel_tol=1e-12)


@settings(max_examples=200)
@given(sizes_drawn, st.floats(1e-3, 1e3))
def test_ridgeless_equivalent_is_the_limit_of_a_small_ridge(sizes, rho):
    population = drawn_population(sizes, rho)
    ridgeless = equivalent(population, sizes, 0, sizes.d + 1)
    if sizes.n == sizes.p:
        assert math.isinf(ridgeless.pretraining) and math.isinf(ridgeless.error(population))
        return
    small = 1e-13 * ridgeless.spectrum.values[0]
    nearly = equivalent(population, sizes, small, sizes.d + 1)
    assert math.isclose(ridgeless.error(population), nearly.error(population), rel_tol=1e-5)
    assert math.isclose(ridgeless.xi, nearly.xi, rel_tol=1e-5, abs_tol=1e3 * sizes.p * small)
    assert math.isclose(ridgeless.r, nearly.r, rel_tol=1e-5, abs_tol=1e-5)


@settings(max_examples=100)
@given(sizes_drawn, st.floats(1e-6, 1e4), st.floats(1e-8, 1e4))
def test_on_the_pretraining_population_both_error_formulas_agree(sizes, rho, lam):
    population = drawn_population(sizes, rho)
    result = equivalent(population, sizes, lam, sizes.d + 1)
    assert math.isclose(result.error(population), result.pretraining, rel_tol=1e-9)


def test_an_infinite_ridge_leaves_the_zero_predictor():
    result = finite_errors(8, 0.7, 3, 2, 0.25, 1e12)
    for estimate in (result.icl, result.idg, result.train):
        assert estimate.mean == pytest.approx(1.25, rel=1e-10)


def test_fresh_tasks_leave_nothing_to_average_over():
    result = finite_errors(10, 0.5, 3, math.inf, 0.1, 0.01, runs=7)
    assert result.icl.standard_error == 0 and len(result.icl.values) == 7
    assert np.array_equal(result.icl.values, result.idg.values)
    assert result.gap.mean == 0


def test_prediction_at_fresh_tasks_in_closed_form():
    # E is diagonal: its inverse, Gamma and the traces can be written down.
    sizes = Sizes(d=6, ell=12, k=math.inf, n=20)
    rho, lam = 0.3, 0.2
    result = equivalent(of_fresh_tasks(sizes, rho), sizes, lam, 7)
    bulk, corner = 6 / 12 * 1.3 + 13 / 12, 14 / 12 * 1.3**2
    xi = result.xi
    tau = 20 / 36
    freedom = (6 * bulk / (bulk + xi) + corner / (corner + xi)) / 6
    assert math.isclose(tau, tau * lam / xi + freedom, rel_tol=1e-13)
    population = 1.3 - 2 / (bulk + xi) + bulk / (bulk + xi) ** 2
    squares = (6 * bulk**2 / (bulk + xi) ** 2 + corner**2 / (corner + xi) ** 2) / 6
    assert math.isclose(result.pretraining, tau * population / (tau - squares), rel_tol=1e-12)


def test_the_ridgeless_threshold_is_at_n_equal_to_p():
    # d = 10: p = 110, tau = 1.1.
    at = finite_errors(10, 1.1, 4, 2, 0.1, runs=3)
    assert math.isinf(at.icl.mean) and math.isinf(at.idg.mean) and at.train.mean == 0
    assert math.isinf(at.icl.standard_error)
    for tau in (1.09, 1.11):
        assert math.isfinite(finite_errors(10, tau, 4, 2, 0.1, runs=3).icl.mean)


def test_training_error_vanishes_up_to_the_threshold_without_ridge():
    assert finite_errors(10, 1.0, 4, 2, 0.1, runs=3).train.mean == 0
    assert finite_errors(10, 1.2, 4, 2, 0.1, runs=3).train.mean > 0
