"""What a rule of the kernel would get wrong, a second decision contradicts."""

import pytest
import sympy as sp
from sympy import oo

from derivations.paths import prove_limit
from icl_theory.algebra.calculus import At
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.algebra.statements import AtMostOne, RootCount
from icl_theory.proof import kernel
from icl_theory.proof.domains import FREE, OVER, RIDGE, SPECTRAL, UNDER
from icl_theory.proof.kernel import identity, sign
from icl_theory.proof.proof import Proof
from icl_theory.theory.errors import bias, e_icl, e_idg, gap, train
from icl_theory.theory.fixed_point import x
from icl_theory.theory.limits import iterated
from icl_theory.theory.ridgeless import e_icl_under
from icl_theory.theory.spectral import D1, M, P, discriminant_root
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, rho, tau, xi
from icl_theory.verify import registry
from icl_theory.verify.second_decision import contradiction

from .forging import smuggled

u, v = sp.symbols("u v", positive=True)
q = sp.Symbol("q", real=True)
z = sp.Symbol("z", nonnegative=True)


@pytest.mark.parametrize(
    ("lhs", "rhs", "domain"),
    [
        (nu * m, 1 - D1 + sp.Rational(1, 10**30), SPECTRAL),
        (nu * m, 1 - D1, FREE),
        (x, (1 + rho) / alpha + xi * lam / 10**20, RIDGE),
        (gap, e_icl - e_idg + rho * (alpha - 1), RIDGE),
        (e_icl, e_icl_under * (1 + tau * kappa / 10**40), UNDER),
        (e_icl, e_icl_under, OVER),
        ((u + v) ** 7, u**7 + v**7, FREE),
        ((u + v) ** 2305843009213693951, u**2305843009213693951 + v, FREE),
        (sp.sqrt(u**2 + v**2), u + v, FREE),
        (M * discriminant_root, 1, FREE),
        (sp.Matrix([[u, v]]), sp.Matrix([[u, u]]), FREE),
    ],
    ids=str,
)
def test_a_false_identity_is_contradicted(lhs, rhs, domain):
    conclusion = eq(lhs, rhs)
    assert contradiction([smuggled(conclusion, domain, rule="identity")]) == (str(conclusion), 0)


@pytest.mark.parametrize(
    ("relation", "domain", "given"),
    [
        (lt(P), SPECTRAL, ()),
        (gt(nu, m), SPECTRAL, ()),
        (gt(train), UNDER, ()),
        (gt(u - 10**6), FREE, ()),
        (gt(u - sp.Rational(1, 10**6)), FREE, ()),
        (gt(10**6 - u), FREE, ()),
        (gt(u - u), FREE, ()),
        (gt(u - sp.Rational(1, 10**7) + v), FREE, ()),
        (gt(q), FREE, ()),
        (ge(q), FREE, ()),
        (le(bias), RIDGE, ()),
        (gt(tau - 2), FREE, (gt(tau, 1),)),
        (lt(kappa, tau), FREE, (lt(kappa, 3), gt(tau, 2))),
    ],
    ids=str,
)
def test_a_false_sign_is_contradicted(relation, domain, given):
    theorem = smuggled(relation, domain, rule="sign", given=given)
    assert contradiction([theorem]) == (str(relation), 0)


def test_what_a_theorem_was_made_of_is_decided_too():
    false = smuggled(lt(P), SPECTRAL, rule="sign")
    above = smuggled(gt(P), SPECTRAL, rule="squares", premises=[false])
    further = smuggled(gt(P), SPECTRAL, rule="restatement", premises=[above])
    assert contradiction([further])[0] == str(lt(P))


def test_what_the_kernel_decides_is_decided_alike_and_counted_once():
    one = identity(nu * m, 1 - D1, on=SPECTRAL)
    two = sign(gt(P), on=SPECTRAL)
    rational = identity((q - 1) * (q + 1), q**2 - 1)
    weak = sign(ge(z), on=FREE)
    bounded = sign(gt(tau), on=FREE, given=(lt(tau, 1),))
    above = smuggled(gt(P), SPECTRAL, rule="restatement", premises=[one, two])
    assert contradiction([one, two, rational, weak, bounded, above]) == ("", 6)


def test_where_no_square_root_exists_modulo_a_prime_balls_decide():
    nested = sp.sqrt(1 + sp.sqrt(1 + sp.sqrt(1 + sp.sqrt(2 + u))))
    true = smuggled(eq(nested**2, 1 + sp.sqrt(1 + sp.sqrt(1 + sp.sqrt(2 + u)))), rule="identity")
    assert contradiction([true]) == ("", 1)
    off = smuggled(eq(nested, 1 + sp.sqrt(u)), rule="identity")
    assert contradiction([off])[0]


@pytest.mark.parametrize(
    ("relation", "given", "rule"),
    [
        # Far from one, and zero at one point or on one line.
        (gt(u, sp.Rational(1, 10**12)), (), "sign"),
        (lt(u, 10**30), (), "sign"),
        (gt((u - 1) ** 2), (), "sign"),
        (gt((u - sp.Rational(22, 7)) ** 2), (), "sign"),
        (gt((u - v) ** 2), (), "sign"),
        (gt((u - 1) ** 2 + (v - 2) ** 2 * (v - 1) ** 2), (), "sign"),
        (ge((u - sp.Rational(22, 7)) * (u - sp.Rational(23, 7))), (), "sign"),
        # Other rules.
        (gt(u, v), (gt(u, v / 2),), "squares"),
        (gt(u, 2 * v), (), "squares"),
        (lt(u, sp.sqrt(1 + v)), (), "quadratic"),
        (eq(u, v), (), "same root"),
        (eq(sp.sqrt(u**2 + v), u), (), "squares"),
        (both(gt(u), lt(u, v)), (), "conjunction"),
        (implies(gt(u, 2), gt(u, 3)), (), "conjunction"),
        (eq(nu * m, 1 - D1), (), "combination"),
        (gt(At(u - 1, (u, v + sp.Rational(1, 2)))), (), "specialisation"),
        (eq(sp.Limit((1 + u) / (2 + u), u, oo), 2), (), "limit"),
        (eq(sp.Limit((1 + u) / (2 + u), u, oo), 1 + sp.Rational(1, 10**9)), (), "limit"),
        (eq(sp.Limit(u / (1 + u), u, oo), oo), (), "limit"),
        (eq(sp.Limit(-u, u, oo), oo), (), "squeeze"),
        (eq(sp.Limit(1 / (u - 1), u, 1, "+-"), oo), (), "limit"),
        (eq(sp.Limit(1 / (u - 1), u, 1, "-"), oo), (), "limit"),
        (eq(sp.Limit(v * u, u, 0), v), (), "restatement"),
        (eq(RootCount((u - 1) * (u - 2), u), 1), (), "one root"),
        (eq(RootCount(u - v, u, 0, 1), 1), (), "one root"),
        (ge(RootCount(u + v, u), 1), (), "intermediate value"),
    ],
    ids=str,
)
def test_a_false_conclusion_of_any_rule_is_contradicted(relation, given, rule):
    assert contradiction([smuggled(relation, rule=rule, given=given)])[0]


@pytest.mark.parametrize(
    ("relation", "given"),
    [
        (eq(sp.Limit((1 + u) / (2 + u), u, oo), 1), ()),
        (eq(sp.Limit(sp.sqrt(1 + u) / u, u, oo), 0), ()),
        (eq(sp.Limit(u**2 * v, u, oo), oo), ()),
        (eq(sp.Limit(1 / (v - u), u, v, "-"), oo), (lt(v, 1),)),
        (eq(sp.Limit(u * q + q, u, 0), q), (gt(q, -2),)),
        (eq(sp.Limit((u * v + u) / (u * v**2 - u), u, oo), 1 / (v - 1)), (gt(v, 1),)),
        (eq(sp.Limit(1 / (u - 1), u, 1, "-"), -oo), ()),
        (eq(RootCount(u - v, u, 0, 1), 1), (lt(v, 1),)),
        (gt(u, v), (gt(u, v),)),
        (gt(u, v + 1), (gt(u, 2 * v), gt(v, 1))),
        (eq(sp.sqrt(u**2 + 2 * u * v + v**2), u + v), ()),
        (eq(u, v + 1), (eq(u, v + 1),)),
        (ge((u - v) ** 2), ()),
    ],
    ids=str,
)
def test_what_is_true_is_confirmed(relation, given):
    assert contradiction([smuggled(relation, rule="any", given=given)]) == ("", 1)


def test_a_strict_hypothesis_is_no_weak_one():
    assert contradiction([smuggled(gt(u, v), rule="any", given=(ge(u, v),))])[0]


def test_what_is_quoted_is_not_decided():
    assert contradiction([kernel.quote(gt(u, 1), "somebody")]) == ("", 0)


def test_an_equation_without_its_unknown_does_not_single_it_out():
    count = smuggled(AtMostOne(sp.Symbol("ridge"), tau), rule="at most one")
    assert contradiction([count])[0]


@pytest.mark.parametrize("identifier", ["gap-form", "ridgeless-icl-under", "resolvent-unique"])
def test_proofs_of_the_theory_are_decided_alike(identifier):
    steps = [step.theorem for step in registry.find_claim(identifier).prove()[1].steps]
    wrong, count = contradiction(steps)
    assert (wrong, count > 0) == ("", True)


def test_what_neither_a_path_nor_a_condition_knows_has_all_digits():
    symbol, given = sp.Symbol("x_T", positive=True), (gt(tau, 1),)
    limit = iterated(m + symbol, (lam, 0), (kappa, oo))
    made = Proof(eq(limit, 1 / (1 + x) + symbol), FREE, given)
    prove_limit(made, made.statement, given)
    wrong, count = contradiction(step.theorem for step in made.steps)
    assert (wrong, count > 0) == ("", True)
