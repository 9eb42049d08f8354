"""errors_mp: digits, contexts, and the gap."""

import math
import threading
from fractions import Fraction

import mpmath
import pytest

from icl_theory import errors_certified, errors_mp
from icl_theory.evaluate.result import FIELDS

RIDGE = ("0.85", 10, "0.5", "0.01", "0.1")
RIDGELESS = ("0.85", 10, "0.5", "0.01", 0)
CANCELLING = ("0.01", 100, "0.5", 4, 0)


@pytest.mark.parametrize("digits", [15, 50, 200, 1000])
@pytest.mark.parametrize("point", [RIDGE, RIDGELESS, CANCELLING, ("0.3", 2, "inf", 0, "1e-30")])
def test_every_field_has_the_digits_asked_for(point, digits):
    found = errors_mp(*point, digits=digits)
    truth = errors_certified(*point, digits=digits + 5)
    for name in FIELDS:
        _assert_digits(getattr(found, name), getattr(truth, name), digits)


def _assert_digits(value, ball, digits):
    """``value`` differs from the number in the ball by at most one unit of the last digit."""
    middle = mpmath.mpf(0)
    with mpmath.workdps(digits + 20):
        mantissa, exponent = ball.mid().man_exp()
        middle = mpmath.mpf(int(mantissa)) * mpmath.mpf(2) ** int(exponent)
        if middle == 0:
            assert value == 0
        else:
            assert abs(mpmath.mpf(value) / middle - 1) < mpmath.mpf(10) ** -digits


def test_digits_hold_over_magnitudes(points):
    for point in points(150, seed=5, decades=20):
        low, high = errors_mp(*point, digits=15), errors_mp(*point, digits=40)
        with mpmath.workdps(60):
            for name in FIELDS:
                coarse, fine = (mpmath.mpf(getattr(e, name)) for e in (low, high))
                same = coarse == fine or abs(coarse / fine - 1) < mpmath.mpf(10) ** -15
                assert same, (point, name)


def test_global_precision_is_neither_read_nor_changed():
    with mpmath.workdps(7):
        few = errors_mp(*RIDGE, digits=40)
        assert mpmath.mp.dps == 7
    with mpmath.workdps(300):
        many = errors_mp(*RIDGE, digits=40)
        assert mpmath.mp.dps == 300
    assert few == many


def test_results_print_with_their_digits():
    assert len(str(errors_mp(*RIDGE, digits=70).icl).replace("0.", "", 1)) == 70


def test_precision_is_restored_when_the_call_fails(monkeypatch):
    from icl_theory.evaluate import multiprecision

    errors_mp(*RIDGE, digits=20)
    before = multiprecision._local.context.prec

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(multiprecision, "_evaluate", broken)
    with pytest.raises(RuntimeError):
        errors_mp(*RIDGE, digits=300)
    assert multiprecision._local.context.prec == before


def test_threads_do_not_disturb_each_other():
    expected = {digits: errors_mp(*RIDGE, digits=digits) for digits in (15, 60, 240)}
    wrong = []

    def work(digits: int) -> None:
        for _ in range(20):
            if errors_mp(*RIDGE, digits=digits) != expected[digits]:
                wrong.append(digits)

    threads = [threading.Thread(target=work, args=(digits,)) for digits in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_gap_that_vanishes_is_exactly_zero(vanishing_gap):
    found = errors_mp(*vanishing_gap, digits=30)
    assert found.gap == 0
    assert found.icl == found.idg > 0


def test_a_gap_next_to_zero_has_all_its_digits(vanishing_gap):
    tau, alpha, kappa, rho = vanishing_gap
    point = tau, alpha, kappa, rho * (1 + Fraction(1, 10**40))
    found = errors_mp(*point, digits=25)
    assert 0 < abs(found.gap) < 1e-38
    _assert_digits(found.gap, errors_certified(*point, digits=40).gap, 25)


@pytest.mark.parametrize("digits", [0, -3])
def test_digits_below_one_are_refused(digits):
    with pytest.raises(
        ValueError, match=f"digits must be an integer from 1 to 100000, got {digits}"
    ):
        errors_mp(*RIDGE, digits=digits)


@pytest.mark.parametrize("digits", [2.5, "50", True])
def test_digits_of_another_type_are_refused(digits):
    with pytest.raises(TypeError, match="digits must be an integer from 1 to 100000, got"):
        errors_mp(*RIDGE, digits=digits)


def test_parameters_far_outside_of_float_range():
    found = errors_mp("1e-400", "1e500", "1e-450", "1e-700", "1e-600", digits=20)
    truth = errors_certified("1e-400", "1e500", "1e-450", "1e-700", "1e-600", digits=30)
    for name in FIELDS:
        _assert_digits(getattr(found, name), getattr(truth, name), 20)


@pytest.mark.parametrize("kappa", ["0.5", 3, "inf"])
def test_at_the_threshold_errors_are_infinite(kappa):
    found = errors_mp(1, 10, kappa, "0.1")
    assert found.icl == found.idg == found.pretraining_variance == math.inf
    assert found.gap == (0 if kappa == "inf" else math.inf)
    assert found.train == found.xi == 0
    assert all(0 < getattr(found, n) < math.inf for n in ("noise", "bias", "context_variance", "m"))
