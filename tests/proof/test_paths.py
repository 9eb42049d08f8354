"""Limits along the states: what a branch and a chain of limits satisfy, each broken once."""

import pytest
import sympy as sp

import derivations
from derivations.paths import STAGES, prove_limit, stages
from derivations.ridgeless import (
    OVER_EQUATION,
    Y,
    Z,
    at_threshold,
    one_state,
    ridgeless,
    ridgeless_state_over,
    ridgeless_state_under,
)
from icl_theory.algebra import signs
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.domains import AT_THRESHOLD, FREE, OVER, UNDER
from icl_theory.proof.kernel import SMALL, ProofFailed, branch
from icl_theory.proof.proof import Proof
from icl_theory.theory import limits as stated
from icl_theory.theory.errors import e_icl, gap
from icl_theory.theory.fixed_point import x
from icl_theory.theory.infinite_context import balanced_gap
from icl_theory.theory.limits import iterated, ridgeless_infinite_context
from icl_theory.theory.ridgeless import mu, mu_value, xi_under
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, rho, tau, xi

from .refusals import REFUSED

OO = sp.oo
FEW, ABOVE, BELOW, NOISE = lt(kappa, 1), gt(tau, 1), lt(tau, 1), gt(rho, 0)
CONTEXT = (alpha, OO, "+")


def proof():
    return Proof(sp.true, FREE)


def unique(claim, domain):
    relation = one_state(domain, tau, alpha, kappa, rho)
    return kernel.conjunct(claim.theorem(), relation)


def over(**changed):
    options = {
        "moves": {alpha: 1 / SMALL},
        "chart": {m: Z / SMALL},
        "start": {Z: (1 - kappa) / (1 + rho)},
        "given": (ABOVE, FEW),
        "forms": {nu: x},
    }
    return branch(unique(ridgeless_state_over, OVER), **(options | changed))


def growth(run, expression=e_icl / alpha, value=stated.icl_growth_over, move=CONTEXT):
    return kernel.path_limit(run, PathLimit(expression, OVER.name, move), value)


def test_a_finite_limit_may_vanish_somewhere_and_an_infinite_one_may_not():
    growth(over())
    growth(over(given=(ABOVE, FEW, eq(rho, 0))), value=sp.Integer(0))
    growth(over(given=(ABOVE, FEW, NOISE)), e_icl, OO)
    with pytest.raises(REFUSED):
        growth(over(), e_icl, OO)


def test_roots_on_the_way_are_of_what_is_not_negative():
    growth(over(), sp.sqrt(1 - kappa) * e_icl / alpha, sp.sqrt(1 - kappa) * stated.icl_growth_over)
    for base in (kappa - 1, tau - 2, sp.Rational(1, 2) - kappa):
        with pytest.raises(REFUSED):
            growth(over(), sp.sqrt(base) / alpha, sp.Integer(0))
        with pytest.raises(REFUSED):
            growth(over(), sp.sqrt(base) * xi, sp.Integer(0))


@pytest.mark.parametrize(
    "changed",
    [
        {"start": {Z: (1 - kappa) / (2 + rho)}},
        {"start": {Z: (1 - kappa) / (1 + rho), Y: sp.Integer(1)}},
        {"chart": {m: Z / SMALL**2}},
        {"given": (ABOVE,)},
        {"given": (FEW,)},
        {"given": (ABOVE, eq(kappa, 1))},
        {"forms": {nu: x + 1}},
        {"moves": {alpha: -1 / SMALL}},
    ],
    ids=str,
)
def test_another_branch(changed):
    with pytest.raises(REFUSED):
        over(**changed)


def test_forms_leave_nothing_open():
    options = {
        "moves": {alpha: 1 / SMALL},
        "chart": {m: Z},
        "start": {Z: tau * kappa / (kappa - tau)},
        "given": (BELOW, gt(kappa, tau)),
    }
    point = unique(ridgeless_state_under, UNDER)
    branch(point, **options, forms={nu: x + xi_under, mu: mu_value})
    with pytest.raises(ProofFailed, match="left open"):
        branch(point, **options, forms={nu: x + xi, mu: mu_value})


def test_a_path_that_does_not_tend_to_its_end():
    for move in ((alpha, sp.Integer(0), "+"), (kappa, OO, "+"), (tau, OO, "+")):
        with pytest.raises(REFUSED):
            growth(over(), move=move)
    # Any rational path to the end will do.
    bent = over(moves={alpha: (1 + kappa * SMALL) / SMALL})
    growth(bent)
    with pytest.raises(REFUSED):
        growth(bent, value=2 * stated.icl_growth_over)


def test_a_parameter_that_stays_is_one_of_the_next_system():
    # At tau = 1; the next system does not ask for tau, so nothing holds it there.
    chain = [(x, None), (m, kernel.one_root(OVER_EQUATION, m)), (xi, None), (nu, None)]
    found = kernel.path_limit(at_threshold(proof()), ridgeless(m), m)

    def composed(*parameters, given):
        free = kernel.at_most_one(AT_THRESHOLD, parameters, chain)
        run = branch(
            free,
            moves={alpha: 1 / SMALL},
            chart={m: Z / SMALL},
            start={Z: (1 - kappa) / (1 + rho)},
            given=given,
            forms={nu: x},
        )
        step = PathLimit(m, AT_THRESHOLD.name, CONTEXT)
        return kernel.compose(found, kernel.path_limit(run, step, OO))

    composed(tau, alpha, kappa, rho, given=(eq(tau, 1), FEW))
    with pytest.raises(ProofFailed, match="none of the parameters"):
        composed(alpha, kappa, rho, given=(FEW,))
    with pytest.raises(REFUSED):
        composed(tau, alpha, kappa, rho, given=(FEW,))


def test_a_limit_goes_on_from_where_the_one_before_ends():
    first = kernel.path_limit(at_threshold(proof()), ridgeless(m), m)
    with pytest.raises(ProofFailed, match="does not go on"):
        kernel.compose(first, growth(over(given=(ABOVE, FEW, NOISE)), m, OO))


def test_roots_of_higher_order():
    u, v = sp.symbols("u v", positive=True)
    third = sp.Rational(1, 3)
    assert signs.strict((u + 1) ** third + v) == 1
    assert signs.strict(-((u + 1) ** third)) == -1
    for open_sign in ((u - 1) ** third, (u + 1) ** third - v, (u + 1) ** third - 1):
        with pytest.raises(UndecidedError):
            signs.strict(open_sign)
    assert kernel.limits._equal((u + 1) ** third * (u + 1) ** (2 * third) * v, (u + 1) * v)
    assert not kernel.limits._equal((u + 1) ** third * v, u**third * v + v)


def test_the_gap_where_the_growth_of_both_errors_is_equal():
    given = (BELOW, eq(kappa, tau), eq(tau, sp.Rational(1, 3)))
    limit = ridgeless_infinite_context(gap)
    prove_limit(proof(), eq(limit, balanced_gap), given)
    for wrong in (balanced_gap + rho, OO, -OO, 0):
        with pytest.raises(REFUSED):
            prove_limit(proof(), eq(limit, wrong), given)


def test_no_path_is_known_without_its_conditions():
    limit = ridgeless_infinite_context(e_icl)
    assert stages(limit, (ABOVE, FEW), FREE)
    for given in ((ABOVE,), (FEW,), ()):
        with pytest.raises(ProofFailed, match="no path"):
            stages(limit, given, FREE)
    with pytest.raises(ProofFailed, match="no path"):
        stages(iterated(e_icl, (alpha, OO)), (), FREE)


def about_limits():
    for topic in (derivations.limits, derivations.infinite_context, derivations.budget):
        for claim in vars(topic).values():
            if getattr(claim, "statement", None) is not None and claim.statement.has(PathLimit):
                yield claim


def conjuncts(claim):
    for part in claim.statement.args if isinstance(claim.statement, sp.And) else [claim.statement]:
        conditions, relation = kernel.split(part)
        if isinstance(relation, sp.Eq) and isinstance(relation.lhs, PathLimit):
            yield kernel.in_order({*claim.assumptions, *conditions}), relation


@pytest.mark.slow
@pytest.mark.parametrize("claim", list(about_limits()), ids=lambda claim: claim.id)
def test_every_conjunct_says_one_value(claim):
    for given, relation in conjuncts(claim):
        limit, value = relation.args
        attempt = Proof(sp.true, claim.domain)
        prove_limit(attempt, relation, given)
        changed = [-value, sp.Integer(7)] if value.is_infinite else [value + 1, OO, -OO]
        changed += [2 * value] if value.is_finite is not False and value != 0 else []
        for wrong in changed:
            with pytest.raises(REFUSED):
                prove_limit(attempt, eq(limit, wrong), given)


@pytest.mark.slow
@pytest.mark.parametrize("claim", list(about_limits()), ids=lambda claim: claim.id)
def test_every_conjunct_needs_its_path(claim):
    for given, relation in conjuncts(claim):
        limit, value = relation.args
        if value == 0:
            # What vanishes at one end may vanish at the other too.
            continue
        *before, last = limit.args[2:]
        other = (last[0], OO if last[1] != OO else sp.Integer(0), "+")
        moved = eq(PathLimit(*limit.args[:2], *before, other), value)
        with pytest.raises(REFUSED):
            prove_limit(Proof(sp.true, claim.domain), moved, given)


def test_every_stage_is_of_use():
    used = set()
    for claim in about_limits():
        for given, relation in conjuncts(claim):
            used.update(map(id, stages(relation.lhs, given, claim.domain)))
    assert {id(stage) for stage in STAGES} == used
    assert lam in {p for stage in STAGES for p in stage.moves}
