"""A claim's statement as code that SymPy alone runs."""

from __future__ import annotations

import keyword
import re

import sympy as sp
from sympy.core.relational import Relational
from sympy.printing.python import PythonPrinter

from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity
from icl_theory.algebra.unevaluated import Unevaluated, evaluated
from icl_theory.proof.claim import Claim

#: What the code imports from SymPy, where it uses it.
_NAMES = ["And", "Implies", "Limit", "Rational", "Symbol", "exp", "log", "oo", "sqrt"]
_RELATIONS = {
    sp.Equality: "Eq",
    sp.Unequality: "Ne",
    sp.StrictGreaterThan: "Gt",
    sp.StrictLessThan: "Lt",
    sp.GreaterThan: "Ge",
    sp.LessThan: "Le",
}


def sympy_code(claim: Claim) -> str:
    """Code that states a claim: symbols, definitions, and a list of relations.

    Substitutions and derivatives are carried out. A statement that is more than relations between
    expressions of SymPy, such as a number of roots or a limit along states, is looked up instead.
    """
    parts = claim.statement.args if isinstance(claim.statement, sp.And) else (claim.statement,)
    try:
        parts = tuple(map(_written, parts))
    except UndecidedError:
        parts = ()
    if not parts or not all(map(_own, parts)):
        return (
            "from icl_theory.verify.registry import find_claim\n\n"
            f'statement = find_claim("{claim.id}").statement'
        )
    written: dict[sp.Symbol, str] = {}
    definitions: list[str] = []
    for symbol in sorted(set().union(*map(_symbols, parts)), key=str):
        _define(symbol, written, definitions)
    relations = [_code(part, written) for part in parts]
    body = "\n".join(definitions) + "\nstatement = [\n"
    body += "".join(f"    {relation},\n" for relation in relations) + "]"
    used = [n for n in (*_RELATIONS.values(), *_NAMES) if re.search(rf"\b{n}\(|\boo\b", body)]
    used = [n for n in used if re.search(rf"\b{n}\b", body)]
    return f"from sympy import {', '.join(sorted(used))}\n\n{body}"


def _written(part: sp.Basic) -> sp.Basic:
    """A relation with what it holds unevaluated carried out."""
    if isinstance(part, (Relational, sp.Implies, sp.And)):
        return part.func(*map(_written, part.args), evaluate=False)
    return evaluated(part)


def _own(expression: sp.Basic) -> bool:
    """Whether an expression, its definitions unfolded, is made of SymPy's classes."""
    for node in sp.preorder_traversal(expression):
        if isinstance(node, Quantity):
            if not _own(node.definition):
                return False
        elif isinstance(node, sp.Symbol):
            # Also one that stands for an object of ours, like a trace: it is a number.
            continue
        elif isinstance(node, Unevaluated) or not type(node).__module__.startswith("sympy."):
            return False
    return True


def _symbols(expression: sp.Basic) -> set[sp.Symbol]:
    """Symbols of an expression, bound ones too, but not the sides of limits."""
    return {symbol for symbol in expression.atoms(sp.Symbol) if symbol.name[0] not in "+-"}


def _define(symbol: sp.Symbol, written: dict[sp.Symbol, str], lines: list[str]) -> None:
    """Add the lines that define a symbol, after those that it needs."""
    if symbol in written:
        return
    if isinstance(symbol, Quantity):
        for needed in sorted(_symbols(symbol.definition), key=str):
            _define(needed, written, lines)
    name = re.sub(r"\W|^(?=\d)", "_", symbol.name)
    taken = {*written.values(), *_NAMES, *_RELATIONS.values()}
    while keyword.iskeyword(name) or name in taken:
        name += "_"
    written[symbol] = name
    if isinstance(symbol, Quantity):
        lines.append(f"{name} = {_code(symbol.definition, written)}")
    else:
        kinds = ("positive", "nonnegative", "negative", "real")
        kind = next((k for k in kinds if getattr(symbol, f"is_{k}")), None)
        end = f", {kind}=True)" if kind else ")"
        lines.append(f"{name} = Symbol({symbol.name!r}{end}")


def _code(expression: sp.Basic, written: dict[sp.Symbol, str]) -> str:
    if isinstance(expression, Relational):
        sides = ", ".join(_code(side, written) for side in (expression.lhs, expression.rhs))
        return f"{_RELATIONS[type(expression)]}({sides}, evaluate=False)"
    if isinstance(expression, (sp.Implies, sp.And)):
        arguments = ", ".join(_code(a, written) for a in expression.args)
        return f"{type(expression).__name__}({arguments}, evaluate=False)"
    plain = {symbol: sp.Symbol(name) for symbol, name in written.items()}
    return str(PythonPrinter().doprint(expression.xreplace(plain)))
