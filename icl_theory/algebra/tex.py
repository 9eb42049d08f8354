r"""Formulas as people read them: LaTeX of expressions and relations.

A quantity with a symbol of its own prints as that symbol. One without prints as its formula, and
one that has a customary expression, such as :math:`1 - \gamma`, prints as that; both are put in
before printing, so that brackets and signs are SymPy's affair. Where this would equate an
expression with itself, formulas stand in place of the customary expressions.
"""

from __future__ import annotations

import re
from typing import Any

import sympy as sp
from sympy.core.alphabets import greeks
from sympy.logic.boolalg import Boolean
from sympy.printing import printer
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from .calculus import At, Partial, Total
from .quantity import Quantity
from .statements import AtMostOne, PathLimit, RootCount
from .unevaluated import Unevaluated

#: Names that are letters.
LETTERS = {*greeks, "lambda", "ell", "vartheta", "varphi", *(name.capitalize() for name in greeks)}

#: Matrices in blocks that have a letter.
_LETTERED: dict[sp.Basic, str] = {}


def lettered(matrix: sp.BlockMatrix, letter: str) -> sp.BlockMatrix:
    """The same matrix in blocks, which from now on prints as a letter, and so its transpose."""
    _LETTERED[matrix], _LETTERED[matrix.T] = letter, f"{letter}^{{T}}"
    return matrix


#: Quantities that are written as an operator and what it is applied to.
_APPLIED = re.compile(r"\\(?:partial|lim|frac|Delta_j \\log)(?![A-Za-z])")

#: From how many pieces of TeX on, for each of the denominator, a numerator stands beside its
#: fraction, where a line may break.
_LONG = 10
#: Terms of a sum that is wide, and symbols and numbers of a product that is.
_MANY = 6
_MANY_FACTORS = 18


class PositiveFirst(printer.Printer):  # type: ignore[misc]
    """Part of a printer of SymPy: sums with their positive terms first."""

    def _as_ordered_terms(self, expr: sp.Expr, order: str | None = None) -> list[sp.Expr]:
        terms = super()._as_ordered_terms(expr, order=order)
        return sorted(terms, key=lambda term: term.could_extract_minus_sign())


class Printer(PositiveFirst, LatexPrinter):
    """SymPy's LaTeX, with positive terms first in sums, words upright and no long fractions."""

    def __init__(self) -> None:
        super().__init__({"long_frac_ratio": _LONG})

    def _print_Mul(self, expr: sp.Mul) -> str:
        # A sum of many terms is wide, whatever it is divided by, and so is a product of long sums.
        numerator = sp.fraction(expr, exact=True)[0]
        ratio = _LONG
        if isinstance(numerator, sp.Add) and len(numerator.args) >= _MANY:
            ratio = _LONG // 2
        elif isinstance(numerator, sp.Mul) and not numerator.has(Unevaluated):
            atoms = sum(part.is_Atom for part in sp.preorder_traversal(numerator))
            ratio = _LONG // 3 if atoms >= _MANY_FACTORS else _LONG
        before = self._settings["long_frac_ratio"]
        self._settings["long_frac_ratio"] = ratio
        try:
            return str(super()._print_Mul(expr))
        finally:
            self._settings["long_frac_ratio"] = before

    def _needs_mul_brackets(self, expr: sp.Expr, first: bool = False, last: bool = False) -> bool:
        reaches = expr.reaches if isinstance(expr, Unevaluated) else ""
        taken = (reaches == "right" and not last) or (reaches == "left" and not first)
        return taken or bool(super()._needs_mul_brackets(expr, first=first, last=last))

    def parenthesize(
        self, item: sp.Basic, level: int, is_neg: bool = False, strict: bool = False
    ) -> str:
        """Brackets also around a quantity that is written as an operator of something: a power."""
        written = str(super().parenthesize(item, level, is_neg=is_neg, strict=strict))
        applied = isinstance(item, Quantity) and level >= PRECEDENCE["Pow"]
        return self._add_parens(written) if applied and _APPLIED.match(written) else written

    def _print_Identity(self, expr: sp.Identity) -> str:
        return rf"\mathbb{{I}}_{{{self._print(expr.rows)}}}"

    def _print_MatAdd(self, expr: sp.MatAdd) -> str:
        # SymPy does not see the sign of a product of a number and a matrix.
        terms = sorted(map(self._print, expr.as_ordered_terms()), key=lambda t: t.startswith("-"))
        return " + ".join(terms).replace("+ -", "-")

    def _print_BlockMatrix(self, expr: sp.BlockMatrix) -> str:
        return _LETTERED.get(expr) or str(super()._print_BlockMatrix(expr))

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        name = expr.name
        if len(name) > 1 and name.isalpha() and name not in LETTERS:
            return rf"\mathrm{{{name}}}"
        return str(super()._print_Symbol(expr, style))


def latex(expression: object, customary: bool = True) -> str:
    r"""LaTeX of an expression, a relation or a statement.

    Parameters
    ----------
    expression
        What to write.
    customary
        Whether quantities that have a customary expression print as that, not as their formula.

    Examples
    --------
    >>> import sympy as sp
    >>> from icl_theory.algebra.relations import eq
    >>> a, b = sp.symbols("a b")
    >>> latex(eq(a, b - a))
    'a = b - a'
    """
    expression = sp.sympify(expression)
    if isinstance(expression, sp.core.relational.Relational):
        return _relation(expression, customary)
    if isinstance(expression, sp.Implies):
        condition, conclusion = (latex(a, customary) for a in expression.args)
        return rf"{condition} \;\Rightarrow\; {conclusion}"
    if isinstance(expression, sp.And):
        return r",\quad ".join(latex(a, customary) for a in expression.args)
    return str(Printer().doprint(displayed(expression, customary)))


def definition(quantity: Quantity) -> tuple[str, str]:
    """Both sides of the row that defines a quantity, the right one never the left one again."""
    left, formula = latex(quantity), quantity.definition
    right = latex(formula)
    return left, latex(formula, customary=False) if right == left else right


def displayed(expression: sp.Basic, customary: bool = True) -> sp.Basic:
    """An expression with what is shown in place of quantities without a symbol."""
    if isinstance(expression, Quantity):
        instead = expression.shown
        if not customary and isinstance(expression.record.latex, sp.Expr):
            instead = expression.definition
        return instead if instead == expression else displayed(instead, customary)
    if not expression.args or isinstance(expression, AtMostOne):
        return expression
    if isinstance(expression, Total):
        return expression.func(displayed(expression.args[0], customary), *expression.args[1:])
    if isinstance(expression, PathLimit):
        return expression.func(displayed(expression.args[0], customary), *expression.args[1:])
    if isinstance(expression, (Partial, RootCount)):
        first, *rest = expression.args
        return expression.func(displayed(first, customary), *rest)
    if isinstance(expression, At):
        first, *pairs = expression.args
        written = [sp.Tuple(s, displayed(v, customary)) for s, v in pairs]
        return expression.func(displayed(first, customary), *written)
    if isinstance(expression, sp.MatrixBase):
        return expression
    # What is held keeps the pairs that bind its variables, and the matrices that it is made of.
    kept = (sp.Tuple, sp.MatrixExpr) if isinstance(expression, Unevaluated) else ()
    arguments = [a if isinstance(a, kept) else displayed(a, customary) for a in expression.args]
    if arguments == list(expression.args):
        return expression
    if isinstance(expression, (Boolean, sp.core.relational.Relational)):
        return expression.func(*arguments, evaluate=False)
    return expression.func(*arguments)


_SIGNS: dict[type, str] = {
    sp.Equality: "=",
    sp.Unequality: r"\neq",
    sp.StrictGreaterThan: ">",
    sp.StrictLessThan: "<",
    sp.GreaterThan: r"\geq",
    sp.LessThan: r"\leq",
}


def _relation(relation: Any, customary: bool) -> str:
    left, right = (latex(side, customary) for side in (relation.lhs, relation.rhs))
    if left == right and customary:
        left, right = latex(relation.lhs), latex(relation.rhs, customary=False)
    return f"{left} {_SIGNS[type(relation)]} {right}"
