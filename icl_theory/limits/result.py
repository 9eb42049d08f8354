"""What a limit is, said in symbols, words, LaTeX and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import mpmath
import sympy as sp

from icl_theory.algebra.exchange import Written
from icl_theory.theory.symbols import m

from .balance import MEANING
from .behaviour import Behaviour
from .engine import SignRelation
from .evaluate import evaluate
from .forms import cost, radical, reduced, shortest
from .reading import as_typed
from .signs import Assumptions
from .state_form import StateForm, named, state_form

#: Coefficients with more symbols than this are displayed in the leading state.
LONG = 60


@dataclass(frozen=True)
class PositiveRoot(Written, kind="positive-root"):
    """A positive number defined by a polynomial.

    Attributes
    ----------
    symbol
        How it is written in a coefficient.
    of
        The unknown of which it is the leading coefficient: ``m``, or one of the balances.
    polynomial
        Irreducible polynomial that it annuls.
    radical
        The number in radicals, None where it has none of degree two.
    unique
        Whether it is the only positive root by Descartes' rule of signs; otherwise it is the root
        at which all unknowns of the fixed point are positive.
    """

    symbol: sp.Symbol
    of: sp.Expr
    polynomial: sp.Expr
    radical: sp.Expr | None
    unique: bool


class Question(Protocol):
    """What a case is an answer to."""

    def case(self) -> Case:
        """The answer, derived anew."""
        ...


def _again(asked: Question) -> Case:
    return asked.case()


@dataclass(frozen=True)
class Case(Written, kind="case"):
    """Leading behaviour ``coefficient * scale`` under conditions on the parameters that stay.

    Attributes
    ----------
    conditions
        SymPy relations; none if it holds throughout the domain. Where a coefficient without a root
        vanishes is a case of its own; one in terms of a root may vanish inside the case.
    coefficient
        Constant of the leading term; where ``root`` is not None, in terms of that number.
    exponents
        Powers of the moving parameters' distances (or of the parameters themselves, at infinity),
        in the order of the limits.
    scale
        The monomial they make.
    sign
        1 or -1 where the sign of the coefficient is decided by the conditions, else None.
    root
        The algebraic number in the coefficient, if any.
    """

    behaviour: Behaviour
    positive: bool
    excluded: tuple[sp.Expr, ...] = ()
    #: What it is an answer to; None outside of a limit.
    asked: Question | None = field(default=None, repr=False)

    # Like a limit, a case of one is its question.

    def _written_fields(self, everything: bool = True) -> dict[str, Any]:
        """The question."""
        if self.asked is None:
            raise TypeError("a case that is not one of a limit cannot be written as plain data")
        return {"asked": self.asked}

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Case:
        """The case, derived anew."""
        return _again(values["asked"])

    def __reduce__(self) -> Any:
        return _again, tuple(self._written_fields().values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Case):
            return NotImplemented
        if self.asked is not None or other.asked is not None:
            return self.asked == other.asked
        return (self.behaviour, self.positive, self.excluded) == (
            other.behaviour,
            other.positive,
            other.excluded,
        )

    def __hash__(self) -> int:
        return hash(self.asked or (self.behaviour, self.positive, self.excluded))

    @cached_property
    def conditions(self) -> tuple[sp.Basic, ...]:
        """The relations under which this holds."""
        asked = []
        for condition in self.behaviour.piece.given:
            difference = sp.expand(condition.high - condition.low)
            if condition.equal:
                asked.append(sp.Eq(condition.low, condition.high, evaluate=False))
            else:
                asked.append(SignRelation(difference, ">").relational)
        found = [relation.relational for relation in self.behaviour.piece.conditions]
        apart = [sp.Ne(*SignRelation(e, "=").sides, evaluate=False) for e in self.excluded]
        return tuple(dict.fromkeys([*asked, *found, *apart]))

    @cached_property
    def exponents(self) -> tuple[sp.Rational, ...]:
        """Powers of the small parameters, in the order of the limits."""
        return tuple(sp.Rational(int(e.p), int(e.q)) for e in self.behaviour.lead.exponent)

    @cached_property
    def scale(self) -> sp.Expr:
        """Monomial in the moving parameters."""
        return self.behaviour.piece.cell.path.scale(self.behaviour.lead.exponent)

    @cached_property
    def root(self) -> PositiveRoot | None:
        """The algebraic number that the coefficient is rational in."""
        root = self.behaviour.root
        if root is None:
            return None
        symbol = named(root.symbol)
        polynomial = root.field.expression(root.polynomial).xreplace({root.symbol: symbol})
        return PositiveRoot(
            symbol=symbol,
            of=root.symbol if root.symbol == m else MEANING[root.symbol],
            polynomial=sp.collect(polynomial, symbol),
            radical=radical(root, self.behaviour.piece.assumptions),
            unique=root.unique,
        )

    @cached_property
    def display(self) -> StateForm:
        """The coefficient as it is best read: in the leading state if it is long."""
        found = None
        if self.behaviour.root is not None and self._long:
            found = state_form(self.behaviour.formula, self.behaviour.piece)
        return found or StateForm(self.coefficient, {})

    @property
    def _long(self) -> bool:
        """Whether the coefficient has too many symbols to be read."""
        return cost(self.behaviour.lead.coefficient)[0] > LONG

    @property
    def shown_root(self) -> PositiveRoot | None:
        """The algebraic number, if the coefficient is displayed with it."""
        root, display = self.root, self.display
        shown = (display.expression, *display.definitions.values())
        used = set().union(*(expression.free_symbols for expression in shown))
        return root if root is not None and root.symbol in used else None

    @cached_property
    def coefficient(self) -> sp.Expr:
        """Constant of the leading term."""
        if self.behaviour.lead.is_zero:
            return sp.Integer(0)
        assumptions = self.behaviour.piece.assumptions
        return sp.factor_terms(self._written(assumptions))

    def _written(self, assumptions: Assumptions) -> sp.Expr:
        number, root = self.behaviour.root, self.root
        value = shortest(self.behaviour.lead.coefficient, number, assumptions)
        if number is None or root is None or number.symbol not in value.free_symbols:
            return value
        # Roots of pure powers read well anywhere, those of a quadratic only where they are few.
        pure = root.radical is not None and (root.radical.is_Mul or root.radical.is_Pow)
        short = pure or (
            root.radical is not None and sp.count_ops(root.radical) <= sp.count_ops(value) + 12
        )
        if short and not self._long:
            forms = [value, *reduced(self.behaviour.lead.coefficient, number, assumptions)]
            written = (form.xreplace({number.symbol: root.radical}) for form in forms)
            explicit = min((sp.factor(sp.together(e)) for e in written), key=sp.count_ops)
            room = 12 if pure else 0
            if sp.count_ops(explicit) <= 2 * sp.count_ops(value) + room:
                return explicit
        return value.xreplace({number.symbol: root.symbol})

    @cached_property
    def sign(self) -> int | None:
        """Sign of the coefficient."""
        if self.behaviour.lead.is_zero:
            return 0
        if self.positive:
            return 1
        return self.behaviour.piece.assumptions.sign(self.behaviour.lead.coefficient)

    @property
    def limit(self) -> sp.Expr:
        """The iterated limit: 0, the coefficient, oo, -oo, or ``zoo`` where the sign is open."""
        nonzero = [e for e in self.exponents if e != 0]
        if self.behaviour.lead.is_zero or (nonzero and nonzero[0] > 0):
            return sp.Integer(0)
        if not nonzero:
            return self.coefficient
        return sp.zoo if self.sign is None else self.sign * sp.oo

    @property
    def finite(self) -> bool:
        """Whether the iterated limit is finite."""
        return not self.limit.has(sp.oo, -sp.oo, sp.zoo)

    def value(self, digits: int = 30, **parameters: object) -> mpmath.mpf:
        """The coefficient as a number.

        Parameters
        ----------
        digits
            Decimal digits of the arithmetic.
        **parameters
            Values of the parameters that stay, and of constants; rational numbers or strings.

        Raises
        ------
        ValueError
            If a value is missing or the conditions do not single out one state.
        """
        return evaluate(self.behaviour, parameters, digits)

    def __str__(self) -> str:
        shown = self.display.expression
        coefficient, scale = as_typed(shown), as_typed(self.scale)
        if scale == "1":
            return coefficient
        if self.scale.is_Add:
            scale = f"({scale})"
        if coefficient == "1":
            return scale
        return f"({coefficient}) * {scale}" if shown.is_Add else f"{coefficient} * {scale}"
