"""Each rule applied once where it applies, and with each of its premises broken alone.

What is refused here for one reason only is what a kernel without that premise would accept.
"""

from itertools import count

import pytest
import sympy as sp
from sympy import Limit, Symbol, oo

from icl_theory.algebra import signs
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof import kernel
from icl_theory.proof.domains import FREE, OVER, SPECTRAL
from icl_theory.proof.kernel import Domain, conclude, identity, limit, sign
from icl_theory.theory.fixed_point import x
from icl_theory.theory.spectral import resolvent_residual
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, rho, tau, xi

from .refusals import refused

a, b, u = sp.symbols("a b u", positive=True)
real = Symbol("q", real=True)
negative = Symbol("n", negative=True)
zero, one, two = map(sp.Integer, (0, 1, 2))


numbers = count()


def domain(name, equations=(), positive=(), cover=None, inverse=None):
    # A name that is taken would be refused, whatever else is wrong.
    return Domain(
        f"{name}, {next(numbers)}",
        lambda: list(equations),
        positive,
        lambda: cover or {},
        lambda: inverse or {},
    )


class TestDomains:
    """What makes a set of equations and a cover a domain."""

    def test_a_domain(self):
        same = domain("pair", [(tau, tau - kappa)], cover={tau: kappa})
        assert identity(tau, kappa, on=same)

    @pytest.mark.parametrize(
        ("equations", "positive", "cover", "inverse"),
        [
            # Covers points that solve nothing, or are out of range, or not all that there are.
            ([(tau, tau - kappa)], (), {tau: kappa + 1}, {}),
            ([(tau, tau - kappa)], (), {tau: kappa * u}, {u: one}),
            ([(tau, tau - kappa + 1)], (), {tau: kappa - 1}, {}),
            ([], (rho,), {rho: rho}, {}),
            ([], (rho,), {rho: lam}, {lam: rho}),
            ([], (), {tau: u / (1 + u)}, {u: tau / (1 - tau)}),
            ([], (), {tau: 1 + u}, {u: tau - 1}),
            ([], (), {tau: u + b}, {u: tau / 2, b: tau / 3}),
            ([], (), {tau: u, kappa: u}, {u: tau}),
            # Not linear, undetermined somewhere, twice, in a circle, or not covered.
            ([(tau, tau**2 - kappa**2)], (), {tau: kappa}, {}),
            ([(tau, rho * (tau - kappa))], (), {tau: kappa}, {}),
            ([(tau, (kappa - 1) * (tau - kappa))], (), {tau: kappa}, {}),
            ([(tau, tau - kappa), (tau, 2 * tau - 2 * kappa)], (), {tau: kappa}, {}),
            ([(tau, tau - kappa), (kappa, kappa - tau)], (), {tau: u, kappa: u}, {u: tau}),
            ([(tau, tau - kappa)], (), {kappa: tau}, {}),
            # Not defined where it is to hold.
            ([(tau, (tau - kappa) / (kappa - 1))], (), {tau: kappa}, {}),
            # A coordinate that is covered, or a cover that is not defined.
            ([], (), {tau: kappa, kappa: tau}, {}),
            ([], (), {tau: kappa, kappa: u}, {u: kappa}),
            ([(tau, tau - kappa)], (), {tau: kappa, kappa: kappa}, {}),
            ([(a + b, a + b - kappa)], (), {a: kappa / 2, b: kappa / 2}, {}),
            ([], (), {tau: u**2 / (u - 1) * (u - 1) / u}, {u: tau}),
            # A coordinate that is out of its own range.
            ([], (), {real: u}, {u: real}),
            ([], (), {tau: real**2}, {real: sp.sqrt(tau)}),
        ],
        ids=str,
    )
    def test_what_is_none(self, equations, positive, cover, inverse):
        if cover == {tau: u**2 / (u - 1) * (u - 1) / u}:
            cover = {tau: sp.Mul(u, sp.Pow(u - 1, -1), u - 1, evaluate=False)}
        bad = domain("bad", equations, positive, cover, inverse)
        refused(identity, a, a, on=bad)

    def test_where_a_positive_symbol_makes_an_equation_linear(self):
        where = [(tau, rho * tau - kappa)]
        cover = {tau: kappa / u, rho: u}
        assert identity(rho * tau, kappa, on=domain("good", where, (rho,), cover, {u: rho}))
        refused(identity, rho * tau, kappa, on=domain("bad", where, (), cover, {u: rho}))

    def test_a_part_of_another_domain(self):
        half = domain("half", [(tau, tau - kappa / 2)], cover={tau: kappa / 2})
        same = domain("equal", [(tau, tau - kappa)], cover={tau: kappa})
        both_ = domain("both", [(tau, tau - kappa), (m, m - nu)], cover={tau: kappa, m: nu})
        strict = domain("strict", [], (rho,), {rho: u}, {u: rho})
        assert both_.within(same)
        assert same.within(FREE)
        assert not same.within(both_)
        assert not half.within(same)
        assert not FREE.within(same)
        assert not FREE.within(strict)
        twin = domain("twin", [(tau, 2 * tau - 2 * kappa)], cover={tau: kappa})
        assert twin.within(same)
        twice = [(tau, tau - kappa), (m, m - 2 * nu)]
        assert not domain("twice", twice, cover={tau: kappa, m: 2 * nu}).within(both_)
        assert domain("above", [], (rho,), {rho: u}, {u: rho}).within(strict)
        assert not domain("zero", [(rho, rho)], cover={rho: zero}).within(strict)
        theorem = identity(tau, kappa, on=same)
        assert conclude(eq(tau, kappa), [theorem], on=both_)
        refused(conclude, eq(tau, kappa), [theorem], on=half)
        refused(conclude, eq(tau, kappa), [theorem])


class TestConditions:
    def test_what_no_coordinate_is_bounded_by(self):
        for given in (
            (ge(tau, 1),),
            (le(tau, 1),),
            (gt(2 * tau, 1),),
            (gt(tau, tau / 2),),
            (gt(1, tau / 2),),
            (lt(negative, -1),),
            (sp.Eq(tau, 1), sp.Eq(tau, kappa)),
            (eq(tau, -1),),
            (sp.Eq(tau, kappa), sp.Eq(kappa, tau)),
            (gt(tau, -1),),
            (lt(tau, 0),),
            (gt(tau, kappa), gt(kappa, tau)),
            (lt(xi, 0),),
        ):
            refused(sign, gt(a), given=given)

    def test_a_bound_and_a_value(self):
        assert sign(gt(kappa, 1), given=(gt(tau, 1), sp.Eq(tau, kappa)))
        assert sign(gt(a), given=(gt(tau, 1), sp.Eq(tau, 2)))
        refused(sign, gt(a), given=(gt(tau, 2), sp.Eq(tau, 2)))
        refused(sign, gt(a), given=(gt(tau, 3), sp.Eq(tau, 2)))

    def test_a_negative_coordinate_has_no_bound(self):
        refused(sign, lt(negative, -1), given=(gt(negative, -1),))
        refused(sign, gt(negative, -1), given=(lt(negative, -1),))

    def test_a_bound_by_what_is_fixed_to_the_symbol_itself(self):
        refused(sign, gt(a), given=(gt(tau, kappa), eq(kappa, 2 * tau)))
        refused(sign, gt(a), given=(lt(tau, kappa), eq(kappa, tau / 2)))
        refused(sign, gt(a), given=(gt(tau, 0), lt(tau, kappa), eq(kappa, 2 * tau)))

    def test_zero_is_in_the_range_below_a_bound(self):
        assert sign(ge(rho), given=(lt(rho, 1),))
        refused(sign, gt(rho), given=(lt(rho, 1),))
        assert sign(gt(tau), given=(lt(tau, 1),))
        assert sign(gt(rho), given=(gt(rho, 0), lt(rho, 1)))
        refused(sign, gt(rho, 1), given=(gt(rho, 0), lt(rho, 2)))

    def test_a_value_in_an_identity(self):
        assert identity(tau * a, a, given=(sp.Eq(tau, 1),))
        assert identity(tau * a, kappa * a, given=(gt(a, 1), sp.Eq(tau, kappa)))
        refused(identity, tau * a, a, given=(sp.Eq(tau, 2),))
        refused(identity, tau, 1, given=(gt(tau, 1),))


class TestDefined:
    def test_denominators(self):
        assert identity(a / (a - 1) - 1 / (a - 1), 1, given=(sp.Ne(a, 1),))
        refused(identity, a / (a - 1) - 1 / (a - 1), 1)
        refused(identity, a / (a - 1) - 1 / (a - 1), 1, given=(sp.Ne(a, 2),))
        refused(identity, a / (a - 1) / (a - 2), a / (a - 1) / (a - 2), given=(sp.Ne(a, 1),))
        assert identity(1 / (a - 1) ** 2, 1 / (1 - a) ** 2, given=(sp.Ne(2 * a, 2),))

    def test_roots(self):
        assert identity(sp.sqrt(a + b) ** 4, (a + b) ** 2)
        refused(identity, sp.sqrt(a - b), sp.sqrt(a - b))
        refused(identity, sp.sqrt(real), sp.sqrt(real))
        refused(identity, sp.root(a, 5), sp.root(a, 5))
        refused(identity, a**b, a**b)
        refused(identity, sp.root(a, 3) ** real, sp.root(a, 3) ** real)
        assert identity(sp.root(a, 3), sp.root(a, 3))
        refused(identity, 1 / sp.sqrt(rho), 1 / sp.sqrt(rho))

    def test_matrices(self):
        row = sp.ImmutableMatrix
        left = row([[a, 1 / (b - 1)]])
        refused(identity, left, left)
        refused(identity, row([[a, b]]), row([[a, a]]))
        for other in (zero, row([[zero], [zero]]), row([[zero, zero, zero]])):
            refused(identity, row([[a - a, zero]]), other)
            refused(identity, other, row([[a - a, zero]]))
        assert identity(row([[a - a, b]]), row([[zero, b]]))


class TestSigns:
    def test_a_weak_inequality(self):
        assert sign(ge(rho))
        assert sign(le(-rho))
        assert sign(le(rho, rho + lam))
        refused(sign, le(rho))
        refused(sign, ge(rho, lam))
        refused(sign, sp.Ne(a, b))


class TestLimits:
    def test_ends(self):
        assert limit(Limit(1 / a, a, oo), 0)
        assert limit(Limit(a, a, b), b)
        assert limit(Limit(1 / (a - b), a, b, "-"), -oo)
        assert limit(Limit(1 / (a - b) ** 2, a, b, "+-"), oo)
        assert limit(Limit(rho, rho, 0), 0)
        refused(limit, Limit(rho, rho, 0, "+-"), 0)
        refused(limit, Limit(1 / (a - b), a, b, "+-"), oo)
        refused(limit, Limit(real, real, 1), 1)
        refused(limit, Limit(1 / (a - b), a, b, "-"), oo)
        refused(limit, Limit(a, a, oo), -oo)
        refused(limit, Limit(a, a, -oo), oo)
        refused(limit, Limit(real, real, -oo), -oo)
        refused(limit, Limit(a, a, rho), rho)
        refused(limit, Limit(a, a, b - 1), b - 1)
        refused(limit, Limit(negative, negative, -1), -1)
        refused(limit, Limit(negative, negative, oo), oo)
        refused(limit, Limit(negative, negative, -oo), -oo)

    def test_values(self):
        assert limit(Limit(rho / a, a, oo), 0)
        assert limit(Limit(rho, a, oo), rho)
        refused(limit, Limit(1 / a, a, oo), 1)
        refused(limit, Limit(1 / a, a, 0), 0)
        refused(limit, Limit(1 + 1 / a, a, oo), 0)
        refused(limit, Limit(1 + 1 / a, a, oo), oo)
        refused(limit, Limit(rho * a, a, oo), oo)
        refused(limit, Limit(rho * a, a, oo), 0)
        refused(limit, Limit(1 / a, a, oo), rho - lam)
        refused(limit, Limit(b / a, a, oo), 1 / a)
        refused(limit, Limit(1 / a, a, oo), (a + 1) ** 2 - a**2 - 2 * a - 1)
        refused(limit, gt(a), 0)

    def test_denominators(self):
        refused(limit, Limit(a / ((b - 1) * a + 1), a, oo), 1 / (b - 1))
        where = (sp.Ne(b, 1),)
        assert limit(Limit(a / ((b - 1) * a + 1), a, oo), 1 / (b - 1), given=where)
        refused(limit, Limit(a / ((b - 2) * a + 1), a, oo), 1 / (b - 2), given=where)
        refused(limit, Limit(b / (b - 1) / a, a, oo), 0)
        # What may vanish on the way stands in no denominator.
        assert limit(Limit(((b - 1) * a + 1) ** 2 / a**3, a, oo), 0)
        refused(limit, Limit(1 / a, a, oo), sp.Mul(0, 1 / (b - 1), evaluate=False))
        refused(limit, Limit(1 / (rho * a + 1), a, oo), 0)

    def test_what_is_covered_does_not_move(self):
        same = domain("tau follows", [(tau, tau - kappa)], cover={tau: kappa})
        assert limit(Limit(tau, kappa, oo), oo, on=same)
        refused(limit, Limit(tau, tau, oo), oo, on=same)


class TestSqueeze:
    function, where = a / (1 + a), (a, oo)

    def parts(self):
        below, above = gt(self.function, 1 - 1 / a), lt(self.function, 1)
        ends = [limit(Limit(1 - 1 / a, *self.where), 1), limit(Limit(one, *self.where), 1)]
        return ends, [sign(below), sign(above)]

    def test_between_two(self):
        ends, bounds = self.parts()
        target = Limit(self.function, *self.where)
        assert kernel.squeeze(target, ends, bounds).conclusion == eq(target, 1)
        assert kernel.squeeze(target, ends[::-1], bounds[::-1])

    def test_each_premise(self):
        ends, bounds = self.parts()
        target = Limit(self.function, *self.where)
        for some in ([0], [1], [0, 0], [1, 1], []):
            refused(kernel.squeeze, target, [ends[i] for i in some], [bounds[i] for i in some])
        refused(kernel.squeeze, target, ends[::-1], bounds)
        refused(kernel.squeeze, target, ends[:1], bounds)
        refused(kernel.squeeze, target, [ends[0], identity(a, a)], bounds)
        bounded = kernel.quote(ge(Limit(1 - 1 / a, *self.where), 1), "somebody")
        refused(kernel.squeeze, target, [bounded, ends[1]], bounds)
        refused(kernel.squeeze, target, ends, [bounds[0], identity(a, a)])
        refused(kernel.squeeze, Limit(self.function, a, 0), ends, bounds)
        refused(kernel.squeeze, Limit(2 * self.function, a, oo), ends, bounds)
        refused(kernel.squeeze, gt(a), ends, bounds)
        refused(kernel.squeeze, sp.Tuple(*target.args), ends, bounds)
        # Of two other numbers the larger bounds nothing.
        apart = [sign(gt(a, 1 - 1 / a)), sign(lt(zero, one))]
        refused(kernel.squeeze, Limit(a, *self.where), ends, apart)
        elsewhere = limit(Limit(one, *self.where), 1, on=OVER)
        refused(kernel.squeeze, target, [ends[0], elsewhere], bounds)
        other = sign(lt(self.function, 2))
        refused(kernel.squeeze, target, [ends[0], limit(Limit(two, a, oo), 2)], [bounds[0], other])
        near = sign(gt(self.function, 1 - 1 / a), given=(gt(a, 1),))
        refused(kernel.squeeze, target, ends, [near, bounds[1]])

    def test_from_one_side(self):
        grows = Limit(a + 1, a, oo)
        up, down = limit(Limit(a, a, oo), oo), limit(Limit(-a, a, oo), -oo)
        assert kernel.squeeze(grows, [up], [sign(gt(a + 1, a))]).conclusion == eq(grows, oo)
        assert kernel.squeeze(grows, [up], [sign(ge(a + 1, a))])
        refused(kernel.squeeze, Limit(one, a, oo), [up], [kernel.quote(lt(1, a), "somebody")])
        refused(kernel.squeeze, Limit(zero, a, oo), [down], [kernel.quote(gt(0, -a), "somebody")])
        refused(
            kernel.squeeze, Limit(a + 1, a, oo), [limit(Limit(one, a, oo), 1)], [sign(gt(a + 1, 1))]
        )


class TestRoots:
    def test_some_root(self):
        function = a - b
        ends = [limit(Limit(function, a, 0), -b), limit(Limit(function, a, oo), oo)]
        count = kernel.some_root(function, a, ends)
        assert count.conclusion == ge(RootCount(function, a), 1)
        refused(kernel.some_root, function, a, ends[::-1])
        refused(kernel.some_root, function, a, ends[:1])
        refused(kernel.some_root, function, a, [*ends, ends[1]])
        refused(kernel.some_root, function, a, [identity(a, a), ends[1]])
        refused(kernel.some_root, function, b, ends)
        refused(kernel.some_root, a + b, a, ends)
        refused(kernel.some_root, function, a, ends, given=(lt(a, 1),))
        refused(kernel.some_root, function, a, ends, given=(lt(b, a),))
        # Both ends are as they are said to be, and below zero there is no pole.
        n, half = negative, sp.Rational(1, 2)
        function_of_n, ends_of_n = n / (n - 1) - half, ((zero, -half), (oo, half))
        said = [kernel.quote(eq(Limit(function_of_n, n, at), v), "x") for at, v in ends_of_n]
        refused(kernel.some_root, function_of_n, n, said)
        up = a + b
        same = [limit(Limit(up, a, 0), b), limit(Limit(up, a, oo), oo)]
        refused(kernel.some_root, up, a, same)
        pole = 1 / (a - b)
        across = [limit(Limit(pole, a, 0), -1 / b), kernel.quote(eq(Limit(pole, a, oo), 1), "x")]
        refused(kernel.some_root, pole, a, across)
        open_ = a - b + u
        undecided = [limit(Limit(open_, a, 0), u - b), limit(Limit(open_, a, oo), oo)]
        refused(kernel.some_root, open_, a, undecided)
        falls = [limit(Limit(b - a, a, 0), b), limit(Limit(b - a, a, oo), -oo)]
        assert kernel.some_root(b - a, a, falls)

    def test_one_root(self):
        for function in (1 + 1 / a, -1 - a, 1 + a, -1 / a, (1 - a) ** 2 - rho):
            refused(kernel.one_root, function, a)
        assert kernel.one_root(1 / a - b, a).conclusion == eq(RootCount(1 / a - b, a), 1)

    def test_the_same_root(self):
        count = kernel.one_root(a**2 - b**2, a)
        assert kernel.same_root(count, b, sp.sqrt(b**2 + rho - rho)).conclusion == eq(b, b)
        refused(kernel.same_root, count, b, 2 * b)
        refused(kernel.same_root, count, 2 * b, b)
        refused(kernel.same_root, count, b, -b)
        refused(kernel.same_root, count, -b, b)
        zero_too = kernel.quote(eq(RootCount(a * (a - 1), a), 1), "somebody")
        refused(kernel.same_root, zero_too, one, zero)
        two_roots = kernel.quote(eq(RootCount((a - 1) * (a - 2), a), 2), "somebody")
        refused(kernel.same_root, two_roots, one, two)
        some = kernel.quote(ge(RootCount((a - 1) * (a - 2), a), 1), "somebody")
        refused(kernel.same_root, some, one, two)
        within = kernel.quote(eq(RootCount((a - 1) * (a - 2), a, 0, sp.Rational(3, 2)), 1), "x")
        refused(kernel.same_root, within, one, two)
        assert kernel.same_root(count, b, b, known=[sign(gt(b))])
        refused(kernel.same_root, count, -b, b, known=[sign(gt(b))])


class TestDetermined:
    """Points that parameters determine: each symbol in its turn, by what is known before."""

    def pair(self):
        return domain("two pairs", [(tau, tau - kappa), (m, m - nu)], cover={tau: kappa, m: nu})

    def test_a_root_in_another_symbol(self):
        count = kernel.quote(eq(RootCount(a * (tau - kappa), a), 1), "somebody")
        refused(kernel.at_most_one, self.pair(), (tau, kappa), [(m, count), (nu, None)])

    def test_a_function_of_what_is_not_determined_before(self):
        count = kernel.one_root(m - nu, m)
        assert kernel.at_most_one(self.pair(), (kappa, nu), [(m, count), (tau, None)])
        refused(kernel.at_most_one, self.pair(), (tau, kappa), [(m, count), (nu, None)])

    def test_a_symbol_that_may_vanish(self):
        equations = [(rho, rho), (tau, tau - kappa)]
        vanishing = domain("vanishing", equations, cover={rho: zero, tau: kappa})
        count = kernel.quote(eq(RootCount(rho * (rho - kappa), rho), 1), "somebody")
        refused(kernel.at_most_one, vanishing, (kappa,), [(rho, count), (tau, None)])

    def test_a_symbol_that_is_positive_on_the_system(self):
        positive = domain("positive root", [(rho, rho - kappa)], (rho,), {rho: kappa})
        count = kernel.quote(eq(RootCount(rho - kappa, rho), 1), "somebody")
        assert kernel.at_most_one(positive, (kappa,), [(rho, count)])

    def test_all_that_there_is_determined(self):
        equations = [(x, x - kappa), (alpha, alpha * x - (1 + rho))]
        product = domain("a product", equations, cover={x: kappa, alpha: (1 + rho) / kappa})
        chain = [(x, None), (alpha, None)]
        assert kernel.at_most_one(product, (kappa, rho), chain)
        refused(kernel.at_most_one, product, (kappa,), chain[:1])


class TestExpressions:
    def test_a_real_number_is_a_value_of_a_real_symbol(self):
        kernel.in_range(real**2 - a, Symbol("p", real=True), False)
        refused(kernel.in_range, sp.sqrt(real), Symbol("p", real=True), False)

    def test_a_symbol_that_is_declared_as_nothing_has_no_range(self):
        refused(kernel.in_range, a, Symbol("p"), False)

    def test_a_root_of_what_is_zero_is_defined(self):
        nothing = (a + b) ** 2 - a**2 - 2 * a * b - b**2
        kernel.defined(sp.sqrt(nothing))
        refused(kernel.defined, 1 / sp.sqrt(nothing))

    def test_an_exponential_of_a_real_number_is_positive(self):
        assert signs.strict(kernel.algebraic(sp.exp(real))) == 1
        refused(kernel.algebraic, sp.exp(sp.sqrt(real)))


class TestSpecialise:
    def test_values_in_range(self):
        theorem = sign(gt(a * b))
        assert kernel.specialise(theorem, {a: u, b: u + 1})
        refused(kernel.specialise, theorem, {a: -u})
        refused(kernel.specialise, theorem, {a: rho})
        refused(kernel.specialise, theorem, {a: 1 / (u - 1)})
        refused(kernel.specialise, theorem, {a: real})
        assert kernel.specialise(sign(ge(rho)), {rho: lam})
        refused(kernel.specialise, sign(ge(rho)), {rho: -lam})
        assert kernel.specialise(sign(lt(negative)), {negative: -u})
        refused(kernel.specialise, sign(lt(negative)), {negative: u})

    def test_values_that_are_known_to_be_positive(self):
        known = kernel.quote(gt(a - b), "somebody")
        assert kernel.specialise(sign(gt(u)), {u: a - b}, known=[known])
        refused(kernel.specialise, sign(gt(u)), {u: b - a}, known=[known])
        refused(kernel.specialise, sign(gt(u)), {u: a - b}, known=[kernel.quote(ge(a - b), "x")])
        refused(
            kernel.specialise, sign(gt(u)), {u: a - b}, known=[kernel.quote(gt(a - b, -1), "x")]
        )
        assert kernel.specialise(sign(ge(rho)), {rho: a - b}, known=[known])

    def test_equations_and_conditions(self):
        same = domain("specialised", [(tau, tau - kappa)], cover={tau: kappa})
        theorem = identity(tau, kappa, on=same)
        assert kernel.specialise(theorem, {tau: u, kappa: u})
        refused(kernel.specialise, theorem, {tau: u, kappa: 2 * u})
        refused(kernel.specialise, theorem, {tau: u})
        under = sign(gt(1 - tau), given=(lt(tau, 1),))
        refused(kernel.specialise, under, {tau: two})
        assert kernel.specialise(under, {kappa: two})

    def test_what_is_positive_on_the_domain_only(self):
        strict = domain("positive here", [], (rho,), {rho: u}, {u: rho})
        theorem = sign(gt(rho), on=strict)
        refused(kernel.specialise, theorem, {kappa: u})
        refused(kernel.specialise, theorem, {rho: lam})
        assert kernel.specialise(theorem, {rho: b})

    def test_what_is_not_about_points(self):
        refused(kernel.specialise, limit(Limit(b / a, a, oo), 0), {b: u})
        refused(kernel.specialise, kernel.one_root(a - b, a), {b: two})
        refused(kernel.specialise, kernel.quote(AtMostOne(Symbol("ridge"), tau), "x"), {tau: one})


class TestConclude:
    def test_conditions(self):
        theorem = sign(gt(a, 1), given=(gt(a, 1),))
        assert conclude(gt(a, 1), [theorem], given=(gt(a, 1),)).hypotheses == {gt(a, 1)}
        assert not conclude(implies(gt(a, 1), gt(a, 1)), [theorem]).hypotheses
        refused(conclude, implies(gt(a, 2), gt(a, 1)), [theorem])
        refused(conclude, gt(a, 1), [theorem], given=(gt(a, 0),))
        assert conclude(gt(rho), [sign(gt(rho), given=(gt(rho, 0),))], given=(gt(rho, 0),))
        assert conclude(gt(a), [sign(gt(a), given=(gt(a, 0),))])
        refused(conclude, gt(rho), [sign(gt(rho), given=(gt(rho, 0),))])

    def test_each_conjunct(self):
        first, second = sign(gt(a)), sign(gt(b))
        assert conclude(both(gt(a), gt(b)), [first, second])
        assert len(conclude(both(gt(a), gt(b)), [second, first]).premises) == 2
        refused(conclude, both(gt(a), gt(b)), [first])
        refused(conclude, gt(a), [gt(a)])
        refused(conclude, gt(a), [])

    def test_parts(self):
        theorem = conclude(
            both(gt(a), implies(gt(b, 1), gt(b, 1))),
            [
                sign(gt(a)),
                sign(gt(b, 1), given=(gt(b, 1),)),
            ],
        )
        assert kernel.conjunct(theorem, gt(a)).hypotheses == frozenset()
        assert kernel.conjunct(theorem, gt(b, 1)).hypotheses == {gt(b, 1)}
        refused(kernel.conjunct, theorem, gt(b))
        refused(kernel.conjunct, sign(gt(a)), gt(b))

    def test_what_is_quoted_stays(self):
        quoted = kernel.quote(gt(a, b), "somebody")
        alone = sign(gt(a))
        assert conclude(gt(a), [alone, quoted]).oracles == quoted.oracles
        for nothing in (sp.false, sp.true, 5):
            refused(kernel.quote, nothing, "somebody")


class TestAtMostOne:
    def system(self, *equations, cover, inverse=None):
        return domain(f"system {len(equations)} {cover}", equations, cover=cover, inverse=inverse)

    def test_linear_equations(self):
        one_ = self.system((tau, tau - 2 * kappa), cover={tau: 2 * kappa})
        assert kernel.at_most_one(one_, (kappa,), [(tau, None)])
        assert kernel.at_most_one(one_, (tau,), [(kappa, None)])
        refused(kernel.at_most_one, one_, (), [(tau, None)])
        refused(kernel.at_most_one, one_, (m,), [(tau, None), (kappa, None)])
        refused(kernel.at_most_one, one_, (kappa,), [(m, None)])
        refused(kernel.at_most_one, one_, (kappa,), [])
        undetermined = self.system((tau, tau - rho * kappa), cover={tau: rho * kappa + u - u})
        refused(kernel.at_most_one, undetermined, (tau, rho), [(kappa, None)])

    def test_roots(self):
        system = self.system((tau, tau - kappa**2), cover={tau: kappa**2})
        count = kernel.one_root(kappa**2 - tau, kappa)
        assert kernel.at_most_one(system, (tau,), [(kappa, count)])
        refused(kernel.at_most_one, system, (), [(kappa, count)])
        refused(kernel.at_most_one, system, (kappa,), [(tau, count)])
        refused(kernel.at_most_one, system, (tau,), [(kappa, kernel.one_root(kappa - tau, kappa))])
        refused(kernel.at_most_one, system, (tau,), [(kappa, identity(tau, tau))])
        refused(kernel.at_most_one, system, (tau,), [(kappa, sign(gt(kappa)))])
        two_ = kernel.quote(eq(RootCount(kappa**2 - tau, kappa), 2), "somebody")
        refused(kernel.at_most_one, system, (tau,), [(kappa, two_)])
        elsewhere = kernel.quote(eq(RootCount(kappa**2 - tau, kappa), 1), "x", on=SPECTRAL)
        refused(kernel.at_most_one, system, (tau,), [(kappa, elsewhere)])

    def test_what_no_equation_speaks_of_is_anywhere(self):
        refused(kernel.at_most_one, FREE, (), [])
        refused(kernel.at_most_one, FREE, (tau,), [])
        refused(kernel.at_most_one, domain("only positive", positive=(rho,)), (), [])

    def test_a_monotone_function(self):
        """kappa + tau falls nowhere along tau = kappa, so that their sum, m, determines both."""
        equations = [(tau, tau - kappa), (m, m - kappa - tau)]
        system = self.system(*equations, cover={tau: kappa, m: 2 * kappa})
        curve = domain("monotone curve", equations[:1], cover={tau: kappa})
        function, along = kappa + tau - m, [tau - kappa]

        def rule(theorem, rest=((tau, None),), known=(m,)):
            return kernel.at_most_one(system, known, [(kappa, theorem), *rest])

        def slope(f=function, variable=kappa, equations=along, unknowns=(tau,)):
            return gt(Total(f, variable, list(equations), list(unknowns)))

        theorem = sign(slope(), on=curve)
        assert rule(theorem).conclusion == AtMostOne(Symbol(system.name), m)
        refused(rule, theorem, known=())
        refused(rule, theorem, rest=())
        refused(rule, theorem, rest=((nu, None),))
        refused(rule, sign(slope(variable=tau, unknowns=(kappa,)), on=curve))
        refused(rule, sign(slope(f=kappa + tau), on=curve))
        refused(rule, sign(ge(slope().lhs), on=curve))
        refused(rule, sign(gt(slope().lhs, -1), on=curve))
        refused(rule, sign(gt(kappa), on=curve))
        # Along another curve than that of the points: tau = 2 kappa, or with a second equation.
        refused(rule, sign(slope(equations=[tau - 2 * kappa]), on=curve))
        second = [tau - kappa, u - 3 * kappa]
        refused(rule, sign(slope(equations=second, unknowns=(tau, u)), on=curve))
        elsewhere = domain("another curve", [(tau, tau - 2 * kappa)], cover={tau: 2 * kappa})
        doubled = slope(equations=[tau - 2 * kappa])
        refused(rule, sign(doubled, on=elsewhere))


class TestBranches:
    Z = Symbol("Z", real=True)
    half = sp.Rational(1, 2)
    point = AtMostOne(Symbol("spectral"), nu, kappa)

    def unique(self):
        count = kernel.one_root(m * resolvent_residual, m)
        return kernel.at_most_one(SPECTRAL, (nu, kappa), [(m, count)])

    def run(self, unique=None, **changed):
        options = {
            "moves": {nu: kernel.SMALL},
            "chart": {m: self.Z / kernel.SMALL},
            "start": {self.Z: 1 - kappa},
            "given": (lt(kappa, 1),),
        }
        return kernel.branch(unique or self.unique(), **(options | changed))

    def limit(self, expression, value, run=None, move=(nu, zero, "+")):
        path = PathLimit(expression, "spectral", move)
        return kernel.path_limit(run or self.run(), path, value)

    def test_limits(self):
        assert self.limit(nu * m, 1 - kappa)
        assert self.limit(m, oo)
        assert self.limit(nu, 0)
        assert self.limit(sp.sqrt(rho) * nu * m, sp.sqrt(rho) * (1 - kappa))
        refused(self.limit, m, -oo)
        refused(self.limit, m, 0)
        refused(self.limit, nu * m, oo)
        refused(self.limit, sp.sqrt(rho - 1) * nu, 0)
        # Undefined where rho = 0 and the exponent is negative.
        refused(self.limit, nu * rho**real, 0)
        refused(self.limit, nu * m, 1 - kappa, move=(nu, one, "+"))
        refused(self.limit, nu * m, 1 - kappa, move=(nu, zero, "-"))
        # The path keeps its distance from this end.
        refused(self.limit, nu * m, 1 - kappa, move=(nu, -one, "+"))
        refused(self.limit, nu * m / (rho - 1), (1 - kappa) / (rho - 1))
        refused(self.limit, 1 / (nu * m - 1 + kappa), oo)

    def test_terms_that_cancel_at_a_number(self):
        run = self.run(given=(eq(kappa, self.half),))
        rest = nu * m - 1 + kappa
        assert self.limit(rest, 0, run)
        refused(self.limit, rest / nu, 0, run)
        refused(self.limit, rest / nu**2, oo, run)

    def test_premises(self):
        refused(self.run, sign(gt(a)))
        refused(self.run, moves={nu: kernel.SMALL, tau: kernel.SMALL})
        refused(self.run, moves={kappa: kernel.SMALL})
        refused(self.run, chart={m: self.Z / kernel.SMALL, kappa: one})
        # What is held is not another number on the way.
        fixed = {m: self.Z / kernel.SMALL, kappa: self.half}
        refused(self.run, chart=fixed, start={self.Z: self.half})
        refused(self.run, chart={})
        refused(self.run, start={})
        refused(self.run, start={self.Z: 1 - kappa, a: one})
        refused(self.run, start={self.Z: 1 - kappa + kernel.SMALL})
        refused(self.run, given=(lt(kappa, 1), gt(tau, 1 + kernel.SMALL)))
        refused(self.run, chart={m: self.Z}, start={self.Z: one})
        refused(self.run, chart={m: self.Z / kernel.SMALL**2}, start={self.Z: one})
        refused(self.run, forms={m: 2 / nu})
        named = kernel.quote(AtMostOne(Symbol("ridge"), nu, kappa), "somebody", on=SPECTRAL)
        refused(self.run, named)
        # A name and a parameter, but nothing that says that a point is unique.
        chart = {m: self.Z / kernel.SMALL, kappa: kappa}
        equal = kernel.quote(eq(Symbol("spectral"), nu), "somebody", on=SPECTRAL)
        refused(self.run, equal, chart=chart)
        point = AtMostOne(Symbol("spectral"), nu)
        assert self.run(kernel.quote(point, "somebody", on=SPECTRAL), chart=chart)
        few = kernel.quote(implies(gt(kappa, 1), self.point), "somebody", on=SPECTRAL)
        refused(self.run, kernel.conjunct(few, self.point))
        assert self.run(kernel.quote(self.point, "somebody", on=SPECTRAL))

    def test_an_undefined_term_on_both_sides_of_a_limit(self):
        pole = 1 / (kappa - self.half)
        first = self.limit(nu * m, 1 - kappa)
        path = first.conclusion.lhs
        refused(kernel.combination, eq(path + pole, 1 - kappa + pole), [(1, first)], on=FREE)

    def test_what_is_no_path(self):
        run = self.run()
        refused(kernel.path_limit, self.unique(), PathLimit(nu, "spectral", (nu, zero, "+")), 0)
        refused(kernel.path_limit, run, Limit(nu, nu, 0), 0)
        tied = PathLimit(nu * m, "spectral", (nu, zero, "+"), (kappa, self.half))
        refused(kernel.path_limit, run, tied, 1 - kappa)
        twice = PathLimit(nu * m, "spectral", (nu, zero, "+"), (nu, zero, "+"))
        refused(kernel.path_limit, run, twice, 1 - kappa)

    def test_a_quotient_that_cancels_is_undefined_where_its_parts_vanish(self):
        over, under = (((kappa - self.half) * (n + nu)).expand() for n in (1, 2))
        refused(self.limit, over / under, self.half)
        few_but_more = gt(kappa, self.half), lt(kappa, 1)
        assert self.limit(over / under, self.half, self.run(given=few_but_more))

    def test_what_moves_beside_is_said(self):
        path = {nu: kernel.SMALL, kappa: self.half + kernel.SMALL}
        run = self.run(moves=path, start={self.Z: self.half}, given=())

        def along(*ties):
            limit = PathLimit(nu * m, "spectral", (nu, zero, "+"), *ties)
            return kernel.path_limit(run, limit, self.half)

        assert along((kappa, self.half + nu))
        refused(along)
        refused(along, (kappa, self.half + 2 * nu))
        refused(along, (kappa, kappa))

    def test_limits_that_are_none(self):
        first = self.limit(nu * m, 1 - kappa)
        numbers = limit(Limit(a, a, oo), oo)
        refused(kernel.compose, first, first)
        refused(kernel.compose, numbers, first)
        refused(kernel.compose, first, numbers)
        refused(kernel.compose, first, identity(a, a))

    def test_a_limit_under_conditions_does_not_move_on(self):
        # Where kappa grows m is positive all the same, and 1 - kappa is no limit of nu m.
        anywhere = kernel.quote(AtMostOne(Symbol("free"), kappa), "somebody")
        run = kernel.branch(anywhere, moves={kappa: 1 / kernel.SMALL}, chart={}, start={})
        falls = kernel.path_limit(run, PathLimit(1 - kappa, "free", (kappa, oo, "+")), -oo)
        refused(kernel.compose, self.limit(nu * m, 1 - kappa), falls)


def test_partial_of_what_is_held():
    assert identity(Partial(a * b, a), b)
    refused(identity, Partial(a * b, a), a)
    refused(identity, At(Partial(a**2, a), (a, b)), 2 * a)


class TestNumbers:
    """What is no number, or does not move, is in no theorem."""

    def test_products_of_what_does_not_commute(self):
        one_way, other_way = (Symbol(name, commutative=False) for name in "AB")
        refused(identity, one_way * other_way, other_way * one_way)
        refused(identity, one_way + a, a + one_way)

    def test_a_real_symbol_is_given_a_real_value(self):
        square = sign(ge(real**2))
        assert kernel.specialise(square, {real: sp.sqrt(2)})
        refused(kernel.specialise, square, {real: sp.I})
        refused(kernel.specialise, square, {real: sp.sqrt(real)})

    def test_what_is_solved_for_does_not_move_by_itself(self):
        # While a runs off, b and u cannot both stay.
        summed = domain("sum", [(tau, tau - kappa - rho)], cover={tau: kappa + rho})
        assert limit(Limit(tau, kappa, oo), oo, on=summed)
        refused(limit, Limit(kappa, tau, oo), kappa, on=summed)

    def test_a_quotient_that_cancels_is_undefined_where_its_parts_vanish(self):
        cancels = (a - b + u * (a - b)).expand() / (2 * a - 2 * b + u * (a - b)).expand()
        refused(limit, Limit(cancels, u, 0, "+"), sp.Rational(1, 2))
        assert limit(Limit(cancels, u, 0, "+"), sp.Rational(1, 2), given=(gt(a, b),))

    def test_a_root_is_of_what_is_not_negative(self):
        nonnegative = Symbol("z", nonnegative=True)
        for inside, accepted in ((nonnegative, True), (real, False)):
            sides = sp.sqrt(inside) * (1 + a), sp.sqrt(inside) + a * sp.sqrt(inside)
            assert identity(*sides) if accepted else refused(identity, *sides) is None
