"""Symbols, quantities and domains, with where each is defined and what is claimed of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import sympy as sp

from icl_theory.algebra.quantity import Quantity, quantities
from icl_theory.algebra.tex import definition, latex
from icl_theory.proof.claim import Claim
from icl_theory.proof.kernel import Domain
from icl_theory.theory.symbols import MEANING
from icl_theory.verify.registry import claims

from .html import code, escape, line, link, math, table
from .prose import formulas
from .source import code_of, defined
from .words import anchor, where

#: Claims that a row of the notation names; the index of symbols names all.
FIRST_FEW = 4


@dataclass(frozen=True)
class Table:
    """A table made from the code."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@cache
def stated() -> dict[sp.Symbol, tuple[Claim, ...]]:
    """The claims whose statement names a symbol, by symbol."""
    found: dict[sp.Symbol, list[Claim]] = {}
    for claim in claims().values():
        for symbol in claim.statement.atoms(sp.Symbol):
            found.setdefault(symbol, []).append(claim)
    return {symbol: tuple(by) for symbol, by in found.items()}


def known_domains() -> list[Domain]:
    """The domains of the claims, in the order of the book."""
    found = {claim.domain.name: claim.domain for claim in claims().values()}
    return [domain for name, domain in found.items() if name != "free"]


def symbols() -> Table:
    """The primitive symbols: the model's sizes and parameters, and the state."""
    rows = [
        ("", (math(latex(s)), line(formulas(words)), code(s.name), _range(s), _few(s)))
        for s, words in MEANING.items()
    ]
    head = ("symbol", "meaning", "in the code", "range", "claims that name it")
    return Table(table("Primitive symbols", head, rows))


def named_quantities() -> Table:
    """The quantities that have a symbol, in the order of definition."""
    rows = [
        ("", (math(latex(q)), line(formulas(q.record.doc)), code_of(q), _few(q)))
        for q in quantities()
        if q.record.latex is not None
    ]
    head = ("symbol", "meaning", "defined as", "claims that name it")
    return Table(table("Quantities", head, rows))


def domains() -> Table:
    """The domains on which claims hold: equations, and what is positive there."""
    rows = [
        (
            anchor(domain),
            (escape(domain.name), line(where(domain)), _equations(domain), _positive(domain)),
        )
        for domain in known_domains()
    ]
    head = ("domain", "where", "solves", "positive besides")
    return Table(table("Domains", head, rows))


def transcribed() -> Table:
    """The quantities whose definition is the paper's, with what it says of the source."""
    rows = []
    for quantity in quantities():
        if quantity.record.source.startswith("paper"):
            left, right = definition(quantity)
            formula = right if quantity.record.latex is None else f"{left} = {right}"
            source = quantity.record.source.removeprefix("paper, ")
            words = line(formulas(quantity.record.doc))
            rows.append(("", (line(formulas(source)), f"{math(formula)}<br>{words}")))
    head = ("in the paper", "formula, and what it is")
    return Table(table("Formulas of the paper", head, rows))


def index() -> Table:
    """Every symbol and quantity by its name in the code, with all claims that name it."""
    every: list[sp.Symbol] = [*MEANING, *quantities()]
    uses: dict[sp.Symbol, list[Quantity]] = {}
    for quantity in quantities():
        for part in quantity.definition.atoms(sp.Symbol):
            uses.setdefault(part, []).append(quantity)
    rows = []
    for symbol in sorted(every, key=lambda s: (s.name.lower(), s.name)):
        users = _counted([code(q.name) for q in uses.get(symbol, ())], "definitions")
        said = _counted(list(_links(stated().get(symbol, ()))), "claims")
        name = defined(symbol) if isinstance(symbol, Quantity) else code(symbol.name)
        rows.append((f"symbol-{symbol.name}", (name, math(latex(symbol)), users, said)))
    head = ("name and definition", "shown as", "used in the definitions of", "named by the claims")
    return Table(table("Index of symbols", head, rows))


def _range(symbol: sp.Symbol) -> str:
    return "positive" if symbol.is_positive else "at least 0"


def _links(some: tuple[Claim, ...]) -> Iterator[str]:
    for claim in some:
        yield link(f"claim-{claim.id}", f"<code>{escape(claim.id)}</code>")


def _counted(parts: list[str], what: str) -> str:
    """A list, folded where it would be the tallest thing of the page."""
    listed = ", ".join(parts)
    if len(parts) <= 2 * FIRST_FEW:
        return listed
    return f"<details><summary>{len(parts)} {what}</summary>{listed}</details>"


def _few(symbol: sp.Symbol) -> str:
    every = list(_links(stated().get(symbol, ())))
    more = f" and {len(every) - FIRST_FEW} more" if len(every) > FIRST_FEW else ""
    return ", ".join(every[:FIRST_FEW]) + more


def _equations(domain: Domain) -> str:
    return ", ".join(math(f"{latex(residual)} = 0") for _, residual in domain.equations())


def _positive(domain: Domain) -> str:
    return ", ".join(math(latex(symbol)) for symbol in domain.positive)
