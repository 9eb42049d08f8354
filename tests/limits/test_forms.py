"""How leading coefficients are written: every form is the same number, and one that is short."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import mpmath
import pytest
import sympy as sp

from icl_theory.algebra.quotient import Quotients
from icl_theory.limits import compare, forms, limit, table
from icl_theory.limits.evaluate import with_root
from icl_theory.limits.forms import cost, radical, reduced, shortest, tidy
from icl_theory.limits.reading import as_typed
from icl_theory.limits.result import Case
from icl_theory.limits.show import as_dict, case_latex, latex
from icl_theory.limits.signs import Assumptions
from icl_theory.limits.state import StateRoot
from icl_theory.limits.table import rows
from icl_theory.theory.symbols import kappa, rho, tau

from .test_against_reference import point

QUESTIONS = [
    ("idg", "alpha->oo", "tau>1, kappa<1"),
    ("icl", "lam = c*(1 - tau)**2, tau->1-", ""),
    ("gap", "tau->c+", "tau<kappa<1"),
    ("icl", "rho->oo", ""),
    ("gap", "kappa->min(tau,1)+, rho->1-", "tau>1"),
    ("icl", "kappa->tau-", "lam=0, tau<1"),
    ("icl", "alpha->oo, lam->0", ""),
    ("icl", "tau->1-", "lam=0"),
    ("xi", "tau->c+", ""),
    ("icl", "kappa->1+", "lam=0"),
    ("bias", "kappa->c+", "lam=0"),
    ("icl", "tau = c*alpha, lam = c1/alpha, alpha->oo", ""),
    ("idg", "lam->c+", "tau=1"),
    ("pretraining_variance", "lam = c/alpha, alpha->oo", ""),
    ("icl", "kappa = 1 + c/sqrt(alpha), alpha->oo", "lam=0"),
    ("train", "lam->0, kappa->1+", "tau>1"),
]


def number(expression, values):
    """Value of an expression to fifty digits."""
    digits = {
        s: sp.Float(str(v), 50) if not isinstance(v, sp.Basic) else v for s, v in values.items()
    }
    return mpmath.mpf(str(sp.N(expression.xreplace(digits), 50)))


@pytest.mark.parametrize("question", QUESTIONS, ids=" | ".join)
def test_every_form_of_a_coefficient_is_its_value(question):
    rng = random.Random(str(question))
    with mpmath.workdps(50):
        for case in limit(*question):
            values = point(rng, case.behaviour.piece.cell)
            given = {as_typed(s): v for s, v in values.items()}
            expected, root = with_root(case.behaviour, given, 40)
            assert abs(case.value(40, **given) - expected) <= 1e-38 * abs(expected)
            # A parameter that is fixed on a line has the value that it has there.
            fixed = case.behaviour.piece.cell.path.fixed
            known = values | {s: v.xreplace(values) for s, v in fixed.items()}
            if case.root is not None:
                known[case.root.symbol] = root
                scale = number(sp.diff(case.root.polynomial, case.root.symbol), known) * root
                assert abs(number(case.root.polynomial, known)) <= 1e-38 * abs(scale)
                if case.root.radical is not None:
                    assert abs(number(case.root.radical, known) / root - 1) < 1e-38
            assert abs(number(case.coefficient, known) - expected) <= 1e-35 * abs(expected)
            # What is displayed is said in symbols that are defined beside it.
            definitions = dict(case.display.definitions)
            for _ in definitions:
                for symbol, value in definitions.items():
                    if value.free_symbols <= set(known):
                        known[symbol] = sp.Float(str(number(value, known)), 50)
            assert abs(number(case.display.expression, known) - expected) <= 1e-35 * abs(expected)
            if case.sign:
                assert (expected > 0) == (case.sign > 0)


Z = sp.Symbol("z", positive=True)
FIELD = Quotients((rho, tau, kappa, Z))


def root_of(polynomial, unique=True):
    """The root of a polynomial in z."""
    return StateRoot(Z, FIELD.read(polynomial).over, unique, FIELD)


@pytest.mark.parametrize(
    ("polynomial", "value"),
    [
        (Z**2 - 3 * Z - 2, (2 * Z**3 + Z - 5) / (Z**2 + 7 * Z + 3)),
        (Z**2 - kappa * Z - tau, (Z + tau) / (kappa * Z + 1)),
        (Z**2 - kappa * Z - tau, (Z**3 + 2 * Z**2) / (Z**2 - tau * Z + rho)),
        (Z**2 - kappa * Z - tau, 1 / Z),
        (Z**3 - kappa, (Z**2 + tau * Z + 1) / (Z**4 + 2 * Z + rho)),
        (2 * Z**4 - kappa, Z**5 / (Z**3 + Z + tau)),
        (3 * Z - kappa, (Z + 1) / (Z + 2)),
    ],
)
def test_reduced_modulo_its_equation_a_quotient_is_a_polynomial_of_less_degree(polynomial, value):
    (found,) = reduced(FIELD.read(value), root_of(polynomial), Assumptions(()))
    degree = sp.degree(polynomial, Z)
    over, under = sp.fraction(sp.together(found))
    assert sp.degree(over, Z) < degree and not under.has(Z)
    left, _ = sp.fraction(sp.together(found - value))
    assert sp.rem(sp.expand(left), polynomial, Z) == 0


def test_roots_of_other_equations_are_not_reduced():
    for polynomial in (Z**3 - Z - kappa, Z**5 - kappa):
        assert reduced(FIELD.read(1 / Z), root_of(polynomial), Assumptions(())) == []


@pytest.mark.parametrize(
    ("polynomial", "unique", "expected"),
    [
        (Z**2 - 3 * Z - 2, True, (3 + sp.sqrt(17)) / 2),
        (Z**2 - 3 * Z + 2, False, None),
        (2 * Z**3 - 5 * kappa, True, sp.cbrt(5 * kappa / 2)),
        (Z**4 - tau**2 / kappa, True, sp.sqrt(tau) / kappa ** sp.Rational(1, 4)),
        (Z**3 - Z - 1, True, None),
        (2 * Z**2 + kappa * Z - tau, True, (-kappa + sp.sqrt(kappa**2 + 8 * tau)) / 4),
    ],
)
def test_a_root_in_radicals_is_the_positive_one(polynomial, unique, expected):
    found = radical(root_of(polynomial, unique), Assumptions(()))
    if expected is None:
        assert found is None
        return
    values = {tau: sp.Rational(7, 5), kappa: sp.Rational(3, 7)}
    assert sp.N((found - expected).xreplace(values), 30) == pytest.approx(0, abs=1e-25)
    assert sp.N(polynomial.xreplace({Z: found}).xreplace(values), 30) == pytest.approx(0, abs=1e-25)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (sp.Integer(7), 2),
        (tau, 3),
        (tau * kappa, 5),
        (tau * kappa + 1, 5),
        ((tau + 1) * (kappa + tau) / rho, 9),
        ((1 + tau) ** 2, 3),
    ],
)
def test_the_cost_of_a_quotient_is_what_there_is_to_write(value, size):
    # A factor costs one for each of its terms and one for each symbol in these.
    quotient = FIELD.read(value)
    terms = 0
    for side in (quotient.over, quotient.under):
        for factor, _ in side.factor()[1]:
            expression = FIELD.expression(factor)
            for term in sp.Add.make_args(sp.expand(expression)):
                terms += 1 + len(term.free_symbols)
    assert cost(quotient)[0] == terms
    assert terms <= size


@pytest.mark.parametrize(
    ("value", "written"),
    [
        # Apart where that is shorter, ...
        ((tau + 1) * (kappa + 2) + rho * (kappa + tau) * (tau + 3), True),
        # ... together where there is one factor, ...
        ((tau + 1) * (kappa + rho * tau), False),
        # ... and only what is linear in the noise, above the line, is taken apart.
        (rho**2 + tau, False),
        ((tau + rho) / (rho + kappa), False),
        (rho * (tau + 1), False),
    ],
)
def test_the_part_linear_in_the_noise_is_written_apart_where_that_is_shorter(value, written):
    found = shortest(FIELD.read(value), None, Assumptions(()))
    assert sp.expand(found - value) == 0 or sp.cancel(found - value) == 0
    apart = found.is_Add and any(term.has(rho) and term.is_Mul for term in found.args)
    assert apart == written
    if written:
        assert found == (tau + 1) * (kappa + 2) + rho * (kappa + tau) * (tau + 3)


def test_factors_of_known_sign_are_written_positive():
    over = Assumptions((tau - 1,))
    read = FIELD.read
    assert as_typed(tidy(read((1 - tau) * kappa), over)) == "kappa*(1 - tau)"
    assert as_typed(tidy(read((1 - tau) ** 2 * kappa), over)) == "kappa*(tau - 1)**2"
    assert as_typed(tidy(read(-(tau + 1) * (tau - 1)), over)) == "(1 - tau)*(tau + 1)"
    assert as_typed(tidy(read(6 * kappa / (4 * tau)), over)) == "3*kappa/(2*tau)"
    below = Assumptions((1 - tau,))
    assert as_typed(tidy(read((tau - 1) * kappa), below)) == "kappa*(tau - 1)"


@pytest.mark.parametrize(
    ("value", "turned"),
    [
        (1 - tau - kappa, True),
        (1 + tau - kappa, False),
        # As many terms of one sign as of the other stay as they are.
        (tau - kappa, False),
        (tau - kappa + rho - rho * tau, False),
        (tau - kappa - rho - rho * tau, True),
    ],
)
def test_a_factor_of_open_sign_has_mostly_positive_terms(value, turned):
    polynomial = FIELD.read(value).over
    assert FIELD.expression(polynomial) == sp.expand(value)
    assert forms._mostly_negative(polynomial) == turned


def test_what_falls_without_bound_has_the_limit_minus_infinity():
    (one,) = limit("icl", "lam->0, alpha->oo", "kappa<1, tau>1")
    negative = one.behaviour.on(one.behaviour.piece)
    lead = one.behaviour.lead
    negative.__dict__["lead"] = replace(lead, coefficient=-lead.coefficient)
    case = Case(negative, False)
    assert (case.sign, case.limit, case.finite) == (-1, -sp.oo, False)
    assert (one.sign, one.limit, one.finite) == (1, sp.oo, False)
    (vanishes,) = limit("idg", "tau->oo, rho->0", "lam=0, alpha=oo, kappa>1")
    assert vanishes.limit == 0 and vanishes.finite and vanishes.sign == 1


def test_of_several_factors_the_one_that_vanishes_is_found():
    square, third = FIELD.read(Z**2 - tau).over, FIELD.read(3 * Z - kappa).over
    place = {tau: sp.Rational(9, 7), kappa: sp.Rational(5, 11)}
    context = mpmath.mp.clone()
    context.dps = 40
    for number, factor in (
        (context.sqrt(context.mpf(9) / 7), square),
        (context.mpf(5) / 33, third),
    ):
        assert compare._annulled(FIELD, square * third, Z, place, number) in (factor, -factor)
        assert abs(compare._relative(FIELD, factor, Z, place, number)) < 1e-38
    # Relative to the largest term: 9 - 7 * 2^2 over 28, with the denominator of tau.
    assert compare._relative(FIELD, square, Z, place, context.mpf(2)) == pytest.approx(19 / 28)
    assert compare._annulled(FIELD, FIELD.read(tau - 1).over, Z, place, context.mpf(2)) is None


def test_regions_in_which_all_fields_agree_are_one_row():
    found = list(rows(["tau->oo, alpha->oo"], "lam=0", ("idg", "train")))
    assert [row.conditions for row in found] == ["lam = 0"]
    # Above the threshold it makes no difference which side of it the tasks are on.
    apart = list(rows(["alpha->oo"], "lam=0", ("idg", "train")))
    assert [row.conditions for row in apart] == [
        "lam = 0, 1 < tau",
        "lam = 0, tau < 1, tau < kappa",
        "lam = 0, tau < 1, kappa < tau",
        "lam = 0, kappa < 1, kappa = tau",
        "lam = 0, 1 = tau, tau < kappa",
        "lam = 0, 1 = tau, kappa < tau",
        "lam = 0, 1 = kappa, kappa = tau",
    ]
    assert str(apart[0].cases["idg"]) == "rho*tau/(tau - 1)"


@pytest.mark.parametrize("question", QUESTIONS[:8], ids=" | ".join)
def test_an_answer_is_written_out_whole(question):
    answer = limit(*question)
    found = as_dict(answer)
    assert json.loads(json.dumps(found)) == found
    assert found["field"] == question[0]
    text, formula = str(answer), latex(answer)
    assert formula.count(r"\text{if }") == (len(answer.cases) if len(answer.cases) > 1 else 0)
    for case, entry in zip(answer, found["cases"], strict=True):
        assert entry["in_state"] in text and entry["latex"] in formula
        assert entry["sign"] == case.sign
        for symbol, value in entry["state"].items():
            assert f"    with {symbol} = {value}" in text
        assert (entry["root"] is None) == (case.shown_root is None)
        assert list(entry["exponents"].values()) == [str(e) for e in case.exponents]
        for condition in entry["conditions"]:
            assert condition in text


@pytest.mark.parametrize(
    ("question", "written"),
    [
        # Few radicals are written out, and more of them are a root with a name.
        (("icl", "alpha->oo, lam->0", ""), [False] * 7),
        (("icl", "kappa = 1 + c/sqrt(alpha), alpha->oo", "lam=0"), [True, False, True]),
        (("train", "lam->0, kappa->1+", "tau>1"), [True]),
        (("bias", "kappa->c+", "lam=0"), [True] * 3),
    ],
)
def test_a_root_is_named_where_its_radicals_would_be_long(question, written):
    cases = limit(*question).cases
    named = [c.root is not None and c.coefficient.has(c.root.symbol) for c in cases]
    assert named == written
    assert [case.shown_root is not None for case in cases] == named


def test_a_table_is_brief(monkeypatch):
    grows, stays, moves_on = (
        next(iter(limit(*question)))
        for question in (
            ("icl", "lam->0, alpha->oo", "kappa<1, tau>1"),
            ("idg", "lam->0, alpha->oo", "kappa<1, tau>1"),
            ("icl", "lam->c+", ""),
        )
    )
    assert (table.brief(grows), table.brief(stays)) == (str(grows), str(stays))
    assert table.brief_latex(grows) == case_latex(grows)
    assert table.brief_latex(stays) == case_latex(stays) == r"\frac{\rho \tau}{\tau - 1}"
    # As many symbols as are half of a long one are written, and no more.
    size = cost(grows.behaviour.lead.coefficient)[0]
    for long, brief in ((2 * size, str(grows)), (2 * size - 1, "C * alpha")):
        monkeypatch.setattr(table, "LONG", long)
        assert table.brief(grows) == brief
    assert table.brief_latex(grows) == r"\asymp \alpha"
    monkeypatch.setattr(table, "LONG", 0)
    assert (table.brief(stays), table.brief_latex(stays)) == ("C", r"\text{finite}")
    assert moves_on.behaviour.piece.continuous
    assert table.brief(moves_on) == "continuous"
    assert table.brief_latex(moves_on) == r"\text{continuous}"


def test_an_answer_is_in_braces_if_it_has_cases():
    one, two = limit("idg", "tau->oo", "lam=0"), limit("icl", "lam->0", "tau>1, kappa<1")
    for answer in (one, two, limit("icl", "lam->0, alpha->oo", "tau>1")):
        formula = latex(answer)
        count = len(answer.cases)
        assert (r"\begin{cases}" in formula) == (count > 1)
        assert formula.count(r"\text{if }") == (count if count > 1 else 0)
        assert all(case_latex(case) in formula for case in answer.cases)
    assert len(one.cases) == 1
