"""A false limit along states, or a false uniqueness, that a rule let through is contradicted."""

import pytest
import sympy as sp
from flint import arb

from icl_theory.algebra.precision import precision
from icl_theory.algebra.relations import eq, gt
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof.domains import FREE, OVER, RIDGE, SPECTRAL, UNDER
from icl_theory.proof.kernel import Domain
from icl_theory.theory.ridgeless import r_over, xi_under
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi
from icl_theory.verify.second_decision import contradiction
from icl_theory.verify.tracking import Lost, Track

from .forging import smuggled

zero, oo = sp.Integer(0), sp.oo
c, w = sp.symbols("c w", positive=True)
PARAMETERS = (tau, alpha, kappa, rho, lam)


def unique(system, *parameters):
    return smuggled(AtMostOne(sp.Symbol(system.name), *parameters), system, rule="at most one")


def tends(expression, value, system, parameters, *moves, domain=FREE, given=()):
    limit = PathLimit(expression, system.name, *moves)
    premises = [unique(system, *parameters)]
    return smuggled(eq(limit, value), domain, rule="path limit", given=given, premises=premises)


LARGE, SMALL = (nu, oo, "+"), (nu, zero, "+")
RIDGELESS = (lam, zero, "+")


@pytest.mark.parametrize(
    ("true", "wrong", "expression", "where"),
    [
        (1, 1 + sp.Rational(1, 10**6), nu * m, {"moves": (LARGE,)}),
        (1 + 1 / kappa, 1 - 1 / kappa, nu**3 * (m - 1 / nu + 1 / nu**2), {"moves": (LARGE,)}),
        (oo, -oo, nu**2 * m, {"moves": (LARGE,)}),
        (oo, zero, nu**2 * m, {"moves": (LARGE,)}),
        (1 - kappa, zero, nu * m, {"moves": (SMALL,), "given": (sp.Lt(kappa, 1),)}),
        (zero, 1 - kappa, nu * m, {"moves": (SMALL,), "given": (gt(kappa, 1),)}),
    ],
    ids=str,
)
def test_a_false_limit_along_the_spectrum(true, wrong, expression, where):
    moves, given = where["moves"], where.get("given", ())
    for value, count in ((true, 2), (wrong, None)):
        theorem = tends(expression, value, SPECTRAL, (nu, kappa), *moves, given=given)
        found, decided = contradiction([theorem])
        assert (not found and decided == count) if count else found == str(theorem.conclusion)


@pytest.mark.parametrize(
    ("expression", "true", "wrong", "domain"),
    [(xi, xi_under, xi_under / 2, UNDER), (r, r_over, zero, OVER), (xi, zero, r_over, OVER)],
    ids=str,
)
def test_a_false_ridgeless_state(expression, true, wrong, domain):
    for value, right in ((true, True), (wrong, False)):
        theorem = tends(expression, value, RIDGE, PARAMETERS, RIDGELESS, domain=domain)
        found, decided = contradiction([theorem])
        assert (found == "" and decided == 2) if right else found == str(theorem.conclusion)


def test_what_does_not_move_is_its_limit():
    for value, right in ((kappa**2 + 1, True), (kappa**2, False)):
        theorem = tends(kappa**2 + 1, value, SPECTRAL, (nu, kappa), SMALL)
        assert (contradiction([theorem]) == ("", 2)) is right


def test_the_limit_of_one_side_is_not_that_of_the_other():
    # Below the threshold the residual vanishes without the ridge, above it does not.
    theorem = tends(r, r_over, RIDGE, PARAMETERS, RIDGELESS, domain=UNDER)
    assert contradiction([theorem])[0]


def test_parameters_that_do_not_determine_a_point():
    folded = Domain("folded", lambda: [(tau, tau - c - 1 / c)], cover=lambda: {tau: c + 1 / c})
    assert contradiction([unique(folded, tau)])[0]
    assert contradiction([unique(folded, c)]) == ("", 1)
    for few in ((), (nu,), (kappa,), (m,)):
        assert contradiction([unique(SPECTRAL, *few)])[0]
    for enough in ((nu, kappa), (nu, m), (m, kappa)):
        assert contradiction([unique(SPECTRAL, *enough)]) == ("", 1)
    assert contradiction([unique(FREE)])[0]
    product = Domain("product", lambda: [(tau, tau - c * w)], cover=lambda: {tau: c * w})
    assert contradiction([unique(product, tau)])[0]


def test_a_track_arrives_at_the_parameters_or_is_lost():
    with precision(800):
        track = Track(SPECTRAL, (nu, kappa), {})
        wanted = [arb("1e-30"), arb(3) / 7]
        track.to(wanted)
        point = track.point()
        assert point[nu].overlaps(wanted[0])
        assert abs(point[m] * wanted[0] - arb(4) / 7) < arb("1e-25")
        # No state below the threshold has tau > 1.
        beyond = Track(UNDER, (tau, alpha, kappa, rho), {rho: arb(0)})
        with pytest.raises(Lost):
            beyond.to([arb(2), arb(1), arb(1)])
    with pytest.raises(Lost):
        Track(SPECTRAL, (nu,), {})
