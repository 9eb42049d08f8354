"""What is refused for its own reason, and not because something else fails later."""

import pytest
import sympy as sp
from sympy import Limit, Symbol

from icl_theory.algebra.relations import eq
from icl_theory.algebra.statements import AtMostOne, PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.kernel import SMALL, Domain, ProofFailed, identity, trusted

q, s, Z = sp.symbols("q s Z", real=True)


class Elsewhere(sp.Symbol):
    """A class that is found where it says that it is, which is not here."""


def test_empty_matrices():
    nothing = sp.ImmutableMatrix(0, 0, [])
    with pytest.raises(ProofFailed, match="decides nothing"):
        identity(nothing, nothing)


def test_classes_that_are_not_ours():
    # One that is where it says, and one that only says that it is SymPy's.
    forged = type("Symbol", (sp.Symbol,), {"__module__": "sympy.core.symbol"})
    for kind in (Elsewhere, forged):
        with pytest.raises(TypeError, match="not an expression of SymPy"):
            trusted(kind("a"))
    trusted(Symbol("a"))


class TestPaths:
    @pytest.fixture
    def cubic(self, monkeypatch):
        monkeypatch.setattr(kernel.domain, "_NAMES", dict(kernel.domain._NAMES))
        return Domain("cubic", lambda: [(s, s - q**3)], (), lambda: {s: q**3})

    def run(self, system, start, moves):
        # Of a real cube the root is one.
        unique = kernel.quote(AtMostOne(Symbol("cubic"), s), "somebody", on=system)
        return kernel.branch(unique, moves={s: moves}, chart={q: Z}, start={Z: start})

    def test_where_the_slope_vanishes(self, cubic):
        with pytest.raises(ProofFailed, match="singular"):
            self.run(cubic, sp.Integer(0), SMALL)
        assert self.run(cubic, sp.Integer(1), 1 + SMALL)

    def test_what_is_no_limit(self, cubic):
        run = self.run(cubic, sp.Integer(1), 1 + SMALL)
        assert kernel.path_limit(run, PathLimit(q, "cubic", (s, sp.Integer(1), "+")), 1)
        for other in (q, Limit(q, Symbol("cubic"), 1, "+"), eq(q, 1)):
            with pytest.raises(ProofFailed, match="no limit"):
                kernel.path_limit(run, other, 1)
