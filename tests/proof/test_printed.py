"""Claims say what they print, of what rules made and of definitions as they stood all the while."""

import copy
import threading
from dataclasses import replace

import pytest
import sympy as sp
from sympy import Symbol

from derivations.fixed_point import ridge_uniqueness
from derivations.spectral import resolvent_unique
from derivations.structured import STRUCTURED
from icl_theory.algebra import quantity
from icl_theory.algebra.averages import Average, basis, weight
from icl_theory.algebra.averages import p as letter
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.gaussian import LogMean
from icl_theory.algebra.matrix_words import Trace
from icl_theory.algebra.quantity import define, epoch, replaced
from icl_theory.algebra.relations import both, eq, gt, lt
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.algebra.tex import latex
from icl_theory.proof import kernel
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import (
    ALONG_XI,
    AT_CONTEXT,
    AT_SEQUENCES,
    AT_THRESHOLD,
    RIDGE,
    SPECTRAL,
    UNDER,
)
from icl_theory.proof.kernel import SMALL, Domain, branch, conclude, identity, sign
from icl_theory.proof.printed import says_what_it_prints
from icl_theory.theory import odds
from icl_theory.theory.deterministic import SpectralMean, eigenvalue
from icl_theory.theory.errors import e_icl
from icl_theory.theory.fixed_point import x
from icl_theory.theory.iteration import pole_weight
from icl_theory.theory.model import Expectation, noise_of_query, task
from icl_theory.theory.random_matrices import OverTask
from icl_theory.theory.ridgeless import mu, r_over, xi_printed
from icl_theory.theory.sensitivity import Rate, m_nu, xi_tau
from icl_theory.theory.spectral import D1, one_minus_gamma, resolvent_residual
from icl_theory.theory.state import total
from icl_theory.theory.structured import theta_C, x_C
from icl_theory.theory.symbols import (
    PARAMETERS,
    alpha,
    d,
    k,
    kappa,
    lam,
    m,
    nu,
    r,
    rho,
    tau,
    xi,
)

from .refusals import refused

a, b, u, z = sp.symbols("a b u z", positive=True)
Z = Symbol("Z", real=True)


@pytest.fixture
def own_quantities(monkeypatch):
    """Quantities that a test defines are gone after it."""
    for record in ("_RECORDS", "_QUANTITIES"):
        monkeypatch.setattr(quantity, record, dict(getattr(quantity, record)))


def claimed(statement, **options):
    """A claim that is decided."""

    @claim(title="printed", statement=statement, **options)
    def printed(proof):
        """By decision."""
        proof.decide()

    return printed


class TestLetters:
    def test_a_symbol_written_like_one_of_the_theory(self):
        for name in ("tau", r"\tau"):
            refused(claimed(lt(Symbol(name, negative=True))).prove)

    def test_two_symbols_written_alike(self):
        refused(claimed(gt(Symbol("s", positive=True), Symbol("s", negative=True))).prove)
        above = gt(Symbol("s", positive=True))
        refused(claimed(lt(Symbol("s", negative=True)), assumptions=(above,)).prove)

    def test_a_coordinate_that_is_read_as_any_number(self):
        assert identity(a * nu * m, D1, on=RIDGE)
        refused(claimed(eq(a * nu * m, D1), domain=RIDGE).prove)
        assert claimed(eq(nu * m, 1 - D1), domain=RIDGE).prove()

    def test_a_coordinate_that_moves(self):
        # Each b = m/kappa > 0 has states of any kappa.
        assert kernel.limit(sp.Limit(kappa, odds.b, 0), sp.oo, on=RIDGE)
        refused(claimed(eq(sp.Limit(kappa, odds.b, 0), sp.oo), domain=RIDGE).prove)

    def test_a_limit_that_others_follow(self):
        tied = Domain("tau with kappa", lambda: [(tau, tau - kappa)], (), lambda: {tau: kappa})
        assert kernel.limit(sp.Limit(tau / (kappa + 1), kappa, sp.oo), 1, on=tied)
        refused(claimed(eq(sp.Limit(tau / (kappa + 1), kappa, sp.oo), 1), domain=tied).prove)

    @pytest.mark.parametrize(
        "name",
        [r"\kappa-\tau", r"{\tau}", "tau__2", "tau^2", "0", "1", "tauabs1", "τ", r"\tau ", "a b"],
    )
    def test_a_name_that_is_no_symbol(self, name):
        # Printed as a difference, a power, an absolute value, a number or a letter of the theory.
        refused(claimed(lt(Symbol(name, negative=True))).prove)
        if name != "1":
            # A matrix of ones.
            matrix = sp.MatrixSymbol(name, d, d)
            refused(claimed(eq(Trace(matrix * matrix.T), Trace(matrix.T * matrix))).prove)
        refused(says_what_it_prints, [eq(OverTask(sp.IndexedBase(name)[k]), 0)], kernel.FREE)

    def test_names_that_are_symbols(self):
        for name in ("s", "s_1", "s1", "s_nj", "s_*", "zeta_T", r"\dot{V}_j", r"b_\perp", "share"):
            assert claimed(gt(Symbol(name, positive=True))).prove()

    def test_formulas_that_are_written_alike(self):
        assert latex(x) == latex(x_C) == "x"
        assert identity(x_C - x, (theta_C - 1) / alpha)
        refused(claimed(eq(x_C - x, (theta_C - 1) / alpha)).prove)
        # At values a formula may go by the name of what it is there.
        assert claimed(eq(At(x_C, (theta_C, 1)), x)).prove()
        refused(claimed(eq(At(x_C - x, (theta_C, 1)), 0)).prove)
        refused(claimed(eq(x_C - Symbol("x", positive=True), x_C - Symbol("x"))).prove)
        # One less gamma is a formula of its own.
        gamma = Symbol("gamma", positive=True)
        product = Partial(one_minus_gamma * gamma, gamma)
        assert identity(product, one_minus_gamma)
        refused(claimed(eq(product, one_minus_gamma), domain=SPECTRAL).prove)
        alike = Symbol("e_ICL", positive=True)
        refused(claimed(eq(Partial(e_icl * alike, alike), e_icl), domain=RIDGE).prove)

    def test_a_value_that_is_written_as_what_it_is_put_into(self):
        # The effective ridge is the printed expression on some domains only.
        assert latex(xi_printed) == latex(xi)
        assert identity(At(xi, (xi, xi_printed)), x * (1 - tau) / (mu * tau))
        refused(claimed(eq(At(xi, (xi, xi_printed)), x * (1 - tau) / (mu * tau))).prove)
        refused(claimed(gt(At(b, (b, Symbol("b"))) ** 2 + 1)).prove)
        # What holds of every number holds of a formula that is written like it.
        q = Symbol("q", positive=True)
        assert claimed(eq(At(2 * pole_weight, (pole_weight, q)), 2 * q)).prove()

    def test_states_follow_what_is_put_into_parameters(self):
        # At few sequences m is small: of the states there this is false.
        place = At(m, (tau, sp.Rational(1, 100)))
        assert sign(gt(place, m / 2), on=RIDGE)
        refused(claimed(gt(place, m / 2), domain=RIDGE).prove)
        assert claimed(eq(At(tau * rho, (tau, 2)), 2 * rho), domain=RIDGE).prove()

    def test_a_spectral_mean_follows_its_argument(self):
        mean, on = SpectralMean(1 / (eigenvalue + nu)), {"domain": SPECTRAL}
        assert claimed(eq(mean, m), **on).prove()
        assert identity(Partial(mean, nu), 0)
        refused(claimed(eq(Partial(mean, nu), 0), **on).prove)
        refused(claimed(eq(At(mean, (nu, 2)), m), **on).prove)
        refused(claimed(eq(sp.Limit(SpectralMean(eigenvalue) * m, m, 0), 0), **on).prove)
        assert claimed(eq(Partial(rho * mean, rho), m), **on).prove()

    def test_a_spectral_mean_follows_what_is_counted(self):
        # nu m < 1 wherever m is that of the spectrum: there is no such nu.
        function = SpectralMean(1 / (eigenvalue + nu)) - 1 / nu
        assert kernel.one_root(function, nu)

        @claim(title="counted", statement=eq(RootCount(function, nu), 1), domain=SPECTRAL)
        def counted(proof):
            """By a sign."""
            proof.one_root(function, nu)

        with pytest.raises(kernel.ProofFailed, match="spectral means follow"):
            counted.prove()

    def test_a_spectral_mean_is_that_of_a_spectrum(self):
        # Not of every m.
        refused(claimed(eq(SpectralMean(1 / (eigenvalue + nu)), m)).prove)

    def test_states_do_not_move_alone(self):
        for held in (Partial(m, nu), At(m, (nu, 5)) - m, At(nu * m, (nu, 5)) - 5 * m):
            assert identity(held, 0)
            refused(claimed(eq(held, 0), domain=SPECTRAL).prove)
        # nu follows xi, and m follows nu.
        refused(claimed(eq(Partial(m, xi), 0), domain=RIDGE).prove)
        refused(claimed(eq(At(m, (xi, 1)), m), domain=RIDGE).prove)
        # The spectrum's averages tell m.
        refused(claimed(eq(Partial(m, basis()[1]), 0), domain=STRUCTURED).prove)
        # An equation, and values that solve it.
        assert claimed(eq(Partial(resolvent_residual, nu), -1), domain=SPECTRAL).prove()
        everywhere = (nu, nu), (m, m)
        assert claimed(eq(At(nu * m, *everywhere), nu * m), domain=SPECTRAL).prove()

    def test_states_follow_parameters(self):
        # What is printed is no rate of the states: xi falls with tau.
        for held in (Partial(xi, tau), Partial(m, x), At(m, (x, 0)) - m, Partial(tau * m, tau) - m):
            assert identity(held, 0)
            refused(claimed(eq(held, 0), domain=RIDGE).prove)
        # Saying something else, or of a state that is not read, is saying nothing.
        said = At(xi, (a, 1)), At(xi, (xi, xi)), At(xi, (r, lam / xi))
        for nothing in (xi + At(a, (a, 1)), *said):
            refused(claimed(eq(Partial(nothing, tau), 0), domain=RIDGE).prove)
        explicit = Partial(At(xi * r, (r, lam / xi)), lam)
        assert claimed(eq(explicit, 1), domain=RIDGE).prove()

    def test_rates_know_the_states_at_a_ridge_alone(self):
        assert identity(Rate(mu, lam), 0, on=UNDER)
        refused(claimed(eq(Rate(mu, lam), 0), domain=UNDER).prove)

    @pytest.mark.parametrize(
        ("function", "variable", "domain"), [(m - 1 / nu, nu, SPECTRAL), (m - tau, tau, RIDGE)]
    )
    def test_states_do_not_move_alone_while_roots_are_counted(self, function, variable, domain):
        @claim(title="counted", statement=eq(RootCount(function, variable), 1), domain=domain)
        def counted(proof):
            """By a sign."""
            proof.one_root(function, variable)

        with pytest.raises(kernel.ProofFailed, match="follow what is put"):
            counted.prove()

    @pytest.mark.parametrize("held", [At(m, (tau, 5)), At(m, (xi, 1)), Partial(m * nu, nu)])
    def test_states_do_not_move_alone_on_a_path(self, held):
        limit = PathLimit(held, "ridge", (tau, sp.oo, "+"))

        @claim(title="on a path", statement=eq(limit, m), domain=AT_SEQUENCES)
        def on_a_path(proof):
            """Along the states at a ridge."""
            run = branch(
                proof.part(ridge_uniqueness, AtMostOne(Symbol("ridge"), *PARAMETERS)),
                moves={tau: 1 / SMALL},
                chart={m: Z, xi: Symbol("Y", real=True)},
                start={Z: m, Symbol("Y", real=True): lam},
                base=AT_SEQUENCES,
                forms={r: lam / xi},
            )
            proof.path_limit(run, limit, m)

        with pytest.raises(kernel.ProofFailed, match="follow what is put"):
            on_a_path.prove()

    def test_a_path_is_along_the_states_of_a_system(self):
        limit = PathLimit(m, "nowhere", (nu, sp.Integer(0), "+"))
        with pytest.raises(kernel.ProofFailed, match="no domain is called nowhere"):
            says_what_it_prints([eq(limit, m)], SPECTRAL)

    def test_what_follows_on_a_path_does_so_along_its_states(self):
        # xi = 0 at the end; on the way its slope in lam has no bound.
        held = Total(xi, lam, [xi], [xi])
        limit = PathLimit(held, "ridge", (lam, sp.Integer(0), "+"))
        assert claimed(eq(held, 0), domain=AT_THRESHOLD).prove()

        @claim(title="on a path", statement=eq(limit, 0), domain=AT_THRESHOLD)
        def on_a_path(proof):
            """Along the states at a ridge."""
            run = branch(
                proof.part(ridge_uniqueness, AtMostOne(Symbol("ridge"), *PARAMETERS)),
                moves={lam: SMALL**2},
                chart={m: Z, xi: SMALL * Symbol("Y", real=True)},
                start={Z: m, Symbol("Y", real=True): 1 / sp.sqrt(m)},
                base=AT_THRESHOLD,
                forms={r: lam / xi},
            )
            proof.path_limit(run, limit, 0)

        with pytest.raises(kernel.ProofFailed, match="along another curve than ridge"):
            on_a_path.prove()

    @pytest.mark.usefixtures("own_quantities")
    def test_a_formula_written_with_a_letter_of_the_theory(self):
        five = define("five_as_tau", sp.Integer(5), latex=r"\tau", doc="None.")
        refused(claimed(eq(five, 5)).prove)
        refused(claimed(eq(xi_printed, x * (1 - tau) / (mu * tau))).prove)
        assert claimed(eq(xi_printed, x * (1 - tau) / (mu * tau)), domain=UNDER).prove()

    def test_a_symbol_written_like_a_component(self):
        # The mean of a component times itself is one.
        index, alike = Symbol("e", integer=True, positive=True), Symbol("w_e", real=True)
        assert identity(OverTask(alike * task[index]), 0)
        refused(claimed(eq(OverTask(alike * task[index]), 0)).prove)

    def test_a_symbol_written_like_a_matrix(self):
        one = sp.MatrixSymbol("tau", 1, 1)
        refused(claimed(eq(Partial(Trace(one) * tau, tau), Trace(one))).prove)
        A, other = sp.MatrixSymbol("A", d, d), sp.MatrixSymbol("A", k, k)
        assert claimed(eq(Trace(A + A.T), 2 * Trace(A))).prove()
        refused(claimed(eq(Trace(A + A.T) - Trace(other), 2 * Trace(A) - Trace(other))).prove)

    @pytest.mark.parametrize("name", ["log", "exp", "tr", "max", "E"])
    def test_a_symbol_that_is_read_as_an_operator(self, name):
        refused(claimed(gt(Symbol(name, positive=True) * u)).prove)

    def test_what_is_averaged_over_is_nothing_else(self):
        normal = Symbol("y", positive=True)
        mean = LogMean(a * normal, normal)
        with pytest.raises(kernel.ProofFailed, match="averaged over, and outside"):
            claimed(eq(normal * mean, normal * a**2 / 2)).prove()
        assert claimed(eq(mean, a**2 / 2)).prove()

    def test_what_is_put_in_is_not_what_is_averaged_over(self):
        noise, normal = noise_of_query, Symbol("y", real=True)
        for mean, own in (
            (Expectation(rho * noise**2), noise),
            (LogMean(rho * normal, normal), normal),
            (SpectralMean(rho / (eigenvalue + nu)), eigenvalue),
            (Average(rho * letter), letter),
        ):
            for value in (own, own + 1):
                place = At(mean, (rho, value))
                with pytest.raises(kernel.ProofFailed, match="averaged over, and outside"):
                    claimed(eq(place, place), domain=SPECTRAL).prove()
            place = At(mean, (rho, 2))
            assert claimed(eq(place, place), domain=SPECTRAL).prove()

    def test_averages_over_a_variable(self):
        average = Average(u, [(u, 1 - letter)])
        assert claimed(eq(average, Average(1 - letter))).prove()
        assert claimed(both(eq(average, Average(1 - letter)), gt(u))).prove()
        refused(claimed(eq(average - u, Average(1 - letter) - u)).prove)
        refused(claimed(eq(average + Average(u, [(u, letter)]), Average(1))).prove)
        refused(claimed(eq(Average(weight, [(weight, letter)]), Average(letter))).prove)

    def test_a_curve_that_is_another(self):
        refused(claimed(eq(Total(m, nu, [m - 5 * nu], [m]), 5), domain=SPECTRAL).prove)
        assert claimed(eq(total(m, rho), total(m, rho)), domain=RIDGE).prove()

    def test_a_state_that_does_not_follow(self):
        held = Total(m, tau, [resolvent_residual], [nu])
        assert identity(held, on=RIDGE)
        refused(claimed(eq(held, 0), domain=RIDGE).prove)
        held = Total(m, kappa, [resolvent_residual], [nu])
        refused(claimed(eq(held, 0), domain=SPECTRAL).prove)

    def test_a_parameter_that_follows(self):
        curve = [e for s, e in RIDGE.equations() if s not in (x, alpha)]
        along = Total(nu, tau, [*curve, nu - xi - x, alpha * xi - tau], [m, nu, xi, r, alpha])
        refused(says_what_it_prints, [eq(along, 0)], RIDGE)

    def test_a_parameter_that_the_domain_fixes(self):
        # xi m = 1 - tau only where lam = 0.
        along = Total(xi * m, lam, [xi * m - 1 + tau, resolvent_residual, nu - xi - x], [m, nu, xi])
        assert identity(along, on=UNDER)
        refused(claimed(eq(along, 0), domain=UNDER).prove)

    def test_rates_are_those_at_a_ridge(self):
        chain = eq(Rate(m, tau), m_nu * xi_tau)
        assert claimed(chain, domain=RIDGE).prove()
        assert claimed(chain, domain=UNDER).prove()
        assert identity(*chain.args, on=AT_CONTEXT)
        refused(claimed(chain, domain=AT_CONTEXT).prove)
        refused(claimed(chain, domain=ALONG_XI).prove)

    def test_what_a_limit_holds_are_the_parameters(self):
        # Of lam - xi = -xi (1 - r) at a given xi; at a given lam another.
        difference = PathLimit(tau * (lam - xi), "ridge", (tau, sp.oo, "+"))
        value = -xi * (1 - m * xi)

        @claim(title="held", statement=eq(difference, value), domain=AT_SEQUENCES)
        def held(proof):
            """By a branch at a given xi."""
            count = proof.part(resolvent_unique, eq(RootCount(resolvent_residual * m, m), 1))
            unique = proof.at_most_one(
                RIDGE,
                (tau, alpha, kappa, rho, xi),
                [(x, None), (nu, None), (m, count), (r, None), (lam, None)],
            )
            run = branch(
                unique,
                moves={tau: 1 / SMALL},
                chart={m: Z},
                start={Z: m},
                base=AT_SEQUENCES,
                forms={r: (m * xi + tau - 1) / tau},
            )
            proof.path_limit(run, difference, value)

        with pytest.raises(kernel.ProofFailed, match="not the parameters"):
            held.prove()

    def test_states_that_are_others(self):
        at_context = PathLimit(m, "infinite context", (lam, sp.Integer(0), "+"))
        quoted = eq(at_context, m)

        @claim(title="elsewhere", statement=quoted)
        def elsewhere(proof):
            """Quoted, to be of the states at a ridge as it is read."""
            proof.quote(quoted, "somebody")

        with pytest.raises(kernel.ProofFailed, match="along other states"):
            elsewhere.prove()


class TestAsMade:
    """Theorems and claims that are changed, or copied, after they were made."""

    def test_a_theorem(self):
        false = gt(a, b)
        changed, also = sign(gt(a)), sign(gt(a))
        vars(changed)["conclusion"] = false
        object.__setattr__(also, "conclusion", false)
        duplicate = copy.copy(sign(gt(a)))
        bare = object.__new__(kernel.Theorem)
        vars(bare).update(vars(sign(gt(a))), conclusion=false)
        free = sign(false, given=(false,))
        vars(free)["hypotheses"] = frozenset()
        for theorem in (changed, also, bare, free):
            refused(conclude, false, [theorem])
        refused(conclude, gt(a), [duplicate])
        assert conclude(gt(a), [sign(gt(a))])

    def test_a_claim_with_another_statement(self):
        true = claimed(gt(a))
        assert true.prove()
        refused(replace(true, statement=gt(a, b)).prove)
        same = copy.copy(true)
        object.__setattr__(same, "statement", gt(a, b))
        refused(same.prove)

    def test_assumptions_that_are_taken_back(self):
        above = [gt(a, b)]
        bounded = claimed(gt(a, b), assumptions=above)
        assert bounded.prove()
        above.clear()
        assert bounded.assumptions == (gt(a, b),)

    def test_a_branch(self):
        run = TestRanges().run(sp.Rational(1, 2))
        vars(run)["moves"] = {}
        refused(kernel.path_limit, run, TestRanges.ends(sp.Rational(1, 2)), sp.Rational(-1, 2))


class TestRanges:
    s, low = Symbol("s", positive=True), Symbol("n", negative=True)
    Z = Symbol("Z", real=True)

    def run(self, end):
        """The point n = s - 1 < 0 as s tends to ``end``."""
        system = Domain(
            f"a negative symbol at {end}",
            lambda: [(self.low, self.low - (self.s - 1))],
            (),
            lambda: {self.low: -1 / (1 + u), self.s: u / (1 + u)},
            lambda: {u: -self.s / self.low},
        )
        unique = kernel.at_most_one(system, (self.s,), [(self.low, None)])
        self.system = system
        start = {self.Z: end - 1}
        return branch(unique, moves={self.s: end + SMALL}, chart={self.low: self.Z}, start=start)

    @classmethod
    def ends(cls, end):
        return PathLimit(cls.low, f"a negative symbol at {end}", (cls.s, end, "+"))

    def test_a_negative_symbol_stays_negative(self):
        refused(self.run, sp.Integer(2))
        half = sp.Rational(1, 3)
        assert kernel.path_limit(self.run(half), self.ends(half), half - 1)


class TestDefinitions:
    def test_they_do_not_change_while_a_domain_is_read(self):
        opened, calls = [], []

        def opens():
            if not opened:
                opened.append(replaced(r_over, sp.Integer(1)))
                opened[0].__enter__()
            return [(tau, tau - kappa)]

        def closes():
            calls.append(1)
            if len(calls) == 2:
                opened[0].__exit__(None, None, None)
            return []

        first = Domain("opens", opens, cover=lambda: {tau: kappa})
        second = Domain("closes", closes)
        parts = [(r_over, sign(gt(z))), (1, identity(u, u, on=second))]
        try:
            # r_over = (tau - 1)/tau is negative for tau < 1.
            refused(kernel.combination, gt(r_over * z + u, u), parts, on=first)
        finally:
            if epoch():
                opened[0].__exit__(None, None, None)
        assert not epoch()

    def test_they_are_those_of_a_thread(self):
        with replaced(r_over, sp.Integer(1)):
            found = []
            other = threading.Thread(target=lambda: found.append((epoch(), r_over.definition)))
            other.start()
            other.join()
            assert r_over.definition == 1
        assert found == [(frozenset(), r_over.definition)]
