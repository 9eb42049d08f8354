"""Errors in float64: accuracy, limits, signs and the bound on the iterations."""

import importlib.util
import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icl_theory import (
    Errors,
    Spectrum,
    bayes_error,
    errors,
    errors_mp,
    is_monotone,
    optimal_context,
    optimal_ridge,
    sensitivities,
)
from icl_theory.evaluate import effective_ridge as solver
from icl_theory.evaluate import float64, threads
from icl_theory.evaluate.compiled import compiled
from icl_theory.evaluate.kernels import BLOCK, Workspace
from icl_theory.evaluate.result import FIELDS
from tests.evaluate.problems import PROBLEMS

INF = math.inf
POINT = ("tau", "alpha", "kappa", "rho", "lam")
TERMS = ("noise", "bias", "context_variance", "pretraining_variance")

positive = st.floats(-6, 6).map(lambda exponent: 10.0**exponent)
ridges = st.one_of(st.just(0.0), st.floats(-8, 4).map(lambda exponent: 10.0**exponent))
parameters = st.fixed_dictionaries(
    {"tau": positive, "alpha": positive, "kappa": positive, "rho": positive, "lam": ridges}
)
hard_points = st.sampled_from(PROBLEMS).map(lambda problem: problem.parameters)
points = st.one_of(parameters, hard_points)


def _benchmark(name: str):
    path = Path(__file__).parents[2] / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def accuracy():
    return _benchmark("accuracy")


def test_value_of_the_check_point():
    found = errors(tau=0.5, alpha=10, kappa=0.5, rho=0.1)
    assert f"{found.icl:.8f}" == "1.17605688"
    assert str(found.icl).startswith("1.17605687")


@pytest.mark.parametrize("ridge", [False, True], ids=["ridgeless", "ridge"])
def test_every_field_is_within_the_bound_at_random_points(accuracy, ridge):
    wrong = accuracy.measure(accuracy.log_uniform(1000, ridge, seed=3))
    assert max(field.max() for field in wrong.values()) <= accuracy.BOUND


def test_every_field_is_within_the_bound_at_the_hard_points(accuracy):
    wrong = accuracy.measure(accuracy.bank())
    for name, field in wrong.items():
        worst = PROBLEMS[int(field.argmax())]
        assert field.max() <= accuracy.BOUND, (name, worst)


@pytest.mark.parametrize("field", FIELDS)
def test_the_accuracy_check_notices_an_error_of_one_part_in_1e14(accuracy, field, monkeypatch):
    def disturbed(**where):
        found = errors(**where)
        values = {name: getattr(found, name) for name in FIELDS}
        return Errors(**{**values, field: values[field] * (1 + 1e-14)})

    monkeypatch.setattr(accuracy, "errors", disturbed)
    # kappa < tau with a ridge: no field vanishes, and no term dwarfs the gap.
    where = {name: np.array([v]) for name, v in PROBLEM_WITHOUT_ZEROS.items()}
    wrong = accuracy.measure(where)
    assert wrong[field].max() > accuracy.BOUND


PROBLEM_WITHOUT_ZEROS = {"tau": 2.0, "alpha": 3.0, "kappa": 0.7, "rho": 0.2, "lam": 0.1}


@pytest.mark.slow
def test_accuracy_benchmark_passes_at_a_hundred_thousand_points(accuracy, monkeypatch):
    monkeypatch.setattr("sys.argv", ["accuracy"])
    assert accuracy.main() == 0


@given(points)
def test_errors_are_positive_and_never_nan(point):
    found = errors(**point)
    for name in FIELDS:
        value = getattr(found, name)
        assert not math.isnan(value)
        assert value >= 0 or name == "gap"


@given(points)
def test_the_four_terms_sum_to_icl(point):
    found = errors(**point)
    total = math.fsum(getattr(found, term) for term in TERMS) if found.icl < INF else INF
    assert found.icl == pytest.approx(total, rel=1e-15)


@given(points)
def test_the_gap_is_icl_minus_idg(point):
    found = errors(**point)
    if max(found.icl, found.idg) < INF:
        # The subtraction loses what the gap, computed by itself, does not.
        assert abs(found.gap - (found.icl - found.idg)) <= 8e-15 * max(found.icl, found.idg)


@given(points, st.floats(1.001, 1e3))
def test_errors_grow_with_label_noise_at_fixed_ratio_of_noise_to_context(point, factor):
    # At fixed (1 + rho)/alpha the state does not move, and both errors are linear in rho.
    noisier = (1 + point["rho"]) * factor - 1
    if point["alpha"] * factor > 1e29 and point["alpha"] < INF:
        return
    more = {**point, "rho": noisier, "alpha": point["alpha"] * factor}
    low, high = errors(**point), errors(**more)
    for name in ("icl", "idg", "train"):
        assert getattr(high, name) >= getattr(low, name) * (1 - 1e-13)


@given(parameters)
def test_infinite_diversity_is_the_limit_of_large_diversity(point):
    near = errors(**{**point, "kappa": 1e25})
    limit = errors(**{**point, "kappa": INF})
    for name in set(FIELDS) - {"gap"}:
        assert getattr(near, name) == pytest.approx(getattr(limit, name), rel=1e-11)
    assert limit.gap == 0.0
    assert abs(near.gap) <= 1e-9 * near.icl


#: Few sequences, fewer tasks and a small ridge: at alpha = 1e20 the error is 23 times its limit.
SLOW = {"tau": 10**-5.5, "alpha": 1.0, "kappa": 1e-6, "rho": 1.0, "lam": 1e-8}


@given(parameters.filter(lambda p: p["lam"] > 0))
@example(SLOW)
def test_infinite_context_is_the_limit_of_long_context_at_a_ridge(point):
    near = errors(**{**point, "alpha": 1e60})
    limit = errors(**{**point, "alpha": INF})
    whole = max(limit.icl, limit.idg)
    for name in FIELDS:
        # A single term of icl may depend on alpha long after it stopped to matter.
        scale = getattr(limit, name) if name in ("icl", "idg", "train", "xi", "m") else whole
        assert getattr(near, name) == pytest.approx(getattr(limit, name), abs=1e-13 * scale)


@given(
    st.one_of(st.floats(0.1, 0.9), st.floats(1.1, 10)),
    st.floats(0.1, 100),
    st.floats(0.1, 10),
    st.floats(0, 1),
)
def test_ridgeless_is_the_limit_of_small_ridge(tau, alpha, kappa, rho):
    small, limit = errors(tau, alpha, kappa, rho, lam=1e-13), errors(tau, alpha, kappa, rho)
    for name in ("icl", "idg", "bias", "context_variance", "pretraining_variance", "m"):
        assert getattr(small, name) == pytest.approx(getattr(limit, name), rel=1e-6)


@pytest.mark.parametrize("alpha", [10.0, INF])
@pytest.mark.parametrize("kappa", [0.3, 1.0, 2.0, INF])
@pytest.mark.parametrize("rho", [0.0, 0.1])
def test_ridgeless_errors_are_infinite_at_the_threshold(alpha, kappa, rho):
    found = errors(1, alpha, kappa, rho)
    assert found.icl == found.idg == found.pretraining_variance == INF
    assert found.train == found.xi == 0
    assert found.gap == (0 if kappa == INF else INF)
    assert math.isfinite(found.bias) and math.isfinite(found.context_variance)


def test_no_warning_where_a_formula_divides_by_zero():
    with np.errstate(all="raise"):
        errors(1, INF, [0.5, 1, 2, INF], [[0.0], [0.1]])
        errors(1, INF, [0.5, 1, 2, INF], [[0.0], [0.1]], 1e-8)


@given(st.lists(points, min_size=1, max_size=8))
def test_an_array_gives_what_its_entries_give_one_by_one(rows):
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    together = errors(**columns)
    for i, row in enumerate(rows):
        alone = errors(**row)
        for name in FIELDS:
            assert getattr(together, name)[i] == getattr(alone, name)


def test_blocks_and_the_rest_of_an_array_agree():
    lam = np.full(2 * BLOCK + 7, 0.1)
    found = errors(0.5, 10, 0.5, 0.1, lam)
    assert np.ptp(found.icl) == 0
    assert found.icl[0] == errors(0.5, 10, 0.5, 0.1, 0.1).icl


def test_parameters_broadcast_like_those_of_a_ufunc():
    tau, lam = np.array([[0.5], [2.0]]), np.array([0.0, 0.1, 1.0])
    found = errors(tau, 10, 0.5, 0.1, lam)
    for name in FIELDS:
        assert getattr(found, name).shape == (2, 3)
    assert found.icl[1, 2] == errors(2, 10, 0.5, 0.1, 1).icl
    assert errors([], 10, 0.5, 0.1).icl.shape == (0,)
    assert errors(np.ones((2, 0)), 10, 0.5, 0.1, [[0.0], [1.0]]).icl.shape == (2, 0)
    assert errors([0.5], 10, 0.5, 0.1).icl.shape == (1,)


def test_shapes_that_do_not_broadcast_are_refused():
    with pytest.raises(ValueError, match="broadcast"):
        errors([0.5, 0.6], [1, 2, 3], 1, 0)


def test_numbers_give_floats():
    for tau in (0.5, 1, np.float64(0.5), np.array(0.5), "0.5"):
        assert type(errors(tau, 10, 0.5, 0.1).icl) is float


@pytest.mark.parametrize("lam", [0.0, 1e-40, 1e35])
def test_parameters_at_the_ends_of_the_float_range_are_rounded_from_multiprecision(lam):
    from icl_theory import errors_certified

    point = {"tau": 1e-200, "alpha": 1e150, "kappa": 1e-180, "rho": 1e-100, "lam": lam}
    found, reference = errors(**point), errors_certified(**point, digits=25)
    for name in FIELDS:
        assert getattr(found, name) == pytest.approx(float(getattr(reference, name)), rel=1e-15)


class TestIteration:
    """The bound on the iterations, and that it holds without a good start."""

    def _iterations(self, columns, **options):
        length = len(columns["tau"])
        kernels = Workspace(compiled(), length, length)
        with np.errstate(all="ignore"):
            point = kernels.coordinates(columns, length)
            return solver.effective_ridge(kernels, point, length, **options)

    def _columns(self, size, seed):
        draw = np.random.default_rng(seed)
        half = size // 2
        names = ("tau", "alpha", "kappa", "rho")
        columns = {name: 10.0 ** draw.uniform(-6, 6, size) for name in names}
        columns["lam"] = 10.0 ** draw.uniform(-8, 4, size)
        # Half of them close to where the iteration is slowest: tau and kappa around one.
        for name in ("tau", "kappa"):
            columns[name][:half] = 1 + 10.0 ** draw.uniform(-12, -0.5, half)
        columns["alpha"][:half] = 10.0 ** draw.uniform(0, 30, half)
        return columns

    def test_six_iterations_are_enough_over_the_whole_domain(self):
        _, iterations = self._iterations(self._columns(100_000, seed=0))
        assert iterations <= 6

    def test_bisection_from_the_start_reaches_the_same_point_within_the_bound(self):
        columns = self._columns(2000, seed=1)
        quick, few = self._iterations(columns)
        slow, many = self._iterations(columns, patience=0)
        assert few < many <= compiled().maximum
        np.testing.assert_allclose(slow, quick, rtol=1e-14)

    def test_a_start_at_an_end_of_the_bracket_converges_within_the_bound(self, monkeypatch):
        columns = self._columns(2000, seed=2)
        reference, _ = self._iterations(columns)
        run = Workspace.run

        for end in (1e-300, 1e300):

            def bad_start(self, program, inputs, outputs, end=end):
                run(self, program, inputs, outputs)
                if program == "ridge_start":
                    outputs["xi"][:] = end

            monkeypatch.setattr(Workspace, "run", bad_start)
            found, iterations = self._iterations(columns)
            assert iterations <= compiled().maximum
            np.testing.assert_allclose(found, reference, rtol=1e-14)

    def test_a_point_that_does_not_converge_raises(self, monkeypatch):
        once = replace(compiled(), maximum=1)
        monkeypatch.setattr(float64, "compiled", lambda: once)
        with pytest.raises(ArithmeticError, match="did not converge in 1 iterations"):
            errors(0.5, 10, 0.5, 0.1, 0.1)

    def test_nan_is_not_returned(self, monkeypatch):
        run = Workspace.run

        def broken(self, program, inputs, outputs):
            run(self, program, inputs, outputs)
            if program == "ridgeless_errors":
                outputs["icl"][:] = np.nan

        monkeypatch.setattr(Workspace, "run", broken)
        with pytest.raises(ArithmeticError, match="icl is undefined"):
            errors(0.5, 10, 0.5, 0.1)


def test_points_beyond_the_range_of_intermediate_results_are_as_accurate():
    draw = np.random.default_rng(5)
    size = 150
    point = {name: 10.0 ** draw.uniform(-300, 300, size) for name in ("tau", "alpha", "kappa")}
    point["rho"] = np.where(draw.random(size) < 0.3, 0, 10.0 ** draw.uniform(-300, 2, size))
    point["lam"] = np.where(draw.random(size) < 0.4, 0, 10.0 ** draw.uniform(-300, 300, size))
    for name in ("tau", "kappa"):
        ordinary = draw.random(size) < 0.5
        point[name] = np.where(ordinary, 10.0 ** draw.uniform(-2, 2, size), point[name])
    point["alpha"][::7] = INF
    point["kappa"][::11] = INF
    point["tau"][::9] = 1.0
    found = errors(**point)
    for i in range(size):
        reference = errors_mp(**{name: float(column[i]) for name, column in point.items()})
        for name in FIELDS:
            value, wanted = getattr(found, name)[i], float(getattr(reference, name))
            scale = float(reference.icl) if name == "gap" else wanted
            assert value == wanted or abs(value - wanted) <= 4e-15 * abs(scale), (name, i)


def test_a_start_far_above_a_tiny_root_is_left_without_a_square_root_of_rounding():
    point = {"tau": 0.011299486017863136, "alpha": 1.7149857901957855e80}
    point |= {"kappa": 3.8529298960912527e-81, "rho": 0.7824210064171395}
    found = errors(**point, lam=9.275694823142443e-80)
    reference = errors_mp(**point, lam=9.275694823142443e-80)
    assert found.icl == pytest.approx(float(reference.icl), rel=4e-15)


def test_where_floats_are_not_longer_multiprecision_gives_the_same(monkeypatch):
    point = {"tau": [0.5, 2], "alpha": 1e50, "kappa": [1e-40, 0.5], "rho": 0.1, "lam": [0, 1e-35]}
    long = errors(**point)
    monkeypatch.setattr(float64, "LONG_EXPONENT", 10**9)
    for name, column in errors(**point).as_dict().items():
        np.testing.assert_allclose(getattr(long, name), column, rtol=4e-15)


@pytest.mark.parametrize("lam", [0.0, 1e-3])
def test_threads_give_the_same_bits(monkeypatch, lam):
    draw = np.random.default_rng(6)
    columns = {n: 10.0 ** draw.uniform(-6, 6, 9 * BLOCK + 5) for n in ("tau", "alpha", "kappa")}
    monkeypatch.setattr(threads, "processors", lambda: 1)
    alone = errors(**columns, rho=0.1, lam=lam)
    monkeypatch.setattr(threads, "processors", lambda: 3)
    monkeypatch.setattr(threads, "BLOCKS_PER_THREAD", 2)
    for name, column in errors(**columns, rho=0.1, lam=lam).as_dict().items():
        assert column.tobytes() == getattr(alone, name).tobytes()


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (errors, POINT),
        (partial(errors, tasks=Spectrum.spike(4, "1/4"), alpha_test=2), POINT),
        (sensitivities, POINT),
        (bayes_error, ("alpha", "rho")),
        (partial(optimal_context, "icl"), ("tau", "kappa", "rho", "lam")),
        (partial(optimal_ridge, "icl"), ("tau", "alpha", "kappa", "rho")),
        (partial(is_monotone, "icl", "alpha"), ("tau", "kappa", "rho", "lam")),
    ],
    ids=["errors", "structured", "sensitivities", "bayes", "context", "ridge", "monotone"],
)
def test_arrays_that_are_given_are_read_alone(call, names):
    """They are not copied: nothing may write to them, and no result may be a part of them."""
    rng = np.random.default_rng(6)
    arrays = {name: 10.0 ** rng.uniform(-1, 1, 40) for name in names}
    for array in arrays.values():
        array.flags.writeable = False
    found = call(**arrays)
    groups = found.values() if isinstance(found, dict) else [found]
    answers = [
        value
        for group in groups
        for value in (vars(group).values() if hasattr(group, "__dict__") else [group])
        if isinstance(value, np.ndarray)
    ]
    assert answers
    for answer in answers:
        assert not any(np.shares_memory(answer, array) for array in arrays.values())
