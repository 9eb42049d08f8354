"""The record of a proof: each step is decided when it is made, or the proof fails.

A derivation receives a `Proof`, makes its steps and ends at the statement of its claim. The record
is what `icl-theory verify` judges and what the book prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sympy as sp

from icl_theory.algebra import decide
from icl_theory.algebra.quantity import unfold
from icl_theory.algebra.relations import Relation, both, eq, implies
from icl_theory.algebra.unevaluated import evaluated
from icl_theory.theory.fixed_point import argument_residual, penalty_residual, ridge_residual, x
from icl_theory.theory.ridgeless import M_prime, mu, mu_value
from icl_theory.theory.spectral import minus_M_prime, resolvent_residual
from icl_theory.theory.symbols import PARAMETERS, alpha, lam, m, nu, r, rho, xi


class ProofFailed(Exception):
    """A step of a proof was decided to be false."""


@dataclass(frozen=True)
class Step:
    """One step: what was decided, and why it is the next thing to decide.

    Attributes
    ----------
    kind
        ``identity``, ``sign``, ``limit`` or ``count`` (decided by algebra), ``logic`` (a conclusion
        in words from the steps before) or ``assumed`` (quoted).
    relation
        What holds after this step.
    because
        Why the step is made.
    reference
        Key of what is quoted, for an assumed step.
    given
        Conditions under which the relation was decided.
    scope
        ``everywhere``, or ``ridgeless`` or ``special`` where the relation was decided on a
        substitution that covers only the ridgeless states or only special points.
    """

    kind: str
    relation: Relation | None
    because: str
    reference: str = ""
    given: tuple[Relation, ...] = ()
    scope: str = "everywhere"


DECIDED = frozenset({"identity", "sign", "limit", "count"})


def scope(on: Mapping[sp.Symbol, sp.Expr] | None) -> str:
    """What a substitution covers: ``everywhere``, ``ridgeless`` or ``special``.

    A substitution of k symbols that brings in f new ones loses k - f dimensions. The states of the
    theory are cut out by the equations below. If the substituted point satisfies as many of them as
    it loses dimensions, it runs through a dense set of the states, and an identity of rational
    functions on it holds for every state. If it satisfies fewer, it is a special case.
    """
    if on is None:
        return "everywhere"
    on = {symbol: sp.sympify(value) for symbol, value in on.items()}
    free = set().union(*(value.free_symbols for value in on.values())) if on else set()
    primitive = {nu, m, xi, r, x, mu, M_prime, *PARAMETERS}
    lost = len(on) - len(free - primitive - set(on))
    equations = [
        resolvent_residual,
        argument_residual,
        ridge_residual,
        penalty_residual,
        alpha * x - (1 + rho),
        mu - mu_value,
        M_prime + minus_M_prime,
    ]

    def holds(equation: sp.Expr) -> bool:
        return decide.is_zero(unfold(equation, keep={x}).xreplace(on))

    satisfied = sum(holds(equation) for equation in equations)
    if lost == satisfied:
        return "everywhere"
    if lam in on and holds(lam) and lost == satisfied + 1:
        return "ridgeless"
    return "special"


@dataclass
class Proof:
    """Steps made so far, in order.

    Attributes
    ----------
    statement
        What is to be reached.
    steps
        The record.
    assumptions
        Conditions that the claim makes: a step decided under other conditions than these is not yet
        the statement.
    ridgeless
        Whether the claim is about ridgeless states, so that steps on these reach it.
    """

    statement: Relation = sp.true
    assumptions: tuple[Relation, ...] = ()
    ridgeless: bool = False
    steps: list[Step] = field(default_factory=list)

    def identity(
        self,
        lhs: object,
        rhs: object = 0,
        *,
        on: Mapping[sp.Symbol, sp.Expr] | None = None,
        because: str = "",
    ) -> None:
        """Decide ``lhs = rhs`` after unfolding and substituting ``on``.

        Parameters
        ----------
        lhs, rhs
            Expressions or matrices in symbols and quantities.
        on
            Substitution, such as a uniformisation; without it the identity holds in all symbols.
        because
            Why the step is made, in words.

        Raises
        ------
        ProofFailed
            If the difference does not vanish.
        UndecidedError
            If the difference is not in the decidable class.
        """
        lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
        if not rhs.is_Matrix and lhs.is_Matrix and rhs == 0:
            rhs = sp.zeros(*lhs.shape)
        relation = eq(lhs, rhs)
        difference = lhs - rhs
        entries = list(difference) if difference.is_Matrix else [difference]
        if not entries:
            raise ProofFailed("an identity between empty matrices decides nothing")
        for entry in entries:
            if not decide.is_zero(self._write(entry, on)):
                raise ProofFailed(f"not an identity: {relation}")
        self.steps.append(Step("identity", relation, because, scope=scope(on)))

    def sign(
        self,
        relation: sp.Rel,
        *,
        on: Mapping[sp.Symbol, sp.Expr] | None = None,
        given: Iterable[sp.Rel] = (),
        because: str = "",
    ) -> None:
        """Decide a strict or weak inequality for all positive symbols.

        ``on`` uniformises; ``given`` are further conditions, see `decide.parametrise`, applied to
        the free parameters left after ``on``.
        """
        difference = self._write(relation.lhs - relation.rhs, on)
        given = tuple(given)
        conditions = [self._condition(condition, on) for condition in given]
        difference = difference.xreplace(decide.parametrise(conditions))
        found = decide.sign(difference)
        allowed = {
            sp.StrictGreaterThan: {1},
            sp.StrictLessThan: {-1},
            sp.GreaterThan: {0, 1},
            sp.LessThan: {0, -1},
        }[type(relation)]
        if found not in allowed:
            raise ProofFailed(f"wrong sign: {relation}")
        self.steps.append(Step("sign", relation, because, given=given, scope=scope(on)))

    def limit(
        self,
        limit: sp.Limit,
        value: object,
        *,
        on: Mapping[sp.Symbol, sp.Expr] | None = None,
        given: Iterable[sp.Rel] = (),
        because: str = "",
    ) -> None:
        """Decide ``limit = value`` for the limit of a rational function in a free parameter.

        The variable of ``limit`` must be free after substituting ``on``; ``given`` conditions are
        used to decide the sign of an infinite limit.
        """
        expression, variable, point, side = limit.args
        given, value = tuple(given), sp.sympify(value)
        conditions = decide.parametrise(self._condition(condition, on) for condition in given)
        sides = {"+": [1], "-": [-1]}.get(str(side), [1, -1])
        for direction in sides:
            leading = decide.leading(
                self._write(expression, on), variable, self._write(point, on), direction
            )
            if value.is_infinite:
                coefficient = leading.coefficient.xreplace(conditions)
                reached = leading.exponent < 0 and sp.oo * decide.sign(coefficient) == value
            else:
                reached = leading.exponent >= 0 and decide.is_zero(
                    leading.limit - self._write(value, on)
                )
            if not reached:
                raise ProofFailed(f"the limit is not {value}: {limit}")
        self.steps.append(Step("limit", eq(limit, value), because, given=given, scope=scope(on)))

    def decide(
        self,
        statement: Relation,
        *,
        on: Mapping[sp.Symbol, sp.Expr] | None = None,
        given: Iterable[sp.Rel] = (),
        because: str = "",
    ) -> None:
        """Decide a relation, or every conjunct of a conjunction, by the step that fits it.

        Raises
        ------
        UndecidedError
            If a conjunct is neither an equality, an inequality nor a limit.
        """
        given = tuple(given)
        for part in statement.args if isinstance(statement, sp.And) else (statement,):
            if isinstance(part, sp.Eq) and isinstance(part.lhs, sp.Limit):
                self.limit(part.lhs, part.rhs, on=on, given=given, because=because)
            elif isinstance(part, sp.Eq):
                self.identity(part.lhs, part.rhs, on=on, because=because)
            elif isinstance(part, sp.Rel):
                self.sign(part, on=on, given=given, because=because)
            else:
                raise decide.UndecidedError(f"not a relation: {part}")

    def roots(
        self,
        polynomial: sp.Expr,
        unknown: sp.Symbol,
        low: object,
        high: object,
        count: int,
        because: str,
    ) -> None:
        """Decide the number of real roots of a rational polynomial in an interval (Sturm)."""
        found = decide.count_roots(unfold(polynomial), unknown, low, high)
        if found != count:
            raise ProofFailed(f"{found} roots, not {count}: {polynomial}")
        self.steps.append(Step("count", eq(polynomial, 0), because))

    def follows(self, relation: Relation, because: str) -> None:
        """Record a conclusion reached from the steps before by the reasoning given in words.

        For arguments that are logic rather than algebra (intermediate value theorem, uniqueness of
        a positive root). Not available to a proof that has not decided anything yet.
        """
        if not any(step.kind in DECIDED for step in self.steps):
            raise ProofFailed("nothing was decided before this conclusion")
        self.steps.append(Step("logic", relation, because))

    def assume(self, relation: Relation | None, reference: str, because: str) -> None:
        """Record a step that is quoted, not proved, with the key of its reference."""
        if not reference:
            raise ValueError("an assumed step needs a reference")
        self.steps.append(Step("assumed", relation, because, reference))

    def establishes(self, statement: Relation) -> bool:
        """Whether every conjunct of ``statement`` was reached by a step.

        A relation decided on special points, or under conditions that the claim does not make, is
        not reached by that step alone; ``Implies(conditions, relation)`` is.
        """
        conjuncts = statement.args if isinstance(statement, sp.And) else (statement,)
        reached = set()
        for step in self.steps:
            if step.scope == "special" or (step.scope == "ridgeless" and not self.ridgeless):
                continue
            extra = [c for c in step.given if c not in self.assumptions]
            reached.add(implies(both(*extra), step.relation) if extra else step.relation)
        return all(conjunct in reached for conjunct in conjuncts)

    def require(self, statement: Relation) -> None:
        """Raise `ProofFailed` unless the steps reach ``statement``."""
        if not self.establishes(statement):
            raise ProofFailed(f"the steps do not reach the statement: {statement}")

    @staticmethod
    def _write(expression: object, on: Mapping[sp.Symbol, sp.Expr] | None) -> sp.Expr:
        """Evaluate held objects, unfold, then put in ``on``."""
        keep = set() if on is None else {x}
        written = unfold(evaluated(sp.sympify(expression)), keep=keep)
        while written != (further := unfold(evaluated(written), keep=keep)):
            written = further
        return written if on is None else written.xreplace(dict(on))

    @classmethod
    def _condition(cls, condition: sp.Rel, on: Mapping[sp.Symbol, sp.Expr] | None) -> sp.Rel:
        """Write the bound of a condition in the same symbols as the expression it is put into."""
        bound = cls._write(condition.rhs, on)
        return condition.func(condition.lhs, bound, evaluate=False)
