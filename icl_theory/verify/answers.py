"""Answers of the engine of limits as theorems, where the kernel can follow the path.

The engine derives by dominant balances; here its answer is only a proposal. Where a path with its
conditions is one of those of `derivations.paths`, the kernel proves the leading term.
"""

from __future__ import annotations

from itertools import product

import sympy as sp

from derivations.paths import prove_limit
from icl_theory.algebra.decide import UndecidedError
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.limits.result import Case
from icl_theory.proof.kernel import FREE, Given, ProofFailed, Theorem, in_order
from icl_theory.proof.proof import Proof
from icl_theory.theory.limits import Tied, iterated
from icl_theory.theory.symbols import PARAMETERS, lam, rho


def as_theorem(case: Case) -> Theorem | None:
    """The theorem that a field, divided by its rate, tends to the leading coefficient.

    Parameters
    ----------
    case
        One case of an answer.

    Returns
    -------
    Theorem or None
        With the conditions of the case as hypotheses, and ``rho > 0`` and ``lam > 0`` where they
        are needed; None where no path is known or the kernel does not decide it.
    """
    path, root = case.behaviour.piece.cell.path, case.shown_root
    if root is not None and root.symbol in case.coefficient.free_symbols:
        return None
    steps: list[tuple[object, ...]] = []
    for move in path.moves:
        ties = [s for s in path.scalings if move.parameter in s.value.free_symbols]
        steps += [Tied(tie.parameter, tie.value) for tie in ties]
        steps.append((move.parameter, move.point, "+" if move.side > 0 else "-"))
    limit = iterated(case.behaviour.formula / case.scale, *steps)
    given = _given(case, {move.parameter for move in path.moves})
    if given is None:
        return None
    positive = [(), (gt(rho, 0),), (gt(lam, 0),), (gt(rho, 0), gt(lam, 0))]
    for known, more in product((given, _moved(given)), positive):
        try:
            where = in_order({*known, *more})
            return prove_limit(Proof(sp.true, FREE), eq(limit, case.coefficient), where)
        except (ProofFailed, UndecidedError):
            continue
    return None


def _moved(given: Given) -> Given:
    """Conditions that say the same: numbers put in, and what bounds one of two equals bounds both.

    Of the two the equality gives kappa by tau, so that bounds are those of tau.
    """
    fixed = {c.lhs: c.rhs for c in given if isinstance(c, sp.Eq)}
    numbers = {s: v for s, v in fixed.items() if v.is_number}
    numbers |= {s: numbers[v] for s, v in fixed.items() if v in numbers}
    numbers |= {v: numbers[s] for s, v in fixed.items() if s in numbers and v.is_Symbol}
    found: list[sp.Basic] = [eq(s, v) for s, v in numbers.items()]
    for condition in given:
        low, high = (side.xreplace(numbers) for side in condition.args)
        if isinstance(condition, sp.Eq):
            found += [] if low == high else [condition]
        elif low.is_Symbol:
            found.append(condition.func(low, high, evaluate=False))
        elif high.is_Symbol:
            found.append((gt if isinstance(condition, sp.StrictLessThan) else lt)(high, low))
    for one, other in fixed.items():
        pair = {one: other, other: one}
        if other.is_Symbol and one not in numbers:
            bounds = [c for c in found if not isinstance(c, sp.Eq) and c.lhs in pair]
            found += [c.func(pair[c.lhs], c.rhs, evaluate=False) for c in bounds]
    return tuple(dict.fromkeys(found))


def _given(case: Case, moving: set[sp.Symbol]) -> Given | None:
    """The conditions of a case as the kernel reads them; None if one bounds no parameter."""
    found: list[sp.Basic] = []
    for condition in case.conditions:
        low, high = condition.args
        if condition.free_symbols & moving and isinstance(condition, sp.Eq):
            continue
        make = {sp.StrictLessThan: lt, sp.Equality: eq}.get(type(condition))
        if make is None:
            # What is said of points apart follows for all: the theorem is about more of them.
            if isinstance(condition, sp.Unequality):
                continue
            return None
        # kappa is bounded by tau, and tau by a number.
        if low in PARAMETERS and not (high in PARAMETERS and str(high) < str(low)):
            found.append(make(low, high))
        elif high in PARAMETERS:
            found.append(eq(high, low) if make is eq else gt(high, low))
        else:
            return None
    return tuple(found)
