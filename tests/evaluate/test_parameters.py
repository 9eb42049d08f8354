"""What the evaluators say to parameters outside of their domains, and how they read numbers."""

import decimal
import math
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp

from icl_theory import (
    Spectrum,
    bayes_error,
    errors,
    errors_certified,
    errors_exact,
    errors_mp,
    is_monotone,
    optimal_context,
    optimal_ridge,
    sensitivities,
)
from icl_theory.evaluate.float64 import read_scalar
from icl_theory.evaluate.parameters import RANGES, exact, read_as

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
    assert str(caught.value) == f"{name} must be {RANGES[name].text}, got {value!r}"


HUGE = "tau must be a finite number > 0, of size between 1e-1000 and 1e1000 and with no more than "


@pytest.mark.parametrize("evaluate", [*EVALUATORS, errors_exact])
@pytest.mark.parametrize(
    "value",
    [
        *("1e999999999", "1e-999999999", "1e99999999999999999999", "9" * 20_000),
        *(10**20_000, Fraction(1, 10**20_000), decimal.Decimal("1e999999")),
        *(sp.Float("1e-5000"), mpmath.ldexp(1, 10**9)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_number_beyond_all_use_is_refused_at_once(evaluate, value):
    with pytest.raises(ValueError, match="^" + HUGE) as caught:
        evaluate(**{**GOOD, "tau": value})
    assert len(str(caught.value)) <= 300


@pytest.mark.parametrize("evaluate", [*EVALUATORS, errors_exact])
@pytest.mark.parametrize(
    ("value", "what"),
    [
        (flint.arb(1) / 10, r"the ball \[0\.1"),
        (sp.sqrt(2), r"the irrational number sqrt\(2\)"),
        (sp.pi, "the irrational number pi"),
    ],
    ids=str,
)
def test_what_is_not_known_exactly_is_refused(evaluate, value, what):
    # Taken for the rational number in its middle, a ball would have a result without the truth.
    message = r"^tau must be a finite number > 0, known exactly, got "
    with pytest.raises(ValueError, match=message + what):
        evaluate(**{**GOOD, "tau": value})


@pytest.mark.parametrize("constant", [mpmath.pi, mpmath.e, mpmath.catalan])
@pytest.mark.parametrize("name", ["tau", "alpha", "rho", "lam"])
def test_a_constant_is_read_to_the_digits_that_are_asked_for(constant, name):
    for digits in (15, 40, 200):
        with mpmath.workdps(digits + 60):
            number = +constant
        with mpmath.workdps(5):
            found = errors_mp(**{**GOOD, name: constant}, digits=digits)
        expected = errors_mp(**{**GOOD, name: number}, digits=digits)
        assert found.icl == expected.icl and found.idg == expected.idg
    with mpmath.workdps(5):
        assert errors(**{**GOOD, name: constant}) == errors(**{**GOOD, name: float(number)})
        assert (
            errors(**{**GOOD, name: [constant, 1]}).icl[0] == errors(**GOOD | {name: constant}).icl
        )
    # A ball that is guaranteed would have to hold the value at a number that has no last digit.
    for evaluate in (errors_certified, errors_exact):
        with pytest.raises(
            ValueError, match=f"^{name} must be .*, known exactly, got the constant"
        ):
            evaluate(**{**GOOD, name: constant})


class _Hostile:
    def __repr__(self):
        raise RuntimeError

    def __getattr__(self, name):
        raise RuntimeError(name)


class _Float(float):
    def as_integer_ratio(self):
        raise RuntimeError


@pytest.mark.parametrize("evaluate", [*EVALUATORS, errors_exact])
@pytest.mark.parametrize(
    "value",
    [
        *(True, np.True_, b"1", 1j, None, {}, {1}, object(), sp.Symbol("x"), sp.nan, sp.zoo),
        *(flint.acb(1, 2), mpmath.mpc(1, 2), mpmath.iv.mpf(1), np.datetime64("2020"), _Hostile()),
        *([_Hostile()], [[1], [1, 2]], (x for x in [1]), ["1/2", object()], np.array(None)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_is_refused_with_the_domain(evaluate, value):
    with pytest.raises(TypeError, match=r"^tau must be a finite number > 0, ") as caught:
        evaluate(**{**GOOD, "tau": value})
    assert len(str(caught.value)) <= 300


def test_longer_floats_are_refused_where_float64_ends():
    point = {**GOOD, "tau": 2, "alpha": math.inf, "lam": np.array([1, "1e-4000"], np.longdouble)}
    with pytest.raises(ValueError, match="beyond the range of float64") as caught:
        errors(**point)
    assert str(caught.value).startswith("lam must be a finite number >= 0, and np.longdouble(")
    assert "at index 1" in str(caught.value)
    with pytest.raises(ValueError, match="of size between"):
        errors(**{**point, "lam": point["lam"][1]})
    with pytest.raises(ValueError, match="beyond the range of float64"):
        errors(**{**GOOD, "kappa": np.array(["1e4000"], np.longdouble)})


def test_masked_entries_are_refused_and_masks_of_nothing_are_not():
    values = np.ma.masked_array([0.5, 0.3], [False, True])
    with pytest.raises(ValueError, match="got one that is masked at index 1"):
        errors(**{**GOOD, "tau": values})
    values.mask = False
    assert errors(**{**GOOD, "tau": values}).icl[0] == errors(**GOOD).icl


class _Labelled:
    """As much of a labelled array as is looked at: dimensions as in xarray, or a pandas index."""

    def __init__(self, values, **labels):
        self.values = np.asarray(values)
        self.__dict__.update(labels)

    def __array__(self, dtype=None, copy=None):
        return self.values

    def __iter__(self):
        return iter(self.values)


@pytest.mark.parametrize("kind", ["dims", "index"])
def test_arrays_with_other_labels_are_not_paired_by_place(kind):
    one, other = (_Labelled([0.5, 0.7], **{kind: [label]}) for label in "ab")
    assert errors(**{**GOOD, "tau": one, "kappa": one}).icl.shape == (2,)
    with pytest.raises(
        ValueError, match=r"^kappa must be labelled as tau is, \('a',\), got \('b',\)"
    ):
        errors(**{**GOOD, "tau": one, "kappa": other})


class _Coordinate(_Labelled):
    """Places along a dimension."""


def test_arrays_whose_places_differ_are_not_paired_by_place():
    """As of xarray: the same dimension, its entries in another order."""
    one, other, plain = (
        _Labelled([0.5, 0.7], dims=["a"], coords=coords)
        for coords in ({"a": _Coordinate([1, 2])}, {"a": _Coordinate([2, 1])}, {})
    )
    assert errors(**{**GOOD, "tau": one, "kappa": one}).icl.shape == (2,)
    # What has no places is paired by place.
    assert errors(**{**GOOD, "tau": one, "kappa": plain}).icl.shape == (2,)
    with pytest.raises(
        ValueError, match=r"^kappa must be labelled as tau is, \(.*1.*, .*2.*\), got \(.*2.*, .*1"
    ):
        errors(**{**GOOD, "tau": one, "kappa": other})
    rows = [_Labelled([[1.0, 2.0]], index=["r"], columns=c) for c in (["x", "y"], ["y", "x"])]
    with pytest.raises(ValueError, match=r"^kappa must be labelled as tau is, \('x', 'y'\), got"):
        errors(**{**GOOD, "tau": rows[0], "kappa": rows[1]})


@pytest.mark.parametrize("value", [b"1", bytearray(b"1"), memoryview(b"1")])
def test_bytes_are_no_small_numbers(value):
    for function in (
        lambda: errors(**{**GOOD, "tau": value}),
        lambda: optimal_context("icl", value, 1, 0.1),
        lambda: optimal_ridge("icl", tau=1, alpha=value, kappa=1, rho=0.1),
        lambda: is_monotone("icl", "alpha", tau=2, kappa=value, rho=0.1),
        lambda: bayes_error(value, 0.1),
        lambda: sensitivities(value, 2, 1, 0.1),
    ):
        with pytest.raises(TypeError, match=r"must be .*, got (b'1'|bytearray|<memory)"):
            function()


#: Functions of arrays, at two arguments of which the names are given.
OF_ARRAYS = [
    ("tau", "rho", lambda tau, rho: errors(**{**GOOD, "tau": tau, "rho": rho})),
    ("tau", "rho", lambda tau, rho: errors(tau, 3, 1, rho, tasks=Spectrum.atoms([2, 1]))),
    ("tau", "rho_test", lambda tau, rho: errors(tau, 3, 1, 0.1, rho_test=rho)),
    ("tau", "rho", lambda tau, rho: errors(tau, 3, 1, rho, inputs=Spectrum.atoms([2, 1]))),
    ("tau", "rho", lambda tau, rho: sensitivities(tau, 3, 1, rho)),
    ("tau", "rho", lambda tau, rho: optimal_context("icl", tau, 1, rho)),
    ("tau", "rho", lambda tau, rho: optimal_ridge("icl", tau=tau, alpha=3, kappa=1, rho=rho)),
    ("tau", "rho", lambda tau, rho: is_monotone("icl", "alpha", tau=tau, kappa=1, rho=rho)),
    ("alpha", "rho", lambda alpha, rho: bayes_error(alpha, rho)),
]


@pytest.mark.parametrize(("first", "second", "function"), OF_ARRAYS)
def test_shapes_that_do_not_fit_are_named(first, second, function):
    with pytest.raises(ValueError, match=r"^shapes of the parameters must broadcast, got") as found:
        function([2, 3], [1, 2, 3])
    assert f"{first} (2,)" in str(found.value)
    assert f"{second} (3,)" in str(found.value)


@pytest.mark.parametrize(("first", "second", "function"), OF_ARRAYS)
def test_labels_that_differ_are_named(first, second, function):
    one, other = (_Labelled([2.0, 3.0], dims=[label]) for label in "ab")
    with pytest.raises(ValueError, match=f"^{second} must be labelled as {first} is"):
        function(one, other)


class _Broken(_Labelled):
    """An array whose labels cannot be looked at."""

    @property
    def dims(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(("first", "second", "function"), OF_ARRAYS)
def test_labels_that_cannot_be_read_are_refused(first, second, function):
    for given in ([_Broken([2.0, 3.0]), 2], [2, _Broken([2.0, 3.0])]):
        name = first if isinstance(given[0], _Broken) else second
        with pytest.raises(TypeError, match=f"^{name} must have labels that can be read, got <"):
            function(*given)


def test_what_cannot_be_asked_for_its_entries_is_refused():
    class NoEntries:
        def __getattr__(self, name):
            raise RuntimeError("no")

    with pytest.raises(TypeError, match=r"^tau must be "):
        is_monotone("icl", "alpha", tau=NoEntries(), kappa=1, rho=1)


@pytest.mark.parametrize("evaluate", [errors_mp, errors_certified])
@pytest.mark.parametrize(
    "digits", [0, -1, 100_001, 10**10, 10**5000, True, 1.5, "9", None, -math.inf], ids=range(10)
)
def test_digits_that_make_no_sense_are_refused(evaluate, digits):
    message = "^digits must be an integer from 1 to 100000, got "
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        evaluate(**GOOD, digits=digits)
    assert len(str(caught.value)) <= 300


def test_digits_may_be_integers_of_other_kinds():
    assert errors_mp(**GOOD, digits=np.int64(20)).icl == errors_mp(**GOOD, digits=20).icl


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
        flint.fmpq(1, 2),
        flint.arb("0.5"),
        np.longdouble("0.5"),
        np.array("1/2"),
        np.array(Fraction(1, 2)),
        sp.Float("0.5", 40),
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
    for infinite in (
        math.inf,
        "inf",
        "Infinity",
        np.inf,
        mpmath.inf,
        sp.oo,
        flint.arb("inf"),
        decimal.Decimal("inf"),
    ):
        assert exact("kappa", infinite) == math.inf
        assert errors(**{**GOOD, "kappa": infinite}).gap == 0


def test_a_string_beyond_the_range_of_float64_is_refused_not_rounded_to_zero_or_infinity():
    for value in ("1e-400", "1e400"):
        with pytest.raises(ValueError, match="beyond the range of float64"):
            errors(**{**GOOD, "tau": value})


def test_a_float_means_the_binary_number_that_it_is():
    assert exact("tau", 0.1) == Fraction(0.1)
    assert exact("tau", "0.1") == Fraction(1, 10)


@pytest.mark.parametrize("value", [True, 1j, None, object()])
def test_a_number_is_refused_as_a_number_and_not_as_an_array(value):
    with pytest.raises(TypeError) as caught:
        errors(**{**GOOD, "tau": value})
    assert "array" not in str(caught.value)


@pytest.mark.parametrize("bad", [object(), None, b"1", "-1", math.nan])
def test_a_bad_entry_of_an_array_is_named_with_its_place(bad):
    with pytest.raises((TypeError, ValueError), match=r"^tau must be .*, got .* at index 1$"):
        errors(**{**GOOD, "tau": np.array(["1/2", bad], object)})


@pytest.mark.parametrize("value", [True, None, b"1", -1.0, "nonsense"])
def test_a_parameter_read_like_another_is_refused_under_its_own_name(value):
    with pytest.raises((TypeError, ValueError), match=r"^budget must be a finite number > 0, got "):
        read_as(read_scalar, "budget", "tau", value)
