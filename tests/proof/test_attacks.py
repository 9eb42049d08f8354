"""Attempts to make the kernel believe what is false, by every argument that a rule takes.

Each made a theorem before the premise that it breaks was decided.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import sympy as sp
from sympy import Limit, Symbol, oo

from icl_theory.algebra import signs
from icl_theory.algebra.calculus import At, Total
from icl_theory.algebra.quantity import epoch, replaced
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.proof import kernel
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import FREE, OVER, RIDGE, SPECTRAL
from icl_theory.proof.kernel import Domain, Theorem, branch, conclude, identity, sign
from icl_theory.theory.fixed_point import x
from icl_theory.theory.ridgeless import r_over
from icl_theory.theory.spectral import resolvent_residual
from icl_theory.theory.symbols import alpha, kappa, m, nu, rho, tau, xi

from .refusals import REFUSED, no_argument, refused

a, b, u, z = sp.symbols("a b u z", positive=True)
real = Symbol("q", real=True)
zero = sp.Integer(0)


def positive(name):
    return Symbol(name, positive=True)


#: What `replace` raises where no seal is given: ValueError up to Python 3.12, TypeError since.
UNSEALED = *REFUSED, ValueError, TypeError


class TestNames:
    """Symbols named like those that a decision makes for itself."""

    def test_what_a_condition_leaves_free(self):
        refused(sign, gt(2 * positive("a'"), a - b), given=(gt(a, b),))
        refused(sign, ge(positive("a'"), a - b), given=(gt(a, b),))
        refused(identity, a - b, positive("a'"), given=(gt(a, b), sp.Eq(u, 1)))

    def test_the_positive_part_of_what_may_vanish(self):
        refused(sign, ge(positive("rho_+"), rho))
        refused(sign, gt(2 * positive("rho_+") + 1, rho))

    def test_the_same_name_in_another_range(self):
        refused(sign, ge(Symbol("s", nonnegative=True) + Symbol("s", negative=True)))
        refused(identity, positive("s"), Symbol("s", real=True))

    def test_a_root(self):
        refused(sign, gt(2 * positive("root(a, 3)"), sp.cbrt(a)))
        refused(sign, ge(positive("root(a, 3)"), sp.cbrt(a)))

    def test_an_exponential(self):
        refused(identity, sp.exp(a), positive("exp(a)"))

    def test_exponentials_of_two_symbols_of_one_name(self):
        refused(identity, sp.exp(positive("s")), sp.exp(Symbol("s", real=True)))

    def test_another_domain_of_the_same_name(self):
        refused(kernel.at_most_one, Domain("ridge"), (), [])
        five = Domain("ridge", lambda: [(tau, tau - 5)], (), lambda: {tau: sp.Integer(5)})
        refused(identity, tau, 5, on=five)
        refused(sign, gt(tau, 4), on=five)
        refused(conclude, AtMostOne(Symbol("ridge")), [], on=RIDGE)


class TestReadTwice:
    """Arguments that say another thing when they are read again."""

    def test_conditions_do_not_vanish(self):
        theorem = sign(gt(a, b), given=iter((gt(a, b),)))
        assert theorem.hypotheses == {gt(a, b)}
        refused(conclude, gt(a, b), [theorem])

    def test_what_is_quoted_does_not_vanish(self):
        quoted = kernel.quote(gt(a, b), "somebody")
        assert conclude(gt(a, b), iter([quoted])).oracles == quoted.oracles

    def test_the_parts_of_a_combination_do_not_vanish(self):
        quoted = kernel.quote(eq(a, b), "somebody")
        assert kernel.combination(eq(a, b), iter([(1, quoted)])).oracles == quoted.oracles

    def test_values_that_change(self):
        class Changing(Mapping):
            def __init__(self):
                self.reads = 0

            def __getitem__(self, key):
                self.reads += 1
                return sp.Integer(1) if self.reads == 1 else sp.Integer(-1)

            def __iter__(self):
                return iter([a])

            def __len__(self):
                return 1

        # Read once: a statement about 1.
        assert kernel.specialise(sign(gt(a)), Changing()).conclusion == gt(
            At(a, (a, 1)), At(0, (a, 1))
        )

    def test_equations_that_change(self):
        calls = []

        def equations():
            calls.append(1)
            return [(tau, tau - 5)] if len(calls) == 1 else []

        five = Domain("five", equations, cover=lambda: {tau: sp.Integer(5)})
        refused(conclude, eq(tau, 5), [identity(tau, 5, on=five)])

    def test_a_cover_that_is_changed_afterwards(self):
        same = Domain("tau is kappa", lambda: [(tau, tau - kappa)], cover=lambda: {tau: kappa})
        for values in same.checked():
            with pytest.raises(TypeError):
                values[tau] = sp.Integer(5)
        refused(identity, tau, 5, on=same)

    def test_a_domain_keeps_its_name_and_its_ranges(self):
        for name in ("name", "positive"):
            with pytest.raises(AttributeError):
                setattr(SPECTRAL, name, ())

    def test_a_matrix_that_is_changed_afterwards(self):
        matrix = sp.Matrix([[a]])
        no_argument(identity, matrix, matrix)
        stays = sp.ImmutableMatrix(matrix)
        assert identity(stays, stays).conclusion.lhs[0, 0] == a


class TestClasses:
    """Objects that do not do what their kind does."""

    def test_a_theorem_with_another_conclusion(self):
        with pytest.raises(UNSEALED):
            replace(sign(gt(a)), conclusion=eq(a, b))

    def test_another_kind_of_theorem(self):
        with pytest.raises(TypeError):
            type("Mine", (Theorem,), {"__post_init__": lambda self, seal: None})

    def test_what_looks_like_a_theorem(self):
        class Mine(kernel.theorem.Made):
            def __init__(self, conclusion, domain=FREE, premises=()):
                self.conclusion, self.domain, self.premises = conclusion, domain, premises
                self.hypotheses = self.oracles = frozenset()
                self.rule, self.definitions = "path limit", epoch()
                self.made()

        false = Mine(gt(a, b))
        refused(kernel.conjunct, false, gt(a, b))
        refused(conclude, gt(a, b), [false])
        refused(kernel.combination, gt(2 * a, 2 * b), [(2, false)])
        refused(kernel.specialise, false, {a: u})
        refused(kernel.at_most_one, SPECTRAL, (nu,), [(m, Mine(eq(RootCount(m - nu, m), 1)))])
        alone = Mine(AtMostOne(Symbol("spectral"), nu, kappa), SPECTRAL)
        options = {"moves": {nu: kernel.SMALL}, "given": (lt(kappa, 1),)}
        state = {"chart": {m: real / kernel.SMALL}, "start": {real: 1 - kappa}}
        ends = PathLimit(nu * m, "spectral", (nu, zero, "+"))
        refused(lambda: kernel.path_limit(branch(alone, **options, **state), ends, 1 - kappa))
        here = Mine(eq(PathLimit(m, "spectral", (nu, zero, "+")), 5), SPECTRAL, (alone,))
        there = Mine(eq(PathLimit(5, "spectral", (kappa, zero, "+")), 7), FREE, (alone,))
        refused(kernel.compose, here, there)

    def test_another_kind_of_domain(self):
        with pytest.raises(TypeError):
            type("Mine", (Domain,), {"placed": lambda self, *_: zero})

    def test_what_is_no_domain(self):
        class Mine:
            def solved(self, expression):
                return zero

            placed = solved

            def checked(self):
                return {}, {}

        no_argument(identity, a, b, on=Mine())

    def test_another_kind_of_symbol(self):
        class Mine(sp.Symbol):
            def __sub__(self, other):
                return zero

        no_argument(identity, Mine("mine", positive=True), a)
        no_argument(identity, a, b, given=(gt(Mine("mine", positive=True), 1),))

    def test_another_kind_of_relation(self):
        class Mine(sp.StrictGreaterThan):
            def __eq__(self, other):
                return True

            __hash__ = sp.StrictGreaterThan.__hash__

        no_argument(conclude, Mine(b, a, evaluate=False), [sign(gt(a))])

    def test_a_sum_is_no_limit(self):
        refused(kernel.limit, sp.Add(5, a, b, u, evaluate=False), 5)

    def test_what_has_no_conclusion_of_the_form(self):
        refused(kernel.same_root, sign(gt(a)), a, b)
        refused(kernel.some_root, a - b, a, [sign(gt(a)), sign(gt(a))])
        refused(kernel.compose, sign(gt(a)), sign(gt(a)))

    def test_a_definition_by_itself(self):
        with replaced(r_over, r_over + 1):
            refused(identity, r_over, r_over + 1)


class TestRanges:
    def test_a_positive_value_of_what_is_negative(self):
        negative = Symbol("n", negative=True)
        refused(kernel.specialise, sign(lt(negative)), {negative: a}, known=[sign(gt(a))])

    def test_zero_for_what_is_not_zero(self):
        other = Symbol("w", real=True, nonzero=True)
        refused(sign, gt(other**2))
        refused(sign, gt(Symbol("w", zero=False) ** 2))

    def test_a_positive_value_of_what_is_not_positive(self):
        other = Symbol("w", nonpositive=True)
        refused(sign, le(other))
        refused(kernel.limit, Limit(other, other, oo), oo)
        refused(kernel.limit, Limit(b, other, oo), b)

    def test_half_an_integer(self):
        integer = Symbol("k", integer=True)
        refused(sign, ge(integer**2))
        refused(kernel.limit, Limit(integer, integer, 1), 1)
        whole = Symbol("k", integer=True, positive=True)
        refused(kernel.limit, Limit(b, whole, 1), b)
        refused(kernel.one_root, whole - b, whole)

    def test_an_imaginary_value_of_what_is_real(self):
        refused(kernel.specialise, sign(gt(real**2 + 1)), {real: 2 * sp.I})

    def test_a_value_of_a_formula(self):
        refused(kernel.specialise, identity(x, (1 + rho) / alpha), {x: sp.Integer(5)})
        refused(kernel.limit, Limit(x, x, oo), (1 + rho) / alpha)

    def test_a_formula_in_a_hypothesis_moves(self):
        theorem = sign(gt(b, x), given=(gt(b, x),))
        refused(kernel.specialise, theorem, {alpha: sp.Integer(7)})

    def test_a_coordinate_is_no_symbol_of_a_domain(self):
        covered = Domain("covered", cover=lambda: {tau: u}, inverse=lambda: {u: tau})
        theorem = sign(ge(tau, u), on=covered)
        refused(conclude, ge(tau, u), [theorem])
        refused(kernel.specialise, theorem, {tau: a})
        refused(kernel.combination, ge(2 * tau, u + tau), [(1, theorem)])

    def test_infinity_is_no_number(self):
        refused(identity, oo, oo)
        refused(identity, sp.nan, sp.nan)
        refused(identity, sp.zoo, sp.zoo)
        refused(sign, gt(oo, a))
        refused(kernel.specialise, sign(gt(a)), {a: oo})
        refused(identity, At(1 / (a + 1), (a, oo)), 0)
        for known in ({"infinite": True}, {"extended_real": True}, {"extended_positive": True}):
            unbounded = Symbol("s", **known)
            refused(identity, (unbounded + 1) ** 2 - unbounded**2, 2 * unbounded + 1)

    def test_a_decimal_fraction_is_no_number(self):
        refused(identity, sp.Float("0.1") + sp.Float("0.2"), sp.Float("0.3"))

    def test_signs_are_those_of_the_definitions_as_they_stand(self):
        with replaced(r_over, sp.Integer(1)):
            assert signs.strict(r_over) == 1
        refused(signs.strict, r_over)


class TestUndefined:
    """Sides that are not defined at every point, though SymPy cancels what is undefined."""

    pole = 1 / (tau - 1)

    def test_the_sides_of_an_inequality(self):
        refused(sign, gt(1 + self.pole, self.pole))

    def test_what_is_multiplied_by_zero(self):
        refused(identity, At(a * self.pole, (a, 0)), 0)
        refused(identity, rho * self.pole, 0, given=(sp.Eq(rho, 0),))
        refused(identity, xi / (alpha - 7), 0, on=OVER)

    def test_the_limit_of_what_is_multiplied_by_zero(self):
        refused(kernel.limit, Limit(rho * self.pole / a, a, oo), 0, given=(sp.Eq(rho, 0),))

    def test_the_place_of_a_limit(self):
        refused(kernel.limit, Limit(b, real, self.pole), b)

    def test_an_exponential(self):
        refused(identity, sp.exp(self.pole), sp.exp(self.pole))

    def test_what_is_not_algebraic(self):
        for whole in (
            sp.Integral(1 / u, (u, 0, 1)),
            sp.Sum(1 / (u - 1), (u, 1, 2)),
            sp.Derivative(sp.sqrt(u), u),
            sp.Piecewise((1, a > 1), (0, True)),
            sp.Abs(real),
            sp.log(real),
            sp.I,
        ):
            refused(identity, whole, whole)

    def test_a_derivative_along_a_curve_that_determines_nothing(self):
        for curve in ((u - a) * (tau - 1), (u - b) ** 2, u - a * self.pole):
            refused(identity, Total(a, a, [curve], [u]), 1)
        refused(identity, Total(u, a, [(u - a) * (tau - 1)], [u]), 1)
        assert identity(Total(u, a, [u - a], [u]), 1)

    def test_matrices_of_different_shapes(self):
        rows, square = [[a, b, u, z]], [[a, b], [u, z]]
        refused(identity, sp.ImmutableMatrix(rows), sp.ImmutableMatrix(square))


undefined_conditions = [
    gt(a, 1 / (tau - tau)),
    gt(a, sp.log(-1 - u)),
    gt(a, sp.Abs(real)),
    gt(a, TestUndefined.pole),
    lt(a, 2 * TestUndefined.pole),
    gt(a, At(u / (tau - 1), (u, 0))),
    gt(real, sp.sqrt(-1 - u)),
    gt(real, -oo),
    lt(a, oo),
    sp.Eq(a, TestUndefined.pole),
    sp.Eq(a, oo, evaluate=False),
    sp.Ne(TestUndefined.pole, 0, evaluate=False),
    sp.Ne(a, TestUndefined.pole, evaluate=False),
    sp.Ne(b, sp.log(-1 - u), evaluate=False),
    sp.Ne(b, sp.nan, evaluate=False),
    sp.Ne(real, sp.sqrt(-1 - u), evaluate=False),
    gt(a, Limit(b, b, oo)),
    sp.Or(gt(a, 1), gt(b, 1)),
    sp.Not(gt(a, 1), evaluate=False),
    implies(gt(a, 1), gt(b, 1)),
    AtMostOne(Symbol("ridge"), tau),
    Symbol("P"),
    sp.true,
    sp.false,
]


@pytest.mark.parametrize("condition", undefined_conditions, ids=str)
class TestUndefinedConditions:
    """Conditions that are undefined where a claim is made, or are none on numbers."""

    def test_decisions(self, condition):
        refused(identity, u, u, given=(condition,))
        refused(sign, gt(z), given=(condition,))
        refused(kernel.limit, Limit(z, z, oo), oo, given=(condition,))
        refused(kernel.one_root, z - 1, z, given=(condition,))

    def test_implications(self, condition):
        theorem, stated = sign(gt(z)), implies(condition, gt(z))
        refused(conclude, stated, [theorem])
        refused(conclude, gt(z), [theorem], given=(condition,))

    def test_what_is_quoted(self, condition):
        refused(kernel.quote, implies(condition, gt(z, 5)), "somebody")


class TestConditions:
    def test_where_another_holds_a_condition_is_defined(self):
        above = gt(tau, 1)
        assert sign(gt(z), given=(above, gt(a, 1 / (tau - 1))))
        assert sign(gt(z), given=(sp.Ne(tau, 1), sp.Ne(b, 1 / (tau - 1), evaluate=False)))
        refused(sign, gt(z), given=(gt(tau, 2 / (a - 1)), gt(a, 1 / (tau - 1))))
        refused(sign, gt(z), given=(sp.Ne(a, 1 / (tau - 1)), sp.Ne(a, 2 / (tau - 1))))

    def test_what_does_not_vanish_has_no_square_that_does(self):
        square = (tau - 1) ** 2
        for one, other in ((tau - 1, square), (tau - 1, sp.expand(square)), (square, tau - 1)):
            where = (sp.Ne(one, 0, evaluate=False), sp.Ne(u, b))
            assert identity(1 / other, 1 / other, given=where)
            refused(identity, 1 / (other - 1), 1 / (other - 1), given=where)
            refused(identity, 1 / (other * (a - b)), 1 / (other * (a - b)), given=where)

    def test_a_formula_is_no_coordinate(self):
        for about in (sp.Eq(x, 5), gt(x, 5)):
            where = both(about, sp.Eq(alpha, 1), sp.Eq(rho, 0))
            refused(conclude, implies(where, gt(z)), [sign(gt(z))])

    def test_nothing_is_stated(self):
        refused(conclude, sp.Basic.__new__(sp.And), [sign(gt(a))])

    def test_two_values_of_one_symbol(self):
        where = both(sp.Eq(a, 1), sp.Eq(a, 2))
        refused(conclude, implies(where, gt(a)), [sign(gt(a))])

    def test_what_is_different_from_itself(self):
        where = sp.Ne(a * (b + 1), a * b + a, evaluate=False)
        refused(conclude, implies(where, gt(a)), [sign(gt(a))])

    def test_a_bound_is_read_before_it_is_moved(self):
        theorem = sign(gt(tau, a), given=(gt(tau, 2), gt(a, 0), lt(a, tau - 2)))
        assert theorem.hypotheses == {gt(tau, 2), gt(a, 0), lt(a, tau - 2)}

    def test_a_quoted_inequality_is_no_limit(self):
        bounded = kernel.quote(gt(Limit(a - b, a, 0), -1), "somebody")
        ends = [bounded, kernel.limit(Limit(a - b, a, oo), oo)]
        refused(kernel.some_root, a - b, a, ends)
        below = sign(gt(a / (1 + a), 0))
        refused(kernel.squeeze, Limit(a / (1 + a), a, oo), [bounded], [below])

    def test_a_proof_that_leaves_other_definitions(self):
        opened = []

        @claim(title="left open", statement=eq(r_over, 1))
        def leaky(proof):
            """Under another definition."""
            opened.append(replaced(r_over, sp.Integer(1)))
            opened[0].__enter__()
            proof.decide()

        try:
            refused(leaky.prove)
        finally:
            opened[0].__exit__(None, None, None)


class TestPaths:
    Z = Symbol("Z", real=True)
    start = PathLimit(nu * m, "spectral", (nu, zero, "+"))

    def unique(self):
        count = kernel.one_root(m * resolvent_residual, m)
        return kernel.at_most_one(SPECTRAL, (nu, kappa), [(m, count)])

    def run(self, **changed):
        options = {
            "moves": {nu: kernel.SMALL},
            "chart": {m: self.Z / kernel.SMALL},
            "start": {self.Z: 1 - kappa},
            "given": (lt(kappa, 1),),
        }
        return branch(self.unique(), **(options | changed))

    def test_what_belongs_to_the_path_is_in_no_statement(self):
        for own in (kernel.SMALL, self.Z):
            limit = PathLimit(nu * m + own, "spectral", (nu, zero, "+"))
            refused(kernel.path_limit, self.run(), limit, 1 - kappa)
            refused(kernel.path_limit, self.run(), self.start, 1 - kappa + own)

    def test_an_unknown_that_is_held(self):
        refused(self.run, chart={m: kappa / kernel.SMALL}, start={kappa: 1 - kappa})
        refused(self.run, start={self.Z: 1 - kappa + kernel.SMALL})
        # Right where kappa is 1/2 only, and kappa is held.
        half = {kappa: sp.Rational(1, 2)}
        refused(self.run, chart={m: kappa / kernel.SMALL}, start=half, given=())

    def test_what_belongs_to_the_path_covers_nothing_that_stays(self):
        # kappa stays, but as SMALL or an unknown it would tend to zero or to a half.
        room, free = positive("room"), positive("Z")
        half = sp.Rational(1, 2)
        asked = {
            kernel.SMALL: ({m: self.Z / kernel.SMALL}, {self.Z: sp.Integer(1)}),
            free: ({m: half / kernel.SMALL}, {free: sp.Integer(1)}),
            u: ({m: self.Z / kernel.SMALL}, {self.Z: 1 - kappa}),
        }
        for odds, (chart, start) in asked.items():
            values = {kappa: odds / (1 + odds), room: 1 / (1 + odds)}
            base = Domain(
                f"kappa below one by {odds}",
                lambda: [(room, room - (1 - kappa))],
                cover=lambda values=values: values,
                inverse=lambda odds=odds: {odds: kappa / room},
            )
            changed = {"chart": chart, "start": start, "base": base, "given": ()}
            if odds is u:
                assert self.run(**changed)
            else:
                refused(self.run, **changed)

    def test_moves_that_are_none(self):
        for moves in ([(nu, zero, "+"), (kappa,)], [(nu, zero, "?")], [(nu, zero, "+", zero)], []):
            limit = PathLimit(nu * m, "spectral", *moves)
            refused(kernel.path_limit, self.run(), limit, 1 - kappa)

    def test_a_path_that_is_changed_afterwards(self):
        with pytest.raises(TypeError):
            self.run().values[m] = 5 / nu
        with pytest.raises(UNSEALED):
            replace(self.run(), values={m: 5 / kernel.SMALL})

    def test_a_limit_that_is_only_quoted_holds_nothing(self):
        inner = kernel.quote(eq(self.start, 1), "somebody", on=SPECTRAL)
        outer = kernel.quote(eq(PathLimit(1, "spectral", (nu, zero, "+")), 1), "somebody")
        refused(kernel.compose, inner, outer)

    @pytest.mark.parametrize(
        "jump", [sp.ceiling(nu), sp.sign(nu - nu**2), sp.floor(-nu), sp.frac(-nu)], ids=str
    )
    def test_the_limit_is_not_the_value_of_what_jumps(self, jump):
        refused(kernel.path_limit, self.run(), PathLimit(jump, "spectral", (nu, zero, "+")), 0)

    def test_a_chart_that_jumps(self):
        refused(self.run, chart={m: (self.Z + sp.ceiling(kernel.SMALL) - 1) / kernel.SMALL})

    def test_a_state_follows_every_symbol_of_its_domain(self):
        refused(kernel.limit, Limit(xi, rho, oo), xi, on=RIDGE)
        refused(kernel.limit, Limit(alpha, rho, oo), oo, on=RIDGE)

    def test_a_derivative_along_another_curve(self):
        curve = Domain(
            "curve",
            lambda: [(tau, tau - (kappa - 1) ** 2 - 1)],
            (),
            lambda: {tau: (kappa - 1) ** 2 + 1},
        )
        rising = sign(gt(Total(tau, kappa, [tau - kappa], [tau])), on=curve)
        refused(kernel.at_most_one, curve, (), [(kappa, rising), (tau, None)])

    def test_no_parameter_determines_everything(self):
        refused(kernel.at_most_one, SPECTRAL, (), [])
        refused(conclude, AtMostOne(Symbol("spectral"), kappa), [self.unique()], on=FREE)
