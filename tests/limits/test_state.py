"""Leading coefficients by elimination, and further terms where leading ones cancel."""

import pytest
import sympy as sp
from flint import fmpq

from icl_theory.algebra.quotient import Quotients
from icl_theory.limits import series, state
from icl_theory.limits.balance import MEANING, UNKNOWNS, D, Term, a, b, c, u, v, y
from icl_theory.limits.engine import Cancelled, analyse, leading_term
from icl_theory.limits.path import Lead
from icl_theory.limits.reading import conditions, moves
from icl_theory.limits.series import Laurent, expansion, leading_to_any_order
from icl_theory.limits.signs import Assumptions
from icl_theory.limits.state import Infeasible, LeadingState, NotReduced, StateRoot, solve
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, tau

FIELD = Quotients((tau, kappa, *UNKNOWNS))
NOTHING = Assumptions(())


def read(*expressions):
    """Numerators."""
    return [FIELD.read(e).over for e in expressions]


def root_of(*rest):
    return state._root(read(*rest), m, FIELD, NOTHING)


def test_the_root_is_the_factor_of_open_sign_that_all_equations_have():
    quadratic = tau * m**2 - m - kappa
    found = root_of(quadratic * (m - 1) * (m + tau), quadratic * (m - 2) * kappa)
    assert found.polynomial in read(quadratic, -quadratic)
    assert (found.symbol, found.degree, found.unique) == (m, 2, True)
    assert [e.expression for e in found.coefficients()] in (
        [-kappa, -1, tau],
        [kappa, 1, -tau],
    )
    assert found.vanishes(FIELD.read(quadratic * (kappa + m) / (m + 1)))
    assert not found.vanishes(FIELD.read(quadratic + 1))
    assert found.vanishes(FIELD.number(0))


@pytest.mark.parametrize(
    ("rest", "error", "message"),
    [
        ((), RuntimeError, "leave an unknown open"),
        (((m - 1) * (m - 2),), RuntimeError, "have several branches"),
        ((m - 1, m - 2), Infeasible, None),
        (((tau - 1) * (m - 1), (tau - 1) * (m - 2)), Infeasible, None),
        ((m**2 + tau,), Infeasible, None),
    ],
)
def test_equations_without_one_root_are_refused(rest, error, message):
    with pytest.raises(error, match=message):
        root_of(*rest)


def terms(*expressions):
    """Balances with constant coefficients, all terms of order zero when all unknowns are."""
    found = []
    for expression in expressions:
        polynomial = sp.Poly(sp.expand(expression), *UNKNOWNS)
        found.append(
            [
                Term(
                    Lead(FIELD.read(coefficient), (fmpq(0),)),
                    1 if not coefficient.could_extract_minus_sign() else -1,
                    powers,
                )
                for powers, coefficient in polynomial.terms()
            ]
        )
    return found


ORDERS = [(fmpq(0),)] * len(UNKNOWNS)
#: All unknowns but m in terms of it.
CHAIN = (a - m, b - tau * a, c - b * m, u - kappa, v - u * a, y - v - b, D - a * c)


def test_unknowns_are_eliminated_one_after_the_other():
    found = solve(terms(*CHAIN, m - 2 * tau), ORDERS, FIELD, NOTHING)
    assert found.root is None
    values = {s: lead.coefficient.expression for s, lead in found.leads.items()}
    expected = {m: 2 * tau, a: 2 * tau, b: 2 * tau**2, c: 4 * tau**3, u: kappa}
    expected |= {v: 2 * kappa * tau, y: 2 * kappa * tau + 2 * tau**2, D: 8 * tau**4}
    assert all(sp.expand(values[s] - expected[s]) == 0 for s in UNKNOWNS)
    assert [lead.exponent for lead in found.leads.values()] == ORDERS


def test_one_unknown_may_stay_algebraic():
    found = solve(terms(*CHAIN, m**2 - m - kappa), ORDERS, FIELD, NOTHING)
    assert found.root.degree == 2 and found.root.unique
    # Of those in which the others are rational the first is kept, the resolvent trace.
    assert found.root.symbol == m
    assert found.leads[m].coefficient.expression == m
    assert sp.expand(found.leads[D].coefficient.expression - tau * m**3) == 0


def test_of_several_positive_roots_the_first_that_is_kept_stays():
    found = solve(terms(*CHAIN, m**2 - 3 * kappa * m + tau), ORDERS, FIELD, NOTHING)
    assert (found.root.symbol, found.root.degree, found.root.unique) == (m, 2, False)


def test_a_coefficient_that_is_a_number_is_divided_by_first():
    pending = read(tau * a - kappa, b - kappa, c - 1 - tau, y**2 - u)
    for system in (pending, [pending[1], pending[0], *pending[2:]]):
        equation, unknown = state._pivot(system, UNKNOWNS, FIELD, NOTHING)
        assert (equation, unknown) == (pending[1], b)
    # Of an open sign nothing is divided by, and of an equation that is not linear nothing read.
    assert state._pivot(read((tau - 1) * a - kappa, b**2 - tau), (a, b), FIELD, NOTHING) is None
    known = Assumptions((tau - 1,))
    assert state._pivot(read((tau - 1) * a - kappa), (a, b), FIELD, known)[1] == a


@pytest.mark.parametrize(
    ("system", "error"),
    [
        ((), NotReduced),
        (CHAIN[1:], NotReduced),
        ((*CHAIN, m + tau), Infeasible),
        ((*CHAIN[:-1], D + a * c, m - tau), Infeasible),
        ((*CHAIN, m - tau, m - 2 * tau), Infeasible),
    ],
)
def test_a_system_without_one_positive_solution_is_refused(system, error):
    with pytest.raises(error):
        solve(terms(*system), ORDERS, FIELD, NOTHING)


def test_terms_of_smaller_order_do_not_count():
    system = terms(*CHAIN, m - 2 * tau)
    (extra,) = terms(m - 7)
    small = Term(Lead(extra[1].lead.coefficient, (fmpq(1, 3),)), -1, extra[1].powers)
    found = solve([*system[:-1], [*system[-1], small]], ORDERS, FIELD, NOTHING)
    assert found.leads[m].coefficient.expression == 2 * tau
    assert isinstance(found, LeadingState)


def test_the_same_root_in_powers_of_an_unknown():
    cubic = StateRoot(m, FIELD.read(m**3 - tau).over, True, FIELD)
    assert [e.expression for e in cubic.coefficients()] == [-tau, 0, 0, 1]
    assert cubic.degree == 3


QUESTIONS = [
    ("tau->0", "kappa>1"),
    ("tau->oo", "lam=0, kappa<1"),
    ("alpha->oo", "tau<1, kappa>1"),
    ("lam->oo", "tau>1"),
    ("lam->0, alpha->oo", "tau=2, kappa=1/2, rho=1"),
    ("alpha->0", "tau<1"),
]
#: Equal by the fixed point: leading terms of the first may cancel, those of the second do not.
EQUAL = [
    (1 - MEANING[D], nu * m),
    (tau - MEANING[D], MEANING[b]),
    (kappa - MEANING[D], MEANING[c]),
    (MEANING[a] - MEANING[u], MEANING[y]),
    (MEANING[b] - MEANING[y], MEANING[v]),
    (tau - 1 + MEANING[a], MEANING[b]),
    (kappa - tau + MEANING[b], MEANING[c]),
    (MEANING[u] + MEANING[y] - 1 + MEANING[D] + tau * lam, tau * lam),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=" | ".join)
def test_a_difference_has_the_leading_term_of_what_it_is(question):
    take, where = question
    for piece in analyse(moves(take), conditions(where)):
        for difference, same in EQUAL:
            try:
                found = leading_to_any_order(difference, piece)
            except Cancelled:
                # What is left is smaller than every power of the last distance.
                assert any(leading_term(same, piece).exponent[:-1])
                continue
            expected = leading_term(same, piece)
            assert found.exponent == expected.exponent
            assert piece.state.vanishes(found.coefficient - expected.coefficient)


def test_what_is_zero_cancels_to_all_orders(monkeypatch):
    monkeypatch.setattr(series, "TERMS", (2, 3))
    (piece,) = analyse(moves("tau->0"), conditions("kappa>1"))
    with pytest.raises(Cancelled, match="cancel"):
        leading_to_any_order(nu * m - 1 + MEANING[D], piece)


@pytest.fixture(scope="module")
def arithmetic():
    (piece,) = analyse(moves("alpha->oo"), conditions("lam=0, tau=1/2, kappa=3, rho=1"))
    return expansion(piece, 5)


def whole(value, step):
    """Exponent in the last distance, and coefficients of its whole powers; there are no others."""
    assert not any(value.exponent[:-1])
    assert all(t.is_zero for i, t in enumerate(value.terms) if i % step)
    return value.exponent[-1], [t.expression for t in value.terms[::step]]


def test_series_are_added_multiplied_and_inverted(arithmetic):
    of = arithmetic
    one = of.given(1 / (1 + alpha))
    count = len(one.terms[:: of.step])
    assert isinstance(one, Laurent) and len(one.terms) == of.count and count >= 3
    assert whole(one, of.step) == (1, [(-1) ** k for k in range(count)])
    unit = [1] + [0] * (count - 1)
    assert whole(of.product(one, of.inverse(one)), of.step) == (0, unit)
    assert whole(of.power(one, 0), of.step) == (0, unit)
    # (1 + 1/s)^3 = s^-3 (1 + 3 s + 3 s^2 + s^3).
    assert whole(of.power(one, -3), of.step) == (-3, [1, 3, 3, 1, *[0] * count][:count])
    assert whole(of.power(one, 2), of.step) == (2, [(-1) ** k * (k + 1) for k in range(count)])
    total = of.add([one, of.given(-1 / alpha)], None)
    assert whole(total, of.step) == (2, [(-1) ** (k + 1) for k in range(count - 1)])
    with pytest.raises(Cancelled, match="of the difference cancel"):
        of.add([one, of.given(-1 / (1 + alpha))], None)
    zero = of.constant(of.zero)
    assert of.add([zero, zero], None) is zero
    assert of.add([zero, one], None).terms == one.terms
    # A sum is known as far as its terms are.
    short = Laurent(of.power(one, 0).exponent, one.terms[:3])
    assert len(of.add([of.power(one, 0), short], None).terms) == 3
    later = Laurent(of.given(1 / alpha).exponent, one.terms[:3])
    both = of.add([of.power(one, 0), later], None)
    assert len(both.terms) == min(of.count, of.step + 3) > 3
    product = of.multiply([one, one, of.given(alpha)], None)
    assert (
        product.exponent == one.exponent
        and product.terms == of.product(one, of.product(one, of.given(alpha))).terms
    )


def test_the_fixed_point_is_known_to_as_many_terms_as_were_asked_for(arithmetic):
    assert set(arithmetic.state) == set(UNKNOWNS)
    assert {len(value.terms) for value in arithmetic.state.values()} == {5}
    # The balances hold to all of these.
    d, rest = arithmetic.state[D], arithmetic.state[a]
    total = arithmetic.add([d, rest], None)
    assert not any(total.exponent)
    first, *others = total.terms
    vanishes = arithmetic.piece.state.vanishes
    assert vanishes(first - arithmetic.base.number(1))
    assert all(vanishes(t) for t in others)
