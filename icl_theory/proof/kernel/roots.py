"""Rules that count: roots of a function, points of a system."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from icl_theory.algebra import decide, signs
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import coordinates
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.algebra.stand_ins import stand_in
from icl_theory.algebra.statements import AtMostOne, RootCount

from .decisions import identity, sign
from .domain import FREE, Domain
from .expressions import in_range, plain, vanishes_nowhere
from .limits import _end_point, _leading, _unbound
from .placed import _placed
from .premises import STRICT, Given, ProofFailed, Relation, require
from .theorem import Theorem, _at, _rule, _theorem


@_rule
def one_root(
    function: sp.Expr,
    variable: sp.Symbol,
    *,
    end: object = sp.oo,
    multiplier: object = 0,
    given: Given = (),
) -> Theorem:
    """A function of one sign near 0 and another near ``end`` that crosses one way has one root.

    Its slope plus ``multiplier`` times the function has one sign throughout. Where the function
    vanishes this is the sign of the slope; so it passes through zero one way only, hence once.
    """
    require(variable.is_positive is True, "{} does not run through (0, oo)", variable)
    end = sp.sympify(end)
    _unbound(variable, given)
    where = given if end is sp.oo else (*given, lt(variable, end))
    _placed(FREE, function, where), _placed(FREE, multiplier, where)
    moving = Partial(function, variable) + multiplier * function
    placed, last = FREE.placed(function, given), _end_point(FREE, end, given)
    ends = ((sp.Integer(0), 1), (last, 1 if last is sp.oo else -1))
    signs_at = [_end(placed, variable, point, direction) for point, direction in ends]
    require(signs_at in ([1, -1], [-1, 1]), "no change of sign: {}", function)
    one_way = sign(gt(moving) if signs_at == [-1, 1] else lt(moving), given=where)
    count = eq(RootCount(function, variable, 0, end), 1)
    return _theorem("one root", count, FREE, given, (one_way,), discharged=True)


def _end(placed: sp.Expr, variable: sp.Symbol, point: sp.Expr, direction: int) -> int:
    """Sign of a function near an end: that of its leading term, which may tend to zero."""
    return signs.strict(_leading(placed, variable, point, direction).coefficient)


@_rule
def some_root(
    function: sp.Expr, variable: sp.Symbol, ends: Sequence[Theorem], *, given: Given = ()
) -> Theorem:
    """A continuous function with limits of opposite sign at 0 and oo vanishes in between."""
    require(variable.is_positive is True, "{} does not run through (0, oo)", variable)
    _unbound(variable, given)
    _placed(FREE, function, given)
    found = []
    require(len(ends) == 2, "not two ends: {}", len(ends))
    for end, point in zip(ends, (sp.Integer(0), sp.oo), strict=True):
        relation = _at(FREE, end)
        require(isinstance(relation, sp.Eq), "no end of it: {}", relation)
        require(relation.lhs == sp.Limit(function, variable, point), "no end of it: {}", relation)
        value = relation.rhs
        infinite = value in (sp.oo, -sp.oo)
        found.append(int(sp.sign(value)) if infinite else signs.strict(FREE.placed(value, given)))
    require(sorted(found) == [-1, 1], "no change of sign: {}", found)
    count = sp.GreaterThan(RootCount(function, variable), 1, evaluate=False)
    return _theorem("intermediate value", count, FREE, given, tuple(ends))


def _one_root_of(relation: Relation) -> tuple[sp.Expr, sp.Symbol]:
    """The function, and its variable, that a relation says to have one positive root."""
    counted = isinstance(relation, sp.Eq) and isinstance(relation.lhs, RootCount)
    require(counted, "no number of roots: {}", relation)
    function, variable, *_ = relation.lhs.args
    once = relation == eq(RootCount(function, variable), 1)
    require(once, "not one positive root: {}", relation)
    return function, variable


def _root(function: At, variable: sp.Symbol, value: sp.Expr, on: Domain) -> Theorem:
    """That a value is a root, whatever the other symbols if it is free of the variable."""
    if sp.sympify(value).has(variable):
        return identity(function, on=on)
    try:
        return identity(function)
    except (ProofFailed, UndecidedError):
        return identity(function, on=on)


@_rule
def same_root(
    count: Theorem,
    first: sp.Expr,
    second: sp.Expr,
    *,
    on: Domain = FREE,
    known: Sequence[Theorem] = (),
) -> Theorem:
    """Two positive roots of a function that has exactly one are equal."""
    function, variable = _one_root_of(_at(on, count))
    positive = [_at(on, theorem) for theorem in known]
    premises = [count, *known]
    for value in (first, second):
        premises.append(_root(At(function, (variable, value)), variable, value, on))
        if gt(value) not in positive:
            premises.append(sign(gt(value), on=on))
    return _theorem("same root", eq(first, second), on, premises=tuple(premises))


@_rule
def at_most_one(
    system: Domain,
    parameters: Sequence[sp.Symbol],
    chain: Sequence[tuple[sp.Symbol, Theorem | None]],
) -> Theorem:
    """For given parameters a system has at most one point: each symbol is determined in turn.

    A symbol is determined by an equation that is linear in it and holds otherwise determined
    symbols; or by a theorem that a function of it, which vanishes on the system, has one positive
    root; or by a total derivative of one sign of such a function, along a curve that the symbols
    after it in the chain are determined on.
    """
    known, premises = set(parameters), []
    for place, (symbol, theorem) in enumerate(chain):
        if theorem is None:
            require(bool(_linear(system, symbol, known)), "{} is not determined", symbol)
        else:
            premises.append(theorem)
            relation = theorem.conclusion
            require(not theorem.hypotheses, "{} under conditions only", relation)
            if isinstance(relation, sp.Eq):
                function, unknown = _one_root_of(relation)
                open_ = symbol.is_positive or symbol in system.positive
                require(bool(open_), "{} may not be positive", symbol)
                require(unknown == symbol, "{}: not a root in {}", relation, symbol)
                # A coordinate that moves with the unknown is not held while it is counted.
                others = plain(function, coordinates([unknown]) & known).free_symbols - {unknown}
            else:
                function, others = _monotone(theorem, system, symbol, known, chain[place + 1 :])
            require(others <= known, "{} are not determined before {}", others - known, symbol)
            require(decide.is_zero(system.solved(function)), "{} does not vanish", function)
            require(system.within(theorem.domain) or theorem.domain is FREE, "another domain")
        known.add(symbol)
    cover = system.checked()[1]
    covered = {s for s, v in cover.items() if v.free_symbols}
    covered |= set().union(*(v.free_symbols for v in cover.values())) - set(system.inverse())
    covered |= set(system.positive)
    require(bool(covered), "{} has no symbols: it is every point", system)
    require(covered <= known | coordinates(), "{} are left open", covered - known)
    name = sp.Symbol(system.name)
    return _theorem("at most one", AtMostOne(name, *parameters), system, (), tuple(premises))


def _linear(
    system: Domain, symbol: sp.Symbol, known: set[sp.Symbol]
) -> tuple[sp.Expr, sp.Expr] | None:
    """An equation linear in a symbol whose other symbols are known, if any, and its solution."""
    strict = {s: stand_in(f"{s.name}_>", s) for s in system.positive}
    for _, residual in system.equations():
        slope = decide.canonical(sp.diff(residual, symbol))
        if slope == 0 or slope.has(symbol) or not residual.free_symbols <= known | {symbol}:
            continue
        if signs.nonvanishing(slope.xreplace(strict)):
            return residual, decide.canonical(symbol - residual / slope).xreplace(strict)
    return None


def _monotone(
    theorem: Theorem,
    system: Domain,
    symbol: sp.Symbol,
    known: set[sp.Symbol],
    rest: Sequence[tuple[sp.Symbol, Theorem | None]],
) -> tuple[sp.Expr, set[sp.Symbol]]:
    """A function strictly monotone in a symbol, and what it and its curve read besides what moves.

    Along the curve every value of the symbol has one point: what follows it is given by equations
    with values in range, or by theorems that it exists once. Where the function vanishes that point
    is one of the theorem's domain, whose sign of the slope is thus that of every crossing: if what
    is read either moves as an unknown of the derivative, or is known and held.
    """
    relation = theorem.conclusion
    require(isinstance(relation, STRICT) and relation.rhs == 0, "not a strict sign: {}", relation)
    require(isinstance(relation.lhs, Total), "no total derivative: {}", relation)
    function, variable, curve, unknowns = relation.lhs.args
    holds = all(decide.is_zero(theorem.domain.solved(equation)) for equation in curve)
    require(holds, "the derivative is along another curve than {}", theorem.domain)
    require(variable == symbol, "the derivative is not in {}", symbol)
    have, left = known | {symbol}, set(unknowns)
    held = known & coordinates({symbol, *unknowns, *(follower for follower, _ in rest)})
    # Residuals that vanish on the curve, and functions that do where it is crossed.
    solved: list[sp.Expr] = []
    vanish = [plain(function, held)]
    for follower, existence in rest:
        if existence is None:
            found = _linear(theorem.domain, follower, have)
            require(found is not None, "{} does not follow on {}", follower, theorem.domain)
            residual, value = found
            in_range(value, follower, follower in theorem.domain.positive)
            solved.append(residual)
        else:
            # That it is a root of the follower's, and of what is known, is decided in its turn.
            inner, _ = _one_root_of(existence.conclusion)
            require(existence.domain is FREE, "{} exists once on a domain only", follower)
            vanish.append(plain(inner, held))
            open_ = vanish[-1].free_symbols - have - {follower}
            require(not open_, "{} exists once where {} are held", follower, open_)
        have.add(follower)
        left.discard(follower)
    require(not left, "{} are not determined along the curve", left)
    for _, residual in theorem.domain.equations():
        holds = residual in solved or residual.free_symbols <= known
        require(holds or _vanishes_with(residual, vanish), "{} may not hold on the way", residual)
    reads = set().union(*(plain(e, held).free_symbols for e in (function, *curve)))
    return function, reads - {symbol, *unknowns}


def _vanishes_with(residual: sp.Expr, functions: Sequence[sp.Expr]) -> bool:
    """Whether an expression is decided to vanish wherever one of some functions does."""
    parts = signs.factors(residual)
    for function in functions:
        try:
            if vanishes_nowhere(function, parts):
                return True
        except UndecidedError:
            continue
    return False
