"""Questions and answers of the limit engine."""

import copy
import pickle
import time

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from icl_theory.algebra.quotient import Quotients
from icl_theory.limits import limit
from icl_theory.limits.behaviour import Behaviour
from icl_theory.limits.engine import Cancelled, analyse, leading_term
from icl_theory.limits.forms import tidy
from icl_theory.limits.reading import as_typed, conditions, moves
from icl_theory.limits.signs import Assumptions
from icl_theory.limits.state import _one_positive_root
from icl_theory.theory.fields import TABLE
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, rho, tau

FIELDS = {field.name: field.formula for field in TABLE}


def test_growth_with_the_context():
    case = limit("icl", "lam->0, alpha->oo", where="kappa<1, tau>1").only
    expected = rho * (1 - kappa) / ((1 + rho) * (tau - 1))
    assert sp.cancel(case.coefficient - expected) == 0
    assert case.exponents == (0, -1)
    assert case.limit == sp.oo
    assert not case.finite


def test_ridgeless_is_a_condition_or_the_first_limit():
    one = limit("idg", "alpha->oo", where="lam=0, tau>1").only
    other = limit("idg", "lam->0, alpha->oo", where="tau>1").only
    assert one.coefficient == other.coefficient


def test_cases_cover_lines_and_regions_without_overlap():
    answer = limit("icl", "lam->0, alpha->oo")
    for point in ((2, 3), (2, "1/2"), (2, 1), ("1/2", 2), ("1/2", "1/4"), ("1/2", "1/2")):
        values = dict(zip((tau, kappa), map(sp.Rational, point), strict=True))
        hits = [c for c in answer if all(r.xreplace(values) == sp.true for r in c.conditions)]
        assert len(hits) == 1, (point, hits)


@pytest.mark.parametrize(
    ("take", "where", "cases"),
    [
        ("lam->c+, rho->c+, kappa = c/alpha", "kappa>tau", 1),
        ("tau->c*kappa+, kappa = c/alpha", "", 1),
        ("kappa = c/tau, lam->1+", "", 1),
    ],
)
def test_regions_with_curved_borders_are_covered_once(take, where, cases):
    # Some regions are empty, which linear conditions alone do not show, and some borders end.
    assert len(limit("xi", take, where).cases) == cases


def test_a_long_gap_takes_seconds():
    start = time.process_time()
    text = str(limit("gap", "tau->c+", "tau<kappa<1"))
    assert time.process_time() - start < 3, text


def test_a_minimum_is_split_into_its_cases():
    answer = limit("icl", "kappa->min(tau,1)+", where="lam=0, alpha=oo")
    assert {str(c.scale) for c in answer} == {
        "1/(kappa - tau)",
        "1/(kappa - 1)",
        "1/(sqrt(lambda)*sqrt(kappa - 1))",
    }


def test_leading_terms_that_cancel_are_replaced_by_the_next():
    where = "tau=1/3, kappa=1/3"
    pieces = analyse(moves("lam->0, alpha->oo"), conditions(where))
    with pytest.raises(Cancelled):
        leading_term(FIELDS["gap"], pieces[0])
    case = limit("gap", "lam->0, alpha->oo", where=where).only
    assert sp.expand(case.coefficient - (sp.Rational(2, 3) - rho / 4)) == 0


def test_where_a_leading_coefficient_vanishes_is_a_case_of_its_own():
    grows, stays = limit("gap", "lam->0, alpha->oo", where="kappa=tau, tau<1")
    assert grows.sign is None
    assert grows.limit == sp.zoo
    third = sp.Rational(1, 3)
    assert not all(c.xreplace({tau: third, kappa: third}) == sp.true for c in grows.conditions)
    assert stays.conditions[-1] == sp.Eq(tau, third)
    assert sp.expand(stays.limit - (sp.Rational(2, 3) - rho / 4)) == 0
    _, stays = limit("gap", "alpha->oo, lam->0", where="kappa=tau, tau<1")
    assert stays.conditions[-1] == sp.Eq(tau, sp.Rational(1, 2))
    assert sp.expand(stays.limit - (sp.Rational(1, 2) - rho)) == 0


def test_where_the_terms_of_the_gap_cancel_in_another_distance_the_errors_tell():
    """At tau = kappa < 1, alpha -> oo first: of order alpha in both parts of the gap.

    The gap is led by sqrt(alpha), and then the noise goes; at tau = 1/3 that vanishes, too.
    """
    case = limit("gap", "rho->0", "lam=0, alpha=oo, tau=kappa, kappa<1").only
    expected = sp.sqrt(alpha) * rho * (3 * tau - 1) / (2 * (1 - tau))
    assert sp.simplify(case.coefficient * case.scale - expected) == 0
    first = limit("gap", "alpha->oo", "lam=0, tau=kappa, kappa<1").cases[0]
    at_fixed_noise = (first.coefficient * first.scale / rho).subs(rho, 0)
    assert sp.simplify(at_fixed_noise - expected / rho) == 0
    everywhere = limit("gap", "rho->0", "lam=0, alpha=oo")
    assert case.scale in {c.scale for c in everywhere} and len(everywhere.cases) == 9
    # The excluded place has no case, and asked for alone it is refused.
    third = sp.Rational(1, 3)
    assert not all(c.xreplace({tau: third, kappa: third}) == sp.true for c in case.conditions)
    with pytest.raises(Cancelled, match=r"^field must have leading terms .*, got 'gap' for the"):
        limit("gap", "rho->0", "lam=0, alpha=oo, tau=1/3, kappa=1/3")


@pytest.mark.parametrize(
    ("field", "take", "where"),
    [("idg", "tau->1+", "kappa<1, alpha=oo"), ("gap", "lam->0", ""), ("icl", "alpha->oo", "")],
)
def test_every_symbol_of_an_answer_is_defined(field, take, where):
    for case in limit(field, take, where):
        defined = {*PARAMETERS, *case.display.definitions}
        if case.shown_root is not None:
            defined.add(case.shown_root.symbol)
        shown = (case.display.expression, *case.display.definitions.values())
        assert set().union(*(e.free_symbols for e in shown)) <= defined


def test_an_algebraic_coefficient_is_defined_by_its_polynomial():
    case = limit("idg", "alpha->oo", where="tau>1, kappa<1").only
    root = case.root
    assert sp.degree(root.polynomial, root.symbol) == 3
    assert case.value(tau=2, kappa="1/2", rho=1, lam="1/10") > 0


def test_an_ambiguous_answer_asks_for_a_condition():
    with pytest.raises(ValueError, match="add a condition"):
        _ = limit("idg", "lam->0, alpha->oo").only


@pytest.mark.parametrize(
    ("take", "where", "message"),
    [
        ("lam", "", "a limit reads"),
        ("kapa->0", "", "'kapa' is none of"),
        ("tau->1", "", "from which side"),
        ("tau->1-", "tau>1", "no parameters satisfy"),
        ("lam->0", "kappa<1, kappa>1", "no parameters satisfy"),
        ("lam->0, lam->oo", "", "lam must move in one way, got 2"),
        ("tau->tau+", "", "an expression in itself"),
        ("lam = 0, alpha->oo", "", "a condition, not a limit"),
        ("lam->0", "kappa<=1", "strict or equalities"),
        ("lam->0", "kappa", "compares two expressions"),
        ("lam->__import__('os')+", "", "cannot read"),
        ("lam->0-", "", "parameters are > 0"),
        ("alpha->-oo", "", "alpha cannot reach '-oo'"),
        ("tau->-3+", "", "tau cannot reach '-3'"),
        ("tau->sqrt(-1)+", "", "tau cannot reach 'sqrt(-1)'"),
        ("tau->0*oo", "", "tau cannot reach"),
        ("tau->(kappa-1)*oo", "", "oo or an expression without oo|side"),
        ("tau->" + "1+" * 3000, "", "take must have at most 1000 characters, got 6005"),
        ("tau->" + "(" * 300 + "1" + ")" * 300 + "+", "", "cannot read"),
        ("tau->oo-oo", "", "tau cannot reach"),
        ("lam->0", "tau>9**9**9", "cannot read '9**9**9'"),
        ("lam->0", "tau>(1+alpha)**1000", "cannot read"),
        ("lam->0", "tau>((((2**8)**8)**8)**8)**8", "at most 512 bits"),
        ("lam->0", "tau>1e999", "between 2^-256 and 2^256"),
        ("lam->0", "tau>1e-78", "between 2^-256 and 2^256"),
        ("lam->0", "tau>" + "9" * 200, "between 2^-256 and 2^256"),
        ("lam->0", "c<1", "where speaks of c, a constant that no limit has: 'c < 1'"),
        ("lam->0", "c=1", "where speaks of c, a constant that no limit has: 'c = 1'"),
        ("lam->1+, rho = c*lam", "rho=0", "cannot solve 'rho = 0'"),
        ("kappa->1+", "kappa=2", "'kappa = 2' does not hold along"),
        ("tau = c*alpha, alpha = tau, lam->0", "", "tied to itself"),
        ("kappa = 1 + c/sqrt(alpha), lam->0", "", "under a root, got "),
    ],
)
def test_what_cannot_be_read_or_met_is_named(take, where, message):
    with pytest.raises(ValueError, match=r"^.{1,300}$") as caught:
        limit("icl", take, where)
    assert any(part in str(caught.value) for part in message.split("|"))


def test_an_unknown_field_is_named():
    with pytest.raises(ValueError, match="field must be one of icl"):
        limit("error", "lam->0")


def test_greek_letters_are_read():
    assert moves("λ→0, α→∞") == moves("lam->0, alpha->oo")


def test_every_stated_condition_is_a_half_space_or_a_line():
    for case in limit("gap", "alpha->0", where="lam=0"):
        for relation in case.conditions:
            assert isinstance(relation, sp.StrictLessThan | sp.LessThan | sp.Eq)


@given(
    st.lists(st.sampled_from(["kappa<1", "tau>1", "kappa<tau", "tau<1", "kappa>1"]), max_size=3),
    st.integers(1, 300),
    st.integers(1, 300),
)
@settings(max_examples=60)
def test_a_decided_sign_is_the_sign_at_every_point(given_conditions, first, second):
    values = {tau: sp.Rational(first, 100), kappa: sp.Rational(second, 100)}
    relations = conditions(given_conditions)
    positive = tuple(sp.expand(c.high - c.low) for c in relations)
    if any(e.xreplace(values) <= 0 for e in positive):
        return
    field = Quotients((tau, kappa))
    for expression in (1 - tau, tau - kappa, kappa * tau + 1 - kappa, kappa - tau * kappa, tau - 2):
        decided = Assumptions(positive).sign(field.read(expression))
        if decided is not None:
            assert decided == sp.sign(expression.xreplace(values))


def test_outcomes_are_derived_once():
    (piece,) = analyse(moves("tau->0"), ())
    behaviour = Behaviour(piece, FIELDS["icl"])
    assert behaviour.lead is behaviour.lead


def test_limits_are_pickled_copied_and_compared():
    one = limit("icl", "lam->0, alpha->oo", where="kappa<1, tau>1")
    for other in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert other == one and hash(other) == hash(one) and str(other) == str(one)
    assert one != limit("idg", "lam->0, alpha->oo", where="kappa<1, tau>1")
    assert one != "icl"


def test_an_answer_says_what_was_asked_and_which_root_is_meant():
    lines = str(limit("idg", "alpha->oo", where="tau>1, kappa<1")).splitlines()
    assert lines[0] == "idg as alpha->oo, where 1 < tau, kappa < 1"
    (root,) = (line for line in lines if "leading coefficient of" in line)
    assert ", the positive root of " in root


@pytest.mark.parametrize(
    ("coefficients", "unique"),
    [
        ((-1, -1, 1, 1), True),
        ((1, -1, -1), True),
        ((-1, 0, 1), True),
        ((-1, tau - kappa, 1), True),
        ((-1, tau - kappa, kappa - 1, 1), False),
        ((-1, 1, -1), False),
        ((1, 2, 1), False),
        ((tau - kappa, 1), False),
    ],
)
def test_one_change_of_sign_is_one_positive_root(coefficients, unique):
    z = sp.Symbol("z", positive=True)
    field = Quotients((tau, kappa, z))
    polynomial = field.read(sum(c * z**k for k, c in enumerate(coefficients))).over
    assert _one_positive_root(field, polynomial, z, Assumptions(())) == unique


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (-rho * (1 + kappa), "-rho*(kappa + 1)"),
        (-rho * (kappa - tau), "rho*(tau - kappa)"),
        (-rho * (kappa - tau) ** 2, "-rho*(tau - kappa)**2"),
        (-rho / (tau - kappa), "rho/(kappa - tau)"),
    ],
)
def test_a_sign_goes_into_a_difference_only(expression, written):
    found = tidy(Quotients((rho, tau, kappa)).read(expression), Assumptions(()))
    assert sp.cancel(found - expression) == 0
    assert as_typed(found) == written


def test_of_several_ways_to_eliminate_the_one_that_divides_by_least_is_taken():
    lines = str(limit("gap", "kappa->min(tau,1)+, rho->1-", where="tau>1")).splitlines()
    (shown,) = {line.strip() for line in lines if "nu_0 = " in line}
    assert shown == "with nu_0 = (alpha*lam*tau + 2*tau + 2*u_0 - 2)/(alpha*(tau + u_0 - 1))"


def test_a_value_needs_the_parameters_in_it_and_no_others():
    case = limit("icl", "lam->0, alpha->oo", where="kappa<1, tau>1").only
    assert float(case.value(tau=2, kappa="1/2", rho=1)) == 0.25
    with pytest.raises(ValueError, match=r"^give a value of kappa$"):
        case.value(tau=2, rho=1)


def test_no_ridge_is_taken_before_infinite_context_in_whichever_order_they_are_written():
    def behaviours(*question):
        cases = limit("icl", *question).cases
        return [(case.coefficient, [e for e in case.exponents if e != 0]) for case in cases]

    expected = behaviours("lam->0, alpha->oo, tau->oo")
    for where in ("alpha=oo, lam=0", "lam=0, alpha=oo"):
        assert behaviours("tau->oo", where) == expected
    assert behaviours("alpha->oo, lam->0, tau->oo") != expected


def test_the_smallest_number_that_is_read_is_two_to_the_minus_256():
    # 1e-77 is above it, 1e-78 below.
    assert 10.0**-78 < 2.0**-256 < 10.0**-77
    assert len(limit("icl", "lam->0", "tau>1e-77, tau<1").cases) > 0
