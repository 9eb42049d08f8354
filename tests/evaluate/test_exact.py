"""errors_exact and the algebraic numbers it returns."""

import math
import time
from fractions import Fraction

import flint
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from icl_theory import errors_certified, errors_exact
from icl_theory.algebra.algebraic import Algebraic, square_part
from icl_theory.evaluate.exact import effective_ridge
from icl_theory.evaluate.fixed_point import Point
from icl_theory.evaluate.result import FIELDS

POINTS = [
    ("1/2", 10, "1/2", 0),
    ("1/2", 10, "1/2", "1/100"),
    (3, "2/3", 5, "1/7"),
    (1, 4, 2, "1/2"),
    ("1/2", "inf", 2, 1),
    ("1/2", "inf", "1/4", 1),
    ("0.85", 10, "inf", "0.01", "0.1"),
    ("0.85", 10, "1/2", "0.01", "0.1"),
    (2, "1/3", 1, 0, "1/1000"),
    (1, "inf", 3, "1/5", "1/9"),
    (1, "inf", "inf", 0, 1),
    (0.3, 0.7, 0.2, 0.1, 1e-3),
    ("1/3", "1e-12", 7, "1e-20", "1e15"),
]

fractions = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50)


@pytest.mark.parametrize("point", POINTS)
def test_every_field_lies_in_its_certified_ball(point):
    exact, balls = errors_exact(*point), errors_certified(*point, digits=50)
    for name in FIELDS:
        value, ball = getattr(exact, name), getattr(balls, name)
        if isinstance(value, float):
            assert math.isinf(value)
            assert ball == flint.arb(value)
        else:
            assert value.approximation(50).overlaps(ball), name
            assert value.approximation(50).rel_accuracy_bits() > 50 * math.log2(10)


@given(fractions, fractions, fractions, fractions, st.one_of(st.just(Fraction(0)), fractions))
def test_every_field_lies_in_its_certified_ball_at_rational_points(tau, alpha, kappa, rho, lam):
    exact = errors_exact(tau, alpha, kappa, rho, lam)
    balls = errors_certified(tau, alpha, kappa, rho, lam, digits=30)
    for name in FIELDS:
        value, ball = getattr(exact, name), getattr(balls, name)
        if not isinstance(value, float):
            assert value.approximation(30).overlaps(ball), name


@pytest.mark.parametrize("point", POINTS)
def test_four_terms_add_up_exactly(point):
    found = errors_exact(*point)
    if not isinstance(found.icl, float) and found.icl.degree <= 2:
        terms = (found.noise, found.bias, found.context_variance, found.pretraining_variance)
        assert sp.expand(sum(t.sympy() for t in terms) - found.icl.sympy()) == 0
        assert sp.expand(found.icl.sympy() - found.idg.sympy() - found.gap.sympy()) == 0


def test_ridgeless_fields_are_quadratic():
    found = errors_exact("1/2", 10, "1/2", 0)
    assert str(found.m) == "-1/4 + 1/4*sqrt(41)"
    assert found.m.polynomial == (-5, 1, 2)
    assert str(found.bias) == "13/12 - 1/12*sqrt(41)"
    assert found.train == 0


def test_a_perfect_square_gives_rational_numbers():
    # x = 2 and kappa = 1: the radicand is (x/2)^2 + x = 3; at x = 1/2 it is (3/4)^2.
    assert errors_exact(2, 2, 1, 0).m == Fraction(1)
    assert errors_exact(2, "1/2", 1, 0).m.polynomial == (-1, 2, 2)


def test_xi_is_a_root_of_its_quartic():
    xi = errors_exact("0.5", "10", "0.5", "0.01", "0.1").xi
    assert xi.polynomial == (-101, -3020, -21110, -20100, 100000)
    # The quartic from section 4 of the theory: m = N/xi^2 in 1/m = x + xi + kappa/(kappa + m).
    tau, kappa, lam, x = (sp.Rational(*v) for v in ((1, 2), (1, 2), (1, 10), (101, 1000)))
    z = sp.Symbol("z")
    m = ((1 - tau) * z + tau * lam) / z**2
    numerator = sp.numer(sp.together(1 / m - x - z - kappa / (kappa + m)))
    assert sp.rem(numerator, sp.Poly(xi.polynomial[::-1], z).as_expr(), z) == 0


def test_a_reducible_quartic_gives_its_factor():
    # kappa = oo: the quartic has a double root at zero, and xi is quadratic.
    assert errors_exact("0.85", 10, "inf", "0.01", "0.1").xi.degree == 2
    # 1 - tau = 0 and lam = 4, x = 0, kappa = oo: xi^2 = lam (1 + xi).
    assert str(errors_exact(1, "inf", "inf", 0, 4).xi) == "2 + 2*sqrt(2)"
    assert errors_exact(1, "inf", "inf", 0, "1/2").xi == 1


def test_the_gap_vanishes_exactly(vanishing_gap):
    found = errors_exact(*vanishing_gap)
    assert found.gap == 0
    assert found.icl == found.idg


def test_infinite_fields_are_floats():
    assert errors_exact(1, 10, 2, "0.1").icl == math.inf
    assert errors_exact(1, 10, 2, "0.1").xi == 0
    assert errors_exact("1/4", "inf", "1/4", 1).gap == -math.inf


@pytest.mark.parametrize("point", POINTS[:9])
def test_sympy_numbers_agree(point):
    for name in ("icl", "xi", "m"):
        value = getattr(errors_exact(*point), name)
        if not isinstance(value, float):
            digits = sp.N(value.sympy(), 40)
            with flint.ctx.workdps(45):
                assert value.approximation(35).overlaps(flint.arb(str(digits), 1e-38))


def test_an_effective_ridge_is_found_among_close_roots():
    values = ("3.377681e+09", "2.875435e-17", "3.550685e+06", "2.076111e-16", "3.531278e-14")
    point = Point.read(flint.fmpq, *values)
    ball = errors_certified(*values, digits=60).xi
    assert effective_ridge(point).approximation(60).overlaps(ball)


ROOT_TWO = Algebraic((-2, 0, 1), (Fraction(1), Fraction(2)))
MINUS_ROOT_TWO = Algebraic((-2, 0, 1), (Fraction(-2), Fraction(-1)))


def test_algebraic_numbers_compare():
    assert Algebraic((-2, 0, 1), (Fraction(7, 5), Fraction(3))) == ROOT_TWO
    assert ROOT_TWO != MINUS_ROOT_TWO
    assert MINUS_ROOT_TWO < 0 < ROOT_TWO < Fraction(3, 2)
    assert sorted([ROOT_TWO, MINUS_ROOT_TWO]) == [MINUS_ROOT_TWO, ROOT_TWO]
    assert Algebraic.rational(Fraction(1, 2)) == Fraction(1, 2)
    assert hash(Algebraic.rational(Fraction(3))) == hash(3)
    assert (ROOT_TWO == "sqrt(2)") is False


def test_algebraic_numbers_know_their_sign():
    assert [n.sign for n in (ROOT_TWO, MINUS_ROOT_TWO, Algebraic.rational(Fraction(0)))] == [
        1,
        -1,
        0,
    ]
    across_zero = Algebraic((-1, 0, 0, 1000), (Fraction(-1), Fraction(1)))
    assert across_zero.sign == 1
    assert not Algebraic.rational(Fraction(0))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (ROOT_TWO, "sqrt(2)"),
        (MINUS_ROOT_TWO, "-sqrt(2)"),
        (Algebraic((-1, -1, 1), (Fraction(1), Fraction(2))), "1/2 + 1/2*sqrt(5)"),
        (Algebraic((-1, -1, 1), (Fraction(-1), Fraction(0))), "1/2 - 1/2*sqrt(5)"),
        (Algebraic.rational(Fraction(-3, 7)), "-3/7"),
        (
            Algebraic((-2, 0, 0, 1), (Fraction(1), Fraction(2))),
            "root of z**3 - 2 near 1.25992104989",
        ),
    ],
)
def test_algebraic_numbers_print(number, text):
    assert str(number) == text


def test_refined_intervals_shrink_and_keep_the_root():
    cube = Algebraic((-2, 0, 0, 1), (Fraction(-5), Fraction(7)))
    for bits in (1, 60, 3000):
        low, high = cube.refined(bits)
        assert low**3 < 2 < high**3
        assert (high - low) * 2**bits <= low


def test_a_polynomial_without_a_root_in_the_enclosure_is_refused():
    with pytest.raises(ArithmeticError, match="no root of the defining polynomial"):
        Algebraic.root(flint.fmpz_poly([-2, 0, 1]), lambda bits: flint.arb(3))


@given(st.integers(1, 10**12))
def test_square_part_is_exact(value):
    outside, inside = square_part(value)
    assert outside**2 * inside == value
    assert all(inside % (p * p) for p in (2, 3, 5, 7, 11, 13))


@pytest.mark.parametrize(
    "point",
    [
        ("1/2", 10, "1/2", "1/10", "1e-150"),
        ("1e-200", 10, "1/2", "1/10", "1e-200"),
        (1, "inf", "1/2", 0, "1e-300"),
        ("1e-300", "inf", "1/2", 0, "1e300"),
        pytest.param(("1e-1000",) * 5, marks=pytest.mark.slow),
        pytest.param(("1e1000",) * 5, marks=pytest.mark.slow),
        pytest.param((3, "1e-500", "1/2", "1e300", "1e-300"), marks=pytest.mark.slow),
    ],
)
def test_roots_that_differ_by_hundreds_of_decades_are_told_apart_at_once(point):
    start = time.process_time()
    found = errors_exact(*point)
    assert time.process_time() - start < 4  # 0.1 to 1.7 s on one core; these took 12 s to hours
    balls = errors_certified(*point, digits=40)
    for name in ("icl", "gap", "xi"):
        assert getattr(found, name).approximation(40).overlaps(getattr(balls, name)), name
    # Python alone refuses to print integers of more than 4,300 digits.
    assert all(map(len, (str(found.icl), repr(found))))


@pytest.mark.parametrize("place", range(5))
def test_numbers_with_which_the_algebra_would_take_seconds_are_refused(place):
    names = ("tau", "alpha", "kappa", "rho", "lam")
    longest = [1 + Fraction(1, 10**1001 - k) for k in range(2, 7)]
    point = longest if place == 0 else [1] * 5
    assert errors_exact(*point).xi.degree in (2, 4)
    long = Fraction(10**1001 + 1, 10**1001)
    sentence = f"^{names[place]} must be between 1e-1000 and 1e1000, with at most 1001 digits in "
    with pytest.raises(ValueError, match=sentence):
        errors_exact(*(long if i == place else 1 for i in range(5)))
