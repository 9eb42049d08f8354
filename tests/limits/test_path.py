"""Paths in an ordered field: what stays, what moves, and leading terms along them."""

import pytest
import sympy as sp
from flint import fmpq

from icl_theory.limits.cells import NoParameters, cells, reader_of
from icl_theory.limits.engine import path_of
from icl_theory.limits.path import Lead
from icl_theory.limits.reading import conditions, moves
from icl_theory.theory.symbols import alpha, kappa, lam, rho, tau

C, C1 = sp.symbols("c c1", positive=True)


def path(take, where=""):
    """The path of a question."""
    return path_of(moves(take), conditions(where))[0]


def test_what_moves_has_a_distance_and_the_rest_stays():
    found = path("tau->kappa-, alpha->oo, rho = c1*c/alpha")
    first, second = found.small
    assert (first.name, second.name) == ("s0", "s1")
    assert found.values == {tau: kappa - first, alpha: 1 / second, rho: C * C1 * second}
    assert found.free == (kappa, lam, C, C1)
    assert found.zero == (0, 0)
    # A value in what moves itself is resolved.
    chain = path("tau = c*alpha, alpha = kappa**2, kappa->oo")
    (small,) = chain.small
    assert chain.values == {tau: C / small**2, alpha: small**-2, kappa: 1 / small}


@pytest.mark.parametrize("take", ["tau = c*alpha, alpha = tau", "tau->kappa+, kappa->tau+"])
def test_what_is_tied_to_itself_is_no_path(take):
    with pytest.raises(ValueError, match=r"^tau is tied to itself$"):
        _ = path(take).values


def test_the_scale_is_the_distance_from_the_end():
    found = path("tau->1-, kappa->2+, lam->0, alpha->oo")
    exponent = tuple(map(fmpq, (2, -1, 1, 3), (1, 1, 2, 1)))
    assert found.scale(exponent) == (1 - tau) ** 2 / (kappa - 2) * sp.sqrt(lam) / alpha**3
    assert found.scale(found.zero) == 1


@pytest.mark.parametrize(
    ("factor", "symbol", "value"),
    [
        # Of the parameters that stay, the last one that is linear with a number.
        (tau - kappa, kappa, tau),
        (2 * tau - 3 * kappa - 1, kappa, (2 * tau - 1) / 3),
        (tau - kappa**2, tau, kappa**2),
        (kappa * alpha - tau, tau, kappa * alpha),
        (1 - kappa, kappa, sp.Integer(1)),
        (tau * kappa - 1, None, None),
        (tau**2 - 2, None, None),
    ],
)
def test_a_line_is_solved_for_a_parameter(factor, symbol, value):
    found = path("lam->0").restricted(factor)
    if symbol is None:
        assert found is None
        return
    restricted, solved, at = found
    assert (solved, sp.expand(at - value)) == (symbol, 0)
    assert restricted.fixed == {symbol: at} and symbol not in restricted.free
    # A second line lies on the first.
    further = restricted.restricted(sp.expand((tau - 2).xreplace(restricted.fixed)))
    if further is not None:
        assert further[0].fixed[symbol] == at.xreplace({further[1]: further[2]})


def lead(expression, take, where=""):
    """Leading coefficient and exponents along a path."""
    found = reader_of(path(take, where)).lead(expression)
    return found.coefficient.expression, found.exponent


@pytest.mark.parametrize(
    ("expression", "take", "coefficient", "exponent"),
    [
        (tau, "alpha->oo", tau, (0,)),
        (alpha, "alpha->oo", 1, (-1,)),
        (1 + alpha + alpha**2, "alpha->oo", 1, (-2,)),
        (1 / (1 + alpha) + kappa / alpha, "alpha->oo", 1 + kappa, (1,)),
        (tau - 1, "tau->1-", -1, (1,)),
        ((tau - 1) ** -2, "tau->1-", 1, (-2,)),
        (tau**2 - 1, "tau->1+", 2, (1,)),
        # The innermost distance is smaller than every power of the next.
        (lam * alpha**5 + 1 / alpha, "lam->0, alpha->oo", 1, (0, 1)),
        (lam * alpha**5 + 1 / alpha, "alpha->oo, lam->0", 1, (-5, 1)),
        (lam / (lam + 1 / alpha), "lam->0, alpha->oo", 1, (1, -1)),
        (kappa - 1, "kappa = 1 + c/sqrt(alpha), alpha->oo", C, (fmpq(1, 2),)),
        ((kappa - 1) ** 3, "kappa = 1 + c/sqrt(alpha), alpha->oo", C**3, (fmpq(3, 2),)),
        (1 / alpha + 1 / (alpha + 1) - 2 / alpha, "alpha->oo", -1, (2,)),
        (sp.sqrt(alpha), "alpha->oo", 1, (fmpq(-1, 2),)),
        (1 / sp.sqrt(alpha), "alpha->oo", 1, (fmpq(1, 2),)),
    ],
)
def test_the_first_term_of_an_expression(expression, take, coefficient, exponent):
    found, at = lead(expression, take)
    assert sp.expand(found - coefficient) == 0 and at == exponent


def test_what_vanishes_along_a_path_has_no_first_term():
    found = reader_of(path("lam->0", "kappa=tau")).lead(kappa - tau)
    assert found.is_zero and found.exponent == (0,)
    other = reader_of(path("lam->0", "kappa=tau")).lead(kappa)
    assert not other.is_zero


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (1 / (kappa * (kappa + 1) - tau - tau**2), "division by zero along the path"),
        (sp.sqrt(tau), "only a parameter that tends to 0 or oo may stand under a root"),
        (sp.sqrt(2 * lam), "only a parameter that tends to 0 or oo may stand under a root"),
        (sp.sqrt(1 + lam), "only a parameter that tends to 0 or oo may stand under a root"),
        (sp.exp(tau), "not a rational expression"),
    ],
)
def test_what_has_no_leading_term_is_refused(expression, message):
    with pytest.raises(ValueError, match=message):
        reader_of(path("lam->0", "kappa=tau")).lead(expression)


def test_leading_terms_multiply_and_divide():
    base = reader_of(path("lam->0, alpha->oo")).base
    one = Lead(base.number(6), (fmpq(1), fmpq(-1, 2)))
    other = Lead(base.number(2), (fmpq(3), fmpq(1)))
    assert one * other == Lead(base.number(12), (fmpq(4), fmpq(1, 2)))
    assert one / other == Lead(base.number(3), (fmpq(-2), fmpq(-3, 2)))
    assert one**3 == Lead(base.number(216), (fmpq(3), fmpq(-3, 2)))


@pytest.mark.parametrize(
    ("where", "taken"),
    [
        ("alpha=oo, lam=0", "lam->0, alpha->oo, tau->1-"),
        ("kappa=oo, alpha=oo", "kappa->oo, alpha->oo, tau->1-"),
        ("oo=kappa, 0=lam", "lam->0, kappa->oo, tau->1-"),
        ("rho=0, kappa<2", "tau->1-"),
    ],
)
def test_what_is_fixed_to_its_border_is_a_limit_before_the_others(where, taken):
    assert path("tau->1-", where).moves == moves(taken)


def test_no_noise_is_a_value_and_no_limit():
    assert path("tau->1-", "rho=0").fixed == {rho: 0}
    found, strict = path_of(moves("tau->1-"), conditions("rho=0, kappa<2, kappa>1"))
    assert (found.fixed, strict) == ({rho: 0}, conditions("kappa<2, kappa>1"))
    # What holds along the path anyway fixes nothing.
    assert path("tau = 2*kappa, lam->0", "tau=2*kappa").fixed == {}
    # A ridge that is given is a value too.
    assert path("tau->1-", "lam=2").fixed == {lam: 2}
    assert path("tau->1-", "lam=2").moves == moves("tau->1-")
    # One condition is read on the line of another.
    assert path("lam->0", "kappa=tau, kappa=2").fixed == {kappa: 2, tau: 2}


def test_the_cells_of_a_path_are_the_signs_that_are_open():
    found = cells(*path_of(moves("lam->0"), ()))
    # Orders of 1, tau and kappa, ties included, are 13.
    assert len(found) == 13
    for cell in found:
        values = cell.assumptions.point(cell.path.free)
        values |= {s: v.xreplace(values) for s, v in cell.path.fixed.items()}
        assert {s.value for s in cell.signs} <= {1, 0, -1}
        assert all(sp.sign(s.expression.xreplace(values)) == s.value for s in cell.signs)
    found = cells(*path_of(moves("lam->0"), conditions("tau>1, kappa<1")))
    assert [{s.expression: s.value for s in cell.signs} for cell in found] == [
        {tau - 1: 1, kappa - 1: -1}
    ]
    assert len(cells(*path_of(moves("lam->0"), conditions("tau>1, kappa>1")))) == 3
    assert len(cells(*path_of(moves("tau->0"), ()))) == 3


@pytest.mark.parametrize(
    ("take", "where", "message"),
    [
        ("tau->1-", "tau>1", "no parameters satisfy 1 < tau along tau->1-"),
        ("lam->0", "rho=0, rho>0", "no parameters satisfy rho = 0, 0 < rho along lam->0"),
        ("lam->0", "kappa=0", "no parameters satisfy kappa = 0 along lam->0"),
        ("tau->oo", "lam=rho, rho=0", "no parameters satisfy lam = 0, rho = 0 along"),
        ("tau = 1 - c*kappa, kappa->oo", "", "no parameters satisfy the domain along kappa->oo, "),
    ],
)
def test_conditions_that_exclude_the_path_are_said(take, where, message):
    with pytest.raises(NoParameters) as caught:
        cells(*path_of(moves(take), conditions(where)))
    assert str(caught.value).startswith(message)
