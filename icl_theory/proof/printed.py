"""Whether a claim says what it prints: letters mean one thing, derivatives follow its states."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.calculus import Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.algebra.statements import PathLimit
from icl_theory.theory.symbols import MEANING, PARAMETERS

from .domains import RIDGE
from .kernel import Domain, ProofFailed, plain, require


def says_what_it_prints(said: Iterable[sp.Basic], on: Domain) -> None:
    """Require that nothing is hidden from a reader of relations on a domain.

    Symbols that are written alike are one symbol, and those of the theory have its letters for
    themselves; no coordinate of the domain is in them, which would be read as any number; what
    follows in a total derivative, whose curve is not written, does so on the domain; and the states
    that follow parameters in a limit, which are not written either, are those at a ridge.
    """
    letters = {sp.latex(symbol): symbol for symbol in MEANING}
    for relation in said:
        heads = {base.label for base in relation.atoms(sp.IndexedBase)}
        for symbol in relation.atoms(sp.Symbol) - heads:
            if not isinstance(symbol, Quantity):
                one = letters.setdefault(sp.latex(symbol), symbol)
                require(one == symbol, "two symbols are written {}", symbol)
        hidden = unfold(relation).free_symbols & set(on.inverse())
        hidden = hidden and hidden & _symbols(relation)
        require(not hidden, "{} are coordinates of {}", hidden, on)
        for derivative in relation.atoms(Total):
            along = all(decide.is_zero(on.solved(equation)) for equation in derivative.args[2])
            require(along, "{} is along another curve than {}", derivative, on)
        for limit in relation.atoms(PathLimit):
            moved = {move[0] for move in limit.args[2:]} & set(PARAMETERS)
            usual = limit.args[1].name == RIDGE.name
            require(usual or not moved, "{} moves {} along other states", limit, moved)


def _symbols(relation: sp.Basic) -> set[sp.Basic]:
    """The symbols that a relation speaks of, as far as it can be written out."""
    found: set[sp.Basic] = set()
    for side in relation.args:
        try:
            found |= plain(side).free_symbols
        except (ProofFailed, UndecidedError, TypeError, AttributeError):
            found |= unfold(side).free_symbols
    return found
