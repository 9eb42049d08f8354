"""Exact decisions: true and false are told apart, and what is not decided says so."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from icl_theory.algebra import decide
from icl_theory.algebra import quantity as registry
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import define, replaced
from icl_theory.algebra.relations import ge, gt, lt

a, b, c = sp.symbols("a b c", positive=True)

small = st.integers(-4, 4)


@st.composite
def polynomials(draw, symbols=(a, b)):
    """A polynomial with small integer coefficients."""
    terms = draw(st.lists(st.tuples(small, *[st.integers(0, 3)] * len(symbols)), max_size=5))
    powers = [sp.Mul(*map(sp.Pow, symbols, exponents)) for _, *exponents in terms]
    return sp.Add(*(k * power for (k, *_), power in zip(terms, powers, strict=True)))


@given(polynomials(), polynomials(), polynomials())
@settings(max_examples=50)
def test_identities_of_fractions_are_decided(p, q, s):
    denominator = 1 + q**2
    assert decide.is_zero(p / denominator + s / denominator - (p + s) / denominator)
    assert decide.is_zero((p / denominator) - (s / denominator)) == (sp.expand(p - s) == 0)


@given(polynomials())
@settings(max_examples=50)
def test_a_sign_is_that_of_values(p):
    try:
        sign = decide.sign(p)
    except UndecidedError:
        return
    for x, y in ((Fraction(1, 7), 3), (2, Fraction(5, 3)), (1, 1)):
        value = p.subs({a: sp.Rational(x), b: sp.Rational(y)})
        assert sp.sign(value) == sign


def test_square_roots_are_elements():
    root = sp.sqrt(a**2 + b)
    assert decide.is_zero(1 / (root + a) - (root - a) / b)
    assert not decide.is_zero(1 / (root + a) - (root - a) / a)


def test_two_square_roots_are_elements():
    p, q = sp.sqrt(a), sp.sqrt(b)
    assert decide.is_zero((p + q) ** 2 - a - b - 2 * p * q)
    assert not decide.is_zero(p - q)


def test_nested_square_roots_are_elements():
    inner = sp.sqrt(a + 1)
    outer = sp.sqrt(inner + 2)
    assert decide.is_zero(outer**4 - (inner + 2) ** 2)
    assert not decide.is_zero(outer**4 - (inner + 3) ** 2)


def test_a_root_of_a_square_is_not_called_different():
    # It is a + 1; that the two are equal is not decided, and not denied.
    with pytest.raises(UndecidedError, match="relation between"):
        decide.is_zero(sp.sqrt(a**2 + 2 * a + 1) - a - 1)


def test_roots_that_depend_on_each_other_are_not_called_different():
    with pytest.raises(UndecidedError, match="relation between"):
        decide.is_zero(sp.sqrt(a) * sp.sqrt(b + 1) - sp.sqrt(a * b + a))


@pytest.mark.parametrize(
    "expression",
    [
        1 / (a - a + sp.Symbol("z") * 0 + (a + b) ** 2 - a**2 - 2 * a * b - b**2),
        1 / (sp.sqrt(a**2 + b) ** 2 - sp.Pow(a, 2) - b + sp.sqrt(c) ** 2 - c),
        a / (sp.sqrt(a**2 + 2 * a + 1) - a - 1),
    ],
)
def test_division_by_zero_is_never_an_identity(expression):
    with pytest.raises(UndecidedError):
        decide.is_zero(expression)


@pytest.mark.parametrize("expression", [sp.exp(a) - 1, sp.log(a), a**b - a, sp.oo - a, sp.pi - 3])
def test_other_functions_are_undecided(expression):
    with pytest.raises(UndecidedError):
        decide.is_zero(expression)


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        (a + b, 1),
        (-a / (b + 1), -1),
        (a - a, 0),
        ((a + b) ** 2 - a**2 - 2 * a * b, 1),
        (sp.sqrt(a**2 + b), 1),
        (sp.sqrt((a - b) ** 2 + c), 1),
        (a**2 - a + 1, 1),
        (sp.sqrt(2) - sp.Rational(3, 2), -1),
        (1 / (7 - 5 * sp.sqrt(2)), -1),
        (3 - 2 * sp.sqrt(2), 1),
    ],
)
def test_signs(expression, sign):
    assert decide.sign(expression) == sign


@pytest.mark.parametrize(
    "expression", [a - b, (a - 1) ** 2, a / (b - 1), sp.sqrt(a - b), sp.sqrt((a - b) ** 2)]
)
def test_signs_that_change_or_vanish_are_undecided(expression):
    with pytest.raises(UndecidedError):
        decide.sign(expression)


@pytest.mark.parametrize(
    ("expression", "point", "side", "limit"),
    [
        ((a**2 - 1) / (a - 1), 1, 1, 2),
        (1 / (a - 1), 1, 1, sp.oo),
        (1 / (a - 1), 1, -1, -sp.oo),
        ((a * b + 1) / (2 * a), sp.oo, 1, b / 2),
        (b / a, sp.oo, 1, 0),
        ((a - b) / (a**2 - b**2), b, 1, 1 / (2 * b)),
    ],
)
def test_limits(expression, point, side, limit):
    assert decide.leading(expression, a, point, side).limit == limit


def test_leading_terms_have_an_exponent():
    leading = decide.leading((a**2 + a**3) / b, a, 0)
    assert (leading.exponent, leading.coefficient) == (2, 1 / b)


def test_a_limit_under_a_root_is_undecided():
    with pytest.raises(UndecidedError, match="square root moves"):
        decide.leading(sp.sqrt(a) + 1, a, 0)


def test_an_infinite_limit_of_unknown_sign_is_undecided():
    with pytest.raises(UndecidedError):
        _ = decide.leading((b - 1) / a, a, 0).limit


def test_conditions_become_positive_symbols():
    above = decide.parametrise([gt(a, b)])
    assert decide.sign((a - b).xreplace(above)) == 1
    below = decide.parametrise([lt(a, b)])
    assert decide.sign((b - a).xreplace(below)) == 1
    both = decide.parametrise([gt(b, 1), lt(a, b)])
    assert decide.sign((b - a).xreplace(both)) == 1
    assert decide.sign((b - 1).xreplace(both)) == 1


@pytest.mark.parametrize(
    "conditions", [[ge(a, b)], [gt(a + b, 1)], [gt(a, a * b)], [gt(a, 1), lt(a, 2)]]
)
def test_other_conditions_are_undecided(conditions):
    with pytest.raises(UndecidedError, match="cannot parametrise"):
        decide.parametrise(conditions)


def test_conditions_come_in_an_order_that_can_be_solved():
    with pytest.raises(UndecidedError, match="state the condition on b before"):
        decide.parametrise([lt(a, b), gt(b, 1)])


def test_one_point_refutes_what_a_norm_would_refute_and_nothing_else():
    a, b = sp.symbols("a b", positive=True)
    inner = sp.sqrt(a)
    reader = decide.Reading(inner * sp.sqrt(b + inner) - b)
    assert reader.has_norm(reader.value.over)
    # Zero for one of the signs: the point must stay silent, though the value is not zero.
    reader = decide.Reading(sp.sqrt(a**2 + 2 * a + 1) + a + 1)
    assert not reader.has_norm(reader.value.over)


n = sp.Symbol("n", negative=True)
weak = sp.Symbol("w", nonnegative=True)
real = sp.Symbol("x", real=True)
anything = sp.Symbol("z")


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        (n, -1),
        (n * a - b, -1),
        (n**2 - n, 1),
        (1 / n, -1),
        (weak + a, 1),
        (weak * n - a, -1),
        (a / (1 + weak), 1),
        (real**2 + 1, 1),
        (sp.sqrt(weak + 1) * n, -1),
        ((real - weak) ** 2 + a, 1),
        (anything - a + a - anything, 0),
        ((anything**2 - 1) / (anything - 1) - anything - 1, 0),
    ],
)
def test_signs_follow_what_symbols_are_declared_to_be(expression, sign):
    assert decide.sign(expression) == sign


@pytest.mark.parametrize(
    "expression",
    [
        real,
        anything,
        anything**2 + 1,
        real + a,
        n + a,
        weak,
        a / weak,
        sp.sqrt(real),
        (anything - a) ** 2 + b,
        sp.Trace(sp.MatrixSymbol("B", 2, 2)),
        sp.MatrixSymbol("B", 2, 2)[0, 0],
    ],
)
def test_a_symbol_is_not_positive_unless_it_is_declared_so(expression):
    with pytest.raises(UndecidedError):
        decide.sign(expression)


def test_a_weak_sign_is_told_where_it_is_asked_for():
    assert decide.sign(weak * a, strict=False) == 1
    assert decide.sign(-(real**2), strict=False) == -1
    with pytest.raises(UndecidedError):
        decide.sign(weak - a, strict=False)
    with pytest.raises(UndecidedError, match="denominator"):
        decide.sign(a / weak, strict=False)


def test_symbols_that_do_not_commute_are_refused():
    one, other = sp.symbols("X Y", commutative=False)
    for ask in (decide.is_zero, decide.fraction_field, decide.sign):
        with pytest.raises(UndecidedError, match="does not commute"):
            ask(one * other - other * one)


@pytest.fixture
def _registry(monkeypatch):
    """Quantities defined in a test are forgotten after it."""
    monkeypatch.setattr(registry, "_RECORDS", dict(registry._RECORDS))
    monkeypatch.setattr(registry, "_QUANTITIES", dict(registry._QUANTITIES))


@pytest.mark.usefixtures("_registry")
def test_a_quantity_has_the_sign_of_its_formula():
    quantity = define("of_both_signs", a - 1, latex="q", doc="Of both signs.")
    with pytest.raises(UndecidedError):
        decide.sign(quantity)
    with replaced(quantity, a + 1):
        assert decide.sign(quantity + b) == 1
    with replaced(quantity, -weak):
        assert decide.sign(quantity - b) == -1


@pytest.mark.usefixtures("_registry")
def test_a_limit_does_not_hold_a_quantity_that_moves():
    moving = define("moving_quantity", 1 / a, latex="q", doc="Follows a.")
    assert decide.leading(moving, a, sp.oo).limit == 0


def test_a_square_of_one_sign_outweighs_one_of_either():
    outside, inside = c * (a + 1) ** 2, (a - b) ** 2
    rho = sp.Symbol("rho", nonnegative=True)
    assert decide.sign(outside + inside) == 1
    with pytest.raises(UndecidedError):
        decide.sign(rho * outside + inside)
    with pytest.raises(UndecidedError):
        decide.sign(inside)


@given(st.lists(st.integers(-6, 6), min_size=3, max_size=3), st.sampled_from([2, 3, 5, 7]))
def test_numbers_with_square_roots_are_compared_exactly(parts, c):
    p, q, s = parts
    value = p + q * sp.sqrt(c) + s * sp.sqrt(11)
    assert decide.sign(value) == sp.sign(value)


def test_bounds_of_conditions_are_decided():
    with pytest.raises(UndecidedError, match="no a satisfies"):
        decide.parametrise([lt(a, -5)])
    below = decide.parametrise([lt(real, a)])
    assert decide.sign((a - real).xreplace(below)) == 1
    closed = decide.parametrise([lt(weak, 2)])
    assert decide.sign(weak.xreplace(closed), strict=False) == 1
    with pytest.raises(UndecidedError, match="vanish"):
        decide.sign(weak.xreplace(closed))
