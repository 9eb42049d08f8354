"""The four evaluators agree, with each other and with the formulas as the paper prints them."""

import math

import flint
import mpmath
import pytest

from icl_theory import errors, errors_certified, errors_exact, errors_mp
from icl_theory.evaluate.result import FIELDS, Errors
from tests.evaluate.problems import PROBLEMS

#: Float64 is good to this, relative to the value, and to its largest term for the gap.
FLOAT = 4e-15
STRIDE = max(1, len(PROBLEMS) // 120)


def to_mpf(ball: flint.arb) -> mpmath.mpf:
    """Midpoint of a ball."""
    if not ball.is_finite():
        return mpmath.inf if ball > 0 else -mpmath.inf
    mantissa, exponent = ball.mid().man_exp()
    return mpmath.mpf(int(mantissa)) * mpmath.mpf(2) ** int(exponent)


def assert_agree(point: dict[str, object], digits: int = 50) -> None:
    """Compare all four at one point."""
    balls = errors_certified(**point, digits=digits + 2)
    floats = errors(**{name: _as_float(value) for name, value in point.items()})
    multiple, exact = errors_mp(**point, digits=digits), errors_exact(**point)
    with mpmath.workdps(digits + 10):
        scale = max(abs(to_mpf(balls.icl)), abs(to_mpf(balls.idg)), abs(to_mpf(balls.gap)))
        for name in FIELDS:
            truth = to_mpf(getattr(balls, name))
            assert _close(getattr(multiple, name), truth, mpmath.mpf(10) ** -digits), name
            value = getattr(exact, name)
            if isinstance(value, float):
                assert value == truth, name
            else:
                assert value.approximation(digits).overlaps(getattr(balls, name)), name
            near = float(getattr(floats, name))
            if name == "gap" and math.isfinite(near):
                assert abs(near - truth) <= FLOAT * scale
            else:
                assert _close(near, truth, FLOAT), name


def _as_float(value: object) -> float:
    return float(mpmath.mpf(value)) if isinstance(value, str) else float(value)


def _close(value: object, truth: mpmath.mpf, tolerance: object) -> bool:
    value = mpmath.mpf(value)
    return value == truth or (
        mpmath.isfinite(truth) and abs(value - truth) <= tolerance * abs(truth)
    )


def test_all_return_the_same_fields():
    point = {"tau": "0.85", "alpha": 10, "kappa": "0.5", "rho": "0.01", "lam": "0.1"}
    found = [
        errors(**{n: float(v) for n, v in point.items()}),
        errors_mp(**point),
        errors_certified(**point),
        errors_exact(**point),
    ]
    assert all(type(e) is Errors for e in found)


def test_fifty_digits_at_the_reference_point():
    point = ("0.85", 10, "inf", "0.01")
    truth = errors_certified(*point, lam="0.1", digits=50)
    multiple = errors_mp(*point, lam="0.1", digits=50)
    exact = errors_exact(*point, lam="0.1")
    for name in FIELDS:
        ball = getattr(truth, name)
        assert exact_digits(ball) == mpmath.nstr(getattr(multiple, name), 49, strip_zeros=False)
        if getattr(exact, name):
            assert exact_digits(getattr(exact, name).approximation(55)) == exact_digits(ball)
    assert str(multiple.icl).startswith("0.42786338359054244078761603799")


def exact_digits(ball: flint.arb) -> str:
    """Decimal digits of a midpoint."""
    with mpmath.workdps(70):
        return mpmath.nstr(to_mpf(ball), 49, strip_zeros=False)


@pytest.mark.parametrize("problem", PROBLEMS[::STRIDE], ids=lambda problem: problem.name)
def test_all_agree_at_hard_points(problem):
    assert_agree(problem.parameters)


@pytest.mark.slow
def test_all_agree_at_every_hard_point():
    for problem in PROBLEMS:
        assert_agree(problem.parameters)


def test_all_agree_at_random_points(points):
    names = ("tau", "alpha", "kappa", "rho", "lam")
    for point in points(60, seed=8):
        # The float nearest to the decimal, so that all four see the same number.
        assert_agree({n: float(v) for n, v in zip(names, point, strict=True)})


def paper(tau, alpha, kappa, rho, lam, xi):
    """e_icl and e_idg as printed in the paper, at an effective ridge that is checked first."""
    x = (1 + rho) / alpha

    def resolvent(s):
        b = s + 1 - 1 / kappa
        return 2 / (b + mpmath.sqrt(b * b + 4 * s / kappa))

    assert abs(xi * resolvent(xi + x) - tau * lam / xi - (1 - tau)) < mpmath.mpf(10) ** -60
    nu = x + xi
    m, slope = resolvent(nu), mpmath.diff(resolvent, nu)
    common = 1 - 2 * nu * m - nu**2 * slope
    c = (rho + nu - nu**2 * m - xi * common) / (1 - 2 * xi * m - xi**2 * slope - tau)
    icl = (1 + x) * (common - c * (m + xi * slope)) - 2 * (1 - nu * m) + 1 + rho
    return icl, -tau * c


@pytest.mark.parametrize(
    "point",
    [
        ("0.85", "10", "0.5", "0.01", "0.1"),
        ("3", "0.5", "4", "0.3", "1e-3"),
        ("1", "2", "1", "0", "5"),
    ],
)
def test_agrees_with_the_paper_s_form(point):
    found = errors_mp(*point, digits=80)
    with mpmath.workdps(100):
        icl, idg = paper(*(mpmath.mpf(value) for value in point), mpmath.mpf(found.xi))
        assert abs(icl / mpmath.mpf(found.icl) - 1) < mpmath.mpf(10) ** -30
        assert abs(idg / mpmath.mpf(found.idg) - 1) < mpmath.mpf(10) ** -30


def test_gap_is_the_difference_of_the_errors(points):
    for point in points(30, seed=9):
        found = errors_mp(*point, digits=60)
        if mpmath.isfinite(found.icl):
            with mpmath.workdps(80):
                difference = mpmath.mpf(found.icl) - mpmath.mpf(found.idg)
                scale = mpmath.mpf(found.icl) + mpmath.mpf(found.idg)
                assert abs(difference - found.gap) <= scale * mpmath.mpf(10) ** -58, point
