"""When two leading terms are the same, and which regions tell cells apart."""

import random
from dataclasses import replace

import pytest
import sympy as sp

from icl_theory.limits import state
from icl_theory.limits.behaviour import Behaviour
from icl_theory.limits.compare import same
from icl_theory.limits.engine import analyse, analyse_fresh, describe
from icl_theory.limits.reading import conditions, moves
from icl_theory.theory.fields import by_name
from icl_theory.theory.symbols import kappa, tau

from .test_against_reference import point

ICL = by_name()["icl"].formula


def piece(take, where="", *, kept=None, monkeypatch=None):
    """The only piece of a question, its state rational in one unknown that is asked for."""
    if kept is not None:
        monkeypatch.setattr(state, "_KEPT", kept)
    (found,) = analyse_fresh(moves(take), conditions(where))
    return found


def changed(behaviour, change):
    """The behaviour with another coefficient."""
    other = behaviour.on(behaviour.piece)
    lead = behaviour.lead
    other.__dict__["lead"] = replace(lead, coefficient=change(lead.coefficient))
    return other


@pytest.fixture(scope="module")
def behaviour():
    return Behaviour(piece("alpha->oo", "tau>1, kappa<1"), ICL)


def test_what_vanishes_at_the_algebraic_number_makes_no_difference(behaviour):
    root = behaviour.root
    zero = root.field.quotient(root.polynomial)
    other = changed(behaviour, lambda c: c + zero * c)
    assert other.lead.coefficient != behaviour.lead.coefficient
    cell = behaviour.piece.cell
    assert same(behaviour, behaviour, cell) and same(behaviour, other, cell)


def test_forty_digits_in_common_are_not_enough(behaviour):
    other = changed(behaviour, lambda c: c * (1 + sp.Rational(1, 10**40)))
    assert not same(behaviour, other, behaviour.piece.cell)
    assert not same(other, behaviour, behaviour.piece.cell)


def test_a_coefficient_in_another_unknown_is_the_same_where_that_is_eliminated(monkeypatch):
    found = []
    for kept in ((state.m,), (state.u,)):
        one = piece("alpha->oo", "tau>1, kappa<1", kept=kept, monkeypatch=monkeypatch)
        found.append(Behaviour(one, by_name()["xi"].formula))
    assert found[0].root.symbol != found[1].root.symbol
    cell = found[0].piece.cell
    assert same(*found, cell)
    assert not same(*found, cell, eliminate=False)
    assert not same(found[0], changed(found[1], lambda c: c * (1 + sp.Rational(1, 10**40))), cell)


def with_state(behaviour, polynomial, leads):
    """The behaviour with another algebraic number."""
    one = behaviour.piece
    root = replace(one.state.root, polynomial=polynomial)
    other = behaviour.on(replace(one, state=state.LeadingState(leads, root)))
    other.__dict__["lead"] = leads["coefficient"]
    return other


def test_numbers_of_different_polynomials_are_different_however_close(behaviour):
    root = behaviour.root
    close = root.polynomial * 10**40 + root.field.generator(root.symbol).over
    leads = behaviour.piece.state.leads | {"coefficient": behaviour.lead}
    assert not same(behaviour, with_state(behaviour, close, leads), behaviour.piece.cell)


def test_an_algebraic_number_and_its_half_write_the_same_coefficient(behaviour):
    root = behaviour.root
    twice = {root.symbol: root.field.generator(root.symbol) * 2}
    polynomial, _ = root.field.at(root.polynomial, twice)
    leads = behaviour.piece.state.leads | {"coefficient": behaviour.lead}
    leads = {s: replace(v, coefficient=v.coefficient.at(twice)) for s, v in leads.items()}
    assert same(behaviour, with_state(behaviour, polynomial, leads), behaviour.piece.cell)


def test_a_pole_on_a_cell_is_no_value():
    generic, line = (
        next(p for p in analyse(moves("lam->0, alpha->oo"), ()) if p.cell.path.fixed == fixed)
        for fixed in ({}, {kappa: tau})
    )
    one = Behaviour(generic, ICL)
    field = one.lead.coefficient.field
    pole = changed(one, lambda c: c / (field.generator(kappa) - field.generator(tau)))
    assert same(one, one, line.cell) and same(pole, pole, generic.cell)
    assert not same(pole, one, line.cell)


def test_regions_hold_in_the_cells_that_they_are_made_for_and_in_no_other():
    # Of these cells some have no sign of a factor that tells others apart.
    (found,) = analyse(moves("tau->c*kappa+, kappa = c/alpha"), ())
    everything, rng = found.everything, random.Random(0)
    assert len(everything) == 13
    for _ in range(40):
        wanted = rng.sample(everything, rng.randint(1, 12))
        regions = describe(wanted, everything)
        for cell in everything:
            values = point(rng, cell)
            values |= {s: v.xreplace(values) for s, v in cell.path.fixed.items()}
            holds = [
                all(r.relational.xreplace(values) == sp.true for r in relations)
                for _, relations in regions
            ]
            assert any(holds) == (cell in wanted)
