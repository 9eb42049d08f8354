r"""Averages over a measure that is not known: symbols with an algebra of their own.

An `Average` is :math:`\langle f \rangle = \int f(p, s)\,d\mu` for a function that is a polynomial
in a *letter* p, which takes values in (0, 1), and at most linear in a *weight* s > 0; the measure
has total mass one and is otherwise arbitrary. Averages are linear, so each is a combination of the
averages :math:`\langle s^j p^i (1-p)^{n-i} \rangle` of Bernstein's basis, which are symbols. An
identity in these symbols holds for every measure. They are positive, so an expression with positive
coefficients in them is positive for every measure; `mass` says that the measure has mass one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import comb
from typing import Any

import sympy as sp

from icl_theory.algebra import signs
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.stand_ins import stand_in
from icl_theory.algebra.unevaluated import Unevaluated

#: The letter, with values in (0, 1), and the weight, positive.
p = sp.Symbol("p", positive=True)
weight = sp.Symbol("s", positive=True)

#: Degree of the basis that averages are written in, unless another is asked for.
DEGREE = 2


class BasisAverage(sp.Symbol):
    """The symbol of an average: no other symbol of its name is one."""


@cache
def bernstein(power: int, weighted: int = 0, degree: int = DEGREE) -> sp.Symbol:
    """The average ⟨s^j p^i (1 - p)^(n - i)⟩ as a positive symbol.

    Parameters
    ----------
    power, weighted, degree
        i; j, which is 0 or 1; and n.
    """
    between = "" if degree < 10 else ","
    name = f"{('beta', 'sigma')[weighted]}_{power}{between}{degree - power}"
    return BasisAverage(name, positive=True)


def basis(degree: int = DEGREE, weighted: int = 0) -> tuple[sp.Symbol, ...]:
    """All averages of the basis of one degree, by the power of the letter."""
    return tuple(bernstein(power, weighted, degree) for power in range(degree + 1))


def moment(power: int, weighted: int = 0, degree: int = DEGREE) -> sp.Expr:
    """⟨s^j p^i⟩ in Bernstein's basis: p^i is the sum of C(n - i, l - i) p^l (1 - p)^(n - l)."""
    if power > degree:
        raise ValueError(f"p^{power} has no average in a basis of degree {degree}")
    return sp.Add(
        *(
            comb(degree - power, index - power) * bernstein(index, weighted, degree)
            for index in range(power, degree + 1)
        )
    )


def mass(degree: int = DEGREE) -> sp.Expr:
    """⟨1⟩, which is one."""
    return moment(0, 0, degree)


def _defined(power: sp.Pow) -> None:
    """Decide that a power of the letter or the weight is defined for all values of these."""
    base, exponent = power.args
    odds = stand_in("odds", p)
    placed = base.xreplace({p: odds / (1 + odds)})
    moves = placed != base or base.has(weight)
    if moves and not exponent.is_Integer and signs.weak(placed) < 0:
        raise UndecidedError(f"a root of what may be negative: {base}")
    if moves and exponent.is_negative and not signs.nonvanishing(placed):
        raise UndecidedError(f"a denominator may vanish for some letter: {base}")


class Average(Unevaluated):
    """⟨f⟩ of a function of other variables that stand for functions of the letter and the weight.

    Parameters
    ----------
    function
        What is averaged.
    variables
        Pairs (variable, its value as a function of letter and weight). Values may hold quantities.
    degree
        Degree of the basis that the average is written in.
    """

    read_in_place = True

    def __new__(
        cls,
        function: object,
        variables: Iterable[tuple[sp.Symbol, object]] = (),
        degree: int = DEGREE,
    ) -> Average:
        """Fold the average of ``function``."""
        pairs = sp.Tuple(*(sp.Tuple(symbol, sp.sympify(value)) for symbol, value in variables))
        return super().__new__(cls, sp.sympify(function), pairs, sp.Integer(degree))

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """Symbols but for the variables that are averaged over."""
        return {symbol for part in self.args for symbol in part.free_symbols} - self.own()

    def own(self) -> set[sp.Basic]:
        """The variables that are averaged over, the letter and the weight."""
        return {pair.args[0] for pair in self.args[1]} | {p, weight}

    def value(self) -> sp.Expr:
        """Linear combination of the averages of the basis.

        Raises
        ------
        ValueError
            If the function is not a polynomial in the letter, at most linear in the weight.
        UndecidedError
            If a power that cancels may be undefined for some letter, or a variable is in the value
            of another.
        """
        function, pairs, degree = self.args
        variables = {pair.args[0] for pair in pairs}
        if any(pair.args[1].free_symbols & variables for pair in pairs):
            raise UndecidedError(
                f"a variable that is averaged over has another in its value: {self}"
            )
        # Values of the variables go in first: they are what the function is a polynomial of.
        replaced = unfold(function, keep=[pair.args[0] for pair in pairs])
        replaced = replaced.subs({pair.args[0]: pair.args[1] for pair in pairs})
        replaced = unfold(replaced)
        for power in replaced.atoms(sp.Pow):
            _defined(power)
        reduced = sp.cancel(replaced)
        over, under = sp.fraction(reduced)
        if under.has(p) or under.has(weight):
            raise ValueError(f"not a polynomial in the letter: {function}")
        terms = sp.Poly(over, p, weight).terms()
        if any(j > 1 for (_, j), _ in terms):
            raise ValueError(f"not linear in the weight: {function}")
        return sp.Add(*(c * moment(i, j, int(degree)) for (i, j), c in terms)) / under

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        return rf"\left\langle {printer._print(self.args[0])} \right\rangle"

    def _sympystr(self, printer: Any) -> str:
        return f"<{printer._print(self.args[0])}>"
