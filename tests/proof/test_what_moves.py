"""Uniqueness along a curve, and by a count of roots: what moves, what follows, and what is held.

The false statements were theorems before the kernel asked for what makes them false.
"""

import pytest
import sympy as sp
from sympy import Limit, Symbol, oo

from icl_theory.algebra import quantity
from icl_theory.algebra.calculus import Total
from icl_theory.algebra.quantity import define
from icl_theory.algebra.relations import gt
from icl_theory.algebra.statements import AtMostOne
from icl_theory.proof import kernel
from icl_theory.proof.kernel import Domain, ProofFailed, identity, limit, sign

k, p, u, v, y = sp.symbols("k p u v y", positive=True)
q, s, t, w, z = sp.symbols("q s t w z", real=True)


@pytest.fixture(autouse=True)
def _names(monkeypatch):
    """Quantities, and names of domains, that are forgotten after a test."""
    for record in ("_RECORDS", "_QUANTITIES"):
        monkeypatch.setattr(quantity, record, dict(getattr(quantity, record)))
    monkeypatch.setattr(kernel.domain, "_NAMES", dict(kernel.domain._NAMES))


def system(equations, cover, name="system"):
    return Domain(f"{name} that moves", lambda: equations, (), lambda: cover)


def coordinate(formula):
    # What is remembered of a quantity goes by its name.
    return define(f"of a test: {formula}", formula, latex="Q", doc="", coordinate=True)


CURVE = [(t, t - w)]


# q^3 + q = s: one q for each s; w is what follows, held by t.
RISING = [(s, s - q**3 - q), *CURVE]
COVER = {s: q**3 + q, t: w}
FUNCTION = q**3 + q - s


class TestAlongACurve:
    def slope(self, function=FUNCTION, curve=(t - w,)):
        return gt(Total(function, q, list(curve), [w]))

    def test_a_follower_that_no_equation_determines(self):
        rising = system(RISING, COVER)
        theorem = sign(self.slope(), on=rising)
        assert kernel.at_most_one(rising, (s, t), [(q, theorem), (w, None)])
        with pytest.raises(ProofFailed, match="z does not follow on"):
            kernel.at_most_one(rising, (s, t), [(q, theorem), (w, None), (z, None)])

    def test_an_unknown_that_is_held(self):
        rising = system(RISING, COVER)
        theorem = sign(self.slope(), on=rising)
        with pytest.raises(ProofFailed, match="not determined along the curve"):
            kernel.at_most_one(rising, (s, t), [(w, None), (q, theorem)])

    def test_an_equation_of_all_that_is_held(self):
        equations = [RISING[0], (t, t - 2 * s), (w, w - t)]
        value = 2 * COVER[s]
        rising = system(equations, {s: COVER[s], t: value, w: value})
        theorem = sign(self.slope(curve=(w - t,)), on=rising)
        unique = kernel.at_most_one(rising, (s, t), [(q, theorem), (w, None)])
        assert unique.conclusion == AtMostOne(Symbol("system that moves"), s, t)

    def test_what_follows_is_an_unknown(self):
        # s = q^2 - q + 1 at q and at 1 - q; q - v + s rises in q only as long as v is held.
        follows = [(v, v - q**2 - 1), *CURVE]
        twice = system([*follows, (s, s + q - v)], {v: q**2 + 1, s: q**2 + 1 - q, t: w})
        chain = [(w, None), (v, None)]
        for curve in (twice, system(follows, {v: q**2 + 1, t: w}, "curve")):
            theorem = sign(self.slope(q - v + s), on=curve)
            with pytest.raises(ProofFailed, match=r"\{v\} are not determined before q"):
                kernel.at_most_one(twice, (s, t), [(q, theorem), *chain])

    def test_what_the_curve_reads_is_an_unknown(self):
        # The same where w = v stands in the function: it does not stay with t as v moves.
        follows = [(v, v - q**2 - 1), (w, w - v)]
        along = system(follows, {v: q**2 + 1, w: q**2 + 1}, "curve")
        cover = {v: q**2 + 1, w: q**2 + 1, s: q**2 + 1 - q}
        twice = system([*follows, (s, s + q - w)], cover)
        theorem = sign(self.slope(q - w + s, curve=(w - v,)), on=along)
        with pytest.raises(ProofFailed, match=r"\{v\} are not determined before q"):
            kernel.at_most_one(twice, (s,), [(q, theorem), (v, None), (w, None)])


class TestCoordinates:
    """A coordinate that is made of what moves moves with it."""

    def test_in_a_derivative(self):
        own = coordinate(u**2)
        moving = Total(own, v, [u - v], [u])
        assert identity(moving, 2 * u)
        with pytest.raises(ProofFailed):
            identity(moving, 0)
        assert identity(Total(u, v, [own - v], [u]), 1 / (2 * u))

    def test_in_a_count(self):
        # Q = 3 and y = 7 both at (1, 2) and at (2, 1/2): for each u there is one root.
        Q = coordinate(p * (u + 1))
        function = p**2 - 3 * p + 3 * Q - y
        twice = system([(y, y - p**2 - 3 * p * u)], {y: p**2 + 3 * p * u, Q: Q.definition})
        count = kernel.one_root(function, p)
        with pytest.raises(ProofFailed, match=r"\{u\} are not determined before p"):
            kernel.at_most_one(twice, (Q, y), [(p, count), (u, None)])
        assert kernel.at_most_one(twice, (u, y), [(p, count)])

    def test_in_a_derivative_along_a_curve(self):
        Q = coordinate(p * (u + 1))
        function = p**2 - 3 * p + 3 * Q - y
        equations = [(y, y - p**2 - 3 * p * u), *CURVE]
        twice = system(equations, {y: p**2 + 3 * p * u, Q: Q.definition, t: w})
        theorem = sign(gt(Total(function, p, [t - w], [w])), on=system(CURVE, {t: w}, "curve"))
        assert kernel.at_most_one(twice, (u, y, t), [(p, theorem), (w, None)])
        with pytest.raises(ProofFailed, match=r"\{u\} are not determined before p"):
            kernel.at_most_one(twice, (Q, y, t), [(p, theorem), (w, None)])

    def test_in_what_exists_once(self):
        # Q = 8 and y = 6 both at (1, 5) and (2, 1): y rises in p where u is held, not where Q is.
        Q = coordinate(p * (u + 3))
        equations, values = [(y, y - p**2 - k), (k, k - p * u)], {y: p**2 + p * u, k: p * u}
        rising = system(equations, values, "rising")
        twice = system(equations, values | {Q: Q.definition})
        theorem = sign(gt(Total(p**2 + k - y, p, [k - p * u], [k])), on=rising)
        exists = kernel.one_root(k + 3 * p - Q, k)
        assert kernel.at_most_one(rising, (y, u), [(p, theorem), (k, exists)])
        with pytest.raises(ProofFailed, match=r"exists once where \{u\} are held"):
            kernel.at_most_one(twice, (y, Q), [(p, theorem), (k, exists), (u, None)])


class TestConditions:
    """A condition on a symbol that moves with the variable of a limit is one on the variable."""

    # u > 2 p holds of no u for all p.
    given = (gt(u, v),)

    def double(self):
        return system([(v, v - 2 * p)], {v: 2 * p})

    def test_on_what_moves_in_a_limit(self):
        double = self.double()
        with pytest.raises(ProofFailed, match="a condition on p"):
            limit(Limit(u, p, oo), oo, on=double, given=self.given)
        assert limit(Limit(u + v / p, p, oo), u + 2, on=double, given=(gt(u, k),))

    def test_on_what_moves_in_a_squeeze(self):
        double = self.double()
        end = limit(Limit(v, p, oo), oo, on=double)
        bound = sign(gt(u, v), on=double, given=self.given)
        with pytest.raises(ProofFailed, match="a condition on p"):
            kernel.squeeze(Limit(u, p, oo), [end], [bound], on=double)
        above = sign(gt(v + u, v), on=double, given=(gt(u, k),))
        assert kernel.squeeze(Limit(v + u, p, oo), [end], [above], on=double)
