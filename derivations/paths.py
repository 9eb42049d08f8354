"""Where the states run to along a path, and limits on the way, one step after the other.

A `Stage` is one step of a path: the system on which it starts, what moves, how the state scales and
what it tends to. The kernel checks each by the implicit function theorem and chains them; what is
written here only proposes. Unless a stage says where it ends, it ends at the parameters that stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain

import sympy as sp

from icl_theory.algebra.calculus import At
from icl_theory.algebra.quantity import epoch
from icl_theory.algebra.relations import eq, gt, lt
from icl_theory.algebra.statements import PathLimit
from icl_theory.proof import kernel
from icl_theory.proof.claim import Claim
from icl_theory.proof.domains import (
    AT_CONTEXT,
    AT_SEQUENCES,
    AT_SEQUENCES_AND_CONTEXT,
    AT_THRESHOLD,
    ENOUGH_OVER,
    ENOUGH_UNDER,
    FEW_UNDER,
    FREE,
    OVER,
    RIDGE,
    THRESHOLD,
    UNDER,
    beyond,
    lack,
    room,
    surplus,
)
from icl_theory.proof.kernel import SMALL, Branch, Domain, Given, ProofFailed, Theorem, Values
from icl_theory.proof.proof import Proof
from icl_theory.theory import limits as s
from icl_theory.theory.errors import e_icl, e_idg
from icl_theory.theory.fixed_point import x
from icl_theory.theory.infinite_context import few_tasks_idg_under, idg_infinite_over
from icl_theory.theory.limits import c, c1
from icl_theory.theory.ridgeless import mu, mu_value, xi_under
from icl_theory.theory.spectral import D1, t
from icl_theory.theory.symbols import PARAMETERS, alpha, kappa, lam, m, nu, r, rho, tau, xi

from .fixed_point import context_uniqueness, ridge_uniqueness
from .ridgeless import (
    Y,
    Z,
    one_state,
    ridgeless_state_over,
    ridgeless_state_threshold,
    ridgeless_state_under,
)

OO, ZERO, ONE = sp.oo, sp.Integer(0), sp.Integer(1)

BELOW, ABOVE, AT_ONE = lt(tau, 1), gt(tau, 1), eq(tau, 1)
FEW, LINE, ENOUGH = lt(kappa, 1), eq(kappa, 1), gt(kappa, 1)
FEW_BELOW, LINE_BELOW, ENOUGH_BELOW = lt(kappa, tau), eq(kappa, tau), gt(kappa, tau)

#: The systems, each with the claim that parameters determine its point.
SYSTEMS: dict[Domain, tuple[Claim, tuple[sp.Symbol, ...]]] = {
    RIDGE: (ridge_uniqueness, PARAMETERS),
    UNDER: (ridgeless_state_under, (tau, alpha, kappa, rho)),
    OVER: (ridgeless_state_over, (tau, alpha, kappa, rho)),
    AT_THRESHOLD: (ridgeless_state_threshold, (tau, alpha, kappa, rho)),
    AT_CONTEXT: (context_uniqueness, (tau, kappa, rho, lam)),
}
#: Systems of parameters alone.
PARAMETER_SYSTEMS = {
    ENOUGH_UNDER: (room, surplus),
    FEW_UNDER: (room, lack),
    ENOUGH_OVER: (beyond, surplus),
}


def unchanged(expression: sp.Expr) -> sp.Expr:
    """What is written in the state is written in what the state tends to."""
    return expression


def without_context(expression: sp.Expr) -> sp.Expr:
    """What is written in the state, at infinite context."""
    return At(expression, (x, 0))


def replacing(*values: tuple[sp.Expr, object]) -> Callable[[sp.Expr], sp.Expr]:
    """Errors replaced by their limits."""
    return lambda expression: expression.xreplace(dict(values))


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of a path.

    Attributes
    ----------
    system, step
        Where it starts; what moves, as in a `PathLimit`.
    where
        Conditions under which it runs like this.
    moves, chart, start, forms
        As for `icl_theory.proof.kernel.branch`.
    base
        Where it ends.
    value
        The limit of an expression on ``base``, if another step follows.
    """

    system: Domain
    step: tuple[tuple[object, ...], ...]
    moves: Values
    chart: Values = field(default_factory=dict)
    start: Values = field(default_factory=dict)
    where: tuple[sp.Basic, ...] = ()
    base: Domain = FREE
    forms: Values | None = None
    value: Callable[[sp.Expr], sp.Expr] = unchanged

    def run(self, given: Given) -> Branch:
        """The branch, checked."""
        if self.system in PARAMETER_SYSTEMS:
            rest = [(symbol, None) for symbol in PARAMETER_SYSTEMS[self.system]]
            unique = kernel.at_most_one(self.system, (tau, kappa, rho), rest)
        else:
            claim, parameters = SYSTEMS[self.system]
            unique = kernel.conjunct(claim.theorem(), one_state(self.system, *parameters))
        return kernel.branch(
            unique,
            moves=self.moves,
            chart=self.chart,
            start=self.start,
            base=self.base,
            given=given if self.base is FREE else (),
            forms=self.forms,
        )


E2, E4 = SMALL**2, SMALL**4
Q, ROOT_Q = 1 + rho, sp.sqrt(1 + rho)
WINDOW = (lam, c * (1 - tau) ** 2)
RIDGELESS = ((lam, ZERO, "+"),)
CONTEXT = ((alpha, OO, "+"),)
MANY = (tau, c * alpha)
RESIDUAL = {r: lam / xi}
UNDER_FORMS = {mu: mu_value, nu: x + xi_under}
#: m for kappa > 1 and for kappa > tau at infinite context.
FINITE, FINITE_BELOW = kappa / (kappa - 1), tau * kappa / (kappa - tau)
PEAK = (rho + x * D1) / (2 * sp.sqrt(lam * m))


def _first() -> Iterator[Stage]:
    """The ridge vanishes, or the context grows at a ridge, and the state goes on from there."""
    go = partial(Stage, RIDGE, RIDGELESS, forms=RESIDUAL)
    yield go({lam: SMALL}, {m: Z, xi: Y}, {Z: m, Y: xi}, base=UNDER)
    yield go({lam: SMALL}, {m: Z, xi: SMALL * Y}, {Z: m, Y: 1 / r}, base=OVER)
    yield go(
        {lam: E2},
        {m: Z, xi: SMALL * Y},
        {Z: m, Y: 1 / sp.sqrt(m)},
        base=AT_THRESHOLD,
        value=replacing((e_idg, PEAK), (e_icl, (1 + x) * m * PEAK)),
    )
    yield Stage(
        RIDGE,
        CONTEXT,
        {alpha: 1 / SMALL},
        {m: Z, xi: Y},
        {Z: m, Y: xi},
        base=AT_CONTEXT,
        forms=RESIDUAL,
        value=without_context,
    )


def _context() -> Iterator[Stage]:
    """Infinite context after the ridge has vanished."""
    quick, slow = {alpha: 1 / E2}, {alpha: 1 / E4}
    over = partial(Stage, OVER, CONTEXT, quick, forms={nu: x})
    under = partial(Stage, UNDER, CONTEXT, quick, forms=UNDER_FORMS)
    # The gap needs the order after the leading one: the path by m itself.
    third = sp.Rational(1, 3)
    for where in ((LINE_BELOW, eq(tau, third)), (eq(tau, kappa), eq(kappa, third))):
        path = {alpha: Q * (1 + kappa * SMALL) / (kappa**2 * E2)}
        yield Stage(UNDER, CONTEXT, path, {m: 1 / SMALL}, {}, (BELOW, *where))
    yield over({m: Z / E2}, {Z: (1 - kappa) / Q}, (ABOVE, FEW))
    yield over({m: Z / SMALL}, {Z: 1 / ROOT_Q}, (ABOVE, LINE))
    yield over({m: Z}, {Z: FINITE}, (ABOVE, ENOUGH))
    yield under({m: Z / E2}, {Z: (tau - kappa) / Q}, (BELOW, FEW_BELOW))
    yield under({m: Z / SMALL}, {Z: tau / ROOT_Q}, (BELOW, LINE_BELOW))
    yield under({m: Z / SMALL}, {Z: tau / ROOT_Q}, (BELOW, eq(tau, kappa)))
    yield under({m: Z}, {Z: FINITE_BELOW}, (BELOW, ENOUGH_BELOW))
    peak = partial(Stage, AT_THRESHOLD, CONTEXT, forms={nu: x})
    yield peak(quick, {m: Z / E2}, {Z: (1 - kappa) / Q}, (AT_ONE, FEW))
    yield peak(slow, {m: Z / E2}, {Z: 1 / ROOT_Q}, (AT_ONE, LINE))
    yield peak(quick, {m: Z}, {Z: FINITE}, (AT_ONE, ENOUGH))
    # Going on to the lines kappa = min(tau, 1).
    icl, idg = s.icl_enough_over, idg_infinite_over
    yield over({m: Z}, {Z: FINITE}, base=ENOUGH_OVER, value=replacing((e_icl, icl), (e_idg, idg)))
    icl, idg = s.icl_enough_under, s.idg_enough_under
    yield under(
        {m: Z}, {Z: FINITE_BELOW}, base=ENOUGH_UNDER, value=replacing((e_icl, icl), (e_idg, idg))
    )
    yield under(
        {m: Z / E2},
        {Z: (tau - kappa) / Q},
        base=FEW_UNDER,
        value=replacing((e_idg, few_tasks_idg_under)),
    )
    yield Stage(ENOUGH_OVER, ((kappa, ONE, "+"),), {kappa: 1 + SMALL}, where=(ABOVE,))
    yield Stage(ENOUGH_UNDER, ((kappa, tau, "+"),), {kappa: tau + SMALL}, where=(BELOW,))
    yield Stage(FEW_UNDER, ((kappa, tau, "-"),), {kappa: tau - SMALL}, where=(BELOW,))


def _ridgeless_after() -> Iterator[Stage]:
    """The ridge vanishes after the context has grown, where (tau - D1)(1 - D1) = tau lam m."""
    go = partial(Stage, AT_CONTEXT, RIDGELESS)
    rest = (tau - D1) / tau
    few, many = {m: Z / SMALL}, {m: Z}
    law = {Z: (tau - kappa) * (1 - kappa) / tau}
    yield go({lam: SMALL}, few, law, (ABOVE, FEW))
    yield go({lam: SMALL}, few, law, (BELOW, FEW_BELOW))
    small = {xi: lam / rest, nu: lam / rest}
    yield go({lam: SMALL}, many, {Z: FINITE}, (ABOVE, ENOUGH), forms=small)
    yield go(
        {lam: SMALL}, many, {Z: FINITE_BELOW}, (BELOW, ENOUGH_BELOW), forms={r: lam / (1 / m - t)}
    )
    yield go({lam: E2}, few, {Z: sp.sqrt((tau - 1) / tau)}, (ABOVE, LINE))
    yield go({lam: E2}, few, {Z: sp.sqrt(tau * (1 - tau))}, (BELOW, LINE_BELOW))
    near = {m: FINITE - SMALL * Z}
    yield go({lam: E2}, near, {Z: sp.sqrt(FINITE) * FINITE**2}, (AT_ONE, ENOUGH))
    yield go({lam: SMALL**3}, few, {Z: ONE}, (AT_ONE, LINE))
    window = sp.sqrt(1 + 4 * c * FINITE)
    for side, sign in (("-", 1), ("+", -1)):
        yield Stage(
            AT_CONTEXT,
            (WINDOW, (tau, ONE, side)),
            {tau: 1 - sign * SMALL, lam: c * E2},
            near,
            {Z: (sign + window) / 2 * FINITE**2},
            (ENOUGH,),
        )


def _transition() -> Iterator[Stage]:
    """Tau = c alpha -> oo."""
    move = {alpha: 1 / E2, tau: c / E2}
    go = partial(Stage, OVER, forms={nu: x})
    yield go((MANY, *CONTEXT), move, {m: Z / E2}, {Z: (1 - kappa) / Q}, (FEW,))
    yield go((MANY, *CONTEXT), move, {m: Z / SMALL}, {Z: 1 / ROOT_Q}, (LINE,))
    yield go((MANY, *CONTEXT), move, {m: Z}, {Z: FINITE}, (ENOUGH,))
    for sign, scale in ((1, s.window_above), (-1, s.window_below)):
        tie = (kappa, 1 + sign * c1 / sp.sqrt(alpha))
        place = move | {kappa: 1 + sign * c1 * SMALL}
        yield go((MANY, tie, *CONTEXT), place, {m: Z / SMALL}, {Z: scale})
    move = {alpha: 1 / SMALL, tau: c / SMALL}
    yield Stage(
        RIDGE,
        (MANY, *CONTEXT),
        move,
        {m: Z, xi: Y},
        {Z: m, Y: lam},
        base=AT_SEQUENCES_AND_CONTEXT,
        forms=RESIDUAL,
    )
    yield Stage(
        RIDGE,
        (MANY, (lam, c1 / alpha), *CONTEXT),
        move | {lam: c1 * SMALL},
        {m: Z / SMALL, xi: SMALL * Y},
        {Z: (1 - kappa) / (1 + rho + c1), Y: c1},
        (FEW,),
        forms=RESIDUAL,
    )


def _budget() -> Iterator[Stage]:
    """A large budget for fewer tasks than dimensions, without a ridge and with one."""
    # What the error is above its limit needs the order after the leading one: the path by m itself.
    context = Q * (1 + kappa * SMALL) / (SMALL * (1 - kappa + kappa * SMALL))
    yield Stage(
        OVER,
        ((tau, c * alpha**2), *CONTEXT),
        {alpha: context, tau: c * context**2},
        {m: 1 / SMALL},
        {},
        (FEW,),
        forms={nu: x},
    )
    yield Stage(
        RIDGE,
        (MANY, (lam, c1 / sp.sqrt(alpha)), *CONTEXT),
        {alpha: 1 / E2, tau: c / E2, lam: c1 * SMALL},
        {m: Z / SMALL, xi: SMALL * Y},
        {Z: (1 - kappa) / c1, Y: c1},
        (FEW,),
        forms=RESIDUAL,
    )


def _threshold() -> Iterator[Stage]:
    """Tau -> 1, without a ridge and with one that vanishes on the way."""
    for system, side, sign in ((UNDER, "-", -1), (OVER, "+", 1)):
        move = {tau: 1 + sign * SMALL}
        yield Stage(system, ((tau, ONE, side),), move, {m: Z}, {Z: m}, base=THRESHOLD)
        yield Stage(
            RIDGE,
            (WINDOW, (tau, ONE, side)),
            move | {lam: c * E2},
            {m: Z, xi: SMALL * Y},
            {Z: m, Y: (-sign + sp.sqrt(1 + 4 * c * m)) / (2 * m)},
            base=THRESHOLD,
            forms=RESIDUAL,
        )


def _alone() -> Iterator[Stage]:
    """One parameter at a time, at a ridge."""
    go = partial(Stage, RIDGE, forms=RESIDUAL)
    ridge = (gt(lam, 0),)
    yield go(((lam, OO, "+"),), {lam: 1 / SMALL}, {m: SMALL * Z, xi: Y / SMALL}, {Z: ONE, Y: ONE})
    yield go(
        ((tau, ZERO, "+"),),
        {tau: SMALL},
        {m: SMALL * Z, xi: 1 / (SMALL * Z) - Y},
        {Z: 1 / (1 + x), Y: 1 + x},
        ridge,
    )
    yield go(((tau, OO, "+"),), {tau: 1 / SMALL}, {m: Z, xi: Y}, {Z: m, Y: lam}, base=AT_SEQUENCES)
    short = ((alpha, ZERO, "+"),)
    yield go(
        short,
        {alpha: SMALL},
        {m: SMALL * Z, xi: Y},
        {Z: 1 / Q, Y: lam * tau / (tau - 1)},
        (*ridge, ABOVE),
    )
    yield go(
        short,
        {alpha: SMALL},
        {m: SMALL * Z, xi: Y / SMALL},
        {Z: tau / Q, Y: (1 - tau) * Q / tau},
        (*ridge, BELOW),
    )
    yield go(
        short,
        {alpha: E2},
        {m: E2 * Z, xi: Y / SMALL},
        {Z: 1 / Q, Y: sp.sqrt(lam) * ROOT_Q},
        (*ridge, AT_ONE),
    )


def _ridgeless_alone() -> Iterator[Stage]:
    """One parameter at a time, without a ridge."""
    for system, where, used in ((OVER, ABOVE, ONE), (UNDER, BELOW, tau)):
        forms = {nu: x} if system is OVER else UNDER_FORMS
        go = partial(Stage, system, where=(where,), forms=forms)
        yield go(((kappa, OO, "+"),), {kappa: 1 / SMALL}, {m: Z}, {Z: used / (1 + x)})
        yield go(((kappa, ZERO, "+"),), {kappa: SMALL}, {m: Z}, {Z: used / x})
        yield go(((alpha, ZERO, "+"),), {alpha: SMALL}, {m: SMALL * Z}, {Z: used / Q})
        yield go(((rho, OO, "+"),), {rho: 1 / SMALL}, {m: SMALL * Z}, {Z: used * alpha})


#: All stages that are known.
STAGES = tuple(
    chain(
        _first(),
        _context(),
        _ridgeless_after(),
        _transition(),
        _budget(),
        _threshold(),
        _alone(),
        _ridgeless_alone(),
    )
)


def stages(limit: PathLimit, given: Given, end: Domain) -> list[Stage]:
    """The stages that a limit runs through to a domain, by its steps and the conditions.

    Raises
    ------
    ProofFailed
        If no stages are known.
    """
    steps: list[list[tuple[object, ...]]] = [[]]
    for move in limit.args[2:]:
        steps[-1].append(tuple(move))
        if len(move) == 3:
            steps.append([])
    found = next(_routes(RIDGE, steps[:-1], set(given), end), None)
    if found is None:
        raise ProofFailed(f"no path is known: {limit} under {given}")
    return found


def _routes(
    system: Domain, steps: list[list[tuple[object, ...]]], given: set[sp.Basic], end: Domain
) -> Iterator[list[Stage]]:
    if not steps:
        if system is end:
            yield []
        return
    step = [tuple(map(sp.sympify, move[:2])) + tuple(map(str, move[2:])) for move in steps[0]]
    for stage in STAGES:
        if (stage.system, list(stage.step)) == (system, step) and given.issuperset(stage.where):
            for rest in _routes(stage.base, steps[1:], given, end):
                yield [stage, *rest]


def prove_limits(proof: Proof) -> None:
    """Prove every conjunct of a statement about limits, by the stages of its path."""
    statement = proof.statement
    for part in statement.args if isinstance(statement, sp.And) else (statement,):
        conditions, relation = kernel.split(part)
        if isinstance(relation, sp.Eq) and isinstance(relation.lhs, PathLimit):
            prove_limit(proof, relation, kernel.in_order({*proof.assumptions, *conditions}))


def prove_limit(proof: Proof, relation: sp.Eq, given: Given) -> Theorem:
    """Prove one limit under conditions."""
    limit, value = relation.args
    expression, whole = limit.args[0], None
    route = stages(limit, given, proof.domain)
    for place, stage in enumerate(route):
        last = place == len(route) - 1
        reached = value if last else stage.value(expression)
        where = given if stage.base is FREE else ()
        if stage.system in SYSTEMS:
            proof.used.append(SYSTEMS[stage.system][0])
        theorem = proof.keep(_step(stage, expression, reached, where, epoch()))
        whole = theorem if whole is None else proof.compose(whole, theorem)
        expression = reached
    return whole


@lru_cache(maxsize=4096)
def _step(
    stage: Stage, expression: sp.Expr, reached: sp.Expr, given: Given, state: object
) -> Theorem:
    """One step of a limit, taken once for all claims under the same definitions."""
    limit = PathLimit(expression, stage.system.name, *stage.step)
    return kernel.path_limit(_run(stage, given, state), limit, reached)


@lru_cache(maxsize=256)
def _run(stage: Stage, given: Given, state: object) -> Branch:
    return stage.run(given)
