"""What every rule reads: premises that hold or fail, and expressions of known classes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

import sympy as sp

from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.matrix_words import Block, Whole
from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.stand_ins import stands_in

Relation: TypeAlias = sp.Basic
Given = tuple[sp.Basic, ...]
Values = Mapping[sp.Symbol, sp.Expr]
STRICT = (sp.StrictGreaterThan, sp.StrictLessThan)
WEAK = (sp.GreaterThan, sp.LessThan)
COMPARED = (*STRICT, *WEAK, sp.Eq, sp.Ne)


class ProofFailed(Exception):
    """A premise of a rule was decided to be false, or is not of the form that the rule needs."""


def require(condition: bool, otherwise: str, *about: object) -> None:
    """Raise `ProofFailed` unless a premise holds; the sentence is written only then."""
    if not condition:
        raise ProofFailed(otherwise.format(*about))


@cache
def _ours(kind: type) -> bool:
    """Whether a class is SymPy's or this package's own, not one that overrides what these do."""
    name = kind.__module__ or ""
    home = sys.modules.get(name)
    known = name.split(".")[0] in ("sympy", "icl_theory")
    return known and getattr(home, kind.__name__, None) is kind


def trusted(expression: sp.Basic) -> None:
    """Require that an expression is made of known classes."""
    stack, seen, matrices = [expression], set(), False
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not (isinstance(node, sp.Basic) and _ours(type(node))):
            raise TypeError(f"not an expression of SymPy: {type(node).__name__}")
        _formed(node)
        matrices = matrices or _of_matrices(node)
        stack.extend(node.args)
    if matrices:
        _matrix(expression)


def _of_matrices(node: sp.Basic) -> bool:
    """Whether what stands here is written with a matrix: itself, or the formula of a quantity."""
    return isinstance(node, Whole | Block) or (isinstance(node, Quantity) and _formula(node))


@cache
def _formula(quantity: Quantity) -> bool:
    """Whether the formula that a quantity was defined by holds a matrix."""
    parts = sp.preorder_traversal(quantity.record.definition)
    return any(_of_matrices(part) for part in parts)


def _matrix(node: sp.Basic) -> bool:
    """Whether an expression is a matrix: a sum of such, or numbers times one, and nothing else.

    Symbols that commute stand for matrices, of which products and signs are those of numbers.
    """
    if isinstance(node, Quantity):
        return _formula(node) and _matrix(node.record.definition)
    inside = [_matrix(part) for part in node.args]
    if isinstance(node, Whole | Block):
        require(not inside[0], "a matrix is no number: {}", node)
        return not node.entry
    if not any(inside):
        return False
    if isinstance(node, sp.Add):
        linear = all(inside)
    elif isinstance(node, sp.Eq):
        linear = all(is_one or side == 0 for is_one, side in zip(inside, node.args, strict=True))
    elif isinstance(node, sp.Mul):
        linear = sum(inside) == 1
    else:
        # What is put in, and a curve, is in tuples, which hold no matrix.
        linear = isinstance(node, At | Partial | Total | sp.And | sp.Implies)
    require(linear, "a matrix is no number: {}", node)
    return isinstance(node, sp.Expr)


def _formed(node: sp.Basic) -> None:
    """Require that symbols are what they are called, and that what moves or is replaced is one."""
    if isinstance(node, sp.Symbol):
        if type(node.name) is not str:
            raise TypeError(f"not an expression of SymPy: a name of {type(node.name).__name__}")
        require(not stands_in(node), "{} belongs to a decision", node)
    moved: list[sp.Basic] = []
    if isinstance(node, At):
        moved = [pair.args[0] for pair in node.args[1:]]
    elif isinstance(node, Partial | Total):
        moved = [node.args[1], *(node.args[3] if isinstance(node, Total) else ())]
        for symbol in moved:
            formula = isinstance(symbol, Quantity) and not symbol.record.coordinate
            require(not formula, "{} is a formula and does not move", symbol)
    symbols = all(isinstance(symbol, sp.Symbol) for symbol in moved)
    require(symbols and len(set(moved)) == len(moved), "not different symbols: {}", moved)
