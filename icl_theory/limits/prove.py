"""Limits as steps of a proof: statements with `sp.Limit` in the parameters of the model.

A statement is ``Eq(Limit(...Limit(expression, p, point)..., q, point), value)``, perhaps under a
condition. The leading behaviour of the expression is derived from the definitions as they stand
when the proof runs, in every region that the conditions leave, and compared with the value exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import fmpq

from icl_theory.algebra import decide
from icl_theory.algebra.calculus import At
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.quotient import Quotient
from icl_theory.proof.proof import Proof, ProofFailed, Step
from icl_theory.theory.limits import Tied
from icl_theory.theory.spectral import M, resolvent_residual
from icl_theory.theory.symbols import m, nu

from .behaviour import Behaviour
from .cells import Cell
from .compare import same
from .engine import Piece, analyse_fresh
from .evaluate import evaluate
from .orders import common_cell
from .reading import Condition, Move, Scaling, plain
from .state import Root

#: Leading behaviour of the fixed point by limits and conditions.
Known = dict[tuple[tuple[Move | Scaling, ...], tuple[Condition, ...]], tuple[Piece, ...]]


def decide_limits(proof: Proof) -> None:
    """Decide every conjunct of a statement about limits, by the dominant balances on their path.

    Raises
    ------
    ProofFailed
        If a limit is another.
    UndecidedError
        If a conjunct has another shape.
    """
    statement = proof.statement
    known: Known = {}
    for part in statement.args if isinstance(statement, sp.And) else (statement,):
        decide_limit(proof, part, proof.assumptions, "", known)


def decide_limit(
    proof: Proof,
    relation: sp.Basic,
    assumptions: Sequence[sp.Basic],
    because: str,
    known: Known | None = None,
) -> None:
    """Decide one relation between limits and record it.

    ``known`` keeps what one proof has already derived about the fixed point.
    """
    known = {} if known is None else known
    conditions, conclusion = tuple(assumptions), relation
    extra: tuple[sp.Basic, ...] = ()
    if isinstance(relation, sp.Implies):
        condition, conclusion = relation.args
        extra = condition.args if isinstance(condition, sp.And) else (condition,)
    if not (isinstance(conclusion, sp.Eq) and isinstance(conclusion.lhs, sp.Limit)):
        raise decide.UndecidedError(f"not a limit: {relation}")
    where = tuple(_condition(c) for c in (*conditions, *extra))
    behaviours = _behaviours(conclusion.lhs, where, known)
    if isinstance(conclusion.rhs, sp.Limit):
        _same(behaviours, _behaviours(conclusion.rhs, where, known), relation)
    else:
        for behaviour in behaviours:
            if not _tends_to(behaviour, sp.sympify(conclusion.rhs)):
                raise ProofFailed(f"the limit is another: {relation}")
    proof.steps.append(Step("limit", conclusion, because, given=(*conditions, *extra)))


def _condition(relation: sp.Basic) -> Condition:
    if isinstance(relation, sp.StrictLessThan):
        return Condition(relation.lhs, relation.rhs)
    if isinstance(relation, sp.StrictGreaterThan):
        return Condition(relation.rhs, relation.lhs)
    if isinstance(relation, sp.Eq):
        return Condition(relation.lhs, relation.rhs, equal=True)
    raise decide.UndecidedError(f"not a strict condition: {relation}")


def _behaviours(limit: sp.Basic, where: tuple[Condition, ...], known: Known) -> list[Behaviour]:
    """Leading terms of what stands inside of nested limits, one for every region."""
    steps: list[Move | Scaling] = []
    expression = limit
    while isinstance(expression, sp.Limit):
        expression, symbol, point, side = expression.args
        steps.insert(0, Move(symbol, point, -1 if str(side) == "-" else 1))
    ties = list(expression.atoms(Tied))
    for tie in ties:
        inner, *pairs = tie.args
        steps += [s for s in (Scaling(*pair) for pair in pairs) if s not in steps]
        expression = expression.xreplace({tie: inner})
    problem = (tuple(steps), where)
    if problem not in known:
        known[problem] = analyse_fresh(*problem)
    return [Behaviour(piece, expression) for piece in known[problem]]


def _same(one: Sequence[Behaviour], other: Sequence[Behaviour], relation: sp.Basic) -> None:
    compared = 0
    for first in one:
        for second in other:
            for cell in first.piece.members:
                for further in second.piece.members:
                    common = common_cell(cell, further)
                    if common is None:
                        continue
                    compared += 1
                    if not _same_limit(first, second, common):
                        raise ProofFailed(f"the limits differ: {relation}")
    if not compared:
        raise ProofFailed(f"nothing to compare: {relation}")


def _same_limit(one: Behaviour, other: Behaviour, cell: Cell) -> bool:
    """Whether both tend to zero, or to the same finite value."""
    rates = [_rate(behaviour) for behaviour in (one, other)]
    if rates == [0, 0]:
        return same(one, other, cell)
    return all(rate > 0 for rate in rates)


def _rate(behaviour: Behaviour) -> fmpq:
    """First exponent that is not zero: positive if the limit is 0, negative if it is infinite."""
    return next((e for e in behaviour.lead.exponent if e != 0), fmpq(0))


def _tends_to(behaviour: Behaviour, value: sp.Expr) -> bool:
    """Whether a leading term has the given limit."""
    first = _rate(behaviour)
    if value.is_infinite:
        sign = behaviour.piece.assumptions.sign(behaviour.lead.coefficient)
        if sign is None and behaviour.piece.state.root is None:
            return False
        if sign is None:
            raise decide.UndecidedError("the sign of an infinite limit is open")
        return bool(first < 0) and sign == (1 if value is sp.oo else -1)
    if value == 0 and not behaviour.lead.is_zero:
        return bool(first > 0)
    if first != 0:
        return False
    return equals(behaviour, value)


def equals(behaviour: Behaviour, value: sp.Expr) -> bool:
    """Decide whether a leading coefficient is a given expression.

    The expression is rational in the parameters that stay and at most square roots; or ``At(e, (m,
    At(M, (nu, v))))``, where m is the resolvent trace at the argument v.
    """
    fixed = behaviour.piece.cell.path.fixed
    root = behaviour.piece.state.root
    base = behaviour.piece.reader.base
    coefficient = behaviour.lead.coefficient
    if isinstance(value, At):
        inner, *replacements = value.args
        places = dict(replacements)
        trace = places.pop(m)
        if not isinstance(trace, At) or trace.args[0] != M or root is None or root.symbol != m:
            raise decide.UndecidedError(f"not at a resolvent trace: {value}")
        ((symbol, argument),) = trace.args[1:]
        assert symbol == nu
        here = {s: unfold(v) for s, v in places.items()}
        residual = unfold(resolvent_residual).xreplace({nu: unfold(argument)})
        if not (root.unique and root.vanishes(base.read(sp.together(residual).xreplace(fixed)))):
            return False
        expression = unfold(inner).xreplace(here)
        return root.vanishes(base.read(expression.xreplace(fixed)) - coefficient)
    expression = unfold(value).xreplace(fixed)
    radicals = [p for p in expression.atoms(sp.Pow) if not p.exp.is_Integer]
    if not radicals:
        difference = base.read(expression) - coefficient
        return difference.is_zero if root is None else root.vanishes(difference)
    if root is None:
        return False
    try:
        return root.vanishes(_with_root(expression, radicals, behaviour) - coefficient)
    except decide.UndecidedError:
        return _same_power(behaviour, expression, root)


def _with_root(expression: sp.Expr, radicals: Sequence[sp.Pow], behaviour: Behaviour) -> Quotient:
    """Read square roots by means of the root of a quadratic with one positive root.

    p2 z^2 + p1 z + p0 = 0 has (2 p2 z + p1)^2 = p1^2 - 4 p0 p2, so a square root of this up to a
    rational square is rational in z.
    """
    root = behaviour.piece.state.root
    if root is None or root.degree != 2 or not root.unique:
        raise decide.UndecidedError(f"not in a quadratic extension: {expression}")
    field = root.field
    p0, p1, p2 = root.coefficients()
    double = field.number(2)
    slope = double * p2 * field.generator(root.symbol) + p1
    discriminant = p1 * p1 - field.number(4) * p0 * p2
    replaced: dict[sp.Expr, sp.Expr] = {}
    values: dict[sp.Symbol, Quotient] = {}
    for radical in radicals:
        if radical.exp.q != 2:
            raise decide.UndecidedError(f"not a square root: {radical}")
        ratio = discriminant / field.read(radical.base)
        factor = _rational_root(ratio)
        if factor is None:
            raise decide.UndecidedError(f"not in the extension: {radical}")
        # At the larger root, the positive one, the slope has the sign of p2.
        sign = behaviour.piece.assumptions.sign(p2)
        assert sign is not None
        name = sp.Dummy("r")
        replaced[radical] = name ** int(radical.exp.p)
        values[name] = slope / factor * field.number(sign)
    return field.read(expression.xreplace(replaced), values)


def _rational_root(ratio: Quotient) -> Quotient | None:
    """Positive square root of a ratio that is a square with factors of one sign, else None."""
    field = ratio.field
    sides = []
    for polynomial in (ratio.over, ratio.under):
        unit, factors = polynomial.factor()
        value = sp.sqrt(int(unit))
        if not value.is_Integer or any(power % 2 for _, power in factors):
            return None
        product = field.polynomial(int(value))
        for factor, power in factors:
            if len({c > 0 for c in factor.coeffs()}) != 1:
                return None
            base = factor if factor.leading_coefficient() > 0 else -factor
            product = product * base ** (int(power) // 2)
        sides.append(product)
    return field.quotient(*sides)


def _same_power(behaviour: Behaviour, expression: sp.Expr, root: Root) -> bool:
    """Compare by a power that is free of roots.

    If the power has no zero in the cell, which is connected, neither number changes its sign there,
    and one point tells whether the signs agree.
    """
    power = root.degree
    raised = sp.powdenest(sp.expand_power_base(expression**power, force=True), force=True)
    if any(not p.exp.is_Integer for p in raised.atoms(sp.Pow)):
        raise decide.UndecidedError(f"not a root of degree {power}: {expression}")
    piece = behaviour.piece
    value = piece.reader.base.read(raised)
    if not root.vanishes(behaviour.lead.coefficient**power - value):
        return False
    if piece.assumptions.sign(value) is None:
        raise decide.UndecidedError(f"the sign of {expression} may change")
    point = piece.assumptions.point(piece.cell.path.free)
    number = evaluate(behaviour, {plain(s): v for s, v in point.items()})
    return bool((number > 0) == (expression.xreplace(point) > 0))
