"""Questions as they are typed."""

import pytest
import sympy as sp

from icl_theory.limits.reading import (
    Condition,
    Move,
    Scaling,
    as_typed,
    conditions,
    expression,
    moves,
)
from icl_theory.theory.symbols import alpha, kappa, lam, rho, tau

C, C1, C12 = sp.symbols("c c1 c12", positive=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tau", tau),
        ("lam", lam),
        ("c + c1*c12", C + C1 * C12),
        ("-tau + +kappa", kappa - tau),
        ("tau - kappa - rho", tau - kappa - rho),
        ("tau/kappa*2", 2 * tau / kappa),
        ("tau^2 + kappa**-3", tau**2 + kappa**-3),
        ("alpha**8", alpha**8),
        ("alpha**(1/8)", alpha ** sp.Rational(1, 8)),
        ("alpha**(-8)", alpha**-8),
        ("sqrt(alpha)", sp.sqrt(alpha)),
        ("min(tau, 1)", sp.Min(tau, 1)),
        ("0.1 + 1e-3", sp.Rational(101, 1000)),
        ("oo", sp.oo),
        (" 1/3 ", sp.Rational(1, 3)),
    ],
)
def test_an_expression_is_read(text, value):
    assert expression(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "True",
        "False",
        "'tau'",
        "1j",
        "x",
        "cc",
        "d1",
        "tau//2",
        "tau % 2",
        "tau/0",
        "tau/(kappa - kappa)",
        "alpha**9",
        "alpha**-9",
        "alpha**(1/9)",
        "alpha**kappa",
        "sqrt(tau, 2)",
        "sqrt()",
        "sqrt(x=tau)",
        "min(tau)",
        "min(tau, 1, kappa)",
        "min(tau, 1, key=kappa)",
        "max(tau, 1)",
        "tau if 1 else 2",
        "~tau",
        "not tau",
        "tau tau",
        "",
    ],
)
def test_other_expressions_are_refused(text):
    with pytest.raises(ValueError, match=r"^cannot read ['\"]"):
        expression(text)


def test_numbers_have_a_largest_size():
    big, small = str(2**256 - 1), repr(2.0**-256)
    assert expression(big) == 2**256 - 1
    assert expression(repr(2.0**256)) == sp.Rational(repr(2.0**256))
    assert expression(small) == sp.Rational(small)
    assert expression("0") == expression("0.0") == 0
    for text in (str(2**256), repr(2.0**257), repr(2.0**-257), "1e400"):
        with pytest.raises(ValueError, match=r"^numbers must be between 2\^-256 and 2\^256, got "):
            expression(text)
    # A product may be as long as two of them.
    assert expression(f"{big}*{big}") == (2**256 - 1) ** 2
    assert expression(f"1/{big}/{big}") == sp.Rational(1, (2**256 - 1) ** 2)
    for text in (f"{big}*{big}*2", f"1/{big}/{big}/2", f"tau*{big}*{big}*2 - 1", f"-{big}*{big}*2"):
        with pytest.raises(ValueError, match=r"^numbers must have at most 512 bits$"):
            expression(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lam->0", (Move(lam, sp.Integer(0), 1),)),
        ("lam->0+", (Move(lam, sp.Integer(0), 1),)),
        ("alpha->oo-", (Move(alpha, sp.oo, 1),)),
        ("tau->1-", (Move(tau, sp.Integer(1), -1),)),
        (" tau -> kappa + 1 + ", (Move(tau, kappa + 1, 1),)),
        ("kappa->min(tau,1)+", (Move(kappa, sp.Min(tau, 1), 1),)),
        (
            "lam->0, tau = c*alpha; alpha->oo",
            (Move(lam, sp.Integer(0), 1), Scaling(tau, C * alpha), Move(alpha, sp.oo, 1)),
        ),
        (["lam->0", "alpha->oo,"], (Move(lam, sp.Integer(0), 1), Move(alpha, sp.oo, 1))),
        ("λ → 0, lambda = c", None),
        ("κ→∞", (Move(kappa, sp.oo, 1),)),
        ("ρ->infinity", (Move(rho, sp.oo, 1),)),
        ("lambda->inf", (Move(lam, sp.oo, 1),)),
        ("lam = c", (Scaling(lam, C),)),
        ("", ()),
    ],
)
def test_limits_are_read(text, found):
    if found is None:
        found = (Move(lam, sp.Integer(0), 1), Scaling(lam, C))
    assert moves(text) == found
    # What is written is read back.
    assert moves(", ".join(map(str, found))) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alpha->oo+", "alpha cannot reach oo+: parameters are > 0"),
        ("lam->0-", "lam cannot reach 0-: parameters are > 0"),
        ("tau->1", "say from which side tau tends to 1: tau->1- or tau->1+"),
        (
            "tau->(kappa-1)*oo+",
            "tau must tend to oo or an expression without oo, got 'tau->(kappa-1)*oo+'",
        ),
        ("tau->-1-", "tau cannot reach '-1': parameters are > 0"),
        ("tau->tau*kappa+", "tau cannot tend to an expression in itself, got 'tau->tau*kappa+'"),
        ("tau = tau*c", "a scaling ties a parameter to others, got 'tau = tau*c'"),
        ("tau = oo*c", "a scaling ties a parameter to others, got 'tau = oo*c'"),
        ("tau = 2", "a parameter that stays is a condition, not a limit: 'tau = 2'"),
        ("c->0", "'c' is none of tau, alpha, kappa, rho, lam, in 'c->0'"),
        ("c = tau", "'c' is none of tau, alpha, kappa, rho, lam, in 'c = tau'"),
    ],
)
def test_limits_that_are_none_are_refused(text, message):
    with pytest.raises(ValueError, match=r"^") as caught:
        moves(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kappa<1", (Condition(kappa, sp.Integer(1)),)),
        ("kappa>1", (Condition(sp.Integer(1), kappa),)),
        ("kappa=tau", (Condition(kappa, tau, True),)),
        ("kappa==tau", (Condition(kappa, tau, True),)),
        ("kappa<tau<1", (Condition(kappa, tau), Condition(tau, sp.Integer(1)))),
        ("1>tau>kappa", (Condition(tau, sp.Integer(1)), Condition(kappa, tau))),
        ("kappa=tau<1", (Condition(kappa, tau, True), Condition(tau, sp.Integer(1)))),
        (("rho=0", "tau>1"), (Condition(rho, sp.Integer(0), True), Condition(sp.Integer(1), tau))),
        ("", ()),
        ([], ()),
    ],
)
def test_conditions_are_read(text, found):
    assert conditions(text) == found
    assert conditions(", ".join(map(str, found))) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kappa≤1", "conditions are strict or equalities, got 'kappa<=1'"),
        ("kappa>=1", "conditions are strict or equalities, got 'kappa>=1'"),
        ("kappa", "a condition compares two expressions by <, > or =, got 'kappa'"),
        ("kappa<", "a condition compares two expressions by <, > or =, got 'kappa<'"),
        ("<kappa<1", "a condition compares two expressions by <, > or =, got '<kappa<1'"),
    ],
)
def test_conditions_that_are_none_are_refused(text, message):
    with pytest.raises(ValueError, match=r"^") as caught:
        conditions(text)
    assert str(caught.value) == message


def test_a_question_is_text_of_a_length():
    assert moves("lam->0" + " " * 994) == moves("lam->0")
    with pytest.raises(ValueError, match="take must have at most 1000 characters, got 1001"):
        moves("lam->0" + " " * 995)
    with pytest.raises(ValueError, match="where must have at most 1000 characters, got 1001"):
        conditions([" " * 500, " " * 501])
    for what in (7, None, ["tau>1", 7], {"tau>1"}):
        with pytest.raises(TypeError, match="where must be a string or a list of strings, got "):
            conditions(what)


def test_a_formula_is_written_with_its_positive_terms_first():
    assert as_typed(-tau + 1) == "1 - tau"
    assert as_typed(lam - kappa) == "lam - kappa"
    assert str(Move(lam, sp.Integer(0), 1)) == "lam->0"
    assert str(Move(tau, 1 - kappa, -1)) == "tau->1 - kappa-"
    assert str(Condition(tau, kappa)) == "tau < kappa"
    assert str(Condition(tau, kappa, equal=True)) == "tau = kappa"
    assert str(Scaling(lam, C)) == "lam = c"
