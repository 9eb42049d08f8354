"""What the evaluators say to parameters outside of their domains, and how they read numbers."""

import decimal
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from icl_theory import errors, errors_certified, errors_mp
from icl_theory.evaluate.parameters import DOMAINS, exact

GOOD = {"tau": 0.5, "alpha": 10, "kappa": 0.5, "rho": 0.1, "lam": 0.1}
EVALUATORS = [errors, errors_mp, errors_certified]

OUTSIDE = [
    *((name, value) for name in ("tau", "alpha", "kappa") for value in (0, -1.0, math.nan)),
    *((name, value) for name in ("rho", "lam") for value in (-1e-300, math.nan, math.inf)),
    ("tau", math.inf),
    ("alpha", -math.inf),
    ("kappa", "-1/3"),
    ("tau", "nonsense"),
    ("tau", "1/0"),
    ("rho", Fraction(-1, 3)),
]


@pytest.mark.parametrize("evaluate", EVALUATORS)
@pytest.mark.parametrize(("name", "value"), OUTSIDE)
def test_a_value_outside_its_domain_is_named_with_the_domain(evaluate, name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be") as caught:
        evaluate(**{**GOOD, name: value})
    assert str(caught.value) == f"{name} must be {DOMAINS[name].text}, got {value!r}"


@pytest.mark.parametrize(
    ("values", "index"),
    [
        ([1.0, -2.0, -3.0], "index 1"),
        ([[1.0, 2.0], [math.nan, -1.0]], "index (1, 0)"),
        (np.array([1, 0]), "index 1"),
        (["0.5", "-1"], "index 1"),
    ],
)
def test_an_array_names_the_first_index_outside(values, index):
    with pytest.raises(ValueError, match=r"^tau must be a finite number > 0, got ") as caught:
        errors(**{**GOOD, "tau": values})
    assert str(caught.value).endswith(f" at {index}")


@pytest.mark.parametrize("value", [True, 1j, None, object(), [1j], [None], [[1.0], [1.0, 2.0]]])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        errors(**{**GOOD, "tau": value})


@pytest.mark.parametrize(
    "half",
    [
        "0.5",
        "1/2",
        "5e-1",
        Fraction(1, 2),
        decimal.Decimal("0.5"),
        np.float64(0.5),
        np.float32(0.5),
        np.array(0.5),
        mpmath.mpf(0.5),
        sp.Rational(1, 2),
        ["1/2"],
        [Fraction(1, 2)],
        np.array([0.5], dtype=np.float32),
    ],
)
def test_numbers_of_every_kind_are_read_alike(half):
    assert np.all(errors(**{**GOOD, "tau": half}).icl == errors(**GOOD).icl)


def test_infinity_is_read_from_numbers_and_strings():
    for infinite in (math.inf, "inf", "Infinity", np.inf, mpmath.inf, decimal.Decimal("inf")):
        assert exact("kappa", infinite) == math.inf
        assert errors(**{**GOOD, "kappa": infinite}).gap == 0


def test_a_string_beyond_the_range_of_float64_is_refused_not_rounded_to_zero_or_infinity():
    for value in ("1e-400", "1e400"):
        with pytest.raises(ValueError, match="beyond the range of float64"):
            errors(**{**GOOD, "tau": value})


def test_a_float_means_the_binary_number_that_it_is():
    assert exact("tau", 0.1) == Fraction(0.1)
    assert exact("tau", "0.1") == Fraction(1, 10)
