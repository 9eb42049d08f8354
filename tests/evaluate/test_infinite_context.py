"""Limits at infinite context without ridge, against long contexts and against each other."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from icl_theory import errors, errors_mp
from icl_theory.evaluate import float64
from icl_theory.evaluate.infinite_context import (
    float_conditions,
    float_test,
    inside,
    limit_values,
    region,
)
from icl_theory.evaluate.kernels import CompiledRegion
from icl_theory.evaluate.result import FIELDS
from icl_theory.theory.infinite_context import REGIONS

INF = math.inf
THIRD = Fraction(1, 3)

#: A point of every region, exact.
POINTS = {
    "few-tasks-over": (2, Fraction(1, 2)),
    "critical-over": (3, 1),
    "few-tasks-under": (Fraction(1, 2), Fraction(1, 4)),
    "critical-under-many": (Fraction(1, 2), Fraction(1, 2)),
    "critical-under-few": (Fraction(1, 4), Fraction(1, 4)),
    "critical-under-balanced": (THIRD, THIRD),
    "threshold-few": (1, Fraction(1, 2)),
    "threshold-critical": (1, 1),
    "threshold-enough": (1, 2),
    "threshold-infinite": (1, INF),
}
positive = st.fractions(min_value=Fraction(1, 12), max_value=4, max_denominator=12)


def test_every_region_has_a_point():
    assert {r.name for r in REGIONS} == set(POINTS)
    for name, point in POINTS.items():
        assert region(*point).name == name


@given(positive, positive)
def test_regions_do_not_overlap_and_leave_out_what_is_regular(tau, kappa):
    inside_of = [r.name for r in REGIONS if inside(r, tau, kappa)]
    assert len(inside_of) == (kappa <= min(tau, 1) or tau == 1)


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=4))
def test_regions_of_arrays_are_those_of_their_entries(points):
    taus, kappas = (np.array([float(v) for v in values]) for values in zip(*points, strict=True))
    for one in REGIONS:
        expected = [
            inside(one, Fraction(a), Fraction(b)) for a, b in zip(taus, kappas, strict=True)
        ]
        compiled = CompiledRegion(float_conditions(one), "", "")
        assert float64.inside(compiled, taus, kappas).tolist() == expected


@given(st.fractions(), st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_compared_with_a_fraction_exactly(bound, value):
    tests = {">": float.__gt__, ">=": float.__ge__, "<": float.__lt__, "<=": float.__le__}
    for number in (value, float(bound)):
        for relation, exact in (
            (sp.StrictGreaterThan, Fraction(number) > bound),
            (sp.StrictLessThan, Fraction(number) < bound),
            (sp.Equality, Fraction(number) == bound),
        ):
            symbol, nearest = float_test(relation, bound)
            assert (
                number == nearest if symbol == "==" else tests[symbol](number, nearest)
            ) is exact


@pytest.mark.parametrize("rho", [Fraction(0), Fraction(1, 10)], ids=["noiseless", "noisy"])
@pytest.mark.parametrize("name", [r.name for r in REGIONS if r.side != "threshold"])
def test_long_contexts_approach_the_table(name, rho):
    tau, kappa = POINTS[name]
    limits = limit_values(tau, kappa, rho)
    near, nearer = (errors_mp(tau, 10**e, kappa, rho, digits=50) for e in (20, 24))
    for field in FIELDS:
        limit, first, second = limits[field], getattr(near, field), getattr(nearer, field)
        if limit.is_infinite:
            # Grows like alpha or like its square root.
            assert second / first > 99
            assert (second > 0) == (limit is sp.oo)
        else:
            # The distance falls like 1/alpha or like its square root.
            exact = type(first)(int(limit.p)) / int(limit.q)
            assert abs(second - exact) <= max(abs(first - exact) / 99, 1e-45)


def test_float64_takes_its_values_from_the_table():
    for tau, kappa in POINTS.values():
        for rho in (0.0, 0.1):
            limits = limit_values(float(tau), float(kappa), rho)
            found = errors(float(tau), INF, float(kappa), rho)
            for field in FIELDS:
                assert getattr(found, field) == pytest.approx(float(limits[field]), rel=1e-15)


def test_the_balanced_gap_is_finite_only_at_a_third_exactly():
    assert limit_values(THIRD, THIRD, 1)["gap"] == sp.Rational(2, 3) - sp.Rational(1, 4)
    assert limit_values(1 / 3, 1 / 3, 1)["gap"] is -sp.oo  # the float is below a third
    assert errors(1 / 3, INF, 1 / 3, 1).gap == -INF
