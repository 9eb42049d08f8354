"""Claims say what they print, of what rules made and of definitions as they stood all the while."""

import copy
import threading
from dataclasses import replace

import pytest
import sympy as sp
from sympy import Symbol

from icl_theory.algebra.calculus import Total
from icl_theory.algebra.quantity import epoch, replaced
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.claim import claim
from icl_theory.proof.domains import RIDGE, SPECTRAL
from icl_theory.proof.kernel import SMALL, Domain, branch, conclude, identity, sign
from icl_theory.theory.ridgeless import r_over
from icl_theory.theory.spectral import D1
from icl_theory.theory.symbols import kappa, lam, m, nu, tau

from .refusals import refused

a, b, u, z = sp.symbols("a b u z", positive=True)


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

    def test_a_curve_that_is_another(self):
        refused(claimed(eq(Total(m, nu, [m - 5 * nu], [m]), 5), domain=SPECTRAL).prove)

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
