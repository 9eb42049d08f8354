"""Formulas of SymPy as plain data, and back, without running what is read.

A formula is a list: the name of its head, and its arguments. Only heads that the package hands out
are known.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from .numbers import to_sympy

_HEADS: dict[str, Any] = {
    head.__name__: head for head in (sp.Add, sp.Mul, sp.Pow, sp.Min, sp.Max, sp.CRootOf)
}
#: Relations stay as they were written, not as SymPy would turn them round.
_RELATIONS: dict[str, Any] = {
    head.__name__: head
    for head in (
        *(sp.Eq, sp.Ne, sp.StrictLessThan, sp.LessThan),
        *(sp.StrictGreaterThan, sp.GreaterThan),
    )
}
_CONSTANTS = {"oo": sp.oo, "-oo": -sp.oo, "true": sp.true, "false": sp.false}


def encode_formula(formula: Any) -> Any:
    """Plain data for a formula.

    Raises
    ------
    TypeError
        If it has a head that is not known here.
    """
    if isinstance(formula, sp.Rational):
        return f"{hex(formula.p)}/{hex(formula.q)}"
    if isinstance(formula, sp.Symbol):
        assumed = {k: v for k, v in formula._assumptions_orig.items() if v is not None}
        return ["Symbol", formula.name, assumed]
    if isinstance(formula, sp.Poly):
        gens = [encode_formula(gen) for gen in formula.gens]
        return ["Poly", encode_formula(formula.as_expr()), gens, str(formula.domain)]
    for name, constant in _CONSTANTS.items():
        if formula is constant:
            return [name]
    if isinstance(formula, sp.CRootOf):
        return ["CRootOf", encode_formula(formula.poly), formula.index]
    head = type(formula).__name__
    known = _RELATIONS if isinstance(formula, Relational) else _HEADS
    if head not in known:
        raise TypeError(f"a formula with {head} cannot be written as plain data")
    return [head, *map(encode_formula, formula.args)]


def decode_formula(data: Any) -> Any:
    """The formula that `encode_formula` wrote."""
    if isinstance(data, str):
        over, under = data.split("/")
        return to_sympy(Fraction(int(over, 16), int(under, 16)))
    head, *arguments = data
    if head in _CONSTANTS:
        return _CONSTANTS[head]
    if head == "Symbol":
        name, assumed = arguments
        return sp.Symbol(name, **assumed)
    if head == "Poly":
        formula, gens, domain = arguments
        return sp.Poly(decode_formula(formula), *map(decode_formula, gens), domain=domain)
    if head == "CRootOf":
        polynomial, index = arguments
        return sp.CRootOf(decode_formula(polynomial), index)
    read = map(decode_formula, arguments)
    if head in _RELATIONS:
        return _RELATIONS[head](*read, evaluate=False)
    return _HEADS[head](*read, evaluate=False)
