"""Regions as relations, leading terms of formulas, and coefficients as numbers."""

from dataclasses import replace

import mpmath
import pytest
import sympy as sp
from flint import fmpq

from icl_theory.limits import limit
from icl_theory.limits.behaviour import Behaviour
from icl_theory.limits.cells import Cell, Sign
from icl_theory.limits.engine import (
    Cancelled,
    SignRelation,
    analyse,
    analyse_fresh,
    common_assumptions,
    describe,
    kind_of,
    leading_term,
)
from icl_theory.limits.evaluate import evaluate, with_root
from icl_theory.limits.path import Path
from icl_theory.limits.reading import conditions, moves
from icl_theory.limits.show import relation_text, root_text
from icl_theory.limits.signs import Assumptions
from icl_theory.theory.fields import by_name
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

ICL = by_name()["icl"].formula


@pytest.mark.parametrize(
    ("factor", "allowed", "written"),
    [
        (tau - kappa, {0}, "kappa = tau"),
        (tau - kappa, {1}, "kappa < tau"),
        (tau - kappa, {-1}, "tau < kappa"),
        (tau - kappa, {1, 0}, "kappa <= tau"),
        (tau - kappa, {-1, 0}, "tau <= kappa"),
        (2 * tau - 1 - kappa, {1}, "kappa + 1 < 2*tau"),
        (2 * tau - 1 - kappa, {-1, 0}, "2*tau <= kappa + 1"),
    ],
)
def test_signs_of_a_factor_are_a_relation_of_positive_sides(factor, allowed, written):
    relation = SignRelation(*kind_of(factor, allowed))
    assert relation_text(relation.relational) == written
    low, high = relation.sides
    assert sp.expand(high - low - relation.expression) == 0


def line_cells():
    """The three parts of a line that is cut in one point."""
    signs = [(1, {}, (tau - 1,)), (-1, {}, (1 - tau,)), (0, {tau: sp.Integer(1)}, ())]
    return [
        Cell(Path((), (), fixed), (Sign(tau - 1, value),), Assumptions(positive))
        for value, fixed, positive in signs
    ]


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        ((0,), ["1 < tau"]),
        ((1,), ["tau < 1"]),
        ((2,), ["1 = tau"]),
        ((0, 2), ["1 <= tau"]),
        ((1, 2), ["tau <= 1"]),
        ((0, 1), ["1 < tau", "tau < 1"]),
        ((0, 1, 2), [""]),
    ],
)
def test_cells_are_covered_by_as_few_relations_as_there_are(wanted, written):
    everything = line_cells()
    members = [everything[i] for i in wanted]
    found = describe(members, everything)
    texts = [", ".join(relation_text(r.relational) for r in relations) for _, relations in found]
    assert texts == written
    assert [cell for part, _ in found for cell in part] == members


def test_cells_on_a_line_are_told_together_where_one_is_a_part_of_the_other():
    everything = [
        Cell(
            replace(cell.path, fixed=cell.path.fixed | {kappa: value}), cell.signs, cell.assumptions
        )
        for cell, value in zip(line_cells(), (tau, tau, sp.Integer(1)), strict=True)
    ]
    ((part, (relation,)),) = describe([everything[0], everything[2]], everything)
    assert relation_text(relation.relational) == "1 <= tau" and len(part) == 2
    # A point beside the line is no part of it.
    beside = replace(everything[2], path=Path((), (), {tau: sp.Integer(1), kappa: sp.Integer(2)}))
    apart = [everything[0], everything[1], beside]
    assert len(describe([apart[0], apart[2]], apart)) == 2


def test_what_is_positive_in_several_cells_is_so_in_all():
    above, below, at = line_cells()
    assert common_assumptions([above]) is above.assumptions
    assert common_assumptions([above, below]).positive == ()
    assert common_assumptions([above, at]).positive == ()
    twice = Cell(above.path, above.signs, Assumptions((tau - 2, kappa - 1)))
    other = Cell(above.path, above.signs, Assumptions((tau - 1, kappa - 1)))
    assert common_assumptions([twice, other]).positive == (kappa - 1, tau - 1)


def test_a_piece_is_one_of_its_question_and_derived_once():
    question = moves("lam->0, alpha->oo"), conditions("tau>1")
    pieces = analyse(*question)
    assert analyse(*question) is pieces
    fresh = analyse_fresh(*question)
    assert fresh is not pieces and len(fresh) == len(pieces) == 3
    members = [cell for piece in pieces for cell in piece.members]
    assert len(members) == 5 and {*members} == {*pieces[0].everything}
    assert all(piece.given == question[1] for piece in pieces)
    assert all(piece.everything is pieces[0].everything for piece in pieces)
    assert not any(piece.continuous for piece in pieces)
    assert len({pieces[0], fresh[0]}) == 2


@pytest.mark.parametrize(
    ("take", "where", "continuous"),
    [
        ("tau->1+", "", True),
        ("lam->c+", "", True),
        ("tau->1+", "lam=0", False),
        ("rho->oo", "", False),
    ],
)
def test_errors_are_continuous_where_the_fixed_point_is(take, where, continuous):
    assert {piece.continuous for piece in analyse(moves(take), conditions(where))} == {continuous}


def test_the_cases_of_a_minimum_are_those_that_conditions_leave():
    for where, count in (("tau>1", 1), ("tau<1", 1), ("tau=1", 1), ("", 3)):
        assert len(analyse_fresh(moves("kappa->min(tau,1)+"), conditions(where))) == count
    with pytest.raises(ValueError, match=r"^no parameters satisfy 1 < tau, tau < 1$"):
        analyse_fresh(moves("kappa->min(tau,1)+"), conditions("tau>1, tau<1"))
    # The other limits stay what they are.
    found = analyse_fresh(moves("kappa->min(tau,1)+, lam->0, rho = c*lam"), conditions("tau>1"))
    assert str(found[0].cell.path.moves[0]) == "kappa->1+"
    assert [str(one) for one in found[0].cell.path.scalings] == ["rho = c*lam"]


def test_leading_terms_of_sums_are_those_of_the_largest():
    (piece,) = analyse(moves("tau->0"), conditions("kappa>1"))
    base = piece.reader.base
    assert leading_term(tau + kappa, piece).coefficient == base.read(kappa)
    found = leading_term(tau * rho + 3 * tau + tau**2, piece)
    assert found.coefficient == base.read(rho + 3) and found.exponent == (fmpq(1),)
    assert leading_term(tau - tau + sp.Integer(0), piece).is_zero
    # Without data the resolvent trace is 1/(lam + ...): nothing is fitted.
    assert leading_term(nu * m, piece).coefficient == base.number(1)
    with pytest.raises(Cancelled, match=r"^the leading terms of .* cancel$"):
        leading_term(nu * m - 1, piece)
    for symbol in (nu, m, xi, r):
        assert not leading_term(symbol, piece).is_zero


def test_a_coefficient_needs_the_values_of_what_is_in_it():
    (piece,) = analyse(moves("alpha->oo"), conditions("tau>1, kappa<1"))
    behaviour = Behaviour(piece, by_name()["idg"].formula)
    values = {"tau": 2, "kappa": "1/2", "rho": 1, "lam": "0.1"}
    number, root = with_root(behaviour, values)
    assert number == evaluate(behaviour, values) > 0
    assert root > 0
    # What may cancel has twice the digits that are asked for, and twenty.
    assert number.context.dps == evaluate(behaviour, values).context.dps == 2 * 30 + 20
    assert with_root(behaviour, values, 60)[0].context.dps == 2 * 60 + 20
    for name in ("tau", "kappa", "lam", "rho"):
        left = {key: value for key, value in values.items() if key != name}
        with pytest.raises(ValueError, match=rf"^give a value of {name}$"):
            evaluate(behaviour, left)
    precise = with_root(behaviour, values, 60)
    assert abs(number / precise[0] - 1) < mpmath.mpf(10) ** -30


def test_a_region_has_no_state_elsewhere():
    (piece,) = analyse(moves("lam->0"), conditions("tau>1"))
    behaviour = Behaviour(piece, ICL)
    values = {"kappa": 3, "rho": 1, "alpha": 2}
    assert evaluate(behaviour, {"tau": 2, **values}) > 0
    with pytest.raises(ValueError, match=r"^0 positive states at these values, not one$"):
        evaluate(behaviour, {"tau": "1/2", **values})


def test_which_root_is_meant_is_said():
    case = limit("idg", "alpha->oo", where="tau>1, kappa<1").only
    root = case.root
    assert root_text(root).startswith(
        f"{root.symbol}: leading coefficient of {root.of}, the positive root of "
    )
    assert root_text(root).endswith(" = 0")
    other = root_text(replace(root, unique=False))
    assert ", the root with a positive fixed point of " in other


def test_a_cell_is_read_over_its_symbols():
    (piece,) = analyse(moves("rho->0, tau = c*alpha, alpha->oo"), conditions("kappa>1"))
    symbols = piece.reader.base.symbols
    assert {kappa, lam} <= set(symbols) and not {rho, tau, alpha} & set(symbols)
