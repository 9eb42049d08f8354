"""Leading behaviour of any quantity of the theory along a sequence of limits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import sympy as sp

from icl_theory.algebra.fold import Interpretation, Value
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.shown import shown
from icl_theory.theory.symbols import lam

from .balance import STATE, UNKNOWNS, balances, dominant_orders
from .cells import Cell, NoParameters, cells
from .path import Exponent, Lead, Path, Reader
from .reading import Condition, Move, Scaling
from .signs import Assumptions
from .state import Infeasible, LeadingState, solve


class Cancelled(ValueError):
    """Leading terms of a difference cancel, so that its leading behaviour is not theirs."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of parameter space with one leading behaviour of the fixed point.

    ``cell`` is the cell it was computed in, ``members`` are all cells it holds in, ``everything``
    the cells that satisfy what was asked for (``given``).
    """

    given: tuple[Condition, ...]
    cell: Cell
    members: tuple[Cell, ...]
    everything: tuple[Cell, ...]
    assumptions: Assumptions
    conditions: tuple[SignRelation, ...]
    state: LeadingState
    reader: Reader

    @property
    def continuous(self) -> bool:
        """Whether the fixed point tends to finite nonzero values, so that errors are continuous."""
        return all(not any(lead.exponent) for lead in self.state.leads.values())


@dataclass(frozen=True)
class SignRelation:
    """``expression > 0``, ``>= 0`` or ``= 0``."""

    expression: sp.Expr
    kind: str

    @property
    def sides(self) -> tuple[sp.Expr, sp.Expr]:
        """Smaller and larger side, each a sum of positive terms."""
        terms = sp.Add.make_args(self.expression)
        low = sp.Add(*(-t for t in terms if t.as_coeff_Mul()[0] < 0))
        return low, self.expression + low

    @property
    def relational(self) -> sp.Rel:
        """As a SymPy relation, small side first."""
        low, high = self.sides
        kind = {">": sp.StrictLessThan, ">=": sp.LessThan, "=": sp.Eq}[self.kind]
        return kind(low, high, evaluate=False)


def path_of(
    take: Sequence[Move | Scaling], where: Sequence[Condition]
) -> tuple[Path, tuple[Condition, ...]]:
    """Path and strict conditions of a problem; equalities become part of the path.

    A ridge or a parameter fixed to its boundary (``lam = 0``, ``alpha = oo``) is a limit taken
    before all others, the ridge first.
    """
    moves = [item for item in take if isinstance(item, Move)]
    scalings = tuple(item for item in take if isinstance(item, Scaling))
    first: list[Move] = []
    strict: list[Condition] = []
    equal: list[tuple[Condition, sp.Expr]] = []
    for condition in where:
        if not condition.equal:
            strict.append(condition)
            continue
        symbol, value = condition.low, condition.high
        if value.is_Symbol and not symbol.is_Symbol:
            symbol, value = value, symbol
        if symbol.is_Symbol and (value is sp.oo or (value == 0 and symbol == lam)):
            first.insert(0 if symbol == lam else len(first), Move(symbol, value, 1))
        else:
            equal.append((condition, sp.expand(condition.high - condition.low)))
    path = Path((*first, *moves), scalings)
    for condition, factor in equal:
        factor = sp.expand(factor.xreplace(path.values))
        if factor == 0:
            continue
        if not factor.free_symbols & set(path.free):
            _known(condition, path)
            raise NoParameters(
                f"{shown(str(condition))} does not hold along the path of the limits"
            )
        restricted = path.restricted(factor)
        if restricted is None:
            raise ValueError(
                f"cannot solve {shown(str(condition))} for a parameter that stays fixed"
            )
        path = restricted[0]
    for condition in strict:
        _known(condition, path)
    return path, tuple(strict)


def _known(condition: Condition, path: Path) -> None:
    """Refuse a condition on a constant that no limit and no scaling has."""
    symbols = (condition.high - condition.low).free_symbols - {*path.free, *path.values}
    if symbols:
        constant = min(map(str, symbols))
        raise ValueError(
            f"where speaks of {constant}, a constant that no limit has: {shown(str(condition))}"
        )


@lru_cache(maxsize=512)
def analyse(
    take: tuple[Move | Scaling, ...], where: tuple[Condition, ...] = ()
) -> tuple[Piece, ...]:
    """Leading behaviour of the fixed point: one piece for every way in which balances dominate.

    Raises
    ------
    ValueError
        If the limits or the conditions contradict each other or leave the domain.
    """
    return analyse_fresh(take, where)


def analyse_fresh(
    take: tuple[Move | Scaling, ...], where: tuple[Condition, ...] = ()
) -> tuple[Piece, ...]:
    """`analyse` from the definitions as they stand now, for proofs."""
    split = _split_minimum(take, where)
    if split is not None:
        pieces = [piece for part in split for piece in _pieces_if_any(*part)]
        if not pieces:
            raise ValueError(f"no parameters satisfy {shown(', '.join(map(str, where)))[1:-1]}")
        return tuple(pieces)
    path, strict = path_of(take, where)
    groups: dict[tuple[tuple[Exponent, ...], ...], list[Cell]] = {}
    everything = tuple(cells(path, strict))
    for cell in everything:
        relations = balances(cell.reader, cell.assumptions)
        groups.setdefault(tuple(sorted(dominant_orders(relations))), []).append(cell)
    pieces = []
    for orders, members in groups.items():
        for part, conditions in describe(members, everything):
            pieces.append(_piece(where, part, everything, conditions, orders))
    return tuple(pieces)


def _pieces_if_any(
    take: tuple[Move | Scaling, ...], where: tuple[Condition, ...]
) -> tuple[Piece, ...]:
    """Pieces of one case of a minimum, none where the conditions exclude it."""
    try:
        return analyse_fresh(take, where)
    except NoParameters:
        return ()


def _split_minimum(
    take: tuple[Move | Scaling, ...], where: tuple[Condition, ...]
) -> list[tuple[tuple[Move | Scaling, ...], tuple[Condition, ...]]] | None:
    """Cases of the first minimum among the points of the limits; None if there is none."""
    for move in take:
        if isinstance(move, Move) and move.point.has(sp.Min):
            minimum = next(iter(move.point.atoms(sp.Min)))
            one, other = minimum.args
            parts = []
            for low, high, equal in ((one, other, False), (other, one, False), (one, other, True)):
                here = tuple(
                    replace(m, point=m.point.xreplace({minimum: low})) if isinstance(m, Move) else m
                    for m in take
                )
                parts.append((here, (*where, Condition(low, high, equal))))
            return parts
    return None


def _piece(
    given: tuple[Condition, ...],
    members: Sequence[Cell],
    everything: tuple[Cell, ...],
    conditions: tuple[SignRelation, ...],
    candidates: Sequence[tuple[Exponent, ...]],
) -> Piece:
    # On an open cell coefficients are generic; a cell on a hypersurface is a specialisation of it.
    cell = min(members, key=lambda c: len(c.path.fixed))
    assumptions = common_assumptions(members)
    reader = cell.reader
    relations = balances(reader, cell.assumptions)
    states = []
    for orders in candidates:
        try:
            states.append(solve(relations, orders, reader.base, assumptions))
        except Infeasible:
            continue
    if len(states) != 1:
        raise RuntimeError(f"{len(states)} leading behaviours of the fixed point, not one")
    (state,) = states
    return Piece(given, cell, tuple(members), everything, assumptions, conditions, state, reader)


def common_assumptions(members: Sequence[Cell]) -> Assumptions:
    """What is positive in all of several cells."""
    if len(members) == 1:
        return members[0].assumptions
    candidates = dict.fromkeys(e for cell in members for e in cell.assumptions.positive)
    return Assumptions(
        tuple(e for e in candidates if all(_sign_in(cell, e) == 1 for cell in members))
    )


def describe(
    members: Sequence[Cell], everything: Sequence[Cell]
) -> list[tuple[list[Cell], tuple[SignRelation, ...]]]:
    """Cover cells by as few conjunctions of simple relations as a greedy search finds."""
    factors = list(dict.fromkeys(sign.expression for cell in everything for sign in cell.signs))
    table = {id(cell): tuple(_sign_in(cell, f) for f in factors) for cell in everything}
    wanted = {id(cell) for cell in members}
    allowed = [{1, 0, -1}, {1, 0}, {-1, 0}, {1}, {-1}, {0}]
    options = []
    for choice in product(allowed, repeat=len(factors)) if len(factors) <= 4 else []:
        # A sign that a cell leaves open may be any: the cell is met, and inside if none is asked.
        met = [
            cell
            for cell in everything
            if all(s is None or s in ok for s, ok in zip(table[id(cell)], choice, strict=True))
        ]
        inside = [
            cell
            for cell in met
            if all(
                s is not None or len(ok) == 3 for s, ok in zip(table[id(cell)], choice, strict=True)
            )
        ]
        # One computation serves all cells only if they are special cases of the one it is made in.
        if inside and all(id(cell) in wanted and _special(cell, met) for cell in met):
            used = [(f, ok) for f, ok in zip(factors, choice, strict=True) if len(ok) < 3]
            options.append((inside, used))
    covers = []
    left = dict.fromkeys(wanted)
    while left:
        gained = [o for o in options if any(id(c) in left for c in o[0])]
        if not gained:
            cell = next(c for c in members if id(c) in left)
            covers.append(
                ([cell], tuple(SignRelation(*kind_of(s.expression, {s.value})) for s in cell.signs))
            )
            left.pop(id(cell))
            continue
        best = max(
            gained, key=lambda o: (sum(id(c) in left for c in o[0]), -len(o[1]), -_weight(o[1]))
        )
        covers.append((best[0], tuple(SignRelation(*kind_of(f, ok)) for f, ok in best[1])))
        for cell in best[0]:
            left.pop(id(cell), None)
    return covers


def _special(cell: Cell, members: Sequence[Cell]) -> bool:
    """Whether a cell lies on the hypersurfaces that the most general member lies on."""
    fixed = min((member.path.fixed for member in members), key=len)
    return all(
        sp.expand((symbol - value).xreplace(cell.path.fixed)) == 0
        for symbol, value in fixed.items()
    )


def _weight(used: Sequence[tuple[sp.Expr, set[int]]]) -> int:
    return sum(len(ok) for _, ok in used)


def kind_of(factor: sp.Expr, allowed: set[int]) -> tuple[sp.Expr, str]:
    """Expression and kind of the relation that allows the given signs of a factor."""
    if allowed == {0}:
        return factor, "="
    return (factor if 1 in allowed else sp.expand(-factor)), (">=" if 0 in allowed else ">")


def _sign_in(cell: Cell, factor: sp.Expr) -> int | None:
    value = sp.expand(factor.xreplace(cell.path.fixed))
    return cell.assumptions.sign(cell.reader.base.read(value))


def leading_term(formula: sp.Expr, piece: Piece) -> Lead:
    """Leading term of a formula in quantities, parameters and the state, if nothing cancels.

    Raises
    ------
    Cancelled
        If leading terms of a difference cancel identically.
    """
    return LeadingTerms(piece)(unfold(formula).xreplace(STATE))


class StateReading(Interpretation[Value]):
    """Values of formulas in the state, from those of the unknowns."""

    def __init__(self, unknowns: Mapping[sp.Symbol, Value]) -> None:
        super().__init__()
        self.unknowns = unknowns

    @abstractmethod
    def given(self, node: sp.Expr) -> Value:
        """Value of what is made of parameters alone."""

    def leaf(self, node: sp.Expr) -> Value | None:
        """What is known of the unknowns, and of what is made of parameters alone."""
        if node in self.unknowns:
            return self.unknowns[node]
        return None if node.free_symbols & set(UNKNOWNS) else self.given(node)

    def number(self, value: sp.Rational) -> Value:
        """Value of a number."""
        return self.given(value)

    def symbol(self, symbol: sp.Symbol) -> Value:
        """Value of a parameter."""
        return self.given(symbol)


class LeadingTerms(StateReading[Lead]):
    """Leading terms on a piece."""

    def __init__(self, piece: Piece) -> None:
        super().__init__(piece.state.leads)
        self.piece = piece

    def given(self, node: sp.Expr) -> Lead:
        """Leading term of what is made of parameters alone."""
        return self.piece.reader.lead(node)

    def add(self, terms: Sequence[Lead], node: sp.Add) -> Lead:
        """Sum of the terms of lowest order, which must not cancel."""
        present = [term for term in terms if not self.piece.state.vanishes(term.coefficient)]
        if not present:
            return Lead(self.piece.reader.base.number(0), self.piece.reader.path.zero)
        exponent = min(term.exponent for term in present)
        total = self.piece.reader.base.number(0)
        for term in present:
            if term.exponent == exponent:
                total = total + term.coefficient
        if self.piece.state.vanishes(total):
            raise Cancelled(f"the leading terms of {node} cancel")
        return Lead(total, exponent)
