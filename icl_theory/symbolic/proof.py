"""The record of a proof: each step is decided when it is made, or the proof fails.

A derivation receives a `Proof`, makes its steps and ends at the statement of its claim. The record
is what `icl-theory verify` judges and what the book prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sympy as sp

from . import decide
from .fixed_point import x
from .quantity import unfold

Relation = sp.Basic


def eq(lhs: object, rhs: object) -> sp.Eq:
    """Unevaluated equality, for statements: SymPy must not decide it from assumptions."""
    return sp.Eq(lhs, rhs, evaluate=False)


def gt(lhs: object, rhs: object = 0) -> sp.StrictGreaterThan:
    """Unevaluated ``lhs > rhs``."""
    return sp.StrictGreaterThan(lhs, rhs, evaluate=False)


def lt(lhs: object, rhs: object = 0) -> sp.StrictLessThan:
    """Unevaluated ``lhs < rhs``."""
    return sp.StrictLessThan(lhs, rhs, evaluate=False)


def ge(lhs: object, rhs: object = 0) -> sp.GreaterThan:
    """Unevaluated ``lhs >= rhs``."""
    return sp.GreaterThan(lhs, rhs, evaluate=False)


def both(*relations: sp.Basic) -> sp.And:
    """Unevaluated conjunction."""
    return sp.And(*relations, evaluate=False)


class ProofFailed(Exception):
    """A step of a proof was decided to be false."""


@dataclass(frozen=True)
class Step:
    """One step: what was decided, and why it is the next thing to decide.

    ``kind`` is ``identity``, ``sign``, ``limit``, ``count``, ``logic`` (decided) or ``assumed``.
    """

    kind: str
    relation: Relation | None
    because: str
    reference: str = ""


@dataclass
class Proof:
    """Steps made so far, in order."""

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
        self.steps.append(Step("identity", relation, because))

    def sign(
        self,
        relation: sp.Rel,
        *,
        on: Mapping[sp.Symbol, sp.Expr] | None = None,
        given: Iterable[sp.Rel] = (),
        because: str = "",
    ) -> None:
        """Decide a strict or weak inequality for all positive symbols.

        ``on`` uniformises; ``given`` are further conditions, see `decide.parametrise`, applied to the
        free parameters left after ``on``.
        """
        difference = self._write(relation.lhs - relation.rhs, on)
        difference = difference.xreplace(decide.parametrise(given))
        found = decide.sign(difference)
        allowed = {
            sp.StrictGreaterThan: {1},
            sp.StrictLessThan: {-1},
            sp.GreaterThan: {0, 1},
            sp.LessThan: {0, -1},
        }[type(relation)]
        if found not in allowed:
            raise ProofFailed(f"wrong sign: {relation}")
        self.steps.append(Step("sign", relation, because))

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
        leading = decide.leading(
            self._write(expression, on), variable, point, -1 if str(side) == "-" else 1
        )
        value = sp.sympify(value)
        if value.is_infinite:
            coefficient = leading.coefficient.xreplace(decide.parametrise(given))
            found = sp.oo * decide.sign(coefficient) if leading.exponent < 0 else leading.limit
            if found != value:
                raise ProofFailed(f"the limit is {found}, not {value}: {limit}")
        elif not (leading.exponent >= 0 and decide.is_zero(leading.limit - self._write(value, on))):
            raise ProofFailed(f"the limit is not {value}: {limit}")
        self.steps.append(Step("limit", eq(limit, value), because))

    def roots(
        self, polynomial: sp.Expr, unknown: sp.Symbol, low: object, high: object, count: int, because: str
    ) -> None:
        """Decide the number of real roots of a rational polynomial in an interval (Sturm)."""
        found = decide.count_roots(unfold(polynomial), unknown, low, high)
        if found != count:
            raise ProofFailed(f"{found} roots, not {count}: {polynomial}")
        self.steps.append(Step("count", eq(polynomial, 0), because))

    def follows(self, relation: Relation, because: str) -> None:
        """Record a conclusion reached from the steps before by the reasoning given in words.

        For arguments that are logic rather than algebra (intermediate value theorem, uniqueness of a
        positive root). Not available to a proof that has not decided anything yet.
        """
        if not any(step.kind in {"identity", "sign", "limit", "count"} for step in self.steps):
            raise ProofFailed("nothing was decided before this conclusion")
        self.steps.append(Step("logic", relation, because))

    def assume(self, relation: Relation | None, reference: str, because: str) -> None:
        """Record a step that is quoted, not proved, with the key of its reference."""
        if not reference:
            raise ValueError("an assumed step needs a reference")
        self.steps.append(Step("assumed", relation, because, reference))

    def establishes(self, statement: Relation) -> bool:
        """Whether every conjunct of ``statement`` was reached by a step."""
        conjuncts = statement.args if isinstance(statement, sp.And) else (statement,)
        reached = {step.relation for step in self.steps}
        return all(conjunct in reached for conjunct in conjuncts)

    def require(self, statement: Relation) -> None:
        """Raise `ProofFailed` unless the steps reach ``statement``."""
        if not self.establishes(statement):
            raise ProofFailed(f"the steps do not reach the statement: {statement}")

    @staticmethod
    def _write(expression: sp.Expr, on: Mapping[sp.Symbol, sp.Expr] | None) -> sp.Expr:
        if on is None:
            return unfold(expression)
        return unfold(expression, keep={x}).xreplace(dict(on))
