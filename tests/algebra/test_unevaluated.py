"""Objects that stay unevaluated: how they are written, rebuilt and evaluated."""

import sympy as sp

from icl_theory.algebra.calculus import At, Partial
from icl_theory.algebra.unevaluated import Unevaluated, evaluated

a, b = sp.symbols("a b", positive=True)


class Half(Unevaluated, text="<{0}>", latex=r"\langle {0} \rangle_{{1/2}}"):
    def value(self):
        return evaluated(self.args[0]) / 2


class Bare(Unevaluated):
    def value(self):
        return sp.Add(*self.args)


def test_an_object_is_written_by_its_formats():
    assert str(Half(a + b) + 1) == "<a + b> + 1"
    assert sp.latex(Half(a**2)) == r"\langle a^{2} \rangle_{1/2}"
    assert str(Bare(a, "b")) == sp.latex(Bare(a, "b")) == "Bare(a, b)"


def test_an_object_survives_being_taken_apart_and_put_together():
    for made in (Half(a + 1), Bare(a, 2), At(a + b, (a, 3)), Partial(a * b, a)):
        assert made.func(*made.args) == made
        assert made.xreplace({b: a}).func is made.func


def test_values_are_put_in_from_the_inside():
    assert evaluated(3 * Half(Half(a)) + Bare(a, 1)) == 7 * a / 4 + 1
    assert evaluated(a) == a


def test_derivatives_and_substitutions_are_carried_out():
    assert Partial(a**2 * b, a).value() == 2 * a * b
    assert At(a + b, (a, b), (b, a)).value() == a + b
    assert At(a - b, (a, b), (b, a)).value() == b - a
    assert str(At(a + b, (a, 3))) == "At(a + b, a=3)"
    assert sp.latex(At(a, (a, 3))) == r"\left. a \right|_{a = 3}"
    assert str(Partial(a, b)) == "Partial(a, b)"
