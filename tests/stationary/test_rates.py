"""Derivatives of the errors."""

import random
from fractions import Fraction
from types import SimpleNamespace

import flint
import numpy as np
import pytest

from icl_theory import errors_certified
from icl_theory.evaluate.float64 import evaluate_long
from icl_theory.evaluate.result import FIELDS
from icl_theory.stationary import rates as module
from icl_theory.stationary import sensitivities, sensitivities_certified

_POINTS = [
    {"tau": 0.5, "alpha": 10.0, "kappa": 0.5, "rho": 0.1, "lam": 0.0},
    {"tau": 2.0, "alpha": 3.0, "kappa": 0.25, "rho": 0.5, "lam": 0.0},
    {"tau": 0.9, "alpha": 1.0, "kappa": 4.0, "rho": 0.125, "lam": 0.25},
]


@pytest.mark.parametrize("point", _POINTS)
def test_certified_derivatives_are_those_of_certified_values(point):
    rates = sensitivities_certified(**point, digits=25)
    for name, value in point.items():
        if value == 0:
            continue
        step = Fraction(value) / 10**25
        above = errors_certified(**(point | {name: Fraction(value) + step}), digits=90)
        below = errors_certified(**(point | {name: Fraction(value) - step}), digits=90)
        with flint.ctx.workprec(400):
            width = 2 * flint.arb(flint.fmpq(step.numerator, step.denominator))
            for field in FIELDS:
                found = getattr(rates[name], field)
                quotient = (getattr(above, field) - getattr(below, field)) / width
                # The quotient's own error is of the order of the step squared.
                assert abs(quotient - found) <= abs(found) * flint.arb("1e-24") + flint.arb("1e-40")


@pytest.mark.parametrize("point", _POINTS)
def test_float64_derivatives_agree_with_certified(point):
    fast, exact = sensitivities(**point), sensitivities_certified(**point, digits=20)
    values = errors_certified(**point)
    for name, rates in exact.items():
        for field in FIELDS:
            # Relative to the derivative or, where it changes sign, to value over parameter.
            scale = abs(float(getattr(values, field))) / (point[name] or 1.0)
            expected = float(getattr(rates, field))
            bound = 1e-12 * max(abs(expected), scale)
            assert abs(getattr(fast[name], field) - expected) <= bound, (name, field)


def test_a_small_ridge_does_not_move_the_training_error():
    assert sensitivities_certified(2, 3, "1/4", "1/2")["lam"].train.is_zero()
    assert sensitivities_certified("1/2", 3, "1/4", "1/2")["lam"].train.is_zero()
    draw = np.random.default_rng(5)
    points = {n: 10 ** draw.uniform(-1, 1, 40) for n in ("tau", "alpha", "kappa", "rho")}
    assert (sensitivities(**points)["lam"].train == 0).all()
    # A ridge that is there does.
    assert (sensitivities(**points, lam=0.1)["lam"].train > 0).all()


def test_a_derivative_that_is_zero_at_a_point_is_exactly_zero():
    """The variance turns in kappa at 1: ridgeless, without noise, at tau = 40, alpha = 2."""
    found = sensitivities_certified(40, 2, 1, 0, digits=6)
    assert found["kappa"].pretraining_variance.is_zero()
    assert found["kappa"].icl.rel_accuracy_bits() > 20
    beside = sensitivities_certified(40, 2, "1.001", 0, digits=6)["kappa"].pretraining_variance
    assert not beside.contains(0) and abs(beside) < 1e-3


@pytest.mark.parametrize("lam", [0, "1/7"])
@pytest.mark.parametrize(("tau", "rho"), [("1/2", 0), ("7/3", 0), (40, 0), ("7/3", "1/3")])
def test_zeros_by_exact_algebra_are_those_of_the_balls(tau, rho, lam):
    values = dict(zip(_POINTS[0], map(Fraction, (tau, 2, 1, rho, lam)), strict=True))
    zeros, balls = module._zeros(values), module._rates(values, 80)
    for name, rate in balls.items():
        for field, ball in rate.as_dict().items():
            if (name, field) != ("lam", "train"):
                assert ((name, field) in zeros) == (ball.contains(0) and abs(ball) < 1e-60)


def test_the_derivative_vanishes_at_the_best_context():
    from icl_theory.stationary import optimal_context_certified

    best = optimal_context_certified("icl", 0.5, 0.25, 0.125, digits=30).minima[0]
    rates = sensitivities(0.5, float(best.value), 0.25, 0.125)["alpha"]
    assert abs(rates.icl) < 1e-15


def test_infinite_errors_have_no_derivative():
    with pytest.raises(ValueError, match="tau must not be 1"):
        sensitivities(1.0, 10.0, 0.5, 0.1)
    with pytest.raises(ValueError, match="alpha must be finite"):
        sensitivities_certified(2, "inf", "1/2", 1)


def _worst(points):
    """Largest relative error against certified derivatives; an exact zero has to be zero."""
    found = sensitivities(*zip(*points, strict=True))
    worst = 0.0
    for place, point in enumerate(points):
        for parameter, rates in sensitivities_certified(*point, digits=22).items():
            for field, ball in rates.as_dict().items():
                value = float(getattr(found[parameter], field)[place])
                if ball.is_zero():
                    assert value == 0, (parameter, field, point)
                    continue
                with flint.ctx.workprec(200):
                    error = float((abs(flint.arb(value) - ball) / abs(ball)).upper())
                worst = max(worst, error)
    return worst


def test_derivatives_keep_their_digits_where_terms_cancel():
    points = [
        (2.8383663116850943e-06, 2.777282599163374e-05, 2.3187885076310897, 429141.7305813826, 0.0),
        (1.0000000134, 6.6, 0.04, 0.0, 0.0),
        (0.9999999866, 6.6, 0.04, 0.1, 0.0),
        (2.0, 3.0, 0.25, 0.5, 0.0),
        (0.5, 1e-6, 1e6, 1e6, 1e-8),
        (1e6, 1e6, 1e-6, 1e-6, 1e4),
        (1.0, 10.0, 1.0, 0.0, 1e-12),
        (0.5, 1e12, 0.5, 0.1, 1e-9),
    ]
    assert _worst(points) < 1e-14


@pytest.mark.parametrize("ridge", [False, True], ids=["ridgeless", "ridge"])
def test_derivatives_are_within_the_bound_at_random_points(ridge):
    draw = random.Random(11)
    points = [
        (*(10 ** draw.uniform(-6, 6) for _ in range(4)), 10 ** draw.uniform(-8, 4) * ridge)
        for _ in range(60)
    ]
    assert _worst(points) < 1e-14


def test_pairs_are_enough_at_nearly_all_points(monkeypatch):
    slow = []
    in_multiprecision = module._rates_mp

    def counted(point):
        slow.append(point)
        return in_multiprecision(point)

    monkeypatch.setattr(module, "_rates_mp", counted)
    draw = np.random.default_rng(12)
    columns = {n: 10.0 ** draw.uniform(-6, 6, 1000) for n in ("tau", "alpha", "kappa", "rho")}
    sensitivities(**columns, lam=np.where(draw.random(1000) < 0.5, 0, 0.01))
    assert len(slow) < 20


def test_pairs_have_all_digits_wherever_they_are_asked():
    draw = np.random.default_rng(13)
    columns = {n: 10.0 ** draw.uniform(-3, 3, 24) for n in ("tau", "alpha", "kappa", "rho")}
    columns["lam"] = np.where(np.arange(24) % 2, 0, 0.01)
    columns["kappa"][::5], columns["alpha"][4::6] = np.inf, np.inf
    start = evaluate_long(columns, 24)
    long = {name: np.longdouble(column) for name, column in columns.items()}
    fine = module._float_rates(long, start["xi"], start["m"])
    rates, seen = module._paired_rates(columns, start, fine)
    assert seen.all()
    for place in range(24):
        point = {name: float(column[place]) for name, column in columns.items()}
        for parameter, exact in sensitivities_certified(**point, digits=20).items():
            for value, ball in zip(rates[parameter], exact.as_dict().values(), strict=True):
                assert value[place] == pytest.approx(float(ball), rel=4e-16, abs=0)
    # What longer floats know nothing of is left to more digits.
    fine["tau"][0] = fine["tau"][0] * np.where(np.arange(24) == 7, 1.6, 1.4)
    assert np.flatnonzero(~module._paired_rates(columns, start, fine)[1]).tolist() == [7]


@pytest.mark.skipif(
    np.finfo(np.longdouble).eps > module._LONG_EPS, reason="there are no longer floats here"
)
def test_longer_floats_are_enough_at_ordinary_points(monkeypatch):
    paired, asked = module._paired_rates, []

    def counted(columns, *rest):
        asked.append(columns)
        return paired(columns, *rest)

    monkeypatch.setattr(module, "_paired_rates", counted)
    for point in _POINTS:
        sensitivities(**point)
    assert not asked
    draw = np.random.default_rng(6)
    for over in (False, True):
        points = {n: 10 ** draw.uniform(-0.5, 0.5, 100) for n in ("alpha", "kappa", "rho")}
        for lam in (0, 0.1):
            asked.clear()
            sensitivities(1.7 if over else 0.6, **points, lam=lam)
            # Some derivative changes its sign nearby.
            assert sum(len(columns["tau"]) for columns in asked) < 15


def test_multiprecision_gives_what_pairs_give(monkeypatch):
    point = (2.8383663116850943e-06, 2.777282599163374e-05, 2.3187885076310897, 429141.7, 0.0)
    quick = sensitivities(*point)
    monkeypatch.setattr(module, "_LONG_EPS", 0.0)
    monkeypatch.setattr(module, "_paired_rates", lambda point, *_: _nothing_seen(point))
    slow = sensitivities(*point)
    for parameter, rates in slow.items():
        for field, value in rates.as_dict().items():
            assert getattr(quick[parameter], field) == pytest.approx(value, rel=4e-16, abs=0)


def test_multiprecision_takes_the_digits_that_it_needs(monkeypatch):
    monkeypatch.setattr(module, "_LONG_EPS", 0.0)
    monkeypatch.setattr(module, "_paired_rates", lambda point, *_: _nothing_seen(point))
    # A hundred digits of the terms cancel.
    assert _worst([(0.5, 1e-30, 1e30, 1e30, 0.0)]) < 1e-14


def _nothing_seen(point):
    length = len(point["tau"])
    return {n: [np.zeros(length)] * len(FIELDS) for n in point}, np.zeros(length, bool)


def test_strings_and_infinities_are_read_as_by_errors():
    assert sensitivities("1/2", 10, "1/2", "0.1") == sensitivities(0.5, 10, 0.5, 0.1)
    for parameter in ("alpha", "kappa"):
        point = {"tau": 0.5, "alpha": 10, "kappa": 0.5, "rho": 0.1, "lam": 0.1}
        rates = sensitivities(**{**point, parameter: "inf"})
        assert set(rates[parameter].as_dict().values()) == {0.0}


def test_the_guard_is_enough_at_an_ordinary_point(monkeypatch):
    plain, asked, point = module._rates, [], (1, 10, "1/2", "1/10", "1e-6")

    def noted(values, working):
        asked.append(working)
        return plain(values, working)

    monkeypatch.setattr(module, "_rates", noted)
    sensitivities_certified(*point, digits=20)
    assert len(asked) == 1
    # Without it digits are missing, and everything is done again with twice as many.
    monkeypatch.setattr(module, "_GUARD_DIGITS", 0)
    sensitivities_certified(*point, digits=20)
    assert len(asked) == 3


def test_digits_that_do_not_come_out_are_given_up(monkeypatch):
    asked, nothing = [], flint.arb(1, 1)

    def lost(values, working):
        asked.append(working)
        return {"tau": SimpleNamespace(as_dict=lambda: {"icl": nothing})}

    monkeypatch.setattr(module, "_rates", lost)
    monkeypatch.setattr(module, "_MAX_DIGITS", 104)
    with pytest.raises(ArithmeticError, match="16 digits were not reached with 104 digits of the"):
        sensitivities_certified(2, 10, 1, "1/10")
    assert asked == [26, 52, 104]
    # More digits than that are tried once.
    with pytest.raises(ArithmeticError, match="105 digits were not reached with 115 digits of the"):
        sensitivities_certified(2, 10, 1, "1/10", digits=105)
    assert asked[3:] == [115]
