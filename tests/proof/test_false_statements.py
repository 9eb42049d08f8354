"""False statements with derivations that look like proofs: the kernel makes a theorem of none.

Each was accepted by an earlier checker, or is a relative of one that was.
"""

import sympy as sp
from sympy import Limit, MatrixSymbol, Symbol, oo

from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.quantity import replaced
from icl_theory.algebra.relations import both, eq, ge, gt, implies, le, lt
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import FREE, OVER, RIDGE, SPECTRAL, UNDER
from icl_theory.proof.kernel import Domain, Theorem, branch, conclude, identity, sign
from icl_theory.theory.errors import noise, train
from icl_theory.theory.ridgeless import r_over
from icl_theory.theory.spectral import resolvent_residual, t
from icl_theory.theory.symbols import alpha, kappa, lam, m, nu, r, rho, tau, xi

from .refusals import no_argument, refused

a, b, u, z = sp.symbols("a b u z", positive=True)
real = Symbol("q", real=True)
negative = Symbol("n", negative=True)


class TestSigns:
    def test_the_ridgeless_training_error_is_not_positive_below_the_threshold(self):
        refused(sign, gt(train), on=UNDER)

    def test_positive_above_the_threshold_is_not_positive_everywhere_ridgeless(self):
        theorem = sign(gt(r), on=OVER)
        refused(conclude, gt(r), [theorem], on=UNDER)

    def test_the_effective_ridge_is_not_positive_above_the_threshold(self):
        refused(sign, gt(xi), on=OVER)

    def test_tau_is_not_below_eleven(self):
        refused(sign, lt(tau, 11))

    def test_a_substitution_that_covers_a_part_makes_no_domain(self):
        part = Domain("part", lambda: [], (), lambda: {tau: 11 * u / (1 + u)}, lambda: {u: tau})
        refused(sign, lt(tau, 11), on=part)

    def test_label_noise_may_vanish(self):
        refused(sign, gt(noise), on=RIDGE)
        assert sign(ge(noise), on=RIDGE)

    def test_a_real_symbol_has_no_sign(self):
        refused(sign, gt(real))
        refused(sign, ge(real**3))

    def test_a_negative_symbol_is_not_positive(self):
        refused(sign, gt(negative))
        assert sign(lt(negative))

    def test_a_trace_has_no_sign(self):
        refused(sign, gt(Trace(MatrixSymbol("B", 3, 3))))

    def test_a_declared_sign_of_a_quantity_is_not_believed(self):
        refused(identity, sp.Max(0, r_over), r_over)
        refused(sign, gt(r_over))

    def test_equal_sides_are_in_no_strict_order(self):
        refused(sign, gt(a + b, b + a))
        assert sign(ge(a + b, b + a))

    def test_a_weak_bound_is_not_strict(self):
        refused(sign, gt((a - b) ** 2 + a * b * 0))

    def test_a_difference_of_both_signs_is_undecided(self):
        refused(sign, gt(a - b))

    def test_the_sign_on_the_open_orthant_is_not_that_on_its_boundary(self):
        refused(sign, gt(rho * a))
        refused(sign, gt(lam + xi))

    def test_a_condition_that_no_point_satisfies(self):
        refused(sign, lt(tau, -5), given=(lt(tau, -5),))

    def test_a_condition_on_what_is_not_free(self):
        refused(sign, gt(xi), on=RIDGE, given=(lt(tau, 1),))

    def test_an_equality_is_no_sign(self):
        refused(sign, eq(a, a))


class TestIdentities:
    def test_two_symbols_are_not_equal_because_a_substitution_makes_them_so(self):
        same = Domain("same", lambda: [], (), lambda: {tau: a * b, kappa: a * b}, lambda: {a: tau})
        refused(identity, tau, kappa, on=same)

    def test_matrices_do_not_commute(self):
        X, Y = sp.symbols("X Y", commutative=False)
        refused(identity, X * Y, Y * X)

    def test_undefined_sides_are_not_equal(self):
        refused(identity, (tau - 1) / (tau - 1) ** 2, 1 / (tau - 1))

    def test_division_by_zero_proves_nothing(self):
        refused(identity, a / (b - b + a - a), 1)

    def test_a_root_is_not_of_either_sign(self):
        refused(identity, sp.sqrt((a - b) ** 2, evaluate=False), a - b)

    def test_an_empty_matrix_decides_nothing(self):
        nothing = sp.ImmutableMatrix(0, 0, [])
        refused(identity, nothing, nothing)

    def test_one_plus_kappa_is_not_kappa_after_deciding_something_else(self):
        refused(conclude, eq(1 + kappa, kappa), [identity(tau, tau)])

    def test_a_root_that_is_counted_is_not_everywhere(self):
        count = kernel.one_root(a**2 - 2, a)
        refused(conclude, eq(a**2 - 2, 0), [count])

    def test_a_condition_that_defines_what_it_is_about(self):
        refused(identity, a, a + 1, given=(sp.Eq(a, a + 1),))

    def test_a_state_is_not_any_point(self):
        theorem = identity(resolvent_residual, 0, on=SPECTRAL)
        refused(conclude, eq(resolvent_residual, 0), [theorem], on=FREE)


class TestLimits:
    def test_a_denominator_that_may_vanish_in_the_limit(self):
        refused(kernel.limit, Limit(1 / ((tau - 1) ** 2 * alpha + 1), alpha, oo), 0)

    def test_the_state_follows_its_parameters(self):
        refused(kernel.limit, Limit(xi, alpha, oo), xi, on=RIDGE)

    def test_a_variable_that_is_substituted_away_does_not_move(self):
        refused(kernel.limit, Limit(lam, lam, 0), r * xi, on=RIDGE)

    def test_both_sides_of_a_two_sided_limit(self):
        refused(kernel.limit, Limit(1 / (tau - 1), tau, 1, "+-"), oo)
        assert kernel.limit(Limit(1 / (tau - 1), tau, 1, "+"), oo)

    def test_a_limit_out_of_range(self):
        refused(kernel.limit, Limit(a, a, -oo), -oo)
        refused(kernel.limit, Limit(a, a, 0, "-"), 0)
        refused(kernel.limit, Limit(a, a, -1), -1)

    def test_a_limit_that_keeps_the_variable(self):
        refused(kernel.limit, Limit(a * b, a, oo), a * b)

    def test_an_infinite_limit_of_open_sign(self):
        refused(kernel.limit, Limit((tau - 1) * a, a, oo), oo)

    def test_a_condition_on_what_moves(self):
        refused(kernel.limit, Limit(a, a, oo), oo, given=(lt(a, 1),))

    def test_what_a_condition_bounds_by_the_variable(self):
        refused(kernel.limit, Limit(b / a, a, oo), 0, given=(lt(b, a),))

    def test_another_value(self):
        refused(kernel.limit, Limit((1 + a) / (2 + a), a, oo), 2)

    def test_a_limit_is_no_statement_about_points_of_another_domain(self):
        theorem = kernel.limit(Limit(1 / m, m, oo), 0)
        refused(conclude, eq(Limit(1 / m, m, oo), 0), [theorem], on=SPECTRAL)


class TestRules:
    def test_nobody_else_makes_a_theorem(self):
        parts = (eq(a, b), frozenset(), FREE, frozenset(), "mine", (), frozenset(), object())
        no_argument(Theorem, *parts)

    def test_a_theorem_of_other_definitions_is_none(self):
        with replaced(t, sp.Integer(2)):
            theorem = identity(t, 2)
        refused(conclude, eq(t, 2), [theorem])

    def test_a_quoted_result_stays_visible(self):
        quoted = kernel.quote(eq(a, b), "somebody")
        assert conclude(eq(a, b), [quoted]).oracles == quoted.oracles

    def test_what_is_proved_without_the_quoted_result_is_conditional_on_it_all_the_same(self):
        quoted = kernel.quote(eq(a, b), "somebody")
        alone = sign(gt(a))
        theorem = conclude(gt(a), [alone, quoted])
        assert theorem.oracles == quoted.oracles

    def test_nothing_is_quoted_without_a_formula(self):
        refused(kernel.quote, None, "somebody")
        refused(kernel.quote, sp.true, "somebody")
        refused(kernel.quote, eq(a, b), "")
        for said in (a, Symbol("P"), a + b, both(gt(a, b), Symbol("P")), sp.Or(gt(a), gt(b))):
            refused(kernel.quote, said, "somebody")
        for said in (gt(a, sp.log(-1 - b)), gt(a, 1 / (tau - 1)), gt(a, oo), eq(sp.nan, a)):
            refused(kernel.quote, said, "somebody")

    def test_one_root_needs_a_change_of_sign(self):
        refused(kernel.one_root, 1 + a, a)

    def test_one_root_needs_monotony(self):
        refused(kernel.one_root, (a - 1) * (a - 2) * (a - 3), a)

    def test_one_root_needs_the_whole_range(self):
        refused(kernel.one_root, a - b, a, given=(lt(b, a),))

    def test_roots_of_different_functions(self):
        count = kernel.one_root(a - b, a)
        refused(kernel.same_root, count, b, 2 * b)

    def test_a_negative_root_is_not_the_positive_one(self):
        count = kernel.one_root(a**2 - b**2, a)
        refused(kernel.same_root, count, -b, b)

    def test_a_squeeze_between_different_limits(self):
        below, above = sign(gt(a / (1 + a), 0)), sign(lt(a / (1 + a), 2))
        ends = [
            kernel.limit(Limit(sp.Integer(0), a, oo), 0),
            kernel.limit(Limit(sp.Integer(2), a, oo), 2),
        ]
        refused(kernel.squeeze, Limit(a / (1 + a), a, oo), ends, [below, above])

    def test_one_finite_bound_is_no_squeeze(self):
        below, end = sign(gt(a, 0)), kernel.limit(Limit(sp.Integer(0), a, oo), 0)
        refused(kernel.squeeze, Limit(a, a, oo), [end], [below])

    def test_a_combination_that_is_none(self):
        refused(kernel.combination, eq(a, b), [(1, identity(a, a))])
        refused(kernel.combination, eq(a, a), [])

    def test_an_inequality_times_what_may_be_negative_or_zero(self):
        theorem = sign(gt(a))
        for factor in (-1, b - u, 0, rho):
            refused(kernel.combination, gt(factor * a), [(factor, theorem)])
        assert kernel.combination(gt(b * a), [(b, theorem)])

    def test_weak_inequalities_make_no_strict_one(self):
        weak = sign(ge(rho))
        refused(kernel.combination, gt(2 * rho), [(2, weak)])
        refused(kernel.combination, gt(rho), [(1, weak), (1, identity(a, a))])
        refused(kernel.combination, eq(rho, 0), [(1, weak)])
        refused(kernel.combination, eq(rho + a, 0), [(1, weak), (1, sign(gt(a)))])
        assert kernel.combination(gt(rho + a), [(1, weak), (1, sign(lt(0, a)))])
        assert kernel.combination(le(-rho - a), [(1, weak), (1, sign(gt(a)))])
        assert kernel.combination(ge(rho), [(1, weak), (b - u, identity(a, a))])

    def test_an_equality_makes_no_strict_inequality(self):
        refused(kernel.combination, gt(a, a), [(1, identity(a, a))])
        assert kernel.combination(ge(a, a), [(1, identity(a, a))])

    def test_a_combination_with_a_factor_or_a_side_that_is_undefined(self):
        pole = 1 / (tau - 1)
        refused(kernel.combination, eq(a, a), [(pole, identity(a, a))])
        refused(kernel.combination, gt(a + pole, pole), [(1, sign(gt(a)))])
        refused(kernel.combination, gt(pole, pole - a), [(1, sign(gt(a)))])

    def test_a_combination_of_points_elsewhere(self):
        refused(kernel.combination, gt(2 * r), [(2, sign(gt(r), on=OVER))], on=UNDER)

    def test_what_is_no_relation_is_no_combination(self):
        refused(kernel.combination, sp.Or(gt(a), gt(b)), [(1, sign(gt(a)))])

    def test_a_specialisation_off_the_domain(self):
        theorem = sign(lt(m, 1 / nu), on=SPECTRAL)
        refused(kernel.specialise, theorem, {m: 2 / nu})

    def test_a_combination_that_is_another_statement(self):
        refused(kernel.combination, gt(a, 1), [(1, sign(gt(a, 0)))])

    def test_a_point_that_its_parameters_do_not_determine(self):
        refused(kernel.at_most_one, SPECTRAL, (nu,), [(m, None)])
        count = kernel.one_root(m * resolvent_residual, m)
        refused(kernel.at_most_one, SPECTRAL, (nu,), [(m, count)])
        assert kernel.at_most_one(SPECTRAL, (nu, kappa), [(m, count)])


class TestBranches:
    Z = Symbol("Z", real=True)

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

    def test_a_limit_along_a_branch(self):
        limit = PathLimit(nu * m, "spectral", (nu, sp.Integer(0), "+"))
        assert kernel.path_limit(self.run(), limit, 1 - kappa)

    def test_another_value(self):
        limit = PathLimit(nu * m, "spectral", (nu, sp.Integer(0), "+"))
        refused(kernel.path_limit, self.run(), limit, 1 - 2 * kappa)

    def test_another_side(self):
        limit = PathLimit(nu * m, "spectral", (nu, sp.oo, "+"))
        refused(kernel.path_limit, self.run(), limit, 1 - kappa)

    def test_another_system(self):
        limit = PathLimit(nu * m, "ridge", (nu, sp.Integer(0), "+"))
        refused(kernel.path_limit, self.run(), limit, 1 - kappa)

    def test_a_start_that_solves_nothing(self):
        refused(self.run, start={self.Z: 1 - kappa / 2})

    def test_a_start_that_is_negative(self):
        refused(self.run, given=(gt(kappa, 1),))

    def test_a_start_that_is_not_simple(self):
        refused(self.run, given=(sp.Eq(kappa, 1),))

    def test_leading_terms_that_cancel(self):
        rest = nu * m - 1 + kappa
        limit = PathLimit(nu * rest, "spectral", (nu, sp.Integer(0), "+"))
        cancels = PathLimit(rest / nu, "spectral", (nu, sp.Integer(0), "+"))
        refused(kernel.path_limit, self.run(), cancels, 0)
        assert kernel.path_limit(self.run(), limit, 0)

    def test_a_parameter_that_is_not_held(self):
        limit = PathLimit(nu * m, "spectral", (nu, sp.Integer(0), "+"))
        both_move = {nu: kernel.SMALL, kappa: 1 - kernel.SMALL}
        chart, start = {m: self.Z / kernel.SMALL}, {self.Z: sp.Integer(0)}
        refused(self.run, moves=both_move, chart=chart, start=start, given=())
        held = self.run()
        moved = PathLimit(nu * m, "spectral", (kappa, sp.Integer(0), "+"))
        refused(kernel.path_limit, held, moved, 1 - kappa)
        assert kernel.path_limit(held, limit, 1 - kappa)


class TestClaims:
    def test_a_conjunct_that_nothing_reaches(self):
        refused(conclude, both(gt(a), gt(a - b)), [sign(gt(a))])

    def test_a_condition_that_is_dropped(self):
        theorem = sign(gt(a, b), given=(gt(a, b),))
        refused(conclude, gt(a, b), [theorem])
        assert conclude(implies(gt(a, b), gt(a, b)), [theorem])

    def test_hypotheses_that_nothing_satisfies(self):
        theorem = sign(gt(a))
        refused(conclude, implies(both(lt(a, b), lt(b, a)), gt(a)), [theorem])

    def test_a_claim_that_rests_on_itself(self):
        @claim(title="in a circle", statement=gt(a))
        def circular(proof):
            """Itself."""
            proof.use(circular)

        refused(circular.prove)

    def test_a_proof_cannot_append_what_is_no_theorem(self):
        @claim(title="appended", statement=gt(a, 1))
        def appended(proof):
            """By hand."""
            proof.keep(gt(a, 1))

        refused(appended.prove)

    def test_a_proof_says_which_claims_it_rests_on(self):
        @claim(title="first", statement=gt(a))
        def first(proof):
            """By decision."""
            proof.decide()

        @claim(title="kept", statement=gt(a))
        def kept(proof):
            """The theorem of another claim, as if it were made here."""
            proof.keep(first.theorem())

        @claim(title="summed", statement=gt(2 * a))
        def summed(proof):
            """Out of the theorem of another claim."""
            proof.combination(gt(2 * a), [(2, first.theorem())])

        @claim(title="used", statement=gt(2 * a))
        def used(proof):
            """Out of the theorem of another claim."""
            proof.combination(gt(2 * a), [(2, proof.use(first))])

        class Named:
            id = "another"
            theorem = first.theorem

        @claim(title="renamed", statement=gt(a))
        def renamed(proof):
            """The theorem of another claim under a name that is none."""
            proof.use(Named())

        refused(kept.prove)
        refused(summed.prove)
        refused(renamed.prove)
        assert used.rests_on() == ("first",)

    def test_a_proof_cannot_redefine_a_quantity(self):
        @claim(title="redefined", statement=gt(r_over))
        def redefined(proof):
            """Under another definition."""
            with replaced(r_over, sp.Integer(1)):
                proof.decide(gt(r_over))

        refused(redefined.prove)

    def test_a_proof_cannot_change_what_is_claimed(self):
        @claim(title="changed", statement=gt(tau, 1))
        def changed(proof):
            """Under conditions of its own."""
            proof.assumptions = (gt(tau, 1),)
            proof.statement = gt(tau)
            proof.decide(gt(tau, 1))

        refused(changed.prove)
