"""What is written, in the coordinates of a domain, and decided to be defined on all of it."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from icl_theory.algebra import signs
from icl_theory.algebra.calculus import At, Partial, Total
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.quantity import Quantity, coordinates, remembered, unfold
from icl_theory.algebra.unevaluated import Unevaluated

from .domain import Domain, in_order
from .expressions import _determinant, _radical, algebraic, defined, plain
from .premises import COMPARED, Given, ProofFailed, Relation, require


def _placed(on: Domain, expression: object, given: Given) -> sp.Expr:
    """An expression in the coordinates of a domain, decided to be defined everywhere on it."""
    excluded, placed = _excluded(on, given), algebraic(on.placed(expression, given))
    defined(placed, excluded)
    for power in _powers(expression, set(on.checked()[1])):
        # What is multiplied by zero, or cancels, has to be defined as well.
        defined(algebraic(on.placed(power, given)), excluded)
    return placed


def _powers(expression: object, kept: set[sp.Symbol]) -> set[sp.Expr]:
    """The powers of an expression as it is written, and once all is evaluated, in any order."""
    keep = coordinates() & kept
    written = plain(expression, keep)
    found = set(written.atoms(sp.Pow)) | _written(sp.sympify(expression), frozenset(keep))
    for exponential in written.atoms(sp.exp):
        found |= exponential.exp.atoms(sp.Pow)
    return found


#: What has no value here, also where it is multiplied by zero.
_NOT_READ = (sp.Function, sp.Derivative, sp.Integral, sp.Product, sp.Subs)


@remembered
def _written(expression: sp.Expr, keep: frozenset[sp.Symbol]) -> set[sp.Expr]:
    """The powers that an expression, its quantities and what it holds are written with.

    A power may be gone once all is evaluated: squared, cancelled, derived, multiplied by zero.
    """
    found: set[sp.Expr] = set()
    walk = sp.preorder_traversal(expression)
    for node in walk:
        number = node.is_Atom and getattr(node, "is_number", False)
        require(
            not number or (node.is_real is True and node.is_finite is True), "no number: {}", node
        )
        if isinstance(node, sp.log):
            # Of what is positive, as the inverse of its root is defined.
            found.add(node.args[0] ** sp.Rational(-1, 2))
        else:
            read = not isinstance(node, _NOT_READ) or isinstance(node, sp.exp)
            require(read, "not algebraic: {}", node)
        if isinstance(node, sp.Pow):
            found.add(node)
        elif isinstance(node, Quantity) and node not in keep:
            found |= _written(node.definition, keep)
        elif isinstance(node, At):
            inner, *pairs = node.args
            moved = frozenset(symbol for symbol, _ in pairs)
            own = keep - _moving(keep, moved) | {s for s in moved if isinstance(s, Quantity)}
            found |= {At(power, *pairs) for power in _written(inner, own)}
            found |= set().union(*(_written(value, keep) for _, value in pairs))
        if isinstance(node, Unevaluated):
            found |= node.powers()
            if isinstance(node, Partial | Total):
                found |= _written(node.args[0], keep)
                for part in (node.args[0], *(node.args[2] if isinstance(node, Total) else ())):
                    found |= _smooth(part)
            elif node.read_in_place:
                parts = set().union(*(_written(part, keep) for part in node.args))
                # Of tensors only whole powers have an expectation.
                parts = {power for power in parts if not power.has(sp.Indexed, sp.Sum)}
                found |= {power for power in parts if not power.free_symbols & node.own()}
            if isinstance(node, Total):
                # A derivative along a curve is one where the unknowns are determined on it.
                found |= set().union(*(_written(e, keep) for e in node.args[2]))
                found.add(1 / _determinant(node.jacobian()))
            # What else is inside is at the values of this one.
            walk.skip()
    return found


def _smooth(expression: sp.Expr) -> set[sp.Expr]:
    """Powers that have to be defined where what is derived has a derivative at every point."""
    found = set()
    for node in sp.preorder_traversal(plain(expression)):
        number = node.is_Rational or node.is_Symbol or isinstance(node, sp.NumberSymbol)
        made = isinstance(node, sp.Add | sp.Mul | sp.Pow | sp.exp | sp.log)
        require(bool(number or made), "no derivative of {}", node)
        if isinstance(node, sp.log):
            # Of what is positive, as the inverse of its root is defined.
            found.add(node.args[0] ** sp.Rational(-1, 2))
    return found


def _moving(kept: Iterable[sp.Symbol], moved: frozenset[sp.Symbol]) -> set[sp.Symbol]:
    """The quantities that are made of symbols that move."""
    return {q for q in kept if unfold(q).free_symbols & moved}


@remembered
def _meaningful(on: Domain, conditions: frozenset[Relation]) -> None:
    """Decide that both sides of every condition are defined where those before it hold.

    A condition that says nothing where it is undefined would make a claim hold of no point.
    """
    for condition in conditions:
        require(isinstance(condition, COMPARED), "no condition on numbers: {}", condition)
    before: Given = ()
    for _ in conditions:
        left = (c for c in in_order(conditions) if c not in before)
        before = (*before, *[c for c in left if _stated(on, c, before)])
    require(conditions == set(before), "undefined somewhere: {}", conditions - set(before))


def _stated(on: Domain, condition: Relation, before: Given) -> bool:
    """Whether both sides of a condition are defined, everywhere or where others hold."""
    for given in dict.fromkeys(((), before)):
        try:
            for side in condition.args:
                _placed(on, side, given)
        except (ProofFailed, UndecidedError):
            continue
        return True
    return False


def _excluded(on: Domain, given: Given) -> list[sp.Expr]:
    different = (on.placed(c.lhs - c.rhs, given) for c in given if isinstance(c, sp.Ne))
    return [_radical(part) for difference in different for part in signs.factored(difference)[1]]
