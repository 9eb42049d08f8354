r"""Averages over a measure that is not known: symbols with an algebra of their own.

An `Average` is :math:`\langle f \rangle = \int f(p, s)\,d\mu` for a function that is a polynomial
in a *letter* p, which takes values in (0, 1), and at most linear in a *weight* s > 0; the measure
has total mass one and is otherwise arbitrary. Averages are linear, so each is a combination of
moments :math:`\langle s^j p^i \rangle`, and an identity between combinations of moments that
holds for the moments as free symbols holds for every measure.

Signs are read in Bernstein's basis: :math:`\langle s^j p^i (1-p)^{n-i} \rangle` is positive, so an
expression with positive coefficients in these is positive for every measure.
"""

from __future__ import annotations

from functools import cache
from math import comb
from typing import Any

import sympy as sp

from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.unevaluated import Unevaluated

#: The letter, with values in (0, 1), and the weight, positive.
p = sp.Symbol("p", positive=True)
weight = sp.Symbol("s", positive=True)


@cache
def moment(power: int, weighted: int = 0) -> sp.Expr:
    """The moment ⟨s^j p^i⟩ as a positive symbol; ⟨1⟩ is one.

    Parameters
    ----------
    power
        i, the power of the letter.
    weighted
        j, 0 or 1: the power of the weight.
    """
    if power == weighted == 0:
        return sp.Integer(1)
    return sp.Symbol(f"mu_{power}" if weighted == 0 else f"sigma_{power}", positive=True)


def bernstein(power: int, degree: int, weighted: int = 0) -> sp.Symbol:
    """The average ⟨s^j p^i (1 - p)^(n - i)⟩ as a positive symbol."""
    return sp.Symbol(f"{'bs'[weighted]}_{power}{degree - power}", positive=True)


def on_bernstein(degree: int, *, weighted: bool = True) -> dict[sp.Expr, sp.Expr]:
    """Moments up to ``degree`` in the averages of Bernstein's basis, all of them positive.

    The total mass is one, so moments without weight are quotients: the averages of the basis are
    free up to a common factor.
    """
    mass = _elevated(0, degree, 0)
    state = {moment(i): _elevated(i, degree, 0) / mass for i in range(1, degree + 1)}
    if weighted:
        state |= {moment(i, 1): _elevated(i, degree, 1) for i in range(degree + 1)}
    return state


def _elevated(power: int, degree: int, weighted: int) -> sp.Expr:
    """p^i = sum_j C(n - i, j - i) p^j (1 - p)^(n - j), averaged."""
    return sp.Add(
        *(
            comb(degree - power, i - power) * bernstein(i, degree, weighted)
            for i in range(power, degree + 1)
        )
    )


class Average(Unevaluated):
    """⟨f⟩ of a function of other variables that stand for functions of the letter and the weight.

    Parameters
    ----------
    function
        What is averaged.
    *variables
        Pairs (variable, its value as a function of letter and weight). Values may hold quantities.
    """

    def __new__(cls, function: object, *variables: tuple[sp.Symbol, object]) -> Average:
        """Fold the average of ``function``."""
        pairs = (sp.Tuple(symbol, sp.sympify(value)) for symbol, value in variables)
        return super().__new__(cls, sp.sympify(function), *pairs)

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """Symbols but for the variables that are averaged over."""
        bound = {pair.args[0] for pair in self.args[1:]} | {p, weight}
        return {symbol for part in self.args for symbol in part.free_symbols} - bound

    def value(self) -> sp.Expr:
        """Linear combination of moments.

        Raises
        ------
        ValueError
            If the function is not a polynomial in the letter, at most linear in the weight.
        """
        function, *pairs = self.args
        # Values of the variables go in first: they are what the function is a polynomial of.
        replaced = unfold(function, keep=[pair.args[0] for pair in pairs])
        replaced = replaced.subs({pair.args[0]: pair.args[1] for pair in pairs})
        reduced = sp.cancel(unfold(replaced))
        over, under = sp.fraction(reduced)
        if under.has(p) or under.has(weight):
            raise ValueError(f"not a polynomial in the letter: {function}")
        terms = sp.Poly(over, p, weight).terms()
        if any(j > 1 for (_, j), _ in terms):
            raise ValueError(f"not linear in the weight: {function}")
        return sp.Add(*(c * moment(i, j) for (i, j), c in terms)) / under

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        return rf"\left\langle {printer._print(self.args[0])} \right\rangle"

    def _sympystr(self, printer: Any) -> str:
        return f"<{printer._print(self.args[0])}>"
