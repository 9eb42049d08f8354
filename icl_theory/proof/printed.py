"""Whether a claim says what it prints: letters mean one thing, derivatives follow its states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.averages import Average, p, weight
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity, unfold
from icl_theory.algebra.statements import AtMostOne, PathLimit, RootCount
from icl_theory.algebra.tex import LETTERS, displayed, latex
from icl_theory.algebra.unevaluated import Unevaluated
from icl_theory.theory.deterministic import SpectralMean
from icl_theory.theory.lines import OnLine
from icl_theory.theory.sensitivity import Rate
from icl_theory.theory.spectral import resolvent_residual
from icl_theory.theory.stationary import OnContextLine
from icl_theory.theory.symbols import MEANING, PARAMETERS, kappa, m, nu

from .domains import RIDGE
from .kernel import Domain, ProofFailed, Theorem, plain, require

#: Names that print as one symbol: a letter, maybe with an index, or a word.
_LETTER = rf"(?:[A-Za-z]|{'|'.join(sorted(LETTERS, key=len, reverse=True))}|\\dot\{{[A-Za-z]\}})"
_INDEX = r"(?:\d+|_(?:[A-Za-z0-9]+|\\perp|[-+*]))"
#: Words that are read as operators on what stands beside them.
_OPERATORS = re.compile(
    r"log|ln|exp|(?:arc)?(?:sin|cos|tan|cot)h?|erf|det|tr|rank|diag|vec|dim|max|min|arg|mod|inf|sup"
    r"|lim|sgn|sign|sqrt|Re|Im|E|Var|Cov|Pr"
)
_NAME = re.compile(rf"{_LETTER}{_INDEX}?|[A-Za-z]+", re.ASCII)


def says_what_it_prints(said: Iterable[sp.Basic], on: Domain) -> None:
    """Require that nothing is hidden from a reader of relations on a domain.

    Symbols are written as symbols, those that are written alike are one symbol, and those of the
    theory have its letters for themselves; a variable of averages has one meaning; no coordinate of
    the domain is read, which would be taken for any number. What follows in a derivative, a limit
    or where a value is put in is not written: it is what follows on the domain, and in a limit of
    parameters the states at a ridge.
    """
    theory = {_written(symbol): symbol for symbol in MEANING}
    letters: dict[str, sp.Basic] = {}
    averaged: dict[sp.Basic, sp.Basic] = {}
    said = tuple(said)
    shown = {symbol for relation in said for symbol in printed(relation)}
    # A customary expression is written with letters of formulas.
    parts = {s for q in shown if isinstance(q, Quantity) for s in displayed(q).free_symbols - {q}}
    customary = {_written(part) for part in parts - set(MEANING)}
    for relation in said:
        for symbol in set(printed(relation)):
            if isinstance(symbol, Quantity):
                continue
            if not isinstance(symbol, sp.Indexed):
                ones = isinstance(symbol, sp.MatrixSymbol) and symbol.name == "1"
                named = _NAME.fullmatch(symbol.name) and not _OPERATORS.fullmatch(symbol.name)
                require(ones or bool(named), "no name of a symbol: {}", symbol.name)
            written = _written(symbol)
            alike = {symbol, letters.setdefault(written, symbol)}
            if isinstance(symbol, sp.Symbol):
                alike.add(theory.get(written, symbol))
            formula = symbol not in parts and written in customary
            require(len(alike) == 1 and not formula, "two symbols are written {}", symbol)
        for variable, value in (pair for one in relation.atoms(Average) for pair in one.args[1]):
            one_value = averaged.setdefault(variable, value) == value
            require(one_value and variable not in (p, weight), "{} is averaged twice", variable)
        for part in relation.args if isinstance(relation, sp.And) else (relation,):
            _alike(part)
            both = set.intersection(*bound_and_free(part))
            require(not both, "{} are averaged over, and outside of averages", both)
        hidden = unfold(relation).free_symbols & set(on.inverse())
        hidden = hidden and hidden & _symbols(relation)
        limits = {limit.args[1] for limit in relation.atoms(sp.Limit)}
        hidden |= limits & set(on.inverse())
        require(not hidden, "{} are coordinates of {}", hidden, on)
        for node, here in _read(relation, on):
            _reads_as_it_is(node, here)
        for limit in relation.atoms(PathLimit):
            moved = {move[0] for move in limit.args[2:]} & set(PARAMETERS)
            usual = limit.args[1].name == RIDGE.name
            require(usual or not moved, "{} moves {} along other states", limit, moved)


def holds_what_it_prints(theorem: Theorem) -> None:
    """Require that limits along the states at a ridge, on the way to a theorem, hold parameters.

    What is held is not written.
    """
    seen, left = set(), [theorem]
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        left += one.premises
        if one.rule == "path limit" and one.premises[-1].domain is RIDGE:
            others = set(one.premises[-1].conclusion.args[1:]) - set(PARAMETERS)
            require(not others, "{} holds {}, not the parameters", one.conclusion, others)


def printed(expression: sp.Basic) -> Iterator[sp.Symbol | sp.MatrixSymbol]:
    """The symbols that an expression is written with: a name of a system, or a side, is none."""
    left = [expression]
    while left:
        node = left.pop()
        if isinstance(node, PathLimit):
            left += [node.args[0], *(part for move in node.args[2:] for part in move.args[:2])]
        elif isinstance(node, AtMostOne):
            left += node.args[1:]
        elif isinstance(node, sp.Limit):
            left += node.args[:3]
        elif isinstance(node, OnLine):
            left += node.args[:2]
        elif isinstance(node, OnContextLine):
            left += node.args[:1]
        elif isinstance(node, sp.Indexed):
            require(bool(_NAME.fullmatch(str(node.base.label))), "no name of a symbol: {}", node)
            yield node
            left += node.indices
        elif isinstance(node, sp.Symbol | sp.MatrixSymbol):
            yield node
        else:
            left += node.args


def bound_and_free(node: sp.Basic) -> tuple[set[sp.Basic], set[sp.Basic]]:
    """What is averaged over in an expression, and the symbols outside of that."""
    own = node.own() if isinstance(node, Unevaluated) else set()
    parts = [bound_and_free(part) for part in node.args]
    if isinstance(node, At):
        # Where a value is put in a symbol is none.
        moved = _moved(node)
        values = [bound_and_free(value) for _, value in node.args[1:]]
        parts = [(parts[0][0], parts[0][1] - moved), *values]
    inside, outside = ({s for part in parts for s in part[i]} for i in (0, 1))
    outside |= {node} if isinstance(node, sp.Symbol) else set()
    return inside | own, outside - own


def _moved(node: sp.Basic) -> set[sp.Basic]:
    """What moves alone in what a node is of, all else being held."""
    if isinstance(node, At):
        return {symbol for symbol, _ in node.args[1:]}
    return {node.args[1]} if isinstance(node, Partial | RootCount | sp.Limit) else set()


def _read(relation: sp.Basic, on: Domain) -> Iterator[tuple[sp.Basic, Domain]]:
    """The parts of a relation, each with the domain of its states: along a path its system."""
    left, seen = [(relation, on)], set()
    while left:
        node, here = left.pop()
        if (node, here) in seen:
            continue
        seen.add((node, here))
        yield node, here
        if isinstance(node, PathLimit):
            here = Domain.of_name(node.args[1].name)
        left += [(part, here) for part in node.args]


def _reads_as_it_is(node: sp.Basic, on: Domain) -> None:
    """Require that what moves, and what follows it, is what a reader takes it for on a domain."""
    if isinstance(node, Total):
        _along(node, on)
    elif isinstance(node, Rate):
        states = all(decide.is_zero(on.solved(equation)) for _, equation in RIDGE.equations())
        require(states, "the states of a rate are not those of {}", on)
        tied = set().union(*(equation.free_symbols for _, equation in on.equations()))
        known = set().union(*(equation.free_symbols for _, equation in RIDGE.equations()))
        held = unfold(node.args[0]).free_symbols & tied - known
        require(not held, "{} holds {}", node, held)
    elif isinstance(node, SpectralMean):
        solves = decide.is_zero(on.solved(resolvent_residual))
        require(solves, "{} are no states of the spectrum", on)
    elif isinstance(node, Quantity):
        _letter(node, on)
    moved = _moved(node)
    if moved:
        # The value m of a mean would be held.
        follows = moved & {nu, m, kappa} and unfold(node.args[0]).has(SpectralMean)
        require(not follows, "spectral means follow {}: {}", moved, node)
        tied = set().union(*(equation.free_symbols for _, equation in on.equations()))
        if not isinstance(node, sp.Limit):
            _states_follow(node, moved, tied, on)
        else:
            # In such a limit all else is held.
            require(not moved & tied, "with {} more moves than it on {}", moved, on)


def _states_follow(node: sp.Basic, moved: set[sp.Basic], tied: set[sp.Basic], on: Domain) -> None:
    """Require that nothing moves alone under states of a domain, which are read as following it.

    What vanishes on a domain is an equation, and read as one whatever moves in it; so are values
    that solve the equations of the domain.
    """
    equations = [equation for _, equation in on.equations()]
    states = {s for s in tied - set(PARAMETERS) if not isinstance(s, Quantity)}
    follow = moved & states
    for equation in equations * len(equations):
        if equation.free_symbols & follow:
            follow |= equation.free_symbols & states
    if moved & tied and not moved & states:
        # A parameter: its partial derivative is that of a formula that says what follows it.
        follow = set() if isinstance(node, Partial) and _says(node.args[0], states) else states
    read = (bound_and_free(unfold(node.args[0]))[1] & follow) - moved
    if read:
        pairs = node.args[1:] if isinstance(node, At) else ()
        solves = pairs and all(decide.is_zero(on.placed(At(e, *pairs))) for e in equations)
        solves = solves or decide.is_zero(on.solved(node.args[0]))
        require(bool(solves), "{} follow what is put into {}", read, moved)


def _says(formula: sp.Basic, states: set[sp.Basic]) -> bool:
    """Whether a formula is written with what a state that it is of is made of."""
    while isinstance(formula, Partial):
        formula = formula.args[0]
    read = unfold(formula.args[0]).free_symbols if isinstance(formula, At) else set()
    changed = {symbol for symbol, value in formula.args[1:] if symbol != value} if read else set()
    return bool(changed & states & read)


def _letter(formula: Quantity, on: Domain) -> None:
    """Require that a formula written with a letter of the theory has its value on a domain."""
    for symbol in MEANING:
        if _written(formula) == _written(symbol):
            same = decide.is_zero(on.solved(formula - symbol))
            require(same, "{} is written like {}, and is another on {}", formula, symbol, on)


def _written(expression: sp.Basic) -> str:
    """TeX without what makes no difference to a reader."""
    return re.sub(r"\\mathrm|[{}\s]", "", latex(expression))


def _alike(relation: sp.Basic) -> None:
    """Require that formulas that are written alike are one, but for what values are put into.

    A formula at values may go by the name of what it is there.
    """
    values: dict[str, set[sp.Basic]] = {}
    moved: dict[str, set[sp.Basic]] = {}
    left = [(relation, values)]
    while left:
        node, here = left.pop()
        if isinstance(node, At):
            left.append((node.args[0], moved))
            for symbol, value in node.args[1:]:
                # One that prints like its symbol is not seen by a reader, who takes the relation
                # for one of every value: what holds of a formula's symbol at large is.
                same = symbol == value or _written(symbol) != _written(value)
                every = isinstance(symbol, Quantity) and not isinstance(value, Quantity)
                require(same or every, "{} for {} is not seen", value, symbol)
                left += [(symbol, moved), (value, here)]
        elif isinstance(node, Quantity):
            here.setdefault(_written(node), set()).add(node)
        else:
            left += [(part, here) for part in node.args]
            if isinstance(node, sp.Symbol) and here is values:
                here.setdefault(_written(node), set()).add(node)
    for places in (values, moved):
        for written, symbols in places.items():
            formulas = any(isinstance(symbol, Quantity) for symbol in symbols)
            require(len(symbols) == 1 or not formulas, "{} are written {}", symbols, written)


def _along(derivative: Total, on: Domain) -> None:
    """Require that a total derivative, whose curve is not written, is that of the states.

    The curve lies in the domain, states that are read follow and parameters do not; and as a
    parameter moves, what the domain says of all that is read stays true.
    """
    expression, variable, curve, unknowns = derivative.args
    inside = all(decide.is_zero(on.solved(equation)) for equation in curve)
    require(inside, "{} is along another curve than {}", derivative, on)
    moving = {variable, *unknowns}
    require(not set(unknowns) & set(PARAMETERS), "{} moves {}", derivative, unknowns)
    states = set(on.checked()[1]) - set(PARAMETERS)
    keep = [symbol for symbol in states if isinstance(symbol, Quantity)]
    read = set().union(*(plain(part, keep).free_symbols for part in (expression, *curve)))
    held = {s for s in states & read - moving if not isinstance(s, Quantity)}
    require(not held, "{} holds {}", derivative, held)
    for symbol, equation in on.equations() if variable in PARAMETERS else ():
        if symbol in read | moving:
            kept = on.placed(Total(equation, variable, curve, unknowns))
            require(decide.is_zero(kept), "{} leaves {}", derivative, on)


def _symbols(relation: sp.Basic) -> set[sp.Basic]:
    """The symbols that a relation speaks of, as far as it can be written out."""
    found: set[sp.Basic] = set()
    for side in relation.args:
        try:
            found |= plain(side).free_symbols
        except (ProofFailed, UndecidedError, TypeError, AttributeError):
            found |= unfold(side).free_symbols
    return found
