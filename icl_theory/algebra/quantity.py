"""Named formulas that print as a symbol and unfold to their definition.

Every formula of the theory is a `Quantity`, created once by `define`. Inside another formula it
stays folded, as a symbol; `unfold` replaces it by its definition. Evaluators, proofs, displayed
equations and mutation tests all read the definition through `Quantity.definition`, so a change of
one definition reaches everything that rests on it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any

import sympy as sp


@dataclass(frozen=True)
class Record:
    """What is known of a quantity besides its symbol."""

    definition: sp.Expr
    latex: str | sp.Expr | None
    source: str
    doc: str
    module: str
    coordinate: bool = False


_RECORDS: dict[str, Record] = {}
_QUANTITIES: dict[str, Quantity] = {}
#: Other definitions for a while, of the thread that gives them.
_REPLACED: ContextVar[Mapping[str, sp.Expr]] = ContextVar("replaced", default=MappingProxyType({}))
_READERS: list[set[str]] = []


class Quantity(sp.Symbol):
    """A symbol of the theory together with the formula that defines it.

    Create with `define`. Two quantities are equal if they have the same name: names are unique.
    """

    @property
    def record(self) -> Record:
        """How it is shown, source and description."""
        return _RECORDS[self.name]

    @property
    def definition(self) -> sp.Expr:
        """The defining formula, in terms of primitive symbols and earlier quantities."""
        for reader in _READERS:
            reader.add(self.name)
        return _REPLACED.get().get(self.name, _RECORDS[self.name].definition)

    @property
    def equation(self) -> sp.Eq:
        """``symbol = definition`` as a relation, for display."""
        return sp.Eq(self, self.definition, evaluate=False)

    def at(self, **values: object) -> sp.Expr:
        """Unfold completely and substitute primitive symbols, given by name.

        Examples
        --------
        >>> from icl_theory.theory.spectral import D1
        >>> D1.at(kappa=2)
        m/(m/2 + 1)
        """
        expression = unfold(self)
        by_name = {symbol.name: symbol for symbol in expression.free_symbols}
        unknown = set(values) - set(by_name)
        if unknown:
            raise KeyError(f"{self.name} does not depend on {sorted(unknown)}")
        replacement = {by_name[name]: sp.sympify(value) for name, value in values.items()}
        return expression.subs(replacement, simultaneous=True)

    @property
    def shown(self) -> sp.Expr:
        """What stands for the quantity in a formula that people read: itself, or an expression."""
        latex = self.record.latex
        if latex is None:
            return self.definition
        return self if isinstance(latex, str) else latex

    def _latex(self, printer: Any, *_: object, **__: object) -> str:
        latex = self.record.latex
        if isinstance(latex, str):
            return latex
        return rf"\left({printer._print(self.shown)}\right)"

    def _sympystr(self, printer: object) -> str:
        return self.name


def define(
    name: str,
    definition: object,
    *,
    latex: str | sp.Expr | None,
    doc: str,
    source: str = "this project",
    coordinate: bool = False,
) -> Quantity:
    """Register a formula under a unique name and return its quantity.

    Parameters
    ----------
    name
        Unique identifier; also how the quantity prints.
    definition
        SymPy expression in primitive symbols and quantities already defined.
    latex
        LaTeX of its symbol; or an expression that is shown in its place, in symbols named by their
        LaTeX; or `None`, if it has no symbol and its formula is shown.
    doc
        One sentence: what it is.
    source
        Where the formula comes from, e.g. ``"paper, eq. 11"``.
    coordinate
        Whether proofs use the quantity as a positive coordinate, so that it stays folded in
        derivatives and substitutions that do not move what it is made of. SymPy is told nothing of
        any other quantity: its sign is that of its formula, where that is decided.
    """
    if name in _RECORDS:
        raise ValueError(f"quantity {name!r} is defined twice, first in {_RECORDS[name].module}")
    if coordinate and unfold(definition).is_positive is not True:
        raise ValueError(f"a coordinate is positive, got {name} = {definition}")
    module = sys._getframe(1).f_globals["__name__"]
    _RECORDS[name] = Record(sp.sympify(definition), latex, source, doc, module, coordinate)
    _QUANTITIES[name] = Quantity(name, **({"positive": True} if coordinate else {}))
    return _QUANTITIES[name]


def unfold(expression: object, keep: Collection[sp.Symbol] = ()) -> sp.Expr:
    """Replace every quantity in ``expression`` by its definition, down to primitive symbols.

    Parameters
    ----------
    expression
        SymPy expression, relation or matrix.
    keep
        Quantities that stay folded.
    """
    expression = sp.sympify(expression)
    kept = frozenset(keep)
    inside = {q for q in expression.atoms(Quantity) if q not in kept}
    if not inside:
        return expression
    return expression.xreplace({q: _unfolded(q, kept) for q in inside})


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Remember what a function of hashable arguments makes of the definitions as they stand.

    What it read is remembered with it, so that `reads` sees it every time.
    """
    known: dict[object, tuple[Any, frozenset[str]]] = {}

    @wraps(function)
    def again(*arguments: object) -> Any:
        key = (arguments, epoch())
        if key not in known:
            with reads() as names:
                value = function(*arguments)
            known[key] = value, frozenset(names)
        value, names = known[key]
        for reader in _READERS:
            reader.update(names)
        return value

    again.cache_clear = known.clear  # type: ignore[attr-defined]
    return again


@remembered
def _unfolded(quantity: Quantity, kept: frozenset[sp.Symbol]) -> sp.Expr:
    """The formula of a quantity down to primitive symbols."""
    return unfold(quantity.definition, kept)


def coordinates(moving: Collection[sp.Symbol] = ()) -> set[Quantity]:
    """The quantities that serve as coordinates and do not depend on the ``moving`` symbols."""
    return {
        quantity
        for quantity in _QUANTITIES.values()
        if quantity.record.coordinate and not unfold(quantity).free_symbols & set(moving)
    }


def quantities() -> list[Quantity]:
    """All quantities defined so far, in the order of definition."""
    return list(_QUANTITIES.values())


def epoch() -> frozenset[tuple[str, sp.Expr]]:
    """The state of the definitions: which of them are replaced, and by what."""
    return frozenset(_REPLACED.get().items())


@contextmanager
def replaced(quantity: Quantity, definition: sp.Expr) -> Iterator[None]:
    """Give ``quantity`` another definition inside a ``with`` block (for mutation tests)."""
    _REPLACED.set({**_REPLACED.get(), quantity.name: sp.sympify(definition)})
    try:
        yield
    finally:
        _REPLACED.set({n: e for n, e in _REPLACED.get().items() if n != quantity.name})


@contextmanager
def reads() -> Iterator[set[str]]:
    """Collect the names of all quantities whose definition is read inside a ``with`` block."""
    names: set[str] = set()
    _READERS.append(names)
    try:
        yield names
    finally:
        _READERS[:] = [reader for reader in _READERS if reader is not names]
