"""Limits along the one point of a system, by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import InitVar, dataclass
from types import MappingProxyType

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity, coordinates, unfold
from icl_theory.algebra.relations import eq
from icl_theory.algebra.statements import AtMostOne, PathLimit

from .domain import FREE, Domain
from .expressions import _determinant, continuous, in_range, plain
from .limits import _end_point, _reaches
from .placed import _placed, _powers
from .premises import Given, Values, require
from .theorem import Made, Theorem, _rule, _theorem

#: What tends to zero along a path.
SMALL = sp.Symbol("epsilon", positive=True)
_SEAL = object()


@dataclass(frozen=True, eq=False)
class Branch(Made):
    """The points of a system near the end of a path, as `branch` decided them to run.

    Every symbol is a function of `SMALL`, of unknowns with limits ``start``, and of the coordinates
    of ``base``.
    """

    unique: Theorem
    values: Values
    moves: Values
    start: Values
    base: Domain
    given: Given
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("branches are made by the kernel")
        for name in ("values", "moves", "start"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        self.made()

    def __init_subclass__(cls) -> None:
        raise TypeError("there is one kind of branch")

    def own(self) -> set[sp.Symbol]:
        """What belongs to the branch alone, and is in no statement."""
        return {SMALL, *self.start}

    def leading(self, expression: object) -> decide.Leading:
        """Leading term of an expression as `SMALL` tends to zero."""
        keep = coordinates() & set(self.values)
        placed = plain(expression, keep).xreplace(self.values)
        end = {SMALL: sp.Integer(0), **self.start}
        # Those of the expression too: what is multiplied by zero has to be defined as well.
        before = [plain(power, keep) for power in _powers(expression, set(self.values))]
        parts = (placed, *(power.xreplace(self.values) for power in before))
        powers = set().union(*(part.atoms(sp.Pow) for part in parts))
        self.real(*parts)
        under = [power.base for power in powers if power.exp.is_negative]
        under += [p.base.xreplace(self.values) for p in before if p.is_Pow and p.exp.is_negative]
        if all(self._regular(base, end) for base in under):
            # What is made of continuous functions tends to its value.
            return decide.Leading(placed.xreplace(end), 0)
        for base in under:
            self._term(base, vanishes=False)
        return self._term(placed)

    def real(self, *values: sp.Expr) -> None:
        """Decide that roots are of what is not negative, and is positive where it moves."""
        end = {SMALL: sp.Integer(0), **self.start}
        for value in values:
            continuous(value)
        for power in set().union(*(value.atoms(sp.Pow) for value in values)):
            base, exponent = power.args
            require(exponent.is_Rational is True, "not an algebraic power: {}", power)
            if not exponent.is_Integer:
                moves = base.free_symbols & set(end)
                found = signs.strict(base.xreplace(end)) if moves else signs.weak(base)
                require(found == 1, "a root of what may be negative: {}", base)

    def _regular(self, base: sp.Expr, end: Values) -> bool:
        """Whether a denominator is decided to vanish nowhere at the end."""
        try:
            return signs.nonvanishing(base.xreplace(end))
        except UndecidedError:
            return False

    def _term(self, placed: sp.Expr, vanishes: bool = True) -> decide.Leading:
        found = signs.leading(placed, SMALL, sp.Integer(0), 1)
        under = found.under.coefficient.xreplace(self.start)
        require(signs.nonvanishing(under), "the leading denominator of {} may vanish", placed)
        over = found.over.coefficient.xreplace(self.start)
        finite = found.over.exponent >= found.under.exponent
        if not (vanishes and finite):
            require(signs.nonvanishing(over), "leading terms of {} may cancel", placed)
        exponent = found.over.exponent - found.under.exponent
        return decide.Leading(over / under, exponent)


@_rule
def branch(
    unique: Theorem,
    *,
    moves: Values,
    chart: Values,
    start: Values,
    base: Domain = FREE,
    given: Given = (),
    forms: Values | None = None,
) -> Branch:
    """Follow the one point of a system to the end of a path, by the implicit function theorem.

    Written in the chart and divided by powers of `SMALL`, the equations have at `SMALL` = 0 the
    solution ``start`` with a Jacobian determinant that does not vanish. So they have one near it
    for every small value, which tends to ``start``; where all symbols are positive it is a point of
    the system, and ``unique`` says that there is no other.

    Parameters
    ----------
    unique
        That the system has at most one point for given parameters.
    moves
        Parameters that move, as functions of `SMALL`; the others are those of ``base``.
    chart
        Symbols of the system that its solved equations leave free, as functions of `SMALL` and of
        unknowns.
    start
        Limits of the unknowns, on ``base``.
    base, given
        What stays: a domain and conditions on its coordinates.
    forms
        Other expressions of symbols of the system, to decide that these are positive.
    """
    require(isinstance(unique.conclusion, AtMostOne), "not that a point is unique")
    name, *parameters = unique.conclusion.args
    system = unique.domain
    require(str(name) == system.name and set(moves) <= set(parameters), "not parameters")
    require(not unique.hypotheses, "the system is unique under conditions only")
    require(not set(chart) & set(parameters), "a parameter is no unknown")
    stays = {*base.checked()[1], *base.inverse()}
    other = {*parameters, *system.checked()[1], *stays, SMALL}
    other |= set().union(*(plain(v).free_symbols for v in start.values()))
    other |= {s for c in given for side in c.args for s in plain(side).free_symbols}
    require(not other & set(start), "{} are no unknowns", other & set(start))
    fixed = [*start.values(), *(side for c in given for side in c.args)]
    require(not any(plain(v).has(SMALL) for v in fixed), "{} is in what stays", SMALL)
    require(SMALL not in {*parameters, *system.checked()[1], *stays}, "{} moves", SMALL)
    solved = system.checked()[0]
    moves = {p: base.placed(path, given) for p, path in moves.items()}
    values = {p: base.placed(p, given) for p in parameters if p not in moves} | moves
    values |= {s: base.placed(value, given) for s, value in chart.items()}
    for symbol, form in (forms or {}).items():
        require(decide.is_zero(system.solved(form - symbol)), "{} is not {}", symbol, form)
    covered = set(system.checked()[1])
    own = coordinates() & set(solved)
    known = {q: plain(q.definition).xreplace(values) for q in own} | values
    rest = {s: (forms or {}).get(s, v) for s, v in solved.items() if s not in known}
    rest = {s: plain(v, own) for s, v in rest.items()}
    open_ = set().union(*(v.free_symbols & covered for v in rest.values())) - set(known)
    require(not open_, "{} are left open by chart and forms", open_)
    every = known | {s: v.xreplace(known) for s, v in rest.items()}
    held = (covered | set(system.positive)) - set(every)
    require(not held, "{} are left open: what holds of them is not decided", held)
    unknowns = {z: _placed(base, value, given) for z, value in start.items()}
    for unknown, value in unknowns.items():
        # What SymPy makes of an unknown by its range holds of its limit.
        in_range(value, unknown, False)
    run = Branch(unique, every, moves, unknowns, base, given, _SEAL)
    for value in every.values():
        run.real(value)
    rows = []
    for symbol in known.keys() & solved.keys() - _determined(own, set(parameters) & set(solved)):
        residual = solved[symbol].xreplace(known) - known[symbol]
        if decide.is_zero(residual):
            continue
        found = signs.leading(residual, SMALL, sp.Integer(0), 1)
        under = found.under.coefficient.xreplace(unknowns)
        require(signs.nonvanishing(under), "no scaled equation of {}", symbol)
        require(decide.is_zero(found.over.coefficient.xreplace(unknowns)), "no root: {}", symbol)
        rows.append(found.over.coefficient)
    require(len(rows) == len(unknowns), "{} equations for {} unknowns", len(rows), len(unknowns))
    if rows:
        jacobian = sp.Matrix(rows).jacobian(list(unknowns)).xreplace(unknowns)
        require(signs.nonvanishing(_determinant(jacobian)), "the Jacobian may be singular")
    for symbol, value in every.items():
        moving = symbol.is_nonnegative and value.has(*run.own())
        if symbol.is_positive or symbol in system.positive or moving:
            sign_at = signs.strict(run._term(value).coefficient)
            require(sign_at == 1, "{} may not be positive", symbol)
        elif symbol.is_negative:
            sign_at = signs.strict(run._term(value).coefficient)
            require(sign_at == -1, "{} may not be negative", symbol)
        elif symbol.is_nonnegative:
            in_range(value, symbol, False)
    return run


def _determined(own: Iterable[Quantity], parameters: set[sp.Symbol]) -> set[sp.Symbol]:
    """Parameters that are determined by a coordinate and whatever else that is made of.

    One of each coordinate: where its formula, the numerator of it, is linear in the parameter.
    """
    found: set[sp.Symbol] = set()
    for q in own:
        formula = decide.fraction_field(plain(q.definition) - q).numer.as_expr()
        for symbol in sorted(parameters & formula.free_symbols - found, key=str):
            slope = sp.diff(formula, symbol)
            if not slope.has(symbol) and signs.nonvanishing(slope):
                found.add(symbol)
                break
    return found


@_rule
def path_limit(run: Branch, limit: PathLimit, value: object) -> Theorem:
    """A limit along a branch, in one parameter, others tied to it or held."""
    require(isinstance(run, Branch), "no branch")
    require(isinstance(limit, PathLimit), "no limit: {}", limit)
    system, moves = run.unique.domain, dict(run.moves)
    require(str(limit.args[1]) == system.name, "another path")
    sizes = sorted(map(len, limit.args[2:]))
    # One parameter moves, and others are tied.
    require(sizes == [2] * (len(sizes) - 1) + [3], "{} moves in another way", limit)
    require(str(limit.moves[0][2]) in ("+", "-"), "{} moves in another way", limit)
    said = [limit.args[0], sp.sympify(value), *(v for move in limit.args[2:] for v in move)]
    own = set().union(*(plain(v).free_symbols for v in said[:2])) | set().union(
        *(v.free_symbols for v in said)
    )
    require(not own & run.own(), "{} are of the path alone", own & run.own())
    parameter, point, side = limit.moves[0]
    require(parameter in moves, "{} does not move", parameter)
    path, end = moves.pop(parameter), _end_point(run.base, point, run.given)
    distance = 1 / path if point is sp.oo else (path - end) * {"+": 1, "-": -1}[str(side)]
    found = signs.leading(distance, SMALL, sp.Integer(0), 1)
    scale = found.over.coefficient / found.under.coefficient
    towards = found.over.exponent > found.under.exponent and signs.strict(scale) == 1
    require(towards, "{} does not tend to {}", parameter, point)
    moving = sp.Dummy(parameter.name, **parameter.assumptions0)
    for tied, tie in limit.ties:
        # The parameter that moves, not one of this name that the base holds.
        written = plain(tie).xreplace({parameter: moving})
        require(tied in moves, "{} does not move", tied)
        require(not written.has(*run.moves), "{} moves with others than {}", tied, parameter)
        other = run.base.placed(written, run.given).xreplace({moving: path}) - moves.pop(tied)
        require(decide.is_zero(other), "{} is not tied to {}", tied, tie)
        # Defined on the way, whatever is held.
        run.leading(tie)
    require(not moves, "{} move too", set(moves))
    _reaches(run.leading(limit.args[0]), _end_point(run.base, value, run.given), limit)
    return _theorem("path limit", eq(limit, value), run.base, run.given, (run.unique,))


@_rule
def compose(inner: Theorem, outer: Theorem) -> Theorem:
    """Limits one after the other: what the inner one gives, everywhere on a system, moves on."""
    for theorem in (inner, outer):
        decided = getattr(theorem, "rule", "") in ("path limit", "limit of a limit")
        require(decided, "of no limit that was decided: {}", theorem)
    first, second = inner.conclusion, outer.conclusion
    fits = second.lhs.args[:2] == (first.rhs, sp.Symbol(inner.domain.name))
    own = unfold(first.rhs).free_symbols & set(inner.domain.inverse())
    require(not own, "{} are coordinates of {}", own, inner.domain)
    require(fits and not inner.hypotheses, "{} does not go on from {}", second, first)
    held = _held(inner) - set(_parameters(outer))
    require(not held, "{} are held by {}, and are none of the parameters after it", held, first)
    whole = PathLimit(
        first.lhs.args[0], first.lhs.args[1], *first.lhs.args[2:], *second.lhs.args[2:]
    )
    conclusion = eq(whole, second.rhs)
    return _theorem("limit of a limit", conclusion, outer.domain, (), (inner, outer))


def _parameters(theorem: Theorem) -> tuple[sp.Symbol, ...]:
    """The parameters of the system along which a limit is taken, the last of several."""
    last = theorem.premises[-1]
    return last.conclusion.args[1:] if theorem.rule == "path limit" else _parameters(last)


def _held(theorem: Theorem) -> set[sp.Symbol]:
    """The parameters that a limit leaves where they are."""
    moved = {move[0] for move in theorem.conclusion.lhs.args[2:]}
    return set(_parameters(theorem)) - moved
