"""Correlated inputs in the limit: special cases, and the limit of the finite prediction."""

from __future__ import annotations

import math
import pickle
import time
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest

from benchmarks import inputs_limit
from benchmarks.structured import many_inputs, random_inputs, random_point, relative_errors
from icl_theory import (
    Spectrum,
    errors,
    errors_certified,
    errors_exact,
    errors_mp,
    finite_errors,
)
from icl_theory.algebra.precision import precision
from icl_theory.evaluate import inputs_certified, inputs_point
from icl_theory.evaluate.inputs import ENLARGED
from icl_theory.evaluate.inputs_rows import Rows, coupled
from icl_theory.evaluate.result import FIELDS, Errors
from icl_theory.evaluate.structured_enclosed import ARB, UndecidedSign
from icl_theory.verify.simulated import LIMIT

LEVELS, TWO = Spectrum.atoms([2, "1/2"], [1, 2]), Spectrum.atoms([3, "1/3"], [1, 3])
#: (tau, alpha, kappa, rho, lam) on both sides of the threshold, with a ridge and without.
POINTS = [
    (2.5, 3, 0.75, 0.2, 0.5),
    (0.5, 3, 0.75, 0.2, 0.1),
    (0.5, 3, 2, 0.2, 0),
    (1.5, 4, 2, 0, 0),
]
TESTS = [{}, {"test": "pretraining", "alpha_test": 9}, {"test": "isotropic", "rho_test": 0.1}]
#: Rounding of roots and averages, ten decades of parameters: 3e-14 was the largest seen.
ROUNDING = 1e-13


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("test", TESTS)
def test_isotropic_inputs_are_no_inputs(point, test):
    plain = errors(*point, tasks=TWO, **test)
    found = errors(*point, tasks=TWO, inputs=Spectrum.isotropic(), **test)
    for name, value in plain.as_dict().items():
        scale = max(plain.icl, plain.idg) if name == "gap" else abs(value)
        assert abs(getattr(found, name) - value) <= ROUNDING * scale, name


def test_without_a_ridge_above_the_threshold_inputs_are_tasks():
    point = (1.5, 3, 0.75, 0.2)
    seen = Spectrum.atoms([4, "1/4"], [1, 2], test=[2, "1/2"])
    found = errors(*point, tasks=LEVELS, inputs=LEVELS, test="isotropic", alpha_test=2)
    assert found.icl == pytest.approx(errors(*point, tasks=seen, alpha_test=2).icl, rel=ROUNDING)


@pytest.mark.parametrize("point", POINTS)
def test_fresh_sequences_of_the_pretraining_tasks_are_the_pretraining_distribution(point):
    found = errors(*point, tasks=TWO, inputs=LEVELS, test="pretraining")
    assert found.icl == pytest.approx(found.idg, rel=ROUNDING)
    assert found.gap == 0
    parts = found.noise + found.bias + found.context_variance + found.pretraining_variance
    assert parts == pytest.approx(found.icl, rel=ROUNDING)


def test_spectra_with_other_shares_are_coupled_from_the_top():
    halves = Spectrum.atoms([2, "1/2"], [1, 1])
    split = Spectrum.atoms([2, "1/2"], [2, 4])
    a, c, _, w = coupled(halves, split)
    assert (a.tolist(), c.tolist()) == ([2, 2, 0.5], [4, 1, 0.25])
    assert w.tolist() == [1 / 3, 1 / 6, 1 / 2]
    # A sixth of the directions has the larger input variance and the smaller task variance.
    at_12 = finite_errors(12, *POINTS[0], tasks=split, inputs=halves, runs=1, order=1)
    assert at_12.setup.task_variances.tolist() == [4] * 4 + [1] * 2 + [0.25] * 6


def test_the_threshold_has_no_finite_error():
    found = errors(1, 3, 0.75, 0.2, tasks=TWO, inputs=LEVELS)
    assert found.icl == found.idg == math.inf
    assert found.train == 0


@pytest.mark.parametrize("point", POINTS[:3])
def test_the_prediction_at_finite_d_tends_to_it(point):
    """Extrapolated from two sizes; another way for the ridge to see the inputs is refuted."""
    structure = {"tasks": LEVELS, "inputs": LEVELS, "test": "isotropic", "alpha_test": 9}
    limit = errors(*point, **structure)
    # As if tasks of isotropic inputs had the covariance of Sigma^{1/2} w.
    wrong = errors(*point, tasks=Spectrum.atoms([4, "1/4"], [1, 2], test=[2, "1/2"]), alpha_test=9)
    ratios = {}
    for d, runs in ((24, 48), (48, 24)):
        found = finite_errors(d, *point, **structure, runs=runs, seed=1, order=1)
        ratios[d] = np.array([found.icl.values / limit.icl, found.idg.values / limit.idg]) - 1
    left = 2 * ratios[48].mean(axis=1) - ratios[24].mean(axis=1)
    variances = [r.var(axis=1, ddof=1) / r.shape[1] for r in (ratios[48], ratios[24])]
    error = np.sqrt(4 * variances[0] + variances[1])
    assert np.all(np.abs(left) < 4 * error)
    off = np.array([wrong.icl / limit.icl, wrong.idg / limit.idg]) - 1
    assert np.any(np.abs(left - off) > 4 * error)


def check_limit(found):
    """The prediction has the limit, and none that is wrong by 1 %; simulation agrees."""
    assert abs(found.left.deviation) < LIMIT, found.name
    assert found.score_if_wrong > LIMIT, found.name
    assert abs(found.paired.deviation) < LIMIT, found.name
    low, high = inputs_limit.SLOPES
    assert not found.stands_out or low < found.slope < high, found.name


def test_simulated_errors_tend_to_it_like_one_over_d():
    for found in inputs_limit.compare("two levels", inputs_limit.TESTS[2], runs=16):
        check_limit(found)
        # Both are more than nothing at the smallest size.
        assert found.deviations[0].deviation > 2


@pytest.mark.slow
@pytest.mark.parametrize("inputs", inputs_limit.INPUTS)
@pytest.mark.parametrize("test", inputs_limit.TESTS, ids=lambda test: test[0])
def test_simulated_errors_of_all_set_ups(inputs, test):
    for found in inputs_limit.compare(inputs, test, runs=100):
        check_limit(found)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"inputs": Spectrum.power_law("1/2")}, "inputs must have atoms where inputs are given"),
        ({"inputs": Spectrum.atoms([1, 0])}, "inputs must have eigenvalues > 0"),
        (
            {"inputs": Spectrum.atoms([1, "1e-200"])},
            "inputs must have eigenvalues from 1e-20 to 1e[+]20, got",
        ),
        (
            {"inputs": LEVELS, "tasks": Spectrum.power_law("1/2")},
            "tasks must have atoms where inputs are given",
        ),
        (
            {"inputs": LEVELS, "alpha": math.inf, "tau": 0.5, "kappa": 0.5},
            "alpha must be finite where lam = 0 and tau < 1 is not below kappa",
        ),
    ],
)
def test_bad_input_gets_one_sentence(given, message):
    with pytest.raises(ValueError, match=message):
        errors(**({"tau": 2, "alpha": 3, "kappa": 1, "rho": 0.1} | given))


def test_inputs_must_be_a_spectrum():
    with pytest.raises(TypeError, match="inputs must be a Spectrum"):
        errors(2, 3, 1, 0.1, inputs=[1, 2])


@pytest.mark.parametrize(
    ("draw", "seed", "count"), [(random_inputs, 3, 100), (many_inputs, 4, 6)], ids=["few", "many"]
)
def test_float64_at_random_spectra(draw, seed, count):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        tasks, inputs = draw(rng)
        found = relative_errors(random_point(rng, 10), tasks=tasks, inputs=inputs)
        assert max(found.values()) < ROUNDING


@pytest.mark.parametrize(
    ("alpha", "kappa", "tau", "rho", "lam"), [(math.inf, 0.5, 2, 0.2, 0.1), (3, 0.25, 0.25, 0, 0)]
)
def test_float64_says_where_it_has_no_digits_and_rounds_balls(alpha, kappa, tau, rho, lam):
    """Tasks as many as directions of one level, levels far apart: nothing of t is left in m."""
    far = Spectrum.atoms(["1e12", "1e-12"])
    point = {"tau": tau, "alpha": alpha, "kappa": kappa, "rho": rho, "lam": lam}
    rows = Rows(*coupled(far, Spectrum.isotropic()), point | {"rho_test": rho, "alpha_test": alpha})
    with np.errstate(all="ignore"):
        lost = rows.fields(seen=False)["icl"]
    assert rows.enlarged > ENLARGED
    assert lost != pytest.approx(errors(**point, inputs=far).icl, rel=1e-10)
    assert max(relative_errors(point, inputs=far).values()) < 4e-15


def test_float64_where_the_threshold_is_near():
    """The residual of the ridge equation is taken of what is left of the degrees of freedom."""
    names = "tau", "alpha", "kappa", "rho", "lam"
    point = dict(zip(names, (1.0001118, 0.0549, 2.8e-5, 78572.5, 0.0002973), strict=True))
    assert max(relative_errors(point, tasks=TWO, inputs=LEVELS).values()) < ROUNDING


#: What is read exactly; the same numbers as floats are others.
EXACT = [
    ("5/2", 3, "3/4", "1/5", "1/2"),
    ("1/2", 3, "3/4", "1/5", "1/10"),
    ("1/2", 3, 2, "1/5", 0),
    ("3/2", 4, 2, 0, 0),
    (2, "inf", "inf", 0, "1/3"),
    ("999999/1000000", 3, "3/4", "1/5", 0),
]
EXACT_TESTS = [
    {},
    {"test": "pretraining", "alpha_test": 9},
    {"test": "isotropic", "rho_test": "1/10"},
]


def contained(few: Errors, many: Errors) -> bool:
    """Whether every ball of more digits is inside the one of fewer."""
    return all(getattr(few, name).contains(getattr(many, name)) for name in FIELDS)


@pytest.mark.parametrize("point", EXACT)
@pytest.mark.parametrize("test", EXACT_TESTS)
def test_three_evaluators_agree(point, test):
    structure = {"tasks": TWO, "inputs": LEVELS, **test}
    few, many = (errors_certified(*point, **structure, digits=n) for n in (20, 50))
    assert contained(few, many)
    numbers = errors_mp(*point, **structure, digits=40)
    given = [math.inf if value == "inf" else float(Fraction(value)) for value in point]
    shift = {n: float(Fraction(v)) if n == "rho_test" else v for n, v in test.items()}
    double = errors(*given, tasks=TWO, inputs=LEVELS, **shift)
    # Next to the threshold a parameter's rounding is enlarged by 1/(1 - tau).
    lost = ROUNDING / min(1, abs(given[0] - 1))
    for name in FIELDS:
        ball, number, value = (getattr(one, name) for one in (many, numbers, double))
        scale = max(double.icl, double.idg) if name == "gap" else abs(value)
        assert abs(float(ball) - value) <= lost * scale, name
        with mpmath.workdps(60):
            middle = mpmath.mpf(ball.mid().str(55, radius=False))
            assert abs(number - middle) <= mpmath.mpf(10) ** -40 * scale, name


@pytest.mark.parametrize("point", EXACT[:4])
@pytest.mark.parametrize("test", EXACT_TESTS)
def test_balls_of_isotropic_inputs_are_those_of_structured_tasks(point, test):
    plain = errors_certified(*point, tasks=TWO, **test)
    found = errors_certified(*point, tasks=TWO, inputs=Spectrum.isotropic(), **test)
    assert all(getattr(plain, name).overlaps(getattr(found, name)) for name in FIELDS)
    numbers = errors_mp(*point, tasks=TWO, inputs=Spectrum.isotropic(), **test)
    assert abs(numbers.icl - errors_mp(*point, tasks=TWO, **test).icl) < 1e-48 * numbers.icl


#: Degree of the effective ridge: of the point, tasks and inputs.
ALIGNED = Spectrum.atoms([3, "1/3"], [1, 2])
DEGREES = {
    "without a ridge above the threshold": ((2, 3, "3/4", "1/5"), TWO, LEVELS, 1),
    "on the threshold": ((1, 3, "3/4", "1/5"), TWO, LEVELS, 1),
    "infinite diversity": (("5/2", 3, "inf", "1/5", "1/2"), TWO, LEVELS, 7),
    "infinite diversity, without a ridge": (("1/2", 3, "inf", "1/5"), TWO, LEVELS, 6),
    "infinite diversity and context": (("5/2", "inf", "inf", 0, 1), ALIGNED, LEVELS, 5),
    "one input variance": (("5/2", 3, "3/4", "1/5", "1/2"), TWO, Spectrum.atoms([3]), 7),
    "tasks of low rank": (
        ("5/2", 3, "1/4", "1/5", "1/2"),
        Spectrum.atoms([1, 0]),
        Spectrum.atoms([3]),
        5,
    ),
    "a resolvent for each row": (("1/2", 3, "3/4", "1/5"), None, LEVELS, 25),
}


@pytest.mark.parametrize("test", EXACT_TESTS)
@pytest.mark.parametrize(("point", "tasks", "inputs", "degree"), DEGREES.values(), ids=DEGREES)
def test_exact_numbers_lie_in_the_balls(point, tasks, inputs, degree, test):
    structure = {"tasks": tasks, "inputs": inputs, **test}
    exact, balls = errors_exact(*point, **structure), errors_certified(*point, **structure)
    assert exact.xi.degree == degree
    for name in FIELDS:
        value, ball = getattr(exact, name), getattr(balls, name)
        if isinstance(value, float):
            assert value == float(ball)
            assert math.isinf(value)
        else:
            assert value.approximation(50).overlaps(ball), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "degree"),
    # At x = 0, without noise at infinite context, the degree is smaller.
    [(("5/2", 3, "3/4", "1/5", "1/2"), 34), ((1, "inf", 2, 0, "1/3"), 17)],
)
def test_exact_numbers_of_a_ridge_and_a_resolvent_for_each_row(point, degree):
    exact = errors_exact(*point, tasks=ALIGNED, inputs=LEVELS)
    balls = errors_certified(*point, tasks=ALIGNED, inputs=LEVELS)
    assert exact.xi.degree == degree
    assert all(getattr(exact, n).approximation(50).overlaps(getattr(balls, n)) for n in FIELDS)


def test_exact_numbers_of_isotropic_inputs_are_those_of_structured_tasks():
    for point in EXACT[:4]:
        plain, found = (
            errors_exact(*point, tasks=TWO, **given)
            for given in ({}, {"inputs": Spectrum.isotropic()})
        )
        assert all(getattr(plain, name) == getattr(found, name) for name in FIELDS)


@pytest.mark.parametrize(
    ("point", "inputs", "message"),
    [
        # Cuts of the two spectra make three directions.
        (EXACT[0], LEVELS, "is sought at degrees up to 184, above 100"),
        (EXACT[0], Spectrum.atoms([1, 2, 3]), "is sought at degrees"),
        (("1/2", 3, "inf", 0, 1), Spectrum.atoms([*range(1, 8)]), "has the degree .*, above 40"),
    ],
)
def test_exact_numbers_have_few_eigenvalues(point, inputs, message):
    begin = time.process_time()
    match = f"inputs and tasks must have fewer eigenvalues for exact errors: .* {message}"
    with pytest.raises(ValueError, match=match):
        errors_exact(*point, tasks=TWO, inputs=inputs)
    assert time.process_time() - begin < 5


def test_inputs_of_one_variance_are_a_scale():
    """Inputs of s I are tasks of s C, with a ridge that is less by s^2."""
    point, s = ("5/2", 3, "3/4", "1/5"), 3
    scaled = Spectrum.atoms([9, 1], [1, 3])
    for lam in (0, Fraction(1, 2)):
        found = errors_certified(*point, lam, tasks=TWO, inputs=Spectrum.atoms([s]))
        plain = errors_certified(*point, Fraction(lam) / s**2, tasks=scaled)
        for name in ("icl", "idg", "train", "bias", "pretraining_variance", "m"):
            assert getattr(found, name).overlaps(getattr(plain, name)), name
        assert found.xi.overlaps(9 * plain.xi)


def test_certified_errors_at_the_threshold():
    structure = {"tasks": TWO, "inputs": LEVELS, "alpha_test": 9}
    double = errors(1, 3, 0.75, 0.2, **structure)
    for evaluate in (errors_certified, errors_mp):
        found = evaluate(1, 3, "3/4", "1/5", **structure)
        assert float(found.icl) == float(found.idg) == math.inf
        assert float(found.gap) == double.gap
        assert found.train == 0
        assert float(found.bias) == pytest.approx(double.bias, rel=ROUNDING)


def test_a_state_that_is_off_is_not_certified():
    """Signs decide: a trace, or a ridge, that is off by 1e-12 is refused at 60 bits."""
    given = dict(zip(("tau", "alpha", "kappa", "rho", "lam"), EXACT[0], strict=True))
    given |= {"alpha_test": None, "rho_test": None}
    point = inputs_point.InputPoint.read(LEVELS, TWO, None, **given)
    with precision(160):
        equations = inputs_point.RowEquations(point, ARB)
        xi, start = point.start()
        traces = [*map(flint.arb, start.values())]
        xi, traces = equations.solve(flint.arb(xi), traces, flint.arb(2) ** -70)
        width = flint.arb(2) ** -60
        inputs_certified.bracket(equations, xi, traces, width)
        for factor in (1 - 1e-12, 1 + 1e-12):
            with pytest.raises(UndecidedSign):
                inputs_certified.bracket(equations, xi, [traces[0], traces[1] * factor], width)
            with pytest.raises(UndecidedSign):
                inputs_certified.bracket(equations, xi * factor, traces, width)


def test_results_of_inputs_are_written_and_read():
    structure = {"tasks": TWO, "inputs": LEVELS}
    for evaluate in (errors_certified, errors_mp):
        found = evaluate(*EXACT[0], **structure, digits=30)
        for read in (Errors.from_json(found.to_json()), pickle.loads(pickle.dumps(found))):
            assert all(float(getattr(read, name)) == float(getattr(found, name)) for name in FIELDS)


@pytest.mark.parametrize("evaluate", [errors_mp, errors_certified, errors_exact])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"inputs": Spectrum.power_law("1/2")}, "inputs must have atoms where inputs are given"),
        ({"inputs": Spectrum.atoms([1, 0])}, "inputs must have eigenvalues > 0"),
        (
            {"alpha": math.inf, "tau": "1/2", "kappa": "1/2"},
            "alpha must be finite where lam = 0 and tau < 1 is not below kappa",
        ),
        ({"rho": "1e600"}, "rho must be from 1e-40 to 1e40"),
        ({"tau": 0}, "tau must be a finite number > 0"),
    ],
)
def test_precise_evaluators_refuse_in_one_sentence(evaluate, given, message):
    good = {"tau": 2, "alpha": 3, "kappa": 1, "rho": "1/10", "inputs": LEVELS}
    with pytest.raises(ValueError, match=message):
        evaluate(**(good | given))
    with pytest.raises(TypeError, match="inputs must be a Spectrum"):
        evaluate(**(good | {"inputs": [1, 2]}))


@pytest.mark.parametrize("evaluate", [errors_mp, errors_certified])
def test_digits_are_counted(evaluate):
    with pytest.raises(ValueError, match="digits must be an integer from 1"):
        evaluate(2, 3, 1, "1/10", inputs=LEVELS, digits=0)


@pytest.mark.parametrize("tau", [0.5, 1, 2])
@pytest.mark.parametrize("tasks", [None, Spectrum.atoms([2, "1/2"])])
@pytest.mark.parametrize("inputs", [Spectrum.isotropic(), Spectrum.atoms([3, 1])])
def test_with_infinitely_many_tasks_there_is_no_gap(tau, tasks, inputs):
    """Also at the threshold, where both errors are infinite."""
    given = {"tasks": tasks, "inputs": inputs}
    assert errors(tau, 1, math.inf, 0.1, **given).gap == 0
    assert errors_mp(tau, 1, "inf", 0.1, **given).gap == 0
    # At another context length than that of pretraining there is one.
    assert errors(tau, 1, math.inf, 0.1, alpha_test=2, **given).gap == pytest.approx(
        float(errors_mp(tau, 1, "inf", 0.1, alpha_test=2, **given).gap), rel=1e-12, abs=1e-14
    )
