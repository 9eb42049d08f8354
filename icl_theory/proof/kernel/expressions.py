"""Expressions as numbers: in plain symbols, in range, and defined wherever they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, permutations

import sympy as sp

from icl_theory.algebra import calculus, decide, signs
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.stand_ins import stand_in

from .premises import require

#: What SymPy knows of symbols that run through all numbers, or through an interval.
_RANGES = [
    sp.Symbol("s", **dict.fromkeys(kinds, True)).assumptions0
    for kinds in ((), ("real",), ("positive",), ("nonnegative",), ("negative",))
]


def ranges(symbol: sp.Symbol) -> None:
    """Require that a symbol is declared by a range, or not at all."""
    declared = symbol.is_Symbol and symbol.assumptions0 in _RANGES
    require(bool(declared), "{} is declared otherwise than by a range", symbol)


def plain(expression: object, keep: Iterable[sp.Symbol] = ()) -> sp.Expr:
    """An expression in plain symbols, every one of them a number."""
    written = calculus.plain(expression, set(keep))
    for symbol in getattr(written, "free_symbols", ()):
        ranges(symbol)
    return written


def in_range(value: sp.Expr, symbol: sp.Symbol, strictly: bool) -> None:
    """Decide that a value lies in the range that a symbol is declared with."""
    if symbol.is_positive or strictly:
        inside = signs.strict(value) == 1
    elif symbol.is_negative:
        inside = signs.strict(value) == -1
    elif symbol.is_nonnegative:
        inside = signs.weak(value) >= 0
    else:
        inside = symbol.is_real is True and decide.is_real(value)
    require(inside, "{} = {} is out of its range", symbol, value)


def defined(expression: sp.Expr, excluded: Sequence[sp.Expr] = ()) -> None:
    """Decide that no denominator vanishes and no square root is taken of a negative number."""
    for power in expression.atoms(sp.Pow):
        base, exponent = power.args
        if not (exponent.is_Rational and exponent.q in (1, 2, 3, 4)):
            raise UndecidedError(f"not an algebraic power: {power}")
        if exponent.q > 1:
            require(signs.weak(base) >= 0, "a root of what may be negative: {}", base)
        if exponent < 0:
            require(vanishes_nowhere(base, excluded), "a denominator may vanish: {}", base)
    continuous(expression)


def continuous(expression: sp.Expr) -> None:
    """Require that an expression is made of sums, products, powers and extrema of numbers."""
    for node in sp.preorder_traversal(expression):
        number = node.is_Rational or node.is_Symbol or isinstance(node, sp.NumberSymbol)
        inside = number or isinstance(node, sp.Add | sp.Mul | sp.Pow | sp.Max | sp.Min)
        require(bool(inside), "not algebraic: {}", node)


def vanishes_nowhere(base: sp.Expr, excluded: Sequence[sp.Expr] = ()) -> bool:
    """Whether an expression vanishes nowhere, ``excluded`` ones being different from zero."""
    if not excluded:
        return signs.nonvanishing(base)
    constant, factors = signs.factored(base)
    return constant != 0 and all(
        signs.nonvanishing(factor)
        for factor in factors
        if not any(
            signs.ratio(one, part) for one in {factor, _radical(factor)} for part in excluded
        )
    )


def algebraic(expression: sp.Expr) -> sp.Expr:
    """Exponentials as positive symbols: what holds whatever they are holds for them."""
    found = expression.atoms(sp.exp)
    require(all(decide.is_real(e.exp) for e in found), "an exponential of no real: {}", found)
    return expression.xreplace({e: stand_in("exp", e) for e in found})


def _radical(factor: sp.Expr) -> sp.Expr:
    """What vanishes where a factor does: that of which it is a square."""
    return factor.base if factor.is_Pow else factor


def _determinant(matrix: sp.Matrix) -> sp.Expr:
    """Sum over permutations, as it stands: nothing is simplified."""
    terms = []
    for columns in permutations(range(matrix.rows)):
        turned = sum(one > other for one, other in combinations(columns, 2))
        terms.append((-1) ** turned * sp.Mul(*(matrix[row, c] for row, c in enumerate(columns))))
    return sp.Add(*terms)
