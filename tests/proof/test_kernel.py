"""Rules of the kernel, with each premise broken once."""

import pytest
import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.algebra.statements import RootCount
from icl_theory.proof.kernel import (
    ProofFailed,
    identity,
    in_order,
    limit,
    one_root,
    sign,
)
from icl_theory.theory.spectral import D1
from icl_theory.theory.symbols import kappa, m, rho, tau

from .refusals import REFUSED

u, v = sp.symbols("u v", positive=True)
real = sp.Symbol("real", real=True)


# Conditions.


def test_a_symbol_between_two_bounds():
    between = (gt(tau, 1), lt(tau, 1 + kappa))
    sign(gt((tau - 1) * (1 + kappa - tau)), given=between)
    for order in (between, between[::-1]):
        sign(gt((tau - 1) * (1 + kappa - tau)), given=in_order(order))


def test_every_point_between_two_bounds_is_covered():
    # True on part of the interval only.
    for claimed in (gt(tau, 2), lt(tau, 2), gt(tau, sp.Rational(11, 10))):
        with pytest.raises(REFUSED):
            sign(claimed, given=(gt(tau, 1), lt(tau, 3)))


@pytest.mark.parametrize(
    "given",
    [
        (gt(tau, 3), lt(tau, 1)),
        (gt(tau, 3), lt(tau, 3)),
        (gt(tau, 1), lt(tau, kappa)),
        (gt(tau, 1), lt(kappa, tau), lt(tau, 2 * kappa)),
    ],
    ids=str,
)
def test_bounds_that_leave_no_point_or_depend_on_each_other(given):
    with pytest.raises(REFUSED):
        sign(gt(tau), given=given)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_bounds_from_one_side_the_tighter_counts(order):
    below, above = (lt(tau, 3), lt(tau, 2))[::order], (gt(tau, 1), gt(tau, 2))[::order]
    sign(lt(tau, 2), given=below)
    sign(gt(tau, 2), given=above)
    for claimed, given in ((lt(tau, sp.Rational(3, 2)), below), (gt(tau, 3), above)):
        with pytest.raises(REFUSED):
            sign(claimed, given=given)
    with pytest.raises(REFUSED):
        # Neither implies the other.
        sign(gt(tau), given=(lt(tau, kappa), lt(tau, 2)))


def test_what_bounds_a_fixed_symbol_bounds_what_it_is_fixed_to():
    given = (lt(tau, 1), eq(tau, kappa))
    sign(lt(kappa, 1), given=given)
    with pytest.raises(REFUSED):
        sign(lt(kappa, sp.Rational(1, 2)), given=given)
    with pytest.raises(REFUSED):
        sign(gt(tau), given=(lt(tau, 1), eq(tau, 2)))


def test_what_was_written_in_the_lower_bound_follows_the_upper_one():
    given = (gt(tau, 1), lt(kappa, tau), lt(tau, 2))
    sign(lt(kappa, 2), given=given)
    with pytest.raises(REFUSED):
        sign(lt(kappa, sp.Rational(3, 2)), given=given)


def test_conditions_on_a_real_symbol():
    sign(gt(real - 1), given=(gt(real, 1),))
    sign(gt(real * (1 - real)), given=(gt(real, 0), lt(real, 1)))
    with pytest.raises(REFUSED):
        sign(gt(real, 2), given=(gt(real, 1),))
    # Bounds are of what runs from zero up.
    for bound in (gt(real, -2), lt(real, 2)):
        with pytest.raises(REFUSED):
            sign(gt(u), given=(bound,))
    # No negative number, and no complex one, runs up from there.
    for other in (sp.Symbol("n", negative=True), sp.Symbol("c")):
        with pytest.raises(REFUSED):
            sign(gt(u), given=(gt(other, 0),))
    with pytest.raises(REFUSED):
        sign(gt(real))


def test_a_limit_whose_conditions_read_what_moves():
    # With kappa u / tau held the limit would be kappa u, which is no limit. D1 hides m.
    for moving, bound in ((u, tau / u), (m, 1 / D1)):
        product = tau * moving / bound if moving == m else kappa * u
        symbol = tau if moving == m else kappa
        with pytest.raises(ProofFailed, match="a condition on"):
            limit(sp.Limit(product, moving, 0, "+"), product, given=(lt(symbol, bound),))


# Exactly one root.


def test_one_root_up_to_an_end():
    theorem = one_root(u - tau, u, end=2 * tau)
    assert theorem.conclusion == eq(RootCount(u - tau, u, 0, 2 * tau), 1)
    assert not theorem.hypotheses
    under = one_root(u - tau, u, end=1, given=(lt(tau, 1),))
    assert under.hypotheses == {lt(tau, 1)}


def test_one_root_where_the_slope_changes_sign_elsewhere():
    # u (u - 1) falls and grows, but crosses zero upwards only: divided by u it is monotone.
    with pytest.raises(REFUSED):
        one_root(u * (u - 1), u)
    assert one_root(u * (u - 1), u, multiplier=-1 / u)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        # No change of sign.
        (u + tau, {}),
        (u - tau, {"end": tau / 2}),
        # An end whose sign depends on a parameter, or at which a parameter may vanish.
        (u - tau, {"end": 1}),
        (1 / u - 1 - rho + 1, {"end": 1}),
        # Three roots.
        ((u - 1) * (u - 2) * (u - 3), {}),
        ((u - 1) * (u - 2) * (u - 3), {"multiplier": -1 / u}),
        # A pole within, in the function or in the multiplier.
        (1 / (u - 1), {}),
        (u * (u - 1), {"multiplier": -1 / u + 1 / (u - 2)}),
        # An interval that moves, or that may be empty.
        (u - tau, {"end": 2 * u}),
        (u - tau, {"end": real}),
        # A condition on the variable, or on another by it.
        (u - tau, {"given": (lt(u, 1),)}),
        (u - kappa, {"given": (lt(tau, u),)}),
        # Not defined on a part of the parameters.
        (u / (tau - 1) - 1, {}),
    ],
    ids=str,
)
def test_not_one_root(function, options):
    with pytest.raises(REFUSED):
        one_root(function, u, **options)


def test_one_root_with_a_condition_that_hides_the_variable():
    with pytest.raises(ProofFailed, match="a condition on"):
        one_root(m - tau, m, given=(gt(tau, D1),))


def test_one_root_needs_a_positive_variable():
    with pytest.raises(REFUSED):
        one_root(real - 1, real)


# Substitution.


def test_at_keeps_a_quantity_that_it_replaces():
    assert identity(At(D1 + 1, (D1, v)), v + 1)
    assert identity(At(Partial(D1, m), (m, kappa)), sp.Rational(1, 4))
    with pytest.raises(REFUSED):
        identity(At(D1 + 1, (D1, v)), D1 + 1)


def test_values_in_the_order_in_which_they_are_read():
    # What the first reads is fixed by one of the two others.
    given = in_order((sp.Eq(kappa, m), sp.Eq(m, u), sp.Eq(tau, 1)))
    assert given.index(sp.Eq(m, u)) < given.index(sp.Eq(kappa, m))
    assert identity(kappa, u, given=given).hypotheses == set(given)
