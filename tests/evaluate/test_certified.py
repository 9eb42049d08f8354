"""errors_certified: the guarantee, the branch of xi, exact values, and precision left as it was."""

import threading
from fractions import Fraction

import flint
import pytest
import sympy as sp

from icl_theory import errors_certified, errors_mp
from icl_theory.algebra import real_roots
from icl_theory.algebra.digits import bits_of
from icl_theory.algebra.numbers import to_fraction
from icl_theory.evaluate import certified, enclosed_ridge, quartic
from icl_theory.evaluate.enclosed_ridge import EnclosedRidge
from icl_theory.evaluate.fixed_point import Point
from icl_theory.evaluate.result import FIELDS
from tests.evaluate.problems import PROBLEMS

RIDGE = ("0.85", 10, "0.5", "0.01", "0.1")
#: Between xi and the end of the admissible interval lies another root, 1e-30 away.
CLOSE_ROOTS = ("3.377681e+09", "2.875435e-17", "3.550685e+06", "2.076111e-16", "3.531278e-14")
RIDGES = [problem for problem in PROBLEMS if problem.lam > 0]


def read(values) -> Point:
    return Point.read(flint.fmpq, *values)


@pytest.mark.parametrize("digits", [1, 15, 50, 400])
def test_radii_are_as_small_as_promised(digits, points):
    for point in [RIDGE, CLOSE_ROOTS, ("0.01", 100, "0.5", 4), *points(10, seed=2)]:
        found = errors_certified(*point, digits=digits)
        for name in FIELDS:
            ball = getattr(found, name)
            if ball.is_finite():
                radius, middle = to_fraction(ball.rad().fmpq()), to_fraction(ball.mid().fmpq())
                assert radius <= abs(middle) / 10**digits, (point, name)


def test_a_coarse_ball_contains_a_fine_one_over_magnitudes(points):
    for point in [CLOSE_ROOTS, *points(150, seed=11, decades=20)]:
        low, high = errors_certified(*point, digits=15), errors_certified(*point, digits=40)
        for name in FIELDS:
            assert getattr(low, name).contains(getattr(high, name)), (point, name)


def test_a_coarse_ball_contains_a_fine_one_at_the_hard_points():
    for problem in PROBLEMS[:: max(1, len(PROBLEMS) // 150)]:
        low = errors_certified(**problem.parameters, digits=15)
        high = errors_certified(**problem.parameters, digits=40)
        for name in FIELDS:
            assert getattr(low, name).contains(getattr(high, name)), (problem, name)


def isolate(point):
    """Intervals around the real roots of the quartic, and which is that of the effective ridge."""
    end = quartic.admissible_end(point)
    marks = [flint.fmpq(0)] if end is None else [flint.fmpq(0), end]
    found = real_roots.intervals(quartic.quartic(point), marks)
    top = None if end is None else to_fraction(end)
    (admissible,) = (
        i for i, (low, high) in enumerate(found) if low > 0 and (top is None or high < top)
    )
    return found, admissible


def test_xi_is_the_admissible_root_among_all_isolated_real_roots(points):
    hard = [tuple(problem.parameters.values()) for problem in RIDGES[:: len(RIDGES) // 25]]
    drawn = [point for point in points(40, seed=3) if point[4] != "0"]
    for values in [RIDGE, CLOSE_ROOTS, *hard, *drawn]:
        point = read(values)
        intervals, admissible = isolate(point)
        low, high = intervals[admissible]
        xi = errors_certified(*values, digits=30).xi
        with flint.ctx.workprec(400):
            assert xi.overlaps(_ball(low).union(_ball(high))), values


def _ball(value: Fraction) -> flint.arb:
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def test_sturm_counts_one_root_in_the_admissible_interval(points):
    for values in [RIDGE, *(point for point in points(60, seed=4) if point[4] != "0")]:
        point = read(values)
        polynomial = quartic.quartic(point)
        while polynomial[0] == 0:
            # x = 0 or kappa = oo: roots at zero, an end of the open interval.
            polynomial = flint.fmpz_poly(polynomial.coeffs()[1:])
        end = quartic.admissible_end(point)
        top = None if end is None else to_fraction(end)
        written = sp.Poly([int(c) for c in reversed(polynomial.coeffs())], sp.Symbol("x"))
        assert written.count_roots(0, top) == 1, values


def test_the_other_roots_of_the_quartic_are_not_certified():
    point = read(("2", 10, "0.5", "0.01", "0.1"))
    intervals, admissible = isolate(point)
    assert len(intervals) > 1
    for index, (low, high) in enumerate(intervals):
        sides = tuple(
            quartic.side(point, flint.fmpq(end.numerator, end.denominator)) for end in (low, high)
        )
        assert (sides == (-1, 1)) == (index == admissible)


@pytest.mark.parametrize("start", ["0.2", "5", "1e-9", "1e9"])
@pytest.mark.parametrize("values", [RIDGE, ("2", 10, "0.5", "0.01", "0.1")])
def test_a_wrong_start_changes_the_work_and_not_the_result(start, values):
    solver = EnclosedRidge(read(values))
    with flint.ctx.workprec(53):
        solver.xi = solver.xi * (1 + flint.arb(start)).mid()
        found = solver.values(bits_of(30)).fields
    truth = errors_certified(*values, digits=40)
    for name, ball in zip(FIELDS, found, strict=True):
        assert ball.overlaps(getattr(truth, name)), name


def test_zeros_are_exact():
    assert errors_certified("0.5", 10, 2, "0.1").train == 0
    assert errors_certified(2, 10, 2, "0.1").xi == 0
    assert errors_certified("0.5", 10, "inf", "0.1").gap == 0
    assert errors_certified("0.5", 10, "inf", "0.1", lam=1).gap == 0
    assert errors_certified("0.5", 10, 2, 0).noise == 0


def test_infinite_fields_are_infinity_itself():
    found = errors_certified(1, 10, 2, "0.1")
    for name in ("icl", "idg", "gap", "pretraining_variance"):
        ball = getattr(found, name)
        assert ball == flint.arb("inf")
        assert ball > 0
    assert errors_certified(2, "inf", "0.5", 0).m == flint.arb("inf")


def test_a_gap_that_vanishes_is_an_exact_zero(vanishing_gap):
    found = errors_certified(*vanishing_gap, digits=30)
    assert found.gap == 0
    assert found.icl.overlaps(found.idg)


def test_a_gap_next_to_zero_is_separated_from_it(vanishing_gap):
    tau, alpha, kappa, rho = vanishing_gap
    above = errors_certified(tau, alpha, kappa, rho * (1 + Fraction(1, 10**60)), digits=10).gap
    below = errors_certified(tau, alpha, kappa, rho * (1 - Fraction(1, 10**60)), digits=10).gap
    assert (above > 0) != (below > 0)
    assert (above < 0) != (below < 0)


def test_the_precision_of_flint_is_restored():
    before = flint.ctx.prec
    errors_certified(*RIDGE, digits=200)
    assert flint.ctx.prec == before
    with flint.ctx.workprec(17):
        few = errors_certified(*RIDGE, digits=40)
        assert flint.ctx.prec == 17
    assert few.icl.overlaps(errors_certified(*RIDGE, digits=40).icl)


def test_the_precision_of_flint_is_restored_when_the_call_fails(monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(certified, "_values", broken)
    before = flint.ctx.prec
    with pytest.raises(RuntimeError):
        errors_certified(*RIDGE, digits=300)
    assert flint.ctx.prec == before


def test_threads_do_not_disturb_each_other():
    expected = {digits: errors_certified(*RIDGE, digits=digits).icl for digits in (15, 60, 240)}
    wrong = []

    def work(digits: int) -> None:
        for _ in range(40):
            ball = errors_certified(*RIDGE, digits=digits).icl
            if ball.mid() != expected[digits].mid() or ball.rad() != expected[digits].rad():
                wrong.append(digits)

    threads = [threading.Thread(target=work, args=(digits,)) for digits in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    "values",
    [
        (1, "inf", 1, 0, "1e-61"),
        (1, "1e1000", 2, 0, "1e-50"),
        (1, "inf", 1, 0, 5e-324),
        ("1/2", "inf", "1/2", "1/10", "1e-200"),
        (1, "1e300", 1, 0, "1e-200"),
        ("1e-1000", "1e1000", "1e-1000", 0, "1e1000"),
    ],
)
def test_parameters_far_beyond_floats_are_certified(values):
    # The reference shares no arithmetic and finds xi another way.
    reference, found = errors_mp(*values, digits=30), errors_certified(*values, digits=25)
    with flint.ctx.workprec(200):
        for name in FIELDS:
            value = flint.arb(getattr(reference, name))
            assert abs(getattr(found, name) - value) <= abs(value) * flint.arb("1e-24"), name


def test_a_tiny_ridge_at_infinite_diversity_gives_half_its_root():
    # m = 1/(1 + xi) and xi^2 + xi lam = lam where tau = 1: e_icl = lam^{1/2}/2 to first order.
    found = errors_certified(1, "inf", "inf", 0, "1e-300", digits=20).icl
    with flint.ctx.workprec(200):
        assert abs(found - flint.arb("5e-151")) < flint.arb("1e-169")


@pytest.mark.parametrize("places", [216, 432, 1000])
def test_a_start_that_cancels_in_a_few_bits_is_found_with_more(places):
    # Near the interpolation threshold, where the ridge is far below what is left of tau - 1.
    point = (1 + Fraction(1, 10**36), 10, "0.5", "1e-6")
    ridge = Fraction(1, 10**places)
    low, high = (errors_certified(*point, ridge, digits=digits) for digits in (10, 30))
    ridgeless = errors_certified(*point, digits=30)
    for name in ("icl", "idg", "train"):
        fine = getattr(high, name)
        assert getattr(low, name).contains(fine)
        # The ridge moves them by far less than the balls are wide.
        assert fine.overlaps(getattr(ridgeless, name))


def test_where_several_parameters_are_at_their_limits():
    small = Fraction(1, 10**6)
    found = [
        errors_certified(1 + small**6, 10, "0.5", small, small**36, digits=digits)
        for digits in (5, 40)
    ]
    assert all(getattr(found[0], name).overlaps(getattr(found[1], name)) for name in FIELDS)


def passes(monkeypatch, kind, *values) -> int:
    """How often the formulas are evaluated until the digits are there."""
    count, plain = 0, kind.values

    def counted(solver, bits):
        nonlocal count
        count += 1
        return plain(solver, bits)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "values", counted)
        errors_certified(*values, digits=30)
    return count


def test_the_guard_is_enough_where_parameters_are_ordinary(monkeypatch):
    kinds = (
        (enclosed_ridge, "0.1", enclosed_ridge.EnclosedRidge),
        (certified, 0, certified._Ridgeless),
    )
    for module, lam, kind in kinds:
        for tau in ("0.5", "2"):
            for alpha, kappa in ((1, 2), (10, "0.5"), (3, "inf")):
                point = (tau, alpha, kappa, "0.3", lam)
                assert passes(monkeypatch, kind, *point) == 1, point
        # And a smaller one is not: the test would not notice its absence.
        with monkeypatch.context() as patch:
            patch.setattr(module, "GUARD", 2)
            assert passes(monkeypatch, kind, "0.5", 10, "0.5", "0.3", lam) > 1
