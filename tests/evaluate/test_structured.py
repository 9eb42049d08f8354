"""Evaluators of structured tasks against each other and against the isotropic theory."""

from __future__ import annotations

import math
import time
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest

from benchmarks.structured import random_point, random_spectrum, relative_errors
from icl_theory.evaluate import general, structured_multiprecision
from icl_theory.evaluate.certified import errors_certified
from icl_theory.evaluate.exact import errors_exact
from icl_theory.evaluate.float64 import errors
from icl_theory.evaluate.result import FIELDS
from icl_theory.evaluate.spectrum import Spectrum
from icl_theory.evaluate.structured import structured_errors
from icl_theory.evaluate.structured_certified import structured_errors_certified
from icl_theory.evaluate.structured_exact import structured_errors_exact
from icl_theory.evaluate.structured_multiprecision import structured_errors_mp
from icl_theory.evaluate.structured_state import Solver, nodes_of

TWO = Spectrum.atoms([3, "1/3"], [1, 3])

#: Points each hard for a reason.
HARD = {
    "ridgeless, fewer tasks than directions": (2, 3, 0.3, 0.2, 0),
    "ridgeless below the threshold": (0.5, 3, 0.7, 0.2, 0),
    "next to the threshold": (1 - 2**-30, 3, 0.7, 0.2, 0),
    "kappa at the share of the upper level": (2, 1e6, 0.25, 0.2, 0),
    "tau at the share of the upper level": (0.25, 1e6, 4, 0.2, 0),
    "tau next to kappa, long contexts": (0.2500001, 1e9, 0.25, 0.2, 0),
    "tiny ridge at the threshold": (1, 3, 0.7, 0.2, 1e-12),
    "huge ridge": (2, 3, 0.7, 0.2, 1e9),
    "no noise": (2, 3, 0.7, 0, 1e-3),
    "infinite diversity": (2, 3, math.inf, 0.2, 1e-3),
    "infinite context": (2, math.inf, 0.4, 0.2, 1e-3),
}


@pytest.mark.parametrize("point", HARD.values(), ids=HARD)
@pytest.mark.parametrize("spectrum", [TWO, Spectrum.power_law("1/2"), Spectrum.isotropic()])
@pytest.mark.parametrize("test", ["matched", "isotropic", "pretraining"])
def test_float64_at_hard_points(spectrum, point, test):
    names = ("tau", "alpha", "kappa", "rho", "lam")
    given = dict(zip(names, point, strict=True)) | {"alpha_test": 7.0, "rho_test": 0.1}
    found = relative_errors(given, tasks=spectrum, test=test)
    assert max(found.values()) < 4e-15


def test_float64_at_random_spectra():
    rng = np.random.default_rng(5)
    for _ in range(100):
        spectrum = random_spectrum(rng)
        found = relative_errors(random_point(rng), tasks=spectrum)
        assert max(found.values()) < 4e-15


def test_one_level_is_the_isotropic_theory():
    rng = np.random.default_rng(1)
    point = 10 ** rng.uniform(-6, 6, (5, 400))
    point[4, :150] = 0
    old, new = errors(*point), structured_errors(*point)
    for name in FIELDS:
        scale = np.maximum(old.icl, old.idg) if name == "gap" else np.abs(getattr(old, name))
        assert np.all(np.abs(getattr(new, name) - getattr(old, name)) <= 4e-15 * scale)
    ball, other = (
        evaluate("1/2", 10, "1/2", "0.1", "1/100", digits=40)
        for evaluate in (errors_certified, structured_errors_certified)
    )
    assert all(getattr(ball, name).overlaps(getattr(other, name)) for name in FIELDS)


def test_isotropic_calls_give_the_same_bits():
    rng = np.random.default_rng(6)
    point = 10 ** rng.uniform(-6, 6, (5, 500))
    point[4, :200] = 0
    for name, value in errors(*point).as_dict().items():
        assert np.array_equal(value, getattr(general.errors(*point), name))


def test_the_public_evaluators_take_spectra():
    shift = {"tasks": TWO, "test": "isotropic", "alpha_test": 9}
    point = (2, 3, "3/4", "1/5")
    ball = general.errors_certified(*point, **shift, digits=30).icl
    assert float(ball) == pytest.approx(general.errors(*point, **shift).icl, rel=4e-15)
    assert ball.overlaps(general.errors_exact(*point, **shift).icl.approximation(30))
    assert float(general.errors_mp(*point, **shift, digits=30).icl) == float(ball)


def test_the_pretraining_distribution_as_a_test_is_idg():
    rng = np.random.default_rng(2)
    found = structured_errors(*10 ** rng.uniform(-3, 3, (5, 200)), tasks=TWO, test="pretraining")
    # Each is right to 4e-15, as the evaluator promises.
    np.testing.assert_allclose(found.icl, found.idg, rtol=8e-15)
    exact = structured_errors_certified(2, 3, 1, "0.1", "0.01", tasks=TWO, test="pretraining")
    assert exact.gap == 0
    assert exact.icl.overlaps(exact.idg)


def test_tasks_of_another_scale_are_the_same_problem():
    point, by = (2, 3, 0.7, 0.2, 0.01), 5.0
    one = structured_errors(*point, tasks=TWO)
    scaled = structured_errors(2, 3, 0.7, by * 0.2, by * 0.01, tasks=TWO.scaled(5))
    assert scaled.icl == pytest.approx(by * one.icl, rel=1e-14)
    assert scaled.xi == pytest.approx(by * one.xi, rel=1e-14)


@pytest.mark.parametrize("spectrum", [TWO, Spectrum.power_law("1/2")])
@pytest.mark.parametrize("lam", [0, "1/1000"])
@pytest.mark.parametrize("tau", ["1/2", 1, 3])
def test_multiprecision_lies_in_the_balls(spectrum, lam, tau):
    arguments = (tau, 3, "3/4", "1/5", lam)
    shift = {"tasks": spectrum, "test": "isotropic", "alpha_test": 9, "rho_test": "1/7"}
    balls = structured_errors_certified(*arguments, **shift, digits=60)
    numbers = structured_errors_mp(*arguments, **shift, digits=60)
    for name in FIELDS:
        ball, number = getattr(balls, name), getattr(numbers, name)
        if ball.is_finite():
            with flint.ctx.workprec(400):
                difference = float(abs(ball - flint.arb(str(number))).upper())
            assert difference <= 2e-59 * abs(float(ball))
        else:
            assert math.isinf(float(ball.mid()))
            assert float(number) == float(ball.mid())


@pytest.mark.parametrize("lam", [0, "1/10"])
@pytest.mark.parametrize("kappa", ["1/4", "1/1000", 4])
def test_few_digits_are_no_harder_than_many(lam, kappa):
    """The state is enclosed more narrowly than asked, which one step does not reach."""
    point = ("1/3", "1/3", kappa, "1/10", lam)
    many = structured_errors_certified(*point, tasks=TWO, alpha_test="1/3", digits=40)
    for digits in (1, 2, 3):
        few = structured_errors_certified(*point, tasks=TWO, alpha_test="1/3", digits=digits)
        for name in FIELDS:
            assert getattr(few, name).overlaps(getattr(many, name)), name


def test_what_newton_does_not_reach_bisection_does():
    rng = np.random.default_rng(3)
    tau, x, kappa, lam = 10 ** rng.uniform(-3, 3, (4, 30))
    lam[:15] = 0
    solver = Solver(nodes_of(TWO), tau, x, kappa, lam)
    with np.errstate(all="ignore"):
        found = zip(solver.solve(), solver.bisect(), strict=True)
    for fast, slow in found:
        np.testing.assert_allclose(fast, slow, rtol=4e-15)


def test_the_state_lies_between_its_bounds():
    rng = np.random.default_rng(4)
    tau, x, kappa, lam = 10 ** rng.uniform(-3, 3, (4, 300))
    solver = Solver(nodes_of(TWO), tau, x, kappa, lam)
    xi, _ = solver.solve()
    assert np.all(solver.bound(0.0) <= xi * (1 + 4e-15))
    assert np.all(xi <= solver.bound(float(TWO.theta)) * (1 + 4e-15))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tau": -1}, "tau must be a finite number > 0, got -1"),
        ({"alpha_test": 0}, "alpha_test must be a number > 0, or inf, got 0"),
        ({"rho_test": [0.1, -1]}, "rho_test must be a finite number >= 0, got -1.0 at index 1"),
        ({"test": "seen"}, "test must be 'pretraining', 'matched', 'isotropic' or 'reversed'"),
    ],
)
def test_bad_input_gets_one_sentence(given, message):
    point = {"tau": 1.5, "alpha": 3, "kappa": 1, "rho": 0.1} | given
    with pytest.raises(ValueError, match=message):
        structured_errors(**point, tasks=TWO)
    if not isinstance(given.get("rho_test"), list):
        with pytest.raises(ValueError, match=message):
            structured_errors_certified(**point, tasks=TWO)


@pytest.mark.parametrize("test", [None, "isotropic", "pretraining"])
@pytest.mark.parametrize(
    ("point", "degree"),
    [
        ((2, 3, "3/4", "1/5"), 3),
        (("1/2", 3, "3/4", "1/5"), 4),
        ((2, 3, "3/4", "1/5", "1/10"), 7),
        ((2, 3, "inf", "1/5"), 1),
    ],
)
def test_exact_numbers_lie_in_the_balls(point, degree, test):
    shift = {"tasks": TWO, "test": test, "alpha_test": 9}
    exact = structured_errors_exact(*point, **shift)
    balls = structured_errors_certified(*point, **shift, digits=40)
    assert exact.icl.degree == degree
    for name in FIELDS:
        assert getattr(exact, name).approximation(40).overlaps(getattr(balls, name))


def test_exact_isotropic_numbers_are_equal():
    point = ("1/2", 10, "1/2", "1/10", "1/7")
    old, new = errors_exact(*point), structured_errors_exact(*point)
    assert all(getattr(old, name) == getattr(new, name) for name in FIELDS)


def test_exact_numbers_have_few_eigenvalues():
    with pytest.raises(ValueError, match=r"fewer eigenvalues .* degree 51, above 40"):
        structured_errors_exact(2, 3, 1, 1, tasks=Spectrum.power_law(1, d=50))
    with pytest.raises(ValueError, match="tasks must have atoms for exact errors"):
        structured_errors_exact(2, 3, 1, 1, tasks=Spectrum.power_law("1/2"))


@pytest.mark.parametrize("test", ["matched", "isotropic", "pretraining"])
@pytest.mark.parametrize("kappa", ["3/4", "inf"])
def test_exact_numbers_at_the_threshold(kappa, test):
    shift = {"tasks": TWO, "test": test, "alpha_test": 9}
    exact = structured_errors_exact(1, 3, kappa, "1/5", **shift)
    near = structured_errors(1, 3, float(kappa == "3/4") * 0.75 or math.inf, 0.2, **shift)
    for name in FIELDS:
        assert float(getattr(exact, name)) == pytest.approx(getattr(near, name), rel=1e-14)
    assert exact.icl == exact.idg == math.inf
    assert exact.train.is_zero


def test_the_threshold_of_one_eigenvalue_is_the_isotropic_one():
    old, new = errors_exact(1, 3, "3/4", "1/5"), structured_errors_exact(1, 3, "3/4", "1/5")
    assert all(getattr(old, name) == getattr(new, name) for name in FIELDS)


def test_tasks_are_a_spectrum():
    with pytest.raises(TypeError, match="tasks must be a Spectrum, got "):
        structured_errors(1.5, 3, 1, 0.1, tasks=[1, 2])


@pytest.mark.parametrize("tau", [1, "1/2"])
def test_a_test_on_pretraining_itself_has_no_gap(tau):
    """Also at the threshold, where both errors are infinite and only rounding tells them apart."""
    two = Spectrum.atoms([2, "1/2"], [1, 2])
    call = {"tasks": two, "test": "pretraining"}
    for evaluator in (general.errors_mp, general.errors_certified, general.errors_exact):
        assert evaluator(tau, 3, "3/4", "1/5", **call).gap == 0
    assert general.errors(float(Fraction(tau)), 3, 0.75, 0.2, **call).gap == 0
    # A longer context does not take away that e_idg diverges: the sign is that of the difference.
    assert general.errors(1, 3, 0.75, 0.2, **call, alpha_test=4).gap == -math.inf


@pytest.mark.parametrize("point", HARD.values(), ids=HARD)
def test_multiprecision_has_its_digits_at_hard_points(point, monkeypatch):
    shift = {"tasks": TWO, "alpha_test": 7, "rho_test": "1/10"}

    def lost() -> float:
        """Largest error, in units of the digits asked for."""
        low, high = (structured_errors_mp(*point, **shift, digits=n) for n in (25, 70))
        with mpmath.workdps(70):
            errors = [
                # A gap may vanish: it is as good as what it is the difference of.
                abs(getattr(low, name) - value)
                / abs(max(high.icl, high.idg) if name == "gap" else value)
                for name, value in zip(
                    FIELDS, (getattr(high, name) for name in FIELDS), strict=True
                )
                if mpmath.isfinite(value) and value
            ]
            return float(max(errors) * mpmath.mpf(10) ** 25)

    assert lost() < 1
    if point == HARD["next to the threshold"]:
        # Without a guard seven digits are gone there.
        monkeypatch.setattr(structured_multiprecision, "GUARD", 2)
        assert lost() > 1e6


@pytest.mark.parametrize("evaluate", [general.errors, general.errors_mp, general.errors_certified])
@pytest.mark.parametrize(
    ("name", "value"), [("rho", "1e300"), ("rho", "1e170"), ("lam", "1e250"), ("alpha", "1e-250")]
)
def test_what_is_too_far_from_one_is_refused_with_the_domain(evaluate, name, value):
    point = {"tau": "0.13", "alpha": 933, "kappa": "1/2", "rho": "1/10", "lam": "0.13", name: value}
    spent = time.process_time()
    with pytest.raises(ValueError, match=rf"^{name} must be from 1e-40 to 1e40 with structured"):
        evaluate(**point, tasks=Spectrum.atoms([1, 0]))
    assert time.process_time() - spent < 1


def test_a_state_that_float64_does_not_find_is_named_in_a_line():
    close = 1 - Fraction(1, 10**17) - Fraction(1, 3**200)
    said = r"^the state is undefined in float64 at tau = 1, "
    with pytest.raises(ArithmeticError, match=said) as refused:
        structured_errors_certified(close, 1, 3, "0.1", tasks=Spectrum.atoms([2, "1/2"]))
    assert len(str(refused.value)) < 120
