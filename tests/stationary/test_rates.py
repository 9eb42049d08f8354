"""Derivatives of the errors."""

from fractions import Fraction

import flint
import pytest

from icl_theory import errors_certified
from icl_theory.evaluate.result import FIELDS
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
